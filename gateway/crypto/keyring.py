"""The gateway's own keys in one file: argon2id over the passphrase (RFC 9106), then XChaCha20-Poly1305.

PKCS#8's own encryption uses 2,048 rounds of PBKDF2 and is not enough (DESIGN section 5). The file is one line of JSON
with the cost and the salt, and then the box; the line is authenticated with it, so that nobody can lower the cost.
"""

import os
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from nacl.pwhash import argon2id

from gateway.crypto.canonical import canonical
from gateway.crypto.casebox import open_box, seal_box
from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import PrivateJwk, generate_signing_key, strict_object, to_jwks
from gateway.crypto.notes import NoteSigner
from gateway.errors import CannotOpenError, CryptoError, KeyUnavailableError
from gateway.model.terms import Json

FORMAT = "gateway-keyring/1"
KEY = 32  # bytes
STRONG = (argon2id.OPSLIMIT_MODERATE, argon2id.MEMLIMIT_MODERATE)  # 256 MiB, for production
QUICK = (argon2id.OPSLIMIT_INTERACTIVE, argon2id.MEMLIMIT_INTERACTIVE)  # 64 MiB, for the demo
LARGEST = 64 * 1024  # bytes of the file


@dataclass(frozen=True, slots=True)
class Keyring:
    """The issuer's signing key, the log's note key, the key that wraps case keys and the key of the keyed hashes.

    repr() shows none of them.
    """

    issuer_key: PrivateJwk = field(repr=False)
    log_key: str = field(repr=False)
    kek: bytes = field(repr=False)
    lookup_key: bytes = field(repr=False)

    @classmethod
    def generate(cls, log_origin: str) -> "Keyring":
        """Return new keys; `log_origin` names the log's key (C2SP signed-note)."""
        signer = NoteSigner.generate(log_origin)
        return cls(generate_signing_key(), signer.to_text(), secrets.token_bytes(KEY), secrets.token_bytes(KEY))

    def save(self, path: Path, passphrase: bytes, *, strong: bool) -> None:
        """Write the keyring, readable by its owner only. A file appears whole or not at all.

        :raises KeyUnavailableError: there is a file already, the passphrase is empty, or the folder cannot be written.
        """
        operations, memory = STRONG if strong else QUICK
        salt = secrets.token_bytes(argon2id.SALTBYTES)
        head = canonical(
            {"format": FORMAT, "kdf": "argon2id", "operations": operations, "memory": memory, "salt": b64url(salt)}
        )
        secret = _derive(passphrase, salt, operations, memory)
        box = seal_box(canonical(self._members()), key=secret, aad=head)
        _create(path, head + b"\n" + box)

    @classmethod
    def load(cls, path: Path, passphrase: bytes) -> "Keyring":
        """Return the keys of the file; raise KeyUnavailableError: missing, altered, or the wrong passphrase."""
        try:
            data = path.read_bytes()
        except OSError as exc:
            raise KeyUnavailableError(
                "there is no keyring to read", hint="make one with `gateway keys generate`, or look at GATEWAY_KEYS"
            ) from exc
        head, newline, box = data.partition(b"\n")
        if not newline or len(data) > LARGEST:
            raise _altered()
        salt, operations, memory = _read_head(head)
        secret = _derive(passphrase, salt, operations, memory)
        try:
            opened = open_box(box, key=secret, aad=head)
            return cls._from_members(strict_object(opened))
        except CannotOpenError as exc:
            raise KeyUnavailableError(
                "the passphrase does not open the keyring, or the file was altered",
                hint="check GATEWAY_PASSPHRASE_FILE; otherwise restore the keyring from its backup",
            ) from exc
        except (CryptoError, ValueError) as exc:
            raise _altered() from exc

    def public_documents(self) -> Mapping[str, bytes]:
        """Return the files that others need to verify: the issuer's JWK Set and the log's verifier key."""
        vkey = NoteSigner.from_text(self.log_key).vkey
        return {"issuer.jwks.json": to_jwks([self.issuer_key.public()]), "log.vkey": vkey.encode() + b"\n"}

    def _members(self) -> dict[str, Json]:
        return {
            "issuer_key": self.issuer_key.to_json(),
            "log_key": self.log_key,
            "kek": b64url(self.kek),
            "lookup_key": b64url(self.lookup_key),
        }

    @classmethod
    def _from_members(cls, members: dict[str, Json]) -> "Keyring":
        if set(members) != {"issuer_key", "log_key", "kek", "lookup_key"}:
            raise _altered()
        issuer_key = PrivateJwk.from_json(members["issuer_key"])
        log_key = NoteSigner.from_text(str(members["log_key"])).to_text()
        kek, lookup_key = unb64url(str(members["kek"])), unb64url(str(members["lookup_key"]))
        if issuer_key.use != "sig" or (len(kek), len(lookup_key)) != (KEY, KEY):
            raise _altered()
        return cls(issuer_key, log_key, kek, lookup_key)


def _derive(passphrase: bytes, salt: bytes, operations: int, memory: int) -> bytes:
    if not passphrase:
        raise KeyUnavailableError("the passphrase is empty", hint="put one in the file of GATEWAY_PASSPHRASE_FILE")
    return argon2id.kdf(KEY, passphrase, salt, opslimit=operations, memlimit=memory)


def _read_head(head: bytes) -> tuple[bytes, int, int]:
    try:
        members = strict_object(head)
        salt = unb64url(str(members.get("salt")))
    except (CryptoError, ValueError) as exc:
        raise _altered() from exc
    operations, memory = members.get("operations"), members.get("memory")
    # Only our own two costs: a planted file must not make the gateway take all memory, nor lower the cost unnoticed.
    for known_operations, known_memory in (STRONG, QUICK):
        if (operations, memory) == (known_operations, known_memory):
            break
    else:
        raise _altered()
    if (
        set(members) != {"format", "kdf", "operations", "memory", "salt"}
        or (members["format"], members["kdf"]) != (FORMAT, "argon2id")
        or len(salt) != argon2id.SALTBYTES
    ):
        raise _altered()
    return salt, known_operations, known_memory


def _create(path: Path, data: bytes) -> None:
    try:
        descriptor, name = tempfile.mkstemp(dir=path.parent, prefix=".keyring-")  # mode 0600 by definition
        temporary = Path(name)
        try:
            with os.fdopen(descriptor, "wb") as file:
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            os.link(temporary, path)  # unlike a rename, a link never replaces what is there
        finally:
            temporary.unlink()
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except FileExistsError as exc:
        raise KeyUnavailableError(
            "there is a keyring already, and keys are never replaced", hint="move it away if you are sure"
        ) from exc
    except OSError as exc:
        raise KeyUnavailableError("the keyring cannot be written", hint="check the folder of GATEWAY_KEYS") from exc


def _altered() -> KeyUnavailableError:
    return KeyUnavailableError("the keyring is not as it was written", hint="restore it from its backup")
