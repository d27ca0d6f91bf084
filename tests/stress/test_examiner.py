"""The examiner of the stress suite finds what it is there to find: each kind of violation is planted and named.

It needs no kill, so it runs with the other tests.
"""

import hashlib
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, build
from gateway.pipeline.deputise import Naming, agree, name_deputy
from gateway.pipeline.oral_desk import OralDesk
from tests.conftest import NOON
from tests.databases import SQLITE_PREFIX
from tests.stress.evidence import Evidence, read_evidence, watch
from tests.stress.examiner import Examiner
from tests.stress.nursery import stress_settings
from tests.stress.promises import Told
from tests.stress.work import BRAM, DAY, MERYEM, SANNE, body_of, call_of, receipt_of, submitted

DECIDED, RELEASED = 0, 1  # the leaves of the first request


@dataclass(frozen=True)
class Day:
    """A log with two messages that left, one that waits to be fetched and one that waits for an approval."""

    gateway: Gateway
    found: Evidence
    told: tuple[Told, ...]

    @property
    def url(self) -> str:
        """Return where the database is."""
        return self.gateway.settings.database_url

    def examiner(self) -> Examiner:
        """Return an examiner who heard what everybody was told."""
        examiner = Examiner(self.gateway.tools.log_vkey)
        for told in self.told:
            examiner.hear(told)
        return examiner


@pytest.fixture(scope="module")
def day(prepared_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """Do a day's work."""
    home = shutil.copytree(prepared_home, tmp_path_factory.mktemp("day") / "home")
    url = f"{SQLITE_PREFIX}{home / 'gateway.sqlite'}"
    gateway = build(stress_settings(home, url), clock=lambda: NOON)
    told: list[Told] = []
    for number, kind in enumerate(("permit", "urgent", "reduced", "waits"), start=1):
        view = gateway.team.submit(body_of(kind, number), SANNE)
        told.append({"did": "submit", **submitted(view)})
        part = view.parts[0]
        if kind in {"permit", "urgent"}:
            assert part.message_id is not None
            envelope = gateway.partners.envelope(view.recipient, part.message_id, now=NOON)
            token = receipt_of(gateway, view.recipient, part.message_id, envelope.message)
            leaf = gateway.partners.acknowledge(view.recipient, part.message_id, token, now=NOON)
            told.append(
                {
                    "did": "fetch",
                    "partner": view.recipient,
                    "message": part.message_id,
                    "envelope": envelope.to_json(),
                }
            )
            told.append({"did": "receipt", "leaf": leaf, "message": part.message_id})
        if kind == "urgent":
            gateway.team.review(view.id, part.id, True, BRAM)
            told.append({"did": "judge", "part": part.id, "kind": "review_good"})
    told.append({"did": "call", "id": OralDesk(gateway.tools).record(call_of(5), SANNE)})
    deputyship = name_deputy(gateway.tools, Naming("manager", BRAM.id, DAY, DAY), MERYEM, NOON)
    agree(gateway.tools, deputyship, BRAM, NOON)
    told.append({"did": "agree", "id": deputyship})
    yield Day(gateway, read_evidence(url), tuple(told))
    gateway.tools.store.close()


def test_nothing_is_found_where_nothing_is_wrong(day: Day) -> None:
    """What a gateway left behind, and what its callers were told, fit."""
    assert day.examiner().examine(day.found) == []


def without_row(found: Evidence) -> Evidence:
    """A release is in the log, its message was not queued."""
    return replace(found, outbox=found.outbox[1:])


def without_part(found: Evidence) -> Evidence:
    """A message was queued, its part is not stored."""
    gone = found.outbox[0].part_id
    return replace(found, parts={key: part for key, part in found.parts.items() if key != gone})


def without_leaf(found: Evidence) -> Evidence:
    """A message was queued, its leaf was not written: the last release, cut off with all that followed."""
    size = found.outbox[-1].leaf_index
    return replace(found, entries=found.entries[:size])


def other_message(found: Evidence) -> Evidence:
    """What the outbox holds is not what the leaf records."""
    first, *rest = found.outbox
    return replace(found, outbox=(replace(first, message=first.message + "A"), *rest))


def without_detail(found: Evidence) -> Evidence:
    """A leaf stands for nothing."""
    return replace(found, details=found.details[:-1])


def lost_request(found: Evidence) -> Evidence:
    """A requester was told that it was done, and it is not there."""
    first, *rest = found.disclosures.items()
    del first
    return replace(found, disclosures=dict(rest))


def lost_receipt(found: Evidence) -> Evidence:
    """A partner's receipt was acknowledged, and it is not there."""
    return replace(found, receipts=found.receipts[1:])


def lost_review(found: Evidence) -> Evidence:
    """A review was acknowledged, and it is not there."""
    return replace(found, judgements=())


def lost_call(found: Evidence) -> Evidence:
    """A call was entered, and it is not there."""
    return replace(found, parts={key: part for key, part in found.parts.items() if part.kind != "oral"})


def strayed_call(found: Evidence) -> Evidence:
    """A call points to the entry of another request."""
    parts = {key: replace(part, leaf_index=0) if part.kind == "oral" else part for key, part in found.parts.items()}
    return replace(found, parts=parts)


def lost_deputy(found: Evidence) -> Evidence:
    """A deputy heard that it was agreed, and only the name was kept."""
    return replace(found, deputies={key: ("named", leaf) for key, (_, leaf) in found.deputies.items()})


def strayed_deputy(found: Evidence) -> Evidence:
    """A deputyship points to the entry of a request."""
    return replace(found, deputies={key: (state, 0) for key, (state, _) in found.deputies.items()})


def not_left(found: Evidence) -> Evidence:
    """A partner has the message, and it still counts as one that never left."""
    rows = tuple(replace(row, state="released") for row in found.outbox)
    parts = {key: replace(part, state="released") if part.leaf_index else part for key, part in found.parts.items()}
    return replace(found, outbox=rows, parts=parts)


def altered_entry(found: Evidence) -> Evidence:
    """An entry is another one than the tree was built from."""
    place = next(place for place, entry in enumerate(found.entries) if b"permit" in entry)
    altered = found.entries[place].replace(b"permit", b"denied")
    return replace(found, entries=(*found.entries[:place], altered, *found.entries[place + 1 :]))


def lost_checkpoint(found: Evidence) -> Evidence:
    """A checkpoint that a partner holds is no longer kept, and no later one extends it."""
    return replace(found, checkpoints=found.checkpoints[-1:], nodes={})


def foreign_head(found: Evidence) -> Evidence:
    """The head counts an entry that is not there."""
    assert found.head is not None
    return replace(found, head=(found.head[0] + 1, *found.head[1:]))


@pytest.mark.parametrize(
    ("plant", "finding"),
    [
        (without_row, "a release without an outbox row"),
        (without_part, "its message belongs to another part"),
        (without_leaf, "entries, there are"),
        (other_message, "records another message than the outbox holds"),
        (without_detail, "the details are not one for each leaf"),
        (lost_request, "`submit` was acknowledged and is not there"),
        (lost_receipt, "a receipt without a row of its own"),
        (lost_review, "`judge` was acknowledged and is not there"),
        (lost_call, "`call` was acknowledged and is not there"),
        (strayed_call, "a call's part has another leaf"),
        (lost_deputy, "`agree` was acknowledged and is not there"),
        (strayed_deputy, "a deputyship has not a leaf of its own"),
        (not_left, "`fetch` was acknowledged and is not there"),
        (altered_entry, "entries rebuild to"),
        (lost_checkpoint, "is no longer kept"),
        (lost_checkpoint, "is not consistent with the newest"),
        (foreign_head, "the head counts"),
    ],
)
def test_every_kind_of_violation_is_found(day: Day, plant: Callable[[Evidence], Evidence], finding: str) -> None:
    """A check that cannot fail proves nothing."""
    knowing = day.examiner()  # looked at this log before, and remembers
    assert knowing.examine(day.found) == []
    complaints = [*day.examiner().examine(plant(day.found)), *knowing.examine(plant(day.found))]
    assert [complaint for complaint in complaints if finding in complaint]


def test_a_log_that_goes_back_is_found(day: Day) -> None:
    """An older database put in the place of a newer one is a fork: it lacks entries and a checkpoint that were seen."""
    examiner = day.examiner()
    day.gateway.team.submit(body_of("denied", 9), SANNE)
    assert examiner.examine(read_evidence(day.url)) == []
    assert any("no longer begins with" in complaint for complaint in examiner.examine(day.found))


def test_a_message_seen_from_outside_must_stay(day: Day) -> None:
    """Whoever reads the database beside the gateway never sees a message that a later state does not hold."""
    examiner = day.examiner()
    with watch(day.url) as cursor:
        examiner.look(cursor)
    found = read_evidence(day.url)
    assert examiner.examine(found) == []
    seen, *others = found.outbox
    part = found.parts[seen.part_id]
    renamed = replace(
        found,
        outbox=(replace(seen, message_id="0" * 32), *others),
        parts={**found.parts, part.id: replace(part, message_id="0" * 32)},
    )
    assert any("was seen in the outbox" in complaint for complaint in examiner.examine(renamed))


def test_a_message_without_its_leaf_is_seen_at_once(day: Day) -> None:
    """A look from outside compares each message with its leaf in one statement."""

    class Torn:
        """A database in which the outbox row was committed before its leaf."""

        def execute(self, query: str, /) -> object:
            """Remember which question it was."""
            self.outbox = "outbox" in query
            return None

        def fetchall(self) -> list[tuple[object, ...]]:
            """Return the row without a leaf."""
            return [(RELEASED, "m" * 32, "invented", None)] if self.outbox else []

    examiner = day.examiner()
    examiner.look(Torn())
    assert any("without its leaf" in complaint for complaint in examiner.examine(day.found))


def test_the_naive_tree_follows_the_standard(day: Day) -> None:
    """RFC 9162 section 2.1.1, checked against hashes written out by hand for the first three entries."""
    examiner = day.examiner()
    examiner.examine(day.found)
    one, two, three = (hashlib.sha256(b"\x00" + entry).digest() for entry in day.found.entries[:3])
    pair = hashlib.sha256(b"\x01" + one + two).digest()
    assert examiner.tree.root(0) == hashlib.sha256(b"").digest()
    assert examiner.tree.root(1) == one
    assert examiner.tree.root(2) == pair
    assert examiner.tree.root(3) == hashlib.sha256(b"\x01" + pair + three).digest()
    assert examiner.tree.path(2, 3) == [pair]
    assert examiner.tree.path(0, 3) == [two, three]
