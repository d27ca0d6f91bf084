"""The letter and the code of a link that opens once: each a button on the page of a request, each shown once."""

from dataclasses import dataclass
from typing import Protocol

from flask import Blueprint, Response, render_template

from gateway.letter.letter import Letter, letter_pdf
from gateway.model.people import Person, StaffRole
from gateway.model.pickup import Link
from gateway.web.follow.places import PART
from gateway.web.signin import Answer, signed_in, staff

PDF = "application/pdf"


class LetterDesk(Protocol):
    """What these pages ask of the gateway (`gateway.pipeline.desk.TeamDesk`)."""

    def make_link(self, disclosure_id: str, part_id: str, by: Person) -> Link:
        """Return the link of a released part, once."""
        ...

    def make_code(self, disclosure_id: str, part_id: str, by: Person) -> str:
        """Return a new code for an unopened link."""
        ...


@dataclass(frozen=True, slots=True)
class Letterhead:
    """Who writes, where links lead to, and whom a reader may call."""

    municipality: str
    public_url: str
    phone: str

    def letter(self, link: Link, part_id: str) -> Letter:
        """Return the letter with this link."""
        address = f"{self.public_url.rstrip('/')}/ophalen#{link.fragment}"
        return Letter(address, link.until, self.municipality, self.phone, part_id[:8])


def create_letter_blueprint(desk: LetterDesk, head: Letterhead) -> Blueprint:
    """Return the two buttons; they stand on the pages of the entrance."""
    blueprint = Blueprint("letters", __name__)

    @blueprint.post(f"{PART}/brief")
    @staff(StaffRole.SUPERVISOR, StaffRole.MANAGER)
    def letter(disclosure_id: str, part_id: str) -> Answer:
        link = desk.make_link(disclosure_id, part_id, signed_in())
        answer = Response(letter_pdf(head.letter(link, part_id)), mimetype=PDF)
        answer.headers["Content-Disposition"] = 'attachment; filename="brief.pdf"'
        return answer

    @blueprint.post(f"{PART}/code")
    @staff(StaffRole.SUPERVISOR, StaffRole.MANAGER)
    def code(disclosure_id: str, part_id: str) -> Answer:
        made = desk.make_code(disclosure_id, part_id, signed_in())
        return render_template("code.html", code=f"{made[:4]} {made[4:]}", disclosure=disclosure_id)

    return blueprint
