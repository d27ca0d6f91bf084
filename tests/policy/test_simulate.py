"""Simulation: what flips under another policy, from details and from the counts that erasure left, each once."""

import json
import os
import shutil
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner
from sqlalchemy import Engine, select

from gateway.bootstrap import Gateway
from gateway.cli.policy import policy
from gateway.config.policy_files import read_policy_files
from gateway.config.settings import Settings
from gateway.decide.engine import Policy
from gateway.decide.loader import load_bundle
from gateway.errors import CannotOpenError
from gateway.log.tally import Tuple, forget_case, read_counts
from gateway.model.bundle import Bundle, Edition
from gateway.policy.simulate import Simulation, simulate
from gateway.store import schema
from gateway.store.ports import Unit
from tests.audit.lived import DAY, harm, live
from tests.databases import on_both

SHIPPED = load_bundle(read_policy_files(Path(__file__).parents[2] / "policies"))


def without(bundle: Bundle, **changed: object) -> Policy:
    """Return the policy with every edition changed."""
    editions = tuple(replace(edition, **changed) for edition in bundle.editions)  # type: ignore[arg-type]  # any field
    return Policy(replace(bundle, editions=editions))


def run(gateway: Gateway, other: Policy) -> Simulation:
    """Simulate on the day of the decisions."""
    tools = gateway.tools
    with tools.store.read() as unit:
        return simulate(unit, tools.recorder, tools.lookup, other, on=DAY, progress=lambda _done, _total: None)


def counted(done: Simulation) -> dict[object, object]:
    """Return all that a simulation counts, without its time and where it read."""
    told = done.to_json()
    return {name: told[name] for name in ("bundle", "decisions", "distinct", "changed", "cells")}


def cases_of(unit: Unit) -> list[str]:
    """Return the ids of the cases with details, without the gateway's own affairs."""
    found = []
    for index in range(1, unit.log.head().size):
        kept = unit.cases.detail(index)
        if kept is not None and kept.case_id not in found:
            found.append(kept.case_id)
    return found


def forget(gateway: Gateway, most: int = 99) -> int:
    """Erase cases as a later command will; return how many answers were moved to the counts."""
    tools = gateway.tools

    def job(unit: Unit) -> int:
        return sum(forget_case(unit, tools.recorder, tools.lookup, case) for case in cases_of(unit)[:most])

    return tools.store.write(job)


def test_an_erasure_that_fails_counts_nothing(gateway: Gateway) -> None:
    """Details and counts change in one transaction: nothing is lost, and nothing counted twice."""
    live(gateway)
    tools = gateway.tools
    before = counted(run(gateway, tools.policy))

    def job(unit: Unit) -> None:
        forget_case(unit, tools.recorder, tools.lookup, cases_of(unit)[0])
        raise CannotOpenError("planted", hint="nothing")

    with pytest.raises(CannotOpenError):
        tools.store.write(job)
    done = run(gateway, tools.policy)
    assert (counted(done), done.erased) == (before, 0)


def test_an_altered_detail_is_told_and_hides_nothing_else(gateway: Gateway, settings: Settings) -> None:
    """It is counted as unreadable; the other answers are asked again."""
    live(gateway)
    whole = run(gateway, gateway.tools.policy).open
    harm(settings, ["UPDATE detail SET salt = zeroblob(32) WHERE idx = 1"])
    done = run(gateway, gateway.tools.policy)
    assert (done.unreadable, done.open) == (1, whole - 1)


@on_both
def test_the_same_policy_flips_nothing(gateway: Gateway) -> None:
    """What was decided comes out again, whatever was decided."""
    live(gateway)
    done = run(gateway, gateway.tools.policy)
    assert (done.changed, done.unreadable, done.erased) == (0, 0, 0)
    assert done.open == 9  # eight requests, one of them about two people


@pytest.mark.control("DPIA-19")
@on_both
def test_counts_stand_in_for_what_was_erased(gateway: Gateway, engine: Engine) -> None:
    """Before, half-way and after erasing every case the simulation says the same; counts lead to no case or entry."""
    live(gateway)
    other = without(SHIPPED, rows=())
    before = run(gateway, other)
    assert before.changed > 0
    assert forget(gateway, most=3) >= 3
    half = run(gateway, other)
    assert half.erased
    assert half.open
    forget(gateway)
    after = run(gateway, other)
    assert (after.open, after.erased) == (0, before.open)
    assert counted(before) == counted(half) == counted(after)
    with engine.connect() as connection:
        rows = connection.execute(select(schema.tally)).all()
    assert [column.name for column in schema.tally.columns] == ["tag", "box", "count"]
    assert sum(count for _, _, count in rows) == before.open
    assert not any(
        word in box for _, box, _ in rows for word in (b"housing_corporation", b"illegal_sex_work", b"2026-11")
    )


def test_equal_answers_of_one_month_are_one_count(gateway: Gateway) -> None:
    """Month and tuple, nothing finer: the sixth erased case of a kind only raises a number."""
    live(gateway)
    forget(gateway)
    tools = gateway.tools
    with tools.store.read() as unit:
        kept = list(read_counts(unit, tools.recorder, tools.lookup))
    assert {month for month, _, _ in kept} == {"2026-11"}
    assert len({told for _, told, _ in kept}) == len(kept)
    again = Tuple.from_json(kept[0][1].to_json())
    assert again == kept[0][1]


def test_what_is_gained_and_lost_is_counted_by_cell(gateway: Gateway) -> None:
    """A policy that gives nothing away: each cell says how many, from what to what, and which fields."""
    live(gateway)
    done = run(gateway, without(SHIPPED, rows=()))
    cells = {cell: change for cell, change in done.cells.items() if change.changed}
    assert cells, done.cells
    avim = next(change for (recipient, _, _), change in cells.items() if recipient.startswith("avim"))
    assert avim.changed == avim.decided > 0
    assert all(after == "gap" for change in cells.values() for _, after in change.outcomes)
    assert avim.lost
    assert not any(change.gained for change in done.cells.values())


def one_edition(edition: Edition) -> Edition:
    """Return an edition whose every row needs no fact, and without guards."""
    return replace(edition, rows=tuple(replace(row, when={}) for row in edition.rows), require={}, forbids=())


def test_what_would_be_gained_is_counted_too(gateway: Gateway) -> None:
    """A policy that asks for no fact: what was refused is then released, and every field of it is counted."""
    live(gateway)
    other = Policy(replace(SHIPPED, editions=tuple(map(one_edition, SHIPPED.editions))))
    done = run(gateway, other)
    gained: Counter[str] = sum((change.gained for change in done.cells.values()), Counter())
    assert done.changed
    assert gained["dwelling_address"] > 0


def test_the_command_prints_counts_only(gateway: Gateway, settings: Settings, tmp_path: Path) -> None:
    """A folder, or a draft of coming law over it; nothing that leads to a case."""
    live(gateway)
    forget(gateway, most=2)
    shutil.copytree(settings.policies, tmp_path / "policies")
    environ = {name: None for name in os.environ if name.startswith("GATEWAY_")}
    home = {"GATEWAY_HOME": str(settings.home), "GATEWAY_PASSPHRASE_FILE": str(settings.passphrase_file)}
    words = ["simulate", str(tmp_path / "policies"), "--on", DAY.isoformat()]
    same = CliRunner().invoke(policy, [*words, "--format", "json"], env={**environ, **home})
    told = json.loads(same.stdout)
    assert (told["changed"], told["cells"], told["decisions"]) == (0, [], 9)
    assert told["erased"] >= 2
    draft = CliRunner().invoke(policy, [*words[:2], "--draft", "wrs", "--on", "2030-01-01"], env={**environ, **home})
    assert draft.exit_code == 0, draft.exception
    assert "past answers would come out otherwise on 2030-01-01" in draft.stdout
    assert not [word for word in ("Z-2026", "sanne", "dudok", "1299", "RVB") if word in same.output + draft.output]


def test_what_cannot_be_opened_is_erased_all_the_same(gateway: Gateway, settings: Settings) -> None:
    """An erasure is a right; that a detail was altered must not stop it, and only its count is lost."""
    live(gateway)
    whole = run(gateway, gateway.tools.policy).open
    harm(settings, ["UPDATE detail SET salt = zeroblob(32) WHERE idx = 1"])
    assert forget(gateway) == whole - 1
    done = run(gateway, gateway.tools.policy)
    assert (done.open, done.erased, done.unreadable) == (0, whole - 1, 0)
