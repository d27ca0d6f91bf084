"""Revokes a partner's keys at once: stolen, lost, or no longer theirs. One officer or operator is enough.

In one transaction: the keys count no more, what was sealed to them and was not fetched is voided, whoever holds a token
of the partner must sign in again, and the log says so. Nobody here can open a message to seal it anew, so the team
submits the request again; and what is urgent is handed over by phone, which is told plainly.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import replace

from gateway.approve.duties import KEY_REVOKED
from gateway.errors import InvalidRequestError, NotFoundError
from gateway.model.affairs import Stopped
from gateway.model.notices import MessageKind
from gateway.model.terms import Json
from gateway.model.views import PartState
from gateway.pipeline.enrol import LONG_AGO, record_key, stored
from gateway.pipeline.recall import withdraw_message
from gateway.pipeline.tools import Tools, keys_at
from gateway.store.ports import Unit
from gateway.store.records import Judgement, StoredKey, StoredPart


def revoke_keys(
    tools: Tools, partner_id: str, *, kids: Sequence[str] | None = None, by: str, at: dt.datetime
) -> Stopped:
    """Let these keys of a partner count no more, or all that count; raise its requests that must be made again.

    :raises UnknownPartnerError: partners.yaml has no such partner.
    :raises NotFoundError: the partner has no such key.
    :raises InvalidRequestError: none of the keys counts (any more).
    """
    partner = tools.partner(partner_id)

    def commit(unit: Unit) -> Stopped:
        known = {key.kid: key for key in unit.partner_keys.of_partner(partner_id)}
        on_file = {key.kid: stored(key, partner_id, 0, since=LONG_AGO) for key in partner.keys}
        theirs = {**on_file, **known}
        counting = [key.kid for key in keys_at(unit, partner, at)]
        wanted = counting if kids is None else list(dict.fromkeys(kids))
        if not set(wanted) <= set(theirs):
            raise NotFoundError("this partner has no such key", hint="`gateway partners list` shows its keys")
        # One that ended by itself is revoked as well: what was sealed to it may still lie there.
        going = [theirs[kid] for kid in wanted if theirs[kid].revoked is None]
        if not going:
            raise InvalidRequestError("no key of this partner counts, so none was revoked", hint="nothing was changed")
        detail: dict[str, Json] = {
            "kind": "key",
            "use": "partner",
            "partner": partner_id,
            "kids": [key.kid for key in going],
            "by": by,
            "at": at.isoformat(timespec="seconds"),
        }
        index = record_key(tools, unit, "revoked", detail, at)
        for key in going:
            if key.kid not in known:
                unit.partner_keys.add(replace(key, leaf_index=index))
            unit.partner_keys.revoke(key.kid, at)
        unit.door.forget_tokens_of(partner_id)
        return replace(_void(tools, unit, going, by, at), leaf_index=index)

    return tools.store.write(commit)


def _void(tools: Tools, unit: Unit, revoked: Sequence[StoredKey], by: str, at: dt.datetime) -> Stopped:
    """Void what was sealed to these keys and not fetched; return the requests by what must be done about them."""
    kids = {key.kid for key in revoked if key.use == "enc"}
    again, urgent, recalls = list[str](), list[str](), list[str]()
    for row in unit.outbox.of_partner(revoked[0].partner):
        if row.state is not PartState.RELEASED:
            continue
        _, detail, _ = tools.recorder.read(unit, row.leaf_index)
        if detail["recipient_key"] not in kids:
            continue
        part = unit.disclosures.part(row.part_id)
        _stop(tools, unit, part, by, at)
        if part.kind is MessageKind.RECALL:
            recalls.append(part.disclosure_id)
        elif tools.is_urgent(str(detail["ground"])):
            urgent.append(part.disclosure_id)
        else:
            again.append(part.disclosure_id)
    return Stopped(
        tuple(key.kid for key in revoked),
        again=tuple(dict.fromkeys(again)),
        urgent=tuple(dict.fromkeys(urgent)),
        recalls=tuple(dict.fromkeys(recalls)),
        leaf_index=revoked[0].leaf_index,
    )


def _stop(tools: Tools, unit: Unit, part: StoredPart, by: str, at: dt.datetime) -> None:
    disclosure = unit.disclosures.get(part.disclosure_id)
    index = withdraw_message(tools, unit, disclosure, part, reason=KEY_REVOKED, prev=None, at=at)
    if part.kind is not MessageKind.RECALL:  # what was recalled must not be sent again
        unit.disclosures.add_judgement(Judgement(part.id, by, KEY_REVOKED, part.digest, at, index))
