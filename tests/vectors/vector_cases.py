"""Public vectors: where they are, and what a case is. They are data, read as they are."""

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature, InvalidTag
from joserfc.errors import JoseError
from nacl.exceptions import CryptoError as NaclError

from gateway.errors import CryptoError

VECTORS = Path(__file__).resolve().parents[3] / "shared/vectors"  # beside the project
WYCHEPROOF = VECTORS / "wycheproof/testvectors_v1"
COOKBOOK = VECTORS / "cookbook"

Vector = dict[str, Any]  # a test case as its authors wrote it
REFUSALS = (CryptoError, JoseError, InvalidSignature, InvalidTag, NaclError, ValueError, TypeError, KeyError)


@dataclass(frozen=True, slots=True)
class Case:
    """One case: its name in its suite, what must happen to it (None: either), and what did."""

    name: str
    expected: bool | None
    accepted: bool


def accepts(attempt: Callable[..., object], *given: object) -> bool:
    """Say whether an attempt ends well; any refusal that is made on purpose, by us or a library, is a no."""
    try:
        return attempt(*given) is not False
    except REFUSALS:
        return False


def wycheproof(file: str) -> Iterator[tuple[Vector, Vector, bool | None]]:
    """Give each case of a file with its group and what must happen to it."""
    for group in json.loads((WYCHEPROOF / file).read_text())["testGroups"]:
        for test in group["tests"]:
            yield group, test, {"valid": True, "invalid": False}.get(test["result"])


def decoded(test: Vector, *names: str) -> list[bytes]:
    """Return these members, which are in hexadecimal."""
    return [bytes.fromhex(test[name]) for name in names]
