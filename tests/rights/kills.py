"""Erasures by the command, whole or killed one after another on one log, and the bytes that they leave."""

import json
from collections.abc import Sequence
from pathlib import Path

from gateway.audit.replay import replay_all
from gateway.bootstrap import Gateway, build
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.keep.cleanup import clean_database
from gateway.log.audit import verify_log
from gateway.rights.erase import traces
from gateway.rights.holding import read_holding
from tests.keep.state import run
from tests.rights.cases import BRAM, DAY, DECISION, fetch, live, reference, submit

WORDS = ("--basis", "consent_withdrawn", "--decision", DECISION, "--yes")


def pieces(gateway: Gateway, number: int) -> tuple[bytes, ...]:
    """Return pieces of everything that is stored of a case: ciphertexts, salts, wrapped key, messages, hashes."""
    with gateway.tools.store.read() as unit:
        holding = read_holding(unit, tag=gateway.tools.lookup.case(reference(number)))
    assert holding is not None
    return traces(holding)


def kill_erasures(
    gateway: Gateway, settings: Settings, moments: Sequence[float | str]
) -> tuple[list[str], list[tuple[bytes, ...]]]:
    """Erase a case whole, and one for each moment (0 to 1, or a function) that is killed then; clean by one more run.

    Returns what is wrong, and the pieces of each case that is gone.
    """
    numbers = range(1, len(moments) + 2)
    for number in numbers:
        live(gateway, number)
    before = {number: pieces(gateway, number) for number in numbers}
    size = gateway.team.log_summary().entries
    gateway.tools.store.close()
    orders = [f"{reference(number)}@{far}" for number, far in zip(numbers, (1, *moments), strict=True)]
    done = run(settings, *orders, module="tests.rights.doomed")
    assert done.stdout == f"{len(moments)}\n", done.stderr
    clean_database(settings)
    later = build(settings, clock=gateway.tools.clock)
    wrong, gone = [], []
    with later.tools.store.read() as unit:
        for number in numbers:
            held = read_holding(unit, tag=later.tools.lookup.case(reference(number)))
            if held is None:
                gone.append(before[number])
            elif traces(held) != before[number]:
                wrong.append(f"case {number} was erased in part")
        if unit.log.head().size != size + len(gone):
            wrong.append("not every erasure has its entry")
        if not verify_log(unit.log, vkey=later.tools.log_vkey).ok:
            wrong.append("the log does not verify")
        if replay_all(unit, later.tools.recorder, progress=lambda _done, _total: None).problems:
            wrong.append("an entry is gone that no erasure explains")
    later.tools.store.close()
    return wrong, gone


def found(some: Sequence[bytes], data: bytes) -> int:
    """Count which of the pieces stand in the data."""
    return sum(piece in data for piece in some)


def erase(settings: Settings, tmp_path: Path, number: int, *more: str) -> tuple[int, dict[str, object]]:
    """Run the command as an officer does; return its exit code and what it printed."""
    (tmp_path / "case").write_text(f"{reference(number)}\n")
    done = run(settings, "rights", "erase", "--case", str(tmp_path / "case"), *WORDS, "--format", "json", *more)
    told: dict[str, object] = json.loads(done.stdout)
    return done.returncode, told


def crowd(gateway: Gateway, number: int) -> None:
    """Fill the tables around a case, also with what waited, was approved and acknowledged."""
    for more in range(10):
        live(gateway, number + more)
    view = submit(gateway, cases.landlord(DAY, number) | {"idempotency_key": f"a-landlord-of-{number}"})
    done = gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    fetch(gateway, "dudok-wonen", done)
