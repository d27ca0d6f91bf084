"""Proves the privacy officer's invariants over the whole domain, in every epoch: past, now, coming (docs/proof.md)."""

import datetime as dt
from dataclasses import dataclass, replace

from gateway.decide.engine import Policy
from gateway.model.invariant import Elsewhere, Invariant
from gateway.policy.breach import find_breach
from gateway.policy.cells import Cells
from gateway.policy.counterexample import Counterexample, tell


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant: `broken` in an epoch where it must hold, or `changed` by the draft that says it changes it."""

    invariant: Invariant
    broken: Counterexample | None
    changed: Counterexample | None = None

    @property
    def holds(self) -> bool:
        """Say whether it holds wherever it must."""
        return self.broken is None


@dataclass(frozen=True, slots=True)
class Proof:
    """What was found. `elsewhere`: invariants about the gateway, which no proof of the rules can show."""

    epochs: tuple[dt.date, ...]
    findings: tuple[Finding, ...]
    elsewhere: tuple[Invariant, ...]

    @property
    def broken(self) -> tuple[Finding, ...]:
        """Return what does not hold."""
        return tuple(finding for finding in self.findings if not finding.holds)


def prove(policy: Policy) -> Proof:
    """Look for a counterexample to each invariant in each epoch from the first day of the policy on."""
    bundle = policy.bundle
    plain = Policy(replace(bundle, editions=bundle.blueprint))
    epochs = [_epoch(policy, plain, day) for day in policy.epochs]
    proved = [invariant for invariant in bundle.invariants if not isinstance(invariant.statement, Elsewhere)]
    findings = []
    for invariant in proved:
        freed = [epoch for epoch in epochs if _is_freed(policy, invariant, epoch.cells.day)]
        bound = [epoch for epoch in epochs if not _is_freed(policy, invariant, epoch.cells.day)]
        findings.append(Finding(invariant, _first(invariant, bound), _first(invariant, freed)))
    return Proof(
        policy.epochs,
        tuple(findings),
        tuple(invariant for invariant in bundle.invariants if isinstance(invariant.statement, Elsewhere)),
    )


@dataclass(frozen=True, slots=True)
class _Epoch:
    """One epoch as boxes; `plain` and `blueprint`: the same without the municipality's own rules."""

    policy: Policy
    plain: Policy
    cells: Cells
    blueprint: Cells


def _epoch(policy: Policy, plain: Policy, day: dt.date) -> _Epoch:
    cells = Cells(policy, day)
    return _Epoch(policy, plain, cells, cells if _same(policy, plain, day) else Cells(plain, day))


def _same(policy: Policy, plain: Policy, day: dt.date) -> bool:
    """Say whether the municipality has no rules of its own on this day."""
    return policy.bundle.on(day) == replace(plain.bundle.on(day), begins=day, ends=policy.bundle.on(day).ends)


def _is_freed(policy: Policy, invariant: Invariant, day: dt.date) -> bool:
    """Say whether coming law, tried out from this day or before, says that it changes the invariant."""
    since = policy.bundle.draft_from
    return since is not None and day >= since and invariant.id in policy.bundle.changes


def _first(invariant: Invariant, epochs: list[_Epoch]) -> Counterexample | None:
    for epoch in epochs:
        breach = find_breach(invariant.statement, epoch.cells, epoch.blueprint)
        if breach is not None:
            return tell(breach, epoch.policy, epoch.plain, epoch.cells.day)
    return None


def count_cells(policy: Policy) -> tuple[int, int]:
    """Return how many cells a proof decides, and how many combinations of facts the rules tell apart in all of them.

    A cell is an epoch, recipient kind, ground, role and field. Its combinations are what would have to be gone through
    one by one without boxes; a fact that no rule of the cell reads, and values that all its rules treat alike, count
    once.
    """
    words = policy.bundle.vocabulary
    fields = len(words.fields)
    rooms = len(words.recipients) * len(words.grounds) * len(words.roles)
    combinations = 0
    for day in policy.epochs:
        cells = Cells(policy, day)
        written = list(policy.table(day).cells)
        combinations += fields * (rooms - len(written) + sum(cells.combinations(cell) for cell in written))
    return len(policy.epochs) * rooms * fields, combinations
