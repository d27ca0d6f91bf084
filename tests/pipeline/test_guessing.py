"""Whoever holds the database alone cannot find out by guessing what was shared: there are few addresses."""

import json

import pytest

from gateway.bootstrap import Gateway
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.payload import Payload
from gateway.pipeline.judge import look
from gateway.seal.digest import NONCE, approval_digest
from tests.conftest import NOON
from tests.databases import on_both

SANNE, BRAM, *_ = DEMO_PEOPLE


def digest_with(nonce: bytes, payload: Payload) -> str:
    """Return the digest that a guess of everything else gives."""
    return approval_digest(
        nonce=nonce,
        recipient=payload.recipient,
        recipient_key_id=payload.recipient_key_id,
        ground=payload.ground,
        purpose=payload.purpose,
        obligations=payload.obligations,
        bundle=payload.bundle,
        subjects=payload.subjects,
    )


@on_both
@pytest.mark.parametrize("approved", [False, True])
def test_an_approval_digest_cannot_be_guessed_from_the_database(gateway: Gateway, approved: bool) -> None:
    """Neither while it waits nor afterwards: no 32 bytes of the stored row are the nonce of a right guess."""
    view = gateway.team.submit(json.dumps(cases.landlord(NOON.date(), 1)).encode(), SANNE)
    part = view.parts[0]
    with gateway.tools.store.read() as unit:
        draft = look(gateway.tools, unit, view.id, part.id, NOON).draft
    assert draft is not None
    assert digest_with(draft.nonce, draft.payload) == part.digest  # the guess is right but for the nonce
    if approved:
        gateway.team.approve(view.id, part.id, part.digest, BRAM)
    with gateway.tools.store.read() as unit:
        stored = unit.disclosures.part(part.id)
    assert stored.digest == part.digest
    slices = [stored.nonce[start : start + NONCE] for start in range(len(stored.nonce) - NONCE + 1)]
    assert [nonce for nonce in slices if digest_with(nonce, draft.payload) == stored.digest] == []
