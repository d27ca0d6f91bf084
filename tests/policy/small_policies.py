"""Any small policy over a few words, for Hypothesis: rows with any conditions and approval, and guards of any kind."""

from collections.abc import Mapping
from dataclasses import replace
from itertools import product

from hypothesis import strategies as st

from gateway.decide.engine import Policy
from gateway.decide.table import Cell
from gateway.model.bundle import Forbid, Row
from gateway.model.decision import Approval
from gateway.model.terms import Truth
from tests.decide.shorthand import NO, YES, a_forbid, a_policy, a_row, a_vocabulary

WORDS = a_vocabulary()
FACTS, FIELDS = tuple(WORDS.facts), tuple(WORDS.fields)
CELLS: list[Cell] = list(product(WORDS.recipients, WORDS.grounds, WORDS.roles))
EVERY = [dict(zip(FACTS, values, strict=True)) for values in product(Truth, repeat=len(FACTS))]


def some(words: Mapping[str, object]) -> st.SearchStrategy[frozenset[str]]:
    """Draw one or more of the words."""
    return st.sets(st.sampled_from(sorted(words)), min_size=1).map(frozenset)


CONDITIONS = st.dictionaries(st.sampled_from(FACTS), st.sampled_from([YES, NO]), max_size=3)
ROWS = st.builds(
    a_row,
    recipients=some(WORDS.recipients),
    grounds=some(WORDS.grounds),
    roles=some(WORDS.roles),
    when=CONDITIONS,
    skip=st.sampled_from([frozenset(), frozenset({"active"})]),
    approval=st.sampled_from(Approval),
    fields=some(WORDS.fields),
)
GUARDS = st.builds(
    a_forbid,
    when=CONDITIONS.filter(bool),
    except_recipients=st.sampled_from([frozenset(), frozenset({"police"})]),
    except_grounds=st.sampled_from([frozenset(), frozenset({"danger"})]),
    only_when_known=st.sampled_from([frozenset(), frozenset({"nuisance"}), frozenset({"danger", "nuisance"})]),
)


def policy_of(rows: list[Row], guards: list[Forbid]) -> Policy:
    """Return a policy of these rules, each under an id of its own, as in every policy that can be read."""
    named = [replace(row, id=f"L-{number}") for number, row in enumerate(rows, 1)]
    return a_policy(*named, forbids=tuple(replace(guard, id=f"F-{number}") for number, guard in enumerate(guards, 1)))


POLICIES = st.builds(policy_of, st.lists(ROWS, min_size=1, max_size=3), st.lists(GUARDS, max_size=2))
