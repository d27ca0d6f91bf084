"""The human statement "reviewed up to n": only over what the officer's own witness has checked, and never backwards."""

import datetime as dt
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.crypto.cosignatures import CosignatureVerifier, Cosigner
from gateway.crypto.witness_key import WitnessKey, open_witness_key
from gateway.errors import (
    GatewayError,
    InvalidRequestError,
    LogForkError,
    LogTamperedError,
    NotFoundError,
    NotWitnessedError,
    PermanentDeliveryError,
    SignatureInvalidError,
    TemporaryDeliveryError,
    WitnessStateError,
)
from gateway.log.policy import TrustPolicy
from gateway.witness.client import fetch_latest
from gateway.witness.cosigning import Witness, open_witness
from gateway.witness.home import REVIEWED_KEY, Home
from gateway.witness.memory import short_of
from gateway.witness.review import last_review, propose, state
from tests.conftest import NOON
from tests.log.sample_log import ORIGIN, OTHER, VKEY
from tests.refusals import refused
from tests.witness.conftest import REVIEW_PASSPHRASE
from tests.witness.histories import FORKED, HONEST, History, entries, request_body

LATER = NOON + dt.timedelta(days=7)


@pytest.fixture(scope="module")
def reviewer(made_home: Path) -> Cosigner:
    """Return the officer's own key."""
    return open_witness_key(made_home / REVIEWED_KEY, REVIEW_PASSPHRASE, use=WitnessKey.REVIEWED)


def _cosigned(witness: Witness, old: int, size: int) -> str:
    assert witness.add_checkpoint(HONEST.body(old, size).encode()).status == 200
    note = witness.latest(short_of(ORIGIN))
    assert note is not None
    return note


def test_what_the_own_witness_has_not_seen_is_not_reviewed(witness: Witness, home: Home) -> None:
    """The log's word alone is not enough for the officer's."""
    _cosigned(witness, 0, 8)
    with refused(NotWitnessedError, "has not cosigned"):
        propose(home, HONEST.note(8))


@pytest.mark.parametrize(
    ("given", "kind"),
    [
        ("", LogTamperedError),
        ("old 8\nnonsense", InvalidRequestError),
        (History(entries(9), signer=OTHER).note(8), SignatureInvalidError),
        (HONEST.note(8).replace("\n8\n", "\n7\n"), SignatureInvalidError),
    ],
)
def test_what_is_no_checkpoint_of_the_log_is_not_reviewed(given: str, kind: type[GatewayError], home: Home) -> None:
    """Nothing is signed of it."""
    with refused(kind):
        propose(home, given)


def test_a_review_of_another_history_than_the_witness_knows_is_refused(
    witness: Witness, home: Home, cosigner: Cosigner
) -> None:
    """With a stolen automatic key somebody else could have signed these; the witness's own memory says otherwise."""
    _cosigned(witness, 0, 8)
    for stolen in (FORKED.note(8), HONEST.note(9)):
        text = stolen.partition("\n\n")[0] + "\n"
        with refused(LogForkError, "does not hold"):
            propose(home, stolen + cosigner.cosign(text, NOON))


def test_a_review_never_goes_back(witness: Witness, home: Home, cosigner: Cosigner, reviewer: Cosigner) -> None:
    """Neither to fewer entries nor to another log of the same size; on a machine without the witness's memory."""
    state(home, propose(home, _cosigned(witness, 0, 8)), reviewer, at=NOON)
    home.memory_file(ORIGIN).unlink()
    older, forked = (
        note + cosigner.cosign(note.partition("\n\n")[0] + "\n", NOON) for note in (HONEST.note(7), FORKED.note(8))
    )
    with refused(LogForkError, "only 7"):
        propose(home, older)
    with refused(LogForkError, "another log"):
        propose(home, forked)


@pytest.mark.parametrize(
    ("old", "proof", "words"),
    [(7, HONEST.tree.consistency(7, 9), "builds on 7"), (8, [bytes(32)], "does not extend")],
)
def test_a_proof_that_is_given_must_hold(
    old: int, proof: list[bytes], words: str, witness: Witness, home: Home, reviewer: Cosigner
) -> None:
    """It leads from the last review to this checkpoint."""
    state(home, propose(home, _cosigned(witness, 0, 8)), reviewer, at=NOON)
    with refused(LogTamperedError, words):
        propose(home, request_body(old, proof, _cosigned(witness, 8, 9)))


@pytest.mark.parametrize("damage", [b"", b"[]", b'{"format":"gateway-witness-review/1","log":"x","note":"y"}'])
def test_a_damaged_memory_of_the_last_review_stops_the_next(damage: bytes, witness: Witness, home: Home) -> None:
    """What was said before is not guessed."""
    note = _cosigned(witness, 0, 8)
    home.review_file(ORIGIN).write_bytes(damage)
    with refused(WitnessStateError, "last review"):
        propose(home, note)


def test_a_review_that_another_key_signed_is_no_review(
    witness: Witness, home: Home, cosigner: Cosigner, reviewer: Cosigner
) -> None:
    """The automatic key cannot speak for the officer, neither when signing nor when read again."""
    proposal = propose(home, _cosigned(witness, 0, 8))
    with refused(SignatureInvalidError, "your reviews"):
        state(home, proposal, cosigner, at=NOON)
    state(home, proposal, reviewer, at=NOON)
    kept = home.review_file(ORIGIN)
    lines = kept.read_bytes().split(b"\\n")
    kept.write_bytes(b"\\n".join([*lines[:-2], lines[-1]]))  # the officer's line, taken out
    with refused(WitnessStateError, "last review"):
        last_review(home, ORIGIN)


def test_a_review_that_cannot_be_written_down_is_not_signed(witness: Witness, home: Home, reviewer: Cosigner) -> None:
    """Or the next one could contradict it."""
    proposal = propose(home, _cosigned(witness, 0, 8))
    home.review_file(ORIGIN).mkdir()
    with refused(WitnessStateError, "written down"):
        state(home, proposal, reviewer, at=NOON)


def test_the_officer_reads_what_is_new_and_signs_it(witness: Witness, home: Home, reviewer: Cosigner) -> None:
    """In Dutch and English; the note carries the lines of log, witness and officer, each for itself verified."""
    first = propose(home, _cosigned(witness, 0, 8))
    assert (first.new, first.before) == (8, None)
    assert "u verklaarde nog niets eerder" in first.words().nl
    state(home, first, reviewer, at=NOON)
    second = propose(home, _cosigned(witness, 8, 12))
    assert second.new == 4
    assert "Nieuw sinds de vorige keer: 4" in second.words().nl
    assert "up to and including entry 12" in second.words().en
    note = state(home, second, reviewer, at=LATER)
    assert CosignatureVerifier.from_text(home.reviewed).seen_at(note) == LATER
    assert CosignatureVerifier.from_text(home.witness).seen_at(note) == NOON
    trust = TrustPolicy((VKEY,), (("a", home.witness), ("b", home.reviewed)), (("both", "all", ("a", "b")),), "both")
    assert trust.verify(note, now=LATER).size == 12
    assert last_review(home, ORIGIN) == trust.verify_signed(note)


@pytest.mark.parametrize("before", [None, 0, 8])
def test_a_request_with_its_proof_will_do_as_well(
    before: int | None, witness: Witness, home: Home, reviewer: Cosigner
) -> None:
    """The file that a log makes for a witness serves the officer too, before the first review and after it."""
    if before is not None:
        state(home, propose(home, _cosigned(witness, 0, before)), reviewer, at=NOON)
    old = before or 0
    proof = HONEST.tree.consistency(old, 12) if old else []
    assert propose(home, request_body(old, proof, _cosigned(witness, old, 12))).new == 12 - old


def test_a_witness_is_asked_for_its_newest_note(witness: Witness, serve: Callable[[Witness], str]) -> None:
    """What the officer's other machine does, and a gateway at its start."""
    url = serve(witness)
    with refused(NotFoundError):
        fetch_latest(url, ORIGIN)
    note = _cosigned(witness, 0, 8)
    assert fetch_latest(f"{url}/", ORIGIN) == note


def test_what_is_no_witness_is_told_apart_from_one_that_is_away() -> None:
    """One is for later, the other for whoever wrote the address."""
    with refused(TemporaryDeliveryError, "reached"):
        fetch_latest("http://127.0.0.1:1", ORIGIN)


@pytest.mark.parametrize(
    ("status", "content"), [(500, b"oops"), (200, b""), (200, b"\xff"), (200, b"x" * 70_000), (302, b"")]
)
def test_an_answer_of_another_form_is_refused(
    status: int, content: bytes, strange: Callable[[int, bytes], str]
) -> None:
    """No redirect is followed, and no more is read than a note can have."""
    with refused(PermanentDeliveryError, "no witness"):
        fetch_latest(strange(status, content), ORIGIN)


def test_a_copy_of_the_folder_reviews_without_network(
    witness: Witness, home: Home, reviewer: Cosigner, tmp_path: Path
) -> None:
    """A file in, a file out: the witness's own signature says that its memory held it."""
    note = _cosigned(witness, 0, 8)
    away = Path(shutil.copytree(home.path, tmp_path / "away", ignore=shutil.ignore_patterns("log-*")))
    proposal = propose(Home.read(away), note)
    assert "\u2014 fg.example/witness/reviewed " in state(Home.read(away), proposal, reviewer, at=NOON)
    with refused(WitnessStateError, "missing"):
        open_witness(away, reviewer, clock=lambda: NOON)
