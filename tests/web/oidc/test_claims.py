"""From claims to a person: what is not vouched for does not count, and one human is one id whatever the account."""

import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest

from gateway.config.identity import load_providers
from gateway.model.identity import IdentityProvider
from gateway.web.oidc.claims import Admitted, Refusal, admit

AT = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
MINUTE = dt.timedelta(minutes=1)
PROVIDER = """
  - id: {id}
    name: "{id}"
    issuer: "https://{id}.example"
    client_id: gateway
    roles: {{claim: groups, values: {{team: supervisor, managers: manager}}}}
    person: {{claim: employee_number, register: {register}}}
    strong: {{amr: [otp], for: []}}
"""


def provider(provider_id: str, register: str = "hilversum") -> IdentityProvider:
    """Return a provider whose accounts have an employee number."""
    data = ("providers:" + PROVIDER.format(id=provider_id, register=register)).encode()
    return load_providers(data, name="oidc.yaml", folder=Path(), partners=())[0]


def admitted(where: IdentityProvider, **claims: object) -> Admitted:
    """Return who comes in with these claims."""
    outcome = admit({"sub": "s", "groups": "team", "employee_number": "E-17", **claims}, where, at=AT)
    assert isinstance(outcome, Admitted)
    return outcome


@pytest.mark.parametrize("number", [None, "", "  ", 17, ["E-17"], True])
def test_an_account_that_does_not_say_which_human_it_is_does_not_come_in(number: object) -> None:
    """Where the settings name the claim, unknown means no: nobody could tell whose own request it is."""
    claims = {"sub": "s", "groups": "team", "employee_number": number}
    assert admit(claims, provider("een"), at=AT) is Refusal.NO_PERSON
    del claims["employee_number"]
    assert admit(claims, provider("een"), at=AT) is Refusal.NO_PERSON


@pytest.mark.control("DPIA-08")
def test_two_accounts_of_one_human_are_one_person() -> None:
    """At one provider or at two, with another role or another spelling: their own request stays their own."""
    first, second = provider("een"), provider("twee")
    mine = admitted(first)
    others = [
        admitted(first, sub="another account"),
        admitted(second, sub="s", groups="managers"),
        admitted(second, employee_number=" e-17 "),
    ]
    assert {one.who.id for one in others} == {mine.who.id}
    assert len({one.account for one in (mine, *others)}) == 3
    assert "e-17" not in mine.who.id
    assert admitted(first, employee_number="E-18").who.id != mine.who.id
    assert admitted(provider("drie", register="elders")).who.id != mine.who.id


def test_without_the_claim_an_account_is_a_person() -> None:
    """As it was: the id is of the account."""
    plain = replace(provider("een"), person_claim=None)
    first, second = admitted(plain), admitted(plain, sub="other")
    assert first.who.id == first.account != second.who.id


@pytest.mark.parametrize(
    "told",
    [{}, {"auth_time": "1"}, {"auth_time": True}, {"auth_time": None}, {"auth_time": -1}, {"auth_time": float("nan")}],
    ids=str,
)
def test_a_strong_sign_in_of_an_unknown_moment_is_as_old_as_can_be(told: dict[str, object]) -> None:
    """Without a moment that makes sense nobody knows how recent it is."""
    assert admitted(provider("een"), amr=["otp"], **told).strong_since is None


def test_the_moment_counts_only_for_a_strong_sign_in_and_never_from_the_future() -> None:
    """A clock that runs ahead a little is taken for now; further ahead it is taken for nothing."""
    at = AT.timestamp()
    one = provider("een")
    assert admitted(one, amr=["pwd"], auth_time=at).strong_since is None
    assert admitted(one, amr=["otp"], auth_time=at - 60).strong_since == AT - MINUTE
    assert admitted(one, amr=["otp"], auth_time=at + 20).strong_since == AT
    assert admitted(one, amr=["otp"], auth_time=at + 60).strong_since is None
