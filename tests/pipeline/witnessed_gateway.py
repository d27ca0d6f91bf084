"""A gateway with one witness, whose word it asks for; nothing is pushed before its pusher is started."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from gateway.bootstrap import Gateway, Materials, build
from gateway.config.settings import Settings
from gateway.crypto.notes import NoteSigner
from gateway.demo.setting import DEMO_PEOPLE
from gateway.log.policy import TrustPolicy
from gateway.model.terms import Json
from gateway.model.views import DisclosureView
from tests.conftest import SetClock
from tests.cosign.small_witness import SmallWitness, serving

SANNE, BRAM, MERYEM, FLEUR, OTTO = DEMO_PEOPLE


@contextmanager
def witnessed(
    settings: Settings, clock: SetClock, materials: Materials, *, limit: str = "50 entries, 15 minutes"
) -> Iterator[tuple[Gateway, SmallWitness]]:
    """Build one; its witness has seen nothing yet."""
    with serving(SmallWitness(clock)) as witness:
        path = settings.home / "witnesses.policy"
        path.write_text(trust_of(materials, witness).to_text(), encoding="utf-8")
        gateway = build(replace(settings, witnesses=path, max_unwitnessed=limit), clock=clock, materials=materials)
        try:
            yield gateway, witness
        finally:
            witness.gate.set()
            gateway.pusher.stop()
            gateway.tools.store.close()


def trust_of(materials: Materials, witness: SmallWitness) -> TrustPolicy:
    """Return the policy that the gateway and its partners hold to."""
    vkey = NoteSigner.from_text(materials.keyring.log_key).vkey
    return TrustPolicy((vkey,), (("w", witness.key.vkey),), quorum="w", addresses=(("w", witness.url),))


def submit(gateway: Gateway, request: dict[str, Json]) -> DisclosureView:
    """Submit as Sanne."""
    return gateway.team.submit(json.dumps(request).encode(), SANNE)


def size(gateway: Gateway) -> int:
    """Return how many entries the log has."""
    return gateway.team.log_summary().entries
