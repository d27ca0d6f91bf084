"""Runs the mutation of a policy in several processes, and accounts for it: who found what, who survived and why."""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import lru_cache
from multiprocessing import get_context

from gateway.decide.loader import load_bundle
from gateway.decide.loading.place import Place
from gateway.model.bundle import Bundle
from gateway.model.terms import Json, Text
from gateway.policy.examples import NEAR_MISSES, SURVIVORS, read_examples
from gateway.policy.faults import Fault, faults
from gateway.policy.load import load_policy
from gateway.policy.mutation import Detector, Examples, Invariants, StoredAnswers, Verdict, judge
from gateway.policy.near_file import read_near_misses

GOAL = 0.99
"""The part of the faults that change an answer which must be found."""
DETECTORS = (Invariants.name, Examples.name, StoredAnswers.name)
_CHUNK = 16
Files = Mapping[str, bytes]


@dataclass(frozen=True, slots=True)
class Report:
    """What became of the faults. `reasons`: why each survivor may live, by the name of the fault.

    `existing`: the names of all faults there are, planted or not.
    """

    verdicts: tuple[Verdict, ...]
    reasons: Mapping[str, Text]
    existing: frozenset[str]

    @property
    def killed(self) -> int:
        """Return how many faults somebody found."""
        return sum(bool(one.found) for one in self.verdicts)

    @property
    def equivalent(self) -> int:
        """Return how many faults change no answer at all; they count neither way."""
        return sum(one.equivalent for one in self.verdicts)

    @property
    def survivors(self) -> tuple[str, ...]:
        """Return the faults that change an answer and that nobody found."""
        return tuple(one.fault for one in self.verdicts if one.survived)

    @property
    def share(self) -> float:
        """Return the part of the faults that change an answer which somebody found."""
        counted = len(self.verdicts) - self.equivalent
        return self.killed / counted if counted else 0.0

    @property
    def unexplained(self) -> tuple[str, ...]:
        """Return the survivors for which nobody wrote a reason."""
        return tuple(name for name in self.survivors if name not in self.reasons)

    @property
    def idle(self) -> tuple[str, ...]:
        """Return the reasons that are about no survivor: a fault that was found, or that does not exist."""
        planted = {one.fault for one in self.verdicts}
        return tuple(
            name
            for name in self.reasons
            if name not in self.survivors and (name in planted or name not in self.existing)
        )

    @property
    def ok(self) -> bool:
        """Say whether enough was found, and each survivor has its reason and each reason its survivor."""
        return self.share >= GOAL and not self.unexplained and not self.idle

    def detectors(self) -> dict[str, dict[str, int]]:
        """Return for each detector how many faults it found, found before the others in this order, and found alone."""
        return {
            name: {
                "found": sum(name in one.found for one in self.verdicts),
                "first": sum(next(iter(one.found), None) == name for one in self.verdicts),
                "alone": sum(list(one.found) == [name] for one in self.verdicts),
            }
            for name in DETECTORS
        }

    def kinds(self) -> dict[str, dict[str, int]]:
        """Return for each kind of fault how many were planted, found, and change no answer."""
        counts = {what: Counter(one.kind for one in self.verdicts if chosen(one)) for what, chosen in _COUNTED.items()}
        return {kind: {what: counts[what][kind] for what in _COUNTED} for kind in sorted(counts["planted"])}

    def to_json(self) -> dict[str, Json]:
        """Return all figures; shares are in parts of ten thousand, since JSON here has no floats."""
        return {
            "ok": self.ok,
            "planted": len(self.verdicts),
            "killed": self.killed,
            "equivalent": self.equivalent,
            "detectors": {name: dict(counts) for name, counts in self.detectors().items()},
            "kinds": {name: dict(counts) for name, counts in self.kinds().items()},
            "survivors": [
                {"fault": name, "reason": self.reasons[name].to_json() if name in self.reasons else None}
                for name in self.survivors
            ],
            "reasons_without_survivor": list(self.idle),
        }


_COUNTED: Mapping[str, Callable[[Verdict], bool]] = {
    "planted": lambda one: True,
    "killed": lambda one: bool(one.found),
    "equivalent": lambda one: one.equivalent,
}


def mutate(
    policy: Files, examples: Files, *, every: int = 1, jobs: int = 1, tell: Callable[[int, int], None]
) -> Report:
    """Plant every fault, or one in `every`, and return what became of them.

    :param policy: the files of the bundle, as for `load_bundle`.
    :param examples: the files of the examples folder.
    :param jobs: how many processes share the work.
    :raises PolicyUnreadableError: a file is not as it should be.
    :raises BrokenInvariantError: the policy breaks an invariant as it stands, so nothing can be learnt from a fault.
    """
    load_policy(policy)
    names = [fault.name for fault in faults(load_bundle(policy))]
    reasons = read_survivors(examples)
    _prepare(policy, examples)
    _tools()  # so that an unreadable file is an error here, and not in a process
    places = range(0, len(names), every)
    verdicts = []
    for verdict in _judged(policy, examples, places, jobs):
        verdicts.append(verdict)
        tell(len(verdicts), len(places))
    return Report(tuple(verdicts), reasons, frozenset(names))


def read_survivors(examples: Files) -> dict[str, Text]:
    """Return the reason for each fault that may survive; none when there is no such file.

    :raises PolicyUnreadableError: the file is not as it should be, or names a fault twice.
    """
    if SURVIVORS not in examples:
        return {}
    found: dict[str, Text] = {}
    keys = Place.of(examples[SURVIVORS], SURVIVORS).keys("survivors")
    for place in keys["survivors"].items(may_be_empty=True):
        one = place.keys("fault", "reason")
        name = one["fault"].string()
        if name in found:
            raise place.fault(f"`{name}` is named twice", hint="one reason is enough")
        found[name] = one["reason"].both()
    return found


def _judged(policy: Files, examples: Files, places: Sequence[int], jobs: int) -> Iterator[Verdict]:
    if jobs == 1:
        yield from map(_judge, places)
        return
    with ProcessPoolExecutor(jobs, get_context("spawn"), _prepare, (dict(policy), dict(examples))) as workers:
        yield from workers.map(_judge, places, chunksize=_CHUNK)


_given: list[tuple[Files, Files]] = []
"""What this process works on: a process is told once, not with every fault."""


def _prepare(policy: Files, examples: Files) -> None:
    _given[:] = [(policy, examples)]
    _tools.cache_clear()


@lru_cache(maxsize=1)
def _tools() -> tuple[Bundle, list[Fault], list[Detector]]:
    policy, examples = _given[0]
    bundle = load_bundle(policy)
    words = bundle.vocabulary
    detectors: list[Detector] = [
        Invariants(),
        Examples(read_examples(examples, words)),
        StoredAnswers(read_near_misses(examples[NEAR_MISSES], words)),
    ]
    return bundle, list(faults(bundle)), detectors


def _judge(place: int) -> Verdict:
    bundle, planned, detectors = _tools()
    return judge(planned[place], bundle, detectors)
