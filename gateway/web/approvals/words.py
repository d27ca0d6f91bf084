"""The sentences of the pages of approvals: closed words, risks and faults, in plain Dutch."""

from gateway.model.approvals import AdviceReason, Against, Help, Question, Reason, Reply, Risk, Spoken, Task
from gateway.web.language import later

REASONS = {
    Reason.FACTS: later("De feiten of de documenten zijn niet genoeg"),
    Reason.TOO_MUCH: later("Er gaat meer naar de ontvanger dan nodig is"),
    Reason.RECIPIENT: later("Deze ontvanger heeft dit niet nodig"),
    Reason.GROUND: later("De grond past niet bij wat er gebeurd is"),
    Reason.HARM: later("Het schaadt de betrokkene meer dan het helpt"),
    Reason.NOT_HEARD: later("De betrokkene kon nog niet reageren"),
    Reason.ADVICE: later("De FG raadt het af"),
    Reason.OTHER_WAY: later("Het doel is te bereiken zonder deze gegevens"),
}
HELPS = {
    Help.NEWER_DOCUMENT: later("Een nieuwer of duidelijker document, in een nieuw verzoek"),
    Help.FEWER_DATA: later("Een nieuw verzoek met minder gegevens"),
    Help.OTHER_RECIPIENT: later("Een nieuw verzoek aan een andere ontvanger"),
    Help.OTHER_GROUND: later("Een nieuw verzoek op een andere grond, als de feiten daarbij passen"),
    Help.HEAR_PERSON: later("Laat de betrokkene eerst reageren"),
    Help.OFFER_HELP: later("Bied de betrokkene hulp aan, bijvoorbeeld via Belle"),
    Help.ASK_FG: later("Overleg met de FG of de privacy officer"),
    Help.NOTHING: later("Niets: dit kan niet, ook niet op een andere manier"),
}
QUESTIONS = {
    Question.DOCUMENT: later("Op welk document rust dit?"),
    Question.NEED: later("Waarom heeft de ontvanger deze gegevens nodig?"),
    Question.RECIPIENT: later("Waarom deze ontvanger?"),
    Question.HEARD: later("Kon de betrokkene reageren?"),
    Question.OTHER: later("Iets anders, namelijk (zie de toelichting)"),
}
REPLIES = {
    Reply.YES: later("Ja"),
    Reply.NO: later("Nee"),
    Reply.TEXT: later("Zie de toelichting"),
    Reply.NEW_REQUEST: later("Er moet iets anders: ik doe een nieuw verzoek"),
}
ADVICE = {"positive": later("Positief: ik raad het aan"), "negative": later("Negatief: ik raad het af")}
ADVICE_REASONS = {
    AdviceReason.NEED: later("De noodzaak: zijn deze gegevens nodig voor het doel?"),
    AdviceReason.PROPORTION: later("De verhouding: weegt het doel op tegen het nadeel voor de betrokkene?"),
    AdviceReason.OTHER_WAY: later("Een andere weg: kan het met minder gegevens?"),
    AdviceReason.BASIS: later("De wettelijke basis"),
    AdviceReason.FACTS: later("De feiten en de documenten"),
    AdviceReason.RIGHTS: later("De rechten van de betrokkene: kon die reageren?"),
}
AGAINST = {
    Against.PURPOSE: later("Het doel weegt zwaarder"),
    Against.NEW_FACTS: later("Er is sinds het advies meer bekend"),
    Against.DUTY: later("De wet of een afspraak verplicht ons"),
    Against.LESS: later("Aan het bezwaar van de FG is op een andere manier voldaan"),
}
RISKS = {
    Risk.ALREADY_GONE: (
        later("Al verstuurd"),
        later("Het ging direct naar de ontvanger. Klopt het niet, dan roept u het terug."),
    ),
    Risk.NAMES: (
        later("Noemt een persoon"),
        later("Er staat een naam, een nummer of een ander gegeven in waaraan iemand te herkennen is."),
    ),
    Risk.SPECIAL: (
        later("Bijzondere gegevens"),
        later("De AVG (artikel 9) beschermt deze gegevens extra, bijvoorbeeld over gezondheid of seksueel gedrag."),
    ),
    Risk.CRIMINAL: (
        later("Strafbare feiten"),
        later("Het gaat over strafbare feiten. De AVG (artikel 10) beschermt deze gegevens extra."),
    ),
    Risk.POLICE: (later("Van de politie"), later("Een deel komt van de politie. Daarvoor gelden eigen regels.")),
    Risk.MEDICAL: (
        later("Van een arts of zorgverlener"),
        later("Een deel komt van een arts of zorgverlener. Daarvoor geldt een beroepsgeheim."),
    ),
    Risk.LANDLORD: (
        later("Naar een particuliere verhuurder"),
        later("De ontvanger is een privépersoon. Een fout is moeilijk te herstellen."),
    ),
    Risk.CHANGED: (
        later("Gewijzigd na een weigering"),
        later("Over deze zaak is eerder iets geweigerd. Lees eerst wat er nu anders is."),
    ),
    Risk.SEVERAL: (later("Meer dan één betrokkene"), later("Kijk bij ieder apart of het nodig is.")),
    Risk.ADVISED_AGAINST: (
        later("De FG raadt het af"),
        later("Wie toch goedkeurt, zegt waarom. De FG en de privacy officer zien dat."),
    ),
}
TASKS = {
    Task.REVIEW: later("Controleer achteraf"),
    Task.DECIDE: later("Beslis"),
    Task.ADVISE: later("Adviseer"),
    Task.ANSWER: later("Beantwoord een vraag"),
}
SPOKEN = {
    Spoken.REFUSED: later("Geweigerd"),
    Spoken.APPROVED: later("Goedgekeurd"),
    Spoken.ADVISED_POSITIVE: later("Advies van de FG: positief"),
    Spoken.ADVISED_NEGATIVE: later("Advies van de FG: negatief"),
    Spoken.ASKED: later("Vraag aan de aanvrager"),
    Spoken.ANSWERED: later("Antwoord van de aanvrager"),
}
SAID = {
    Spoken.REFUSED: REASONS,
    Spoken.APPROVED: AGAINST,
    Spoken.ADVISED_POSITIVE: ADVICE_REASONS,
    Spoken.ADVISED_NEGATIVE: ADVICE_REASONS,
    Spoken.ASKED: QUESTIONS,
    Spoken.ANSWERED: REPLIES,
}
"""What the closed words of each kind mean."""

STATES = {
    "named": later("moet nog akkoord gaan"),
    "agreed": later("geldt"),
    "ended": later("gestopt"),
    "over": later("voorbij"),
}
FAULTS = {
    "reasons": later("Kies een antwoord"),
    "helps": later("Kies wat zou helpen, of alleen “Niets”"),
    "advice": later("Kies positief of negatief"),
    "against": later("Zeg waarom u afwijkt van het advies"),
    "text": later("Haal namen, nummers, adressen en links uit deze tekst, of maak de tekst korter"),
    "text_missing": later("Schrijf een korte toelichting"),
    "role": later("Kies de rol"),
    "deputy": later("Vul het kenmerk in dat op de pagina van uw vervanger staat"),
    "begins": later("Vul een dag in: vandaag of later"),
    "ends": later("Vul een dag in: ten hoogste 60 dagen na de eerste"),
}
