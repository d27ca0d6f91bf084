"""A policy is loaded whole and exactly, or not at all."""

import datetime as dt
import hashlib
import re

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
  acute: {computed: false, category: ordinary, definition: {nl: a, en: b}, evidence: {nl: c, en: d}}
  active: {computed: true, category: none, definition: {nl: e, en: f}}
fields:
  name: {group: identity, type: name, scope: subject, category: ordinary,
    label: {nl: naam, en: name}, definition: {nl: w, en: x}}
  finding: {group: finding, type: code, scope: case, category: ordinary,
    label: {nl: g, en: h}, definition: {nl: w, en: x}}
  bsn: {group: identity, type: bsn, scope: subject, category: national_id,
    label: {nl: BSN, en: BSN}, definition: {nl: w, en: x}}
codes: {finding: {G-0: {nl: i, en: j}}}
"""
LEGAL = """
A-1:
  law: wet
  article: "art. 1"
  bwb: BWBR0000001
  juriconnect: "jci1.3:c:BWBR0000001&artikel=1"
  url: "https://wetten.example/1"
  text: {nl: k, en: l}
  reveals: false
"""
BLUEPRINT = """
valid: {from: "2023-01-01", until: "2030-01-01"}
require: {active: "yes"}
never_fields: [bsn]
forbids:
  - {id: F-1, when: {acute: "no"}, except_recipients: [], except_grounds: [danger], only_when_known: [],
     note: {nl: u, en: v}}
retention_days: 730
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
    valid: {from: "2023-01-01", until: "2029-01-01"}
    note: {nl: q, en: r}
"""
MUNICIPAL = """
municipality: town
valid: {from: "2026-01-01", until: null}
note: {nl: s, en: t}
never_fields: [name]
"""
INVARIANTS = """
- id: INV-1
  holds: {until: [coming]}
  legal: [A-1]
  never: {to: [police], fields: [bsn], given: {acute: ["no", "unknown"]}}
  note: {nl: s, en: t}
"""
V, L, B, S = "vocabulary.yaml", "legal/bases.yaml", "blueprint/2023-01-01.yaml", "invariants.yaml"
M = "municipal/town/2026-01-01.yaml"
DAY = dt.date(2026, 11, 24)
FORBIDS = BLUEPRINT[BLUEPRINT.index("  - {id: F-1") : BLUEPRINT.index("retention")]
ROWS = BLUEPRINT[BLUEPRINT.index("rows:") :]


def _files() -> dict[str, bytes]:
    return {V: VOCABULARY.encode(), L: LEGAL.encode(), B: BLUEPRINT.encode(), S: INVARIANTS.encode()}


# id -> file, text to replace, replacement, what the message must name
FAULTS: dict[str, tuple[str, str, str, str]] = {
    "unknown key in a row": (B, "    skip:", "    skips: []\n    skip:", "unknown key `skips`"),
    "missing key in a row": (B, "    approval: post_24h\n", "", "key `approval` is missing"),
    "duplicate key in a row": (B, "    skip:", "    fields: [name]\n    skip:", "duplicate key `fields`"),
    "unknown key beside rows": (B, "\nrows:", "\nmore: []\nrows:", "unknown key `more`"),
    "no rows": (B, ROWS, "rows: []\n", "a list with at least one item"),
    "rows that are no list": (B, ROWS, "rows: {a: b}\n", "a list with at least one item"),
    "row that is text": (B, ROWS, "rows: [R-1]\n", "a mapping"),
    "unknown recipient": (B, "[police]", "[army]", "unknown term `army`"),
    "unknown ground": (B, "    grounds: [danger]", "    grounds: [other]", "unknown term `other`"),
    "unknown role": (B, "roles: [suspect]\n    when", "roles: [friend]\n    when", "unknown term `friend`"),
    "unknown field": (B, "[name, finding]", "[name, surname]", "unknown term `surname`"),
    "unknown basis": (B, "[A-1]", "[A-2]", "unknown term `A-2`"),
    "unknown fact": (B, "when: {acute", "when: {cute", "unknown fact `cute`"),
    "skip of what is not required": (B, "skip: [active]", "skip: [acute]", "unknown term `acute`"),
    "role shown that the row is not about": (B, "shows_roles: [suspect]", "shows_roles: [none]", "unknown term `none`"),
    "field named twice": (B, "[name, finding]", "[name, name]", "`name` is named twice"),
    "field that never leaves": (B, "[name, finding]", "[name, bsn]", "`bsn` never leaves"),
    "empty recipients": (B, "[police]", "[]", "recipients: a list with at least one item"),
    "empty grounds": (B, "    grounds: [danger]", "    grounds: []", "grounds: a list with at least one item"),
    "empty roles": (B, "roles: [suspect]\n    when", "roles: []\n    when", "roles: a list with at least one item"),
    "empty fields": (B, "[name, finding]", "[]", "fields: a list with at least one item"),
    "empty legal basis": (B, "[A-1]", "[]", "legal_basis: a list with at least one item"),
    "empty when": (B, '{acute: "yes"}', "{}", "when: a mapping"),
    "bare yes": (B, 'acute: "yes"', "acute: yes", "bare `yes`"),
    "fact as boolean": (B, 'acute: "yes"', "acute: true", "acute: text is expected"),
    "unknown as a condition": (B, 'acute: "yes"', "acute: unknown", ': "yes" or "no" is expected'),
    "unknown approval": (B, "post_24h", "later", "`later` is not one of none, post_24h, pre_two, pre_fg"),
    "no Dutch label": (B, "label: {nl: o, en: p}", "label: {en: p}", "label: key `nl` is missing"),
    "blank note": (B, "note: {nl: q,", "note: {nl: ' ',", "nl: text is expected"),
    "impossible date": (B, "2023-01-01", "2023-02-30", "valid: from: a date"),
    "compact date": (B, "2023-01-01", "20230101", "valid: from: a date"),
    "week date": (B, "2023-01-01", "2023-W01-1", "valid: from: a date"),
    "no first day": (B, '"2023-01-01"', "null", "valid: from: text is expected"),
    "end before the beginning": (B, '"2029-01-01"', "2022-12-31", ": it ends before it begins"),
    "end on the first day": (B, '"2029-01-01"', "2023-01-01", "it ends before it begins"),
    "missing end": (B, ', until: "2029-01-01"', "", "valid: key `until` is missing"),
    "row that outlives its file": (B, '"2029-01-01"', "null", "longer than its file"),
    "row that begins before its file": (
        B,
        'valid: {from: "2023-01-01", until: "2029',
        'valid: {from: "2022-01-01", until: "2029',
        "longer than its file",
    ),
    "file that is not named after its first day": (
        B,
        'from: "2023-01-01", until: "2030',
        'from: "2023-01-02", until: "2030',
        "not its first day",
    ),
    "file without its days": (B, 'valid: {from: "2023-01-01", until: "2030-01-01"}\n', "", "key `valid` is missing"),
    "row with the id of a forbid": (B, "id: R-1", "id: F-1", "`F-1`: two rules have this id"),
    "forbid on an unknown fact": (B, 'when: {acute: "no"}', 'when: {cute: "no"}', "unknown fact `cute`"),
    "forbid with an unknown ground": (B, "except_grounds: [danger]", "except_grounds: [x]", "unknown term `x`"),
    "skip that is no list": (B, "skip: [active]", "skip: {active: x}", "rows[0]: skip: a list is expected"),
    "forbid with an unknown recipient": (B, "recipients: []", "recipients: [x]", "unknown term `x`"),
    "forbid with an unknown ground to be sure of": (B, "known: []", "known: [x]", "unknown term `x`"),
    "forbid without exceptions spelled out": (B, " only_when_known: [],", "", "key `only_when_known` is missing"),
    "no forbids": (B, FORBIDS, "  []\n", "forbids: a list with at"),
    "nothing required": (B, '{active: "yes"}', "{}", "require: a mapping"),
    "unknown never field": (B, "[bsn]", "[passport]", "unknown term `passport`"),
    "no never fields": (B, "[bsn]", "[]", "never_fields: a list with at least one item"),
    "retention as text": (B, "730", '"730"', "retention_days: a number of days"),
    "retention of nothing": (B, "730", "0", "retention_days: a number of days"),
    "retention as boolean": (B, "730", "true", "retention_days: a number of days"),
    "basis without its law": (L, "  law: wet\n", "", "A-1: key `law` is missing"),
    "law that is not an id of the Basiswettenbestand": (L, "bwb: BWBR0000001", "bwb: BWB-1", "bwb: an id such as"),
    "reference without its law": (L, "bwb: BWBR0000001", "bwb: null", "go together"),
    "reference to another law": (L, "jci1.3:c:BWBR0000001", "jci1.3:c:BWBR0000002", "juriconnect: a reference"),
    "reference to no article": (L, "&artikel=1", "", "juriconnect: a reference"),
    "address that is not https": (L, "https:", "http:", "url: an https address"),
    "no bases": (L, LEGAL, "{}", "a mapping with at least one key"),
    "reveals as text": (L, "false", '"false"', "reveals: true or false"),
    "purpose that nobody defined": (V, "purposes: [help]", "purposes: [harm]", "unknown term `harm`"),
    "ground without purpose": (V, "purposes: [help]", "purposes: []", "danger: purposes: a list with at least one"),
    "fact without category": (V, "category: none, ", "", "active: key `category` is missing"),
    "field without definition": (V, ", definition: {nl: w, en: x}", "", "name: key `definition` is missing"),
    "id with a space": (B, "id: R-1", "id: R 1", "id: a name of letters"),
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
    "way of a ground that leads to nobody": (
        V,
        "urgent: true,",
        "urgent: true, way: {nl: Bel, en: Call},",
        "way: the recipients are not named",
    ),
    "recipient not said to be internal or not": (V, "internal: false, ", "", "key `internal` is missing"),
    "unknown part of the vocabulary": (V, "purposes: {help", "colours: {}\npurposes: {help", "unknown key `colours`"),
}


def broken(fault: tuple[str, str, str, str]) -> dict[str, bytes]:
    """Return the files of the tiny policy with one fault."""
    name, old, new, _ = fault
    files = _files()
    text = files[name].decode()
    assert text.count(old) >= 1
    return {**files, name: text.replace(old, new, 1).encode()}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_one_fault_refuses_the_whole_policy(fault: tuple[str, str, str, str]) -> None:
    """The message names the file and what is wrong there."""
    name, _, _, problem = fault
    with refused(PolicyUnreadableError) as caught:
        load_bundle(broken(fault))
    assert problem in caught.value.message
    assert name in caught.value.message
    assert re.search(r", line [1-9][0-9]*: ", caught.value.message)


def test_the_message_names_the_place() -> None:
    """File, line, list index and key lead to the fault, and the nearest word is offered."""
    files = _files()
    files[B] = files[B].replace(b"[name, finding]", b"[name, findng]")
    with refused(PolicyUnreadableError) as caught:
        load_bundle(files)
    line = 1 + BLUEPRINT[: BLUEPRINT.index("    fields:")].count("\n")
    assert caught.value.message == f"{B}, line {line}: rows[0]: fields[1]: unknown term `findng`"
    assert caught.value.hint == "did you mean `finding`? known here: bsn, finding, name"


def test_an_unknown_key_is_named_at_its_own_line() -> None:
    """Not at the line where the mapping around it begins."""
    files = _files()
    files[B] = files[B].replace(b"    skip:", b"    skips: []\n    skip:")
    line = 1 + BLUEPRINT[: BLUEPRINT.index("    skip:")].count("\n")
    with refused(PolicyUnreadableError, f"{B}, line {line}: rows[0]: unknown key `skips`"):
        load_bundle(files)


@pytest.mark.parametrize("name", [V, L, B, S])
def test_a_missing_file_is_refused(name: str) -> None:
    """Vocabulary, legal bases, invariants and at least one blueprint make a policy."""
    files = _files()
    del files[name]
    with refused(PolicyUnreadableError):
        load_bundle(files)


@pytest.mark.parametrize(
    "name",
    [
        "blueprint/2024-01-01.yml",
        "extra.yaml",
        "blueprint/a/2024-01-01.yaml",
        "blueprint/X.draft.yaml",
        "blueprint/../2024-01-01.yaml",
        "blueprint/.yaml",
        "municipal/2024-01-01.yaml",
        "municipal/Hilversum/2024-01-01.yaml",
    ],
)
def test_a_file_of_unknown_name_is_refused(name: str) -> None:
    """A file that nobody reads must not seem to count."""
    with refused(PolicyUnreadableError, "no such file belongs to a policy"):
        load_bundle({**_files(), name: BLUEPRINT.encode()})


def test_the_policy_is_what_its_files_say() -> None:
    """Each part arrives in its place."""
    bundle = load_bundle(_files())
    edition = bundle.on(DAY)
    (row,), (forbid,) = edition.rows, edition.forbids
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
        valid_until=dt.date(2029, 1, 1),
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
    assert edition.require == {"active": Truth.YES}
    assert edition.never_fields == {"bsn"}
    assert edition.retention_days == 730
    assert bundle.vocabulary == Vocabulary(
        recipients={"police": Text("politie", "police")},
        internal=frozenset(),
        grounds={"danger": Ground("danger", Text("gevaar", "danger"), ("help",), urgent=True)},
        purposes={"help": Text("helpen", "help")},
        roles={"suspect": Text("verdachte", "suspect"), "none": Text("niemand", "nobody")},
        facts={
            "acute": FactDefinition("acute", False, Category.ORDINARY, Text("a", "b"), Text("c", "d")),
            "active": FactDefinition("active", True, Category.NONE, Text("e", "f"), None),
        },
        fields={
            "name": FieldDefinition(
                "name",
                "identity",
                FieldType.NAME,
                Scope.SUBJECT,
                Category.ORDINARY,
                Text("naam", "name"),
                Text("w", "x"),
            ),
            "finding": FieldDefinition(
                "finding", "finding", FieldType.CODE, Scope.CASE, Category.ORDINARY, Text("g", "h"), Text("w", "x")
            ),
            "bsn": FieldDefinition(
                "bsn",
                "identity",
                FieldType.BSN,
                Scope.SUBJECT,
                Category.NATIONAL_ID,
                Text("BSN", "BSN"),
                Text("w", "x"),
            ),
        },
        codes={"finding": {"G-0": Text("i", "j")}},
        legal={
            "A-1": LegalBasis(
                id="A-1",
                law="wet",
                article="art. 1",
                text=Text("k", "l"),
                bwb="BWBR0000001",
                juriconnect="jci1.3:c:BWBR0000001&artikel=1",
                url="https://wetten.example/1",
                reveals=False,
            )
        },
    )


def test_the_exceptions_of_a_guard_are_carried() -> None:
    """Who is excepted, and where certainty is asked for, each in its own place."""
    files = _files()
    files[B] = files[B].replace(b"except_recipients: []", b"except_recipients: [police]")
    files[B] = files[B].replace(b"except_grounds: [danger]", b"except_grounds: []")
    files[B] = files[B].replace(b"only_when_known: []", b"only_when_known: [danger]")
    (forbid,) = load_bundle(files).on(DAY).forbids
    assert forbid.except_recipients == {"police"}
    assert forbid.except_grounds == frozenset()
    assert forbid.only_when_known == {"danger"}
    assert forbid.legal_basis == ()


def test_a_guard_may_name_its_law() -> None:
    """So that a refusal can name it."""
    files = _files()
    files[B] = files[B].replace(b"only_when_known: [],", b"only_when_known: [], legal_basis: [A-1],")
    (forbid,) = load_bundle(files).on(DAY).forbids
    assert forbid.legal_basis == ("A-1",)


def test_a_ground_may_lead_to_other_recipients() -> None:
    """In words with a place for their names."""
    files = _files()
    files[V] = files[V].replace(
        b"urgent: true,", b'urgent: true, way: {nl: "Bel {recipients}", en: "Call {recipients}"},'
    )
    assert load_bundle(files).vocabulary.grounds["danger"].way == Text("Bel {recipients}", "Call {recipients}")
    assert load_bundle(_files()).vocabulary.grounds["danger"].way is None


def test_an_internal_recipient_is_known_as_one() -> None:
    """It belongs to the municipality itself."""
    files = _files()
    files[V] = files[V].replace(b"internal: false", b"internal: true")
    assert load_bundle(files).vocabulary.internal == {"police"}


def test_the_field_that_never_leaves_is_named() -> None:
    """Not another one of the same row or list."""
    files = _files()
    files[B] = files[B].replace(b"[bsn]", b"[bsn, name]")
    with refused(PolicyUnreadableError, "rows[0]: fields: `name` never leaves"):
        load_bundle(files)


def test_a_row_may_skip_nothing_and_show_no_role() -> None:
    """These two lists may be empty, and so may a guard's exceptions."""
    files = _files()
    files[B] = files[B].replace(b"skip: [active]", b"skip: []").replace(b"shows_roles: [suspect]", b"shows_roles: []")
    (row,) = load_bundle(files).on(DAY).rows
    assert (row.skip, row.shows_roles) == (frozenset(), frozenset())


def test_one_day_is_the_shortest_retention() -> None:
    """A case that may not be kept at all cannot be decided about."""
    files = _files()
    files[B] = files[B].replace(b"730", b"1")
    assert load_bundle(files).on(DAY).retention_days == 1


def test_a_row_without_days_of_its_own_holds_as_long_as_its_file() -> None:
    """Most rows do."""
    files = _files()
    files[B] = re.sub(rb"    valid: .*\n", b"", files[B])
    bundle = load_bundle(files)
    (row,) = bundle.on(DAY).rows
    assert (row.valid_from, row.valid_until) == (dt.date(2023, 1, 1), dt.date(2030, 1, 1))
    assert [(one.begins, one.ends) for one in bundle.editions] == [(dt.date(2023, 1, 1), dt.date(2030, 1, 1))]


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
    assert load_bundle(_files()).digest == "sha256:de4f2936c07967d432a2f0853ef77d35c81cc40b892296ede0ea4c583c94f1c8"


def test_the_same_rules_under_another_name_have_another_digest() -> None:
    """A name belongs to what was signed."""
    files = {**_files(), M: MUNICIPAL.encode()}
    moved = {**_files(), M.replace("town", "city"): MUNICIPAL.replace("town", "city").encode()}
    assert load_bundle(moved).digest != load_bundle(files).digest
