"""Requests that somebody is still typing: sealed, found back by their owner alone, and gone after a day or when sent.

Each draft has a key of its own that stands, wrapped, in its row and nowhere else: when the row is deleted, nothing can
open what was typed. A draft is no entry of the log: nothing was decided and nothing can leave.
"""

import datetime as dt
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from gateway.crypto.canonical import canonical
from gateway.crypto.casebox import open_apart, seal_apart, seal_box, unwrap
from gateway.decide.table import conditions
from gateway.errors import CannotOpenError, InvalidRequestError, NotFoundError
from gateway.intake.schema import check_part
from gateway.intake.screening import SCREENED, screen
from gateway.intake.values import address
from gateway.model.calendar import local_day
from gateway.model.draft import SEED, DraftContent, KeptDraft
from gateway.model.people import Person
from gateway.model.request import Subject
from gateway.model.terms import Json, Truth
from gateway.pipeline.desk import look_for
from gateway.pipeline.tools import Tools
from gateway.pipeline.watch import circumstances, watch
from gateway.store.draft_ports import StoredDraft
from gateway.store.ports import Unit

KEPT = dt.timedelta(hours=24)
DWELLING, OWNED = "dwelling_address", "owned_by_recipient"
SCREENED_FAULT = "holds what may not stand in a text"

Change = Callable[[DraftContent], DraftContent]


class DraftDesk:
    """What a person does with drafts (`gateway.web.request.desk.DraftDesk`). Another's draft is not found."""

    def __init__(self, tools: Tools, *, kept: dt.timedelta = KEPT) -> None:
        """Work with finished tools; a draft is kept for this long after it was begun."""
        self._tools = tools
        self._kept = kept

    def begin(self, recipient: str, ground: str, purpose: str, roles: Sequence[str], by: Person) -> str:
        """Begin a draft; return its id, which is random and says nothing."""
        content = DraftContent(
            recipient, ground, purpose, tuple(roles), key=secrets.token_urlsafe(16), seed=secrets.token_bytes(SEED)
        )
        draft_id, now = secrets.token_hex(16), self._tools.clock()
        kek, aad = self._tools.lookup.draft_key(), _aad(draft_id, by.id)
        wrapped, box = seal_apart(canonical(content.to_json()), kek=kek, aad=aad)
        stored = StoredDraft(draft_id, by.id, ground, wrapped, box, now, now + self._kept)
        self._tools.store.write(lambda unit: unit.drafts.add(stored))
        return draft_id

    def find(self, draft_id: str, by: Person) -> KeptDraft:
        """Return a person's own draft.

        :raises NotFoundError: there is none, it is over, or it is another's.
        """
        look_for(draft_id)
        with self._tools.store.read() as unit:
            return self._open(self._own(unit, draft_id, by))

    def mine(self, by: Person) -> Sequence[KeptDraft]:
        """Return a person's own drafts, oldest first. One that was altered is left out: it must not hide the others."""
        with self._tools.store.read() as unit:
            found = unit.drafts.of_owner(by.id, now=self._tools.clock())
        drafts = []
        for stored in found:
            with suppress(CannotOpenError):
                drafts.append(self._open(stored))
        return drafts

    def save(self, draft_id: str, change: Change, by: Person) -> KeptDraft:
        """Change a person's own draft, in one transaction: two pages sent at once lose nothing of each other.

        :raises NotFoundError: there is none, it is over, or it is another's.
        """
        look_for(draft_id)

        def commit(unit: Unit) -> KeptDraft:
            stored = self._own(unit, draft_id, by)
            kept = self._open(stored)
            content = change(kept.content)
            kek, aad = self._tools.lookup.draft_key(), _aad(stored.id, stored.owner)
            key = unwrap(stored.wrapped, kek=kek, aad=aad)
            box = seal_box(canonical(content.to_json()), key=key, aad=aad)
            unit.drafts.change(draft_id, owner=by.id, ground=content.ground, box=box)
            return KeptDraft(kept.id, content, kept.created, kept.expires)

        return self._tools.store.write(commit)

    def drop(self, draft_id: str, by: Person) -> None:
        """Delete a person's own draft, which then counts as abandoned; one that is gone already is no error."""
        look_for(draft_id)

        def commit(unit: Unit) -> None:
            gone = unit.drafts.remove(draft_id, owner=by.id)
            if gone is not None:
                unit.drafts.count_abandoned(gone.month, gone.ground)

        self._tools.store.write(commit)

    def submitted(self, draft_id: str, by: Person) -> None:
        """Delete a draft of which a request came.

        It comes after the request is durable. When the process dies in between, the draft stays, and submitting it
        again finds the same request by its idempotency key.
        """
        look_for(draft_id)
        self._tools.store.write(lambda unit: unit.drafts.remove(draft_id, owner=by.id))

    def faults(
        self, case_ref: str | None, facts: Mapping[str, Json], data: Mapping[str, Json], ownership: Json = None
    ) -> dict[str, str]:
        """Return what is wrong with a part of a request about one subject, by its path in the whole."""
        words = self._tools.policy.bundle.vocabulary
        found = check_part(case_ref, facts, data, words, ownership=ownership, today=local_day(self._tools.clock()))
        for name, value in data.items():
            field = words.fields.get(name)
            if field is not None and field.type in SCREENED and isinstance(value, str) and screen(value):
                found.setdefault(f"subjects.0.data.{name}", SCREENED_FAULT)
        return found

    def owned(self, content: DraftContent, dwelling: Json) -> Truth | None:
        """Say whether this dwelling is the recipient's; None when that decides nothing, or it is no address.

        It looks at this recipient's dwellings only, so it tells nothing about anybody else's.
        """
        tools, at = self._tools, self._tools.clock()
        partner, policy = tools.partner(content.recipient), tools.policy
        edition = policy.bundle.on(at.date())
        asked = any(
            name == OWNED
            for role in set(content.roles)
            for row in policy.rows_in_force(recipient=partner.kind, ground=content.ground, role=role, on=at.date())
            for name, _ in conditions(row, edition.require)
        )
        if not asked:
            return None
        try:
            subject = Subject("s1", content.roles[0], {}, {DWELLING: address(dwelling)}, {})
        except InvalidRequestError:
            return None
        with tools.store.read() as unit:
            return circumstances(
                unit,
                watch(subject, bundle=policy.bundle, lookup=tools.lookup),
                bundle=policy.bundle,
                partner=partner,
                case_tag="",
                ground=content.ground,
                purpose=content.purpose,
                at=at,
            ).owned_by_recipient

    def _own(self, unit: Unit, draft_id: str, by: Person) -> StoredDraft:
        stored = unit.drafts.get(draft_id, owner=by.id, now=self._tools.clock())
        if stored is None:
            raise NotFoundError("there is no such draft", hint="it was sent, deleted or kept for its time: begin again")
        return stored

    def _open(self, stored: StoredDraft) -> KeptDraft:
        kek, aad = self._tools.lookup.draft_key(), _aad(stored.id, stored.owner)
        told = open_apart(stored.wrapped, stored.box, kek=kek, aad=aad)
        return KeptDraft(stored.id, DraftContent.from_json(json.loads(told)), stored.created_at, stored.expires)


def _aad(draft_id: str, owner: str) -> bytes:
    # Bound to its place and person, so that nobody's draft can be put in another's row.
    return canonical(["draft/v1", draft_id, owner])
