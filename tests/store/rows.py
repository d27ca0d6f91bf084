"""Valid rows of every table, to be varied with `dataclasses.replace`; all invented."""

import datetime as dt

from gateway.model.decision import Approval, Outcome
from gateway.model.notices import Channel, NoticeKind
from gateway.model.people import StaffRole
from gateway.model.tokens import AccessGrant, Binding
from gateway.model.views import PartState
from gateway.store.approval_ports import DeputyState, StoredDeputy
from gateway.store.draft_ports import StoredDraft
from gateway.store.gap_ports import StoredGap
from gateway.store.incident_ports import StoredDoubt, StoredIncident
from gateway.store.notice_ports import StoredNotice
from gateway.store.people_ports import StoredSignal, StoredSignIn
from gateway.store.pickup_ports import NewPickup
from gateway.store.records import (
    CaseKey,
    Confirmation,
    Detail,
    EnrolmentState,
    ErasedSet,
    Judgement,
    OutboxRow,
    StoredBundle,
    StoredDisclosure,
    StoredEnrolment,
    StoredKey,
    StoredPart,
    StoredReceipt,
    Tally,
)

AT = dt.datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=dt.UTC)

KEY = CaseKey("case-1", "tag-1", b"\x00wrapped\xff")
DETAIL = Detail(0, "case-1", b"\x00" * 32, None, b"\x01box\x00")
DISCLOSURE = StoredDisclosure(
    id="d1",
    case_id="case-1",
    requester="demo:sanne",
    recipient="belle",
    submitted_at=AT,
    outcome=Outcome.PERMIT,
    idempotency_tag="once",
    body_tag="body",
    leaf_index=0,
    box=b"\x00waiting\xff",
)
PART = StoredPart(
    id="p1",
    disclosure_id="d1",
    approval=Approval.NONE,
    state=PartState.WAITING,
    nonce=b"\x00" * 32,
    digest="sha256:" + "0" * 64,
    message_id=None,
    leaf_index=None,
    review_due=None,
)
MESSAGE = OutboxRow(0, "m1", "p1", "belle", "eyJ.message", AT, PartState.RELEASED)
NOTICE = StoredNotice(
    "5f0c3c9e-6b0f-4c55-9d0e-6f3a1f1a2b3c", NoticeKind.MESSAGE, Channel.EMAIL, "belle", "m1", False, AT, AT
)
RECEIPT = StoredReceipt(0, "m1", "opened", AT, "eyJ.receipt")
GRANT = AccessGrant("belle", frozenset({"inbox", "receipts"}), Binding.DPOP, "thumbprint", AT + dt.timedelta(minutes=5))
BUNDLE = StoredBundle(1, "sha256:" + "0" * 64, "", b"\x00files\xff", "", AT, 0)
ERASED = ErasedSet(0, b"\x00" * 32, b"\x01\x00\xff")
PICKUP = NewPickup("m1", "a" * 64, "x" * 43, b"\x01box\xff")
GAP = StoredGap("9" * 64, b"\x01box\xff", "2026-11-24", "2026-11-24", 1)
TALLY = Tally("0" * 64, b"\x01box\xff", 3)
JUDGEMENT = Judgement("p1", "demo:bram", "approve", "sha256:" + "0" * 64, AT, 0)
PARTNER_KEY = StoredKey("kid-1", "belle", "enc", '{"kty":"OKP"}', AT, None, None, 0)
ENROLMENT = StoredEnrolment("e1", "belle", "sha256:1", '{"keys":[]}', "sha256:2", EnrolmentState.PENDING, AT, 0)
CONFIRMATION = Confirmation("e1", "demo:otto", AT, 0)
SIGNAL = StoredSignal("s1", AT, "key 1", "body 1", b"\x01box\x00", 0)
INCIDENT = StoredIncident("i1", "demo:sanne", "case tag", b"\x00wrapped", b"\x01box\x00", AT, AT + dt.timedelta(days=7))
DOUBT = StoredDoubt("d1", 0, AT)
SIGN_IN = StoredSignIn(
    "sha256:" + "a" * 64, "owner 1", b"\x01box\x00", AT + dt.timedelta(hours=1), AT + dt.timedelta(minutes=20)
)
DRAFT = StoredDraft(
    "d" * 32, "demo:sanne", "care_consent", b"\x01key\x00", b"\x01box\x00", AT, AT + dt.timedelta(hours=24)
)
DEPUTY = StoredDeputy(
    "0" * 32,
    "demo:meryem",
    "demo:bram",
    StaffRole.MANAGER,
    AT.date(),
    AT.date() + dt.timedelta(days=7),
    DeputyState.AGREED,
    b"\x01box\x00",
    0,
)
