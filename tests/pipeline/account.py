"""What is read back at the end: the details of the log, the messages that left, and the history of checkpoints."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

import pytest

from gateway.crypto.notes import NoteVerifier
from gateway.errors import CannotOpenError, SignatureInvalidError
from gateway.log.checkpoint import Checkpoint
from gateway.log.merkle import consistency_proof, verify_consistency
from gateway.model.terms import Json, items, members
from tests.pipeline.gateway_at_work import AtWork
from tests.pipeline.small_model import World

LIFETIME = dt.timedelta(days=30)
BEFOREHAND = {"pre_two", "pre_fg"}


@dataclass(frozen=True)
class Opened:
    """A sealed message as it was fetched: whose, under which generation of key, when, and of which part."""

    message: str
    partner: str
    generation: int
    at: dt.datetime
    number: int


def check_opening(real: AtWork, world: World, opened: Opened) -> None:
    """Check that this recipient's key of then opens it, no other does, and that it holds what the model says."""
    part = world.parts[opened.number]
    for partner, generations in real.keys.items():
        for generation in range(len(generations)):
            if (partner, generation) != (opened.partner, opened.generation) and partner in {opened.partner, "ggd"}:
                with pytest.raises(CannotOpenError):
                    real.open(opened.message, partner, generation, opened.at)
    if part.at is not None and opened.at >= part.at + LIFETIME:
        with pytest.raises(SignatureInvalidError, match="expired"):
            real.open(opened.message, opened.partner, opened.generation, opened.at)
        return
    claims = real.open(opened.message, opened.partner, opened.generation, opened.at)
    told = [members(subject) for subject in items(claims["subjects"])]
    advised = world.advised(part)
    assert {str(subject["ref"]): frozenset(members(subject["data"])) for subject in told} == {
        strand.ref: strand.fields | (strand.advised if advised else frozenset()) for strand in part.sealed
    }


def check_account(details: Sequence[dict[str, Json]]) -> None:
    """Check by identity, from the log alone: four eyes, advice apart from decision, and each approval's digest."""
    asked = {detail["disclosure"]: detail for detail in details if detail["kind"] == "decision"}
    for index, detail in enumerate(details):
        earlier = [one for one in details[:index] if one.get("part") == detail.get("part")]
        advice = [one for one in earlier if str(one["kind"]).startswith("advise_")]
        advisers = {who for one in advice for who in (one["by"], one.get("instead_of")) if who is not None}
        kind = str(detail["kind"])
        if kind in {"approve", "refuse", "void", "advise_positive", "advise_negative", "review_good", "review_bad"}:
            acting = {detail["by"], detail.get("instead_of")}
            assert asked[detail["disclosure"]]["by"] not in acting, "somebody judged their own request"
        if kind in {"approve", "refuse", "void"}:
            assert not advisers & {detail["by"], detail.get("instead_of")}, "an adviser decided"
            assert advisers or detail["approval"] != "pre_fg", "a decision came before the advice"
        if kind == "release":
            approvals = [one for one in earlier if one["kind"] == "approve"]
            assert [one["by"] for one in approvals] == detail["approved_by"]
            assert [one["digest"] for one in approvals] == [detail["approval_digest"]] * len(approvals)
            assert len(approvals) == (1 if detail["approval"] in BEFOREHAND else 0)
            assert not any(one["kind"] == "release" for one in earlier), "a part left twice"


def check_history(real: AtWork, notes: Sequence[str]) -> None:
    """Check that the whole log verifies, and extends every checkpoint that was ever shown."""
    tools = real.gateway.tools
    report = real.gateway.team.verify_log()
    assert report.ok, report.problem
    verifier = NoteVerifier.from_text(tools.log_vkey)
    with tools.store.read() as unit:
        last = Checkpoint.verify_with(unit.log.head().checkpoint, verifier)
        for note in notes:
            then = Checkpoint.verify_with(note, verifier)
            proof = consistency_proof(then.size, last.size, unit.log.nodes)
            verify_consistency(then.size, last.size, proof, then.root, last.root)
