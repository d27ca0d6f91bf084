"""Opens with the keys what the gateway keeps encrypted, and with the partners' keys what was sent to them."""

import json
from contextlib import closing
from pathlib import Path

from gateway.bootstrap import Gateway
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.lookup import LookupKey
from gateway.crypto.profiles import PROFILES, profile_of
from gateway.demo.setting import DEMO_PEOPLE
from gateway.intake.serialise import to_json
from gateway.log.erased import read_erased
from gateway.opening import keyring_file, open_reader
from gateway.partner.keys import read_keys, read_public_keys
from gateway.pipeline.judgement import open_request
from gateway.rights.erase import traces
from gateway.rights.holding import read_holding
from tests.canaries.search import Channel


def _text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def details(gateway: Gateway) -> list[Channel]:
    """Return what every leaf commits to, but of those that an erasure explains."""
    with gateway.tools.store.read() as unit:
        size, erased = unit.log.head().size, read_erased(unit, gateway.tools.recorder)
        read = {index: gateway.tools.recorder.read(unit, index) for index in range(size) if index not in erased}
    return [
        Channel(f"detail {index}, {leaf.type.value} {leaf.outcome}", _text(detail))
        for index, (leaf, detail, _) in read.items()
    ]


def pieces(settings: Settings, case_ref: str) -> tuple[bytes, ...]:
    """Return pieces of everything that is stored of a case: ciphertexts, salts, wrapped key, message, keyed hashes."""
    tag = LookupKey(keyring_file(settings).load().lookup_key).case(case_ref)
    with closing(open_reader(settings)) as reader, reader.read() as unit:
        holding = read_holding(unit, tag=tag)
    return () if holding is None else traces(holding)


def leaves(gateway: Gateway) -> list[Channel]:
    """Return the exact bytes of every leaf."""
    with gateway.tools.store.read() as unit:
        entries = list(unit.log.leaves(0, unit.log.head().size))
    return [Channel(f"leaf {index}", entry) for index, entry in enumerate(entries)]


def boxes(gateway: Gateway) -> dict[str, bytes]:
    """Return every request that is still kept, opened, by its id."""
    with gateway.tools.store.read() as unit:
        kept = [
            one
            for person in DEMO_PEOPLE
            for one in unit.disclosures.of_requester(person.id, 10_000)
            if one.box is not None
        ]
        return {one.id: _text(to_json(open_request(gateway.tools, unit, one))) for one in kept}


def messages(gateway: Gateway, home: Path, partner_id: str) -> dict[str, bytes]:
    """Return every message that was ever queued for a partner, opened with its own keys, by message id."""
    folder = home / "partners" / partner_id
    with gateway.tools.store.read() as unit:
        rows = unit.outbox.of_partner(partner_id)
    if not rows:  # who is sent a link has no keys
        return {}
    key = read_keys(folder / f"{partner_id}.keys.json").encryption
    return {
        row.message_id: _text(
            read_disclosure(
                row.message,
                profile=PROFILES[profile_of(key)],
                key=key,
                issuer_keys=read_public_keys(folder / "issuer.jwks.json"),
                issuer=gateway.tools.issuer,
                me=partner_id,
                now=utc_now(),
                recalls=True,
            )
        )
        for row in rows
    }
