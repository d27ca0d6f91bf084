"""partner.yaml is read strictly: a slip in it must not lead a partner to the wrong gateway or key."""

from pathlib import Path

import pytest

from gateway.errors import ConfigError
from gateway.partner.config import check_gateway_url, load_config
from tests.partner.envelopes import a_world, write_folder


@pytest.mark.parametrize(
    "url",
    [
        "http://gateway.example",
        "http://127.0.0.1.evil.example",
        "http://127.0.0.1@evil.example",
        "https://user@gateway.example",
        "https://gateway.example?x=1",
        "https://gateway.example#x",
        "https://",
        "https://gateway.example:x",
        "http://127.0.0.1\\@evil.example",
        "ftp://127.0.0.1",
        "gateway.example",
        "http://[::1",
    ],
)
def test_an_address_that_is_not_safe_is_refused(url: str) -> None:
    """Only https, or http that does not leave this machine."""
    with pytest.raises(ConfigError):
        check_gateway_url(url)


@pytest.mark.parametrize("url", ["https://gateway.example/", "http://127.0.0.1:8080", "http://[::1]:8080"])
def test_a_safe_address_loses_only_its_final_slash(url: str) -> None:
    """The rest is kept as it is."""
    assert check_gateway_url(url) == url.rstrip("/")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("id: avim", "id: ../avim"),
        ("id: avim", "id: no"),
        ("id: avim", "id: avim\nid: ggd"),
        ("id: avim", "id: avim\nmore: x"),
        ("trust: trust.policy\n", ""),
        ("id: avim", "id: ''"),
        ("id: avim", "- avim"),
        ("id: avim", "id: !!python/object/apply:os.getcwd []"),
    ],
)
def test_a_slip_in_the_file_is_refused(tmp_path: Path, old: str, new: str) -> None:
    """Unknown, double, missing, wrongly typed and executable values are all refused."""
    write_folder(a_world(), tmp_path)
    path = tmp_path / "partner.yaml"
    path.write_text(path.read_text().replace(old, new))
    with pytest.raises(ConfigError):
        load_config(path)


def test_paths_are_relative_to_the_file(tmp_path: Path) -> None:
    """The folder may be moved as a whole."""
    keys = write_folder(a_world(), tmp_path)
    assert load_config(tmp_path / "partner.yaml").keys == keys
