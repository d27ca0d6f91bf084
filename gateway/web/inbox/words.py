"""Dutch (B1) words for signals: on the form of partners' people, and on the team's list."""

from gateway.model.signal import NuisanceKind, Question, SignalCode

CODES = {
    SignalCode.NUISANCE: "Overlast in of bij een woning van ons",
    SignalCode.HOLD: "Aanhouden: voorlopig niets delen over een adres",
    SignalCode.HOLD_LIFTED: "Aanhouden opheffen",
    SignalCode.COORDINATE: "Antwoord: eerst afstemmen, ja of nee",
    SignalCode.QUESTION: "Een vraag aan het team",
}
LEADS = {
    SignalCode.NUISANCE: "U geeft aantallen en data door, geen namen en geen verhaal. Noem alleen uw eigen woning.",
    SignalCode.HOLD: "Vanaf nu wordt niets gedeeld dat een uitbuiter kan waarschuwen, tot u dit opheft.",
    SignalCode.HOLD_LIFTED: "Kies een bericht dat u van ons kreeg, of vul een adres in.",
    SignalCode.COORDINATE: "U zegt alleen of wij eerst met u moeten afstemmen. Waarom hoeft u niet te zeggen.",
    SignalCode.QUESTION: "Kies uw vraag. Het team belt uw vaste nummer terug.",
}
KINDS = {
    NuisanceKind.NOISE: "Geluid",
    NuisanceKind.VISITORS: "Veel bezoekers, op alle uren",
    NuisanceKind.LITTER: "Afval",
    NuisanceKind.INTIMIDATION: "Intimidatie",
    NuisanceKind.DOOR: "Deuren of sloten van het gebouw geforceerd of open",
}
QUESTIONS = {
    Question.CALL_US: "Wilt u ons bellen?",
    Question.CANNOT_OPEN: "Wij kunnen een bericht niet openen",
    Question.WHAT_IS_EXPECTED: "Wat verwacht u van ons?",
    Question.KEY_LOST: "Wij zijn onze sleutel kwijt",
    Question.AGREEMENT: "Een vraag over de overeenkomst",
    Question.WRONG_DATA: "Volgens ons klopt een gegeven niet",
}
DWELLING = "Adres van de woning"
KIND = "Wat voor overlast?"
COUNT = "Hoeveel meldingen?"
FIRST = "Datum van de eerste melding"
LAST = "Datum van de laatste melding"
MESSAGE = "Over welk bericht?"
ABOUT = "Gaat het over een bericht?"
OPTIONAL = "Mag leeg blijven"
LIFTED = "Welk bericht heft u op?"
LIFTED_HINT = "Kies een bericht, of laat dit leeg en vul een adres in"
ANSWER = "Moeten wij eerst afstemmen?"
QUESTION = "Wat is uw vraag?"
FAULTS = {
    "dwelling": "Vul een postcode zoals 1234AB en een huisnummer in",
    "message": "Kies een bericht uit de lijst",
    "nuisance": "Kies een soort, een aantal van 1 tot 999, en twee data in het afgelopen jaar",
    "answer": "Kies ja of nee",
    "question": "Kies een vraag uit de lijst",
}
MEANINGS = {
    SignalCode.NUISANCE: "Een verhuurder telt overlast. Dat zegt niets over sekswerk en niets over wie het doet.",
    SignalCode.HOLD: "AVIM wil dat niemand wordt gewaarschuwd. De gateway houdt dit adres al aan.",
    SignalCode.HOLD_LIFTED: "AVIM heft op. De gateway houdt dit niet meer aan; andere signalen kunnen nog gelden.",
    SignalCode.COORDINATE: "Het Sociaal Plein zegt of wij eerst moeten afstemmen. Waarom, vragen wij niet.",
    SignalCode.QUESTION: "De ontvanger wil iets weten.",
}
STEPS = {
    SignalCode.NUISANCE: "Ga zelf kijken of laat het rusten. Overlast telt pas met een eigen rapport.",
    SignalCode.HOLD: "Stop met wat een uitbuiter kan merken, ook met controles. Bel AVIM als u twijfelt.",
    SignalCode.HOLD_LIFTED: "Kijk welke verzoeken hierop wachtten en dien ze opnieuw in.",
    SignalCode.COORDINATE: "Ja: bel het Sociaal Plein voordat er wordt gehandhaafd. Nee: u kunt verder.",
    SignalCode.QUESTION: "Bel het vaste nummer van de ontvanger uit de lijst. Nooit een nummer dat u anders kreeg.",
}
MISFIT = (
    "Wat hier werd genoemd is niet van deze ontvanger, en is niet bewaard. Bel de ontvanger: misschien is de lijst van "
    "woningen oud. De ontvanger weet niet dat het niet paste."
)
