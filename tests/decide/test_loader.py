"""A policy is loaded whole and exactly, or not at all."""

import datetime as dt
import hashlib

import pytest

from gateway.decide.loader import load_bundle
from gateway.errors import PolicyUnreadableError
from gateway.model.bundle import (
    Category,
    FactDefinition,
    FieldDefinition,
    FieldType,
    Forbid,
    Ground,
    LegalBasis,
    Row,
    Scope,
    Vocabulary,
)
from gateway.model.decision import Approval
from gateway.model.terms import Text, Truth
from tests.refusals import refused

VOCABULARY = """
recipients: {police: {internal: false, label: {nl: politie, en: police}}}
grounds: {danger: {urgent: true, purposes: [help], label: {nl: gevaar, en: danger}}}
purposes: {help: {nl: helpen, en: help}}
roles: {suspect: {nl: verdachte, en: suspect}, none: {nl: niemand, en: nobody}}
facts:
  acute: {computed: false, definition: {nl: a, en: b}, evidence: {nl: c, en: d}}
  active: {computed: true, definition: {nl: e, en: f}}
fields:
  name: {group: identity, type: name, scope: subject, category: ordinary, label: {nl: naam, en: name}}
  finding: {group: finding, type: code, scope: case, category: ordinary, label: {nl: g, en: h}}
  bsn: {group: identity, type: bsn, scope: subject, category: national_id, label: {nl: BSN, en: BSN}}
codes: {finding: {G-0: {nl: i, en: j}}}
"""
LEGAL = """
A-1: {reveals: false, source: wet, text: {nl: k, en: l}}
"""
GUARDS = """
require: {active: "yes"}
never_fields: [bsn]
forbids:
  - {id: F-1, when: {acute: "no"}, except_recipients: [], except_grounds: [danger], only_when_known: [],
     note: {nl: u, en: v}}
retention_days: 730
"""
ROWS = """
rows:
  - id: R-1
    recipients: [police]
    grounds: [danger]
    roles: [suspect]
    when: {acute: "yes"}
    skip: [active]
    approval: post_24h
    fields: [name, finding]
    legal_basis: [A-1]
    label: {nl: o, en: p}
    shows_roles: [suspect]
    valid: {from: "2023-01-01", until: null}
    note: {nl: q, en: r}
"""
V, L, G, R = "vocabulary.yaml", "legal.yaml", "guards.yaml", "rows/police.yaml"


def _files() -> dict[str, bytes]:
    return {V: VOCABULARY.encode(), L: LEGAL.encode(), G: GUARDS.encode(), R: ROWS.encode()}


# id -> file, text to replace, replacement, what the message must name
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "unknown key in a row": (R, "    skip:", "    skips: []\n    skip:", "unknown key `skips`"),
    "missing key in a row": (R, "    approval: post_24h\n", "", "key `approval` is missing"),
    "duplicate key in a row": (R, "    skip:", "    fields: [name]\n    skip:", "duplicate key `fields`"),
    "unknown key beside rows": (R, "rows:", "more: []\nrows:", "unknown key `more`"),
    "no rows": (R, ROWS, "rows: []", "a list with at least one item"),
    "rows that are no list": (R, ROWS, "rows: {a: b}", "a list with at least one item"),
    "row that is text": (R, ROWS, "rows: [R-1]", "a mapping"),
    "unknown recipient": (R, "[police]", "[army]", "unknown term `army`"),
    "unknown ground": (R, "[danger]", "[other]", "unknown term `other`"),
    "unknown role": (R, "roles: [suspect]\n    when", "roles: [friend]\n    when", "unknown term `friend`"),
    "unknown field": (R, "[name, finding]", "[name, surname]", "unknown term `surname`"),
    "unknown basis": (R, "[A-1]", "[A-2]", "unknown term `A-2`"),
    "unknown fact": (R, "when: {acute", "when: {cute", "unknown fact `cute`"),
    "skip of what is not required": (R, "skip: [active]", "skip: [acute]", "unknown term `acute`"),
    "role shown that the row is not about": (R, "shows_roles: [suspect]", "shows_roles: [none]", "unknown term `none`"),
    "field named twice": (R, "[name, finding]", "[name, name]", "`name` is named twice"),
    "field that never leaves": (R, "[name, finding]", "[name, bsn]", "`bsn` never leaves"),
    "empty recipients": (R, "[police]", "[]", "recipients: a list with at least one item"),
    "empty grounds": (R, "[danger]", "[]", "grounds: a list with at least one item"),
    "empty roles": (R, "roles: [suspect]\n    when", "roles: []\n    when", "roles: a list with at least one item"),
    "empty fields": (R, "[name, finding]", "[]", "fields: a list with at least one item"),
    "empty legal basis": (R, "[A-1]", "[]", "legal_basis: a list with at least one item"),
    "empty when": (R, '{acute: "yes"}', "{}", "when: a mapping"),
    "bare yes": (R, 'acute: "yes"', "acute: yes", "bare `yes`"),
    "fact as boolean": (R, 'acute: "yes"', "acute: true", "acute: text is expected"),
    "unknown as a condition": (R, 'acute: "yes"', "acute: unknown", ': "yes" or "no" is expected'),
    "unknown approval": (R, "post_24h", "later", "`later` is not one of none, post_24h, pre_two, pre_fg"),
    "no Dutch label": (R, "label: {nl: o, en: p}", "label: {en: p}", "label: key `nl` is missing"),
    "blank note": (R, "note: {nl: q,", "note: {nl: ' ',", "nl: text is expected"),
    "impossible date": (R, "2023-01-01", "2023-02-30", "valid: from: a date"),
    "compact date": (R, "2023-01-01", "20230101", "valid: from: a date"),
    "week date": (R, "2023-01-01", "2023-W01-1", "valid: from: a date"),
    "no first day": (R, '"2023-01-01"', "null", "valid: from: text is expected"),
    "end before the beginning": (R, "until: null", "until: 2022-12-31", ": it ends before it begins"),
    "end on the first day": (R, "until: null", "until: 2023-01-01", "it ends before it begins"),
    "missing end": (R, ", until: null", "", "valid: key `until` is missing"),
    "row with the id of a forbid": (R, "id: R-1", "id: F-1", "`F-1`: two rules have this id"),
    "forbid on an unknown fact": (G, 'when: {acute: "no"}', 'when: {cute: "no"}', "unknown fact `cute`"),
    "forbid with an unknown ground": (G, "except_grounds: [danger]", "except_grounds: [x]", "unknown term `x`"),
    "skip that is no list": (R, "skip: [active]", "skip: {active: x}", "rows[0]: skip: a list is expected"),
    "forbid with an unknown recipient": (G, "recipients: []", "recipients: [x]", "unknown term `x`"),
    "forbid with an unknown ground to be sure of": (G, "known: []", "known: [x]", "unknown term `x`"),
    "forbid without exceptions spelled out": (G, " only_when_known: [],", "", "key `only_when_known` is missing"),
    "no forbids": (G, GUARDS[GUARDS.index("  - {") : GUARDS.index("retention")], "  []\n", "forbids: a list with at"),
    "nothing required": (G, '{active: "yes"}', "{}", "require: a mapping"),
    "unknown never field": (G, "[bsn]", "[passport]", "unknown term `passport`"),
    "no never fields": (G, "[bsn]", "[]", "never_fields: a list with at least one item"),
    "retention as text": (G, "730", '"730"', "retention_days: a number of days"),
    "retention of nothing": (G, "730", "0", "retention_days: a number of days"),
    "retention as boolean": (G, "730", "true", "retention_days: a number of days"),
    "basis without its source": (L, "source: wet, ", "", "A-1: key `source` is missing"),
    "no bases": (L, LEGAL, "{}", "legal.yaml: a mapping"),
    "reveals as text": (L, "false", '"false"', "reveals: true or false"),
    "purpose that nobody defined": (V, "purposes: [help]", "purposes: [harm]", "unknown term `harm`"),
    "ground without purpose": (V, "purposes: [help]", "purposes: []", "danger: purposes: a list with at least one"),
    "evidenced fact without evidence": (
        V,
        ", evidence: {nl: c, en: d}",
        "",
        ": a fact is either computed or evidenced",
    ),
    "computed fact with evidence": (
        V,
        "f}}",
        "f}, evidence: {nl: c, en: d}}",
        ": a fact is either computed or evidenced",
    ),
    "unknown type of field": (V, "type: name", "type: string", "`string` is not one of"),
    "unknown scope of field": (V, "scope: case", "scope: world", "`world` is not one of"),
    "unknown category of field": (V, "category: national_id", "category: secret", "`secret` is not one of"),
    "code field without codes": (V, "codes: {finding: {G-0: {nl: i, en: j}}}", "codes: {}", "codes: a mapping"),
    "codes of a field that has none": (V, "codes: {", "codes: {name: {A: {nl: s, en: t}}, ", "unknown key `name`"),
    "code field with an empty list": (V, "{G-0: {nl: i, en: j}}", "{}", "finding: a mapping"),
    "recipient not said to be internal or not": (V, "internal: false, ", "", "key `internal` is missing"),
    "unknown part of the vocabulary": (V, "purposes: {help", "colours: {}\npurposes: {help", "unknown key `colours`"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_one_fault_refuses_the_whole_policy(fault: tuple[str, str, str, str]) -> None:
    """The message names the file and what is wrong there."""
    name, old, new, problem = fault
    files = _files()
    text = files[name].decode()
    assert text.count(old) >= 1
    with refused(PolicyUnreadableError) as caught:
        load_bundle({**files, name: text.replace(old, new, 1).encode()})
    assert problem in caught.value.message
    assert name in caught.value.message or "two rules have this id" in problem


def test_the_message_names_the_place() -> None:
    """File, list index and key lead to the fault."""
    files = _files()
    files[R] = files[R].replace(b"[name, finding]", b"[name, surname]")
    with pytest.raises(
        PolicyUnreadableError, match=r"^rows/police\.yaml: rows\[0\]: fields\[1\]: unknown term `surname`$"
    ):
        load_bundle(files)


@pytest.mark.parametrize("name", [V, L, G, R])
def test_a_missing_file_is_refused(name: str) -> None:
    """Vocabulary, legal bases, guards and at least one row file make a policy."""
    files = _files()
    del files[name]
    with refused(PolicyUnreadableError):
        load_bundle(files)


@pytest.mark.parametrize(
    "name", ["rows/x.yml", "extra.yaml", "rows/a/b.yaml", "rows/X.yaml", "rows/../x.yaml", "rows/.yaml"]
)
def test_a_file_of_unknown_name_is_refused(name: str) -> None:
    """A file that nobody reads must not seem to count."""
    with refused(PolicyUnreadableError, "no such file belongs to a policy"):
        load_bundle({**_files(), name: ROWS.encode()})


def test_two_rows_with_one_id_are_refused_across_files() -> None:
    """An id in the log points at one row."""
    with refused(PolicyUnreadableError, "`R-1`: two rules have this id"):
        load_bundle({**_files(), "rows/other.yaml": ROWS.encode()})


def test_the_policy_is_what_its_files_say() -> None:
    """Each part arrives in its place."""
    bundle = load_bundle(_files())
    (row,), (forbid,) = bundle.rows, bundle.forbids
    assert row == Row(
        id="R-1",
        recipients=frozenset({"police"}),
        grounds=frozenset({"danger"}),
        roles=frozenset({"suspect"}),
        when={"acute": Truth.YES},
        skip=frozenset({"active"}),
        approval=Approval.POST_24H,
        fields=frozenset({"name", "finding"}),
        legal_basis=("A-1",),
        label=Text("o", "p"),
        shows_roles=frozenset({"suspect"}),
        valid_from=dt.date(2023, 1, 1),
        valid_until=None,
        note=Text("q", "r"),
    )
    assert forbid == Forbid(
        id="F-1",
        when={"acute": Truth.NO},
        except_recipients=frozenset(),
        except_grounds=frozenset({"danger"}),
        only_when_known=frozenset(),
        note=Text("u", "v"),
    )
    assert bundle.require == {"active": Truth.YES}
    assert bundle.never_fields == {"bsn"}
    assert bundle.retention_days == 730
    assert bundle.vocabulary == Vocabulary(
        recipients={"police": Text("politie", "police")},
        internal=frozenset(),
        grounds={"danger": Ground("danger", Text("gevaar", "danger"), ("help",), urgent=True)},
        purposes={"help": Text("helpen", "help")},
        roles={"suspect": Text("verdachte", "suspect"), "none": Text("niemand", "nobody")},
        facts={
            "acute": FactDefinition("acute", False, Text("a", "b"), Text("c", "d")),
            "active": FactDefinition("active", True, Text("e", "f"), None),
        },
        fields={
            "name": FieldDefinition(
                "name", "identity", FieldType.NAME, Scope.SUBJECT, Category.ORDINARY, Text("naam", "name")
            ),
            "finding": FieldDefinition(
                "finding", "finding", FieldType.CODE, Scope.CASE, Category.ORDINARY, Text("g", "h")
            ),
            "bsn": FieldDefinition(
                "bsn", "identity", FieldType.BSN, Scope.SUBJECT, Category.NATIONAL_ID, Text("BSN", "BSN")
            ),
        },
        codes={"finding": {"G-0": Text("i", "j")}},
        legal={"A-1": LegalBasis("A-1", Text("k", "l"), "wet", reveals=False)},
    )


def test_the_exceptions_of_a_guard_are_carried() -> None:
    """Who is excepted, and where certainty is asked for, each in its own place."""
    files = _files()
    files[G] = files[G].replace(b"except_recipients: []", b"except_recipients: [police]")
    files[G] = files[G].replace(b"except_grounds: [danger]", b"except_grounds: []")
    files[G] = files[G].replace(b"only_when_known: []", b"only_when_known: [danger]")
    (forbid,) = load_bundle(files).forbids
    assert forbid.except_recipients == {"police"}
    assert forbid.except_grounds == frozenset()
    assert forbid.only_when_known == {"danger"}


def test_an_internal_recipient_is_known_as_one() -> None:
    """It belongs to the municipality itself."""
    files = _files()
    files[V] = files[V].replace(b"internal: false", b"internal: true")
    assert load_bundle(files).vocabulary.internal == {"police"}


def test_the_field_that_never_leaves_is_named() -> None:
    """Not another one of the same row or list."""
    files = _files()
    files[G] = files[G].replace(b"[bsn]", b"[bsn, name]")
    with refused(PolicyUnreadableError, "rows/police.yaml: rows[0]: fields: `name` never leaves"):
        load_bundle(files)


def test_a_row_may_skip_nothing_and_show_no_role() -> None:
    """These two lists may be empty, and so may a guard's exceptions."""
    files = _files()
    files[R] = files[R].replace(b"skip: [active]", b"skip: []").replace(b"shows_roles: [suspect]", b"shows_roles: []")
    (row,) = load_bundle(files).rows
    assert (row.skip, row.shows_roles) == (frozenset(), frozenset())


def test_one_day_is_the_shortest_retention() -> None:
    """A case that may not be kept at all cannot be decided about."""
    files = _files()
    files[G] = files[G].replace(b"730", b"1")
    assert load_bundle(files).retention_days == 1


def test_an_end_date_is_carried() -> None:
    """The first day on which the row no longer holds."""
    files = _files()
    files[R] = files[R].replace(b"until: null", b"until: 2027-07-01")
    assert load_bundle(files).rows[0].valid_until == dt.date(2027, 7, 1)


def test_the_digest_covers_names_and_exact_bytes() -> None:
    """SHA-256 over each name and content in order of name, each after its length in eight bytes."""
    files = _files()
    told = b"".join(
        len(part).to_bytes(8, "big") + part for name in sorted(files) for part in (name.encode(), files[name])
    )
    assert load_bundle(files).digest == f"sha256:{hashlib.sha256(told).hexdigest()}"
    assert load_bundle(dict(reversed(files.items()))).digest == load_bundle(files).digest
    assert load_bundle({**files, L: files[L] + b"# a comment\n"}).digest != load_bundle(files).digest


def test_the_digest_of_these_bytes_never_changes() -> None:
    """Every leaf ever written names a digest: the way to compute it is a wire format."""
    assert load_bundle(_files()).digest == "sha256:ebb62a1f74d2675d40f50d71302e27d8ec38380249cad72a8e55a77685028587"


def test_the_same_rows_under_another_name_have_another_digest() -> None:
    """A name belongs to what was signed."""
    files = _files()
    moved = {**{name: data for name, data in files.items() if name != R}, "rows/other.yaml": files[R]}
    assert load_bundle(moved).digest != load_bundle(files).digest
