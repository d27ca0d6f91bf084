"""The end-to-end bench: the limit is computed as the method says, and every arm really did what it is credited with."""

import os
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from gateway.bench.arms import Arm, ours, peer
from gateway.bench.e2e import DISK, HASH, LEAVES, NAIVE, OURS, RAW, SEAL, SIGN, compare, limits
from gateway.bench.mix import RELEASING
from gateway.bench.rounds import CPU, WALL, Measured
from gateway.bench.task import Task
from gateway.errors import TemporaryDeliveryError
from tests.bench.test_rounds import silent
from tests.conftest import NOON


def readings(*, seal: float, flush: float, group: float, rate: float) -> Mapping[str, list[Mapping[str, float]]]:
    """Return one round in which everything but these is nothing."""
    return {
        SEAL: [{CPU: seal}],
        HASH: [{CPU: 0.0}],
        SIGN: [{CPU: 0.0}],
        DISK: [{WALL: flush, "per_second": 1e6 / flush}],
        f"{OURS}_16_clients": [{"group": group, "per_second": rate}],
    }


def fraction(measured: Measured) -> float:
    """Return the median of the row that the contract names."""
    return next(row.median for row in limits(measured) if row.name == "fraction_of_limit")


def test_the_limit_is_the_smaller_of_cryptography_and_disk() -> None:
    """1,000 us a flush and groups of 4 allow 4,000/s; 300 us to seal 3 of 4 requests allows 1e6 / 225 on each core."""
    disk = Measured(readings(seal=1.0, flush=1000.0, group=4.0, rate=400.0))
    assert fraction(disk) == pytest.approx(400 / 4000)
    crypto = Measured(readings(seal=300.0, flush=1.0, group=4.0, rate=400.0))
    assert fraction(crypto) == pytest.approx(400 / ((os.cpu_count() or 1) * 1e6 / (RELEASING * 300)))
    assert LEAVES == 1 + RELEASING


def test_a_refused_request_is_no_figure(tmp_path: Path) -> None:
    """An arm that is not let in ends the run instead of counting refusals as speed."""
    with peer(RAW, tmp_path, day=NOON.date().isoformat()) as arm:
        stranger = Arm(arm.name, arm.url, arm.pid, arm.day, {"Authorization": "Bearer another"})
        with pytest.raises(TemporaryDeliveryError, match="refused"):
            stranger.load(clients=2, seconds=60, count=4)


def test_all_arms_run_side_by_side_and_ours_reports_its_groups(tmp_path: Path) -> None:
    """Real servers, one short round: the rows that goals look at are there, each with its floor."""
    day = NOON.date().isoformat()
    with ExitStack() as stack:
        arms = [stack.enter_context(ours(OURS, tmp_path / OURS, day=day))]
        arms += [stack.enter_context(peer(name, tmp_path / name, day=day)) for name in (NAIVE, RAW)]
        found = compare(arms, tmp_path, Task(1, 1000, silent), seconds=0.2, warm_up=16)
    rows = {row.name: row for row in found}
    assert len(rows) == len(found)
    assert 0 < rows["fraction_of_limit"].median < 1
    assert rows["cpu_per_request"].ratio == pytest.approx(rows["cpu_ratio_to_naive"].median)
    assert rows["ours_1_clients_group"].median == 1
    assert 1 <= rows["ours_16_clients_group"].median <= 16
