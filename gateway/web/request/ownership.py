"""The question who owns the dwelling according to the land register. It is evidence: nothing leaves because of it."""

from flask_babel import gettext as _

from gateway.model.request import Owner
from gateway.web.controls import Control, Typed
from gateway.web.language import later
from gateway.web.request.draft import OWNERSHIP

OWNERS = {
    Owner.RECIPIENT.value: later("Deze ontvanger"),
    Owner.SOMEONE_ELSE.value: later("Iemand anders"),
    Owner.UNCLEAR.value: later("Dat is niet duidelijk"),
    "unknown": later("Ik heb niet gekeken"),
}
OWNERSHIP_FAULT = later(
    "Kies wie de eigenaar is. Vul het nummer van het uittreksel in en de dag waarop u keek, niet later dan vandaag. "
    "Hebt u niet gekeken? Laat het nummer en de dag dan leeg."
)


def ask_owner(typed: Typed, error: str) -> Control:
    """Return the question."""
    return Control(
        id=OWNERSHIP,
        kind="owner",
        label=_("Wie is de eigenaar volgens het Kadaster?"),
        hint=_("Vul geen naam in. Uw antwoord verandert niets aan wat er wordt gedeeld. Het wordt wel bewaard."),
        error=error,
        options=tuple(OWNERS.items()),
        typed=typed,
    )
