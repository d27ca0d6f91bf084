"""A few examples of any order, in every run of the tests; tests/stress has the many."""

from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from gateway.bootstrap import Materials
from tests.conftest import SetClock
from tests.pipeline.any_order import AnyOrder
from tests.pipeline.gateway_at_work import AtWork

FEW = settings(
    max_examples=10,
    stateful_step_count=25,
    deadline=None,
    database=None,
    derandomize=True,
    print_blob=True,
    suppress_health_check=list(HealthCheck),
    phases=[Phase.generate, Phase.shrink],
)


@pytest.fixture
def open_gateway(prepared_home: Path, materials: Materials) -> Iterator[Callable[[], AtWork]]:
    """Return what opens one gateway after another, each on a copy of the demo state."""
    with TemporaryDirectory() as folder:
        numbers = iter(range(10**6))

        def open_one() -> AtWork:
            here = Path(folder) / str(next(numbers))
            here.mkdir()
            return AtWork(prepared_home, here, None, SetClock(), materials.policy)

        yield open_one


@pytest.mark.control("DPIA-08")
@pytest.mark.control("DPIA-12")
@pytest.mark.control("DPIA-16")
def test_any_order_is_as_the_small_model_says(open_gateway: Callable[[], AtWork]) -> None:
    """Four eyes by identity, digests that void, urgent liveness, and one partner never sees another's."""

    class Here(AnyOrder):
        def __init__(self) -> None:
            super().__init__(open_gateway)

    run_state_machine_as_test(Here, settings=FEW)
