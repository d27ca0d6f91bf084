"""Sentences of the pages (B1; Dutch here, others in `translations/`): states, roles, questions, errors.

The policy brings the labels of its terms.
"""

from gateway.model.bundle import FieldType
from gateway.web.language import later

STAFF_ROLES = {
    "supervisor": later("Toezichthouder"),
    "manager": later("Gemandateerd manager"),
    "fg": later("Functionaris gegevensbescherming (FG)"),
    "privacy_officer": later("Privacy officer"),
}
OUTCOMES = {
    "permit": later("Alles mag worden gedeeld"),
    "permit_reduced": later("Een deel mag worden gedeeld"),
    "needs_approval": later("Wacht op goedkeuring"),
    "deny": later("Niet toegestaan"),
    "gap": later("Hiervoor is nog geen regel"),
}
APPROVALS = {
    "none": later("Geen goedkeuring nodig"),
    "post_24h": later("Gaat direct, controle achteraf binnen 24 uur"),
    "pre_two": later("Een collega moet eerst goedkeuren"),
    "pre_fg": later("De manager beslist, na advies van de FG"),
}
PART_STATES = {
    "waiting": later("Wacht op goedkeuring"),
    "released": later("Klaar voor de ontvanger"),
    "delivered": later("Opgehaald door de ontvanger"),
    "refused": later("Geweigerd"),
    "voided": later("Vervallen: niets is gedeeld"),
    "recalled": later("Teruggeroepen"),
}
KINDS = {"recall": later("terugroepbericht"), "correction": later("verbetering"), "oral": later("per telefoon verteld")}
MISSING = {
    "unanswered": later("de ontvanger heeft nog niet bevestigd dat het bericht er is."),
    "undestroyed": later("de ontvanger heeft niet op tijd bevestigd dat het bericht vernietigd is."),
    "not_for_us": later("de ontvanger zegt dat het bericht niet voor hem bestemd is."),
}
RECEIPTS = {
    "received": later("ontvangen"),
    "opened": later("geopend"),
    "not_for_us": later("niet voor ons bestemd"),
    "acted": later("gebruikt"),
    "destroyed": later("vernietigd"),
}
KEY_USES = {"enc": later("Sleutel om te openen"), "sig": later("Sleutel om te tekenen")}
KEY_STATES = {
    "counts": later("telt"),
    "ends": later("telt nog tot"),
    "ended": later("telt niet meer"),
    "revoked": later("ingetrokken"),
}
LINKS = {
    "ready": later("De brief is nog niet gemaakt."),
    "lost": later("De link is vernietigd. Is het bericht nog nodig? Doe een nieuw verzoek."),
    "sent": later("De brief is gemaakt. De ontvanger heeft hem nog niet geopend."),
    "expired": later("De link is verlopen. Is het bericht nog nodig? Doe een nieuw verzoek."),
    "closed": later("De link is dicht na 5 verkeerde codes. Bel de ontvanger en doe een nieuw verzoek."),
    "opened": later("De ontvanger heeft de link geopend."),
}
PAPERS = {
    "other": later("Nu op een ander of nieuwer stuk."),
    "same": later("Nu op hetzelfde stuk."),
    "none": later("Nu zonder stuk."),
}
ADVICE = {"positive": later("positief"), "negative": later("negatief")}
STEP_STATES = {
    "done": later("klaar"),
    "now": later("nu aan de beurt"),
    "stopped": later("gestopt"),
    "later": later("nog niet"),
}
PROVENANCES = {
    "own": later("Eigen waarneming van het team"),
    "police": later("Van de politie"),
    "medical": later("Van een arts of zorgverlener"),
    "unknown": later("Weet ik niet"),
}
TRUTHS = {"yes": later("Ja"), "no": later("Nee"), "unknown": later("Onbekend")}
LEAVES = {
    "decision": later("Beslissing"),
    "release": later("Verstrekking"),
    "approval": later("Goedkeuring of advies"),
    "review": later("Controle achteraf"),
    "receipt": later("Ontvangstbevestiging"),
    "recall": later("Terugroepen of vervallen"),
    "erasure": later("Wissen"),
    "access": later("Inzage"),
    "policy": later("Beleid"),
    "key": later("Sleutel"),
    "witness": later("Getuige"),
}
LEAF_OUTCOMES = (
    OUTCOMES
    | {
        "approved": later("goedgekeurd"),
        "refused": later("geweigerd"),
        "advise_positive": later("advies: positief"),
        "advise_negative": later("advies: negatief"),
        "upheld": later("in orde"),
        "rejected": later("niet in orde"),
        "recalled": later("teruggeroepen"),
        "voided": later("vervallen"),
        "recall": later("terugroepbericht"),
        "corrected": later("verbeterd"),
        "asked": later("vraag gesteld"),
        "answered": later("vraag beantwoord"),
        "deputy_named": later("vervanger genoemd"),
        "deputy_agreed": later("vervanging aangenomen"),
        "deputy_ended": later("vervanging gestopt"),
        "hold_lifted": later("blokkade opgeheven"),
        "link_made": later("link gemaakt"),
        "code_made": later("code gemaakt"),
        "link_closed": later("link dicht na verkeerde codes"),
        "read": later("bekeken"),
        "fetched": later("geopend door een medewerker van de ontvanger"),
        "signal": later("signaal van een ontvanger"),
        "gap_answered": later("antwoord over een ontbrekende regel"),
        "letter_made": later("concept van een brief gemaakt"),
        "desk_away": later("afwezigheid van een balie"),
        "exported": later("gegeven voor een verzoek om inzage"),
        "erased": later("zaak gewist"),
        "restored": later("oudere kopie teruggezet, verlies aanvaard"),
        "diverged": later("ander logboek teruggezet, verlies aanvaard"),
        "requested": later("sleutels aangemeld"),
        "confirmed": later("sleutels bevestigd door één mens"),
        "enrolled": later("sleutels tellen"),
        "revoked": later("sleutels ingetrokken"),
        "announced": later("sleutel aangekondigd"),
        "rotated": later("sleutel vervangen"),
        "forgotten": later("onthouden stand onleesbaar, verder gegaan"),
    }
    | RECEIPTS
)
FACTS = {
    "illegality_established": later("Is de overtreding vastgesteld?"),
    "nuisance_serious": later("Is er ernstige overlast?"),
    "indicator_recorded": later("Is er een signaal van uitbuiting vastgelegd?"),
    "acute_danger": later("Is er acuut gevaar?"),
    "consent_explicit": later("Heeft de betrokkene uitdrukkelijk toestemming gegeven?"),
    "known_to_social_services": later("Is de betrokkene bekend bij het Sociaal Plein?"),
    "pattern_established": later("Is er een patroon vastgesteld?"),
    "name_needed": later("Heeft de ontvanger de naam nodig?"),
    "specific_needed": later("Heeft de ontvanger de precieze bevinding nodig?"),
    "subject_is_sex_worker": later("Is de betrokkene sekswerker?"),
    "subject_heard": later("Heeft de betrokkene kunnen reageren?"),
    "subject_minor": later("Is de betrokkene jonger dan 18 jaar?"),
    "contract_party": later("Heeft de betrokkene een contract met de ontvanger?"),
    "breach_recorded": later("Is de overtreding van de vergunning vastgelegd?"),
    "joint_inspection_planned": later("Is de gezamenlijke controle gepland?"),
    "k_threshold_met": later("Zijn de aantallen groot genoeg om niemand te herkennen?"),
}
HINTS = {
    FieldType.COUNTRY: later("Landcode van twee letters, bijvoorbeeld NL"),
    FieldType.LANGUAGE: later("Taalcode van twee letters, bijvoorbeeld ro voor Roemeens"),
    FieldType.PHONE: later("Bijvoorbeeld 0612345678 of +31612345678"),
    FieldType.URL: later("Begint met https://"),
    FieldType.KVK: later("8 cijfers"),
    FieldType.REFERENCE: later("Bijvoorbeeld Z-2026-0417"),
    FieldType.DATE: later("Bijvoorbeeld 20 11 2026"),
    FieldType.COUNT: later("Een heel getal"),
    FieldType.CODES: later("U mag meer dan één antwoord kiezen"),
    FieldType.TEXT: later("Schrijf geen namen, telefoonnummers of adressen op"),
    FieldType.NARRATIVE: later("Schrijf geen namen, telefoonnummers of adressen op"),
}
SCREENED = later("Haal namen, nummers, adressen en links uit deze tekst, of maak de tekst korter")
FAULTS = {
    FieldType.DATE: later("Vul een bestaande datum in, bijvoorbeeld 20 11 2026"),
    FieldType.COUNTRY: later("Vul een landcode van twee letters in"),
    FieldType.LANGUAGE: later("Vul een taalcode van twee letters in"),
    FieldType.PHONE: later("Vul een geldig telefoonnummer in"),
    FieldType.EMAIL: later("Vul een geldig e-mailadres in"),
    FieldType.URL: later("Vul een webadres in dat begint met https://"),
    FieldType.ADDRESS: later("Vul een postcode zoals 1234AB en een huisnummer in"),
    FieldType.KVK: later("Vul een KvK-nummer van 8 cijfers in"),
    FieldType.REFERENCE: later("Vul een nummer in zoals Z-2026-0417"),
    FieldType.CODE: later("Kies een antwoord uit de lijst"),
    FieldType.CODES: later("Kies antwoorden uit de lijst"),
    FieldType.TEXT: SCREENED,
    FieldType.NARRATIVE: SCREENED,
    FieldType.COUNT: later("Vul een heel getal in van 0 of meer"),
}
FAULT = later("Controleer wat u hebt ingevuld")
FACT_FAULT = later("Bij ja of nee horen een document, zoals RVB-2026-112, en de datum van dat document")
NO_DATA = later("Vul ten minste één gegeven in voor elke betrokkene")
ERRORS = {
    "invalid_request": (later("Het formulier klopt nog niet"), later("Ga terug en verbeter wat hieronder staat.")),
    "unknown_term": (later("Dit woord kent het beleid niet"), later("Begin opnieuw en kies uit de lijsten.")),
    "unknown_partner": (later("Deze ontvanger is er niet"), later("Begin opnieuw en kies een ontvanger uit de lijst.")),
    "not_permitted": (
        later("Dit mag u niet doen"),
        later("Niemand beoordeelt zijn eigen verzoek. Vraag een collega met de juiste rol."),
    ),
    "not_found": (later("Deze pagina is er niet"), later("Ga terug naar uw overzicht.")),
    "duplicate_request": (
        later("Er is intussen iets veranderd"),
        later("Open het verzoek opnieuw, kijk wat er nu zou worden gedeeld en beslis dan."),
    ),
    "too_many_requests": (later("U vraagt te vaak iets"), later("Wacht een minuut en probeer het dan opnieuw.")),
    "log_unavailable": (
        later("Het logboek kan nu niets vastleggen"),
        later("Er is niets gedeeld. Probeer het straks opnieuw."),
    ),
    "unwitnessed": (
        later("De getuige van het logboek heeft te lang niets gezien"),
        later(
            "Er is niets gedeeld. Wat dringend is (uitbuiting, acuut gevaar, een minderjarige) kunt u wel overdragen. "
            "Vraag de privacy officer om de getuige te starten en dien het daarna opnieuw in. "
            "Bel alleen in nood met de ontvanger, en leg dat vast."
        ),
    ),
    "log_fork": (
        later("Een getuige heeft een ander logboek gezien"),
        later(
            "Er is niets vastgelegd of gedeeld. Waarschuw direct de privacy officer en de beheerder. "
            "Een signaal van uitbuiting kunt u wel overdragen."
        ),
    ),
    "log_tampered": (
        later("Het logboek klopt niet"),
        later("Er is niets gedeeld. Waarschuw direct de privacy officer en de beheerder."),
    ),
    "key_unavailable": (
        later("Een sleutel ontbreekt"),
        later(
            "Er is niets gedeeld. Is het dringend (uitbuiting, acuut gevaar, een minderjarige)? Bel dan nu met de "
            "ontvanger en leg het daarna vast. Waarschuw de beheerder: de ontvanger heeft een nieuwe sleutel nodig."
        ),
    ),
    "not_witnessed": (
        later("Dit bericht kan nog niet worden geopend"),
        later(
            "De getuige heeft het logboek nog niet gezien. Probeer het over een paar minuten weer. "
            "Er gaat niets verloren."
        ),
    ),
    "receipt_invalid": (
        later("Deze bevestiging klopt niet"),
        later("Open het bericht opnieuw en maak een nieuwe bevestiging."),
    ),
    "receipt_mismatch": (
        later("Deze bevestiging hoort bij een ander bericht"),
        later("Open het bericht opnieuw en maak een nieuwe."),
    ),
    "temporary_delivery_error": (later("Het bezorgen lukt nu niet"), later("Probeer het straks opnieuw.")),
}
STATUSES = {
    400: (
        later("Uw vraag is niet goed aangekomen"),
        later("Ga terug, laad de pagina opnieuw en probeer het nog een keer."),
    ),
    403: (later("Dit mag u niet doen"), later("Vraag een collega met de juiste rol.")),
    404: (later("Deze pagina is er niet"), later("Ga terug naar uw overzicht.")),
    405: (later("Dit kan hier niet"), later("Ga terug naar uw overzicht.")),
    409: (later("Er is intussen iets veranderd"), later("Open het verzoek opnieuw en kijk wat er veranderd is.")),
    413: (later("Dit is te groot om te versturen"), later("Maak de tekst korter en probeer het opnieuw.")),
    415: (later("Dit kan hier niet worden verstuurd"), later("Een bestand hoort hier niet. Vul het formulier in.")),
    429: (later("U vraagt te vaak iets"), later("Wacht een minuut en probeer het dan opnieuw.")),
    500: (
        later("Er ging iets mis"),
        later("Kijk in uw overzicht hoe het verzoek er nu voor staat. Waarschuw de beheerder."),
    ),
    503: (
        later("Dit lukt nu even niet"),
        later("Probeer het straks opnieuw. Waarschuw de beheerder als het zo blijft."),
    ),
}


def error_words(status: int, code: str) -> tuple[str, str]:
    """Return a title and what to do now, by error code, else by status."""
    return ERRORS.get(code) or STATUSES.get(status, STATUSES[500])


def capital(label: str) -> str:
    """Return a label of the policy as the start of a line."""
    said = str(label)  # in the language of the page
    return said[:1].upper() + said[1:]


def part_state(state: str, *, spoken: bool) -> str:
    """Return how a part stands; what was told by telephone was fetched by nobody."""
    return capital(KINDS["oral"]) if spoken and state in {"released", "delivered"} else str(PART_STATES[state])
