"""An approver's own key: made on the approver's machine and sealed there under a passphrase; it signs policies.

Signatures are C2SP signed notes, so any tool for those can check them; `gateway.policy.statement` has what they say.
"""

from pathlib import Path

from gateway.crypto import sealed_file
from gateway.crypto.notes import NoteSigner
from gateway.crypto.passphrase import QUICK, STRONG
from gateway.errors import KeyUnavailableError

FORMAT = "gateway-approver/1"


def make_approver_key(path: Path, name: str, passphrase: bytes, *, strong: bool = True) -> str:
    """Write a new key, readable by its owner only; return its public half (C2SP vkey) for the list of approvers.

    :raises KeyUnavailableError: the name has spaces or plus signs, the passphrase is empty, or the file exists already
        or cannot be written.
    """
    try:
        signer = NoteSigner.generate(name)
    except KeyUnavailableError as exc:
        raise KeyUnavailableError(
            "an approver's name has no spaces or plus signs", hint="use a staff id or a short name, such as fg-1"
        ) from exc
    sealed = _sealed(signer.to_text(), passphrase, strong=strong)
    if path.exists():
        raise KeyUnavailableError(
            f"{path.name} exists already, and a key is never replaced", hint="choose another file, or move it away"
        )
    try:
        sealed_file.create(path, sealed)
    except KeyUnavailableError as exc:
        raise KeyUnavailableError(
            f"{path.name} cannot be written", hint="look at the folder and its permissions"
        ) from exc
    return signer.vkey


def open_approver_key(path: Path, passphrase: bytes) -> NoteSigner:
    """Return the key of a file; raise KeyUnavailableError: missing, altered, or the wrong passphrase."""
    try:
        opened, _ = sealed_file.open_file(path, passphrase, form=FORMAT)
        return NoteSigner.from_text(opened.decode())
    except (KeyUnavailableError, UnicodeDecodeError) as exc:
        raise KeyUnavailableError(
            f"{path.name} cannot be opened: it is not an approver's key, was altered, or the passphrase is another",
            hint="look at the file and the passphrase; make a key with `gateway policy keygen`",
        ) from exc


def _sealed(secret: str, passphrase: bytes, *, strong: bool) -> bytes:
    try:
        return sealed_file.seal_file(secret.encode(), passphrase, cost=STRONG if strong else QUICK, form=FORMAT)
    except KeyUnavailableError as exc:
        raise KeyUnavailableError("the passphrase is empty", hint="choose a long one and keep it to yourself") from exc
