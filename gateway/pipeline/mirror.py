"""The mirror's side of the pipeline: the messages of a request as they would be sealed, and whether they still are."""

from collections.abc import Collection

from gateway.crypto.nonces import derive_nonce
from gateway.errors import PreviewChangedError
from gateway.model.decision import Approval
from gateway.model.mirror import MessageView
from gateway.model.people import Person
from gateway.model.request import DisclosureRequest
from gateway.pipeline.release import Draft


def nonce_of(seed: bytes, request: DisclosureRequest, by: Person, approval: Approval) -> bytes:
    """Return the nonce of what leaves of a request under one approval: the same at every look with the same seed."""
    return derive_nonce(seed, approval=approval.value, requester=by.id, key=request.idempotency_key)


def messages_of(drafts: Collection[Draft]) -> tuple[MessageView, ...]:
    """Return what each recipient would read, what leaves at once first."""
    return tuple(
        MessageView(
            draft.approval,
            draft.payload.approval_digest,
            draft.contents(),
            draft.payload.recipient_key_id,
            draft.payload.bundle,
        )
        for draft in sorted(drafts, key=lambda draft: draft.approval.before_release)
    )


def refuse_changed(drafts: Collection[Draft], expected: Collection[str] | None, *, urgent: bool) -> None:
    """Refuse when what would be sealed now is not what was shown; what is urgent is not stopped for that.

    An urgent hand-over goes on, because a key renewed or a midnight passed between two clicks must not keep a signal of
    exploitation from AVIM. Whoever asked compares the digests of the answer, and is told.

    :raises PreviewChangedError: policy, agreement, key, facts or a hold changed in between. Nothing was stored.
    """
    if expected is None or urgent:
        return
    if {draft.payload.approval_digest for draft in drafts} != set(expected):
        raise PreviewChangedError(
            "what would leave is no longer what was shown", hint="look at the preview again, then decide"
        )
