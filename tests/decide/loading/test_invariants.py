"""The privacy officer's invariants are read strictly, and a draft changes only those that are bound to it."""

import pytest

from gateway.decide.loader import load_bundle
from gateway.errors import PolicyUnreadableError
from gateway.model.bundle import Bundle
from gateway.model.decision import Approval
from gateway.model.invariant import (
    Always,
    ApprovalAtLeast,
    Elsewhere,
    KnowingLessNeverReleasesMore,
    LabelsNeverSay,
    MunicipalityNeverWidens,
    Never,
    NeverAsserted,
    NoRowMayOffer,
    OnlyIf,
    OnlyThrough,
    Possible,
    Reach,
    RelabellingNeverWidens,
    RetentionAtMost,
    RolesNeverTold,
    WhateverIsKnownOf,
)
from gateway.model.terms import Text, Truth
from tests.decide.loading.test_layers import DRAFT, D
from tests.decide.test_loader import BLUEPRINT, INVARIANTS, LEGAL, VOCABULARY, B, L, S, V
from tests.refusals import refused

EVERY_KIND = """
- {id: I-1, holds: {until: [coming]}, legal: [A-1], note: {nl: a, en: b},
   never: {to: {all_but: [police]}, fields: {category: national_id}, given: {acute: ["no", "unknown"]}}}
- {id: I-2, holds: absolute, legal: [A-1], note: {nl: a, en: b}, only_if: {roles: [suspect], known: {acute: "yes"}}}
- {id: I-3, holds: absolute, legal: [A-1], note: {nl: a, en: b}, always: {fields: [name], given: {acute: ["yes"]}}}
- {id: I-4, holds: absolute, legal: [A-1], note: {nl: a, en: b},
   possible: {to: [police], grounds: [danger], roles: [suspect], fields: [name]}}
- {id: I-5, holds: absolute, legal: [A-1], note: {nl: a, en: b},
   only_through: {to: [police], doors: [{to: any, grounds: any, roles: [suspect], fields: [name, finding]}]}}
- {id: I-6, holds: absolute, legal: [A-1], note: {nl: a, en: b}, whatever_is_known_of: {facts: [active]}}
- {id: I-7, holds: absolute, legal: [A-1], note: {nl: a, en: b}, approval_at_least: {approval: post_24h}}
- {id: I-8, holds: absolute, legal: [A-1], note: {nl: a, en: b},
   knowing_less_never_releases_more: {except_for: {acute: [danger]}}}
- {id: I-9, holds: absolute, legal: [A-1], note: {nl: a, en: b},
   relabelling_never_widens:
     {role: none, given: {acute: ["no"]}, except_for: [{to: any, grounds: any, roles: [suspect], fields: any}]}}
- {id: I-10, holds: absolute, legal: [A-1], note: {nl: a, en: b}, municipality_never_widens: blueprint}
- {id: I-11, holds: absolute, legal: [A-1], note: {nl: a, en: b}, roles_never_told: {roles: [none]}}
- {id: I-12, holds: absolute, legal: [A-1], note: {nl: a, en: b}, retention_at_most: {days: 730}}
- {id: I-14, holds: absolute, legal: [A-1], note: {nl: a, en: b}, no_row_may_offer: {fields: [bsn]}}
- {id: I-15, holds: absolute, legal: [A-1], note: {nl: a, en: b}, never_asserted: {facts: [active]}}
- {id: I-16, holds: absolute, legal: [A-1], note: {nl: a, en: b}, labels_never_say: {roles: [suspect], words: [Seks]}}
- {id: I-13, holds: absolute, legal: [A-1], note: {nl: a, en: b}, elsewhere: {tests: [tests/x.py]}}
"""
ALL = Reach(frozenset({"police"}), frozenset({"danger"}), frozenset({"suspect", "none"}),
            frozenset({"name", "finding", "bsn"}))  # fmt: skip


def a_bundle(invariants: str = INVARIANTS, *, draft: str | None = None) -> Bundle:
    """Load the tiny policy with these invariants."""
    files = {V: VOCABULARY, L: LEGAL, B: BLUEPRINT, S: invariants, **({D: draft} if draft else {})}
    return load_bundle({name: text.encode() for name, text in files.items()})


# id -> text to replace, replacement, what the message must say
FAULTS: dict[str, tuple[str, str, str]] = {
    "no statement": ("  never: {to: [police], fields: [bsn], given: {acute: [", "  nevr: {to: [police], x: {acute: [",
                     "unknown key `nevr`"),
    "two statements": ("  note:", "  retention_at_most: {days: 1}\n  note:", "one statement is expected"),
    "nothing at all": (INVARIANTS, "[]", "a list with at least one item is expected"),
    "one id twice": ("  note: {nl: s, en: t}\n", "  note: {nl: s, en: t}\n" + INVARIANTS.strip("\n") + "\n",
                     "`INV-1`: two rules have this id"),
    "no law": ("[A-1]", "[]", "legal: a list with at least one item"),
    "a law that nobody knows": ("[A-1]", "[A-9]", "unknown term `A-9`"),
    "neither absolute nor bound": ("{until: [coming]}", "always", "unknown word `always`"),
    "bound to nothing": ("{until: [coming]}", "{until: []}", "holds: until: a list with at least one item"),
    "a recipient that nobody knows": ("[police]", "[army]", "unknown term `army`"),
    "a field that nobody knows": ("[bsn]", "[bnn]", "unknown term `bnn`"),
    "a fact that nobody knows": ("{acute: [", "{cute: [", "unknown fact `cute`"),
    "a value that is none": ('"unknown"', '"maybe"', "unknown term `maybe`"),
    "a fact without a value": ('["no", "unknown"]', "[]", "acute: a list with at least one item"),
    "a category that is none": ("[bsn]", "{category: secret}", "`secret` is not one of"),
    "a selection of nothing": ("[bsn]", "{}", "a mapping with at least one key"),
    "all but what is not there": ("[police]", "{all_but: [army]}", "unknown term `army`"),
    "a word that is no selection": ("[police]", "all", "unknown word `all`"),
    "a note in one language": ("{nl: s, en: t}", "{nl: s}", "key `en` is missing"),
    "an empty statement": ("{to: [police], fields: [bsn], given: {acute: [\"no\", \"unknown\"]}}", "{}",
                           "a mapping with at least one key"),
}  # fmt: skip


@pytest.mark.parametrize("name", FAULTS)
def test_a_broken_invariant_file_is_refused(name: str) -> None:
    """With file, line and what to do; nothing of the policy is loaded."""
    old, new, problem = FAULTS[name]
    assert INVARIANTS.count(old) == 1
    with refused(PolicyUnreadableError, problem) as caught:
        a_bundle(INVARIANTS.replace(old, new))
    assert caught.value.message.startswith(S)
    assert caught.value.hint


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("{except_for: {acute: [danger]}}", "{except_for: {cute: [danger]}}", "unknown fact `cute`"),
        ("{role: none, given", "{role: nobody, given", "role: unknown role `nobody`"),
        ("never_widens: blueprint", "never_widens: town", "municipality_never_widens: unknown word `town`"),
    ],
)
def test_what_is_unknown_is_called_what_it_should_have_been(old: str, new: str, problem: str) -> None:
    """A fact, a role or a word: whoever mends the file knows in which list to look."""
    assert EVERY_KIND.count(old) == 1
    with refused(PolicyUnreadableError, problem):
        a_bundle(EVERY_KIND.replace(old, new))


def test_nothing_need_be_excepted() -> None:
    """A relabelling that never widens, whoever it is about."""
    start, end = (
        EVERY_KIND.index("[{to: any, grounds: any, roles: [suspect], fields: any}]"),
        EVERY_KIND.index("}}\n- {id: I-10"),
    )
    strict = a_bundle(EVERY_KIND[:start] + "[]" + EVERY_KIND[end:])
    kept = [one.statement for one in strict.invariants if isinstance(one.statement, RelabellingNeverWidens)]
    assert kept == [RelabellingNeverWidens("none", {"acute": frozenset({Truth.NO})}, ())]


@pytest.mark.parametrize("key", ["to", "grounds", "roles", "fields"])
def test_an_exception_or_door_says_all_that_it_is_about(key: str) -> None:
    """What it leaves out would be allowed without anyone having read it."""
    door = {"to": "any", "grounds": "any", "roles": "[suspect]", "fields": "any"}
    whole = "{" + ", ".join(f"{name}: {value}" for name, value in door.items()) + "}"
    less = "{" + ", ".join(f"{name}: {value}" for name, value in door.items() if name != key) + "}"
    assert EVERY_KIND.count(whole) == 1
    with refused(PolicyUnreadableError, f"except_for[0]: key `{key}` is missing"):
        a_bundle(EVERY_KIND.replace(whole, less))


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ("[I-2]", "`I-2` may not be changed by `coming`"),
        ("[I-99]", "unknown invariant `I-99`"),
        ("[I-1, I-2]", "`I-2` may not be changed by `coming`"),
    ],
)
def test_a_draft_may_not_change_what_is_absolute_or_unknown(changes: str, problem: str) -> None:
    """Only an invariant that is bound to this draft, by name."""
    draft = DRAFT.replace("changes_invariants: []", f"changes_invariants: {changes}")
    with refused(PolicyUnreadableError, problem) as caught:
        a_bundle(EVERY_KIND, draft=draft)
    assert caught.value.message.startswith(D)


def test_a_draft_may_not_change_what_is_bound_to_another() -> None:
    """The hint says to which, or that it is absolute."""
    for changes, now, bound in (
        ("I-1", "until: [other, another]", "another, other"),
        ("I-2", "until: [coming]", "nothing: it is absolute"),
    ):
        draft = DRAFT.replace("changes_invariants: []", f"changes_invariants: [{changes}]")
        with refused(PolicyUnreadableError, f"`{changes}` may not be changed") as caught:
            a_bundle(EVERY_KIND.replace("until: [coming]", now), draft=draft)
        assert caught.value.hint == f"it is bound to {bound}; let the draft keep to it"


def test_a_draft_says_what_it_changes_and_from_when() -> None:
    """The bundle carries it, so that the proof leaves it out from that day on."""
    draft = DRAFT.replace("changes_invariants: []", "changes_invariants: [I-1]")
    bundle = a_bundle(EVERY_KIND, draft=draft)
    assert bundle.changes == {"I-1"}
    assert str(bundle.draft_from) == "2028-01-01"
    assert a_bundle(EVERY_KIND, draft=DRAFT).changes == frozenset()
    assert (a_bundle().changes, a_bundle().draft_from) == (frozenset(), None)


def test_every_kind_of_statement_is_read_as_it_stands() -> None:
    """A part that is left out, and `any`, mean all."""
    found = [invariant.statement for invariant in a_bundle(EVERY_KIND).invariants]
    nobody = Reach(frozenset(), ALL.grounds, ALL.roles, frozenset({"bsn"}))
    suspect = Reach(ALL.recipients, ALL.grounds, frozenset({"suspect"}), ALL.fields)
    named = Reach(ALL.recipients, ALL.grounds, frozenset({"suspect"}), frozenset({"name"}))
    assert found == [
        Never(nobody, {"acute": frozenset({Truth.NO, Truth.UNKNOWN})}),
        OnlyIf(suspect, {"acute": Truth.YES}),
        Always(Reach(ALL.recipients, ALL.grounds, ALL.roles, frozenset({"name"})), {"acute": frozenset({Truth.YES})}),
        Possible(named),
        OnlyThrough(ALL, (Reach(ALL.recipients, ALL.grounds, suspect.roles, frozenset({"name", "finding"})),)),
        WhateverIsKnownOf(ALL, ("active",)),
        ApprovalAtLeast(ALL, Approval.POST_24H),
        KnowingLessNeverReleasesMore({"acute": frozenset({"danger"})}),
        RelabellingNeverWidens("none", {"acute": frozenset({Truth.NO})}, (suspect,)),
        MunicipalityNeverWidens(),
        RolesNeverTold(ALL.recipients, frozenset({"none"})),
        RetentionAtMost(730),
        NoRowMayOffer(frozenset({"bsn"})),
        NeverAsserted(("active",)),
        LabelsNeverSay(suspect, ("seks",)),
        Elsewhere(("tests/x.py",)),
    ]
    first, second, *_ = a_bundle(EVERY_KIND).invariants
    assert (first.id, first.legal, first.note) == ("I-1", ("A-1",), Text("a", "b"))
    assert first.until == {"coming"}
    assert second.until == frozenset()
