"""Sentences of the pages of refusals."""

from gateway.model.gaps import GapAnswer
from gateway.web.language import later

ANSWERS = {
    GapAnswer.RULE_COMING: later("Er komt een regel"),
    GapAnswer.STAYS_CLOSED: later("Dit blijft dicht"),
    GapAnswer.OTHER_WAY: later("Gebruik een andere weg"),
}
MEANINGS = {
    GapAnswer.RULE_COMING: later("De privacy officer laat een regel maken. Probeer het daarna opnieuw."),
    GapAnswer.STAYS_CLOSED: later("De privacy officer heeft ernaar gekeken. Hiervoor komt geen regel."),
    GapAnswer.OTHER_WAY: later("Wat u wilt bereiken, kan op een andere manier. Kijk bij “Wat wel kan”."),
}
LETTERS = {
    "intention": later("Voornemen: u vraagt de eigenaar eerst om een reactie"),
    "decision": later("Besluit: er is al een besluit genomen over de woning"),
}
POSTCODE = later("Vul een postcode in zoals 1234AB")
NUMBER = later("Vul een huisnummer in, alleen cijfers")
ADDITION = later("Gebruik hier alleen letters en cijfers, hooguit 6")
HELD = later("Over dit adres loopt een signaal bij AVIM. Maak nu geen brief. Vraag AVIM wanneer het kan")
CHOOSE = later("Kies een van de antwoorden")
DUE = later("Vul een dag in, vandaag of later, hooguit een jaar vooruit")
