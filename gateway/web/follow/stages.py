"""The stages of a part that lie behind it and before it, in words."""

from gateway.model.views import PartState, PartView
from gateway.web.messages import STEP_STATES

LEFT = {PartState.RELEASED, PartState.DELIVERED, PartState.RECALLED}


def steps(part: PartView) -> list[tuple[str, str, str]]:
    """Return the stages of a part as (name, state, the state in words); states: done, now, stopped, later."""
    left = part.state in LEFT
    asks = part.approval.before_release
    recalled = part.state is PartState.RECALLED
    held = {PartState.WAITING: "now", PartState.REFUSED: "stopped", PartState.VOIDED: "stopped"}
    received = left and bool(part.receipts)
    delivered = part.state is PartState.DELIVERED or received or recalled
    stages = [("Beslist", "done")]
    if asks:
        stages.append(("Goedgekeurd", "done" if left else held[part.state]))
    ready = "stopped" if part.state is PartState.VOIDED and not asks else "later"
    stages.append(("Verzegeld en vastgelegd", "done" if left else ready))
    stages.append(("Opgehaald", "done" if delivered else ("now" if left else "later")))
    stages.append(("Bevestigd", "done" if received else ("now" if delivered and not recalled else "later")))
    if part.may_review:  # a view does not say whether a review was done, only that one is still open to this person
        stages.append(("Achteraf gecontroleerd", "now"))
    if recalled:
        stages.append(("Teruggeroepen", "stopped"))
    return [(name, state, STEP_STATES[state]) for name, state in stages]
