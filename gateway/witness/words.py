"""What evidence shows, and what the officer does with it: plain Dutch (B1) and English."""

from collections.abc import Mapping

from gateway.model.terms import Text
from gateway.witness.evidence import Kind

SHOWS: Mapping[Kind, Text] = {
    Kind.TWO_ROOTS: Text(
        nl="De sleutel van het log heeft twee verschillende logs van dezelfde lengte ondertekend. Dat is bewijs.",
        en="The log's key signed two different logs of one size. That is proof.",
    ),
    Kind.REWRITTEN: Text(
        nl="De sleutel van het log heeft een log ondertekend waarin eerdere vermeldingen anders zijn dan eerst, en het "
        "eigen bewijs van het log laat dat zien. Dat is bewijs.",
        en="The log's key signed a log whose earlier entries are not what they were, and the log's own proof shows it. "
        "That is proof.",
    ),
    Kind.UNPROVED: Text(
        nl="Iemand stuurde een ondertekende stand van het log met een bewijs dat niet klopt. Dat is een vraag, nog "
        "geen bewijs: wie het log kan lezen, kan ook een verkeerd bewijs meesturen.",
        en="Somebody sent a signed checkpoint of the log with a proof that does not hold. That is a question, not yet "
        "proof: whoever can read the log's checkpoint can send a wrong proof with it.",
    ),
}

_TO_DO_PROOF = Text(
    nl="Laat de gateway stilleggen. Bewaar dit bestand op twee plaatsen. Vertel het uw bestuur, en de ontvangers die "
    "een bericht kregen na deze tijd. Iedereen kan het nagaan met `gateway witness evidence verify`.",
    en="Have the gateway stopped. Keep this file in two places. Tell your management, and the recipients of "
    "messages after this time. Anyone can check it with `gateway witness evidence verify`.",
)
TO_DO: Mapping[Kind, Text] = {
    Kind.TWO_ROOTS: _TO_DO_PROOF,
    Kind.REWRITTEN: _TO_DO_PROOF,
    Kind.UNPROVED: Text(
        nl="Vraag de beheerder om te laten zien dat de tweede stand op de eerste voortbouwt. Kan dat niet binnen een "
        "dag, behandel het dan als bewijs.",
        en="Ask the administrator to show that the second checkpoint builds on the first. If that cannot be shown "
        "within a day, treat it as proof.",
    ),
}
ANSWERED = Text(
    nl="Beantwoord: uw getuige heeft precies deze stand later zelf ondertekend, met een bewijs dat klopte. U kunt "
    "dit bestand weghalen.",
    en="Answered: your witness itself signed this very checkpoint later, with a proof that held. "
    "You may remove the file.",
)
