"""Keyed hashes to look things up without keeping them: HMAC-SHA-256 (RFC 2104), one domain for each kind of thing.

An unkeyed hash of an address can be guessed in seconds; with the key in the keyring, a stolen database tells nothing.
"""

import hashlib
import hmac
import unicodedata

from gateway.crypto.canonical import canonical
from gateway.errors import KeyUnavailableError
from gateway.model.terms import Json

KEY = 32  # bytes
DOMAIN = b"disclosure-lookup/v1/"


class LookupKey:
    """The key of the keyed hashes. Each method returns 64 hex characters; repr() shows nothing."""

    __slots__ = ("_key",)

    def __init__(self, key: bytes) -> None:
        """Hold the key; raise KeyUnavailableError when it is not 32 bytes."""
        if len(key) != KEY:
            raise KeyUnavailableError("the lookup key has not the right length", hint="restore the keyring")
        self._key = key

    def address(self, postcode: str, number: int, addition: str) -> str:
        """Return the tag of an address, however it was spaced and capitalised."""
        return self._tag("address", [_plain(postcode), number, _plain(addition)])

    def bag(self, bag_id: str) -> str:
        """Return the tag of a BAG id."""
        return self._tag("bag", [_plain(bag_id)])

    def case(self, ref: str) -> str:
        """Return the tag of a case reference."""
        return self._tag("case", [_plain(ref)])

    def own_affairs(self) -> str:
        """Return the tag of the gateway's own affairs, which no case reference can have."""
        return self._tag("own-affairs", [])

    def tally(self, what: list[Json]) -> str:
        """Return the tag of what is counted in one month."""
        return self._tag("tally", what)

    def gap(self, what: list[Json]) -> str:
        """Return the tag of a combination for which there is no rule."""
        return self._tag("gap", what)

    def gap_ask(self, gap: str, person: str, on: str) -> str:
        """Return the tag of somebody's question about such a combination on one day."""
        return self._tag("gap-ask", [gap, person, on])

    def consent(self, evidence: str) -> str:
        """Return the tag of a consent record."""
        return self._tag("consent", [_plain(evidence)])

    def idempotency(self, person: str, key: str) -> str:
        """Return the tag of a person's idempotency key or of a body sent under it; the exact text counts."""
        return self._tag("idempotency", [person, key])

    def jti(self, client: str, jti: str) -> str:
        """Return the tag of a client's assertion id; the exact text counts."""
        return self._tag("jti", [client, jti])

    def account(self, account: str) -> str:
        """Return the tag under which the sessions of one account are counted and ended."""
        return self._tag("account", [account])

    def cookie_key(self) -> bytes:
        """Return the key that signs cookies: the same for every process, so that a sign-in may end at another one."""
        return bytes.fromhex(self._tag("cookies", []))

    def draft_key(self) -> bytes:
        """Return the key that wraps the keys of drafts: the same for every process, and kept nowhere."""
        return bytes.fromhex(self._tag("drafts", []))

    def incident_key(self) -> bytes:
        """Return the key that wraps the keys of incidents: the same for every process, and kept nowhere."""
        return bytes.fromhex(self._tag("incidents", []))

    def proof(self, thumbprint: str, jti: str) -> str:
        """Return the tag of a proof of possession by the key with this thumbprint; the exact text counts."""
        return self._tag("proof", [thumbprint, jti])

    def pickup(self, link_id: str) -> str:
        """Return the tag of a pick-up link's id."""
        return self._tag("pickup", [link_id])

    def pickup_code(self, link_id: str, code: str) -> str:
        """Return the tag of the code that opens a pick-up link."""
        return self._tag("pickup-code", [link_id, code])

    def pickup_browser(self, link_id: str, number: str) -> str:
        """Return the tag of the browser that opened a pick-up link, by the random number it named."""
        return self._tag("pickup-browser", [link_id, number])

    def _tag(self, domain: str, parts: list[Json]) -> str:
        # A canonical list, so that ("1", "2bis") and ("12", "bis") can never come out as the same bytes.
        return hmac.new(self._key, DOMAIN + domain.encode() + b"\0" + canonical(parts), hashlib.sha256).hexdigest()


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split()).upper()
