"""A witness's own keys: made on the privacy officer's machine and sealed there, each under a passphrase of its own.

One cosigns by itself, for as long as the witness runs. The other says that a person has read: its passphrase is typed.
"""

from enum import StrEnum
from pathlib import Path

from gateway.crypto import sealed_file
from gateway.crypto.cosignatures import Cosigner
from gateway.crypto.passphrase import QUICK, STRONG
from gateway.errors import KeyUnavailableError


class WitnessKey(StrEnum):
    """What a key of a witness may say; it stands in the file, so that neither opens in the other's place."""

    AUTOMATIC = "gateway-witness/1"
    REVIEWED = "gateway-witness-reviewed/1"


def make_witness_key(path: Path, name: str, passphrase: bytes, *, use: WitnessKey, strong: bool = True) -> str:
    """Write a new key, readable by its owner only; return its public half (C2SP vkey, type 4) for trust policies.

    :raises KeyUnavailableError: the name has spaces or plus signs, the passphrase is empty, or the file exists already
        or cannot be written.
    """
    try:
        cosigner = Cosigner.generate(name)
    except KeyUnavailableError as exc:
        raise KeyUnavailableError(
            "a witness's name has no spaces or plus signs", hint="use a name such as fg.hilversum.example/witness"
        ) from exc
    cost = STRONG if strong else QUICK
    try:
        sealed = sealed_file.seal_file(cosigner.to_text().encode(), passphrase, cost=cost, form=use.value)
    except KeyUnavailableError as exc:
        raise KeyUnavailableError("the passphrase is empty", hint="choose a long one and keep it to yourself") from exc
    try:
        sealed_file.create(path, sealed)
    except KeyUnavailableError as exc:
        raise KeyUnavailableError(
            f"{path.name} exists already or cannot be written", hint="choose another folder; a key is never replaced"
        ) from exc
    return cosigner.vkey


def open_witness_key(path: Path, passphrase: bytes, *, use: WitnessKey) -> Cosigner:
    """Return the key of a file; raise KeyUnavailableError: missing, altered, another key, or the wrong passphrase."""
    try:
        opened, _ = sealed_file.open_file(path, passphrase, form=use.value)
        return Cosigner.from_text(opened.decode())
    except (KeyUnavailableError, UnicodeDecodeError) as exc:
        raise KeyUnavailableError(
            f"{path.name} cannot be opened: it is not this key of a witness, was altered, or the passphrase is another",
            hint="look at the file and the passphrase; docs/witness.md says what to do when the key is lost or stolen",
        ) from exc
