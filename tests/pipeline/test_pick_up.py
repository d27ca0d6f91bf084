"""A link opens once, for who has its code, in time; everything else is one answer. Decision 0018."""

import datetime as dt
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway
from gateway.crypto.one_time import LinkProfile, OneTimeKey, sign_not_for_us
from gateway.crypto.receipts import ReceiptState
from gateway.errors import CannotOpenError, DuplicateRequestError, NotFoundError, NotPermittedError
from gateway.log.envelope import Envelope
from gateway.model.pickup import SECRET_KEPT, LinkState
from gateway.model.terms import items, members
from gateway.model.views import PartState
from gateway.pipeline import hand_over
from gateway.pipeline.links import OPENS, WRONG_CODES
from gateway.pipeline.pick_up import AGAIN, acknowledge_link, answer_not_for_us
from gateway.pipeline.recall import withdraw_message
from gateway.store.ports import Unit
from tests.conftest import SetClock
from tests.pipeline.a_link import BRAM, LIBRARY, MERYEM, PHONE, SANNE, Sent, other

SECOND = dt.timedelta(seconds=1)


@pytest.fixture
def sent(gateway: Gateway) -> Sent:
    """Return a released message for a private landlord."""
    return Sent(gateway)


def refusal(sent: Sent, key: OneTimeKey, code: str, browser: str = PHONE) -> tuple[str, str]:
    """Try to open; return the refusal's words."""
    with pytest.raises(NotFoundError) as caught:
        sent.open(key, code, browser)
    return caught.value.message, caught.value.hint


def test_every_refusal_has_the_same_words(sent: Sent, clock: SetClock) -> None:
    """Unknown, wrong, without a code, closed, opened, expired, recalled: nobody can tell which."""
    told = {refusal(sent, OneTimeKey.generate(), "12345678")}
    key = sent.letter()
    told.add(refusal(sent, key, "12345678"))  # there is no code yet
    code = sent.code()
    told.add(refusal(sent, key, other(code)))
    sent.open(key, code)
    told.add(refusal(sent, key, code, LIBRARY))
    clock.now += OPENS
    told.add(refusal(sent, key, code))
    assert len(told) == 1


def test_the_right_code_opens_what_only_the_link_can_read(sent: Sent) -> None:
    """The claims are those of every message, bound to the one-time key."""
    key = sent.letter()
    found = sent.open(key, sent.code())
    claims = sent.read(key, found)
    assert claims["rkid"] == key.signing.kid
    assert claims["aud"] == found.recipient == "verhuurder-1"
    assert members(members(items(claims["subjects"])[0])["data"])["finding_code"] == "GEB-1"
    with pytest.raises(CannotOpenError):
        LinkProfile(OneTimeKey.generate()).decrypt(found.message, key=key.signing)


def test_what_the_approver_saw_is_what_is_sealed_though_its_key_is_made_later(sent: Sent) -> None:
    """The approval digest has the words one-time-key, and stands in the message."""
    key = sent.letter()
    assert sent.read(key, sent.open(key, sent.code()))["approval_digest"] == sent.part().digest


def test_the_letter_is_made_once_and_by_the_requester_alone(sent: Sent) -> None:
    """A second letter would be a second key to the same message."""
    for person in (BRAM, MERYEM):
        with pytest.raises(NotPermittedError):
            sent.gateway.team.make_link(sent.id, sent.part_id, person)
        with pytest.raises(NotPermittedError):
            sent.gateway.team.make_code(sent.id, sent.part_id, person)
    sent.letter()
    with pytest.raises(DuplicateRequestError):
        sent.letter()


def test_after_the_letter_the_database_has_nothing_that_opens_the_message(sent: Sent) -> None:
    """The secret's box is gone, and what stays is a public key and keyed hashes."""
    key = sent.letter()
    with sent.tools.store.read() as unit:
        kept = unit.pickups.of_message(str(sent.part().message_id))
    assert kept is not None
    assert kept.secret is None
    for hidden in (key.fragment, key.secret.hex(), key.content.hex(), key.signing.secret["d"], key.id):
        assert hidden not in repr(kept)


def test_a_letter_that_is_not_made_in_time_is_never_made(sent: Sent, clock: SetClock) -> None:
    """After five days the secret does not wait any longer, and the next letter's commit destroys it."""
    clock.now += SECRET_KEPT
    assert sent.link().state is LinkState.LOST
    with pytest.raises(DuplicateRequestError):
        sent.letter()
    newer = Sent(sent.gateway, 302)
    newer.letter()
    with sent.tools.store.read() as unit:
        kept = unit.pickups.of_message(str(sent.part().message_id))
    assert kept is not None
    assert kept.secret is None


def test_five_wrong_codes_close_it_whatever_code_comes_after(sent: Sent) -> None:
    """Also a new code opens a closed link no more; the log says once that it was closed."""
    key, code = sent.letter(), sent.code()
    for _ in range(WRONG_CODES):
        refusal(sent, key, other(code))
    assert sent.link().state is LinkState.CLOSED
    refusal(sent, key, code)
    refusal(sent, key, other(code))
    with pytest.raises(DuplicateRequestError):
        sent.code()
    assert outcomes(sent).count("link_closed") == 1


def test_four_wrong_codes_at_once_and_it_still_opens(sent: Sent) -> None:
    """One try less than the limit is no limit yet."""
    key, code = sent.letter(), sent.code()
    tried = at_once(sent, key, [other(code)] * (WRONG_CODES - 1))
    assert tried == [None] * (WRONG_CODES - 1)
    assert sent.link().tries_left == 1
    sent.open(key, code)


def test_many_codes_at_once_are_five_tries(sent: Sent) -> None:
    """Eight threads with eighty wrong codes and then the right one: it was closed long before."""
    key, code = sent.letter(), sent.code()
    assert at_once(sent, key, [other(code)] * 80) == [None] * 80
    refusal(sent, key, code)
    assert outcomes(sent).count("link_closed") == 1


def test_many_browsers_at_once_are_one_opening(sent: Sent) -> None:
    """All have the right code; one gets the message."""
    key, code = sent.letter(), sent.code()
    found = at_once(sent, key, [code] * 24, browsers=[f"{number:032x}" for number in range(24)])
    assert sum(one is not None for one in found) == 1


def at_once(sent: Sent, key: OneTimeKey, codes: list[str], browsers: list[str] | None = None) -> list[Envelope | None]:
    """Try all codes from eight threads."""

    def one(code: str, browser: str) -> Envelope | None:
        try:
            return sent.open(key, code, browser)
        except NotFoundError:
            return None

    with ThreadPoolExecutor(8) as threads:
        return list(threads.map(one, codes, browsers or [PHONE] * len(codes)))


def test_a_new_code_replaces_the_one_before(sent: Sent) -> None:
    """A code that was lost must not open anything."""
    key = sent.letter()
    old, new = sent.code(), sent.code()
    if old != new:
        refusal(sent, key, old)
    sent.open(key, new)


def test_the_same_browser_may_fetch_it_again_for_a_quarter_of_an_hour(sent: Sent, clock: SetClock) -> None:
    """A connection that drops must not burn the only opening; another browser gets nothing."""
    key, code = sent.letter(), sent.code()
    first = sent.open(key, code)
    clock.now += AGAIN - SECOND
    assert sent.open(key, code) == first
    refusal(sent, key, code, LIBRARY)
    clock.now += SECOND
    refusal(sent, key, code)


def test_a_link_opens_until_its_last_second(sent: Sent, clock: SetClock) -> None:
    """Fourteen days from the letter."""
    key, code = sent.letter(), sent.code()
    clock.now += OPENS - SECOND
    assert sent.link().state is LinkState.SENT
    clock.now += SECOND
    assert sent.link().state is LinkState.EXPIRED
    refusal(sent, key, code)


def test_what_may_no_longer_leave_does_not(sent: Sent) -> None:
    """A hold that came meanwhile: the decision is taken again before anything is handed over."""
    key, code = sent.letter(), sent.code()
    with sent.tools.store.read() as unit:
        _, detail, _ = sent.tools.recorder.read(unit, sent.part().leaf_index or 0)
    tag = str(detail["case"])
    sent.tools.store.write(lambda unit: unit.circumstances.open_hold([tag], "0" * 32, sent.tools.clock()))
    refusal(sent, key, code)
    assert sent.part().state is PartState.VOIDED
    assert "opened" not in outcomes(sent)


def test_the_opening_is_a_signed_receipt_in_the_log(sent: Sent) -> None:
    """Only who had the link can sign it; the same twice is one entry."""
    key = sent.letter()
    found = sent.open(key, sent.code())
    token = sent.receipt(key, found)
    for _ in range(2):
        acknowledge_link(sent.tools, key.id, token, sent.tools.clock())
    assert [receipt.state for receipt in sent.part().receipts] == ["opened"]
    assert outcomes(sent).count("opened") == 1


def test_receipts_of_others_are_refused_alike(sent: Sent) -> None:
    """Another key, an unknown link, altered text, and a link that was not opened."""
    key = sent.letter()
    token = sign_not_for_us(key, audience=sent.tools.issuer)
    with pytest.raises(NotFoundError):
        acknowledge_link(sent.tools, key.id, token, sent.tools.clock())  # not opened yet
    found = sent.open(key, sent.code())
    stranger = OneTimeKey.generate()
    good = sent.receipt(key, found)
    forged = [(key.id, sent.receipt(stranger, found)), (stranger.id, good), (key.id, good[:-2]), (key.id, token)]
    for link, receipt in forged:
        with pytest.raises(NotFoundError):
            acknowledge_link(sent.tools, link, receipt, sent.tools.clock())
    assert sent.part().receipts == ()


def test_who_got_somebody_elses_letter_says_so_without_a_code(sent: Sent) -> None:
    """It is a signed receipt, and what was not opened is voided."""
    key, code = sent.letter(), sent.code()
    answer = sign_not_for_us(key, audience=sent.tools.issuer)
    for _ in range(2):
        answer_not_for_us(sent.tools, key.id, answer, sent.tools.clock())
    part = sent.part()
    assert part.state is PartState.VOIDED
    assert [receipt.state for receipt in part.receipts] == ["not_for_us"]
    refusal(sent, key, code)


def test_an_answer_that_is_not_the_links_own_changes_nothing(sent: Sent) -> None:
    """A stranger must not be able to void a message."""
    key = sent.letter()
    stranger = sign_not_for_us(OneTimeKey.generate(), audience=sent.tools.issuer)
    elsewhere = sign_not_for_us(key, audience="another.example")
    for link, answer in ((key.id, stranger), (key.id, elsewhere), (key.id, "x"), ("0" * 32, stranger)):
        answer_not_for_us(sent.tools, link, answer, sent.tools.clock())
    assert sent.part().state is PartState.RELEASED


def test_killed_after_the_code_was_counted_it_still_opens(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """The message counts as delivered, which is the safe side; the one opening is not used up."""
    key, code = sent.letter(), sent.code()

    def dies(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(hand_over, "_staple", dies)
        with pytest.raises(KeyboardInterrupt):
            sent.open(key, code)
    assert sent.part().state is PartState.DELIVERED
    assert sent.link().state is LinkState.SENT
    sent.open(key, code, LIBRARY)
    assert sent.link().state is LinkState.OPENED


def test_the_team_is_told_of_a_letter_that_nobody_opened(sent: Sent, clock: SetClock) -> None:
    """After seven days, and only the one who asked for it."""
    sent.letter()
    clock.now += dt.timedelta(days=7) - SECOND
    assert [line.link_due for line in sent.gateway.team.lines(SANNE)] == [False]
    clock.now += SECOND
    assert [line.link_due for line in sent.gateway.team.lines(SANNE)] == [True]
    assert not any(line.link_due for line in sent.gateway.team.lines(BRAM))


def test_an_agreement_that_ended_closes_the_link(sent: Sent, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whatever the letter says."""
    key, code = sent.letter(), sent.code()
    partners = sent.tools.partners
    assert isinstance(partners, dict)
    monkeypatch.setitem(partners, "verhuurder-1", replace(partners["verhuurder-1"], agreement=None))
    refusal(sent, key, code)


def take_back(sent: Sent) -> None:
    """Take the message back, whatever the reason."""

    def job(unit: Unit) -> None:
        disclosure, part = unit.disclosures.get(sent.id), unit.disclosures.part(sent.part_id)
        withdraw_message(sent.tools, unit, disclosure, part, reason="review", prev=None, at=sent.tools.clock())

    sent.tools.store.write(job)


def test_what_is_recalled_after_it_was_opened_opens_no_more_and_its_receipt_counts(sent: Sent) -> None:
    """No recall can be sealed for who has no keys: the team telephones, and nothing stands in the way of recalling."""
    key, code = sent.letter(), sent.code()
    found = sent.open(key, code)
    take_back(sent)
    assert sent.part().state is PartState.RECALLED
    refusal(sent, key, code)
    acknowledge_link(sent.tools, key.id, sent.receipt(key, found), sent.tools.clock())
    assert [receipt.state for receipt in sent.part().receipts] == ["opened"]


def test_a_secret_that_waits_is_destroyed_when_its_message_is_taken_back(sent: Sent) -> None:
    """Nothing that opens it is kept a day longer."""
    take_back(sent)
    with sent.tools.store.read() as unit:
        kept = unit.pickups.of_message(str(sent.part().message_id))
    assert kept is not None
    assert kept.secret is None
    with pytest.raises(DuplicateRequestError):
        sent.letter()


def test_a_receipt_says_destroyed_after_it_was_opened(sent: Sent) -> None:
    """The link's key signs every state that a partner's does."""
    key = sent.letter()
    found = sent.open(key, sent.code())
    token = sent.receipt(key, found, ReceiptState.DESTROYED)
    acknowledge_link(sent.tools, key.id, token, sent.tools.clock())
    assert [receipt.state for receipt in sent.part().receipts] == ["destroyed"]


def outcomes(sent: Sent) -> list[str]:
    """Return the outcomes of all entries of the log."""
    return [line.outcome for line in sent.gateway.team.log_entries(0, 10_000)]
