"""What the gateway knows of its witnesses: how far they have seen the log, and what waits until they have.

An ordinary release may run ahead of the witnesses, but not far, and is handed over when they have seen its entry.
What is urgent waits for nobody (decision 0015).
"""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from threading import Condition

from gateway.crypto.cosignatures import CosignatureVerifier
from gateway.errors import LogForkError, LogTamperedError, NotWitnessedError, SignatureInvalidError, UnwitnessedError
from gateway.log.leaf import decode, moment
from gateway.log.policy import CLOCKS, NONE, TrustPolicy
from gateway.store.ports import Unit


@dataclass(frozen=True, slots=True)
class Limit:
    """How far the log may be ahead of its witnesses before nothing but the urgent is released."""

    entries: int = 50
    age: dt.timedelta = dt.timedelta(minutes=15)

    @classmethod
    def from_text(cls, text: str) -> "Limit":
        """Return the limit of a text such as "50 entries, 15 minutes" (`gateway.config.settings.UNWITNESSED`)."""
        entries, minutes = (int(part.split()[0]) for part in text.split(", "))
        return cls(entries, dt.timedelta(minutes=minutes))


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one witness has seen the log: up to `size` entries, at `at` (UTC); nothing yet is 0 and None."""

    name: str
    size: int = 0
    at: dt.datetime | None = None


class Witnessed:
    """The witnesses' word so far, shared by whoever commits, pushes and hands over. Without a policy it asks nothing.

    Indexes and sizes here are those over all volumes of the log (`gateway.store.volume_ports.Book`).
    The kept cosignatures are the truth; what stands in memory only spares reading them, and never says more than they.
    """

    def __init__(self, trust: TrustPolicy | None = None, limit: Limit = Limit()) -> None:  # frozen
        """Know nothing yet: `refresh` reads what is kept."""
        self.trust = trust or TrustPolicy(())
        self.asks = self.trust.quorum != NONE
        self.fork: LogForkError | None = None
        self.announce: Callable[[str], None] = _nobody  # whoever pushes is told of each new checkpoint
        self._limit = limit
        self._least = max(1, self.trust.least())
        self._verifiers = {name: CosignatureVerifier.from_text(vkey) for name, vkey in self.trust.witnesses}
        self._heard = Condition()
        self._covered = 0
        self._hopeless = False

    @property
    def covered(self) -> int:
        """Return how many entries the quorum has seen, as far as is known here."""
        return self._covered

    def remember(self, checkpoint: str) -> None:
        """Tell whoever pushes of a commit that is durable (`gateway.store.memory_ports.Memory`)."""
        self.announce(checkpoint)

    def settle(self) -> None:
        """Do nothing: what is kept is in the database."""

    def advance(self, size: int) -> None:
        """Note that the quorum has seen so many entries, and wake who waits for it."""
        with self._heard:
            self._covered = max(self._covered, size)
            self._hopeless = False
            self._heard.notify_all()

    def despair(self) -> None:
        """Note that too few witnesses answer: who waits need not wait longer."""
        with self._heard:
            self._hopeless = True
            self._heard.notify_all()

    def stop(self, fork: LogForkError) -> None:
        """Stop all writing but of what is urgent, until the gateway is started again: a fork was proven."""
        with self._heard:
            self.fork = self.fork or fork
            self._hopeless = True
            self._heard.notify_all()

    def refuse_fork(self, *, urgent: bool) -> None:
        """Raise the LogForkError that stopped writing, unless the entry is of an urgent hand-over."""
        if self.fork is not None and not urgent:
            raise LogForkError(self.fork.message, hint=self.fork.hint)

    def refresh(self, unit: Unit, now: dt.datetime) -> int:
        """Read how many entries the quorum has seen, and return it."""
        size = unit.cosignatures.newest(below=None, least=self._least)
        while size is not None and size > self._covered:
            if self.has_quorum(unit, size, now):
                self.advance(size)
                break
            size = unit.cosignatures.newest(below=size, least=self._least)
        return self._covered

    def covers(self, unit: Unit, index: int, now: dt.datetime) -> bool:
        """Say whether the quorum has seen this entry; without a quorum nothing waits for it."""
        return not self.asks or index < self._covered or index < self.refresh(unit, now)

    def wait(self, index: int, seconds: float) -> bool:
        """Wait until the quorum has seen this entry, or cannot be expected to; say whether it has."""
        with self._heard:
            self._heard.wait_for(lambda: index < self._covered or self._hopeless, seconds)
            return index < self._covered

    def refuse_ahead(self, unit: Unit, entries: int, now: dt.datetime) -> None:
        """Refuse what would make the log, then of so many entries, run too far ahead of its witnesses.

        :raises UnwitnessedError: it would. Nothing urgent may be asked about here.
        """
        if not self.asks or self._is_near(unit, self._covered, entries, now):
            return
        if not self._is_near(unit, self.refresh(unit, now), entries, now):
            raise UnwitnessedError(
                "the log's witnesses have not seen its newest entries for too long, so nothing is released",
                hint="what is urgent (exploitation, acute danger, a minor) can still be handed over. For the rest: ask "
                "the privacy officer to start the witness, and submit again with the same key",
            )

    def _is_near(self, unit: Unit, covered: int, entries: int, now: dt.datetime) -> bool:
        if entries <= covered:
            return True
        if entries - covered > self._limit.entries:
            return False
        return now - moment(decode(unit.book.leaf(covered)).time) <= self._limit.age

    def note_for(self, unit: Unit, index: int, now: dt.datetime) -> str:
        """Return the checkpoint to prove an entry by: the oldest of its volume that the quorum has seen, or its newest.

        The oldest, so that the witnesses' time is close to that of the entry.
        """
        table, _ = unit.book.place_of(index)
        head = table.head()
        if not self._verifiers:
            return head.checkpoint
        size, end = unit.cosignatures.oldest(above=index, least=self._least), table.first + head.size
        while size is not None and size <= end:
            note, seen = self._with_word(unit, size, now)
            if self._suffices(seen, now):
                return note
            size = unit.cosignatures.oldest(above=size, least=self._least)
        return self._with_word(unit, end, now)[0]

    def newest_note(self, unit: Unit, now: dt.datetime) -> str:
        """Return the newest checkpoint with what witnesses signed under it so far; "" before the first entry."""
        note = unit.log.head().checkpoint
        return self._with_word(unit, unit.book.size(), now)[0] if self._verifiers and note else note

    def seen_note(self, unit: Unit, now: dt.datetime) -> str:
        """Return the newest checkpoint that the quorum has seen; while there is none, the newest."""
        covered = self.refresh(unit, now) if self.asks else 0
        return self._with_word(unit, covered, now)[0] if covered else self.newest_note(unit, now)

    def progress(self, unit: Unit, now: dt.datetime) -> Sequence[Progress]:
        """Return how far each witness has seen the log, by the signatures that are kept and fit."""
        return [self._progress_of(unit, name, now) for name in self._verifiers]

    def _progress_of(self, unit: Unit, name: str, now: dt.datetime) -> Progress:
        verifier = self._verifiers[name]
        size = unit.cosignatures.newest_of(verifier.label)
        if size is None:
            return Progress(name)
        note, seen = self._with_word(unit, size, now)
        return Progress(name, size, verifier.seen_at(note)) if name in seen else Progress(name)

    def keep(self, unit: Unit, size: int, name: str, line: str, now: dt.datetime) -> bool:
        """Keep a witness's line, which was verified; say whether the quorum has seen the checkpoint now."""
        verifier = self._verifiers[name]
        unit.cosignatures.add(size, verifier.label, line, now)
        return self.has_quorum(unit, size, now)

    def line_of(self, name: str, note: str, answer: str, now: dt.datetime) -> str:
        """Return this witness's signature line of its answer; lines of keys that are not known are passed over.

        :raises SignatureInvalidError: there is none that fits, or its time is still to come.
        """
        for line in (f"{line}\n" for line in answer.removesuffix("\n").split("\n")):
            at = self._verifiers[name].seen_at(note + line)
            if at is not None and at <= now + CLOCKS:
                return line
        raise SignatureInvalidError(
            "a witness answered without a signature of the key in the trust policy, or of a time still to come",
            hint="compare its key and its clock with its keeper",
        )

    def has_quorum(self, unit: Unit, size: int, now: dt.datetime) -> bool:
        """Say whether the quorum has signed the checkpoint of exactly this size."""
        return self._suffices(self._with_word(unit, size, now)[1], now)

    def _suffices(self, seen: Sequence[str], now: dt.datetime) -> bool:
        try:
            self.trust.require_quorum(dict.fromkeys(seen, now))
        except NotWitnessedError:
            return False
        return True

    def _with_word(self, unit: Unit, size: int, now: dt.datetime) -> tuple[str, list[str]]:
        """Return the checkpoint of this size with the lines that fit, and whose they are."""
        table, index = unit.book.place_of(max(0, size - 1))
        note = table.checkpoint(index + 1)
        if note is None:
            raise LogTamperedError(
                f"the checkpoint of size {size} is missing", hint="keep the database; call the privacy officer"
            )
        lines, seen = [], []
        for line in unit.cosignatures.of(size):
            for name in self._verifiers:
                try:  # a line that was altered here proves nothing, and must not spoil the others
                    self.line_of(name, note, line, now)
                except SignatureInvalidError:
                    continue
                lines.append(line)
                seen.append(name)
        return note + "".join(lines), seen


def _nobody(_checkpoint: str) -> None:
    """Tell nobody."""
