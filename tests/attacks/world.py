"""A gateway with messages for two partners, a witness that saw its log, and all who could notice a change."""

import json
import shutil
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar

from gateway.bootstrap import Gateway, Materials, build
from gateway.config.settings import Settings
from gateway.crypto.cosignatures import Cosigner
from gateway.crypto.encoding import b64
from gateway.crypto.notes import NoteSigner
from gateway.crypto.witness_key import WitnessKey, open_witness_key
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import GatewayError, LogForkError
from gateway.log.audit import verify_log
from gateway.log.checkpoint import Checkpoint
from gateway.log.coverage import check_coverage
from gateway.log.envelope import Envelope
from gateway.log.policy import TrustPolicy
from gateway.log.proof import Proof
from gateway.log.verify import verify_message
from gateway.model.views import DisclosureView
from gateway.opening import open_reader
from gateway.witness.cosigning import Answer, Witness, open_witness
from gateway.witness.evidence import examine
from gateway.witness.evidence_folder import EvidenceFolder, read_evidence
from gateway.witness.home import AUTOMATIC_KEY, Home
from tests.attacks.intruder import Forged, Intruder
from tests.conftest import NOON, SetClock

SANNE = DEMO_PEOPLE[0]
WATCHED = b"watched"
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Caught:
    """Who noticed, and what they said."""

    by: str
    said: str


@dataclass(frozen=True, slots=True)
class Past:
    """What happened before any attack, in a folder with the gateway's home, an earlier copy of it, and the witness's.

    `line` is the witness's cosignature under the newest checkpoint.
    """

    folder: Path
    settings: Settings
    help: DisclosureView
    denial: DisclosureView
    signal: DisclosureView
    envelopes: Mapping[str, Envelope]
    honest: Sequence[bytes]
    cosigner: Cosigner
    line: str


def make_past(settings: Settings, materials: Materials, folder: Path) -> Past:
    """Let Belle and AVIM get a message, refuse one to a landlord, and have the witness see all of it.

    `settings` are of a gateway whose home is `home` in the folder.
    """
    clock = SetClock()
    gateway = build(settings, clock=clock, materials=materials)
    helped = _submit(gateway, cases.help_with_consent(NOON.date(), 1, "offer_help"))
    gateway.tools.store.close()
    shutil.copytree(settings.home, folder / "earlier")
    gateway = build(settings, clock=clock, materials=materials)
    denial = _submit(gateway, cases.landlord(NOON.date(), 2, illegality_established="unknown"))
    signal = _submit(gateway, cases.urgent(NOON.date(), 3, "protect_victim"))
    envelopes = {
        partner: gateway.partners.envelope(partner, _message(view), now=NOON)
        for partner, view in (("belle", helped), ("avim", signal))
    }
    gateway.tools.store.close()
    signer = NoteSigner.from_text(materials.keyring.log_key)
    home = Home.make(
        folder / "witness",
        "fg.example/witness",
        [signer.vkey],
        passphrase=WATCHED,
        review_passphrase=b"r",
        strong=False,
    )
    intruder = Intruder(settings, signer)
    honest = intruder.entries()
    cosigner = open_witness_key(home.path / AUTOMATIC_KEY, WATCHED, use=WitnessKey.AUTOMATIC)
    witness = open_witness(home.path, cosigner, clock=clock)
    answer = witness.add_checkpoint(f"old 0\n\n{intruder.forge(honest).head.checkpoint}".encode())
    witness.close()
    if answer.status != 200:
        raise AssertionError(f"the witness refused an honest log: {answer.status} {answer.text}")
    return Past(folder, settings, helped, denial, signal, envelopes, honest, cosigner, answer.text)


class World:
    """One attack's own copy of that past. `shown` are envelopes as partners got them; each says for whom."""

    def __init__(self, past: Past, materials: Materials, folder: Path, serve: Callable[[Witness], str]) -> None:
        """Copy everything; the gateway is stopped."""
        self.past, self._materials, self.clock = past, materials, SetClock()
        shutil.copytree(past.folder, folder)
        self.earlier = folder / "earlier"
        was = past.settings
        self.settings = replace(
            was,
            home=folder / "home",
            keys=folder / "home" / was.keys.relative_to(was.home),
            passphrase_file=folder / "home" / (was.passphrase_file or was.home).relative_to(was.home),
            database_url=f"sqlite:///{folder / 'home' / 'gateway.sqlite'}",
        )
        self._home = Home.read(folder / "witness")
        self.witness = open_witness(self._home.path, past.cosigner, clock=self.clock)
        self._url = serve(self.witness)
        self.signer = NoteSigner.from_text(materials.keyring.log_key)
        self.intruder = Intruder(self.settings, self.signer)
        self.trust = TrustPolicy((self.signer.vkey,), (("fg", self._home.witness),), quorum="fg")
        self.shown: list[Envelope] = []

    @property
    def honest(self) -> Sequence[bytes]:
        """Return the entries as they were."""
        return self.past.honest

    def start(self, settings: Settings | None = None) -> Gateway:
        """Start the gateway on what stands there."""
        return build(settings or self.settings, clock=self.clock, materials=self._materials)

    def put_back(self) -> None:
        """Replace the gateway's files by the earlier copy."""
        shutil.rmtree(self.settings.home)
        shutil.copytree(self.earlier, self.settings.home)

    def go_on(self) -> None:
        """Let the real gateway work on what stands there now."""
        gateway = self.start()
        for number in range(4, 8):
            _submit(gateway, cases.help_with_consent(NOON.date(), number, "offer_help"))
        gateway.tools.store.close()

    # -- what partners hold -------------------------------------------------------------------------------------------
    def stapled(self, forged: Forged, index: int, envelope: Envelope, line: str = "") -> Envelope:
        """Return the envelope with this log's entry and proof, and a cosignature if there is one."""
        proof = forged.prove(index)
        return replace(envelope, leaf=forged.table.leaf(index), proof=proof.to_text() + line)

    def staple_shown(self) -> None:
        """Staple the honest log's proof, with the witness's word, to every envelope that is shown."""
        forged = self.intruder.forge(self.honest)
        places = {entry: index for index, entry in enumerate(self.honest)}
        self.shown = [self.stapled(forged, places[each.leaf], each, self.past.line) for each in self.shown]

    def release_of(self, view: DisclosureView) -> int:
        """Return the index of a disclosure's release."""
        return _there(view.parts[0].leaf_index)

    def denial_index(self) -> int:
        """Return the index of the refusal."""
        return _there(self.past.denial.leaf_index)

    # -- who notices --------------------------------------------------------------------------------------------------
    def ask_witness(self, forged: Forged) -> Answer:
        """Send the witness the newest checkpoint of a log, with the best proof there is."""
        known = self.witness.size_of(self.signer.name)
        old = min(known, forged.head.size)
        path = "".join(f"{b64(step)}\n" for step in forged.consistency(old))
        return self.witness.add_checkpoint(f"old {old}\n{path}\n{forged.head.checkpoint}".encode())

    def noticed(self) -> list[Caught]:
        """Ask everyone, and return who noticed something."""
        asked: dict[str, Callable[[], str | None]] = {
            "the gateway's start": self._start_says,
            "the witness": self._witness_says,
            "the partner": self._partners_say,
            "full verification": lambda: self._verification_says(None),
            "the cross-check": self._cross_check_says,
            "verification from what the witness saw": lambda: self._verification_says(self.seen()),
            "verification from what the partner holds": self._verification_from_partners_says,
        }
        return [Caught(by, said) for by, ask in asked.items() if (said := ask()) is not None]

    def evidence(self) -> Sequence[str]:
        """Return what the witness kept, each verified from the file alone."""
        folder = EvidenceFolder(self._home.evidence_folder(self.signer.name))
        return [examine(read_evidence(path))[0].value for path in folder.files()]

    def seen(self) -> Checkpoint:
        """Return the newest checkpoint that the witness cosigned before the attack."""
        return Checkpoint(self.signer.name, len(self.honest), self.intruder.forge(self.honest).root)

    def _start_says(self) -> str | None:
        policy = self.settings.home.with_name("witnesses.policy")
        policy.write_text(replace(self.trust, addresses=(("fg", self._url),)).to_text())
        try:
            self.start(replace(self.settings, witnesses=policy)).tools.store.close()
        except LogForkError as fork:
            return fork.message
        return None

    def _witness_says(self) -> str | None:
        answer = self.ask_witness(self.intruder.forge(self.intruder.entries()))
        return None if answer.status == 200 else f"{answer.status} {answer.text.strip()}"

    def _partners_say(self) -> str | None:
        for envelope in self.shown:
            try:
                verify_message(envelope, self.trust, recipient=envelope.recipient, now=self.clock.now)
            except GatewayError as error:
                return error.message
        return None

    def _cross_check_says(self) -> str | None:
        """Hold every entry against its message, receipt, detail and policy; only a log that verifies can be."""
        if self._verification_says(None) is not None:
            return None
        with closing(open_reader(self.settings)) as reader, reader.read() as unit:
            return check_coverage(unit, start=0, size=unit.log.head().size).problem

    def _verification_from_partners_says(self) -> str | None:
        """Compare the log with each checkpoint in a partner's hands that the log's key signed."""
        for envelope in self.shown:
            note = Proof.from_text(envelope.proof).checkpoint
            problem = self._verification_says(Checkpoint.verify(note, self.signer.vkey))
            if problem is not None:
                return problem
        return None

    def _verification_says(self, seen: Checkpoint | None) -> str | None:
        with closing(open_reader(self.settings)) as reader, reader.read() as unit:
            return verify_log(unit.log, vkey=self.signer.vkey, seen=lambda: seen).problem


def _submit(gateway: Gateway, request: object) -> DisclosureView:
    return gateway.team.submit(json.dumps(request).encode(), SANNE)


def _message(view: DisclosureView) -> str:
    return _there(view.parts[0].message_id)


def _there(value: T | None) -> T:
    if value is None:
        raise AssertionError("nothing was released or logged")
    return value
