"""Who may receive: partners.yaml and the enrolled keys are read strictly."""

import datetime as dt
import json
from functools import cache
from pathlib import Path

import pytest

from gateway.config.partners import load_partners
from gateway.config.policy_files import read_policy_files
from gateway.decide.loader import load_bundle
from gateway.errors import ConfigError
from gateway.model.bundle import Vocabulary
from gateway.model.partner import Partner, SealProfile
from gateway.model.terms import Json, Truth

REPOSITORY = Path(__file__).parents[2]
NOW = dt.date(2026, 11, 24)

# RFC 8037 appendix A: the Ed25519 key of A.2 with its thumbprint of A.3; the X25519 key of A.6.
SIGNING: dict[str, Json] = {
    "kty": "OKP",
    "crv": "Ed25519",
    "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
    "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
    "use": "sig",
}
SEALING: dict[str, Json] = {
    "kty": "OKP",
    "crv": "X25519",
    "x": "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08",
    "kid": "giQqigT_IKcuzHl0FVJ3k5ts3_TWNAxvsC08UZsfcM8",
    "use": "enc",
}

PARTNERS = """
partners:
  - id: dudok-wonen
    kind: housing_corporation
    name: Dudok Wonen
    active: true
    contact: {desk: balie, email: balie@dudok-wonen.example, phone: "+31 35 000 00 01"}
    agreement: {reference: A-1, since: "2024-01-01", until: "2030-01-01"}
    dpia: {reference: D-1, since: "2024-01-01", until: "2030-01-01"}
    profile: jose
    holdings: dwellings
    retention_days: 365
    keys: dudok-wonen.jwks.json
"""
KEY_FILE = "dudok-wonen.jwks.json"


@cache
def _vocabulary() -> Vocabulary:
    return load_bundle(read_policy_files(REPOSITORY / "policies")).vocabulary


def _load(text: str = PARTNERS, *keys: dict[str, Json]) -> dict[str, Partner]:
    files = {KEY_FILE: json.dumps({"keys": list(keys)}).encode()} if keys else {}
    return load_partners(text.encode(), keys=files, vocabulary=_vocabulary())


# id -> text to replace, replacement, what the message must say
FAULTS: dict[str, tuple[str, str, str]] = {
    "unknown kind": ("kind: housing_corporation", "kind: bank", "kind: the policy does not know `bank`"),
    "unknown key": ("    active:", "    secret: a\n    active:", "unknown key `secret`"),
    "missing key": ("    active: true\n", "", "key `active` is missing"),
    "duplicate key": ("    active:", "    active: false\n    active:", "duplicate key `active`"),
    "bare yes": ("active: true", "active: yes", "bare `yes`"),
    "active as text": ("active: true", 'active: "true"', "active: true or false"),
    "id with a path": ("id: dudok-wonen", "id: ../x", "id: small letters"),
    "id in capitals": ("id: dudok-wonen", "id: Dudok", "id: small letters"),
    "blank name": ("name: Dudok Wonen", 'name: " "', "name: text is expected"),
    "contact that is no address": ("balie@dudok-wonen.example", "balie", "contact.email"),
    "contact without telephone": (', phone: "+31 35 000 00 01"', "", "key `phone` is missing"),
    "agreement without reference": ("reference: A-1, ", "", "agreement: key `reference` is missing"),
    "agreement that is null": (
        '{reference: A-1, since: "2024-01-01", until: "2030-01-01"}',
        "null",
        "agreement: a mapping",
    ),
    "agreement that ends first": ('since: "2024-01-01"', 'since: "2031-01-01"', "agreement: it ends before it begins"),
    "impossible date": ('since: "2024-01-01"', 'since: "2024-02-30"', "agreement.since: a date"),
    "compact date": ('since: "2024-01-01"', 'since: "20240101"', "agreement.since: a date"),
    "ownership of a corporation": (
        "    profile:",
        '    ownership_verified: "2026-01-01"\n    profile:',
        "only for a private",
    ),
    "unknown profile": ("profile: jose", "profile: plain", "profile: one of hpke9"),
    "unknown holdings": ("holdings: dwellings", "holdings: some", "holdings: dwellings or none"),
    "holdings as a list": ("holdings: dwellings", "holdings: [dwellings]", "holdings: dwellings or none"),
    "retention of nothing": ("retention_days: 365", "retention_days: 0", "retention_days: a number"),
    "retention as boolean": ("retention_days: 365", "retention_days: true", "retention_days: a number"),
    "keys of another partner": ("keys: dudok-wonen", "keys: gooi-wonen", "keys: the partner's own"),
    "no list": (PARTNERS, "partners: {}", "one key `partners` with a list"),
    "no partner": (PARTNERS, "partners: []", "there is no partner"),
    "text for a partner": (PARTNERS, "partners: [a]", "partner 1: partner: a mapping"),
    "something beside the partners": ("partners:", "more: []\npartners:", "one key `partners`"),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS.keys())
def test_one_fault_refuses_the_file(fault: tuple[str, str, str]) -> None:
    """The message names the file and the place."""
    old, new, problem = fault
    assert old in PARTNERS
    with pytest.raises(ConfigError) as caught:
        _load(PARTNERS.replace(old, new, 1))
    assert problem in caught.value.message
    assert caught.value.message.startswith("partners.yaml")


def test_two_partners_with_one_id_are_refused() -> None:
    """A message has one address."""
    with pytest.raises(ConfigError, match="dudok-wonen: id: another partner has it"):
        _load(PARTNERS + PARTNERS.replace("partners:\n", ""))


def test_all_problems_are_told_at_once() -> None:
    """Nobody should have to start five times to find five faults."""
    second = PARTNERS.replace("partners:\n", "").replace("dudok-wonen", "gooi-wonen").replace("jose", "plain")
    with pytest.raises(ConfigError) as caught:
        _load(PARTNERS.replace("dwellings", "some") + second)
    assert "dudok-wonen: holdings" in caught.value.message
    assert "gooi-wonen: profile" in caught.value.message


BAD_KEYS: dict[str, dict[str, Json]] = {
    "kid of another key": {**SIGNING, "kid": str(SEALING["kid"])},
    "kid chosen freely": {**SIGNING, "kid": "key-1"},
    "private key": {**SIGNING, "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"},
    "no kid": {name: value for name, value in SIGNING.items() if name != "kid"},
    "unknown member": {**SIGNING, "x5u": "https://example.org"},
    "use of the other curve": {**SIGNING, "use": "enc"},
    "another kind of key": {**SIGNING, "kty": "EC"},
    "another curve": {**SIGNING, "crv": "Ed448"},
    "an alg of another key": {**SIGNING, "alg": "none"},
    "x with padding": {**SIGNING, "x": f"{SIGNING['x']}="},
    "x too short": {**SIGNING, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHUQ"},
    "x with loose bits": {**SIGNING, "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURp"},
    "x that is a number": {**SIGNING, "x": 1},
}


@pytest.mark.parametrize("jwk", BAD_KEYS.values(), ids=BAD_KEYS.keys())
def test_a_key_that_is_not_exactly_right_is_refused(jwk: dict[str, Json]) -> None:
    """The message names the partner and shows nothing of the key."""
    with pytest.raises(ConfigError, match="dudok-wonen: keys: ") as caught:
        _load(PARTNERS, SEALING, jwk)
    assert not [
        value for value in jwk.values() if isinstance(value, str) and len(value) > 20 and value in str(caught.value)
    ]


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b'{"keys": []}', b'{"keys": [], "keys": []}', b'{"keys": [1]}', b"\xff", b'{"keys": {}}'],
)
def test_a_file_that_is_no_key_set_is_refused(data: bytes) -> None:
    """An empty or malformed file is a fault; no file means no keys yet."""
    with pytest.raises(ConfigError, match="dudok-wonen: keys: "):
        load_partners(PARTNERS.encode(), keys={KEY_FILE: data}, vocabulary=_vocabulary())


def test_the_same_key_twice_is_refused() -> None:
    """In one file, or enrolled by two partners."""
    with pytest.raises(ConfigError, match="dudok-wonen: keys: "):
        _load(PARTNERS, SIGNING, SIGNING)
    two = PARTNERS + PARTNERS.replace("partners:\n", "").replace("dudok-wonen", "gooi-wonen")
    data = json.dumps({"keys": [SEALING]}).encode()
    with pytest.raises(ConfigError, match="gooi-wonen: keys: another partner has enrolled the same key"):
        load_partners(two.encode(), keys={KEY_FILE: data, "gooi-wonen.jwks.json": data}, vocabulary=_vocabulary())


def test_enrolled_keys_are_found_by_their_use() -> None:
    """One to encrypt to, one to verify receipts with."""
    partner = _load(PARTNERS, SIGNING, SEALING)["dudok-wonen"]
    sealing, signing = partner.key("enc"), partner.key("sig")
    assert sealing is not None
    assert signing is not None
    assert (sealing.kid, sealing.jwk["x"]) == (SEALING["kid"], SEALING["x"])
    assert (signing.kid, signing.jwk["x"]) == (SIGNING["kid"], SIGNING["x"])


def test_without_a_key_file_a_partner_has_no_keys() -> None:
    """It is enrolled on paper only, and nothing can be sealed to it."""
    assert _load()["dudok-wonen"].keys == ()


def test_a_partner_is_what_the_file_says() -> None:
    """Each value arrives in its place, and an omitted paper is no paper."""
    partner = _load()["dudok-wonen"]
    assert (partner.id, partner.kind, partner.name) == ("dudok-wonen", "housing_corporation", "Dudok Wonen")
    assert (partner.active, partner.has_holdings, partner.retention_days) == (True, True, 365)
    assert partner.profile is SealProfile.JOSE
    assert (partner.contact.desk, partner.contact.phone) == ("balie", "+31 35 000 00 01")
    assert partner.agreement is not None
    assert (partner.agreement.reference, partner.agreement.until) == ("A-1", dt.date(2030, 1, 1))
    bare = "\n".join(line for line in PARTNERS.splitlines() if "agreement" not in line and "dpia" not in line)
    without = _load(bare)["dudok-wonen"]
    assert (without.agreement, without.dpia) == (None, None)
    assert (without.agreement_current(NOW), without.dpia_current(NOW)) == (Truth.NO, Truth.NO)


SAMPLES = {
    "avim": "avim",
    "politie": "police",
    "dudok-wonen": "housing_corporation",
    "gooi-wonen": "housing_corporation",
    "verhuurder-1": "private_landlord",
    "arbeidsinspectie": "labour_inspectorate",
    "sociaal-plein": "sociaal_plein",
    "ondermijning": "ondermijning",
    "juridische-handhaving": "legal_enforcement",
    "belle": "belle",
    "ggd": "ggd",
    "comensha": "comensha",
    "veilig-thuis": "veilig_thuis",
    "ministerie": "ministry",
    "proud": "proud",
    "klankbord": "public_council",
    "regiogemeente": "regional_municipality",
}


def test_the_sample_partners_load() -> None:
    """Every kind has one; only gooi-wonen's agreement has lapsed, and contacts are at reserved names."""
    data = (REPOSITORY / "partners.yaml").read_bytes()
    partners = load_partners(data, keys={}, vocabulary=_vocabulary())
    assert {partner.id: partner.kind for partner in partners.values()} == SAMPLES
    assert set(SAMPLES.values()) == set(_vocabulary().recipients)
    lapsed = {partner.id for partner in partners.values() if partner.agreement_current(NOW) is not Truth.YES}
    assert lapsed == {"gooi-wonen"}
    assert {partner.dpia_current(NOW) for partner in partners.values()} == {Truth.YES}
    assert all(partner.contact.email.endswith(".example") for partner in partners.values())
    assert {partner.id for partner in partners.values() if partner.has_holdings} == {
        "dudok-wonen",
        "gooi-wonen",
        "verhuurder-1",
    }
    assert b"EXAMPLE" in data.splitlines()[0]


def test_the_ownership_of_the_sample_landlord_was_checked() -> None:
    """A private landlord's check is good for thirty days."""
    landlord = load_partners((REPOSITORY / "partners.yaml").read_bytes(), keys={}, vocabulary=_vocabulary())[
        "verhuurder-1"
    ]
    assert landlord.ownership_verified == dt.date(2026, 11, 10)
    assert landlord.agreement_current(dt.date(2026, 12, 10)) is Truth.YES
    assert landlord.agreement_current(dt.date(2026, 12, 11)) is Truth.NO
