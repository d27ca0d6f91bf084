"""The mirror: what is shown beforehand is what is sealed, to the byte, and under the same digest."""

import json
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, Phase, event, given, settings
from hypothesis import strategies as st

from gateway.bootstrap import Gateway
from gateway.crypto.canonical import canonical
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.jwk import PrivateJwk, parse_jwks
from gateway.crypto.nonces import derive_nonce
from gateway.crypto.one_time import LinkProfile, OneTimeKey
from gateway.crypto.profiles import PROFILES
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.errors import KeyUnavailableError, PreviewChangedError
from gateway.model.decision import Approval
from gateway.model.mirror import MessageView, Preview
from gateway.model.partner import SealProfile
from gateway.model.payload import Obligations, ReleasedSubject
from gateway.model.terms import Json, items, members
from gateway.model.views import DisclosureView, FieldState, PartState, PartView
from gateway.pipeline.release import HOLDING_GROUND
from gateway.pipeline.tools import ONE_TIME
from gateway.seal.digest import approval_digest
from tests.builders import ADVICE
from tests.conftest import NOON, SetClock
from tests.pipeline.any_request import Asked, requests
from tests.pipeline.changes import (
    CHANGES,
    LANDLORD,
    SLIGHT,
    Change,
    holdings,
    same_rules,
    team,
    tomorrow,
)
from tests.pipeline.gateway_at_work import Between
from tests.pipeline.known_cases import make

SANNE, BRAM, MERYEM, FLEUR, _ = DEMO_PEOPLE
DAY = NOON.date()
TECHNICAL = {
    *("iss", "aud", "rkid", "jti", "iat", "nbf", "exp", "sub", "bundle", "approval_digest", "rnd", "pad"),
}
"""What stands in a message besides what its reader is shown as content."""
SEED = bytes(range(32))


def preview_of(view: DisclosureView) -> Preview:
    """Return the mirror of a preview."""
    assert view.preview is not None
    return view.preview


def digests(preview: Preview) -> set[str]:
    """Return the digests that were shown."""
    return {message.digest for message in preview.messages}


def own_key(gateway: Gateway, partner: str) -> PrivateJwk:
    """Return a partner's private key, from its own folder."""
    kept = json.loads((gateway.settings.home / "partners" / partner / f"{partner}.keys.json").read_text())["keys"]
    return next(key for key in map(PrivateJwk.from_json, kept) if key.use == "enc")


def opened(gateway: Gateway, view: DisclosureView, part: PartView) -> dict[str, Json]:
    """Open the sealed message of a part as its recipient does, with the recipient's private key."""
    assert part.message_id is not None
    with gateway.tools.store.read() as unit:
        (message,) = [
            row.message for row in unit.outbox.of_partner(view.recipient) if row.message_id == part.message_id
        ]
    profile = gateway.tools.partners[view.recipient].profile
    if profile is SealProfile.LINK:
        link = OneTimeKey.from_fragment(gateway.team.make_link(view.id, part.id, SANNE).fragment)
        room, key = LinkProfile(link), link.signing
        issuer_keys = parse_jwks(json.dumps(gateway.partners.issuer_jwks()).encode())
        return read_disclosure(
            message,
            profile=room,
            key=key,
            issuer_keys=issuer_keys,
            issuer=gateway.settings.issuer,
            me=view.recipient,
            now=NOON,
        )
    return read_disclosure(
        message,
        profile=PROFILES[profile],
        key=own_key(gateway, view.recipient),
        issuer_keys=parse_jwks(json.dumps(gateway.partners.issuer_jwks()).encode()),
        issuer=gateway.settings.issuer,
        me=view.recipient,
        now=NOON,
    )


def approved(gateway: Gateway, view: DisclosureView, digest: str, approval: Approval, *, advice: bool) -> PartView:
    """Let whoever may approve what was shown, by the digest of the preview and no other."""
    (part,) = [part for part in view.parts if part.approval is approval]
    if not approval.before_release:
        return part
    if approval is Approval.PRE_FG:
        gateway.team.advise(view.id, part.id, ADVICE, advice, FLEUR)
    by = MERYEM if approval is Approval.PRE_FG else BRAM
    seen = next(p for p in gateway.team.follow(view.id, by).parts if p.id == part.id)
    assert seen.digest == digest
    after = gateway.team.approve(view.id, part.id, digest, by, None if advice else "purpose")
    return next(p for p in after.parts if p.id == part.id)


def assert_sealed_as_shown(
    gateway: Gateway, view: DisclosureView, part: PartView, shown: MessageView, asked: Asked, seed: bytes
) -> None:
    """Compare what the recipient opens, and what the log keeps, with what was shown."""
    assert part.state is PartState.RELEASED
    claims = opened(gateway, view, part)
    contents = members(shown.contents)
    assert set(claims) - TECHNICAL == set(contents), "the recipient reads something that was not shown"
    assert canonical({name: claims[name] for name in contents}) == canonical(contents)
    assert claims["approval_digest"] == shown.digest == part.digest
    assert claims["bundle"] == shown.bundle
    assert shown.recipient_key in {claims["rkid"], ONE_TIME}
    assert part.leaf_index is not None
    with gateway.tools.store.read() as unit:
        _, detail, _ = gateway.tools.recorder.read(unit, part.leaf_index)
    assert detail["approval_digest"] == shown.digest
    # And the digest is really one over what the recipient opened: nothing of it is free.
    subjects = [members(subject) for subject in items(claims["subjects"])]
    nonce = derive_nonce(
        seed, approval=shown.approval.value, requester=SANNE.id, key=str(asked.body["idempotency_key"])
    )
    assert shown.digest == approval_digest(
        nonce=nonce,
        recipient=str(claims["aud"]),
        recipient_key_id=shown.recipient_key,
        ground=str(claims["ground"]),
        purpose=str(claims["purpose"]),
        obligations=Obligations(str(members(claims["obligations"])["destroy_by"])),
        bundle=str(claims["bundle"]),
        subjects=[
            ReleasedSubject(str(one["ref"]), str(one["role"]) if "role" in one else None, members(one["data"]))
            for one in subjects
        ],
    )


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], phases=[Phase.generate])
@given(st.data())
def test_what_is_shown_is_what_is_sealed(gateway: Gateway, data: st.DataObject) -> None:
    """For any request under any rows: at once and after an approval, contents and digest are those of the preview."""
    asked = data.draw(requests(gateway.tools.policy, dict(gateway.tools.partners)))
    body = json.dumps(asked.body).encode()
    before = gateway.team.log_summary().entries
    view = gateway.team.preview(body, SANNE, seed=asked.seed)
    assert gateway.team.log_summary().entries == before, "a preview stored something"
    preview = preview_of(view)
    if asked.seed is not None:
        assert preview.seed == asked.seed
    made = gateway.team.submit(body, SANNE, seed=preview.seed, expected=digests(preview))
    assert made.outcome is view.outcome
    assert {part.digest for part in made.parts} == digests(preview)
    assert len(made.parts) == len(preview.messages)
    for message in preview.messages:
        part = approved(gateway, made, message.digest, message.approval, advice=asked.advice)
        assert_sealed_as_shown(gateway, made, part, message, asked, preview.seed)
        event(f"{message.approval.value} to {view.recipient}")
    if not preview.messages:
        event(f"nothing leaves: {view.outcome.value}")
    assert_every_field_told(view)
    if made.parts and view.ground == HOLDING_GROUND:  # or it stops every request after it
        gateway.team.lift_hold(made.id, BRAM)


def assert_every_field_told(view: DisclosureView) -> None:
    """Say of every field of the request: it stands in a message, or it is withheld with a rule and a reason."""
    sent: Counter[tuple[str, str]] = Counter()
    for message in preview_of(view).messages:
        for told in items(members(message.contents)["subjects"]):
            sent.update((str(members(told)["ref"]), name) for name in members(members(told)["data"]))
    for subject in view.subjects:
        for one in subject.fields:
            stays = one.state is FieldState.WITHHELD
            assert sent[subject.ref, one.name] == (0 if stays else 1), (one.name, one.state)
            if stays:
                assert one.reason is not None
                assert one.rules


KNOWN: dict[str, dict[str, Json]] = {
    "a landlord": cases.landlord(DAY, 801),
    "too much": cases.landlord_too_much(DAY, 802),
    "a tenant": cases.landlord_about_tenant(DAY, 803),
    "by letter": cases.landlord_by_letter(DAY, 804),
    "with consent": cases.help_and_name(DAY, 805, "offer_help"),
    "urgent": cases.urgent(DAY, 806, "protect_victim"),
    "two approvals": make(
        "both", DAY, number=807, recipient="dudok-wonen", place="A", consent="", key="a-key-of-two-ways"
    ).body,
    "two approvals, by consent": make(
        "labour", DAY, number=808, recipient="arbeidsinspectie", place="A", consent="consent CNS-2026-8", key="k" * 16
    ).body,
}


def void(_: object) -> None:
    """Return nothing."""


@pytest.mark.parametrize("name", KNOWN)
def test_each_way_of_a_disclosure_is_sealed_as_shown(gateway: Gateway, name: str) -> None:
    """All profiles, the letter, one and two approvals, at once and urgent."""
    body = json.dumps(KNOWN[name]).encode()
    preview = preview_of(gateway.team.preview(body, SANNE))
    assert preview.messages
    made = gateway.team.submit(body, SANNE, seed=preview.seed, expected=digests(preview))
    for message in preview.messages:
        part = approved(gateway, made, message.digest, message.approval, advice=True)
        assert_sealed_as_shown(gateway, made, part, message, Asked(KNOWN[name], True, None), preview.seed)


@pytest.mark.parametrize("change", [*CHANGES, *SLIGHT])
def test_what_changed_since_it_was_shown_is_not_submitted(gateway: Gateway, clock: SetClock, change: str) -> None:
    """Nothing is stored or logged; the new preview is another, and can be submitted."""
    body = json.dumps(cases.landlord(DAY, 1)).encode()
    preview = preview_of(gateway.team.preview(body, SANNE))
    tools = (CHANGES | SLIGHT)[change](gateway, clock)
    size = gateway.team.log_summary().entries
    with pytest.raises((PreviewChangedError, KeyUnavailableError)):
        team(tools).submit(body, SANNE, seed=preview.seed, expected=digests(preview))
    assert gateway.team.log_summary().entries == size
    with tools.store.read() as unit:
        assert not [one for one in unit.disclosures.of_requester(SANNE.id, 9) if one.recipient == LANDLORD]
    if change == "key":
        return  # there is nobody to seal to, so nothing to show either
    again = preview_of(team(tools).preview(body, SANNE, seed=preview.seed))
    assert digests(again) != digests(preview)
    assert bool(again.messages) is (change in SLIGHT)
    made = team(tools).submit(body, SANNE, seed=again.seed, expected=digests(again))
    assert {part.digest for part in made.parts} == digests(again)


def test_a_change_while_it_is_being_committed_is_seen_too(gateway: Gateway, clock: SetClock) -> None:
    """The decision is taken again until it holds at the commit, and is compared each time."""
    body = json.dumps(cases.landlord(DAY, 1)).encode()
    preview = preview_of(gateway.team.preview(body, SANNE))
    between = Between(gateway.tools.store)
    between.act = lambda: void(holdings(gateway, clock))
    with pytest.raises(PreviewChangedError):
        team(replace(gateway.tools, store=between)).submit(body, SANNE, seed=preview.seed, expected=digests(preview))


@pytest.mark.control("DPIA-12")
@pytest.mark.parametrize("change", [same_rules, tomorrow])
def test_what_is_urgent_is_never_stopped_by_a_change(gateway: Gateway, clock: SetClock, change: Change) -> None:
    """A signal leaves as it is now, and whoever sent it can see that it is another than was shown."""
    body = json.dumps(cases.urgent(DAY, 1, "protect_victim")).encode()
    preview = preview_of(gateway.team.preview(body, SANNE))
    made = team(change(gateway, clock)).submit(body, SANNE, seed=preview.seed, expected=digests(preview))
    assert [part.state for part in made.parts] == [PartState.RELEASED]
    assert {part.digest for part in made.parts}.isdisjoint(digests(preview))


def test_a_second_submission_of_what_is_durable_is_no_change(gateway: Gateway, clock: SetClock) -> None:
    """Pressed twice, or the answer was lost: it is the same request, whatever changed after it."""
    body = json.dumps(cases.landlord(DAY, 1)).encode()
    preview = preview_of(gateway.team.preview(body, SANNE))
    made = gateway.team.submit(body, SANNE, seed=preview.seed, expected=digests(preview))
    holdings(gateway, clock)
    assert gateway.team.submit(body, SANNE, seed=preview.seed, expected=digests(preview)).id == made.id
    assert gateway.team.submit(body, SANNE, seed=SEED).id == made.id


def test_a_program_may_say_in_the_request_what_it_saw_or_nothing(gateway: Gateway) -> None:
    """`seed` and `expected` are members beside the request; without them it is submitted as before."""
    request = cases.landlord(DAY, 1)
    shown = gateway.team.preview(json.dumps({**request, "seed": SEED.hex()}).encode(), SANNE).to_json()["preview"]
    told = members(shown)
    assert told["seed"] == SEED.hex()
    (message,) = [members(one) for one in items(told["messages"])]
    assert set(message) == {"approval", "digest"}, "no value of the contents stands in an answer to a program"
    wrong: dict[str, Json] = {**request, "seed": SEED.hex(), "expected": ["sha256:" + "0" * 64]}
    with pytest.raises(PreviewChangedError):
        gateway.team.submit(json.dumps(wrong).encode(), SANNE)
    right: dict[str, Json] = {**request, "seed": SEED.hex(), "expected": [message["digest"]]}
    made = gateway.team.submit(json.dumps(right).encode(), SANNE)
    assert [part.digest for part in made.parts] == [message["digest"]]
    assert gateway.team.submit(json.dumps(request).encode(), SANNE).id == made.id
    plain = gateway.team.submit(json.dumps(cases.landlord(DAY, 2)).encode(), SANNE)
    assert [part.state for part in plain.parts] == [PartState.WAITING]


def test_a_preview_is_the_requesters_own(gateway: Gateway) -> None:
    """The same request and seed of a colleague have other digests: nobody can try a guess with a known one."""
    body = json.dumps(cases.landlord(DAY, 1)).encode()
    mine, yours = (preview_of(gateway.team.preview(body, by, seed=SEED)) for by in (SANNE, BRAM))
    assert digests(mine).isdisjoint(digests(yours))
    assert digests(mine) == digests(preview_of(gateway.team.preview(body, SANNE, seed=SEED)))
    assert digests(mine).isdisjoint(digests(preview_of(gateway.team.preview(body, SANNE))))


@pytest.mark.control("DPIA-01")
def test_the_seed_stands_nowhere(gateway: Gateway) -> None:
    """Not in the database, the details or a colleague's answer: with it a digest could be guessed against."""
    body = json.dumps(cases.landlord(DAY, 1)).encode()
    preview = preview_of(gateway.team.preview(body, SANNE, seed=SEED))
    made = gateway.team.submit(body, SANNE, seed=SEED, expected=digests(preview))
    for by in (SANNE, BRAM, FLEUR, MERYEM):
        assert SEED.hex() not in json.dumps(gateway.team.follow(made.id, by).to_json())
    assert SEED.hex() not in repr((preview, made))
    details: list[str] = []
    with gateway.tools.store.read() as unit:
        for index in range(unit.log.head().size):
            details.append(json.dumps(gateway.tools.recorder.read(unit, index)[1]))
    assert SEED.hex() not in "".join(details)
    for file in gateway.settings.home.glob("gateway.sqlite*"):
        kept = file.read_bytes()
        assert SEED not in kept
        assert SEED.hex().encode() not in kept
