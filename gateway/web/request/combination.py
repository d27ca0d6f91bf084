"""To whom, on which ground, what for, and the role of each subject: the choice that a request begins with."""

from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode

from flask_babel import gettext as _

from gateway.intake.schema import SUBJECTS
from gateway.model.draft import DraftContent
from gateway.web.desk import TeamDesk
from gateway.web.language import later, spoken

ROLES = tuple(f"role{number}" for number in range(1, SUBJECTS + 1))
FIRST_ROLES = 3  # inputs for roles that an empty form shows; a button adds one more
LABELS = {"recipient": later("Ontvanger"), "ground": later("Grond"), "purpose": later("Doel")}


@dataclass(frozen=True, slots=True)
class Combination:
    """What was chosen. None of it names a person."""

    recipient: str
    ground: str
    purpose: str
    roles: tuple[str, ...]

    @classmethod
    def from_typed(cls, typed: Mapping[str, str]) -> "Combination":
        """Return what was chosen; a word may be empty or unknown still."""
        roles = (typed.get(name, "") for name in ROLES)
        return cls(
            recipient=typed.get("recipient", ""),
            ground=typed.get("ground", ""),
            purpose=typed.get("purpose", ""),
            roles=tuple(role for role in roles if role),
        )

    @classmethod
    def of(cls, content: DraftContent) -> "Combination":
        """Return what a draft began with."""
        return cls(content.recipient, content.ground, content.purpose, content.roles)

    def faults(self, desk: TeamDesk) -> dict[str, str]:
        """Return what is missing or does not fit, by input, in the language of the page."""
        words, found = desk.bundle.vocabulary, {}
        if self.recipient not in {partner.id for partner in desk.partners()}:
            found["recipient"] = _("Kies een ontvanger")
        ground = words.grounds.get(self.ground)
        if ground is None:
            found["ground"] = _("Kies een grond")
        if self.purpose not in words.purposes:
            found["purpose"] = _("Kies een doel")
        elif ground is not None and self.purpose not in ground.purposes:
            fitting = ", ".join(spoken(words.purposes[name]) for name in ground.purposes)
            found["purpose"] = _("Dit doel past niet bij de grond. Kies uit: %(purposes)s", purposes=fitting)
        if not self.roles:
            found[ROLES[0]] = _("Kies de rol van ten minste één betrokkene")
        for name, role in zip(ROLES, self.roles, strict=False):
            if role not in words.roles:
                found[name] = _("Kies een rol uit de lijst")
        return found

    def pairs(self) -> list[tuple[str, str]]:
        """Return the choices as names and values of inputs."""
        chosen = [("recipient", self.recipient), ("ground", self.ground), ("purpose", self.purpose)]
        return chosen + list(zip(ROLES, self.roles, strict=False))

    def query(self) -> str:
        """Return the choices for an address: they name nobody."""
        return urlencode(self.pairs())
