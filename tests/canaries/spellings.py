"""Every spelling in which a canary could be hidden: encodings, escapes, and the hashes that a guess would confirm."""

import base64
import hashlib
import html
import json
import quopri
import re
import unicodedata
from collections.abc import Iterator
from urllib.parse import quote, quote_plus

from tests.canaries.birds import Canary

SHORT = 10  # characters: a shorter text must stand by itself, or chance would find it in random bytes
HASHES = ("md5", "sha1", "sha256")
_FOLD = bytes.maketrans(b"-_", b"+/")
_SEPARATOR = rb"[ .+/()]{0,3}"  # folded: + is also -, and / is also _


def folded(data: bytes) -> bytes:
    """Return the bytes with ASCII in lower case, and base64url written as base64: needles are folded the same way."""
    return data.lower().translate(_FOLD)


def needles(canary: Canary) -> dict[bytes, str]:
    """Return the folded bytes to look for, and what each is."""
    found: dict[bytes, str] = {}
    for text in (canary.value, *canary.parts):
        for kind, data in _texts(text) if len(text) >= SHORT else _short_texts(text):
            found.setdefault(folded(data), f"{kind} of {text}")
    for whole in (canary.value, *canary.whole):
        for kind, data in _hashes(whole):
            found.setdefault(folded(data), kind)
    return {data: kind for data, kind in found.items() if len(data) >= SHORT}


def patterns(canary: Canary) -> dict[re.Pattern[bytes], str]:
    """Return the patterns over folded bytes: short texts, and numbers however their digits are grouped.

    A match counts only where it stands by itself: `Searcher` looks at what is beside it.
    """
    found: dict[re.Pattern[bytes], str] = {}
    for text in (canary.value, *canary.parts):
        digits = re.sub(r"[\W_]", "", text)
        if len(text) < SHORT:
            found[re.compile(re.escape(folded(text.encode())))] = f"the text {text}"
        if digits.isdecimal():
            found[re.compile(_SEPARATOR.join(bytes([digit]) for digit in digits.encode()))] = f"digits of {text}"
    return found


def _short_texts(text: str) -> Iterator[tuple[str, bytes]]:
    quoted = f'"{text}"'.encode()
    yield "hex", quoted.hex().encode()
    yield "hex", text.encode().hex().encode()
    yield "UTF-16LE", text.encode("utf-16-le")
    yield "UTF-16BE", text.encode("utf-16-be")
    for core in _base64(quoted):
        yield "base64 in quotes", core


def _texts(text: str) -> Iterator[tuple[str, bytes]]:
    plain = "".join(char for char in unicodedata.normalize("NFKD", text) if not unicodedata.combining(char))
    for spelled in dict.fromkeys((text, text.upper(), text.lower(), plain, plain.upper(), plain.lower())):
        utf8 = spelled.encode()
        yield "UTF-8", utf8
        yield "UTF-16LE", spelled.encode("utf-16-le")
        yield "UTF-16BE", spelled.encode("utf-16-be")
        yield "Latin", spelled.encode("iso8859-2", "replace")
        yield "hex", utf8.hex().encode()
        for core in _base64(utf8):
            yield "base64", core
        yield "URL", quote(spelled, safe="").encode()
        yield "form", quote_plus(spelled).encode()
        yield "JSON", json.dumps(spelled)[1:-1].encode()
        yield "HTML", html.escape(spelled).encode()
        yield "HTML entities", html.escape(spelled).encode("ascii", "xmlcharrefreplace")
        yield "escapes", spelled.encode("unicode_escape")
        yield "bytes", repr(utf8)[2:-1].encode()
        yield "quoted-printable", quopri.encodestring(utf8)


def _base64(data: bytes) -> Iterator[bytes]:
    """Give what each of the three alignments has in common, whatever stands before and after."""
    for before in range(3):
        encoded = base64.b64encode(b"\0" * before + data)
        whole = (before + len(data)) * 8 // 6  # characters that depend on nothing that follows
        yield encoded[-(-before * 8 // 6) : whole]


def _hashes(text: str) -> Iterator[tuple[str, bytes]]:
    digits = re.sub(r"\W", "", text)
    spelled = dict.fromkeys((text, text.lower(), text.upper(), text.replace(" ", ""), digits, json.dumps(text)))
    for one in spelled:
        for kind in HASHES:
            digest = hashlib.new(kind, one.encode(), usedforsecurity=False).digest()
            yield f"{kind} of {one}", digest
            yield f"{kind} in hex of {one}", digest.hex().encode()
            yield f"{kind} in base64 of {one}", base64.b64encode(digest).rstrip(b"=")
