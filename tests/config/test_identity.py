"""The file of identity providers: all of it is understood, or none of it is used."""

import datetime as dt
from pathlib import Path

import pytest

from gateway.config.identity import load_providers, read_providers
from gateway.errors import ConfigError
from gateway.model.people import StaffRole
from tests.house_rules.tree import PROJECT

GOOD = """
providers:
  - id: gemeente
    name: "de gemeente"
    issuer: "https://login.gemeente.example"
    client_id: gateway
    roles: {claim: groups, values: {team: supervisor}}
"""


def load(text: str, folder: Path = Path()) -> object:
    """Load a file with this text."""
    return load_providers(text.encode(), name="oidc.yaml", folder=folder, partners={"avim"})


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("providers:", "people:", "one key `providers`"),
        ("id: gemeente", "id: De Gemeente", "id: small letters"),
        ("client_id: gateway", "clientid: gateway", "unknown key `clientid`, key `client_id` is missing"),
        ("https://login", "http://login", "issuer: an https address"),
        ("https://login.gemeente.example", "https://a:b@c.example", "issuer: an https address"),
        ("https://login.gemeente.example", "https://c.example:port", "issuer: an https address"),
        ("team: supervisor", "team: boss", "one of supervisor, manager, fg"),
        ("claim: groups, ", "", "key `claim` is missing"),
        ("{team: supervisor}", "{}", "values: a mapping"),
        ("roles: {claim: groups, values: {team: supervisor}}", "scopes: [openid]", "lets anybody in"),
        ("client_id: gateway", "client_id: gateway\n    scopes: [profile]", "`openid` is missing"),
        ("client_id: gateway", "client_id: gateway\n    client_secret_file: absent", "cannot be read, or is empty"),
        ("client_id: gateway", "client_id: gateway\n    idle_minutes: 0", "idle_minutes: a whole number"),
        ("client_id: gateway", "client_id: gateway\n    session_minutes: 481", "session_minutes: a whole number"),
        ("client_id: gateway", "client_id: gateway\n    sessions: 0", "sessions: a whole number from 1 to 20"),
        ("client_id: gateway", "client_id: gateway\n    sessions: true", "sessions: a whole number"),
        ("client_id: gateway", "client_id: gateway\n    person: {claim: nr}", "key `register` is missing"),
        ("client_id: gateway", "client_id: gateway\n    person: {claim: nr, register: A B}", "person.register: small"),
        ("client_id: gateway", "client_id: gateway\n    strong: {for: [fg]}", "without `acr` or `amr`"),
        ("client_id: gateway", "client_id: gateway\n    strong: {for: [], amr: [mfa], minutes: 0}", "strong.minutes"),
        ("client_id: gateway", "client_id: gateway\n    strong: {for: [boss], amr: [mfa]}", "one of supervisor"),
        (
            "client_id: gateway",
            "client_id: gateway\n    partners: {claim: org, values: {x: elsewhere}}",
            "partners.yaml has no `elsewhere`",
        ),
    ],
)
def test_what_is_not_understood_stops_the_start(old: str, new: str, problem: str) -> None:
    """Unknown, missing or unsafe: the message names the place, and nobody is signed in by half a file."""
    with pytest.raises(ConfigError, match=problem) as caught:
        load(GOOD.replace(old, new))
    assert caught.value.hint


def test_two_providers_do_not_share_an_id() -> None:
    """The id stands in the address that a provider sends people back to."""
    with pytest.raises(ConfigError, match="another provider has it"):
        load(GOOD + GOOD.replace("providers:\n", "").lstrip("\n"))


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    """And without the setting there are no providers."""
    with pytest.raises(ConfigError, match="cannot be read"):
        read_providers(tmp_path / "absent", partners=())
    assert read_providers(None, partners=()) == ()


def test_the_example_of_the_documentation_is_one(tmp_path: Path) -> None:
    """docs/sign_in.md shows every key; what is left out has its default."""
    page = (PROJECT / "docs/sign_in.md").read_text(encoding="utf-8")
    example = page.split("```yaml\n")[1].split("```")[0]
    (tmp_path / "oidc.secret").write_text("invented")
    (tmp_path / "oidc.yaml").write_text(example, encoding="utf-8")
    found = read_providers(tmp_path / "oidc.yaml", partners={"avim", "dudok-wonen"})
    assert [provider.id for provider in found] == ["gemeente", "ketenpartners"]
    staff, partners = found
    assert staff.roles["sekswerkteam"] is StaffRole.SUPERVISOR
    assert staff.client_secret == "invented"
    assert (staff.person_claim, staff.register, staff.sessions) == ("employee_number", "hilversum", 3)
    assert staff.strong.roles == {StaffRole.MANAGER, StaffRole.FG, StaffRole.PRIVACY_OFFICER, StaffRole.SUPERVISOR}
    assert (partners.client_secret, partners.strong.partners) == (None, True)
    assert (partners.idle, partners.session) == (dt.timedelta(minutes=15), dt.timedelta(minutes=240))
    assert "invented" not in repr(found)
