"""Several volumes of any sizes in the same tables: each is the tree that RFC 9162 gives of its own entries."""

import shutil
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.log.audit import prove
from gateway.log.checkpoint import Checkpoint, Verifiers
from gateway.log.merkle import consistency_proof
from gateway.log.proof import Proof
from gateway.store.engine import migrate, open_engine
from gateway.store.log_table import SqlLogTable
from tests.log.volumes import SIGNERS, VKEYS, fill_volumes, store_of
from tests.stress.naive_tree import NaiveTree

SIZES = st.lists(st.lists(st.integers(1, 12), min_size=1, max_size=4), min_size=1, max_size=4)
BATCHES = [[[f"{year}/{batch}/{n}".encode() for n in range(3)] for batch in range(2)] for year in range(3)]


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make an empty database once: each example gets a copy."""
    path = tmp_path_factory.mktemp("empty") / "log.sqlite"
    engine = open_engine(f"sqlite:///{path}")
    migrate(engine)
    engine.dispose()
    return path


@given(st.lists(st.integers(1, 1 << 20), min_size=2, max_size=6), st.integers(0, 24))
def test_no_two_volumes_keep_a_node_at_the_same_place(sizes: list[int], level: int) -> None:
    """A node (level, j) of a volume that begins at `first` is kept at ceil(first / 2^level) + j."""
    taken, first = 0, 0
    for size in sizes:
        place = -(-first >> level)
        assert place >= taken, "the volume before it reaches into this one"
        taken, first = place + (size >> level), first + size


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(SIZES, st.data())
def test_every_volume_is_its_own_tree(empty: Path, sizes: list[list[int]], data: st.DataObject) -> None:
    """Roots, proofs, consistency and checkpoints are those of the naive tree; an index leads to its entry and back."""
    path = empty.with_name("copy.sqlite")
    for old in path.parent.glob("copy.sqlite*"):
        old.unlink()
    shutil.copy(empty, path)
    engine = open_engine(f"sqlite:///{path}")
    batches = [
        [[f"{year}/{batch}/{n}".encode() for n in range(size)] for batch, size in enumerate(volume)]
        for year, volume in enumerate(sizes)
    ]
    fill_volumes(engine, batches)
    volumes = [[entry for batch in volume for entry in batch] for volume in batches]
    everything = [entry for volume in volumes for entry in volume]
    verifiers = Verifiers(VKEYS)
    with store_of(engine).read() as unit:
        assert list(unit.book.leaves(0, unit.book.size())) == everything
        first = 0
        for number, (told, entries) in enumerate(zip(unit.book.volumes(), volumes, strict=True)):
            assert (told.first, told.origin, told.size) == (first, SIGNERS[number].name, len(entries))
            naive = NaiveTree()
            naive.extend(entries)
            table = unit.book.volume(number)
            for size, note in table.checkpoints():
                assert verifiers.verify(note) == Checkpoint(told.origin, size, naive.root(size))
                assert consistency_proof(size, told.size, table.nodes) == naive.consistency(size, told.size)
            assert verifiers.verify(table.head().checkpoint).size == told.size
            index = data.draw(st.integers(0, told.size - 1))
            found, place = unit.book.place_of(first + index)
            assert (found.first, place, found.leaf(place)) == (first, index, entries[index])
            assert list(Proof.from_text(prove(found, place)).hashes) == naive.path(index, told.size)
            for level in range(told.size.bit_length() + 1):
                assert len(table.level(level, 0, told.size + 9)) == told.size >> level
            first += told.size
    engine.dispose()


def test_a_volume_is_read_by_its_first_entry(empty: Path) -> None:
    """The whole of the leaves is the volume that begins at nothing and has no end."""
    path = empty.with_name("whole.sqlite")
    shutil.copy(empty, path)
    engine = open_engine(f"sqlite:///{path}")
    fill_volumes(engine, BATCHES)
    with store_of(engine).read() as unit:
        assert isinstance(unit.book.volume(0), SqlLogTable)
        assert unit.book.size() == 18
    engine.dispose()
