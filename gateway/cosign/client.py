"""The HTTP side of one witness (C2SP tlog-witness). Every answer is of limited size and time; no redirect is followed.

Nothing of an answer is believed here: what it signs is verified by who asked.
"""

import hashlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import requests
from requests.auth import AuthBase
from urllib3.exceptions import HTTPError

from gateway.crypto.encoding import b64
from gateway.errors import TemporaryDeliveryError
from gateway.log.checkpoint import NUMBER

TIMEOUTS = (3.0, 5.0)  # seconds to connect, and between two pieces of the answer
PATIENCE = 10.0  # seconds for a whole answer
LARGEST = 16 * 1024  # bytes of an answer
SIZE_TYPE = "text/x.tlog.size"

OK, ABSENT, CONFLICT, INCONSISTENT = 200, 404, 409, 422


@dataclass(frozen=True, slots=True)
class Cosigned:
    """It signed: the lines of its answer."""

    lines: str


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """The newest checkpoint that it signed for this log has this size, and not the one that was asked from."""

    size: int


@dataclass(frozen=True, slots=True)
class Contradicted:
    """It says that the log does not continue what it signed before."""


class WitnessClient:
    """Speaks to one witness."""

    def __init__(self, name: str, url: str, *, timer: Callable[[], float] = time.monotonic) -> None:
        """Connect when the first call needs it, and keep the connection."""
        self.name = name
        self._url = url.rstrip("/")
        self._timer = timer
        self._session = requests.Session()

    def close(self) -> None:
        """Close the connection."""
        self._session.close()

    def add_checkpoint(self, old: int, proof: Sequence[bytes], note: str) -> Cosigned | Elsewhere | Contradicted:
        """Ask it to sign a checkpoint that continues the one of `old` entries, as the proof shows.

        :raises TemporaryDeliveryError: it cannot be reached, refused for another reason, or made no sense.
        """
        body = f"old {old}\n{''.join(f'{b64(step)}{chr(10)}' for step in proof)}\n{note}"
        status, kind, text = self._call("POST", "add-checkpoint", body)
        if status == OK:
            return Cosigned(text)
        if status == CONFLICT and kind == SIZE_TYPE and NUMBER.fullmatch(text.removesuffix("\n")):
            return Elsewhere(int(text))
        if status in {CONFLICT, INCONSISTENT}:
            return Contradicted()
        raise _trouble(f"a witness answered {status}")

    def newest(self, origin: str) -> str | None:
        """Return the newest note of this log that it signed, unverified; None when it never signed one.

        :raises TemporaryDeliveryError: it cannot be reached, or does not tell.
        """
        status, _, text = self._call("GET", f"latest-checkpoint/{hashlib.sha256(origin.encode()).hexdigest()[:16]}")
        if status == ABSENT:
            return None
        if status != OK:
            raise _trouble(f"a witness answered {status}")
        return text

    def _call(self, method: str, path: str, body: str | None = None) -> tuple[int, str, str]:
        try:
            with self._session.request(
                method,
                f"{self._url}/{path}",
                data=None if body is None else body.encode(),
                headers={"Content-Type": "text/plain; charset=utf-8", "Accept-Encoding": "identity"},
                auth=_Nobody(),
                timeout=TIMEOUTS,
                allow_redirects=False,
                stream=True,
            ) as answer:
                kind = answer.headers.get("Content-Type", "").partition(";")[0].strip().lower()
                return answer.status_code, kind, self._limited(answer).decode()
        except (requests.RequestException, HTTPError, UnicodeDecodeError) as exc:
            raise _trouble("a witness cannot be reached, or its answer is no text") from exc

    def _limited(self, answer: requests.Response) -> bytes:
        content, until = b"", self._timer() + PATIENCE
        while chunk := answer.raw.read1(LARGEST, decode_content=False):  # what has come, not until so much has come
            content += chunk
            if len(content) > LARGEST or self._timer() > until:
                raise _trouble("a witness's answer is too large or too slow")
        return content


class _Nobody(AuthBase):
    """No Authorization header at all, whatever ~/.netrc says."""

    def __call__(self, prepared: requests.PreparedRequest) -> requests.PreparedRequest:
        return prepared


def _trouble(what: str) -> TemporaryDeliveryError:
    return TemporaryDeliveryError(what, hint="look whether it runs, and at its address in GATEWAY_WITNESSES")
