"""Reads entries of the log and takes their decisions again; what came of it, for all or for some of them."""

from collections.abc import Iterator
from dataclasses import dataclass, field

from gateway.audit.comparison import Named, Shelf, compare
from gateway.errors import GatewayError
from gateway.log.decided import read_decided
from gateway.log.erased import Erased, read_erased
from gateway.log.recorder import Recorder
from gateway.model.leaf import LeafType
from gateway.model.terms import Json
from gateway.store.ports import Unit


@dataclass(slots=True)
class Replay:
    """What came of it. `erased` and `problems` are by index: the commitment that nobody can open, and what is wrong."""

    entries: int
    decisions: int = 0  # entries of decisions, and of releases, that came out the same
    releases: int = 0
    questions: set[Named] = field(default_factory=set, repr=False)  # the different ones that were decided
    erased: dict[int, str] = field(default_factory=dict)
    problems: dict[int, str] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def ok(self) -> bool:
        """Say whether nothing came out otherwise."""
        return not self.problems

    @property
    def distinct(self) -> int:
        """Return how many different queries were decided."""
        return len(self.questions)

    def add(self, part: "Replay") -> None:
        """Take over what came of some of the entries."""
        self.decisions += part.decisions
        self.releases += part.releases
        self.questions |= part.questions
        self.erased |= part.erased
        self.problems |= part.problems

    def to_json(self) -> dict[str, Json]:
        """Return what `gateway audit replay --format json` prints."""
        done = self.decisions + self.releases
        return {
            "ok": self.ok,
            "entries": self.entries,
            "decisions": self.decisions,
            "releases": self.releases,
            "distinct": self.distinct,
            "erased": [{"index": index, "commitment": told} for index, told in self.erased.items()],
            "problems": [{"index": index, "problem": told} for index, told in self.problems.items()],
            "seconds": str(round(self.seconds, 3)),
            "per_second": round(done / self.seconds) if self.seconds else 0,
        }


class Reader:
    """Takes entries of one view of the log again; the policies that they name are opened once."""

    def __init__(self, unit: Unit, recorder: Recorder) -> None:
        """Read which entries erasures explain; `problems` is what the log does not confirm of that."""
        self._unit, self._recorder, self._shelf = unit, recorder, Shelf(unit.bundles)
        self._explained, self.problems = _explained(unit, recorder)

    def take(self, entries: range) -> Replay:
        """Take these again."""
        before, report = self._shelf.distinct, Replay(len(entries))
        report.problems = dict(self._each(entries, report))
        report.questions = self._shelf.since(before)
        return report

    def _each(self, entries: range, report: Replay) -> Iterator[tuple[int, str]]:
        for entry in read_decided(self._unit, self._recorder, entries.start, entries.stop):
            if isinstance(entry, tuple):
                yield entry
            elif entry.detail is None and entry.index not in self._explained:
                yield entry.index, "its detail is gone, and no erasure explains it"
            elif entry.detail is None:
                report.erased[entry.index] = entry.leaf.detail
            else:
                try:
                    problem = compare(entry, entry.detail, self._shelf)
                except GatewayError as exc:
                    problem = exc.message
                except (KeyError, TypeError, ValueError):
                    problem = "its detail has a form that was never written"
                if problem is not None:
                    yield entry.index, problem
                elif entry.leaf.type is LeafType.RELEASE:
                    report.releases += 1
                else:
                    report.decisions += 1


def _explained(unit: Unit, recorder: Recorder) -> tuple[Erased, dict[int, str]]:
    """Return the entries that erasures explain; none, with what is wrong, when the log does not confirm the set."""
    try:
        return read_erased(unit, recorder), {}
    except GatewayError as exc:
        kept = unit.erasures.explained()
        return Erased(), {} if kept is None else {kept.leaf_index: exc.message}
