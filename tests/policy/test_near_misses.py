"""The near misses: the stored answers are those of the shipped policy, and a fault in the policy changes an answer."""

import datetime as dt
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.decide.engine import Policy
from gateway.errors import PolicyUnreadableError
from gateway.model.bundle import Edition, Row
from gateway.model.decision import Approval
from gateway.model.terms import Text, Truth
from gateway.policy.examples import NEAR_MISSES, Miss
from gateway.policy.near_file import near_misses, outdated, read_near_misses, write_near_misses
from gateway.policy.near_misses import BESIDE, DAYS, GAPS
from tests.policy.shipped import EDITION, FILES, SHIPPED, the_row, with_edition, with_row

WORDS = SHIPPED.bundle.vocabulary
TEXT = FILES[NEAR_MISSES].decode()
STORED = read_near_misses(FILES[NEAR_MISSES], WORDS)


def first_miss(policy: Policy, about: str) -> Miss | None:
    """Return the first answer that comes out otherwise, of what is asked first."""
    return next((miss for _, miss in STORED.misses(policy, about=[about]) if miss), None)


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("grounds: [exploitation_signal, ", "grounds: [", "not the grounds of the vocabulary"),
        ("when: [enough, ", "when: [enoug, ", "nothing is asked like this"),
        ("without contract_party", "without contract_part", "nothing is asked like this"),
        ("(police, joint_inspection, none)", "(police, joint_inspection, owner)", "nothing is asked like this"),
        ("leaves: [name", "leaves: [names", "unknown term `names`"),
        ("retention_days: 730", "retention_days: 0", "a number of days"),
        ("approval: post_24h", "approval: post", "`post` is not one of"),
    ],
)
def test_a_file_that_is_not_clear_is_refused(right: str, wrong: str, said: str) -> None:
    """With its line; what nobody can ask is not passed over."""
    changed = TEXT.replace(right, wrong, 1)
    assert changed != TEXT
    with pytest.raises(PolicyUnreadableError, match=r"near-misses\.yaml, line \d+: ") as refused:
        read_near_misses(changed.encode(), WORDS)
    assert said in refused.value.message


def test_the_stored_file_is_what_the_shipped_policy_would_write() -> None:
    """So that whoever changes the policy sees in the file what changes; with the next test this is all of the file."""
    assert write_near_misses(STORED, WORDS) == TEXT, "run `gateway policy test --write` and read the difference"
    assert outdated(STORED, SHIPPED) == []


def test_what_is_written_for_another_policy_is_read_back_and_holds() -> None:
    """A few rows; two of them stand there twice, since they are asked with other facts in each epoch."""
    few = replace(EDITION, rows=EDITION.rows[-3:])
    first = replace(SHIPPED.bundle.editions[0], rows=EDITION.rows[-2:], forbids=EDITION.forbids[:1])
    policy = Policy(replace(SHIPPED.bundle, editions=(first, few)))
    written = near_misses(policy)
    assert read_near_misses(write_near_misses(written, WORDS).encode(), WORDS) == written
    assert [miss for _, miss in written.misses(policy) if miss] == []
    assert [table.row for table in written.rows] == ["ON-1", "ST-1", "JH-2", "ON-1", "ST-1"]


def test_every_stored_answer_is_given_and_none_is_lost() -> None:
    """Rows, guards, days around the epochs, what stands beside them, and the gaps."""
    told = list(STORED.misses(SHIPPED))
    assert [miss for _, miss in told if miss] == []
    assert sum(count for count, _ in told) > 15_000


ROWS: dict[str, tuple[str, Callable[[Row], Row]]] = {
    "a condition is dropped": ("WC-1", lambda row: replace(row, when=dict(list(row.when.items())[1:]))),
    "a condition is added": ("BE-1", lambda row: replace(row, when={**row.when, "subject_heard": Truth.YES})),
    "an approval is weaker": ("CM-1", lambda row: replace(row, approval=Approval.PRE_TWO)),
    "a review afterwards is forgotten": ("AV-1", lambda row: replace(row, approval=Approval.NONE)),
    "a field is added": ("GG-1", lambda row: replace(row, fields=row.fields | {"name"})),
    "a field is taken away": ("AV-1", lambda row: replace(row, fields=row.fields - {"safety_warning"})),
    "a recipient is added": ("LI-1", lambda row: replace(row, recipients=row.recipients | {"ondermijning"})),
    "a recipient is added that a guard always stops": (
        "VT-1",
        lambda row: replace(row, recipients=row.recipients | {"belle"}),
    ),
    "a role is added": ("JH-1", lambda row: replace(row, roles=row.roles | {"sex_worker"})),
    "a ground is added": ("ON-1", lambda row: replace(row, grounds=row.grounds | {"general_oversight"})),
    "a general requirement is skipped": ("SP-2", lambda row: replace(row, skip=row.skip | {"agreement_current"})),
    "a role is told": ("WC-3a", lambda row: replace(row, shows_roles=frozenset({"sex_worker"}))),
    "a landlord reads another label": ("WC-1", lambda row: replace(row, label=Text("illegaal sekswerk", "sex work"))),
    "an article is forgotten": ("WC-3a", lambda row: replace(row, legal_basis=row.legal_basis[:1])),
}


BY_GAPS = {"a recipient is added that a guard always stops"}


@pytest.mark.parametrize("fault", ROWS)
def test_a_fault_in_a_row_changes_an_answer(fault: str) -> None:
    """Each kind of fault once; `gateway policy test --mutate` plants every one."""
    name, change = ROWS[fault]
    assert change(the_row(name)) != the_row(name)
    assert first_miss(with_row(change(the_row(name))), name if fault not in BY_GAPS else GAPS) is not None


EDITIONS: dict[str, tuple[str, Callable[[Edition], Edition]]] = {
    "a row is dropped": ("AV-1", lambda edition: replace(edition, rows=edition.rows[1:])),
    "a guard is dropped": ("F-WPG", lambda edition: replace(edition, forbids=edition.forbids[1:])),
    "a guard excepts a ground without rows": (
        "F-WPG",
        lambda edition: with_guard(edition, except_grounds=frozenset({"general_oversight"})),
    ),
    "a guard has a second condition": (
        "F-WPG",
        lambda edition: with_guard(edition, when={"source_wpg": Truth.YES, "acute_danger": Truth.YES}),
    ),
    "a general requirement is dropped": (
        "AV-1",
        lambda edition: replace(edition, require=dict(list(edition.require.items())[1:])),
    ),
    "a field of the municipality may leave again": (
        BESIDE,
        lambda edition: replace(edition, never_fields=edition.never_fields - {"work_name"}),
    ),
    "a case is kept longer": (BESIDE, lambda edition: replace(edition, retention_days=731)),
}


def with_guard(edition: Edition, **changed: object) -> Edition:
    """Return an edition with another first guard."""
    first = replace(edition.forbids[0], **changed)  # type: ignore[arg-type]  # a builder: each fault names what it changes
    return replace(edition, forbids=(first, *edition.forbids[1:]))


@pytest.mark.parametrize("fault", EDITIONS)
def test_a_fault_beside_the_rows_changes_an_answer(fault: str) -> None:
    """What holds for all rows, and the guards, are asked for as well."""
    about, change = EDITIONS[fault]
    assert first_miss(with_edition(change(EDITION)), about) is not None


def test_a_rule_that_holds_on_other_days_changes_an_answer() -> None:
    """The day before an epoch begins and the day on which the next one does."""
    first, last = SHIPPED.bundle.editions
    earlier = replace(first, begins=first.begins - dt.timedelta(days=1))
    assert first_miss(Policy(replace(SHIPPED.bundle, editions=(earlier, last))), DAYS) is not None
    shorter = replace(first, ends=last.begins - dt.timedelta(days=1))
    assert first_miss(Policy(replace(SHIPPED.bundle, editions=(shorter, last))), DAYS) is not None


def test_a_rule_without_near_misses_is_named() -> None:
    """A new row is not tested until its near misses are written."""
    new = replace(the_row("WC-1"), id="WC-9")
    assert outdated(STORED, with_edition(replace(EDITION, rows=(*EDITION.rows, new)))) == ["row WC-9"]
    assert outdated(STORED, with_edition(replace(EDITION, forbids=EDITION.forbids[1:]))) != []
