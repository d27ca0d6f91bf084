"""Projects a subject's data on what was decided: the only road to the sealer, and the only maker of ReleasedSubject."""

from collections.abc import Mapping

from gateway.errors import MinimisationError
from gateway.model.decision import Decision, Outcome
from gateway.model.payload import ReleasedSubject
from gateway.model.request import Subject
from gateway.model.terms import Json, Provenance

RELEASING = {Outcome.PERMIT, Outcome.PERMIT_REDUCED}
HINT = "nothing was released; tell the privacy officer, for decision and data do not belong together"


def project(
    subject: Subject, decisions: Mapping[Provenance | None, Decision], *, shows_role: bool
) -> ReleasedSubject | None:
    """Keep exactly the data whose field was released for that datum's own provenance; None when nothing remains.

    :raises MinimisationError: a decision contradicts itself, releases what the subject lacks or what has another
        provenance, or a datum's provenance was never decided.
    """
    for provenance, decision in decisions.items():
        _check(subject, provenance, decision)
    data: dict[str, Json] = {}
    for name, value in subject.data.items():
        origin = subject.provenance.get(name)
        if origin not in decisions:
            raise MinimisationError(f"nobody decided about the provenance of `{name}`", hint=HINT)
        if name in decisions[origin].released:
            data[name] = value
    if not data:
        return None
    return ReleasedSubject(ref=subject.ref, role=subject.role if shows_role else None, data=data)


def _check(subject: Subject, provenance: Provenance | None, decision: Decision) -> None:
    if decision.released and decision.outcome not in RELEASING:
        raise MinimisationError("a decision that does not permit releases a field", hint=HINT)
    kept = {*decision.pending, *(withheld.field for withheld in decision.withheld)}
    for name in decision.released:
        if name in kept:
            raise MinimisationError(f"a decision both releases and keeps `{name}`", hint=HINT)
        if name not in subject.data:
            raise MinimisationError(f"a decision releases `{name}`, which the subject does not have", hint=HINT)
        if subject.provenance.get(name) is not provenance:
            raise MinimisationError(f"a decision releases `{name}` of another provenance", hint=HINT)
