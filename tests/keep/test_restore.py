"""A restore is refused and writes nothing, or the database holds exactly what the backup held, verified twice."""

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis
from hypothesis import strategies as st

from gateway.bootstrap import Gateway, build, generate_keys
from gateway.config.settings import Settings
from gateway.crypto.backup_stream import CHUNK
from gateway.errors import CannotOpenError, ConfigError, LogForkError
from gateway.keep.loss import Loss
from gateway.log.seen import SEEN
from gateway.store.rows import Group
from gateway.upkeep import check_backup, make_backup, restore_backup
from tests.databases import on_both
from tests.keep.state import entries, lose_database, opened, rows_in, sealed, silent, submit


def test_without_its_passphrase_nothing_is_restored(kept: Path, bare: Settings, tmp_path: Path) -> None:
    """A wrong one opens nothing; without one there is nothing to try."""
    (tmp_path / "wrong").write_text("another passphrase")
    with pytest.raises(CannotOpenError, match="passphrase"):
        restore_backup(replace(bare, backup_passphrase_file=tmp_path / "wrong"), kept, silent, decision=None)
    with pytest.raises(ConfigError, match="passphrase"):
        restore_backup(replace(bare, backup_passphrase_file=None), kept, silent, decision=None)
    assert rows_in(bare) == 0


def test_a_backup_that_is_cut_off_is_not_restored(kept: Path, bare: Settings) -> None:
    """Wherever the copying stopped; and a file that is not there."""
    data = kept.read_bytes()
    for end in (0, 10, data.index(b"\n") + 10, 5000, len(data) // 2, len(data) - 1):
        kept.write_bytes(data[:end])
        with pytest.raises(CannotOpenError):
            restore_backup(bare, kept, silent, decision=None)
    kept.unlink()
    with pytest.raises(ConfigError, match="cannot be read"):
        restore_backup(bare, kept, silent, decision=None)
    assert rows_in(bare) == 0


@hypothesis(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_a_backup_with_any_bit_flipped_is_not_restored(kept: Path, bare: Settings, place: float, bit: int) -> None:
    """Not one row of it."""
    data = bytearray(kept.read_bytes())
    data[int(place * len(data))] ^= 1 << bit
    harmed = kept.with_name("harmed")
    harmed.write_bytes(data)
    with pytest.raises(CannotOpenError):
        restore_backup(bare, harmed, silent, decision=None)
    assert rows_in(bare) == 0


def test_a_backup_of_another_gateway_is_not_restored(kept: Path, bare: Settings) -> None:
    """Its log is signed by another key than the one in GATEWAY_KEYS."""
    other = replace(bare, keys=bare.home / "others")
    generate_keys(other)
    report, accepted = restore_backup(other, kept, silent, decision="FG 2026-031")
    assert "not signed by the key in GATEWAY_KEYS" in str(report.problem)
    assert accepted is None
    assert rows_in(other) == 0


def _altered_leaf(groups: list[Group]) -> list[Group]:
    at = next(place for place, group in enumerate(groups) if group.table == "leaf")
    first, (index, entry), *rest = groups[at].rows
    assert isinstance(entry, bytes)
    groups[at] = Group("leaf", [first, (index, entry.replace(b"permit", b"denied", 1)), *rest])
    return groups


def _without_last_entry(groups: list[Group]) -> list[Group]:
    return [Group(g.table, g.rows[:-1]) if g.table == "leaf" else g for g in groups]


def _hidden_entry(groups: list[Group]) -> list[Group]:
    return [*groups, Group("leaf", [(99, b"hidden")])]


@pytest.mark.control("DPIA-11")
@pytest.mark.parametrize("harm", [_altered_leaf, _without_last_entry, _hidden_entry])
def test_an_altered_log_in_a_well_sealed_backup_is_not_restored(kept: Path, bare: Settings, harm: object) -> None:
    """Whoever has the passphrase can seal a backup anew, but cannot sign the log in it."""
    assert callable(harm)
    manifest, groups = opened(bare, kept)
    sealed(bare, kept, manifest, harm(groups))
    report = check_backup(bare, kept, silent)
    assert report.problem
    assert restore_backup(bare, kept, silent, decision=None) == (report, None)
    assert rows_in(bare) == 0


def test_a_backup_that_counts_itself_wrong_is_not_restored(kept: Path, bare: Settings) -> None:
    """What it says of itself must be what is in it."""
    manifest, groups = opened(bare, kept)
    sealed(bare, kept, replace(manifest, entries=99), groups)
    assert "another number of entries" in str(check_backup(bare, kept, silent).problem)


def test_a_backup_with_something_behind_its_end_is_not_restored(kept: Path, bare: Settings) -> None:
    """What nobody reads could be anything."""
    sealed(bare, kept, *opened(bare, kept), behind=b"more")
    with pytest.raises(CannotOpenError):
        check_backup(bare, kept, silent)
    with pytest.raises(CannotOpenError):
        restore_backup(bare, kept, silent, decision=None)
    assert rows_in(bare) == 0


def test_a_detail_without_its_entry_is_not_restored(kept: Path, bare: Settings) -> None:
    """The database itself refuses it, and everything that came with it."""
    manifest, groups = opened(bare, kept)
    harmed = [Group(g.table, [(999, *row[1:]) for row in g.rows]) if g.table == "detail" else g for g in groups]
    sealed(bare, kept, manifest, harmed)
    with pytest.raises(ConfigError, match="`detail`"):
        restore_backup(bare, kept, silent, decision=None)
    assert rows_in(bare) == 0


def test_a_file_that_changes_between_checking_and_writing_is_not_restored(kept: Path, bare: Settings) -> None:
    """It is opened and authenticated again while it is written."""

    data = kept.read_bytes()
    place = CHUNK // 2  # in the first piece, which was authenticated long before the last entry is verified
    assert len(data) > CHUNK

    def meddle(what: str, done: int, total: int) -> None:
        if (what, done) == ("verifying", total):
            kept.write_bytes(data[:place] + bytes([data[place] ^ 1]) + data[place + 1 :])

    with pytest.raises(CannotOpenError):
        restore_backup(bare, kept, meddle, decision=None)
    assert rows_in(bare) == 0


def test_a_database_that_is_not_empty_is_never_restored_into(kept: Path, keeping: Settings) -> None:
    """What is there may be all that is left."""
    before = rows_in(keeping)
    with pytest.raises(ConfigError, match="not empty"):
        restore_backup(keeping, kept, silent, decision="FG 2026-031")
    assert rows_in(keeping) == before > 0


def test_an_older_backup_is_refused_and_so_is_the_start_without_it(
    gateway: Gateway, keeping: Settings, shelf: Path
) -> None:
    """The restore says how many entries would be missing; the start says that the database is not the one it had."""
    old = submit(gateway, 1)
    make_backup(keeping, shelf / "old", silent)
    signed = submit(gateway, 2)
    gateway.tools.store.close()
    lose_database(keeping)
    with pytest.raises(LogForkError, match=f"{old} entries, but this gateway has signed {signed}") as caught:
        restore_backup(keeping, shelf / "old", silent, decision=None)
    assert "--accept-loss" in caught.value.hint
    assert rows_in(keeping) == 0
    with pytest.raises(LogForkError):
        build(keeping)


@on_both
def test_an_older_backup_that_was_put_back_beside_the_gateway_stops_the_start(
    gateway: Gateway, keeping: Settings, bare: Settings, shelf: Path
) -> None:
    """Restored on another machine and put in its place: the memory of this one notices, whatever the database."""
    submit(gateway, 1)
    make_backup(keeping, shelf / "old", silent)
    submit(gateway, 2)
    gateway.tools.store.close()
    restore_backup(bare, shelf / "old", silent, decision=None)
    with pytest.raises(LogForkError, match="an older copy of the database stands here"):
        build(replace(keeping, database_url=bare.database_url))
    build(keeping).tools.store.close()


def test_a_backup_of_a_log_that_went_another_way_is_refused(
    gateway: Gateway, keeping: Settings, bare: Settings, shelf: Path
) -> None:
    """As many entries, well signed, but others: found when it is in the database, and then taken back."""
    submit(gateway, 1)
    make_backup(keeping, shelf / "old", silent)
    signed = submit(gateway, 2)
    gateway.tools.store.close()
    restore_backup(bare, shelf / "old", silent, decision=None)
    fork = build(bare)
    while submit(fork, 7) < signed:
        pass
    fork.tools.store.close()
    make_backup(bare, shelf / "fork", silent)
    lose_database(keeping)
    with pytest.raises(LogForkError, match="does not continue"):
        restore_backup(keeping, shelf / "fork", silent, decision=None)
    assert rows_in(keeping) == 0
    _, accepted = restore_backup(keeping, shelf / "fork", silent, decision="FG 2026-031")
    assert accepted is not None
    assert accepted.loss is Loss.DIVERGED


def test_an_accepted_loss_restores_and_goes_on(gateway: Gateway, keeping: Settings, shelf: Path) -> None:
    """In one command; the log says so, verifies, and grows on."""
    old = submit(gateway, 1)
    make_backup(keeping, shelf / "old", silent)
    signed = submit(gateway, 2)
    gateway.tools.store.close()
    lose_database(keeping)
    report, accepted = restore_backup(keeping, shelf / "old", silent, decision="FG 2026-031")
    assert report.ok
    assert accepted is not None
    assert (accepted.loss, accepted.size, accepted.signed) == (Loss.RESTORED, old, signed)
    again = build(keeping)
    assert submit(again, 3) > old + 1
    assert again.team.verify_log().ok
    again.tools.store.close()


def test_a_decision_that_was_not_needed_is_not_recorded(kept: Path, keeping: Settings) -> None:
    """Nothing was lost, so nothing is accepted."""
    size = entries(keeping)
    lose_database(keeping)
    report, accepted = restore_backup(keeping, kept, silent, decision="FG 2026-031")
    assert (report.entries, accepted, entries(keeping)) == (size, None, size)


def test_a_memory_that_cannot_be_read_stops_a_restore_until_someone_decides(kept: Path, keeping: Settings) -> None:
    """Nobody can tell what is missing; the decision says that this is known."""
    lose_database(keeping)
    (keeping.home / SEEN).write_bytes(b"forged")
    with pytest.raises(LogForkError, match=r"log\.seen"):
        restore_backup(keeping, kept, silent, decision=None)
    assert rows_in(keeping) == 0
    _, accepted = restore_backup(keeping, kept, silent, decision="FG 2026-031")
    assert accepted is not None
    assert accepted.loss is Loss.FORGOTTEN
    build(keeping).tools.store.close()


def test_checking_writes_nothing(kept: Path, bare: Settings) -> None:
    """No database, no folder, no memory."""
    before = sorted(bare.home.rglob("*"))
    assert check_backup(bare, kept, silent).ok
    assert sorted(bare.home.rglob("*")) == before


@on_both
def test_a_new_machine_goes_on_from_a_backup(gateway: Gateway, keeping: Settings, shelf: Path, bare: Settings) -> None:
    """Keys and backup are enough, from either database; the old messages can still be fetched."""
    size = submit(gateway, 1)
    make_backup(keeping, shelf / "b", silent)
    gateway.tools.store.close()
    report, accepted = restore_backup(bare, shelf / "b", silent, decision=None)
    assert (report.problem, report.entries, accepted) == (None, size, None)
    again = build(bare)
    assert again.team.log_summary().entries == size
    inbox = again.partners.inbox("belle", now=again.tools.clock())
    assert len(inbox) == 1
    assert submit(again, 2) > size
    assert again.team.verify_log().ok
    again.tools.store.close()
