"""Whoever mends a policy file reads these words: each refusal of the tests beside this one, word for word."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from gateway.decide.loader import load_bundle
from gateway.errors import PolicyUnreadableError
from tests.decide import test_loader
from tests.decide.loading import test_invariants, test_layers
from tests.decide.test_loader import INVARIANTS

GOLDEN = Path(__file__).parent / "refusals.txt"


def broken() -> Iterator[tuple[str, Callable[[], object]]]:
    """Yield each broken policy with what it is called."""
    for name, fault in test_loader.FAULTS.items():
        yield name, lambda fault=fault: load_bundle(test_loader.broken(fault))  # type: ignore[misc]  # binds the loop's value
    for name, (old, new, _) in (test_layers.WIDENINGS | test_layers.FAULTS).items():
        yield f"municipality: {name}", lambda old=old, new=new: test_layers.with_municipality(old, new)  # type: ignore[misc]
    for name, (old, new, _) in test_layers.DRAFT_FAULTS.items():
        yield f"draft: {name}", lambda old=old, new=new: test_layers.with_draft(old, new)  # type: ignore[misc]
    for name, (old, new, _) in test_invariants.FAULTS.items():
        yield (
            f"invariant: {name}",
            lambda old=old, new=new: test_invariants.a_bundle(INVARIANTS.replace(old, new)),  # type: ignore[misc]
        )


def test_each_is_refused_in_these_words() -> None:
    """Golden: file, line, place and problem, and under it what to do."""
    told = []
    for name, load in broken():
        with pytest.raises(PolicyUnreadableError) as caught:
            load()
        told.append(f"{name}\n  {caught.value.message}\n  {caught.value.hint}\n")
    assert "\n".join(told) == GOLDEN.read_text(encoding="utf-8")
