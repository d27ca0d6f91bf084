"""A few examples of any order, in every run of the tests; tests/stress has the many."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from gateway.bootstrap import Materials
from tests.conftest import SetClock
from tests.pipeline.any_order import AnyOrder
from tests.pipeline.gateway_at_work import AtWork

FEW = settings(
    max_examples=6,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


@pytest.mark.control("DPIA-08")
@pytest.mark.control("DPIA-12")
@pytest.mark.control("DPIA-16")
def test_any_order_is_as_the_small_model_says(prepared_home: Path, materials: Materials, tmp_path: Path) -> None:
    """Four eyes by identity, digests that void, urgent liveness, and one partner never sees another's."""
    numbers = iter(range(10**6))

    class Here(AnyOrder):
        def __init__(self) -> None:
            folder = tmp_path / str(next(numbers))
            folder.mkdir()
            super().__init__(lambda: AtWork(prepared_home, folder, None, SetClock(), materials.policy))

    run_state_machine_as_test(Here, settings=FEW)
