"""What happened with a request and what is still to come, as steps that a page draws one under the other."""

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from gateway.model.notices import MessageKind
from gateway.model.timeline import Event, History
from gateway.model.views import PartState, PartView
from gateway.web.follow.words import BECAUSE, EVENTS, OTHER, REASONS, STAGES, STOPS, TURN, WHO
from gateway.web.language import moment

Step = tuple[str, str, str]
"""Its name, its state (done, now, stopped or later), and when, where in the log, by whom and why."""


def steps(parts: Sequence[PartView], history: History) -> list[Step]:
    """Return all that happened, oldest first, and then what every part still waits for."""
    numbers = {part.id: number for number, part in enumerate(parts, start=1)} if len(parts) > 1 else {}
    done = [_happened(event, numbers) for event in history.events]
    reviewed = {event.part for event in history.events if event.what in {"review_good", "review_bad"}}
    for part in parts:
        done += [(_of(str(STAGES[name]), part.id, numbers), state, str(TURN[state])) for name, state in ahead(part)]
        out = part.state in {PartState.RELEASED, PartState.DELIVERED}
        if out and part.review_due is not None and part.id not in reviewed:
            told = _("nu aan de beurt, uiterlijk %(moment)s", moment=moment(part.review_due))
            done.append((_of(_("Controle achteraf door een collega"), part.id, numbers), "now", told))
    return done


def ahead(part: PartView) -> list[tuple[str, str]]:
    """Return the stages that a part has not reached, the first of them as the one whose turn it is."""
    if part.kind is MessageKind.ORAL:
        return []  # it has been said, and no message is under way
    confirmed = {receipt.state for receipt in part.receipts}
    match part.state:
        case PartState.WAITING:
            names = ["approval", "sealed", "fetched", "confirmed"]
        case PartState.RELEASED:
            names = ["fetched", "confirmed"]
        case PartState.DELIVERED:
            names = [] if confirmed else ["confirmed"]
        case PartState.REFUSED | PartState.VOIDED | PartState.RECALLED:
            return []
    if "destroyed" not in confirmed and "not_for_us" not in confirmed and part.kind is not MessageKind.CORRECTION:
        names.append("destroyed")
    return [(name, "later" if place else "now") for place, name in enumerate(names)]


def _happened(event: Event, numbers: Mapping[str, int]) -> Step:
    name = _of(str(EVENTS.get(event.what, OTHER)), event.part, numbers)
    told = [moment(event.at)]
    if event.leaf_index is not None:
        told.append(_("regel %(index)s in het logboek", index=event.leaf_index))
    doer = None if event.because and event.because not in REASONS else WHO.get(event.what)
    if doer is not None:
        told.append(_("door %(who)s", who=doer) + (f" ({event.who})" if event.who else ""))
    because = BECAUSE.get(event.because)
    text = ", ".join(told) + "."
    return name, "stopped" if event.what in STOPS else "done", f"{text} {because}." if because else text


def _of(name: str, part: str | None, numbers: Mapping[str, int]) -> str:
    number = numbers.get(part or "")
    return name if number is None else f"{name} ({_('onderdeel %(number)s', number=number)})"
