"""Opens with the keys what the gateway keeps encrypted, and with the partners' keys what was sent to them."""

import json
from pathlib import Path

from gateway.bootstrap import Gateway
from gateway.config.clock import utc_now
from gateway.crypto.disclosure import read_disclosure
from gateway.crypto.profiles import PROFILES
from gateway.intake.serialise import to_json
from gateway.partner.keys import read_keys, read_public_keys
from gateway.partner.opening import PROFILE
from gateway.pipeline.judge import open_request
from tests.canaries.search import Channel


def _text(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False).encode()


def details(gateway: Gateway) -> list[Channel]:
    """Return what every leaf commits to."""
    with gateway.tools.store.read() as unit:
        size = unit.log.head().size
        read = [gateway.tools.recorder.read(unit, index) for index in range(size)]
    return [
        Channel(f"detail {index}, {leaf.type.value} {leaf.outcome}", _text(detail))
        for index, (leaf, detail, _) in enumerate(read)
    ]


def leaves(gateway: Gateway) -> list[Channel]:
    """Return the exact bytes of every leaf."""
    with gateway.tools.store.read() as unit:
        entries = list(unit.log.leaves(0, unit.log.head().size))
    return [Channel(f"leaf {index}", entry) for index, entry in enumerate(entries)]


def boxes(gateway: Gateway) -> dict[str, bytes]:
    """Return every request that is still kept, opened, by its id."""
    with gateway.tools.store.read() as unit:
        kept = [one for one in unit.disclosures.latest(10_000) if one.box is not None]
        return {one.id: _text(to_json(open_request(gateway.tools, unit, one))) for one in kept}


def messages(gateway: Gateway, home: Path, partner_id: str) -> dict[str, bytes]:
    """Return every message that was ever queued for a partner, opened with its own keys, by message id."""
    folder = home / "partners" / partner_id
    key = read_keys(folder / f"{partner_id}.keys.json").encryption
    with gateway.tools.store.read() as unit:
        rows = unit.outbox.of_partner(partner_id)
    return {
        row.message_id: _text(
            read_disclosure(
                row.message,
                profile=PROFILES[PROFILE],
                key=key,
                issuer_keys=read_public_keys(folder / "issuer.jwks.json"),
                issuer=gateway.tools.issuer,
                me=partner_id,
                now=utc_now(),
            )
        )
        for row in rows
    }
