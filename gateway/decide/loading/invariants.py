"""Reads the privacy officer's invariants: what the rules may never, and must always, lead to."""

from collections.abc import Callable, Mapping

from gateway.decide.loading.place import REPAIR, Place
from gateway.decide.loading.rules import once
from gateway.model.bundle import Category, Vocabulary
from gateway.model.decision import Approval
from gateway.model.invariant import (
    Always,
    ApprovalAtLeast,
    Elsewhere,
    Given,
    Invariant,
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
    Statement,
    WhateverIsKnownOf,
)
from gateway.model.terms import Truth

_REACH = ("to", "grounds", "roles", "fields")


def read_invariants(root: Place, vocabulary: Vocabulary) -> tuple[Invariant, ...]:
    """Return every invariant of the file.

    :raises PolicyUnreadableError: a key or word is missing, unknown, double or malformed, or two have one id.
    """
    found = tuple(_invariant(place, vocabulary) for place in root.items())
    once(root.items())
    return found


def read_changes(place: Place, draft: str, invariants: tuple[Invariant, ...]) -> frozenset[str]:
    """Return the invariants that a draft of coming law changes.

    :raises PolicyUnreadableError: one is unknown, or not bound to this draft: no draft changes what is absolute.
    """
    known = {invariant.id: invariant for invariant in invariants}
    found = set()
    for item in place.items(may_be_empty=True):
        name = item.term(known, "invariant")
        if draft not in known[name].until:
            bound = ", ".join(sorted(known[name].until)) or "nothing: it is absolute"
            raise item.fault(
                f"`{name}` may not be changed by `{draft}`", hint=f"it is bound to {bound}; let the draft keep to it"
            )
        found.add(name)
    return frozenset(found)


def _invariant(place: Place, vocabulary: Vocabulary) -> Invariant:
    keys = place.keys("id", "note", "legal", "holds", optional=tuple(_STATEMENTS))
    kinds = [kind for kind in _STATEMENTS if kind in keys]
    if len(kinds) != 1:
        raise place.fault(
            "one statement is expected", hint=f"give it exactly one of: {', '.join(_STATEMENTS)}; {REPAIR}"
        )
    return Invariant(
        id=keys["id"].word(),
        statement=_STATEMENTS[kinds[0]](keys[kinds[0]], vocabulary),
        until=_until(keys["holds"]),
        legal=keys["legal"].terms(vocabulary.legal),
        note=keys["note"].both(),
    )


def _until(place: Place) -> frozenset[str]:
    """Return the drafts that may change it: `absolute` says none, `{until: [wrs]}` names them."""
    if isinstance(place.marked.value, str):
        place.term(["absolute"], "word")
        return frozenset()
    return frozenset(item.word() for item in place.keys("until")["until"].items())


def _reach(keys: Mapping[str, Place], vocabulary: Vocabulary) -> Reach:
    return Reach(
        _selected(keys.get("to"), vocabulary.recipients),
        _selected(keys.get("grounds"), vocabulary.grounds),
        _selected(keys.get("roles"), vocabulary.roles),
        _fields(keys.get("fields"), vocabulary),
    )


def _selected(place: Place | None, known: Mapping[str, object]) -> frozenset[str]:
    """Return a list of words, or all but some; `any`, or nothing said, is all."""
    if place is None or (isinstance(place.marked.value, str) and place.term(["any"], "word")):
        return frozenset(known)
    if isinstance(place.marked.value, list):
        return frozenset(place.terms(known))
    return frozenset(known) - frozenset(place.keys("all_but")["all_but"].terms(known))


def _fields(place: Place | None, vocabulary: Vocabulary) -> frozenset[str]:
    """Return fields as `_selected` does, or all of a category of the law: `{category: special}`."""
    if place is None or not isinstance(place.marked.value, dict):
        return _selected(place, vocabulary.fields)
    keys = place.keys(optional=("category", "all_but"))
    chosen = frozenset(vocabulary.fields)
    if "category" in keys:
        category = keys["category"].choice(Category)
        chosen = frozenset(name for name, field in vocabulary.fields.items() if field.category is category)
    return chosen - frozenset(keys["all_but"].terms(sorted(chosen)) if "all_but" in keys else ())


def _given(place: Place | None, vocabulary: Vocabulary) -> Given:
    """Return facts with the list of values that each may have."""
    if place is None:
        return {}
    return {
        name: frozenset(Truth(word) for word in values.terms(list(Truth)))
        for name, values in place.named(vocabulary.facts, "fact").items()
    }


def _under(place: Place, vocabulary: Vocabulary) -> tuple[Reach, Given]:
    keys = place.keys(optional=(*_REACH, "given"))
    return _reach(keys, vocabulary), _given(keys.get("given"), vocabulary)


def _never(place: Place, vocabulary: Vocabulary) -> Statement:
    return Never(*_under(place, vocabulary))


def _always(place: Place, vocabulary: Vocabulary) -> Statement:
    return Always(*_under(place, vocabulary))


def _only_if(place: Place, vocabulary: Vocabulary) -> Statement:
    keys = place.keys("known", optional=_REACH)
    return OnlyIf(_reach(keys, vocabulary), keys["known"].facts(vocabulary.facts))


def _possible(place: Place, vocabulary: Vocabulary) -> Statement:
    return Possible(_reach(place.keys(*_REACH), vocabulary))


def _only_through(place: Place, vocabulary: Vocabulary) -> Statement:
    keys = place.keys("doors", optional=_REACH)
    doors = tuple(_reach(door.keys(*_REACH), vocabulary) for door in keys["doors"].items())
    return OnlyThrough(_reach(keys, vocabulary), doors)


def _whatever(place: Place, vocabulary: Vocabulary) -> Statement:
    keys = place.keys("facts", optional=_REACH)
    return WhateverIsKnownOf(_reach(keys, vocabulary), keys["facts"].terms(vocabulary.facts))


def _approval(place: Place, vocabulary: Vocabulary) -> Statement:
    keys = place.keys("approval", optional=_REACH)
    return ApprovalAtLeast(_reach(keys, vocabulary), keys["approval"].choice(Approval))


def _knowing_less(place: Place, vocabulary: Vocabulary) -> Statement:
    exceptions = place.keys("except_for")["except_for"].named(vocabulary.facts, "fact")
    return KnowingLessNeverReleasesMore(
        {name: frozenset(grounds.terms(vocabulary.grounds)) for name, grounds in exceptions.items()}
    )


def _relabelling(place: Place, vocabulary: Vocabulary) -> Statement:
    keys = place.keys("role", "given", "except_for")
    # An exception says all that it is about: what it leaves out would be allowed without anyone having read it.
    exceptions = [_reach(each.keys(*_REACH), vocabulary) for each in keys["except_for"].items(may_be_empty=True)]
    return RelabellingNeverWidens(
        keys["role"].term(vocabulary.roles, "role"), _given(keys["given"], vocabulary), tuple(exceptions)
    )


def _municipality(place: Place, _: Vocabulary) -> Statement:
    place.term(["blueprint"], "word")
    return MunicipalityNeverWidens()


def _no_row_may_offer(place: Place, vocabulary: Vocabulary) -> Statement:
    return NoRowMayOffer(_fields(place.keys("fields")["fields"], vocabulary))


def _never_asserted(place: Place, vocabulary: Vocabulary) -> Statement:
    return NeverAsserted(place.keys("facts")["facts"].terms(vocabulary.facts))


def _labels_never_say(place: Place, vocabulary: Vocabulary) -> Statement:
    keys = place.keys("words", optional=_REACH)
    return LabelsNeverSay(_reach(keys, vocabulary), tuple(word.string().lower() for word in keys["words"].items()))


def _roles_never_told(place: Place, vocabulary: Vocabulary) -> Statement:
    keys = place.keys(optional=("to", "roles"))
    reach = _reach(keys, vocabulary)
    return RolesNeverTold(reach.recipients, reach.roles)


def _retention(place: Place, _: Vocabulary) -> Statement:
    return RetentionAtMost(place.keys("days")["days"].days())


def _elsewhere(place: Place, _: Vocabulary) -> Statement:
    return Elsewhere(tuple(item.string() for item in place.keys("tests")["tests"].items()))


_STATEMENTS: Mapping[str, Callable[[Place, Vocabulary], Statement]] = {
    "never": _never,
    "only_if": _only_if,
    "always": _always,
    "possible": _possible,
    "only_through": _only_through,
    "whatever_is_known_of": _whatever,
    "approval_at_least": _approval,
    "knowing_less_never_releases_more": _knowing_less,
    "relabelling_never_widens": _relabelling,
    "municipality_never_widens": _municipality,
    "no_row_may_offer": _no_row_may_offer,
    "never_asserted": _never_asserted,
    "labels_never_say": _labels_never_say,
    "roles_never_told": _roles_never_told,
    "retention_at_most": _retention,
    "elsewhere": _elsewhere,
}
