"""The Dutch words of the urgent pages that no template holds: how a way is named in an address and on its button."""

from gateway.model.urgent import Clock, Way
from gateway.web.language import later

PAGE = "/spoed"
NAMES = {"exploitation_signal": "uitbuiting", "vital_interest": "gevaar", "child_protection": "minderjarige"}
"""How a ground is named in an address; another ground of the policy has its own word there."""
BUTTONS = {
    "exploitation_signal": later("Ik vermoed uitbuiting"),
    "vital_interest": later("Er is nu gevaar"),
    "child_protection": later("Ik maak mij zorgen om een minderjarige"),
}
MISSING = {
    "role": later("Kies over wie of wat het gaat"),
    "indicators": later("Kies ten minste één signaal"),
    "place": later("Vul ten minste één ding in: een adres, een plaats, een naam of een nummer"),
    "evidence": later("Vul het nummer in van het document, zoals SIG-2026-0417"),
    "date": later("Vul een bestaande datum in, niet later dan vandaag"),
    "case_ref": later("Vul een zaaknummer in zoals Z-2026-0417"),
}


def name_of(ground: str) -> str:
    """Return the word for a ground in an address."""
    return NAMES.get(ground, ground.replace("_", "-"))


def way_named(ways: list[Way], name: str) -> Way | None:
    """Return the way with this word in its address."""
    return next((way for way in ways if name_of(way.ground) == name), None)


def clock_parts(clock: Clock) -> tuple[int, int]:
    """Return the hours and minutes to say; the first minute counts as one, so that no clock says nothing at all."""
    return clock.hours, max(clock.minutes, 0 if clock.hours else 1)
