"""HPKE with X-Wing, and the draft's JOSE messages: put to the profile `hpke9`, and to its steps."""

import json
from collections.abc import Iterator

from cryptography.hazmat.bindings._rust import openssl
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hpke import AEAD, KDF, KEM, Suite

from gateway.crypto.encoding import unb64url
from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.key_kinds import HPKE_9_KE
from gateway.crypto.profiles import PROFILES
from gateway.crypto.profiles.hpke9 import INFO
from gateway.crypto.xwing import private_from_seed, public_from_seed
from gateway.model.partner import SealProfile
from tests.vectors.vector_cases import VECTORS, Case, Vector, accepts, decoded

# With HPKE's own aad, which the vectors have and our profile does not: there is no public name for it.
DECRYPT = openssl.hpke._decrypt_with_aad  # noqa: SLF001  # see above
KDFS = {1: KDF.HKDF_SHA256, 2: KDF.HKDF_SHA384, 0x10: KDF.SHAKE128, 0x11: KDF.SHAKE256}
AEADS = {1: AEAD.AES_128_GCM, 2: AEAD.AES_256_GCM, 3: AEAD.CHACHA20_POLY1305}
XWING = 0x647A


def hpke_xwing() -> Iterator[Case]:
    """The HPKE group's X-Wing cases: our expansion of the seed, then the library."""
    for number, told in enumerate(json.loads((VECTORS / "hpke-pq/test-vectors.json").read_text()), 1):
        if int(told["kem_id"]) != XWING:
            continue

        def attempt(told: Vector = told) -> bool:
            seed, public, enc, info = decoded(told, "skRm", "pkRm", "enc", "info")
            suite = Suite(KEM.MLKEM768_X25519, KDFS[int(told["kdf_id"])], AEADS[int(told["aead_id"])])
            first = told["encryptions"][0]
            aad, ct, pt = decoded(first, "aad", "ct", "pt")
            opened = DECRYPT(suite, enc + ct, private_from_seed(seed), info, aad)
            return public_from_seed(seed) == public and opened == pt

        yield Case(str(number), True, accepts(attempt))


def _jose_hpke() -> Iterator[Vector]:
    yield from json.loads((VECTORS / "jose-hpke-pq/examples/jose-vectors.json").read_text())


def jose_hpke_keys() -> Iterator[Case]:
    """Our reading of the draft's keys: ours is one of its algorithms."""
    for told in _jose_hpke():
        yield Case(told["alg"], True, accepts(PrivateJwk.from_json, {**told["jwk"], "use": "enc"}))


def jose_hpke_ours() -> Iterator[Case]:
    """The profile `hpke9` itself, on the draft's compact messages."""
    for told in _jose_hpke():

        def attempt(told: Vector = told) -> str:
            key = PrivateJwk.from_json({**told["jwk"], "use": "enc"})
            return PROFILES[SealProfile.HPKE9].decrypt(told["compact"], key=key)

        yield Case(told["alg"], True, accepts(attempt))


def jose_hpke_steps() -> Iterator[Case]:
    """The profile's steps (seed, `info`, empty HPKE aad, header as AES-GCM aad) on the draft's HPKE-9-KE messages."""
    (told,) = (one for one in _jose_hpke() if one["alg"] == HPKE_9_KE)
    header, wrapped, iv, body, tag = told["compact"].split(".")
    flat = told["flattened"]
    forms = {
        "compact": (header, wrapped, iv, body, tag, header),
        "flattened": (
            *(flat[name] for name in ("protected", "encrypted_key", "iv", "ciphertext", "tag")),
            f"{flat['protected']}.{flat['aad']}",
        ),
    }
    for name, (protected, key, nonce, text, end, aad) in forms.items():

        def attempt(
            protected: str = protected,
            key: str = key,
            sealed: str = nonce,
            text: str = text,
            end: str = end,
            aad: str = aad,
        ) -> bool:
            suite = Suite(KEM.MLKEM768_X25519, KDF.SHAKE256, AEAD.AES_256_GCM)
            ek = unb64url(json.loads(unb64url(protected))["ek"])
            pair = private_from_seed(unb64url(told["jwk"]["priv"]))
            content_key = suite.decrypt(ek + unb64url(key), pair, info=INFO)
            opened = AESGCM(content_key).decrypt(unb64url(sealed), unb64url(text) + unb64url(end), aad.encode())
            return opened.startswith(b"You can trust us to stick with you")

        yield Case(name, True, accepts(attempt))
