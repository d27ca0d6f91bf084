"""Addresses and names that several rooms of pages need of a request."""

from gateway.model.partner import Contact
from gateway.web.desk import TeamDesk

REQUEST = "/verstrekkingen/<disclosure_id>"
PART = f"{REQUEST}/onderdelen/<part_id>"


def partner_name(desk: TeamDesk, partner_id: str) -> str:
    """Return a partner's name, or its id when partners.yaml no longer has it."""
    return next((partner.name for partner in desk.partners() if partner.id == partner_id), partner_id)


def contact_of(desk: TeamDesk, partner_id: str) -> Contact | None:
    """Return whom to call at a partner, or None when partners.yaml no longer has it."""
    return next((partner.contact for partner in desk.partners() if partner.id == partner_id), None)
