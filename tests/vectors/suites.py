"""The suites of public vectors by the names that docs/vectors.md has for them."""

from collections.abc import Callable, Iterator, Mapping

from tests.vectors import curve_vectors, hpke_vectors, jose_vectors
from tests.vectors.vector_cases import Case

SUITES: Mapping[str, Callable[[], Iterator[Case]]] = {
    "wycheproof ed25519, our keys": curve_vectors.ed25519_keys,
    "wycheproof ed25519, cryptography": curve_vectors.ed25519_cryptography,
    "wycheproof ed25519, PyNaCl": curve_vectors.ed25519_pynacl,
    "wycheproof x25519, ours": curve_vectors.x25519,
    "wycheproof x25519 as JWK, ours": curve_vectors.x25519_jwk,
    "wycheproof ML-KEM-768, cryptography": curve_vectors.mlkem_768,
    "wycheproof ML-DSA-65, cryptography": curve_vectors.mldsa_65,
    "wycheproof XChaCha20-Poly1305, PyNaCl": curve_vectors.xchacha20,
    "wycheproof JWS, ours": jose_vectors.jws_ours,
    "wycheproof JWS, joserfc": jose_vectors.jws_library,
    "wycheproof JWE, ours": jose_vectors.jwe_ours,
    "wycheproof JWE, joserfc": jose_vectors.jwe_library,
    "wycheproof JWK, ours": jose_vectors.jwk_ours,
    "wycheproof JSON web crypto, ours": jose_vectors.crypto_ours,
    "RFC 7520 and curve 25519 cookbook, ours": jose_vectors.cookbook_ours,
    "RFC 7520 and curve 25519 cookbook, libraries": jose_vectors.cookbook_library,
    "HPKE with X-Wing": hpke_vectors.hpke_xwing,
    "JOSE HPKE, our keys": hpke_vectors.jose_hpke_keys,
    "JOSE HPKE, ours": hpke_vectors.jose_hpke_ours,
    "JOSE HPKE, the profile's steps": hpke_vectors.jose_hpke_steps,
}
