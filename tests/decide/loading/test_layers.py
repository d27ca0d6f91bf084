"""A municipality may only restrict, a draft is never live, and no two files hold on the same day."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.decide.loader import load_bundle
from gateway.errors import PolicyUnreadableError
from gateway.model.bundle import NOTHING, Bundle, Edition, Row
from gateway.model.decision import Approval
from gateway.model.terms import Truth
from tests.decide.test_loader import BLUEPRINT, INVARIANTS, LEGAL, VOCABULARY, B, L, S, V
from tests.refusals import refused

M = "municipal/town/2026-01-01.yaml"
D = "blueprint/coming.draft.yaml"
MUNICIPAL = """
municipality: town
valid: {from: "2026-01-01", until: "2027-01-01"}
note: {nl: s, en: t}
require: {active: "yes"}
never_fields: [bsn]
retention_days: 100
forbids:
  - {id: F-2, when: {active: "no"}, except_recipients: [police], except_grounds: [], only_when_known: [],
     note: {nl: u, en: v}}
narrow:
  - id: R-1
    roles: [suspect]
    fields: [finding]
    when: {active: "yes"}
    approval: pre_two
    note: {nl: w, en: x}
"""
DRAFT = """
draft: coming
law: {nl: a, en: b}
assumed_from: "2028-01-01"
changes_invariants: []
facts: {named: {computed: false, category: none, definition: {nl: c, en: d}, evidence: {nl: e, en: f}}}
legal: {A-2: {law: wet, article: art, bwb: null, juriconnect: null, url: null, text: {nl: g, en: h}, reveals: false}}
without: [R-1]
rows:
  - id: R-2
    recipients: [police]
    grounds: [danger]
    roles: [none]
    when: {named: "yes"}
    skip: []
    approval: none
    fields: [finding]
    legal_basis: [A-2]
    label: {nl: o, en: p}
    shows_roles: []
    note: {nl: q, en: r}
"""


def _files(**more: str) -> dict[str, bytes]:
    texts = {V: VOCABULARY, L: LEGAL, B: BLUEPRINT, S: INVARIANTS, M: MUNICIPAL, **more}
    return {name: text.encode() for name, text in texts.items()}


def _on(year: int, **more: str) -> Edition:
    return load_bundle(_files(**more)).on(dt.date(year, 6, 1))


# id -> text of the municipality to replace, replacement, what the message must say
WIDENINGS: dict[str, tuple[str, str, str]] = {
    "a row": ("retention_days: 100", "rows: []", "rows: a municipality may not add a row"),
    "a field": ("fields: [finding]", "fields: [bsn]", "fields[0]: unknown term `bsn`"),
    "a role": ("roles: [suspect]", "roles: [none]", "roles[0]: unknown term `none`"),
    "a recipient": ("roles: [suspect]", "recipients: [army]", "recipients[0]: unknown term `army`"),
    "a skip": ("roles: [suspect]", "skip: [acute]", "skip[0]: unknown term `acute`"),
    "a longer retention": ("retention_days: 100", "retention_days: 731", "the blueprint keeps a case for 730 days"),
    "a weaker approval": ("approval: pre_two", "approval: none", "the blueprint asks for post_24h"),
    "a condition turned round": ('when: {active: "yes"}', 'when: {acute: "no"}', "the opposite of `acute`"),
    "a requirement turned round": ('require: {active: "yes"}', 'require: {active: "no"}', "the opposite of `active`"),
    "another label": ("roles: [suspect]", "label: {nl: a, en: b}", "unknown key `label`"),
}
FAULTS: dict[str, tuple[str, str, str]] = {
    "a row that the blueprint lacks": ("id: R-1", "id: R-9", "unknown row of the blueprint `R-9`"),
    "a narrowing without a reason": ("    note: {nl: w, en: x}\n", "", "narrow[0]: key `note` is missing"),
    "another town's file": ("municipality: town", "municipality: city", "municipality: the file stands in the folder"),
    "a file not named after its first day": (
        'from: "2026-01-01"',
        'from: "2026-02-01"',
        "valid: the file's name is not",
    ),
    "a guard with an id of the blueprint": ("id: F-2", "id: F-1", "`F-1`: two rules have this id"),
    "a guard with the id of a row": ("id: F-2", "id: R-1", "`R-1`: two rules have this id"),
    "an empty list": ("never_fields: [bsn]", "never_fields: []", "a list with at least one item"),
    "a withdrawal of nothing": ("never_fields: [bsn]", "withdraw: [R-9]", "unknown term `R-9`"),
    "no reason for the whole": ("note: {nl: s, en: t}\n", "", "key `note` is missing"),
}


DRAFT_FAULTS: dict[str, tuple[str, str, str]] = {
    "another's file": ("draft: coming", "draft: going", "line 2: draft: the file's name is not the draft's"),
    "a row that is not there": ("without: [R-1]", "without: [R-9]", "unknown term `R-9`"),
    "a known fact": ("named: {computed", "acute: {computed", "facts: `acute` is in the vocabulary already"),
    "a known article": ("legal: {A-2:", "legal: {A-1:", "legal: `A-1` is in the vocabulary already"),
    "nothing said of invariants": ("changes_invariants: []\n", "", "key `changes_invariants` is missing"),
    "days of a blueprint": ("assumed_from:", "valid:", "unknown key `valid`"),
    "a field that never leaves": ("fields: [finding]", "fields: [bsn]", "`bsn` never leaves"),
}


def with_municipality(old: str, new: str) -> Bundle:
    """Load the tiny policy with a changed file of its municipality."""
    assert MUNICIPAL.count(old) == 1
    return load_bundle(_files(**{M: MUNICIPAL.replace(old, new)}))


def with_draft(old: str, new: str) -> Bundle:
    """Load the tiny policy with a changed draft of coming law."""
    assert DRAFT.count(old) == 1
    return load_bundle(_files(**{D: DRAFT.replace(old, new)}))


@pytest.mark.parametrize("name", [*WIDENINGS, *FAULTS])
def test_a_widening_or_broken_municipal_file_is_refused(name: str) -> None:
    """Whatever is not part of the blueprint's own list, weaker than it, or unknown; with file and line."""
    old, new, problem = (WIDENINGS | FAULTS)[name]
    with refused(PolicyUnreadableError, problem) as caught:
        with_municipality(old, new)
    assert caught.value.message.startswith(M)


def test_a_file_may_begin_on_the_day_on_which_another_ends() -> None:
    """`until` is the first day that is not its own any more."""
    text = MUNICIPAL.replace('{from: "2026-01-01", until: "2027-01-01"}', '{from: "2027-01-01", until: null}')
    later = text.replace("retention_days: 100", "retention_days: 90")
    assert _on(2027, **{"municipal/town/2027-01-01.yaml": later}).retention_days == 90


def test_a_municipality_may_keep_a_case_as_long_as_the_blueprint() -> None:
    """To say so is no widening."""
    assert _on(2026, **{M: MUNICIPAL.replace("retention_days: 100", "retention_days: 730")}).retention_days == 730


def test_a_narrowing_that_takes_nothing_away_is_refused() -> None:
    """Somebody would believe that it restricts."""
    start, end = MUNICIPAL.index("    roles:"), MUNICIPAL.rindex("    note:")
    with refused(PolicyUnreadableError, "narrow[0]: it restricts nothing"):
        load_bundle(_files(**{M: MUNICIPAL[:start] + MUNICIPAL[end:]}))


def test_two_files_for_one_day_are_refused() -> None:
    """The message names both, and the day that would part them; that holds for either layer."""
    later = BLUEPRINT.replace(
        'valid: {from: "2023-01-01", until: "2030-01-01"}', 'valid: {from: "2029-12-31", until: null}'
    )
    later = later.replace('    valid: {from: "2023-01-01", until: "2029-01-01"}\n', "")
    with refused(
        PolicyUnreadableError, f"blueprint/2029-12-31.yaml, line 2: valid: it holds on days on which {B} holds too"
    ) as caught:
        load_bundle(_files(**{"blueprint/2029-12-31.yaml": later}))
    assert "2029-12-31" in caught.value.hint
    second = "municipal/town/2026-12-31.yaml"
    text = MUNICIPAL.replace('{from: "2026-01-01", until: "2027-01-01"}', '{from: "2026-12-31", until: null}')
    with refused(PolicyUnreadableError, f"{second}, line 3: valid: it holds on days on which {M} holds too"):
        load_bundle(_files(**{second: text}))


def test_the_rules_of_two_municipalities_are_refused() -> None:
    """A policy is of one municipality."""
    with refused(PolicyUnreadableError, "of one municipality"):
        load_bundle(_files(**{"municipal/city/2026-01-01.yaml": MUNICIPAL.replace("town", "city")}))


def test_before_the_first_file_and_in_a_hole_nothing_holds() -> None:
    """No row, so nothing may go: nobody wrote rules for those days."""
    later = BLUEPRINT.replace("2030-01-01", "2035-01-01").replace('from: "2023-01-01"', 'from: "2031-01-01"')
    bundle = load_bundle(_files(**{"blueprint/2031-01-01.yaml": later.replace("2029-01-01", "2032-01-01")}))
    for day in (dt.date(2022, 12, 31), dt.date(2030, 1, 1), dt.date(2030, 12, 31), dt.date(2035, 1, 1)):
        assert bundle.on(day) == NOTHING
    assert [row.id for row in bundle.on(dt.date(2031, 1, 1)).rows] == ["R-1"]
    assert [row.id for row in bundle.on(dt.date(2029, 12, 31)).rows] == []


def test_a_municipality_restricts_only_on_its_own_days() -> None:
    """Before its file and after it the blueprint stands alone."""
    before, within, after = _on(2025), _on(2026), _on(2027)
    (row,) = before.rows
    assert before.rows == after.rows
    assert (before.retention_days, within.retention_days, after.retention_days) == (730, 100, 730)
    assert [forbid.id for forbid in within.forbids] == ["F-1", "F-2"]
    (narrowed,) = within.rows
    assert narrowed.fields == {"finding"}
    assert narrowed.fields < row.fields
    assert narrowed.when == {"acute": Truth.YES, "active": Truth.YES}
    assert narrowed.approval is Approval.PRE_TWO


def test_what_a_municipality_requires_is_required_beside_what_the_blueprint_does() -> None:
    """On its own days, and the blueprint by itself stays as it was: a proof compares the two."""
    files = _files(**{M: MUNICIPAL.replace('require: {active: "yes"}', 'require: {acute: "yes"}')})
    bundle = load_bundle(files)
    assert bundle.on(dt.date(2026, 6, 1)).require == {"active": Truth.YES, "acute": Truth.YES}
    assert bundle.blueprint == load_bundle({name: data for name, data in files.items() if name != M}).editions
    drafted = load_bundle({**files, D: DRAFT.encode()})
    assert [row.id for row in drafted.blueprint[-1].rows] == ["R-2"]


def test_a_narrowed_list_leaves_the_rest_of_the_row_as_it_was() -> None:
    """Label, legal basis, recipients and days are the blueprint's."""
    (row,), (narrowed,) = _on(2025).rows, _on(2026).rows

    def rest(one: Row) -> list[object]:
        return [one.id, one.recipients, one.grounds, one.legal_basis, one.label, one.note, one.valid_from, one.skip]

    assert rest(narrowed) == rest(row)


def test_a_field_that_never_leaves_here_is_in_no_row() -> None:
    """A municipality that forbids a field forbids it everywhere; an emptied row still tells a refusal from a gap."""
    within = _on(2026, **{M: MUNICIPAL.replace("[bsn]", "[bsn, finding]")})
    assert within.never_fields == {"bsn", "finding"}
    assert [row.fields for row in within.rows] == [frozenset()]


def test_a_withdrawn_row_is_gone() -> None:
    """On the municipality's days only."""
    text = MUNICIPAL[: MUNICIPAL.index("narrow:")] + "withdraw: [R-1]\n"
    assert [row.id for row in _on(2026, **{M: text}).rows] == []
    assert [row.id for row in _on(2025, **{M: text}).rows] == ["R-1"]


@pytest.mark.parametrize("name", DRAFT_FAULTS)
def test_a_broken_draft_is_refused(name: str) -> None:
    """Also what is only tried out is read strictly."""
    old, new, problem = DRAFT_FAULTS[name]
    with refused(PolicyUnreadableError, problem):
        with_draft(old, new)


def test_a_file_that_is_nothing_at_all_is_named_with_its_line_alone() -> None:
    """The top of a file has no path of keys."""
    with refused(PolicyUnreadableError) as caught:
        load_bundle(_files(**{D: "[]"}))
    assert caught.value.message == f"{D}, line 1: a mapping with at least one key is expected"


def test_a_draft_need_not_bring_words() -> None:
    """It may only take away."""
    short = "".join(f"{line}\n" for line in DRAFT.splitlines() if not line.startswith(("facts:", "legal:")))
    bundle = load_bundle(_files(**{D: short[: short.index("rows:")]}))
    assert bundle.vocabulary == load_bundle(_files()).vocabulary
    assert bundle.on(dt.date(2028, 6, 1)).rows == ()


def test_two_drafts_at_once_are_refused() -> None:
    """What each changes could not be told apart."""
    with refused(PolicyUnreadableError, "one draft at most"):
        load_bundle(_files(**{D: DRAFT, "blueprint/other.draft.yaml": DRAFT.replace("coming", "other")}))


def test_a_draft_changes_the_rules_from_its_day_and_says_that_it_is_one() -> None:
    """Its rows, facts and articles exist in that bundle alone, and the bundle carries the draft's name."""
    files = _files(**{D: DRAFT})
    bundle = load_bundle(files)
    assert bundle.draft == "coming"
    assert load_bundle(_files()).draft is None
    assert [row.id for row in bundle.on(dt.date(2027, 12, 31)).rows] == ["R-1"]
    assert [row.id for row in bundle.on(dt.date(2028, 1, 1)).rows] == ["R-2"]
    assert "named" in bundle.vocabulary.facts
    assert "named" not in load_bundle(_files()).vocabulary.facts


def test_a_draft_may_replace_a_row_by_its_id() -> None:
    """The new row takes the place of the old one."""
    text = DRAFT.replace("without: [R-1]\n", "").replace("id: R-2", "id: R-1")
    (row,) = _on(2028, **{D: text}).rows
    assert row.roles == {"none"}


def test_a_narrowing_may_touch_one_list_alone() -> None:
    """Conditions and approval then stay the blueprint's."""
    text = MUNICIPAL.replace('    when: {active: "yes"}\n    approval: pre_two\n', "")
    (row,), (narrowed,) = _on(2025).rows, _on(2026, **{M: text}).rows
    assert (narrowed.when, narrowed.approval) == (row.when, row.approval)
    assert narrowed.fields < row.fields


GUARD = (
    "forbids:\n"
    '  - {id: F-3, when: {named: "no"}, except_recipients: [], except_grounds: [], only_when_known: [],'
    " note: {nl: i, en: j}}\n"
)


@pytest.mark.parametrize(
    ("more", "problem"),
    [
        (GUARD.replace("F-3", "R-2"), "`R-2`: two rules have this id"),
        (GUARD.replace("named", "unheard"), "`unheard`"),
        ('require: {unheard: "yes"}\n', "`unheard`"),
    ],
)
def test_a_draft_whose_guards_or_requirements_are_broken_is_refused(more: str, problem: str) -> None:
    """They are read as the blueprint's are."""
    with refused(PolicyUnreadableError, problem):
        load_bundle(_files(**{D: DRAFT + more}))


def test_a_draft_brings_its_own_guards_and_requirements() -> None:
    """Beside the blueprint's, on its own days; a guard with the id of another takes its place."""
    before = _on(2027, **{D: DRAFT + GUARD})
    after = _on(2028, **{D: DRAFT + GUARD + 'require: {named: "yes"}\n'})
    assert [forbid.id for forbid in before.forbids] == ["F-1"]
    assert [forbid.id for forbid in after.forbids] == ["F-1", "F-3"]
    assert after.require == {**before.require, "named": Truth.YES}
    assert after.never_fields == before.never_fields
    (replaced,) = _on(2028, **{D: DRAFT + GUARD.replace("F-3", "F-1")}).forbids
    assert replaced.when == {"named": Truth.NO}


def test_a_row_of_a_draft_may_skip_what_the_draft_requires() -> None:
    """What can be skipped is what is required then, the draft's own requirement too."""
    text = DRAFT.replace("skip: []", "skip: [named]").replace('when: {named: "yes"}', 'when: {acute: "yes"}')
    (row,) = _on(2028, **{D: text + 'require: {named: "yes"}\n'}).rows
    assert row.skip == {"named"}
    with refused(PolicyUnreadableError, "unknown term `named`"):
        load_bundle(_files(**{D: text}))


def test_a_row_of_a_draft_holds_from_the_drafts_day_or_on_days_of_its_own() -> None:
    """Time is cut where it begins and ends."""
    (row,) = _on(2028, **{D: DRAFT}).rows
    assert (row.valid_from, row.valid_until) == (dt.date(2028, 1, 1), None)
    text = DRAFT.replace(
        "    shows_roles: []\n", '    shows_roles: []\n    valid: {from: "2028-03-01", until: "2028-09-01"}\n'
    )
    bundle = load_bundle(_files(**{D: text}))
    days = [(1, 1), (2, 29), (3, 1), (8, 31), (9, 1)]
    assert [len(bundle.on(dt.date(2028, month, day)).rows) for month, day in days] == [0, 0, 1, 1, 0]
    begins = [edition.begins.isoformat() for edition in bundle.editions]
    assert begins[-3:] == ["2028-03-01", "2028-09-01", "2029-01-01"]


def test_a_draft_without_rows_only_takes_away() -> None:
    """Then the cell is decided by nobody, or by the rows that are left."""
    text = DRAFT[: DRAFT.index("rows:")]
    assert _on(2027, **{D: text}).rows != ()
    assert _on(2028, **{D: text}).rows == ()


WIDE_WORDS = VOCABULARY.replace(
    "recipients: {police:", "recipients: {care: {internal: true, label: {nl: zorg, en: care}}, police:"
).replace(
    "grounds: {danger:", "grounds: {help: {urgent: false, purposes: [help], label: {nl: hulp, en: help}}, danger:"
)
WIDE = (
    BLUEPRINT.replace("recipients: [police]\n", "recipients: [care, police]\n")
    .replace("grounds: [danger]\n", "grounds: [danger, help]\n")
    .replace("roles: [suspect]\n", "roles: [none, suspect]\n")
    .replace("shows_roles: [suspect]", "shows_roles: [none, suspect]")
)


@pytest.mark.parametrize(
    ("less", "expected"),
    [
        ("recipients: [care]", {"recipients": {"care"}}),
        ("grounds: [help]", {"grounds": {"help"}}),
        ("roles: [none]", {"roles": {"none"}, "shows_roles": {"none"}}),
        ("fields: [name]", {"fields": {"name"}}),
        ("skip: []", {"skip": set()}),
        ('when: {active: "no"}', {"when": {"acute": Truth.YES, "active": Truth.NO}}),
        ("approval: pre_fg", {"approval": Approval.PRE_FG}),
        ("approval: post_24h", {}),
    ],
)
def test_a_narrowing_changes_exactly_what_it_names(less: str, expected: dict[str, object]) -> None:
    """Each list by itself; a role that goes is not shown. The blueprint's own approval may be repeated."""
    start, end = MUNICIPAL.index("narrow:"), MUNICIPAL.rindex("    note:")
    town = f"{MUNICIPAL[:start]}narrow:\n  - id: R-1\n    {less}\n{MUNICIPAL[end:]}"
    more = {V: WIDE_WORDS, B: WIDE, M: town}
    (row,), (narrowed,) = _on(2025, **more).rows, _on(2026, **more).rows
    assert narrowed == replace(row, **expected)  # type: ignore[arg-type]  # one of the row's own members


def test_a_list_that_is_not_what_may_be_skipped_cannot_be_emptied() -> None:
    """A row for nobody would still be a row; withdrawing it is said as such."""
    with refused(PolicyUnreadableError, "a list with at least one item"):
        load_bundle(_files(**{M: MUNICIPAL.replace("roles: [suspect]", "roles: []")}))


@pytest.mark.parametrize(
    ("old", "new", "hint"),
    [
        ("approval: pre_two", "approval: none", "a municipality may ask for more, never for less"),
        ("retention_days: 100", "retention_days: 731", "a municipality may keep it shorter"),
        ('when: {active: "yes"}', 'when: {acute: "no"}', "a municipality may only add"),
    ],
)
def test_a_refused_widening_says_what_a_municipality_may_do(old: str, new: str, hint: str) -> None:
    """The way forward stands beside the refusal."""
    with refused(PolicyUnreadableError) as caught:
        load_bundle(_files(**{M: MUNICIPAL.replace(old, new)}))
    assert caught.value.hint == hint


def test_a_narrowing_of_nothing_says_what_can_be_narrowed() -> None:
    """Every key that it may have."""
    start, end = MUNICIPAL.index("    roles:"), MUNICIPAL.rindex("    note:")
    with refused(PolicyUnreadableError) as caught:
        load_bundle(_files(**{M: MUNICIPAL[:start] + MUNICIPAL[end:]}))
    assert caught.value.hint == "say what is left: fields, recipients, grounds, roles, when, approval"
