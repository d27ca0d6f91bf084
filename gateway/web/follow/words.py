"""What happened with a request, in plain Dutch: each event, who did it, and why something was taken back."""

from gateway.model.request import Owner
from gateway.model.timeline import (
    CORRECTION_SEALED,
    FETCHED,
    RECALL_SEALED,
    RECALLED,
    VOIDED,
    Over,
    RecallReason,
)
from gateway.web.language import later

EVENTS = {
    "decision": later("Ingediend en beslist"),
    "oral": later("Per telefoon verteld, en daarna vastgelegd"),
    "approve": later("Goedgekeurd"),
    "refuse": later("Geweigerd"),
    "advise_positive": later("Advies van de FG: positief"),
    "advise_negative": later("Advies van de FG: negatief"),
    "release": later("Verzegeld en vastgelegd"),
    RECALL_SEALED: later("Terugroepbericht verzegeld en vastgelegd"),
    CORRECTION_SEALED: later("Verbetering verzegeld en vastgelegd"),
    FETCHED: later("Opgehaald"),
    "fetched": later("Opgehaald"),
    "received": later("De ontvanger bevestigt: ontvangen"),
    "opened": later("De ontvanger bevestigt: geopend"),
    "acted": later("De ontvanger bevestigt: gebruikt"),
    "destroyed": later("De ontvanger bevestigt: vernietigd"),
    "not_for_us": later("De ontvanger zegt: niet voor ons bestemd"),
    RECALLED: later("Teruggeroepen"),
    VOIDED: later("Vervallen: niets is gedeeld"),
    "review_good": later("Achteraf gecontroleerd: terecht"),
    "review_bad": later("Achteraf gecontroleerd: niet terecht"),
    "consent_withdrawn": later("Toestemming ingetrokken"),
    "hold_lifted": later("Blokkade door AVIM opgeheven"),
    "corrected": later("Een gegeven is verbeterd"),
    "link_made": later("Brief met link gemaakt"),
    "code_made": later("Code gemaakt"),
    "link_closed": later("Link dicht na verkeerde codes"),
}
OTHER = later("Vastgelegd in het logboek")
STOPS = frozenset({"refuse", "not_for_us", RECALLED, VOIDED, "review_bad", "consent_withdrawn", "link_closed"})
WHO = {
    "decision": later("wie het vroeg"),
    "oral": later("wie belde"),
    "approve": later("wie goedkeurde"),
    "refuse": later("wie weigerde"),
    "advise_positive": later("de FG"),
    "advise_negative": later("de FG"),
    "fetched": later("een medewerker van de ontvanger"),
    FETCHED: later("het programma van de ontvanger"),
    RECALLED: later("iemand van het team"),
    VOIDED: later("iemand van het team"),
    "review_good": later("wie controleerde"),
    "review_bad": later("wie controleerde"),
    "consent_withdrawn": later("iemand van het team"),
    "hold_lifted": later("iemand van het team"),
    "link_made": later("wie het vroeg"),
    "code_made": later("wie het vroeg"),
}
REASONS = {
    RecallReason.WRONG_RECIPIENT.value: later("Het ging naar de verkeerde ontvanger"),
    RecallReason.WRONG_PERSON.value: later("Het ging over de verkeerde persoon"),
    RecallReason.WRONG_DATA.value: later("De gegevens kloppen niet"),
    RecallReason.NOT_NEEDED.value: later("De ontvanger heeft het niet meer nodig"),
    RecallReason.NOT_ALLOWED.value: later("Het had niet verstrekt mogen worden"),
}
BECAUSE = REASONS | {
    "review": later("De controle achteraf was negatief"),
    "consent": later("De toestemming is ingetrokken"),
    "decision": later("Het mag niet meer volgens de regels van nu"),
    "correction": later("Een gegeven klopte niet"),
    "erasure": later("De zaak is gewist"),
    "not_for_us": later("De brief kwam bij de verkeerde persoon"),
    "key_revoked": later("De sleutel van de ontvanger is ingetrokken"),
}
OVER = {
    Over.DESTROYED.value: later(
        "De ontvanger heeft bevestigd dat dit bericht is vernietigd. Terugroepen is niet meer nodig."
    ),
    Over.LINK_OPENED.value: later(
        "De ontvanger heeft de link al geopend en het bericht gelezen. Een terugroepbericht komt daar niet meer aan. "
        "Bel de ontvanger en vraag om het te vernietigen. Leg hier vast dat u het terugroept."
    ),
}
OWNERS = {
    Owner.RECIPIENT.value: later("De ontvanger is de eigenaar"),
    Owner.SOMEONE_ELSE.value: later("Iemand anders is de eigenaar"),
    Owner.UNCLEAR.value: later("Dat is niet duidelijk"),
}
STAGES = {
    "approval": later("Goedkeuring"),
    "sealed": later("Verzegelen en vastleggen"),
    "fetched": later("Ophalen door de ontvanger"),
    "confirmed": later("Bevestiging van de ontvanger"),
    "destroyed": later("Bevestiging dat het is vernietigd"),
}
TURN = {"now": later("nu aan de beurt"), "later": later("nog niet")}
