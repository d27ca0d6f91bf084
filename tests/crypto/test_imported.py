"""Keys as joserfc's: imported once, and a private one is not kept after its key is gone."""

import gc
import weakref
from dataclasses import replace

from gateway.crypto.imported import imported_pair, imported_public
from gateway.crypto.jwk import generate_signing_key


def test_an_imported_private_key_is_gone_with_its_key() -> None:
    """A key that was rotated or wiped may not live on in a cache."""
    key = generate_signing_key()
    kept = weakref.ref(imported_pair(key))
    assert kept() is not None
    del key
    gc.collect()
    assert kept() is None


def test_a_key_is_imported_once_and_another_is_not_taken_for_it() -> None:
    """By its members, not by its name: two keys with one kid stay two keys."""
    key, other = generate_signing_key(), generate_signing_key()
    assert imported_pair(key) is imported_pair(key)
    assert imported_public(key.public()) is imported_public(replace(key.public(), kid="another name"))
    named_alike = replace(other, kid=key.kid)
    assert imported_pair(named_alike) is not imported_pair(key)
    assert imported_public(named_alike.public()) is not imported_public(key.public())
