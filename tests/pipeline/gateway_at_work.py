"""The real gateway as the machine works it: every deed answers with one word, and everything can be looked at."""

import datetime as dt
import hashlib
import json
import shutil
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from gateway.bootstrap import Gateway, Materials, build
from gateway.config.partners import load_partners
from gateway.config.settings import Settings
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import PrivateJwk, generate_key, parse_jwks, to_jwks
from gateway.crypto.keyring import KEYRING, Keyring
from gateway.crypto.profiles import PROFILES
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.decide.engine import Policy
from gateway.demo.setting import demo_environment
from gateway.errors import GatewayError
from gateway.log.policy import TrustPolicy
from gateway.log.verify import verify_message
from gateway.model.calendar import AMSTERDAM
from gateway.model.decision import Approval
from gateway.model.leaf import LeafType
from gateway.model.notices import MessageKind
from gateway.model.partner import Partner, SealProfile
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json
from gateway.model.views import DisclosureView, PartState
from gateway.opening import keyring_file
from gateway.pipeline.approvals_desk import ApprovalsDesk
from gateway.pipeline.change import import_holdings
from gateway.pipeline.deputise import Naming, name_deputy
from gateway.pipeline.desk import PartnerDesk, TeamDesk
from gateway.pipeline.rotate import announce_issuer_key, rotate_issuer_key
from gateway.store import schema
from gateway.store.engine import open_engine
from gateway.store.ports import Store, Unit
from tests.builders import ADVICE, NO
from tests.conftest import SetClock
from tests.pipeline.known_cases import PLACES
from tests.pipeline.small_model import ABSENT, Organisation
from tests.stress.nursery import begin_elsewhere

KINDS = {
    "avim": "avim",
    "politie": "police",
    "dudok-wonen": "housing_corporation",
    "gooi-wonen": "housing_corporation",
    "verhuurder-1": "private_landlord",
    "arbeidsinspectie": "labour_inspectorate",
    "juridische-handhaving": "legal_enforcement",
    "belle": "belle",
    "comensha": "comensha",
    "ggd": "ggd",
}
NOWHERE = "0" * 32  # an id that nothing has
HOLDERS = ("dudok-wonen", "gooi-wonen", "verhuurder-1")

Keys = dict[str, PrivateJwk]


T = TypeVar("T")


class Between:
    """The real store, with a moment just before a write in which somebody else may act: deciding is done by then."""

    def __init__(self, store: Store) -> None:
        """Let nobody act yet."""
        self._store = store
        self.act: Callable[[], None] | None = None

    def read(self) -> AbstractContextManager[Unit]:
        """Open one consistent reading view."""
        return self._store.read()

    def write(self, job: Callable[[Unit], T]) -> T:
        """Let the other act, once, then write."""
        act, self.act = self.act, None
        if act is not None:
            act()
        return self._store.write(job)

    def close(self) -> None:
        """Close the connections."""
        self._store.close()


class AtWork:
    """One gateway on a state of its own, in a folder that is thrown away."""

    def __init__(self, prepared: Path, folder: Path, database: str | None, clock: SetClock, policy: Policy) -> None:
        """Copy the prepared state; without `database` it stays on its SQLite file."""
        home = folder / "home"
        shutil.copytree(prepared, home)
        environ = {"GATEWAY_HOME": str(home), "GATEWAY_PARTNERS": str(folder / "partners.yaml")}
        environ["GATEWAY_DATABASE_URL"] = database or f"sqlite:///{home / 'gateway.sqlite'}"
        if database:
            begin_elsewhere(home, database)
        self.settings = Settings.from_env({**environ, **demo_environment(environ, url="http://127.0.0.1:8080")})
        self.clock = clock
        self.words = ("", "")  # of the last refusal
        self.disclosures: list[str] = []
        self.parts: list[str] = []
        self.deputies: list[str] = []
        self.keys: dict[str, list[Keys]] = {partner: [_new_keys(partner)] for partner in KINDS}
        self._policy = policy
        self._passphrase = (home / "demo.passphrase").read_bytes().strip()
        self._opened: tuple[bytes, Keyring] | None = None
        self._enrolled: tuple[tuple[bytes, dict[str, bytes]], dict[str, Partner]] | None = None
        self._looker = open_engine(self.settings.database_url)
        self.gateway: Gateway
        self.between: Between

    # -- the process --------------------------------------------------------------------------------------------------
    def start(self, partners: dict[str, Organisation]) -> None:
        """Read every file and open the store."""
        listed = "".join(_entry(partner, partners[partner]) for partner in KINDS)
        self.settings.partners.write_text(f"partners:\n{listed}", encoding="utf-8")
        for partner, organisation in partners.items():
            generations = [self.keys[partner][number] for number in organisation.keys]
            public = [key.public() for keys in generations for key in keys.values()]
            (self.settings.keys / "partners" / f"{partner}.jwks.json").write_bytes(to_jwks(public))
        built = build(self.settings, clock=self.clock, materials=self._read())
        self.between = Between(built.tools.store)
        tools = replace(built.tools, store=self.between)
        partners_desk = PartnerDesk(tools, built.partners.issuer_jwks())
        self.gateway = replace(built, tools=tools, team=TeamDesk(tools), partners=partners_desk)

    def _read(self) -> Materials:
        """Read what changed. Opening a keyring and reading YAML are slow, and most starts find the same files."""
        sealed = (self.settings.keys / KEYRING).read_bytes()
        if self._opened is None or self._opened[0] != sealed:
            self._opened = sealed, Keyring.load(self.settings.keys / KEYRING, self._passphrase)
        folder = self.settings.keys / "partners"
        listed, sets = self.settings.partners.read_bytes(), {p.name: p.read_bytes() for p in folder.glob("*.jwks.json")}
        if self._enrolled is None or self._enrolled[0] != (listed, sets):
            vocabulary = self._policy.bundle.vocabulary
            self._enrolled = (listed, sets), load_partners(listed, keys=sets, vocabulary=vocabulary)
        return Materials(self._opened[1], self._policy, self._enrolled[1])

    def stop(self) -> None:
        """End the process, as far as the state can tell."""
        self.gateway.tools.store.close()

    def close(self) -> None:
        """Stop for good, and throw the state away."""
        self.stop()
        self._looker.dispose()
        shutil.rmtree(self.settings.home.parent)

    def new_keys(self, partner: str) -> None:
        """Let a partner make its next keys."""
        self.keys[partner].append(_new_keys(partner))

    def rotate(self, *, announce: bool) -> None:
        """Rotate the issuer's key, or announce the next one."""
        change = announce_issuer_key if announce else rotate_issuer_key
        change(self.gateway.tools, keyring_file(self.settings), by="os:test", at=self.clock.now)

    def own(self, partner: str, homes: set[str]) -> None:
        """Import a partner's dwellings."""
        rows = [PLACES[place] for place in sorted(homes)]
        dwellings = [
            (str(r["postcode"]), int(str(r["number"])), str(r.get("addition", "")), str(r.get("bag_id", "")))
            for r in rows
        ]
        import_holdings(self.gateway.tools, partner, dwellings)

    # -- deeds of people ----------------------------------------------------------------------------------------------
    def told(self, deed: Callable[[], str]) -> str:
        """Return what a deed answers, or the code of its refusal."""
        try:
            return deed()
        except GatewayError as error:
            self.words = (error.message, error.hint)
            return error.code

    def disclosure(self, number: int) -> str:
        """Return the id of a request; one that nothing has, for a number beyond."""
        return self.disclosures[number] if 0 <= number < len(self.disclosures) else NOWHERE

    def part(self, number: int) -> str:
        """Return the id of a part."""
        return self.parts[number] if 0 <= number < len(self.parts) else NOWHERE

    def submit(self, body: dict[str, Json], by: Person) -> str:
        """Submit, and remember the new request's ids."""

        def deed() -> str:
            view = self.gateway.team.submit(json.dumps(body).encode(), by)
            if view.id in self.disclosures:
                return f"same as {self.disclosures.index(view.id)}"
            self.disclosures.append(view.id)
            self.parts += [part.id for part in sorted(view.parts, key=lambda part: part.approval.strictness)]
            return view.outcome.value

        return self.told(deed)

    def preview(self, body: dict[str, Json], by: Person) -> str:
        """Preview."""
        return self.told(lambda: self.gateway.team.preview(json.dumps(body).encode(), by).outcome.value)

    def look(self, number: int, by: Person) -> DisclosureView:
        """Return a request as this person sees it."""
        return self.gateway.team.follow(self.disclosure(number), by)

    def approve(self, ask: int, number: int, digest: str, by: Person, *, why: bool = True) -> str:
        """Approve a part, with a reason to differ from negative advice; answer what became of it."""

        def deed() -> str:
            view = self.gateway.team.approve(
                self.disclosure(ask), self.part(number), digest, by, "purpose" if why else None
            )
            return next(part.state.value for part in view.parts if part.id == self.part(number))

        return self.told(deed)

    def judge(self, what: str, ask: int, number: int, by: Person, *, yes: bool = True) -> str:
        """Refuse, advise on, ask about or review a part, answer, or withdraw or lift for a request."""
        team, disclosure, part = self.gateway.team, self.disclosure(ask), self.part(number)
        desk = ApprovalsDesk(self.gateway.tools)
        deeds: dict[str, Callable[[], object]] = {
            "asked": lambda: desk.ask_back(disclosure, part, "need", "", by),
            "answered": lambda: desk.answer(disclosure, part, "yes", "", by),
            "refused": lambda: team.refuse(disclosure, part, NO, by),
            "advised": lambda: team.advise(disclosure, part, ADVICE, yes, by),
            "reviewed": lambda: team.review(disclosure, part, yes, by),
            "withdrawn": lambda: team.withdraw_consent(disclosure, by),
            "lifted": lambda: team.lift_hold(disclosure, by),
            "seen": lambda: team.follow(disclosure, by),
        }

        def deed() -> str:
            deeds[what]()
            return what

        return self.told(deed)

    def name_deputy(self, by: Person, deputy: str, role: StaffRole, days: int) -> str:
        """Name a deputy from today on, and remember the id."""
        today = self.clock.now.astimezone(AMSTERDAM).date()
        naming = Naming(role.value, deputy, today, today + dt.timedelta(days=days))

        def deed() -> str:
            self.deputies.append(name_deputy(self.gateway.tools, naming, by, self.clock.now))
            return "named"

        return self.told(deed)

    def deputise(self, what: str, number: int, by: Person) -> str:
        """Agree to a deputyship, or end it."""
        desk, one = ApprovalsDesk(self.gateway.tools), NOWHERE
        if 0 <= number < len(self.deputies):
            one = self.deputies[number]

        def deed() -> str:
            (desk.agree if what == "agreed" else desk.end)(one, by)
            return what

        return self.told(deed)

    # -- deeds of partners --------------------------------------------------------------------------------------------
    def message(self, number: int) -> str:
        """Return the id of a part's message."""
        if not 0 <= number < len(self.parts):
            return NOWHERE
        with self.gateway.tools.store.read() as unit:
            return unit.disclosures.part(self.part(number)).message_id or NOWHERE

    def fetch(self, partner: str, number: int) -> tuple[str, str]:
        """Fetch a message; return the answer and the sealed text, after its proof in the log was verified."""
        sealed: list[str] = []

        def deed() -> str:
            envelope = self.gateway.partners.envelope(partner, self.message(number), now=self.clock.now)
            trust = TrustPolicy.from_text(f"log {self.gateway.tools.log_vkey}\nquorum none\n")
            assert verify_message(envelope, trust, recipient=partner, now=self.clock.now).leaf.type is LeafType.RELEASE
            sealed.append(envelope.message)
            return "fetched"

        answer = self.told(deed)
        if answer == ABSENT:  # nobody may tell what is not theirs from what is not there
            words = self.words
            assert (
                self.told(lambda: str(self.gateway.partners.envelope(partner, NOWHERE, now=self.clock.now))) == ABSENT
            )
            assert self.words == words
        return answer, "".join(sealed)

    def open(self, message: str, partner: str, generation: int, at: dt.datetime) -> dict[str, Json]:
        """Open a message as its recipient at that time, with the issuer's keys as they are published now."""
        issuer_keys = parse_jwks(json.dumps(self.gateway.partners.issuer_jwks()).encode())
        return read_disclosure(
            message,
            profile=PROFILES[_profile(partner)],
            key=self.keys[partner][generation]["enc"],
            issuer_keys=issuer_keys,
            issuer=self.settings.issuer,
            me=partner,
            now=at,
        )

    def acknowledge(self, partner: str, number: int, state: str, *, wrong: str, signer: PrivateJwk) -> str:
        """Send a receipt that misstates `wrong`."""
        message = self.message(number)

        def deed() -> str:
            with self.gateway.tools.store.read() as unit:
                rows = {row.message_id: row.message for row in unit.outbox.of_partner(partner)}
            digest = f"sha256:{hashlib.sha256(rows.get(message, '').encode()).hexdigest()}"
            receipt = make_receipt(
                key=signer,
                partner_id="belle-too" if wrong == "issuer" else partner,
                audience="another.example" if wrong == "audience" else self.settings.issuer,
                message_id=NOWHERE if wrong == "message" else message,
                payload_digest=f"sha256:{'0' * 64}" if wrong == "hash" else digest,
                state=ReceiptState(state),
                at=self.clock.now + dt.timedelta(hours=1 if wrong == "date" else 0),
            )
            return f"leaf {self.gateway.partners.acknowledge(partner, message, receipt, now=self.clock.now)}"

        return self.told(deed)

    # -- what can be looked at ----------------------------------------------------------------------------------------
    def inbox(self, partner: str) -> list[tuple[str, str]]:
        """Return what a partner sees listed, but for recalls: message and state."""
        recalls = self._recalls(partner)
        lines = self.gateway.partners.inbox(partner, now=self.clock.now)
        return [(line.message_id, line.state) for line in lines if line.message_id not in recalls]

    def recalled(self, partner: str) -> int:
        """Count the recalls that a partner sees listed, all of them waiting."""
        recalls = self._recalls(partner)
        lines = self.gateway.partners.inbox(partner, now=self.clock.now)
        return sum(line.message_id in recalls and line.state == "waiting" for line in lines)

    def _recalls(self, partner: str) -> set[str]:
        with self.gateway.tools.store.read() as unit:
            rows = unit.outbox.of_partner(partner)
            return {row.message_id for row in rows if unit.disclosures.part(row.part_id).kind is MessageKind.RECALL}

    def leaves(self, start: int) -> list[tuple[str, str]]:
        """Return type and outcome of the entries from `start` on."""
        return [(line.type, line.outcome) for line in self.gateway.team.log_entries(start, 100_000)]

    def states(self) -> list[tuple[Approval, PartState]]:
        """Return approval and state of every part, in the order they were made."""
        with self.gateway.tools.store.read() as unit:
            parts = [unit.disclosures.part(part) for part in self.parts]
        return [(part.approval, part.state) for part in parts]

    def kept(self) -> list[bool]:
        """Say of each request whether its data are still kept."""
        with self.gateway.tools.store.read() as unit:
            return [unit.disclosures.get(disclosure).box is not None for disclosure in self.disclosures]

    def details(self) -> Sequence[dict[str, Json]]:
        """Return what every entry commits to, opened."""
        tools = self.gateway.tools
        with tools.store.read() as unit:
            return [tools.recorder.read(unit, index)[1] for index in range(unit.log.head().size)]

    def everything(self) -> str:
        """Return a digest of every row of every table."""
        state = hashlib.sha256()
        with self._looker.connect() as connection:
            for table in schema.metadata.sorted_tables:
                rows = sorted(map(repr, connection.exec_driver_sql(f"SELECT * FROM {table.name}")))  # noqa: S608  # ours
                state.update(repr((table.name, rows)).encode())
        return state.hexdigest()


def _profile(partner: str) -> SealProfile:
    return SealProfile.JOSE if KINDS[partner] == "housing_corporation" else SealProfile.HPKE9


def _new_keys(partner: str) -> Keys:
    profile = PROFILES[_profile(partner)]
    return {"enc": generate_key(profile.key_algorithm), "sig": generate_key(profile.signature)}


def _entry(partner: str, organisation: Organisation) -> str:
    checked = f'    ownership_verified: "{organisation.checked}"\n' if organisation.checked else ""
    papers = "".join(
        f'    {name}: {{reference: "TEST-{name}", since: "2020-01-01", until: "{until}"}}\n'
        for name, until in (("agreement", organisation.agreement), ("dpia", organisation.dpia))
    )
    return (
        f'  - id: {partner}\n    kind: {KINDS[partner]}\n    name: "{partner} (voorbeeld)"\n'
        f"    active: {str(organisation.active).lower()}\n"
        f'    contact: {{desk: "Balie", email: "balie@{partner}.example", phone: "+31 35 000 00 00"}}\n'
        f"{papers}{checked}    profile: {_profile(partner).value}\n"
        f"    holdings: {'dwellings' if partner in HOLDERS else 'none'}\n"
        f'    retention_days: 365\n    keys: "{partner}.jwks.json"\n'
    )
