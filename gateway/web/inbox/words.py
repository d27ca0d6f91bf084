"""Words (B1) for signals: on the form of partners' people, and on the team's list."""

from gateway.model.signal import NuisanceKind, Question, SignalCode
from gateway.web.language import later

CODES = {
    SignalCode.NUISANCE: later("Overlast in of bij een woning van ons"),
    SignalCode.HOLD: later("Aanhouden: voorlopig niets delen over een adres"),
    SignalCode.HOLD_LIFTED: later("Aanhouden opheffen"),
    SignalCode.COORDINATE: later("Antwoord: eerst afstemmen, ja of nee"),
    SignalCode.QUESTION: later("Een vraag aan het team"),
}
LEADS = {
    SignalCode.NUISANCE: later(
        "U geeft aantallen en data door, geen namen en geen verhaal. Noem alleen uw eigen woning."
    ),
    SignalCode.HOLD: later("Vanaf nu wordt niets gedeeld dat een uitbuiter kan waarschuwen, tot u dit opheft."),
    SignalCode.HOLD_LIFTED: later("Kies een bericht dat u van ons kreeg, of vul een adres in."),
    SignalCode.COORDINATE: later("U zegt alleen of wij eerst met u moeten afstemmen. Waarom hoeft u niet te zeggen."),
    SignalCode.QUESTION: later("Kies uw vraag. Het team belt uw vaste nummer terug."),
}
KINDS = {
    NuisanceKind.NOISE: later("Geluid"),
    NuisanceKind.VISITORS: later("Veel bezoekers, op alle uren"),
    NuisanceKind.LITTER: later("Afval"),
    NuisanceKind.INTIMIDATION: later("Intimidatie"),
    NuisanceKind.DOOR: later("Deuren of sloten van het gebouw geforceerd of open"),
}
QUESTIONS = {
    Question.CALL_US: later("Wilt u ons bellen?"),
    Question.CANNOT_OPEN: later("Wij kunnen een bericht niet openen"),
    Question.WHAT_IS_EXPECTED: later("Wat verwacht u van ons?"),
    Question.KEY_LOST: later("Wij zijn onze sleutel kwijt"),
    Question.AGREEMENT: later("Een vraag over de overeenkomst"),
    Question.WRONG_DATA: later("Volgens ons klopt een gegeven niet"),
}
DWELLING = later("Adres van de woning")
KIND = later("Wat voor overlast?")
COUNT = later("Hoeveel meldingen?")
FIRST = later("Datum van de eerste melding")
LAST = later("Datum van de laatste melding")
MESSAGE = later("Over welk bericht?")
ABOUT = later("Gaat het over een bericht?")
OPTIONAL = later("Mag leeg blijven")
LIFTED = later("Welk bericht heft u op?")
LIFTED_HINT = later("Kies een bericht, of laat dit leeg en vul een adres in")
ANSWER = later("Moeten wij eerst afstemmen?")
FIRST_COORDINATE = later("Ja, eerst afstemmen")
NO_NEED = later("Nee, afstemmen is niet nodig")
QUESTION = later("Wat is uw vraag?")
FAULTS = {
    "dwelling": later("Vul een postcode zoals 1234AB en een huisnummer in"),
    "message": later("Kies een bericht uit de lijst"),
    "nuisance": later("Kies een soort, een aantal van 1 tot 999, en twee data in het afgelopen jaar"),
    "answer": later("Kies ja of nee"),
    "question": later("Kies een vraag uit de lijst"),
}
MEANINGS = {
    SignalCode.NUISANCE: later(
        "Een verhuurder telt overlast. Dat zegt niets over sekswerk en niets over wie het doet."
    ),
    SignalCode.HOLD: later("AVIM wil dat niemand wordt gewaarschuwd. De gateway houdt dit adres al aan."),
    SignalCode.HOLD_LIFTED: later(
        "AVIM heft op. De gateway houdt dit niet meer aan; andere signalen kunnen nog gelden."
    ),
    SignalCode.COORDINATE: later("Het Sociaal Plein zegt of wij eerst moeten afstemmen. Waarom, vragen wij niet."),
    SignalCode.QUESTION: later("De ontvanger wil iets weten."),
}
STEPS = {
    SignalCode.NUISANCE: later("Ga zelf kijken of laat het rusten. Overlast telt pas met een eigen rapport."),
    SignalCode.HOLD: later("Stop met wat een uitbuiter kan merken, ook met controles. Bel AVIM als u twijfelt."),
    SignalCode.HOLD_LIFTED: later("Kijk welke verzoeken hierop wachtten en dien ze opnieuw in."),
    SignalCode.COORDINATE: later("Ja: bel het Sociaal Plein voordat er wordt gehandhaafd. Nee: u kunt verder."),
    SignalCode.QUESTION: later(
        "Bel het vaste nummer van de ontvanger uit de lijst. Nooit een nummer dat u anders kreeg."
    ),
}
MISFIT = later(
    "Wat hier werd genoemd is niet van deze ontvanger, en is niet bewaard. Bel de ontvanger: misschien is de lijst van "
    "woningen oud. De ontvanger weet niet dat het niet paste."
)
