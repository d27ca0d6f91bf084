"""Attacks on the outside of a message, each tried on all three profiles (research on JOSE libraries, RFC 8725)."""

import re
import zlib
from collections.abc import Callable
from dataclasses import replace

import pytest

from gateway.crypto.encoding import b64url, unb64url
from gateway.crypto.jwk import generate_encryption_key, generate_key
from gateway.crypto.profiles import PROFILES
from gateway.errors import CannotOpenError, KeyUnavailableError
from gateway.model.partner import PublicKey, SealProfile
from tests.crypto import sample_keys
from tests.crypto.hostile import KEYS, seal

ALL = pytest.mark.parametrize("profile", PROFILES)
OTHERS = {
    SealProfile.HPKE9: generate_key("HPKE-9-KE"),
    SealProfile.JOSE: generate_encryption_key(),
    SealProfile.NLGOV: sample_keys.OTHER_RSA,
}
ATTACKER = '{"crv":"Ed25519","kty":"OKP","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}'


def _with(member: str) -> Callable[[str], str]:
    return lambda header: f"{header[:-1]},{member}}}"


def _without(name: str) -> Callable[[str], str]:
    def edit(header: str) -> str:
        start = header.index(f'"{name}":"')
        end = header.index('"', start + len(name) + 4) + 1
        return (header[:start] + header[end:]).replace(",,", ",").replace("{,", "{").replace(",}", "}")

    return edit


def _said(name: str, value: str) -> Callable[[str], str]:
    def edit(header: str) -> str:
        start = header.index(f'"{name}":"') + len(name) + 4
        return header[:start] + value + header[header.index('"', start) :]

    return edit


HEADERS: dict[str, Callable[[str], str]] = {
    "alg none": _said("alg", "none"),
    "alg dir": _said("alg", "dir"),
    "alg of another key wrap": _said("alg", "ECDH-ES+A256KW"),
    "RSA1_5": _said("alg", "RSA1_5"),
    "RSA-OAEP-256": _said("alg", "RSA-OAEP-256"),
    "integrated HPKE": _said("alg", "HPKE-9"),
    "a weaker HPKE": _said("alg", "HPKE-0-KE"),
    "alg in small letters": lambda header: header.replace("RSA", "rsa").replace("HPKE", "hpke").replace("ECDH", "ecdh"),
    "enc A128GCM": _said("enc", "A128GCM"),
    "enc A256CBC-HS512": _said("enc", "A256CBC-HS512"),
    "cty of another kind": _said("cty", "text/plain"),
    "cty in small letters": _said("cty", "jwt"),
    "no cty": _without("cty"),
    "no kid": _without("kid"),
    "no enc": _without("enc"),
    "kid of another": _said("kid", OTHERS[SealProfile.JOSE].kid),
    "crit, empty": _with('"crit":[]'),
    "crit, unknown": _with('"crit":["exp"],"exp":1'),
    "crit, known": _with('"crit":["enc"]'),
    "b64 false": _with('"b64":false'),
    "b64 false, critical": _with('"b64":false,"crit":["b64"]'),
    "zip": _with('"zip":"DEF"'),
    "embedded key": _with(f'"jwk":{ATTACKER}'),
    "key by address": _with('"jku":"https://example.org/"'),
    "certificate": _with('"x5c":["AA"]'),
    "certificate by address": _with('"x5u":"https://example.org/"'),
    "work factor": _with('"p2c":2000000000,"p2s":"AA"'),
    "party info": _with('"apu":"QQ"'),
    "alg twice": lambda header: '{"alg":"none",' + header[1:],
    "kid twice": lambda header: header[:-1] + ',"kid":"x"}',
    "kid a number": lambda header: re.sub(r'"kid":"[^"]*"', '"kid":1', header),
    "a fraction": _with('"n":1.5'),
    "half a character": _with('"n":"\\ud800"'),
    "an array": lambda header: f"[{header}]",
    "no JSON": lambda header: header[:-1],
    "empty": lambda _: "{}",
    "deep": lambda _: "[" * 5000,
    "byte order mark": lambda header: "\ufeff" + header,
}


@ALL
def test_the_hostile_sender_of_these_tests_makes_what_is_accepted(profile: SealProfile) -> None:
    """So each refusal below is about what it changes; it also is a second writing of the profile."""
    assert PROFILES[profile].decrypt(seal(profile), key=KEYS[profile]) == "a.b.c"


@ALL
@pytest.mark.parametrize("attack", HEADERS)
def test_a_header_outside_the_profile_is_refused_though_authenticated(profile: SealProfile, attack: str) -> None:
    """The sender chooses nothing: no algorithm, compression, extension, key or address."""
    with pytest.raises(CannotOpenError):
        PROFILES[profile].decrypt(seal(profile, edit=HEADERS[attack]), key=KEYS[profile])


@ALL
def test_every_attack_on_a_header_changes_it(profile: SealProfile) -> None:
    """An attack that changes nothing would prove nothing."""
    seen: list[str] = []

    def note(header: str) -> str:
        seen.append(header)
        return header

    seal(profile, edit=note)
    assert [name for name, edit in HEADERS.items() if edit(seen[0]) == seen[0]] == []


@ALL
def test_one_flipped_bit_anywhere_is_refused(profile: SealProfile) -> None:
    """Places in turn with the bits in turn; every bit of every place is in the stress tests."""
    message = PROFILES[profile].encrypt("a.b.c", to=KEYS[profile].public())
    for place in range(0, len(message), 5 if profile is SealProfile.NLGOV else 1):  # RSA is slow
        changed = message[:place] + chr(ord(message[place]) ^ 1 << place % 8) + message[place + 1 :]
        with pytest.raises(CannotOpenError):
            PROFILES[profile].decrypt(changed, key=KEYS[profile])


@pytest.mark.stress
@ALL
def test_every_single_flipped_bit_is_refused(profile: SealProfile) -> None:
    """All bits of all characters of a message."""
    message = PROFILES[profile].encrypt("a.b.c", to=KEYS[profile].public())
    for place, char in enumerate(message):
        for bit in range(8):
            changed = message[:place] + chr(ord(char) ^ 1 << bit) + message[place + 1 :]
            with pytest.raises(CannotOpenError):
                PROFILES[profile].decrypt(changed, key=KEYS[profile])


@ALL
def test_a_second_spelling_of_the_same_bytes_is_refused(profile: SealProfile) -> None:
    """Padding, stray trailing bits, the other alphabet, white space, and parts too many or too few."""
    message = PROFILES[profile].encrypt("a.b.c", to=KEYS[profile].public())
    parts = message.split(".")
    spellings = [message + "\n", " " + message, message + ".", message + ".AA", "", "....", ".".join(parts[:4])]
    for place, part in enumerate(parts):
        last = part[-1:]
        stray = {2: 4, 3: 2}.get(len(part) % 4, 0)  # so many values of the last character decode alike
        others = [part + "=", part + "==", part + "A", part + "\u00e9"]
        if stray and last:
            letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
            others.append(part[:-1] + letters[letters.index(last) ^ 1])
        spellings += [".".join([*parts[:place], other, *parts[place + 1 :]]) for other in others]
    for spelling in spellings:
        with pytest.raises(CannotOpenError):
            PROFILES[profile].decrypt(spelling, key=KEYS[profile])


@ALL
def test_a_cut_or_swapped_part_is_refused(profile: SealProfile) -> None:
    """A short tag, a long initialisation vector, another message's parts, an encrypted key of another length."""
    one, other = (PROFILES[profile].encrypt("a.b.c", to=KEYS[profile].public()).split(".") for _ in range(2))
    iv, tag = unb64url(one[2]), unb64url(one[4])
    changed = [
        [*one[:4], b64url(tag[:12])],
        [*one[:2], b64url(iv + bytes(4)), *one[3:]],
        [*one[:2], b64url(iv[:8]), *one[3:]],
        [one[0], b64url(unb64url(one[1]) + b"\0"), *one[2:]],
        [one[0], b64url(bytes(512)), *one[2:]],
        *([*one[:place], other[place], *one[place + 1 :]] for place in range(5) if one[place] != other[place]),
    ]
    for parts in changed:
        with pytest.raises(CannotOpenError):
            PROFILES[profile].decrypt(".".join(parts), key=KEYS[profile])


@pytest.mark.control("DPIA-09")
@ALL
def test_another_partner_opens_nothing(profile: SealProfile) -> None:
    """Neither with its own key, nor after it gave its key our name."""
    message, other = PROFILES[profile].encrypt("a.b.c", to=KEYS[profile].public()), OTHERS[profile]
    with pytest.raises(CannotOpenError, match="another key"):
        PROFILES[profile].decrypt(message, key=other)
    with pytest.raises(CannotOpenError, match="altered"):
        PROFILES[profile].decrypt(message, key=replace(other, kid=KEYS[profile].kid))


@ALL
def test_a_compressed_bomb_is_not_inflated(profile: SealProfile) -> None:
    """20 MB of nothing in 20 kB (jwcrypto inflated 136 kB to 100 MB): `zip` is of no profile."""
    deflate = zlib.compressobj(wbits=-15)
    bomb = deflate.compress(bytes(20 * 1024 * 1024)) + deflate.flush()
    assert len(bomb) < 32 * 1024
    with pytest.raises(CannotOpenError, match="header"):
        PROFILES[profile].decrypt(seal(profile, edit=_with('"zip":"DEF"'), text=bomb), key=KEYS[profile])


@ALL
def test_too_large_a_message_is_neither_made_nor_read(profile: SealProfile) -> None:
    """A bound on what a recipient must hold in memory; a signed text of 256 KiB fits."""
    token = "a" * 256 * 1024
    made = PROFILES[profile].encrypt(token, to=KEYS[profile].public())
    assert PROFILES[profile].decrypt(made, key=KEYS[profile]) == token
    with pytest.raises(CannotOpenError, match="too large"):
        PROFILES[profile].encrypt("a" * 300_000, to=KEYS[profile].public())
    with pytest.raises(CannotOpenError, match="too large"):
        PROFILES[profile].decrypt("a" * (384 * 1024 + 1), key=KEYS[profile])
    with pytest.raises(CannotOpenError):
        PROFILES[profile].decrypt(seal(profile, edit=_with(f'"n":"{"a" * 200_000}"')), key=KEYS[profile])


@ALL
@pytest.mark.parametrize("text", [b"\xff", "\u00e9".encode(), b"\x80abc"])
def test_what_is_not_ascii_is_refused(profile: SealProfile, text: bytes) -> None:
    """A token is ASCII."""
    with pytest.raises(CannotOpenError):
        PROFILES[profile].decrypt(seal(profile, text=text), key=KEYS[profile])


LOW_ORDER = [bytes(32), (1).to_bytes(32, "little"), (2**255 - 20).to_bytes(32, "little"), b"\xff" * 32]


@pytest.mark.parametrize("point", LOW_ORDER)
def test_an_encapsulated_key_of_low_order_is_refused(point: bytes) -> None:
    """In X-Wing's classical half: what is left would be ML-KEM alone, and the sender could not have meant it."""

    def edit(header: str) -> str:
        start = header.index('"ek":"') + 6
        end = header.index('"', start)
        return header[:start] + b64url(unb64url(header[start:end])[:-32] + point) + header[end:]

    with pytest.raises(CannotOpenError, match="nobody may use"):
        PROFILES[SealProfile.HPKE9].decrypt(seal(SealProfile.HPKE9, edit=edit), key=sample_keys.XWING)


@pytest.mark.parametrize("ek", ['""', "1", "null", '"AA"', '"A"', f'"{b64url(bytes(1121))}"'])
def test_an_encapsulated_key_of_another_form_is_refused(ek: str) -> None:
    """It is 1120 bytes in base64url."""

    def edit(header: str) -> str:
        start = header.index('"ek":') + 5
        return header[:start] + ek + header[header.index('"', start + 1) + 1 :]

    with pytest.raises(CannotOpenError):
        PROFILES[SealProfile.HPKE9].decrypt(seal(SealProfile.HPKE9, edit=edit), key=sample_keys.XWING)


@pytest.mark.parametrize("half", [0, 500, 1087, 1088, 1119])
def test_a_changed_encapsulated_key_gives_another_secret(half: int) -> None:
    """ML-KEM rejects implicitly (FIPS 203): the wrong secret shows as a wrong tag, not as another error."""

    def edit(header: str) -> str:
        start = header.index('"ek":"') + 6
        end = header.index('"', start)
        data = bytearray(unb64url(header[start:end]))
        data[half] ^= 1
        return header[:start] + b64url(bytes(data)) + header[end:]

    with pytest.raises(CannotOpenError, match="altered"):
        PROFILES[SealProfile.HPKE9].decrypt(seal(SealProfile.HPKE9, edit=edit), key=sample_keys.XWING)


@pytest.mark.parametrize("point", LOW_ORDER)
@pytest.mark.parametrize("profile", [SealProfile.HPKE9, SealProfile.JOSE])
def test_nothing_is_sealed_to_a_key_of_low_order(profile: SealProfile, point: bytes) -> None:
    """Everyone would share the secret; a partner's key is checked again where it is used."""
    jwk = dict(KEYS[profile].public().jwk)
    if profile is SealProfile.HPKE9:
        jwk["pub"] = b64url(unb64url(jwk["pub"])[:-32] + point)
    else:
        jwk["x"] = b64url(point)
    with pytest.raises(KeyUnavailableError):
        PROFILES[profile].encrypt("a.b.c", to=PublicKey("k", "enc", jwk))
