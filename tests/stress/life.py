"""One log through many faults: where it is, what was begun on it, and everything that was told and seen of it."""

import time
from collections.abc import Sequence
from contextlib import nullcontext
from dataclasses import dataclass, field
from pathlib import Path

from gateway.crypto.keyring import VKEY
from gateway.log.audit import verify_log
from gateway.store.engine import open_engine
from gateway.store.writer import SqlStore
from tests.databases import SQLITE_PREFIX
from tests.stress.evidence import Evidence, copy_of, read_evidence, watch
from tests.stress.examiner import Examiner
from tests.stress.nursery import Child, Job, Nursery
from tests.stress.promises import Told
from tests.stress.tally import TALLY

GLANCE = 0.004  # seconds between two looks from outside
PATIENCE = 60.0  # seconds until a child that says nothing counts as hanging
EVERYDAY = {"not_found", "duplicate_request", "not_permitted"}  # what people and partners may hear without any fault
CHANGED = "circumstances kept changing"  # the start of what a requester may hear when everybody works at once


@dataclass
class Life:
    """A log that goes through many faults."""

    home: Path
    url: str
    folder: Path  # for copies of the database
    nursery: Nursery
    began: float = field(default_factory=time.monotonic)
    open: dict[int, str] = field(default_factory=dict)  # case number: kind; begun and not acknowledged
    begun: int = 0
    first: int = 1  # the first case number that was never used
    refusals: list[Told] = field(default_factory=list)  # that only a fault explains

    def __post_init__(self) -> None:
        """Trust the log's key in `home`."""
        self.vkey = (self.home / "keys" / VKEY).read_text(encoding="utf-8").strip()
        self.examiner = Examiner(self.vkey)

    @property
    def served(self) -> bool:
        """Say whether the database is a server's."""
        return not self.url.startswith(SQLITE_PREFIX)

    def start(self, role: str, *, port: int = 0, last: str = "") -> Child:
        """Start a gateway on this log."""
        retries = [(kind, number) for number, kind in sorted(self.open.items())]
        job = Job(role, str(self.home), self.url, self.began, retries=retries, first=self.first, port=port, last=last)
        return self.nursery.start(job)

    def hear(self, lines: Sequence[Told]) -> None:
        """Note what a child told."""
        for told in lines:
            if "did" in told:
                self.examiner.hear(told)
                if told["did"] == "submit":
                    self.open.pop(int(str(told["number"])), None)
            elif "begun" in told:
                self._begin(told["begun"])
            elif "broken" in told:
                self.examiner.complaints.append(f"a caller got no answer of ours: {told}")
            elif "refused" in told:
                self._hear_refusal(told)

    def _begin(self, begun: object) -> None:
        assert isinstance(begun, list)
        kind, number = str(begun[0]), int(begun[1])
        self.begun += number not in self.open
        self.first = max(self.first, number + 1)
        self.open[number] = kind

    def _hear_refusal(self, told: Told) -> None:
        if not told["hint"]:
            self.examiner.complaints.append(f"a refusal says not what to do: {told['code']}")
        if told["code"] not in EVERYDAY and not str(told["message"]).startswith(CHANGED):
            self.refusals.append(told)

    def listen(self, child: Child, seconds: float, *, until: str = "", times: int = 1, watching: bool = True) -> bool:
        """Hear the child for so long, or until it told this key so many times; look from outside meanwhile.

        Returns whether it told that key as often.
        """
        end, heard = time.monotonic() + seconds, 0
        with watch(self.url) if watching else nullcontext() as cursor:
            while (left := end - time.monotonic()) > 0 and not child.ended:
                told = child.hear(min(left, GLANCE))
                self.hear(told)
                if cursor is not None:
                    self.examiner.look(cursor)
                heard += sum(until in line for line in told)
                if until and heard >= times:
                    return True
        return False

    def kill(self, child: Child) -> None:
        """Kill it, and note what it had still told."""
        self.hear(child.kill())
        TALLY.kills += 1

    def examine(self) -> list[str]:
        """Return what is wrong with the log as the database has it now."""
        return self.look_at()[0]

    def look_at(self, *, alive: bool = False) -> tuple[list[str], Evidence]:
        """Return what is wrong with the log, and all that the database holds.

        Of SQLite that is what a gateway would find after a crash at this moment, or what the living one has.
        """
        url = self.url if self.served or alive else copy_of(self.url, self.folder)
        found = read_evidence(url)
        wrong = [*self.examiner.examine(found), *_verify(url, self.vkey)]
        TALLY.violations += len(wrong)
        return wrong, found


def _verify(url: str, vkey: str) -> list[str]:
    """Let the product verify its log from the first entry to the last."""
    store = SqlStore(open_engine(url, read_only=True), None)
    with store.read() as unit:
        report = verify_log(unit.log, vkey=vkey)
    store.close()
    return [] if report.ok else [f"the log does not verify: {report.problem}"]
