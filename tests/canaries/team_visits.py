"""What the team does with requests full of canaries: every way that a disclosure can go."""

import datetime as dt
import re
from dataclasses import dataclass, field

from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.terms import Json, items, members
from tests.canaries import birds, dossiers
from tests.canaries.birds import Names, names
from tests.canaries.dossiers import Dossier
from tests.canaries.letter_visits import Reader
from tests.canaries.places import Exchange
from tests.canaries.visitor import API, Visitor

CASE_ONLY = names(birds.CASE)
"""The case number stands at the head of a request's page, for staff; the page's address cannot be guessed."""


@dataclass(frozen=True, slots=True)
class Submitted:
    """A request as the team follows it."""

    id: str
    part: str
    digest: str
    reads: Names

    @property
    def page(self) -> str:
        """Return the path of its page."""
        return f"/verstrekkingen/{self.id}"

    def button(self, word: str) -> str:
        """Return the path of a button of its part."""
        return f"{self.page}/onderdelen/{self.part}/{word}"


@dataclass
class Team:
    """Five people at work; `reads` tells by message what its recipient may read, `waiting` by request what is kept."""

    url: str
    kept: list[Exchange]
    on: dt.date
    reads: dict[str, Names] = field(default_factory=dict)
    waiting: dict[str, Names] = field(default_factory=dict)
    by_link: dict[str, bytes] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Sign everybody in."""
        self.sanne, self.bram, self.meryem, self.fleur, self.otto = (
            Visitor(self.url, self.kept, person) for person in DEMO_PEOPLE
        )

    def approve_and_refuse(self) -> None:
        """Submit what is denied, and what people approve, advise on and refuse."""
        on = self.on
        self._submit(dossiers.landlord(on, 1, recipient="gooi-wonen"), "deny")
        self._submit(dossiers.landlord(on, 2, illegality_established="unknown"), "deny")
        self._approved(self._submit(dossiers.landlord(on, 3), "needs_approval"))
        self._advised(self._submit(dossiers.tenant(on, 4), "needs_approval"))
        self._refused(self._submit(dossiers.landlord(on, 5), "needs_approval"))
        self._approved(self._submit(dossiers.enforcement(on, 6), "needs_approval"))

    def by_letter(self, issuer: str) -> None:
        """Send a private landlord a letter with a link, which he opens."""
        request = self._submit(dossiers.landlord(self.on, 18, recipient="verhuurder-1"), "needs_approval")
        self._approved(request)
        sheet: Json = {"part": request.part}
        letter = self.sanne.post(request.button("brief"), {}, place="the letter").content
        (fragment,) = re.findall(rb"\(#([\w-]{43})\)", letter)
        self.sanne.post(request.button("code"), {}, place="the code")
        self.sanne.api(f"/{request.id}/link", sheet)
        code = str(self.sanne.api(f"/{request.id}/code", sheet)["code"])
        told = self.sanne.go("GET", f"{API}/{request.id}").json()
        message = str(told["parts"][0]["message_id"])
        reader = Reader(self.url, self.kept, fragment.decode())
        self.by_link[message] = reader.read(code, issuer=issuer, message=message)
        self.sanne.go("GET", request.page, place="an opened link", may=CASE_ONLY)

    def hand_over(self) -> tuple[Submitted, Submitted]:
        """Submit what leaves at once and what it holds up; return a consent and a signal, to take back later."""
        on = self.on
        voided = self._submit(dossiers.help_wanted(on, 7), "permit_reduced")
        self.sanne.post(f"{voided.page}/intrekken", {}, may=CASE_ONLY)
        consent = self._submit(dossiers.help_wanted(on, 8), "permit_reduced")
        held = self._submit(dossiers.landlord(on, 9), "needs_approval")
        for dossier in (dossiers.landlord(on, 10), dossiers.tenant(on, 11)):
            self.waiting[self._submit(dossier, "needs_approval").id] = dossier.kept
        signal = self._submit(dossiers.urgent(on, 12), "permit_reduced")
        self.sanne.post(signal.button("beoordelen"), {"review": "good"}, place="own review")
        self._submit(dossiers.landlord(on, 13), "deny")  # held by the signal
        self.bram.post(held.button("goedkeuren"), {"digest": held.digest}, may=CASE_ONLY, place="held")
        return consent, signal

    def to_be_erased(self) -> Submitted:
        """Submit what is delivered, and erased at the end of the day."""
        return self._submit(dossiers.help_wanted(self.on, dossiers.ERASED), "permit_reduced")

    def take_back(self, consent: Submitted, signal: Submitted) -> None:
        """Take back what was delivered, lift the hold, and hand over once more."""
        self.sanne.post(f"{consent.page}/intrekken", {}, may=CASE_ONLY)
        self.bram.post(signal.button("beoordelen"), {"review": "bad"}, may=CASE_ONLY)
        self.bram.post(f"{signal.page}/opheffen", {}, may=CASE_ONLY)
        again = self._submit(dossiers.urgent(self.on, 14), "permit_reduced")
        self.bram.post(again.button("beoordelen"), {"review": "good"}, may=CASE_ONLY)
        self.bram.post(f"{again.page}/opheffen", {}, may=CASE_ONLY)
        for visitor in (self.sanne, self.bram, self.meryem, self.fleur, self.otto):
            visitor.go("GET", again.page, place="a delivered request", may=CASE_ONLY)
            visitor.go("GET", f"{API}/{again.id}")
            visitor.go("GET", "/", place="worklist")
            visitor.go("GET", "/logboek")
        self.otto.post("/logboek/controle", {})

    def _submit(self, dossier: Dossier, outcome: str) -> Submitted:
        preview = self.sanne.api("/preview", dossier.body)
        told = self.sanne.api("", dossier.body)
        again = self.sanne.api("", dossier.body)
        seen = (preview.get("outcome"), told.get("outcome"), again.get("id"))
        assert seen == (outcome, outcome, told.get("id")), (preview, told)
        self.sanne.api("", {**dossier.body, "purpose": "general_information"})
        parts = [members(part) for part in items(told["parts"])]
        part = parts[0] if parts else {}
        if part.get("message_id"):
            self.reads[str(part["message_id"])] = dossier.reads
        waits = part.get("state") == "waiting"
        found = Submitted(str(told["id"]), str(part.get("id")), str(part.get("digest")), dossier.reads)
        self.sanne.go("GET", found.page, place="own request", may=CASE_ONLY | (found.reads if waits else CASE_ONLY))
        return found

    def _approved(self, request: Submitted) -> None:
        self.sanne.post(request.button("goedkeuren"), {"digest": request.digest}, place="own approval")
        self.bram.post(request.button("goedkeuren"), {"digest": birds.NAME.value}, place="approval of something else")
        self.otto.go("GET", request.page, place="an officer's look at what waits", may=CASE_ONLY)
        self.bram.go("GET", request.page, place="the approver's view", may=request.reads)
        self.bram.post(request.button("goedkeuren"), {"digest": request.digest}, may=CASE_ONLY)
        self._sealed(request)

    def _advised(self, request: Submitted) -> None:
        sheet: Json = {"part": request.part, "digest": request.digest}
        self.meryem.api(f"/{request.id}/approval", sheet)
        self.fleur.go("GET", request.page, place="the FG's view", may=request.reads)
        self.fleur.post(request.button("adviseren"), {"advice": birds.NAME.value}, place="no advice")
        self.fleur.post(request.button("adviseren"), {"advice": "positive"}, may=request.reads)
        self.meryem.go("GET", request.page, place="the manager's view", may=request.reads)
        self.meryem.api(f"/{request.id}/approval", sheet)
        self._sealed(request)

    def _refused(self, request: Submitted) -> None:
        """Ask, answer and refuse; what may not stand in the words comes back to whoever typed it, and nowhere else."""
        told, typed = f"bel {birds.PHONE.value}", names(birds.PHONE)
        self.bram.post(request.button("vragen"), {"reasons": "other", "text": told}, own=typed, place="a question")
        self.bram.post(request.button("vragen"), {"reasons": "document"}, may=request.reads)
        self.sanne.post(request.button("antwoorden"), {"reasons": "text", "text": told}, own=typed, place="an answer")
        self.sanne.post(request.button("antwoorden"), {"reasons": "text", "text": "Het tweede"}, may=request.reads)
        why = {"reasons": "facts", "helps": "newer_document"}
        self.bram.post(request.button("weigeren"), {**why, "text": told}, own=typed, place="a refusal")
        self.bram.post(request.button("weigeren"), why, may=CASE_ONLY, place="refused")

    def _sealed(self, request: Submitted) -> None:
        """Note what the recipient may read; nobody here can open it any more."""
        told = self.sanne.go("GET", f"{API}/{request.id}").json()
        (part,) = told["parts"]
        assert part["state"] == "released", part
        self.reads[part["message_id"]] = request.reads
        self.sanne.go("GET", request.page, place="a sealed request", may=CASE_ONLY)
