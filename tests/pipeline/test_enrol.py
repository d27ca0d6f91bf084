"""A partner's new keys count once two people confirmed the number that only who opened the challenge knows."""

import datetime as dt
from dataclasses import replace

import pytest

from gateway.bootstrap import Gateway, build
from gateway.crypto.enrolment import make_request
from gateway.crypto.jwk import generate_encryption_key, generate_signing_key
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import (
    CannotOpenError,
    DuplicateRequestError,
    InvalidRequestError,
    NotFoundError,
    NotPermittedError,
    SignatureInvalidError,
    UnknownPartnerError,
)
from gateway.pipeline.enrol import OLDEST, confirm_enrolment, pending, refuse_enrolment
from gateway.pipeline.tools import LIFETIME
from tests.conftest import NOON, SetClock
from tests.databases import on_both
from tests.pipeline.newcomer import MERYEM, OTTO, Newcomer, keys_on_file, kids_of

SANNE, FLEUR = DEMO_PEOPLE[0], DEMO_PEOPLE[3]
WHO = "dudok-wonen"


def entries(gateway: Gateway, start: int) -> list[tuple[str, str]]:
    """Return type and outcome of the entries from `start` on."""
    return [(line.type, line.outcome) for line in gateway.team.log_entries(start, 10_000)]


@on_both
def test_two_people_confirm_and_then_the_new_keys_stand_first(gateway: Gateway, clock: SetClock) -> None:
    """Before the second word nothing is sealed to them; the old ones count on until a message to them is over."""
    old, start = kids_of(gateway, WHO), gateway.team.log_summary().entries
    new = Newcomer(gateway, WHO)
    request = new.request()
    begun = new.begin(request)
    number = new.number(request, begun.challenge)
    assert not confirm_enrolment(gateway.tools, begun.id, number, MERYEM, NOON).counts
    assert kids_of(gateway, WHO) == old
    done = confirm_enrolment(gateway.tools, begun.id, number.replace(" ", "-"), OTTO, NOON)
    assert done.counts
    assert set(kids_of(gateway, WHO)[:2]) == {new.enc.kid, new.sig.kid}
    assert set(kids_of(gateway, WHO)[2:]) == set(old)
    assert entries(gateway, start) == [("key", word) for word in ("requested", "confirmed", "confirmed", "enrolled")]
    with gateway.tools.store.read() as unit:
        _, detail, _ = gateway.tools.recorder.read(unit, done.leaf_index)
    assert (detail["partner"], detail["kids"]) == (WHO, [new.enc.kid, new.sig.kid])
    clock.now = NOON + LIFETIME
    assert set(kids_of(gateway, WHO)) == {new.enc.kid, new.sig.kid}


def test_another_process_knows_the_keys_at_once(gateway: Gateway) -> None:
    """No restart: the keys are in the store, and are asked for each time."""
    other = build(gateway.settings, clock=gateway.tools.clock)
    new = Newcomer(gateway, WHO)
    new.enrol()
    assert kids_of(other, WHO)[:2] == kids_of(gateway, WHO)[:2]
    other.tools.store.close()


def test_the_same_person_confirms_only_once(gateway: Gateway) -> None:
    """Two words of one person are one word."""
    new = Newcomer(gateway, WHO)
    request = new.request()
    begun = new.begin(request)
    number = new.number(request, begun.challenge)
    confirm_enrolment(gateway.tools, begun.id, number, MERYEM, NOON)
    again = replace(MERYEM, name="another name", roles=OTTO.roles)
    with pytest.raises(NotPermittedError):
        confirm_enrolment(gateway.tools, begun.id, number, again, NOON)
    assert new.enc.kid not in kids_of(gateway, WHO)


@pytest.mark.parametrize("person", [SANNE, FLEUR])
def test_who_asks_or_supervises_does_not_confirm_or_refuse(gateway: Gateway, person: object) -> None:
    """A supervisor asks for hand-overs; the FG does not decide."""
    new = Newcomer(gateway, WHO)
    request = new.request()
    begun = new.begin(request)
    assert person in DEMO_PEOPLE
    who = SANNE if person == SANNE else FLEUR
    with pytest.raises(NotPermittedError):
        confirm_enrolment(gateway.tools, begun.id, new.number(request, begun.challenge), who, NOON)
    with pytest.raises(NotPermittedError):
        refuse_enrolment(gateway.tools, begun.id, who, NOON)


@pytest.mark.parametrize("wrong", ["", "0000", "1234 " * 8, "٠" * 32, "0" * 33])
def test_a_wrong_number_confirms_nothing(gateway: Gateway, wrong: str) -> None:
    """Also one of another form, or of digits that only look like ours."""
    new = Newcomer(gateway, WHO)
    begun = new.begin(new.request())
    start = gateway.team.log_summary().entries
    with pytest.raises(InvalidRequestError):
        confirm_enrolment(gateway.tools, begun.id, wrong, MERYEM, NOON)
    assert entries(gateway, start) == []


def test_the_right_number_with_a_digit_changed_is_wrong(gateway: Gateway) -> None:
    """Every digit counts."""
    new = Newcomer(gateway, WHO)
    request = new.request()
    begun = new.begin(request)
    number = new.number(request, begun.challenge)
    for place in (0, len(number) - 1):
        digit = str((int(number[place]) + 1) % 10)
        with pytest.raises(InvalidRequestError):
            confirm_enrolment(gateway.tools, begun.id, number[:place] + digit + number[place + 1 :], MERYEM, NOON)


def test_a_request_is_taken_once_and_never_for_another_partner(gateway: Gateway) -> None:
    """Replayed; with a key that somebody has; under another name; for nobody we know."""
    new = Newcomer(gateway, WHO)
    request = new.request()
    new.begin(request)
    with pytest.raises(DuplicateRequestError):
        new.begin(request)
    Newcomer(gateway, WHO, new.enc, new.sig).enrol()
    for other in (Newcomer(gateway, "gooi-wonen", enc=new.enc), Newcomer(gateway, "gooi-wonen", sig=new.sig)):
        with pytest.raises(DuplicateRequestError):
            other.begin(other.request())
    with pytest.raises(UnknownPartnerError):
        new.begin(Newcomer(gateway, "nobody-here").request())


@pytest.mark.parametrize("use", ["enc", "sig"])
def test_a_key_of_a_demo_file_is_not_enrolled_by_another_partner(gateway: Gateway, use: str) -> None:
    """What counts for one partner is nobody else's."""
    taken = keys_on_file(gateway, "gooi-wonen")[use]
    new = Newcomer(gateway, WHO, enc=taken) if use == "enc" else Newcomer(gateway, WHO, sig=taken)
    with pytest.raises(DuplicateRequestError):
        new.begin(new.request())


def test_a_request_with_a_key_that_its_signer_does_not_have_gives_no_number(gateway: Gateway) -> None:
    """Another partner's encryption key in it: the challenge opens for that partner only, who did not ask for it."""
    victim, thief = Newcomer(gateway, "avim"), Newcomer(gateway, WHO)
    stolen = replace(thief, enc=victim.enc)
    request = stolen.request()
    begun = thief.begin(request)
    with pytest.raises(CannotOpenError):
        thief.number(request, begun.challenge)
    with pytest.raises(SignatureInvalidError, match="another enrolment"):
        victim.number(victim.request(), begun.challenge)


def test_keys_swapped_on_their_way_give_another_number(gateway: Gateway) -> None:
    """Somebody between sends a request of their own, and a challenge of their own to the partner."""
    honest, swapped = Newcomer(gateway, WHO), Newcomer(gateway, WHO)
    theirs, ours = swapped.request(), honest.request()
    begun = swapped.begin(theirs)
    beside = honest.begin(ours)
    with pytest.raises(InvalidRequestError):
        confirm_enrolment(gateway.tools, begun.id, honest.number(ours, beside.challenge), MERYEM, NOON)


@pytest.mark.parametrize("age", [OLDEST, dt.timedelta(minutes=-6)])
def test_a_request_that_is_old_or_dated_ahead_is_refused(gateway: Gateway, age: dt.timedelta) -> None:
    """14 days at most, and a clock may run 5 minutes ahead."""
    keys = generate_encryption_key(), generate_signing_key()
    old = make_request(partner_id=WHO, encryption=keys[0], signing=keys[1], at=NOON - age)
    with pytest.raises(SignatureInvalidError):
        Newcomer(gateway, WHO).begin(old)


def test_an_enrolment_waits_14_days_and_what_is_refused_never_counts(gateway: Gateway, clock: SetClock) -> None:
    """Neither a late nor a refused one can be confirmed."""
    new = Newcomer(gateway, WHO)
    request = new.request()
    begun = new.begin(request)
    number = new.number(request, begun.challenge)
    late = NOON + OLDEST
    with gateway.tools.store.read() as unit:
        assert [found.id for found in pending(unit, OTTO, NOON)] == [begun.id]
        assert pending(unit, OTTO, late) == []
    with pytest.raises(DuplicateRequestError):
        confirm_enrolment(gateway.tools, begun.id, number, OTTO, late)
    refuse_enrolment(gateway.tools, begun.id, OTTO, clock.now)
    with pytest.raises(DuplicateRequestError):
        confirm_enrolment(gateway.tools, begun.id, number, OTTO, NOON)
    with pytest.raises(DuplicateRequestError):
        refuse_enrolment(gateway.tools, begun.id, OTTO, clock.now)
    with pytest.raises(NotFoundError):
        confirm_enrolment(gateway.tools, "0" * 32, number, OTTO, NOON)


def test_two_keys_count_at_once_and_a_third_waits_until_the_first_is_over(gateway: Gateway, clock: SetClock) -> None:
    """The overlap is as long as a message may be opened, so that nothing under way is lost."""
    Newcomer(gateway, WHO).enrol()
    third = Newcomer(gateway, WHO)
    request = third.request()
    begun = third.begin(request)
    number = third.number(request, begun.challenge)
    confirm_enrolment(gateway.tools, begun.id, number, MERYEM, NOON)
    with pytest.raises(DuplicateRequestError, match="2026-12-24"):
        confirm_enrolment(gateway.tools, begun.id, number, OTTO, NOON)
    clock.now = NOON + LIFETIME
    Newcomer(gateway, WHO).enrol()
    assert len(kids_of(gateway, WHO)) == 4
