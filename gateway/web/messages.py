"""Dutch (B1) sentences of the pages: states, roles, questions, errors. The policy brings the labels of its terms."""

from gateway.model.bundle import FieldType

STAFF_ROLES = {
    "supervisor": "Toezichthouder",
    "manager": "Gemandateerd manager",
    "fg": "Functionaris gegevensbescherming (FG)",
    "privacy_officer": "Privacy officer",
}
OUTCOMES = {
    "permit": "Alles mag worden gedeeld",
    "permit_reduced": "Een deel mag worden gedeeld",
    "needs_approval": "Wacht op goedkeuring",
    "deny": "Niet toegestaan",
    "gap": "Hiervoor is nog geen regel",
}
APPROVALS = {
    "none": "Geen goedkeuring nodig",
    "post_24h": "Gaat direct, controle achteraf binnen 24 uur",
    "pre_two": "Een collega moet eerst goedkeuren",
    "pre_fg": "De manager beslist, na advies van de FG",
}
PART_STATES = {
    "waiting": "Wacht op goedkeuring",
    "released": "Klaar voor de ontvanger",
    "delivered": "Opgehaald door de ontvanger",
    "refused": "Geweigerd",
    "voided": "Vervallen: niets is gedeeld",
    "recalled": "Teruggeroepen",
}
KINDS = {"recall": "terugroepbericht", "correction": "verbetering"}
MISSING = {
    "unanswered": "de ontvanger heeft nog niet bevestigd dat het bericht er is.",
    "undestroyed": "de ontvanger heeft niet op tijd bevestigd dat het bericht vernietigd is.",
    "not_for_us": "de ontvanger zegt dat het bericht niet voor hem bestemd is.",
}
RECEIPTS = {
    "received": "ontvangen",
    "opened": "geopend",
    "not_for_us": "niet voor ons bestemd",
    "acted": "gebruikt",
    "destroyed": "vernietigd",
}
KEY_USES = {"enc": "Sleutel om te openen", "sig": "Sleutel om te tekenen"}
KEY_STATES = {"counts": "telt", "ends": "telt nog tot", "ended": "telt niet meer", "revoked": "ingetrokken"}
LINKS = {
    "ready": "De brief is nog niet gemaakt.",
    "lost": "De link is vernietigd. Is het bericht nog nodig? Doe een nieuw verzoek.",
    "sent": "De brief is gemaakt. De ontvanger heeft hem nog niet geopend.",
    "expired": "De link is verlopen. Is het bericht nog nodig? Doe een nieuw verzoek.",
    "closed": "De link is dicht na 5 verkeerde codes. Bel de ontvanger en doe een nieuw verzoek.",
    "opened": "De ontvanger heeft de link geopend.",
}
PAPERS = {
    "other": "Nu op een ander of nieuwer stuk.",
    "same": "Nu op hetzelfde stuk.",
    "none": "Nu zonder stuk.",
}
ADVICE = {"positive": "positief", "negative": "negatief"}
STEP_STATES = {"done": "klaar", "now": "nu aan de beurt", "stopped": "gestopt", "later": "nog niet"}
PROVENANCES = {
    "own": "Eigen waarneming van het team",
    "police": "Van de politie",
    "medical": "Van een arts of zorgverlener",
    "unknown": "Weet ik niet",
}
TRUTHS = {"yes": "Ja", "no": "Nee", "unknown": "Onbekend"}
LEAVES = {
    "decision": "Beslissing",
    "release": "Verstrekking",
    "approval": "Goedkeuring of advies",
    "review": "Controle achteraf",
    "receipt": "Ontvangstbevestiging",
    "recall": "Terugroepen of vervallen",
    "erasure": "Wissen",
    "access": "Inzage",
    "policy": "Beleid",
    "key": "Sleutel",
    "witness": "Getuige",
}
LEAF_OUTCOMES = (
    OUTCOMES
    | {
        "approved": "goedgekeurd",
        "refused": "geweigerd",
        "advise_positive": "advies: positief",
        "advise_negative": "advies: negatief",
        "upheld": "in orde",
        "rejected": "niet in orde",
        "recalled": "teruggeroepen",
        "voided": "vervallen",
        "recall": "terugroepbericht",
        "corrected": "verbeterd",
        "hold_lifted": "blokkade opgeheven",
        "link_made": "link gemaakt",
        "code_made": "code gemaakt",
        "link_closed": "link dicht na verkeerde codes",
        "read": "bekeken",
        "fetched": "geopend door een medewerker van de ontvanger",
        "signal": "signaal van een ontvanger",
        "gap_answered": "antwoord over een ontbrekende regel",
        "letter_made": "concept van een brief gemaakt",
        "desk_away": "afwezigheid van een balie",
        "exported": "gegeven voor een verzoek om inzage",
        "erased": "zaak gewist",
        "restored": "oudere kopie teruggezet, verlies aanvaard",
        "diverged": "ander logboek teruggezet, verlies aanvaard",
        "requested": "sleutels aangemeld",
        "confirmed": "sleutels bevestigd door één mens",
        "enrolled": "sleutels tellen",
        "revoked": "sleutels ingetrokken",
        "announced": "sleutel aangekondigd",
        "rotated": "sleutel vervangen",
        "forgotten": "onthouden stand onleesbaar, verder gegaan",
    }
    | RECEIPTS
)
FACTS = {
    "illegality_established": "Is de overtreding vastgesteld?",
    "nuisance_serious": "Is er ernstige overlast?",
    "indicator_recorded": "Is er een signaal van uitbuiting vastgelegd?",
    "acute_danger": "Is er acuut gevaar?",
    "consent_explicit": "Heeft de betrokkene uitdrukkelijk toestemming gegeven?",
    "known_to_social_services": "Is de betrokkene bekend bij het Sociaal Plein?",
    "pattern_established": "Is er een patroon vastgesteld?",
    "name_needed": "Heeft de ontvanger de naam nodig?",
    "specific_needed": "Heeft de ontvanger de precieze bevinding nodig?",
    "subject_is_sex_worker": "Is de betrokkene sekswerker?",
    "subject_heard": "Heeft de betrokkene kunnen reageren?",
    "subject_minor": "Is de betrokkene jonger dan 18 jaar?",
    "contract_party": "Heeft de betrokkene een contract met de ontvanger?",
    "breach_recorded": "Is de overtreding van de vergunning vastgelegd?",
    "joint_inspection_planned": "Is de gezamenlijke controle gepland?",
    "k_threshold_met": "Zijn de aantallen groot genoeg om niemand te herkennen?",
}
HINTS = {
    FieldType.COUNTRY: "Landcode van twee letters, bijvoorbeeld NL",
    FieldType.LANGUAGE: "Taalcode van twee letters, bijvoorbeeld ro voor Roemeens",
    FieldType.PHONE: "Bijvoorbeeld 0612345678 of +31612345678",
    FieldType.URL: "Begint met https://",
    FieldType.KVK: "8 cijfers",
    FieldType.REFERENCE: "Bijvoorbeeld Z-2026-0417",
    FieldType.DATE: "Bijvoorbeeld 20 11 2026",
    FieldType.COUNT: "Een heel getal",
    FieldType.CODES: "U mag meer dan één antwoord kiezen",
    FieldType.TEXT: "Schrijf geen namen, telefoonnummers of adressen op",
    FieldType.NARRATIVE: "Schrijf geen namen, telefoonnummers of adressen op",
}
SCREENED = "Haal namen, nummers, adressen en links uit deze tekst, of maak de tekst korter"
FAULTS = {
    FieldType.DATE: "Vul een bestaande datum in, bijvoorbeeld 20 11 2026",
    FieldType.COUNTRY: "Vul een landcode van twee letters in",
    FieldType.LANGUAGE: "Vul een taalcode van twee letters in",
    FieldType.PHONE: "Vul een geldig telefoonnummer in",
    FieldType.EMAIL: "Vul een geldig e-mailadres in",
    FieldType.URL: "Vul een webadres in dat begint met https://",
    FieldType.ADDRESS: "Vul een postcode zoals 1234AB en een huisnummer in",
    FieldType.KVK: "Vul een KvK-nummer van 8 cijfers in",
    FieldType.REFERENCE: "Vul een nummer in zoals Z-2026-0417",
    FieldType.CODE: "Kies een antwoord uit de lijst",
    FieldType.CODES: "Kies antwoorden uit de lijst",
    FieldType.TEXT: SCREENED,
    FieldType.NARRATIVE: SCREENED,
    FieldType.COUNT: "Vul een heel getal in van 0 of meer",
}
FAULT = "Controleer wat u hebt ingevuld"
FACT_FAULT = "Bij ja of nee horen een document, zoals RVB-2026-112, en de datum van dat document"
NO_DATA = "Vul ten minste één gegeven in voor elke betrokkene"
ERRORS = {
    "invalid_request": ("Het formulier klopt nog niet", "Ga terug en verbeter wat hieronder staat."),
    "unknown_term": ("Dit woord kent het beleid niet", "Begin opnieuw en kies uit de lijsten."),
    "unknown_partner": ("Deze ontvanger is er niet", "Begin opnieuw en kies een ontvanger uit de lijst."),
    "not_permitted": (
        "Dit mag u niet doen",
        "Niemand beoordeelt zijn eigen verzoek. Vraag een collega met de juiste rol.",
    ),
    "not_found": ("Deze pagina is er niet", "Ga terug naar uw overzicht."),
    "duplicate_request": (
        "Er is intussen iets veranderd",
        "Open het verzoek opnieuw, kijk wat er nu zou worden gedeeld en beslis dan.",
    ),
    "too_many_requests": ("U vraagt te vaak iets", "Wacht een minuut en probeer het dan opnieuw."),
    "log_unavailable": ("Het logboek kan nu niets vastleggen", "Er is niets gedeeld. Probeer het straks opnieuw."),
    "unwitnessed": (
        "De getuige van het logboek heeft te lang niets gezien",
        "Er is niets gedeeld. Wat dringend is (uitbuiting, acuut gevaar, een minderjarige) kunt u wel overdragen. "
        "Vraag de privacy officer om de getuige te starten en dien het daarna opnieuw in. "
        "Bel alleen in nood met de ontvanger, en leg dat vast.",
    ),
    "log_fork": (
        "Een getuige heeft een ander logboek gezien",
        "Er is niets vastgelegd of gedeeld. Waarschuw direct de privacy officer en de beheerder. "
        "Een signaal van uitbuiting kunt u wel overdragen.",
    ),
    "log_tampered": (
        "Het logboek klopt niet",
        "Er is niets gedeeld. Waarschuw direct de privacy officer en de beheerder.",
    ),
    "key_unavailable": (
        "Een sleutel ontbreekt",
        "Er is niets gedeeld. Is het dringend (uitbuiting, acuut gevaar, een minderjarige)? Bel dan nu met de "
        "ontvanger en leg het daarna vast. Waarschuw de beheerder: de ontvanger heeft een nieuwe sleutel nodig.",
    ),
    "not_witnessed": (
        "Dit bericht kan nog niet worden geopend",
        "De getuige heeft het logboek nog niet gezien. Probeer het over een paar minuten weer. Er gaat niets verloren.",
    ),
    "receipt_invalid": ("Deze bevestiging klopt niet", "Open het bericht opnieuw en maak een nieuwe bevestiging."),
    "receipt_mismatch": (
        "Deze bevestiging hoort bij een ander bericht",
        "Open het bericht opnieuw en maak een nieuwe.",
    ),
    "temporary_delivery_error": ("Het bezorgen lukt nu niet", "Probeer het straks opnieuw."),
}
STATUSES = {
    400: ("Uw vraag is niet goed aangekomen", "Ga terug, laad de pagina opnieuw en probeer het nog een keer."),
    403: ("Dit mag u niet doen", "Vraag een collega met de juiste rol."),
    404: ("Deze pagina is er niet", "Ga terug naar uw overzicht."),
    405: ("Dit kan hier niet", "Ga terug naar uw overzicht."),
    409: ("Er is intussen iets veranderd", "Open het verzoek opnieuw en kijk wat er veranderd is."),
    413: ("Dit is te groot om te versturen", "Maak de tekst korter en probeer het opnieuw."),
    415: ("Dit kan hier niet worden verstuurd", "Een bestand hoort hier niet. Vul het formulier in."),
    429: ("U vraagt te vaak iets", "Wacht een minuut en probeer het dan opnieuw."),
    500: ("Er ging iets mis", "Kijk in uw overzicht hoe het verzoek er nu voor staat. Waarschuw de beheerder."),
    503: ("Dit lukt nu even niet", "Probeer het straks opnieuw. Waarschuw de beheerder als het zo blijft."),
}


def error_words(status: int, code: str) -> tuple[str, str]:
    """Return a title and what to do now, by error code, else by status."""
    return ERRORS.get(code) or STATUSES.get(status, STATUSES[500])


def capital(label: str) -> str:
    """Return a label of the policy as the start of a line."""
    return label[:1].upper() + label[1:]
