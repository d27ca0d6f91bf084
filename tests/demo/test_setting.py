"""The demo's state: invented cases to look at, once, and partners that ask for the word of its witness."""

from dataclasses import replace

from gateway.bootstrap import build
from gateway.config.settings import Settings
from gateway.demo.setting import DEMO_PEOPLE, fill, prepare
from gateway.demo.witness import DemoWitness
from gateway.log.policy import TrustPolicy

SANNE = DEMO_PEOPLE[0]


def test_the_pages_of_a_new_demo_have_something_to_show(settings: Settings) -> None:
    """Although a log begins with the entry of its policy; a second start adds nothing."""
    for _ in range(2):
        fill(settings)
        gateway = build(settings)
        assert len(gateway.team.lines(SANNE)) == 5
        gateway.tools.store.close()


def test_the_partners_of_a_demo_ask_for_its_witness(settings: Settings) -> None:
    """By its key, without its address; the gateway knows that too, and a second start keeps the witness."""
    witness = DemoWitness(settings)
    (settings.home / "partners" / "avim").rename(settings.home / "old")
    (settings.home / "keys" / "partners" / "avim.jwks.json").unlink()
    prepare(replace(settings, witnesses=witness.policy))
    asked = TrustPolicy.from_text((settings.home / "partners" / "avim" / "trust.policy").read_text())
    held = TrustPolicy.from_text(witness.policy.read_text())
    assert (asked.quorum, asked.addresses) == (held.quorum, ())
    assert held.addresses[0][1].startswith("http://127.0.0.1:")
    DemoWitness(settings)
    assert TrustPolicy.from_text(witness.policy.read_text()).witnesses == held.witnesses
