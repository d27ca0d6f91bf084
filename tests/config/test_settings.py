"""Settings: refused together, never repeated, never guessed."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.config.settings import SETTINGS, Settings
from gateway.errors import ConfigError

CANARY = "canary-8f2c"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("GATEWAY_DATABASE_URL", "mysql://server/base"),
        ("GATEWAY_DATABASE_URL", "sqlite://"),
        ("GATEWAY_DATABASE_URL", "sqlite:///:memory:"),
        ("GATEWAY_DATABASE_URL", "postgresql://"),
        ("GATEWAY_ISSUER", "Gateway.example"),
        ("GATEWAY_ISSUER", "nodots"),
        ("GATEWAY_ISSUER", "gateway.example\n"),
        ("GATEWAY_PUBLIC_URL", "http://gateway.example"),
        ("GATEWAY_PUBLIC_URL", "ftp://127.0.0.1"),
        ("GATEWAY_PUBLIC_URL", "https://user:secret@gateway.example"),
        ("GATEWAY_PUBLIC_URL", "https://gateway.example/path"),
        ("GATEWAY_PUBLIC_URL", "https://gateway.example:99999"),
        ("GATEWAY_MUNICIPALITY", "Hilversum"),
        ("GATEWAY_MUNICIPALITY", "../other"),
        ("GATEWAY_DEMO", "yes"),
        ("GATEWAY_DEMO", "true"),
        ("GATEWAY_DRAFT_HOURS", "0"),
        ("GATEWAY_DRAFT_HOURS", "169"),
        ("GATEWAY_BODY_LIMIT", "1023"),
        ("GATEWAY_BODY_LIMIT", "16777217"),
        ("GATEWAY_BODY_LIMIT", "-1"),
        ("GATEWAY_BODY_LIMIT", "٦٥٥٣٦"),
        ("GATEWAY_RATE_LIMIT", "0 per minute"),
        ("GATEWAY_RATE_LIMIT", "unlimited"),
        ("GATEWAY_LOG_LEVEL", "INFO"),
        ("GATEWAY_HOME", ""),
        ("GATEWAY_PASSPHRASE_FILE", " "),
        ("GATEWAY_KEYS", "a\0b"),
    ],
)
def test_a_malformed_setting_is_refused_by_name(name: str, value: str) -> None:
    """No malformed value quietly becomes the default."""
    with pytest.raises(ConfigError, match=name) as caught:
        Settings.from_env({name: value})
    assert caught.value.hint != ""


def test_every_problem_is_named_at_once() -> None:
    """An administrator repairs the configuration in one go."""
    environ = {"GATEWAY_DEMO": "x", "GATEWAY_BODY_LIMIT": "x", "GATEWAY_LOG_LEVEL": "x", "GATEWAY_HOMES": "x"}
    with pytest.raises(ConfigError) as caught:
        Settings.from_env(environ)
    assert all(name in caught.value.message for name in environ)


def test_an_unknown_gateway_variable_is_refused_with_the_nearest_name() -> None:
    """A misspelt setting must not mean its default."""
    with pytest.raises(ConfigError, match=r"GATEWAY_DEMOO is not a setting \(did you mean GATEWAY_DEMO\?\)"):
        Settings.from_env({"GATEWAY_DEMOO": "1"})


@pytest.mark.parametrize("name", [setting.name for setting in SETTINGS])
def test_no_value_is_repeated_in_a_message(name: str) -> None:
    """A value may be a secret, whichever setting it was typed into."""
    with pytest.raises(ConfigError) as caught:
        Settings.from_env({name: f"{CANARY}!\0"} | {"GATEWAY_NONE": CANARY})
    assert CANARY not in caught.value.message + caught.value.hint


def test_what_is_not_ours_is_left_alone() -> None:
    """Other programs' variables and the tests' own switch are no settings."""
    assert Settings.from_env({"PATH": "/bin", "GATEWAY_REQUIRE_ALL": "1"}) == Settings.from_env({})


def test_the_defaults_are_for_one_machine_and_hold_no_secret() -> None:
    """Without any variable the gateway is no demo, has no passphrase, and listens to this machine."""
    settings = Settings.from_env({})
    project = Path(__file__).resolve().parents[2]
    assert settings == Settings(
        home=Path("./var"),
        database_url="sqlite:///var/gateway.sqlite",
        keys=Path("var/keys"),
        policies=project / "policies",
        municipality="hilversum",
        policy_approvers=Path("var/keys/policy.approvers"),
        partners=project / "partners.yaml",
        passphrase_file=None,
        backup_passphrase_file=None,
        metrics_token_file=None,
        witnesses=None,
        max_unwitnessed="50 entries, 15 minutes",
        issuer="disclosure-gateway.hilversum.example",
        public_url="http://127.0.0.1:8080",
        oidc=None,
        proxy=None,
        demo=False,
        draft_hours=24,
        body_limit=65536,
        rate_limit="300 per minute",
        letter_phone="14 035",
        fg_phone="14 035",
        log_level="info",
    )


def test_what_lives_in_home_follows_home(tmp_path: Path) -> None:
    """Database and keys move with GATEWAY_HOME; an absolute path gives an absolute database address."""
    settings = Settings.from_env({"GATEWAY_HOME": str(tmp_path)})
    assert settings.database_url == f"sqlite:///{tmp_path}/gateway.sqlite"
    assert settings.database_url.startswith("sqlite:////")
    assert settings.keys == tmp_path / "keys"


def test_each_variable_reaches_its_own_field() -> None:
    """No two settings are exchanged."""
    settings = Settings.from_env(
        {
            "GATEWAY_HOME": "h",
            "GATEWAY_DATABASE_URL": "postgresql://server/base",
            "GATEWAY_KEYS": "k",
            "GATEWAY_POLICIES": "po",
            "GATEWAY_POLICY_APPROVERS": "ap",
            "GATEWAY_PARTNERS": "pa.yaml",
            "GATEWAY_PASSPHRASE_FILE": "pass",
            "GATEWAY_BACKUP_PASSPHRASE_FILE": "backup",
            "GATEWAY_METRICS_TOKEN_FILE": "token",
            "GATEWAY_WITNESSES": "trust.policy",
            "GATEWAY_MAX_UNWITNESSED": "9 entries, 2 minutes",
            "GATEWAY_ISSUER": "gateway.example",
            "GATEWAY_PUBLIC_URL": "https://gateway.example:8443/",
            "GATEWAY_OIDC": "oidc.yaml",
            "GATEWAY_PROXY": "10.0.0.7",
            "GATEWAY_DEMO": "1",
            "GATEWAY_DRAFT_HOURS": "2",
            "GATEWAY_BODY_LIMIT": "1024",
            "GATEWAY_RATE_LIMIT": "5 per 2 hour",
            "GATEWAY_LOG_LEVEL": "error",
        }
    )
    assert settings == Settings(
        home=Path("h"),
        database_url="postgresql://server/base",
        keys=Path("k"),
        policies=Path("po"),
        municipality="hilversum",
        policy_approvers=Path("ap"),
        partners=Path("pa.yaml"),
        passphrase_file=Path("pass"),
        backup_passphrase_file=Path("backup"),
        metrics_token_file=Path("token"),
        witnesses=Path("trust.policy"),
        max_unwitnessed="9 entries, 2 minutes",
        issuer="gateway.example",
        public_url="https://gateway.example:8443",
        oidc=Path("oidc.yaml"),
        proxy="10.0.0.7",
        demo=True,
        draft_hours=2,
        body_limit=1024,
        rate_limit="5 per 2 hour",
        letter_phone="14 035",
        fg_phone="14 035",
        log_level="error",
    )


def test_a_printed_settings_object_shows_no_database_password() -> None:
    """A PostgreSQL address may hold one."""
    settings = Settings.from_env({"GATEWAY_DATABASE_URL": f"postgresql://gateway:{CANARY}@server/base"})
    assert CANARY not in repr(settings)


@given(st.integers(1024, 16 * 1024 * 1024))
def test_every_body_limit_in_the_range_is_read_exactly(limit: int) -> None:
    """The limit is in bytes, both ends included."""
    assert Settings.from_env({"GATEWAY_BODY_LIMIT": str(limit)}).body_limit == limit
