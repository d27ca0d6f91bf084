"""Takes in a partner's new keys. They count once two different people confirmed the number that the partner read out.

    begin (its request is read, a challenge goes back) -> confirm -> confirm by somebody else -> the keys count

The new keys stand first from then on. The old ones count for as long as a message to them may be opened, so that
nothing under way is lost; two keys for each use count at one moment, no more. Each step is an entry of the log.
"""

import datetime as dt
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from gateway.approve.enrolments import NEEDED, OFFICERS, may_confirm
from gateway.crypto.canonical import canonical
from gateway.crypto.enrolment import (
    Challenge,
    EnrolmentRequest,
    fingerprint,
    is_right,
    key_set,
    make_challenge,
    new_secret,
    proof_of,
    read_request,
)
from gateway.crypto.jwk import parse_jwks
from gateway.errors import DuplicateRequestError, InvalidRequestError, NotPermittedError, SignatureInvalidError
from gateway.log.recorder import Entry
from gateway.model.affairs import PendingEnrolment
from gateway.model.leaf import LeafType
from gateway.model.partner import PublicKey
from gateway.model.people import Person
from gateway.model.terms import Json
from gateway.pipeline.tools import Tools, keys_at
from gateway.store.ports import Unit
from gateway.store.records import Confirmation, EnrolmentState, StoredEnrolment, StoredKey

REQUESTED, CONFIRMED, ENROLLED, REFUSED = "requested", "confirmed", "enrolled", "refused"
OLDEST = dt.timedelta(days=14)
"""How long ago a request may have been made, and how long an enrolment may wait."""
AHEAD = dt.timedelta(minutes=5)  # how far a partner's clock may run ahead
LONG_AGO = dt.datetime(1970, 1, 1, tzinfo=dt.UTC)  # since when a key of a demo's file counts


@dataclass(frozen=True, slots=True)
class Begun:
    """An enrolment that waits for two people, and the challenge to send to the partner."""

    id: str
    partner_id: str
    challenge: bytes
    leaf_index: int


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What a confirmation did. `counts`: it was the second one, so the keys count from now on."""

    partner_id: str
    counts: bool
    leaf_index: int


def begin_enrolment(
    tools: Tools, token: str, *, issuer_keys: Sequence[PublicKey], gateway: str, by: str, at: dt.datetime
) -> Begun:
    """Read a partner's request, keep its keys apart, and return the challenge for it. Nothing is sealed to them yet.

    :raises SignatureInvalidError: the request is not of the agreed form, altered, too old, or dated ahead.
    :raises KeyUnavailableError: a key in it may not be used, or is not one for the partner's profile.
    :raises UnknownPartnerError: partners.yaml has no such partner.
    :raises DuplicateRequestError: the request was taken before, or somebody ever enrolled one of its keys.
    """
    request = read_request(token.strip())
    partner = tools.partner(request.partner_id)
    if not at - OLDEST < request.at <= at + AHEAD:
        raise SignatureInvalidError(
            "the enrolment request was made more than 14 days ago, or is dated ahead",
            hint="let the partner look at its clock, and make new keys with `gateway partner keygen`",
        )
    secret = new_secret()
    challenge = make_challenge(
        request,
        secret=secret,
        profile=partner.profile,
        issuer=tools.issuer,
        issuer_key=tools.issuer_key,
        issuer_keys=issuer_keys,
        gateway=gateway,
    )
    told = Challenge(request.digest, secret, tools.issuer, gateway, tuple(issuer_keys))
    enrolment_id = secrets.token_hex(16)

    def commit(unit: Unit) -> int:
        _refuse_known(tools, unit, request)
        index = _record(tools, unit, REQUESTED, partner.id, enrolment_id, _kids(request), by, at)
        unit.enrolments.add(
            StoredEnrolment(
                id=enrolment_id,
                partner=partner.id,
                digest=request.digest,
                keys=key_set(request),
                proof=proof_of(fingerprint(request, told)),
                state=EnrolmentState.PENDING,
                at=at,
                leaf_index=index,
            )
        )
        return index

    return Begun(enrolment_id, partner.id, challenge, tools.store.write(commit))


def _kids(request: EnrolmentRequest) -> list[str]:
    return [request.encryption.kid, request.signing.kid]


def _refuse_known(tools: Tools, unit: Unit, request: EnrolmentRequest) -> None:
    on_file = {key.kid for partner in tools.partners.values() for key in partner.keys}
    for kid in _kids(request):
        if kid in on_file or unit.partner_keys.get(kid) is not None:
            raise DuplicateRequestError(
                "a key in this request was enrolled before, by this partner or another",
                hint="every enrolment has new keys: let the partner run `gateway partner keygen` again",
            )


def confirm_enrolment(tools: Tools, enrolment_id: str, number: str, by: Person, at: dt.datetime) -> Confirmed:
    """Keep this person's word that the partner read out this number; with the second one's the keys count.

    :raises NotPermittedError: this person may not, or confirmed it already.
    :raises InvalidRequestError: it is not the number.
    :raises DuplicateRequestError: the enrolment no longer waits, or a key may not be enrolled any more.
    """

    def commit(unit: Unit) -> Confirmed:
        enrolment = _waiting(unit, enrolment_id, at)
        given = unit.enrolments.confirmations(enrolment_id)
        reason = may_confirm(given, by)
        if reason is not None:
            raise NotPermittedError(reason.en, hint="the privacy officer and the manager both confirm, each alone")
        if not is_right(number, enrolment.proof):
            raise InvalidRequestError(
                "this is not the number that belongs to these keys",
                hint="let the partner read it out again; if it stays wrong, refuse the enrolment and tell the FG: "
                "the keys may be somebody else's",
                fields={"number": "wrong"},
            )
        keys = parse_jwks(enrolment.keys.encode())
        kids = [key.kid for key in keys]
        index = _record(tools, unit, CONFIRMED, enrolment.partner, enrolment_id, kids, by.id, at)
        unit.enrolments.confirm(Confirmation(enrolment_id, by.id, at, index))
        if len(given) + 1 < NEEDED:
            return Confirmed(enrolment.partner, counts=False, leaf_index=index)
        unit.enrolments.change_state(enrolment_id, EnrolmentState.CONFIRMED)
        both = [*(confirmation.person for confirmation in given), by.id]
        index = _record(tools, unit, ENROLLED, enrolment.partner, enrolment_id, kids, " ".join(both), at, prev=index)
        _let_count(tools, unit, enrolment.partner, keys, index, at)
        return Confirmed(enrolment.partner, counts=True, leaf_index=index)

    return tools.store.write(commit)


def refuse_enrolment(tools: Tools, enrolment_id: str, by: Person, at: dt.datetime) -> int:
    """Throw new keys away before they count; return the entry's index. One officer is enough.

    :raises NotPermittedError: this person may not.
    :raises DuplicateRequestError: the enrolment no longer waits.
    """
    if not by.has(*OFFICERS):
        raise NotPermittedError("your role may not do this", hint="ask the privacy officer or the manager")

    def commit(unit: Unit) -> int:
        enrolment = unit.enrolments.get(enrolment_id)
        unit.enrolments.change_state(enrolment_id, EnrolmentState.REFUSED)
        kids = [key.kid for key in parse_jwks(enrolment.keys.encode())]
        return _record(tools, unit, REFUSED, enrolment.partner, enrolment_id, kids, by.id, at)

    return tools.store.write(commit)


def pending(unit: Unit, by: Person, at: dt.datetime) -> Sequence[PendingEnrolment]:
    """Return the enrolments that wait and are not too old, oldest first."""
    found = []
    for enrolment in unit.enrolments.pending():
        if at < enrolment.at + OLDEST:
            given = unit.enrolments.confirmations(enrolment.id)
            found.append(
                PendingEnrolment(
                    id=enrolment.id,
                    partner_id=enrolment.partner,
                    kids=tuple(key.kid for key in parse_jwks(enrolment.keys.encode())),
                    at=enrolment.at,
                    until=enrolment.at + OLDEST,
                    confirmed_by=tuple(confirmation.person for confirmation in given),
                    may_confirm=may_confirm(given, by) is None,
                )
            )
    return found


def _waiting(unit: Unit, enrolment_id: str, at: dt.datetime) -> StoredEnrolment:
    enrolment = unit.enrolments.get(enrolment_id)
    if enrolment.state is not EnrolmentState.PENDING or at >= enrolment.at + OLDEST:
        raise DuplicateRequestError(
            "this enrolment no longer waits", hint="look at the list again; after 14 days the partner makes new keys"
        )
    return enrolment


def _let_count(
    tools: Tools, unit: Unit, partner_id: str, keys: Sequence[PublicKey], leaf_index: int, at: dt.datetime
) -> None:
    """Put new keys first, and let the ones before them end when what was sealed to them can no longer be opened."""
    partner, ends = tools.partner(partner_id), at + tools.lifetime
    for old in keys_at(unit, partner, at):
        known = unit.partner_keys.get(old.kid)
        if known is None:  # of a demo's file
            unit.partner_keys.add(stored(old, partner_id, leaf_index, since=LONG_AGO))
        elif known.until is not None:
            raise DuplicateRequestError(
                f"two keys of this partner count already, one of them until {known.until:%Y-%m-%d}",
                hint="confirm it after that day, or revoke the older keys first: `gateway partners revoke`",
            )
        unit.partner_keys.end(old.kid, ends)
    for key in keys:
        unit.partner_keys.add(stored(key, partner_id, leaf_index, since=at))


def stored(key: PublicKey, partner_id: str, leaf_index: int, *, since: dt.datetime) -> StoredKey:
    """Return a key as the store keeps it, without an end."""
    return StoredKey(
        kid=key.kid,
        partner=partner_id,
        use=key.use,
        jwk=canonical(json.loads(json.dumps(dict(key.jwk)))).decode(),
        since=since,
        until=None,
        revoked=None,
        leaf_index=leaf_index,
    )


def _record(
    tools: Tools,
    unit: Unit,
    outcome: str,
    partner_id: str,
    enrolment_id: str,
    kids: Sequence[str],
    by: str,
    at: dt.datetime,
    prev: int | None = None,
) -> int:
    detail: dict[str, Json] = {
        "kind": "key",
        "use": "partner",
        "partner": partner_id,
        "enrolment": enrolment_id,
        "kids": list[Json](kids),
        "by": by,
        "at": at.isoformat(timespec="seconds"),
    }
    return record_key(tools, unit, outcome, detail, at, prev=prev)


def record_key(
    tools: Tools, unit: Unit, outcome: str, detail: dict[str, Json], at: dt.datetime, *, prev: int | None = None
) -> int:
    """Write an entry about a partner's key; which partner stands in the encrypted detail only."""
    case_id, case_key = tools.recorder.case(unit, tag=tools.lookup.own_affairs())
    entry = Entry(LeafType.KEY, outcome, tools.policy.bundle.digest, detail, prev=prev)
    return tools.recorder.record(unit, entry, case_id=case_id, case_key=case_key, at=at)
