"""One disclosure to measure the stages on: a real gateway with its own keys, and a request that went all the way.

The request is an urgent one to AVIM about two people at one address, with a narrative to screen; all of it is invented.
"""

import datetime as dt
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from gateway.bootstrap import Gateway, build
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE, demo_environment, prepare
from gateway.log.envelope import Envelope
from gateway.model.terms import Json, items, members
from gateway.partner.config import load_config
from gateway.partner.keys import PartnerKeys, read_keys, read_public_keys
from gateway.partner.opening import Recipient, read_trust

NOON = dt.datetime(2026, 11, 24, 12, 0, tzinfo=dt.UTC)
PARTNER = "avim"
NARRATIVE = (
    "De betrokkene kon tijdens de controle niet zelf antwoorden: een ander voerde steeds het woord en hield de deur in "
    "de gaten. Het paspoort lag bij die ander. Er waren tekenen van geweld, en de betrokkene wordt vaak verplaatst. "
    "Twee toezichthouders zagen dit op verschillende dagen."
)


@dataclass(frozen=True, slots=True)
class Scene:
    """A gateway, the request's bytes, and what AVIM holds: the envelope it fetched, its keys and whom it trusts."""

    folder: Path
    gateway: Gateway
    body: bytes
    envelope: Envelope
    message_id: str
    keys: PartnerKeys
    recipient: Recipient


@contextmanager
def scene() -> Iterator[Scene]:
    """Make the state in a temporary folder, submit the request and fetch its message; all of it is gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="gateway-bench-") as name:
        environ = {"GATEWAY_HOME": name}
        settings = Settings.from_env({**environ, **demo_environment(environ, url="http://127.0.0.1:9")})
        prepare(settings)
        gateway = build(settings, clock=lambda: NOON)
        try:
            body = json.dumps(request()).encode()
            gateway.team.submit(body, DEMO_PEOPLE[0])
            (line,) = gateway.partners.inbox(PARTNER, now=NOON)
            folder = settings.home / "partners" / PARTNER
            kit = load_config(folder / "partner.yaml")
            yield Scene(
                folder=settings.home,
                gateway=gateway,
                body=body,
                envelope=gateway.partners.envelope(PARTNER, line.message_id, now=NOON),
                message_id=line.message_id,
                keys=read_keys(kit.keys),
                recipient=Recipient(kit.id, kit.issuer, read_public_keys(kit.issuer_keys), read_trust(kit.trust)),
            )
        finally:
            gateway.tools.store.close()


def request() -> dict[str, Json]:
    """Return the demo's urgent request with a narrative about the possible victim."""
    told = cases.urgent(NOON.date(), 1, "protect_victim")
    members(members(items(told["subjects"])[0])["data"])["indicator_narrative"] = NARRATIVE
    return told
