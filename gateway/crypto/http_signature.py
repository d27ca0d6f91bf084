"""HTTP Message Signatures (RFC 9421) with Ed25519, for the notices that leave to a partner's own address.

The issuer's key signs, which also signs messages. What is signed here begins with a quotation mark, and what a compact
JWS signs never does: so a signature of the one kind can never be taken for one of the other.
"""

import hashlib
from collections.abc import Mapping, Sequence

from nacl.signing import SigningKey

from gateway.crypto.encoding import b64, unb64url
from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.key_kinds import ED25519
from gateway.errors import KeyUnavailableError

LABEL = "gateway"
ALG = "ed25519"  # RFC 9421 section 3.3.6
COVERED = ("@method", "@target-uri", "content-type", "content-digest")


def content_digest(body: bytes) -> str:
    """Return the value of the field Content-Digest (RFC 9530) with SHA-256."""
    return f"sha-256=:{b64(hashlib.sha256(body).digest())}:"


def signature_base(components: Sequence[tuple[str, str]], params: str) -> bytes:
    """Return the octets that are signed (RFC 9421 section 2.5): each component on a line, then the parameters."""
    lines = [f'"{name}": {value}' for name, value in components]
    return "\n".join([*lines, f'"@signature-params": {params}']).encode("ascii")


def sign_request(
    *, method: str, url: str, content_type: str, body: bytes, created: int, key: PrivateJwk
) -> Mapping[str, str]:
    """Return the fields that sign a request: Content-Digest, Signature-Input and Signature.

    `created` is in seconds since 1970; `url` the exact address that is asked. A repeat is recognised by the id in the
    body, which the digest covers.

    :raises KeyUnavailableError: the key is not for signing.
    """
    if (key.use, key.alg) != ("sig", ED25519):
        raise KeyUnavailableError("this key is not for signing", hint="look at the keys' `use`")
    digest = content_digest(body)
    values = {"@method": method, "@target-uri": url, "content-type": content_type, "content-digest": digest}
    covered = " ".join(f'"{name}"' for name in COVERED)
    params = f'({covered});created={created};keyid="{key.kid}";alg="{ALG}"'
    base = signature_base([(name, values[name]) for name in COVERED], params)
    signature = SigningKey(unb64url(key.secret["d"])).sign(base).signature
    return {
        "Content-Digest": digest,
        "Signature-Input": f"{LABEL}={params}",
        "Signature": f"{LABEL}=:{b64(signature)}:",
    }
