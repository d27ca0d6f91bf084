"""Mutation of the policy: every fault planted once, and which of the detectors finds it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Protocol

from gateway.decide.engine import Policy
from gateway.model.bundle import Bundle, Edition
from gateway.policy.answers import same_answers
from gateway.policy.examples import Example, check_example
from gateway.policy.faults import Fault, touched
from gateway.policy.near_misses import BESIDE, DAYS, GAPS, NearMisses
from gateway.policy.prove import prove


class Planted:
    """A policy with one fault, and the one it was planted in. For most faults both hold only the epoch of the fault."""

    def __init__(self, fault: Fault, sound: Policy, broken: Policy) -> None:
        """Take both."""
        self.fault = fault
        self.sound = sound
        self.broken = broken

    @cached_property
    def equivalent(self) -> bool:
        """Say whether the fault changes no answer to any question."""
        return same_answers(self.sound, self.broken)


class Detector(Protocol):
    """Something that may find a fault."""

    name: str

    def find(self, planted: Planted) -> str | None:
        """Return what it noticed, or None."""
        ...


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one fault: who found it and by what, or that it changes no answer at all."""

    fault: str
    kind: str
    found: Mapping[str, str]
    equivalent: bool = False

    @property
    def survived(self) -> bool:
        """Say whether nobody found it though it changes an answer."""
        return not self.found and not self.equivalent


class Invariants:
    """The statements of the privacy officer, proved over the whole domain."""

    name = "invariants"

    def find(self, planted: Planted) -> str | None:
        """Return the first invariant that is broken."""
        return next((finding.invariant.id for finding in prove(planted.broken).broken), None)


class Examples:
    """The worked examples of the lawyers."""

    name = "examples"

    def __init__(self, examples: Sequence[Example]) -> None:
        """Take the examples."""
        self._examples = examples

    def find(self, planted: Planted) -> str | None:
        """Return the first example that comes out otherwise; one in a cell that the fault does not touch cannot."""
        for example in self._examples:
            query = example.query
            before, after = (policy.bundle.on(query.date) for policy in (planted.sound, planted.broken))
            cells = touched(before, after)
            if cells is None or (query.recipient, query.ground, query.role) in cells:
                miss = check_example(planted.broken, example)
                if miss is not None:
                    return miss.name
        return None


class StoredAnswers:
    """The golden answers of rows and guards."""

    name = "near misses"

    def __init__(self, stored: NearMisses) -> None:
        """Take the stored answers."""
        self._stored = stored

    def find(self, planted: Planted) -> str | None:
        """Return the first answer that comes out otherwise; where none can, only what stands beside them is read."""
        fault = planted.fault
        stored = self._stored if fault.about == DAYS else self._stored.within(fault.epoch)
        for part, miss in stored.misses(planted.broken, about=(BESIDE, fault.about, GAPS)):
            if miss is not None:
                return miss.name
            if part and planted.equivalent:
                return None
        return None


def judge(fault: Fault, bundle: Bundle, detectors: Iterable[Detector]) -> Verdict:
    """Plant a fault and return who finds it; one that nobody finds is compared with the sound policy, exactly."""
    planted = plant(fault, bundle)
    found = {one.name: noticed for one in detectors if (noticed := one.find(planted)) is not None}
    return Verdict(fault.name, fault.kind, found, equivalent=not found and planted.equivalent)


def plant(fault: Fault, bundle: Bundle) -> Planted:
    """Return the faulty policy. Only a fault about days needs the other epochs: elsewhere nothing differs."""
    broken = fault.plant(bundle)
    if fault.about == DAYS:
        return Planted(fault, Policy(bundle), Policy(broken))
    return Planted(fault, Policy(_only(bundle, fault)), Policy(_only(broken, fault)))


def _only(bundle: Bundle, fault: Fault) -> Bundle:
    def within(editions: tuple[Edition, ...]) -> tuple[Edition, ...]:
        return tuple(replace(one, begins=fault.epoch, ends=None) for one in editions if one.holds_on(fault.epoch))

    return replace(bundle, editions=within(bundle.editions), blueprint=within(bundle.blueprint))
