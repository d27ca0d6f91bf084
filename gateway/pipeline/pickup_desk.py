"""The finished gateway as the page of a link sees it (`gateway.api.pickup_desk.PickupDesk`)."""

from gateway.log.envelope import Envelope
from gateway.pipeline import pick_up
from gateway.pipeline.tools import Tools


class PickupDesk:
    """What who holds a link may do; nobody signs in."""

    def __init__(self, tools: Tools) -> None:
        """Work with finished tools."""
        self._tools = tools

    def pick_up(self, link: str, code: str, browser: str) -> Envelope:
        """Hand a message over, once, against its code."""
        tried = pick_up.attempt(self._tools, link=link, code=code, browser=browser)
        return pick_up.pick_up(self._tools, tried, self._tools.clock())

    def acknowledge(self, link: str, receipt: str) -> None:
        """Log a signed receipt."""
        pick_up.acknowledge_link(self._tools, link, receipt, self._tools.clock())

    def not_for_us(self, link: str, answer: str) -> None:
        """Log that a letter came to the wrong person."""
        pick_up.answer_not_for_us(self._tools, link, answer, self._tools.clock())
