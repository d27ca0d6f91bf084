"""Erasures that are killed, one after another on one log, and what they left."""

from collections.abc import Sequence

from gateway.audit.replay import replay_all
from gateway.bootstrap import Gateway, build
from gateway.casework import clean_database
from gateway.config.settings import Settings
from gateway.log.audit import verify_log
from gateway.rights.erase import traces
from gateway.rights.holding import read_holding
from tests.keep.state import run
from tests.rights.cases import live, reference


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
