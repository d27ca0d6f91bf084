"""What a request changes after a refusal on its case: another ground, role or recipient, or a fact stated otherwise.

It is recorded, not refused: a newly dated report is an honest correction, and an urgent hand-over never waits for this.
The officer and the approver see it, because trying another ground or answer until something leaves looks the same from
close by. What is kept are words of the vocabulary, in the encrypted detail of the decision: erased with the case.
"""

from collections.abc import Iterator, Mapping

from gateway.decide.facts import SOURCES
from gateway.errors import CryptoError, LogTamperedError, NotFoundError
from gateway.log.decided import ORAL
from gateway.model.decision import Outcome
from gateway.model.request import FactClaim
from gateway.model.terms import Json, Truth, items, members
from gateway.model.views import ChangeView, Paper
from gateway.pipeline.assess import Matter, Setting, read_matters
from gateway.pipeline.tools import Tools
from gateway.store.ports import Unit
from gateway.store.records import Earlier

KEY = "after_refusal"
"""Where the changes stand in the detail of a decision."""

MOST = 20  # earlier requests on one case that are compared: an urgent hand-over must not wait for a long case
NO_CLAIM = FactClaim(Truth.UNKNOWN)


def changes(tools: Tools, unit: Unit, setting: Setting, matters: Mapping[str, Matter]) -> tuple[ChangeView, ...]:
    """Return what the request changes compared with each earlier refused one on its case, the newest first.

    With the same kind of recipient and the same ground every difference counts. With the same kind and another ground:
    the ground, and each role and fact that contradicts the earlier request, because other facts are asked for anyway.
    With another kind, whose ground is another by itself: the contradictions, without the roles when it is urgent.
    Never raises because an earlier request cannot be opened: then it says so.
    """
    case = unit.cases.key(tag=setting.case_tag)
    found = []
    for earlier in () if case is None else unit.disclosures.of_case(case.case_id, MOST):
        if earlier.outcome is Outcome.PERMIT and not earlier.undone:
            continue
        try:
            _, detail, _ = tools.recorder.read(unit, earlier.leaf_index)
        except (NotFoundError, LogTamperedError, CryptoError):
            found.append(ChangeView(earlier.id, earlier.leaf_index, readable=False))
            continue
        if detail["kind"] == ORAL:
            continue  # it was never refused: it had been said
        if earlier.undone or _withheld(detail):
            urgent = tools.policy.bundle.vocabulary.grounds[setting.ground].urgent
            change = _compare(earlier, detail, setting, tuple(matters.values()), urgent=urgent)
            found += [] if change is None else [change]
    return tuple(found)


def read_changes(detail: Mapping[str, Json]) -> tuple[ChangeView, ...]:
    """Return the changes that the detail of a decision keeps; entries of before this was recorded have none."""
    return tuple(ChangeView.from_json(change) for change in items(detail.get(KEY, [])))


def _withheld(detail: Mapping[str, Json]) -> bool:
    return any(
        members(decision)["withheld"]
        for groups in members(detail["decisions"]).values()
        for decision in members(groups).values()
    )


def _compare(
    earlier: Earlier, detail: Mapping[str, Json], setting: Setting, matters: tuple[Matter, ...], *, urgent: bool
) -> ChangeView | None:
    same_kind = detail["recipient_kind"] == setting.partner.kind
    same = same_kind and detail["ground"] == setting.ground
    pairs = tuple(_pairs(read_matters(detail), matters))
    facts: dict[str, Paper] = {}
    for then, now in pairs:
        facts |= {**_claims(then, now, every=same), **_origins(then, now, every=same), **facts}
    change = ChangeView(
        earlier.id,
        earlier.leaf_index,
        recipient=_unless(same_kind, detail["recipient"], setting.partner.id),
        ground=_unless(same_kind, detail["ground"], setting.ground),
        purpose=_unless(same, detail["purpose"], setting.purpose),
        roles=tuple(
            (then.role, now.role) for then, now in pairs if then.role != now.role and (same_kind or not urgent)
        ),
        facts=tuple(sorted(facts.items())),
    )
    return None if change == ChangeView(earlier.id, earlier.leaf_index) else change


def _unless(compared: bool, then: Json, now: str) -> str | None:
    return str(then) if compared and then != now else None


def _pairs(then: tuple[Matter, ...], now: tuple[Matter, ...]) -> Iterator[tuple[Matter, Matter]]:
    """Pair subjects by their number in the request, and those left over in order: another number hides nothing."""
    known = {matter.ref: matter for matter in then}
    yield from ((known[matter.ref], matter) for matter in now if matter.ref in known)
    refs = {matter.ref for matter in now}
    yield from zip(
        (matter for matter in then if matter.ref not in refs),
        (matter for matter in now if matter.ref not in known),
        strict=False,  # a subject more or less is not a change of one
    )


def _claims(then: Matter, now: Matter, *, every: bool) -> dict[str, Paper]:
    found = {}
    for name in {*then.claims, *now.claims}:
        was, is_now = then.claims.get(name, NO_CLAIM), now.claims.get(name, NO_CLAIM)
        if _differs(was.value, is_now.value, every=every):
            found[name] = _paper(was, is_now)
    return found


def _origins(then: Matter, now: Matter, *, every: bool) -> dict[str, Paper]:
    """Compare where each datum was said to come from: to call police data one's own is to change a fact."""
    was = {name: SOURCES[origin] for origin, names in then.fields.items() for name in names}
    is_now = {name: SOURCES[origin] for origin, names in now.fields.items() for name in names}
    found = {}
    for name in was.keys() & is_now.keys():
        for fact, before, after in zip(("source_wpg", "source_medical"), was[name], is_now[name], strict=True):
            if _differs(before, after, every=every):
                found[fact] = Paper.NONE
    return found


def _differs(was: Truth, is_now: Truth, *, every: bool) -> bool:
    return was is not is_now and (every or Truth.UNKNOWN not in {was, is_now})


def _paper(was: FactClaim, now: FactClaim) -> Paper:
    if not now.evidence:
        return Paper.NONE
    return Paper.SAME if (was.evidence, was.date) == (now.evidence, now.date) else Paper.OTHER
