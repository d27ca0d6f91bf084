"""The approval digest: every part of what leaves changes it, and its form is pinned."""

import hashlib
import json
from dataclasses import dataclass, replace

import pytest

from gateway.errors import MinimisationError
from gateway.model.payload import Obligations, ReleasedSubject
from gateway.seal.digest import approval_digest

SUBJECT = ReleasedSubject("s1", None, {"finding_code": "GEB-1"})


@dataclass(frozen=True, slots=True)
class Approved:
    """What an approver saw, with one thing changed by a test."""

    nonce: bytes = bytes(range(32))
    recipient: str = "dudok-wonen"
    recipient_key_id: str = "k1"
    ground: str = "label"
    purpose: str = "prevent_recurrence"
    obligations: Obligations = Obligations("2027-11-24")  # noqa: RUF009  # frozen
    bundle: str = "sha256:" + "00" * 32
    subjects: tuple[ReleasedSubject, ...] = (SUBJECT,)

    def digest(self) -> str:
        """Return the digest of these arguments."""
        return approval_digest(
            nonce=self.nonce,
            recipient=self.recipient,
            recipient_key_id=self.recipient_key_id,
            ground=self.ground,
            purpose=self.purpose,
            obligations=self.obligations,
            bundle=self.bundle,
            subjects=self.subjects,
        )


@pytest.mark.parametrize("nonce", [b"", bytes(16), bytes(31), bytes(33)])
def test_a_short_nonce_is_refused(nonce: bytes) -> None:
    """The digest of an address without a nonce can be guessed."""
    with pytest.raises(MinimisationError):
        replace(Approved(), nonce=nonce).digest()


def test_nothing_cannot_be_approved() -> None:
    """An empty list is not permission."""
    with pytest.raises(MinimisationError):
        replace(Approved(), subjects=()).digest()


def test_whatever_changes_the_approval_no_longer_covers_it() -> None:
    """Each argument, each datum, each role and the order of subjects."""
    second = ReleasedSubject("s2", None, {"finding_code": "GEB-1"})
    base = Approved()
    variants = [
        base,
        replace(base, nonce=bytes(32)),
        replace(base, recipient="avim"),
        replace(base, recipient_key_id="k2"),
        replace(base, ground="other"),
        replace(base, purpose="other"),
        replace(base, obligations=Obligations("2027-11-25")),
        replace(base, bundle="sha256:" + "01" * 32),
        replace(base, subjects=(replace(SUBJECT, ref="s9"),)),
        replace(base, subjects=(replace(SUBJECT, role="facilitator"),)),
        replace(base, subjects=(replace(SUBJECT, data={"finding_code": "GEB-2"}),)),
        replace(base, subjects=(replace(SUBJECT, data={"finding_code": "GEB-1", "name": "Invented"}),)),
        replace(base, subjects=(SUBJECT, second)),
        replace(base, subjects=(second, SUBJECT)),
    ]
    assert len({variant.digest() for variant in variants}) == len(variants)


def test_the_digest_is_pinned() -> None:
    """Approvals are stored; the form never changes."""
    assert Approved().digest() == "sha256:dd9798cdb5c468e565a9f44ce9ada0f0e04236726fcfa6e09caf75b2afe16d6c"
    text = json.dumps(
        {
            "bundle": "sha256:" + "00" * 32,
            "ground": "label",
            "nonce": bytes(range(32)).hex(),
            "obligations": {"destroy_by": "2027-11-24", "onward_disclosure": "forbidden"},
            "purpose": "prevent_recurrence",
            "recipient": "dudok-wonen",
            "recipient_key_id": "k1",
            "subjects": [{"data": {"finding_code": "GEB-1"}, "ref": "s1"}],
        },
        separators=(",", ":"),
    )
    assert Approved().digest() == "sha256:" + hashlib.sha256(text.encode()).hexdigest()
