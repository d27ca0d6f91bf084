"""Evidence: what is kept proves by itself, to anyone, that the log's key signed two histories; nothing else passes."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.crypto.notes import NoteSigner
from gateway.errors import GatewayError, LogTamperedError, SignatureInvalidError, WitnessStateError
from gateway.witness.cosigning import Witness
from gateway.witness.evidence import Evidence, Kind, examine
from gateway.witness.evidence_folder import MOST, EvidenceFolder, read_evidence
from gateway.witness.home import Home
from gateway.witness.words import SHOWS, TO_DO
from tests.conftest import NOON
from tests.log.sample_log import ORIGIN, OTHER, SIGNER, VKEY, flips
from tests.refusals import refused
from tests.witness.histories import FORKED, HONEST, History, entries, request_body

pytestmark = pytest.mark.control("DPIA-10", "DPIA-11")

TWO_ROOTS = Evidence((VKEY,), HONEST.note(8), FORKED.note(8), (), NOON)
REWRITTEN = Evidence((VKEY,), HONEST.note(7), FORKED.note(9), tuple(FORKED.tree.consistency(7, 9)), NOON)
UNPROVED = Evidence((VKEY,), HONEST.note(8), FORKED.note(9), tuple(FORKED.tree.consistency(8, 9)), NOON)
STRANGER = History(entries(9), signer=NoteSigner.generate("example.com/another"))


@pytest.mark.parametrize("evidence", [TWO_ROOTS, REWRITTEN], ids=["two roots", "rewritten"])
def test_a_proof_of_misbehaviour_with_a_flipped_bit_proves_nothing(evidence: Evidence) -> None:
    """Nobody can make evidence from evidence: except the time of keeping, each byte counts."""
    for flipped in flips(evidence.to_bytes())[::9]:  # one bit of each byte and more, of all eight places
        try:
            read = Evidence.from_bytes(flipped)
            kind, _, _ = examine(read)
        except GatewayError:
            continue
        # The time is the witness's own word, which nothing signs; and who alters a hash of the proof only loses it.
        assert replace(read, at=NOON) == evidence or kind is Kind.UNPROVED


@pytest.mark.parametrize(
    "alter",
    [
        lambda it: replace(it, sent=it.seen),
        lambda it: replace(it, sent=HONEST.note(9), proof=tuple(HONEST.tree.consistency(8, 9))),
        lambda it: replace(it, seen=HONEST.note(10)),
        lambda it: replace(it, seen=None),
        lambda it: replace(it, proof=(b"short",), sent=FORKED.note(9)),
        lambda it: replace(it, seen=STRANGER.note(9), sent=HONEST.note(9), logs=(VKEY, STRANGER.signer.vkey)),
    ],
    ids=["the same note", "what continues", "a longer one before", "nothing before", "a short hash", "two logs"],
)
def test_notes_that_can_both_be_true_show_nothing(alter: object) -> None:
    """An honest log cannot be accused with its own checkpoints."""
    assert callable(alter)
    with refused(LogTamperedError, "shows nothing"):
        examine(alter(TWO_ROOTS))


@pytest.mark.parametrize(
    "alter",
    [
        lambda it: replace(it, logs=(OTHER.vkey,)),
        lambda it: replace(it, sent=History(entries(9), signer=OTHER).note(8)),
        lambda it: replace(it, seen=it.seen.replace("\n8\n", "\n7\n")),
    ],
    ids=["another key", "a note of an impostor", "an altered note"],
)
def test_what_the_logs_key_did_not_sign_is_no_evidence(alter: object) -> None:
    """Whoever does not hold the log's key cannot accuse it."""
    assert callable(alter)
    with refused(SignatureInvalidError):
        examine(alter(TWO_ROOTS))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{}",
        b"[]",
        TWO_ROOTS.to_bytes().replace(b"evidence/1", b"evidence/2"),
        TWO_ROOTS.to_bytes().replace(b"12:00:00", b"25:00:00"),
        TWO_ROOTS.to_bytes().replace(b'"proof":[]', b'"proof":"x"'),
        TWO_ROOTS.to_bytes().replace(b'"proof":[]', b'"proof":[1]'),
        TWO_ROOTS.to_bytes().replace(b'"proof"', b'"more":"x","proof"'),
        TWO_ROOTS.to_bytes().replace(b'"proof":[],', b""),
        TWO_ROOTS.to_bytes() + b"\n",
    ],
)
def test_a_file_of_another_form_is_no_evidence(data: bytes) -> None:
    """One form, one spelling."""
    with refused(LogTamperedError):
        Evidence.from_bytes(data)


def test_two_trees_of_one_size_prove_themselves() -> None:
    """Also when nothing was seen before: a tree of no entries has one root only."""
    kind, seen, sent = examine(Evidence.from_bytes(TWO_ROOTS.to_bytes()))
    assert (kind, seen.size, sent.size) == (Kind.TWO_ROOTS, 8, 8)
    assert kind.proves
    of_nothing = SIGNER.sign(f"{ORIGIN}\n0\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n")
    assert examine(Evidence((VKEY,), None, of_nothing, (), NOON))[0] is Kind.TWO_ROOTS


@pytest.mark.parametrize("old", [3, 5, 6, 7, 9, 10, 11, 12, 13])
def test_the_rewritten_logs_own_proof_convicts_it(old: int) -> None:
    """Its hashes lead to the new root and to another old one: no honest tree has both."""
    proof = tuple(FORKED.tree.consistency(old, 14))
    kind, _, _ = examine(Evidence((VKEY,), HONEST.note(old), FORKED.note(14), proof, NOON))
    assert kind is Kind.REWRITTEN


@pytest.mark.parametrize("proof", [UNPROVED.proof, (), (bytes(32),)], ids=["a power of two", "no proof", "nonsense"])
def test_a_proof_that_does_not_hold_is_a_question(proof: tuple[bytes, ...]) -> None:
    """From a tree of a power of two, or with nonsense, nothing is proved: an outsider could have sent that."""
    kind, _, _ = examine(replace(UNPROVED, proof=proof))
    assert kind is Kind.UNPROVED
    assert not kind.proves


def test_every_kind_has_its_words() -> None:
    """The officer reads what it shows and what to do, in Dutch and English."""
    assert set(SHOWS) == set(TO_DO) == set(Kind)


def test_a_room_that_is_full_takes_no_more_and_keeps_what_it_has(tmp_path: Path) -> None:
    """Nothing is overwritten, nobody fills the disk; false proofs of true checkpoints do not keep a real fork out."""
    most = 4
    folder, long = EvidenceFolder(tmp_path / "evidence", most=most), History(entries(20))
    for size in range(9, 9 + most):
        assert folder.keep(Evidence((VKEY,), long.note(8), long.note(size), (bytes(32),), NOON))
    before = {path: path.read_bytes() for path in folder.files()}
    assert folder.keep(Evidence((VKEY,), long.note(8), long.note(9 + most), (bytes(32),), NOON)) is None
    assert folder.keep(TWO_ROOTS) is not None
    assert before.items() <= {path: path.read_bytes() for path in folder.files()}.items()
    assert len(before) == most < MOST


def test_the_same_evidence_is_kept_once(tmp_path: Path) -> None:
    """The first time counts."""
    folder = EvidenceFolder(tmp_path / "evidence")
    path = folder.keep(TWO_ROOTS)
    assert path is not None
    assert folder.keep(replace(TWO_ROOTS, at=NOON + dt.timedelta(days=1))) is None
    assert read_evidence(path) == TWO_ROOTS


def test_one_note_that_contradicts_two_is_kept_twice(tmp_path: Path) -> None:
    """Each pair of notes is evidence of its own, also against nothing at all."""
    folder = EvidenceFolder(tmp_path / "evidence")
    later = replace(UNPROVED, sent=FORKED.note(20))
    for seen in (HONEST.note(8), HONEST.note(16)):
        assert folder.keep(replace(later, seen=seen)) is not None
    assert len(list(folder.files())) == 2


def test_what_shows_nothing_is_not_kept(tmp_path: Path) -> None:
    """Only what contradicts takes room."""
    folder = EvidenceFolder(tmp_path / "evidence")
    with refused(LogTamperedError):
        folder.keep(replace(TWO_ROOTS, sent=HONEST.note(8)))
    assert list(folder.files()) == []


def test_evidence_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    """The officer must know that something happened that is not on the disk."""
    (tmp_path / "evidence").write_text("a file where the folder should be")
    with refused(WitnessStateError):
        EvidenceFolder(tmp_path / "evidence").keep(TWO_ROOTS)
    with refused(LogTamperedError, "read"):
        read_evidence(tmp_path / "none.json")


def test_a_witness_keeps_each_contradiction_and_tells_it(witness: Witness, home: Home, told: list[str]) -> None:
    """At the newest size, at an earlier one that it remembers, and in what claims to continue."""
    for old, size in [(0, 5), (5, 7), (7, 8)]:
        assert witness.add_checkpoint(HONEST.body(old, size).encode()).status == 200
    assert witness.add_checkpoint(request_body(8, [], FORKED.note(8)).encode()).status == 409
    assert witness.add_checkpoint(request_body(0, [], FORKED.note(7)).encode()).status == 409
    assert witness.add_checkpoint(FORKED.body(8, 11).encode()).status == 422
    kinds = [examine(read_evidence(path))[0] for path in EvidenceFolder(home.evidence_folder(ORIGIN)).files()]
    assert kinds == [Kind.TWO_ROOTS, Kind.TWO_ROOTS, Kind.UNPROVED]
    assert witness.add_checkpoint(request_body(8, [], FORKED.note(8)).encode()).status == 409
    assert len(told) == 3  # once each


@pytest.mark.parametrize(
    "sent",
    [
        "hello",
        request_body(8, [], HONEST.note(8)),
        HONEST.body(0, 9),
        HONEST.body(5, 6),
        STRANGER.body(0, 9),
        History(entries(9), signer=OTHER).body(8, 9),
        request_body(8, [bytes(32)], HONEST.note(8)),
    ],
)
def test_what_is_no_contradiction_of_the_log_is_not_kept(sent: str, witness: Witness, home: Home) -> None:
    """Neither what anyone could send, nor an honest log that is behind."""
    assert witness.add_checkpoint(HONEST.body(0, 8).encode()).status == 200
    witness.add_checkpoint(sent.encode())
    assert list(EvidenceFolder(home.evidence_folder(ORIGIN)).files()) == []


def test_a_refusal_stands_when_evidence_cannot_be_written(witness: Witness, home: Home, told: list[str]) -> None:
    """A full disk makes nobody sign a fork."""
    assert witness.add_checkpoint(HONEST.body(0, 8).encode()).status == 200
    (home.path / "evidence").write_text("a file where the folder should be")
    assert witness.add_checkpoint(request_body(8, [], FORKED.note(8)).encode()).status == 409
    assert told == ["evidence against the log cannot be written down"]
