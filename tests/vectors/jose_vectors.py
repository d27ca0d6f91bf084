"""Wycheproof's JSON web cases and the cookbooks: put to our own code, and to joserfc with exactly our algorithms."""

import json
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from joserfc.jwe import JWERegistry, decrypt_compact
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey
from joserfc.jws import JWSRegistry, deserialize_compact
from nacl.signing import VerifyKey

from gateway.crypto.encoding import unb64url
from gateway.crypto.jwk import PrivateJwk, public_key, strict_object, thumbprint
from gateway.crypto.jws import ALGS, verify
from gateway.crypto.key_kinds import RSA_OAEP
from gateway.crypto.profiles import PROFILES, form
from gateway.model.partner import PublicKey, SealProfile
from tests.vectors.vector_cases import COOKBOOK, Case, Vector, accepts, wycheproof


def _listed(told: Vector) -> list[Vector]:
    return list(told.get("keys", [told]))


def _verified(test: Vector, key: Vector) -> object:
    """Let our own `verify` have the key as it stands: its strict reading is another suite."""
    keys = [
        PublicKey(
            str(one.get("kid")), str(one.get("use", "sig")), {**{n: str(v) for n, v in one.items()}, "use": "sig"}
        )
        for one in _listed(key)
    ]
    token = test["jws"] if isinstance(test["jws"], str) else json.dumps(test["jws"])  # some are in the JSON form
    return verify(token, typ="JWT", keys=keys)


def jws_ours() -> Iterator[Case]:
    """`gateway.crypto.jws.verify` itself."""
    for group, test, expected in wycheproof("json_web_signature_test.json"):
        yield Case(str(test["tcId"]), expected, accepts(_verified, test, group["private"]))


def _library_key(told: Vector) -> RSAKey | OKPKey | ECKey | OctKey:
    wanted = {name: value for name, value in told.items() if name not in {"key_ops", "ext"}}
    kinds: Mapping[str, type[RSAKey] | type[OKPKey] | type[ECKey] | type[OctKey]] = {
        "RSA": RSAKey,
        "OKP": OKPKey,
        "EC": ECKey,
        "oct": OctKey,
    }
    return kinds[told["kty"]].import_key(wanted)


def _spelt(token: str) -> None:
    """Our own rule, before a library sees a token: one spelling of base64url, and one strict JSON object as header."""
    parts = [unb64url(part) for part in token.split(".")]
    strict_object(parts[0])


def _library_jws(token: str, key: Vector) -> None:
    _spelt(token)
    public = {name: value for name, value in key.items() if name in {"kty", "n", "e", "crv", "x", "alg", "use", "kid"}}
    deserialize_compact(token, _library_key(public), registry=JWSRegistry(algorithms=list(ALGS)))


def jws_library() -> Iterator[Case]:
    """joserfc with Ed25519 and PS256 only, on the cases whose key is for one of them."""
    for group, test, expected in wycheproof("json_web_signature_test.json"):
        if group["private"].get("alg") in ALGS:
            yield Case(str(test["tcId"]), expected, accepts(_library_jws, test["jws"], group["private"]))


def jwe_ours() -> Iterator[Case]:
    """The profile `nlgov` itself; the vectors have no X25519."""
    for group, test, expected in wycheproof("json_web_encryption_test.json"):

        def attempt(test: Vector = test, told: Vector = group["private"]) -> object:
            named = {"kty": "RSA", "n": told.get("n", ""), "e": told.get("e", "")}
            secret = {name: told[name] for name in ("d", "p", "q", "dp", "dq", "qi") if name in told}
            key = PrivateJwk(told["kid"], "enc", RSA_OAEP, tuple(named.items()), tuple(secret.items()))
            return PROFILES[SealProfile.NLGOV].decrypt(test["jwe"], key=key)

        yield Case(str(test["tcId"]), expected, accepts(attempt))


def _library_jwe(message: str, key: Vector, text: bytes) -> bool:
    _spelt(message)
    registry = JWERegistry(algorithms=[RSA_OAEP, form.ENC])
    return decrypt_compact(message, _library_key(key), registry=registry).plaintext == text


def jwe_library() -> Iterator[Case]:
    """joserfc with RSA-OAEP and A256GCM only, on the cases whose key is for RSA-OAEP and whose content is A256GCM's."""
    for group, test, expected in wycheproof("json_web_encryption_test.json"):
        told = group["private"]
        if told.get("alg") == RSA_OAEP and test.get("enc", "A256GCM") == "A256GCM":
            yield Case(
                str(test["tcId"]),
                expected,
                accepts(_library_jwe, test["jwe"], told, bytes.fromhex(test["pt"])),
            )


def jwk_ours() -> Iterator[Case]:
    """Our reading of key sets: every key must be one that is taken, under its thumbprint."""
    for group, test, expected in wycheproof("json_web_key_test.json"):
        yield Case(
            str(test["tcId"]),
            expected,
            accepts(_read_all, group["private"]),
        )


def _read_all(told: Vector) -> None:
    for key in _listed(told):
        public_key(_named(key))


def _named(told: Vector) -> dict[str, Any]:
    public = {name: value for name, value in told.items() if name not in {"d", "p", "q", "dp", "dq", "qi", "key_ops"}}
    return {**public, "kid": thumbprint(public)}


def crypto_ours() -> Iterator[Case]:
    """Signatures and key sets of the older collection."""
    for group, test, expected in wycheproof("json_web_crypto_test.json"):
        if "jws" in test:
            yield Case(str(test["tcId"]), expected, accepts(_verified, test, group["private"]))


def cookbook_ours() -> Iterator[Case]:
    """RFC 7520 and the curve 25519 cookbook: every compact token, with our `verify` and with each profile."""
    for path, told in _recipes():
        token = told["output"]["compact"]
        if token.count(".") == 2:  # a signature has three parts
            key = told["input"]["key"]
            yield Case(path.stem, True, accepts(_verified, {"jws": token}, key))
        else:
            yield Case(path.stem, True, any(_opened(name, told) for name in PROFILES))


def _opened(name: SealProfile, told: Vector) -> bool:
    key, room = told["input"].get("key", {}), PROFILES[name]
    secret = {part: key[part] for part in ("d", "p", "q", "dp", "dq", "qi") if part in key}
    public = {part: value for part, value in key.items() if part not in secret}
    pair = PrivateJwk(str(key.get("kid")), "enc", room.key_algorithm, tuple(public.items()), tuple(secret.items()))
    return accepts(partial(room.decrypt, key=pair), told["output"]["compact"])


def cookbook_library() -> Iterator[Case]:
    """The recipes with our algorithms in the libraries beneath: Ed25519 in PyNaCl, RSA-OAEP with A256GCM in joserfc."""
    for path, told in _recipes():
        given, token = told["input"], told["output"]["compact"]
        if given["alg"] == "EdDSA":
            signed, _, signature = token.rpartition(".")
            key = VerifyKey(unb64url(given["key"]["x"]))
            yield Case(path.stem, True, accepts(key.verify, signed.encode(), unb64url(signature)))
        elif (given["alg"], given.get("enc")) == (RSA_OAEP, "A256GCM"):
            text = given["plaintext"].encode()
            yield Case(path.stem, True, accepts(_library_jwe, token, given["key"], text))


def _recipes() -> Iterator[tuple[Path, Vector]]:
    for path in sorted(COOKBOOK.rglob("*.json")):
        told = json.loads(path.read_text())
        if isinstance(told.get("output"), dict) and "compact" in told["output"]:
            yield path, told
