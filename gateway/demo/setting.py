"""Makes a demo state: keys, partners' keys, dwellings and identities. All invented, and only under the demo flag."""

import datetime as dt
import json
import os
import re
import secrets
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from gateway.bootstrap import build, generate_keys
from gateway.config.clock import utc_now
from gateway.config.settings import PROJECT, Settings
from gateway.cosign.trust import read_witnesses
from gateway.crypto.jwk import generate_key, to_jwks
from gateway.crypto.keyring import ISSUER_KEYS, KEYRING
from gateway.crypto.profiles import PROFILES, key_for
from gateway.demo import cases
from gateway.errors import ConfigError
from gateway.log.policy import TrustPolicy
from gateway.model.partner import Partner, SealProfile
from gateway.model.people import Employee, Person, StaffRole
from gateway.opening import keyring_file, verifier_keys
from gateway.pipeline.change import import_holdings
from gateway.pipeline.rotate import add_nlgov_key
from gateway.pipeline.tools import Clock
from gateway.wsgi import DEMO_PEOPLE_FILE

DEMO_PEOPLE = (
    Person("demo:sanne", "Sanne (toezichthouder, verzonnen)", frozenset({StaffRole.SUPERVISOR})),
    Person("demo:bram", "Bram (toezichthouder, verzonnen)", frozenset({StaffRole.SUPERVISOR})),
    Person("demo:meryem", "Meryem (gemandateerd manager, verzonnen)", frozenset({StaffRole.MANAGER})),
    Person("demo:fleur", "Fleur (FG, verzonnen)", frozenset({StaffRole.FG})),
    Person("demo:otto", "Otto (privacy officer, verzonnen)", frozenset({StaffRole.PRIVACY_OFFICER})),
)

DEMO_EMPLOYEES = (
    Employee("demo:ada", "Ada (AVIM, verzonnen)", "avim"),
    Employee("demo:dirk", "Dirk (Dudok Wonen, verzonnen)", "dudok-wonen"),
    Employee("demo:sofie", "Sofie (Sociaal Plein, verzonnen)", "sociaal-plein"),
)

VERIFIED = re.compile(r'ownership_verified: "[0-9-]+"')

# (postcode, number, addition, BAG id): addresses that do not exist
DWELLINGS = {
    "dudok-wonen": (("1299ZA", 12, "bis", "0402019900000012"), ("1299ZA", 14, "", "0402019900000014")),
    "gooi-wonen": (("1299ZB", 3, "", "0402019900000003"),),
    "verhuurder-1": (("1299ZC", 7, "", "0402019900000007"),),
}


def demo_environment(environ: Mapping[str, str], *, url: str) -> dict[str, str]:
    """Return the settings of a demo, for those that the environment leaves open."""
    home = Path(environ.get("GATEWAY_HOME", "var"))
    return {
        "GATEWAY_DEMO": "1",
        "GATEWAY_HOME": str(home),
        "GATEWAY_PUBLIC_URL": url,
        "GATEWAY_PASSPHRASE_FILE": environ.get("GATEWAY_PASSPHRASE_FILE", str(home / "demo.passphrase")),
    }


def fresh_partners(home: Path, on: dt.date) -> Path:
    """Write the sample partners with the land registry asked on this day, in `home`; return the file."""
    sample = (PROJECT / "partners.yaml").read_text(encoding="utf-8")
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = home / "partners.yaml"
    path.write_text(VERIFIED.sub(f'ownership_verified: "{on.isoformat()}"', sample), encoding="utf-8")
    return path


def prepare_keys(settings: Settings, *, clock: Clock = utc_now) -> None:
    """Make the demo's keys, unless they are there."""
    settings.home.mkdir(parents=True, exist_ok=True, mode=0o700)
    if settings.passphrase_file is not None and not settings.passphrase_file.exists():
        _write_secret(settings.passphrase_file, secrets.token_hex(32).encode())
    if not (settings.keys / KEYRING).exists():
        generate_keys(settings, clock=clock)


def prepare(settings: Settings, *, clock: Clock = utc_now) -> None:
    """Make whatever the demo state lacks; what is there already is kept. Its first entries have the clock's time."""
    prepare_keys(settings, clock=clock)
    people: list[dict[str, object]] = [
        {"id": p.id, "name": p.name, "roles": sorted(role.value for role in p.roles)} for p in DEMO_PEOPLE
    ]
    people += [{"id": one.id, "name": one.name, "partner": one.partner} for one in DEMO_EMPLOYEES]
    (settings.home / DEMO_PEOPLE_FILE).write_text(json.dumps(people, ensure_ascii=False), encoding="utf-8")
    gateway = build(settings, clock=clock)
    _refuse_other_keys(gateway.tools.partners.values())
    if gateway.tools.nlgov_key is None and any(p.profile is SealProfile.NLGOV for p in gateway.tools.partners.values()):
        add_nlgov_key(gateway.tools, keyring_file(settings), by="start", at=clock())
    new = [partner for partner in gateway.tools.partners if not (settings.home / "partners" / partner).exists()]
    for partner_id in new:
        if gateway.tools.partners[partner_id].profile is SealProfile.LINK:
            continue  # has no keys and no program
        _enrol(settings, gateway.tools.partners[partner_id], gateway.tools.issuer)
    for partner_id, dwellings in DWELLINGS.items():
        import_holdings(gateway.tools, partner_id, dwellings)
    gateway.tools.store.close()


def fill(settings: Settings) -> None:
    """Submit a few invented requests where there are none, so that the pages have something to show."""
    gateway = build(settings)
    if not gateway.team.lines(DEMO_PEOPLE[0]):
        day = gateway.tools.clock().date()
        for request in (
            cases.landlord_too_much(day, 1),
            cases.landlord_about_tenant(day, 2),
            cases.help_and_name(day, 3, "offer_help"),
            cases.landlord(day, 4, illegality_established="unknown"),
            cases.urgent(day, 5, "protect_victim"),
        ):
            gateway.team.submit(json.dumps(request).encode(), DEMO_PEOPLE[0])
    gateway.tools.store.close()


def _refuse_other_keys(partners: Iterable[Partner]) -> None:
    """Refuse a demo state whose partners have keys of another profile: made by an older program."""
    if any(partner.keys and key_for(partner.profile, partner.keys) is None for partner in partners):
        raise ConfigError(
            "the partners of this demo state have keys for another profile than partners.yaml gives them",
            hint="remove the folder of GATEWAY_HOME, and start again",
        )


def _enrol(settings: Settings, partner: Partner, issuer: str) -> None:
    """Make a partner's own folder, as `gateway partner keygen` would, and enrol its public keys."""
    partner_id, profile = partner.id, PROFILES[partner.profile]
    folder = settings.home / "partners" / partner_id
    folder.mkdir(parents=True, mode=0o700)
    keys = (generate_key(profile.key_algorithm), generate_key(profile.signature))
    private = json.dumps({"keys": [key.to_json() for key in keys]}, indent=2)
    _write_secret(folder / f"{partner_id}.keys.json", private.encode())
    public = to_jwks([key.public() for key in keys])
    (folder / f"{partner_id}.jwks.json").write_bytes(public)
    enrolled = settings.keys / "partners"
    enrolled.mkdir(parents=True, exist_ok=True, mode=0o700)
    (enrolled / f"{partner_id}.jwks.json").write_bytes(public)
    (folder / "issuer.jwks.json").write_bytes((settings.keys / ISSUER_KEYS).read_bytes())
    vkeys = verifier_keys(settings)
    trust = read_witnesses(settings.witnesses, vkeys) or TrustPolicy(vkeys)
    # Where a witness is reached is the gateway's affair: its partners ask it nothing.
    (folder / "trust.policy").write_text(replace(trust, addresses=()).to_text(), encoding="utf-8")
    (folder / "partner.yaml").write_text(
        f"id: {partner_id}\n"
        f"gateway: {settings.public_url}\n"
        f"issuer: {issuer}\n"
        f"keys: {partner_id}.keys.json\n"
        "trust: trust.policy\n"
        "issuer_keys: issuer.jwks.json\n",
        encoding="utf-8",
    )


def _write_secret(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(data)
