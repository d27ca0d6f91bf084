"""Words of the page with figures."""

from gateway.web.language import later

ENDS = {
    "released": later("Helemaal gedeeld"),
    "reduced": later("Deels gedeeld"),
    "refused": later("Geweigerd"),
    "gap": later("Geen regel"),
    "voided": later("Vervallen"),
    "waiting": later("Wacht nog"),
}
SPANS = {
    "quarter": later("binnen een kwartier"),
    "hour": later("binnen een uur"),
    "four_hours": later("binnen 4 uur"),
    "day": later("binnen een dag"),
    "three_days": later("binnen 3 dagen"),
    "week": later("binnen een week"),
    "longer": later("langer"),
}
