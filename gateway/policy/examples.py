"""The worked examples that lawyers read: described cases with the expected answer, each decided as it stands there.

The facts of `assumed.yaml` fill in what an example leaves out. That is shorthand of the examples alone: the product
never assumes a fact.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from gateway.decide.engine import Policy
from gateway.decide.loading.place import Place
from gateway.errors import PolicyUnreadableError
from gateway.model.bundle import Vocabulary
from gateway.model.decision import Outcome, Query
from gateway.model.terms import Truth

ASSUMED = "assumed.yaml"
NEAR_MISSES = "near-misses.yaml"
SURVIVORS = "survivors.yaml"
_GENERATED = frozenset({ASSUMED, NEAR_MISSES, SURVIVORS})


class _Expected(StrEnum):
    """What an example may expect; a gap is one way to refuse, so it meets a `deny`."""

    PERMIT = "permit"
    PERMIT_REDUCED = "permit_reduced"
    NEEDS_APPROVAL = "needs_approval"
    DENY = "deny"


@dataclass(frozen=True, slots=True)
class Example:
    """One described case. `withheld` names the fields that stay; `told` is the case in Dutch."""

    id: str
    told: str
    query: Query
    expected: str
    withheld: frozenset[str]


@dataclass(frozen=True, slots=True)
class Miss:
    """An example, or another stored answer, that came out otherwise: its name, what was expected and what came."""

    name: str
    expected: str
    got: str


def read_examples(files: Mapping[str, bytes], words: Vocabulary) -> tuple[Example, ...]:
    """Return the examples of all files, in the order of their names.

    :param files: name -> exact bytes: assumed.yaml and one or more files of examples; generated files are passed over.
    :raises PolicyUnreadableError: a file, key or word is missing, unknown or double, or there is no example at all; the
        message names file and line.
    """
    if ASSUMED not in files:
        raise PolicyUnreadableError(f"{ASSUMED}: the file is missing", hint="it says what the examples leave out")
    keys = Place.of(files[ASSUMED], ASSUMED).keys("date", "facts")
    assumed, day = keys["facts"].facts(words.facts), keys["date"].date()
    names = sorted(files.keys() - _GENERATED)
    found = [_example(one, words, assumed, day) for name in names for one in Place.of(files[name], name).items()]
    if not found:
        raise PolicyUnreadableError("examples: there is none", hint="a policy without an example proves nothing")
    ids: set[str] = set()
    for place, example in found:
        if example.id in ids:
            raise place.fault(f"two examples are called `{example.id}`", hint="give each its own id")
        ids.add(example.id)
    return tuple(example for _, example in found)


def check_examples(policy: Policy, examples: Sequence[Example]) -> list[Miss]:
    """Return the examples that come out otherwise than is written down."""
    return [miss for example in examples if (miss := check_example(policy, example)) is not None]


def check_example(policy: Policy, example: Example) -> Miss | None:
    """Return what came otherwise in one example, or None."""
    decision = policy.decide(example.query)
    outcome = "deny" if decision.outcome is Outcome.GAP else decision.outcome.value
    withheld = frozenset(one.field for one in decision.withheld)
    if (outcome, withheld) == (example.expected, example.withheld):
        return None
    return Miss(example.id, _said(example.expected, example.withheld), _said(outcome, withheld))


def _said(outcome: str, withheld: frozenset[str]) -> str:
    return f"{outcome}, withheld: {', '.join(sorted(withheld)) or 'nothing'}"


def _example(place: Place, words: Vocabulary, assumed: Mapping[str, Truth], day: dt.date) -> tuple[Place, Example]:
    keys = place.keys(
        "id", "text_nl", "recipient", "ground", "subject_role", "facts", "fields_requested", "expected",
        "withheld_fields", "reason", optional=("date",),
    )  # fmt: skip
    keys["reason"].string()
    asked = keys["fields_requested"].terms(words.fields)
    query = Query(
        recipient=keys["recipient"].term(words.recipients, "recipient"),
        ground=keys["ground"].term(words.grounds, "ground"),
        role=keys["subject_role"].term(words.roles, "role"),
        facts={**assumed, **_facts(keys["facts"], words)},
        fields=asked,
        date=keys["date"].date() if "date" in keys else day,
    )
    withheld = frozenset(keys["withheld_fields"].terms(asked, may_be_empty=True))
    expected = keys["expected"].choice(_Expected)
    return place, Example(keys["id"].word(), keys["text_nl"].string(), query, expected.value, withheld)


def _facts(place: Place, words: Vocabulary) -> dict[str, Truth]:
    """Return what an example says is known; "unknown" takes an assumed fact back."""
    told = {}
    for name, said in place.mapping().items():
        if name not in words.facts:
            raise said.fault(f"unknown fact `{name}`", hint=f"known facts: {', '.join(words.facts)}")
        told[name] = said.choice(Truth)
    return told
