"""Pushes each new checkpoint to every witness, outside the way of a commit, and keeps what they sign.

One thread for each witness, so that a slow one delays nobody. All of them push the same checkpoint, the newest one of
at most a second ago: a quorum is many signatures under one checkpoint.
"""

import datetime as dt
import time
from collections.abc import Callable
from threading import Condition, Thread

from gateway import telemetry
from gateway.cosign.client import Contradicted, Cosigned, Elsewhere, WitnessClient
from gateway.cosign.compare import ask_newest, compare
from gateway.errors import LogForkError, NotWitnessedError, TemporaryDeliveryError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import consistency_proof
from gateway.log.witnessed import Witnessed
from gateway.log.years import volume_named
from gateway.metrics import Metrics
from gateway.store.ports import Store, Unit

Clock = Callable[[], dt.datetime]

INTERVAL = 1.0  # seconds between two checkpoints to push
LOOK = 10.0  # seconds after which the log is looked at: another process may have written to it
LONGEST_PAUSE = 60.0  # seconds after which a witness that does not answer is asked again
FAREWELL = 20.0  # seconds to wait for a request that is under way when all is over: longer than one can take
ROUNDS = 3  # how often a witness is asked again from where it says it is


class Board:
    """Which checkpoint is to be pushed now."""

    def __init__(self, *, timer: Callable[[], float] = time.monotonic) -> None:
        """Hold none yet."""
        self._timer = timer
        self._changed = Condition()
        self._newest = ""
        self._target = ""
        self._since = float("-inf")
        self._over = False

    def put(self, note: str) -> None:
        """Take note of a new checkpoint; returns at once."""
        with self._changed:
            self._newest = note
            self._changed.notify_all()

    def take(self, done: str, *, pause: float = 0.0) -> str | None:
        """Return the checkpoint to push for who has done this one, after a pause; "" when it is time to look for one.

        A new checkpoint ends a pause, but for its first second: who was away is asked again when there is something
        to ask. Returns None when all is over.
        """
        with self._changed:
            known = self._newest
            if pause and not self._changed.wait_for(lambda: self._over, min(pause, INTERVAL)):
                self._changed.wait_for(lambda: self._over or self._newest != known, pause - INTERVAL)
            until = self._timer() + LOOK
            while not self._over:
                now = self._timer()
                if self._target != self._newest and now >= self._since + INTERVAL:
                    self._target, self._since = self._newest, now
                if self._target != done:
                    return self._target
                waits = until if self._target == self._newest else min(until, self._since + INTERVAL)
                if now >= until:
                    return ""
                self._changed.wait(waits - now)
            return None

    def close(self) -> None:
        """Let everybody who takes, or pauses, go home."""
        with self._changed:
            self._over = True
            self._changed.notify_all()


class Pusher:
    """The threads that push, and what they know of each witness."""

    def __init__(self, store: Store, witnessed: Witnessed, *, clock: Clock, metrics: Metrics) -> None:
        """Make nothing yet: `start` does, in the process that serves."""
        self._store = store
        self._witnessed = witnessed
        self._clock = clock
        self._metrics = metrics
        self._board = Board()
        self._silent: set[str] = set()
        self._threads: list[Thread] = []

    def start(self) -> None:
        """Push from now on, beginning with the log as it stands; without witnesses nothing happens."""
        addresses = dict(self._witnessed.trust.addresses)
        if not addresses:
            return
        self._witnessed.announce = self._board.put
        for name, url in addresses.items():
            thread = Thread(target=self._run, args=(WitnessClient(name, url),), name=f"push-{name}", daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Push no more; a request that is under way may end by itself."""
        self._board.close()
        for thread in self._threads:
            thread.join(FAREWELL)

    def _run(self, client: WitnessClient) -> None:
        done, failures = "", 0
        has: dict[str, int] = {}  # how many entries the witness is thought to have seen, of each volume of the log
        try:
            self._look()
            while (note := self._board.take(done, pause=_pause(failures))) is not None:
                try:
                    if not note:
                        self._look()
                        continue
                    origin = Checkpoint.from_note(note).origin
                    has[origin] = self.push(client, note, has.get(origin, 0))
                except Exception as exc:  # noqa: BLE001  # the outermost loop of a worker: nothing may end it
                    failures += 1
                    self._failed(client.name, exc)
                else:
                    done, failures = note, 0
                    self._answered(client.name)
        finally:
            client.close()

    def push(self, client: WitnessClient, note: str, old: int) -> int:
        """Get a witness's word on a checkpoint, from the size that it is thought to have; return the one it has now.

        :raises TemporaryDeliveryError: it does not answer, or refuses.
        :raises SignatureInvalidError: its answer holds no signature of its own that fits.
        :raises LogForkError: it showed that it has seen another log; writing is stopped by then.
        """
        signed = Checkpoint.from_note(note)
        size = signed.size
        for _ in range(ROUNDS):
            if old > size:  # another process has pushed a newer one
                return old
            with self._store.read() as unit:
                proof = consistency_proof(old, size, volume_named(unit.book, signed.origin).nodes) if old else []
            match client.add_checkpoint(old, proof, note):
                case Cosigned(lines):
                    self._keep(client.name, note, signed, lines)
                    return size
                case Elsewhere(there) if there > size:  # another process has pushed a newer one, or it is a fork
                    old = self._look_for_fork(client, signed.origin)
                case Elsewhere(there) if there != old:
                    old = there
                case Elsewhere() | Contradicted():
                    self._look_for_fork(client, signed.origin)
                    break
        raise TemporaryDeliveryError(
            "a witness says that this log does not continue what it has seen, but shows nothing that the log signed",
            hint="ask its keeper to look at it; nothing was stopped",
        )

    def _keep(self, name: str, note: str, signed: Checkpoint, lines: str) -> None:
        now = self._clock()
        line = self._witnessed.line_of(name, note, lines, now)

        def job(unit: Unit) -> tuple[int, bool]:
            size = volume_named(unit.book, signed.origin).first + signed.size
            return size, self._witnessed.keep(unit, size, name, line, now)

        size, enough = self._store.write(job)
        if enough:
            self._witnessed.advance(size)

    def _look(self) -> None:
        with self._store.read() as unit:
            head = unit.log.head()
            self._witnessed.refresh(unit, self._clock())
        if head.checkpoint:
            self._board.put(head.checkpoint)

    def _look_for_fork(self, client: WitnessClient, origin: str) -> int:
        """Return the size of what the witness has seen, of which this log is the continuation; 0 when it shows none."""
        found = ask_newest(client, self._witnessed.trust, origin, now=self._clock())
        if found is None:
            return 0
        witnessed, _ = found
        try:
            with self._store.read() as unit:  # opened after the witness was asked, so what it has seen is in it
                compare(client.name, witnessed, volume_named(unit.book, origin))
        except LogForkError as fork:
            self._witnessed.stop(fork)
            telemetry.failure("log_fork", fork)
            raise
        return witnessed.size

    def _answered(self, name: str) -> None:
        self._metrics.witness("cosigned")
        if name in self._silent:
            self._silent.discard(name)
            telemetry.event("witness_answers", witness=name)

    def _failed(self, name: str, error: Exception) -> None:
        self._metrics.witness("fork" if isinstance(error, LogForkError) else "failed")
        if name not in self._silent:
            self._silent.add(name)
            telemetry.event("witness_silent", witness=name, code=getattr(error, "code", ""))
            telemetry.failure("not_pushed", error)
        trust = self._witnessed.trust
        try:
            answering = [known for known, _ in trust.witnesses if known not in self._silent]
            trust.require_quorum(dict.fromkeys(answering, self._clock()))
        except NotWitnessedError:
            self._witnessed.despair()


def _pause(failures: int) -> float:
    """Return how many seconds to leave a witness alone after so many failures."""
    return min(2.0 ** min(failures - 1, 10), LONGEST_PAUSE) if failures else 0.0
