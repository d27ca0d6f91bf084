"""Why a case may be erased: a closed list, each with its article of the GDPR (in Dutch: AVG)."""

from enum import Enum

from gateway.model.terms import Json, Text


class Basis(Enum):
    """The reason of an erasure, as the log's encrypted detail names it. Values are never renamed or used again.

    Article 17(1)(f), services offered to children over the internet, is left out: this gateway offers none.
    """

    NOT_NEEDED = "not_needed"
    CONSENT_WITHDRAWN = "consent_withdrawn"
    OBJECTION = "objection"
    UNLAWFUL = "unlawful"
    LEGAL_DUTY = "legal_duty"
    TERM_OVER = "term_over"
    AUTHORITY = "authority"

    @property
    def article(self) -> str:
        """Return the article of the GDPR."""
        return _TEXTS[self][0]

    @property
    def text(self) -> Text:
        """Return the reason in plain words."""
        return Text(*_TEXTS[self][1:])

    def to_json(self) -> dict[str, Json]:
        """Return what the commands print of it."""
        return {"basis": self.value, "article": self.article, "text": self.text.to_json()}


_TEXTS: dict[Basis, tuple[str, str, str]] = {
    Basis.NOT_NEEDED: (
        "GDPR 17(1)(a)",
        "De gegevens zijn niet meer nodig voor het doel waarvoor ze zijn verzameld.",
        "The data are no longer needed for the purpose for which they were collected.",
    ),
    Basis.CONSENT_WITHDRAWN: (
        "GDPR 17(1)(b)",
        "De toestemming is ingetrokken en er is geen andere grondslag.",
        "Consent was withdrawn, and there is no other ground.",
    ),
    Basis.OBJECTION: (
        "GDPR 17(1)(c)",
        "De betrokkene maakt bezwaar en er zijn geen zwaarder wegende redenen.",
        "The person objects, and no overriding reasons exist.",
    ),
    Basis.UNLAWFUL: (
        "GDPR 17(1)(d)",
        "De gegevens zijn onrechtmatig verwerkt.",
        "The data were processed unlawfully.",
    ),
    Basis.LEGAL_DUTY: (
        "GDPR 17(1)(e)",
        "De wet verplicht de gemeente om de gegevens te wissen.",
        "The law obliges the municipality to erase the data.",
    ),
    Basis.TERM_OVER: (
        "GDPR 5(1)(e)",
        "De bewaartermijn is voorbij.",
        "The retention period is over.",
    ),
    Basis.AUTHORITY: (
        "GDPR 58(2)(g)",
        "De Autoriteit Persoonsgegevens of de rechter draagt de gemeente op om te wissen.",
        "The supervisory authority or a court orders the municipality to erase.",
    ),
}
