"""Any order of deeds beside the small model, many times: on SQLite, and on a real PostgreSQL."""

import os
import secrets
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis.stateful import run_state_machine_as_test

from gateway.bootstrap import Materials
from gateway.demo.postgres import create_database
from tests.conftest import SetClock
from tests.databases import POSTGRESQL, SQLITE
from tests.pipeline.any_order import AnyOrder
from tests.pipeline.gateway_at_work import AtWork

pytestmark = pytest.mark.stress

EXAMPLES = {SQLITE: 10, POSTGRESQL: 2}
PARTS = range(4)  # each with a seed of its own, so that several processes can share them
STEPS = 50
# The same examples every time: what is merged must not depend on luck. ORDERS=other looks further, by hand.
OTHERS = os.environ.get("ORDERS") == "other"


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("kind", [SQLITE, POSTGRESQL])
def test_many_orders_are_as_the_small_model_says(
    kind: str, part: int, prepared_home: Path, materials: Materials, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    """Forty long orders, and eight on PostgreSQL; what fails is shrunk and printed with the line that repeats it."""
    server: str | None = request.getfixturevalue("postgres") if kind == POSTGRESQL else None
    numbers = iter(range(10**6))

    class Here(AnyOrder):
        def __init__(self) -> None:
            folder = tmp_path / str(next(numbers))
            folder.mkdir()
            database = create_database(server, f"order_{secrets.token_hex(8)}") if server else None
            super().__init__(lambda: AtWork(prepared_home, folder, database, SetClock(), materials.policy))

    if not OTHERS:
        seed(part)(Here)
    many = settings(
        max_examples=EXAMPLES[kind],
        stateful_step_count=STEPS,
        deadline=None,
        database=None,
        print_blob=True,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(Here, settings=many)
