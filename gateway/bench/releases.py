"""Releases as the store sees them: the rows of one permitted request, written by one job in one transaction.

Deciding and sealing come before the transaction in life, so they are not here: an invented sealed message of the usual
size stands in for them. What the job does is the whole of what the pipeline does inside it.
"""

import datetime as dt
import secrets

from gateway.crypto.commitments import digest
from gateway.log.recorder import Entry, Recorder
from gateway.model.decision import Approval, Outcome
from gateway.model.leaf import LeafType
from gateway.model.terms import Json
from gateway.model.views import PartState
from gateway.store.ports import Store, Unit
from gateway.store.records import OutboxRow, StoredDisclosure, StoredPart

AT = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
BUNDLE = digest(b"an invented bundle")
RECIPIENT = "belle"
MESSAGE = "e" * 3900
"""As long as the message of a help request in the profile `jose`: 1 KiB of padded claims, signed, encrypted."""

_SUBJECT: dict[str, Json] = {
    "ref": "s1",
    "role": "sex_worker",
    "claims": {
        name: {"value": "yes", "evidence": "report RVB-2026-9001", "date": "2026-11-24"}
        for name in ("subject_minor", "consent_explicit")
    },
    "fields": {"own": ["alias", "language", "safe_contact"]},
    "watch": {"dwelling": [], "places": [], "consents": ["0" * 64], "dates": ["2026-11-24"]},
}
_DECISION: dict[str, Json] = {
    "kind": "decision",
    "case_ref": "Z-2026-9001",
    "by": "demo:sanne",
    "by_name": "Sanne (toezichthouder, verzonnen)",
    "recipient": RECIPIENT,
    "recipient_kind": "belle",
    "ground": "care_consent",
    "purpose": "offer_help",
    "case": "0" * 64,
    "date": "2026-11-24",
    "subjects": [_SUBJECT],
    "decisions": {"s1": {"own": {"outcome": "permit", "released": ["alias", "language"], "explanation": "x" * 400}}},
}
_RELEASE: dict[str, Json] = {
    "kind": "release",
    "recipient": RECIPIENT,
    "recipient_key": "k" * 43,
    "ground": "care_consent",
    "purpose": "offer_help",
    "case": "0" * 64,
    "approval": "none",
    "approval_digest": BUNDLE,
    "approved_by": [],
    "advised": False,
    "obligations": {"onward_disclosure": "no", "destroy_by": "2027-11-24"},
    "subjects": [_SUBJECT],
    "released": {"s1": ["alias", "language", "safe_contact"]},
    "rules": ["CC-1"],
}


def commit_release(store: Store, recorder: Recorder) -> str:
    """Write one release and return its message id, only after COMMIT is durable."""

    def job(unit: Unit) -> str:
        disclosure, part, message = (secrets.token_hex(16) for _ in range(3))
        case_id, case_key = recorder.case(unit, tag=secrets.token_hex(32))
        decided = recorder.record(
            unit,
            Entry(LeafType.DECISION, "permit", BUNDLE, {**_DECISION, "disclosure": disclosure}),
            case_id=case_id,
            case_key=case_key,
            at=AT,
        )
        unit.disclosures.add(
            StoredDisclosure(
                disclosure,
                case_id,
                "demo:sanne",
                RECIPIENT,
                AT,
                Outcome.PERMIT,
                secrets.token_hex(32),
                secrets.token_hex(32),
                decided,
                None,
            )
        )
        detail = {**_RELEASE, "disclosure": disclosure, "part": part, "message": message}
        left = recorder.record(
            unit,
            Entry(LeafType.RELEASE, "permit", BUNDLE, detail, RECIPIENT, digest(MESSAGE.encode()), decided),
            case_id=case_id,
            case_key=case_key,
            at=AT,
        )
        unit.disclosures.add_part(
            StoredPart(
                part,
                disclosure,
                Approval.NONE,
                PartState.RELEASED,
                secrets.token_bytes(32),
                BUNDLE,
                message,
                left,
                None,
            )
        )
        unit.outbox.add(OutboxRow(left, message, part, RECIPIENT, MESSAGE, AT, PartState.RELEASED))
        return message

    return store.write(job)
