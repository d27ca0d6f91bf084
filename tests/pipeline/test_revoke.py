"""A revoked key counts no more from then on: for sealing, for what waits in the queue, for receipts and tokens."""

import datetime as dt
import json
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway
from gateway.crypto.jwk import generate_key
from gateway.crypto.key_kinds import HPKE_9_KE
from gateway.crypto.receipts import ReceiptState, make_receipt
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import (
    DuplicateRequestError,
    InvalidRequestError,
    KeyUnavailableError,
    NotFoundError,
    ReceiptInvalidError,
    UnknownPartnerError,
)
from gateway.log.leaf import decode
from gateway.model.tokens import AccessGrant, Binding
from gateway.model.views import PartState
from gateway.pipeline.enrol import begin_enrolment
from gateway.pipeline.revoke import revoke_keys
from tests.conftest import NOON
from tests.databases import on_both
from tests.pipeline.newcomer import ADDRESS, Newcomer, issuer_keys, keys_on_file, kids_of

SANNE, BRAM = DEMO_PEOPLE[:2]
WHO = "dudok-wonen"


def queue(gateway: Gateway, number: int) -> tuple[str, str]:
    """Have a message sealed for the partner; return the request's and the message's id."""
    view = gateway.team.submit(json.dumps(cases.landlord(NOON.date(), number)).encode(), SANNE)
    seen = gateway.team.follow(view.id, BRAM).parts[0]
    message = gateway.team.approve(view.id, seen.id, seen.digest, BRAM).parts[0].message_id
    assert message is not None
    return view.id, message


def urgent(gateway: Gateway, number: int) -> tuple[str, str]:
    """Have an urgent message sealed for AVIM."""
    view = gateway.team.submit(json.dumps(cases.urgent(NOON.date(), number, "protect_victim")).encode(), SANNE)
    message = view.parts[0].message_id
    assert message is not None
    return view.id, message


@on_both
@pytest.mark.control("DPIA-10")
def test_what_was_sealed_to_a_revoked_key_is_not_handed_over(gateway: Gateway) -> None:
    """It looks as if it had never been there, to whoever asks; the team sees that it must be sent again."""
    request, message = queue(gateway, 1)
    other = urgent(gateway, 2)
    start = gateway.team.log_summary().entries
    done = revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)
    assert (done.again, done.urgent) == ((request,), ())
    assert [line.type for line in gateway.team.log_entries(start, 1000)] == ["key", "recall"]
    with pytest.raises(NotFoundError) as refused:
        gateway.partners.envelope(WHO, message, now=NOON)
    with pytest.raises(NotFoundError) as absent:
        gateway.partners.envelope(WHO, "0" * 32, now=NOON)
    assert (refused.value.message, refused.value.hint) == (absent.value.message, absent.value.hint)
    assert gateway.partners.inbox(WHO, now=NOON) == []
    part = gateway.team.follow(request, SANNE).parts[0]
    assert (part.state, part.send_again) == (PartState.VOIDED, True)
    assert gateway.partners.envelope("avim", other[1], now=NOON).message


def test_what_was_fetched_before_cannot_be_fetched_again(gateway: Gateway) -> None:
    """Whoever has the key now must not get it; it was delivered, and stays so."""
    request, message = queue(gateway, 1)
    gateway.partners.envelope(WHO, message, now=NOON)
    done = revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)
    assert done.again == ()
    with pytest.raises(NotFoundError):
        gateway.partners.envelope(WHO, message, now=NOON)
    part = gateway.team.follow(request, SANNE).parts[0]
    assert (part.state, part.send_again) == (PartState.DELIVERED, False)


def test_an_urgent_message_that_is_stopped_is_named_for_the_telephone(gateway: Gateway) -> None:
    """Nobody here can seal it anew: a new request works once a key counts."""
    request, _ = urgent(gateway, 1)
    done = revoke_keys(gateway.tools, "avim", by="os:test", at=NOON)
    assert (done.again, done.urgent) == ((), (request,))
    with pytest.raises(KeyUnavailableError, match="no key that counts"):
        urgent(gateway, 2)
    new = Newcomer(gateway, "avim", enc=generate_key(HPKE_9_KE))
    new.enrol()
    _, message = urgent(gateway, 3)
    assert gateway.partners.envelope("avim", message, now=NOON).message


def test_nothing_is_sealed_to_a_key_that_is_revoked_meanwhile(gateway: Gateway) -> None:
    """What was decided and sealed before, and is committed after, is decided again."""
    view = gateway.team.submit(json.dumps(cases.landlord(NOON.date(), 1)).encode(), SANNE)
    seen = gateway.team.follow(view.id, BRAM).parts[0]
    Newcomer(gateway, WHO).enrol()
    with pytest.raises(DuplicateRequestError):
        gateway.team.approve(view.id, seen.id, seen.digest, BRAM)
    revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)
    seen = gateway.team.follow(view.id, BRAM).parts[0]
    assert (seen.state, seen.contents) == (PartState.WAITING, None)
    with pytest.raises(KeyUnavailableError):
        gateway.team.approve(view.id, seen.id, seen.digest, BRAM)
    Newcomer(gateway, WHO).enrol()
    assert gateway.team.follow(view.id, BRAM).parts[0].contents is not None


def test_a_receipt_by_a_revoked_key_proves_nothing(gateway: Gateway) -> None:
    """Also when the message was fetched before; the new key's receipt is taken."""
    _, message = queue(gateway, 1)
    digest = decode(gateway.partners.envelope(WHO, message, now=NOON).leaf).payload
    assert digest is not None
    old, new = keys_on_file(gateway, WHO)["sig"], Newcomer(gateway, WHO)
    revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)
    new.enrol()

    def receipt(newest: bool) -> str:
        return make_receipt(
            key=new.sig if newest else old,
            partner_id=WHO,
            audience=gateway.settings.issuer,
            message_id=message,
            payload_digest=digest,
            state=ReceiptState.OPENED,
            at=NOON,
        )

    with pytest.raises(ReceiptInvalidError):
        gateway.partners.acknowledge(WHO, message, receipt(newest=False), now=NOON)
    gateway.partners.acknowledge(WHO, message, receipt(newest=True), now=NOON)


def test_a_token_of_before_the_revocation_opens_nothing(gateway: Gateway) -> None:
    """Whoever holds it signs in again, with a key that counts; other partners keep theirs."""
    later = NOON + dt.timedelta(minutes=10)
    for owner in (WHO, "avim"):
        grant = AccessGrant(owner, frozenset({"inbox"}), Binding.DPOP, "thumbprint", later)
        assert gateway.partners.store_token(f"sha256:{owner}", grant, signers=kids_of(gateway, owner))
    revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)
    assert gateway.partners.token_grant(f"sha256:{WHO}", now=NOON) is None
    assert gateway.partners.token_grant("sha256:avim", now=NOON) is not None


def test_a_token_asked_for_before_the_revocation_is_not_kept_after_it(gateway: Gateway) -> None:
    """The assertion was good when it was verified; what comes of it is compared again when it is kept."""
    signers = kids_of(gateway, WHO)
    grant = AccessGrant(WHO, frozenset({"inbox"}), Binding.DPOP, "thumbprint", NOON + dt.timedelta(minutes=10))
    revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)
    assert not gateway.partners.store_token("sha256:late", grant, signers=signers)
    assert gateway.partners.token_grant("sha256:late", now=NOON) is None


def test_a_recall_that_nobody_can_read_now_goes_by_telephone(gateway: Gateway) -> None:
    """The data are there, and the message that asks to destroy them is not: that is no request to make again."""
    view = gateway.team.submit(json.dumps(cases.urgent(NOON.date(), 1, "protect_victim")).encode(), SANNE)
    part = view.parts[0]
    assert part.message_id is not None
    gateway.partners.envelope("avim", part.message_id, now=NOON)
    gateway.team.review(view.id, part.id, False, BRAM)
    assert len(gateway.partners.inbox("avim", now=NOON)) == 2
    done = revoke_keys(gateway.tools, "avim", by="os:test", at=NOON)
    assert (done.recalls, done.again, done.urgent) == ((view.id,), (), ())
    assert not any(seen.send_again for seen in gateway.team.follow(view.id, SANNE).parts)


def test_one_key_of_two_is_revoked_and_the_other_goes_on(gateway: Gateway) -> None:
    """The old key is stolen in the overlap: what was sealed to the new one stays."""
    _, old_message = queue(gateway, 1)
    old, new = keys_on_file(gateway, WHO), Newcomer(gateway, WHO)
    new.enrol()
    _, message = queue(gateway, 2)
    done = revoke_keys(gateway.tools, WHO, kids=[old["enc"].kid, old["sig"].kid], by="os:test", at=NOON)
    assert len(done.again) == 1
    assert set(kids_of(gateway, WHO)) == {new.enc.kid, new.sig.kid}
    assert gateway.partners.envelope(WHO, message, now=NOON).message
    with pytest.raises(NotFoundError):
        gateway.partners.envelope(WHO, old_message, now=NOON)


def test_a_revoked_key_is_never_enrolled_again(gateway: Gateway) -> None:
    """Whoever stole it has it for good."""
    new = Newcomer(gateway, WHO)
    new.enrol()
    revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)
    again = replace(new, sig=Newcomer(gateway, WHO).sig)
    with pytest.raises(DuplicateRequestError):
        begin_enrolment(
            gateway.tools, again.request(), issuer_keys=issuer_keys(gateway), gateway=ADDRESS, by="os:test", at=NOON
        )


def test_what_is_not_there_cannot_be_revoked(gateway: Gateway) -> None:
    """Another partner's key, an unknown partner, and a second time."""
    foreign = keys_on_file(gateway, "avim")["enc"].kid
    with pytest.raises(NotFoundError):
        revoke_keys(gateway.tools, WHO, kids=[foreign], by="os:test", at=NOON)
    with pytest.raises(UnknownPartnerError):
        revoke_keys(gateway.tools, "nobody-here", by="os:test", at=NOON)
    revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)
    with pytest.raises(InvalidRequestError):
        revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)


def test_the_log_says_that_a_key_was_revoked_and_only_its_detail_whose(gateway: Gateway) -> None:
    """The leaf names nobody."""
    done = revoke_keys(gateway.tools, WHO, by="os:test", at=NOON)
    with gateway.tools.store.read() as unit:
        leaf, detail, _ = gateway.tools.recorder.read(unit, done.leaf_index)
    assert (leaf.outcome, leaf.recipient, leaf.payload) == ("revoked", None, None)
    assert (detail["partner"], detail["kids"]) == (WHO, list(done.kids))
