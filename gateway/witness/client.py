"""Asks a witness for its newest cosigned checkpoint."""

import requests

from gateway.errors import NotFoundError, PermanentDeliveryError, TemporaryDeliveryError
from gateway.witness.app import LATEST
from gateway.witness.memory import short_of
from gateway.witness.submission import LARGEST

TIMEOUTS = (5.0, 30.0)  # seconds to connect, and between two bytes of the answer


def fetch_latest(url: str, origin: str) -> str:
    """Return the note, unverified.

    :raises NotFoundError: the witness has cosigned nothing of this log.
    :raises TemporaryDeliveryError: it cannot be reached.
    :raises PermanentDeliveryError: what answers is no witness.
    """
    try:
        with requests.get(
            f"{url.rstrip('/')}{LATEST}{short_of(origin)}", timeout=TIMEOUTS, allow_redirects=False, stream=True
        ) as answer:
            content = b""
            for chunk in answer.iter_content(4096):
                content += chunk
                if len(content) > LARGEST:
                    break
    except requests.RequestException as exc:
        raise TemporaryDeliveryError(
            "the witness cannot be reached", hint="look at the address and whether `serve` runs there"
        ) from exc
    if answer.status_code == 404:
        raise NotFoundError("the witness has cosigned nothing of this log yet", hint="wait until the gateway has sent")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        text = ""
    if answer.status_code != 200 or not text or len(content) > LARGEST:
        raise PermanentDeliveryError("what answers at this address is no witness", hint="look at the address")
    return text
