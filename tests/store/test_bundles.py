"""Policies in the store: only ever added, found by digest, and refused twice under one number."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from gateway.errors import DuplicateRequestError
from gateway.store.writer import SqlStore
from tests.databases import on_both
from tests.store.rows import BUNDLE

pytestmark = on_both
OTHER = replace(BUNDLE, sequence=2, digest="sha256:" + "1" * 64, previous=BUNDLE.digest, signatures="note")


@pytest.fixture
def filled(store: SqlStore) -> SqlStore:
    """Return a store with two bundles, of which the first is active again."""

    def fill(store: SqlStore) -> None:
        store.write(lambda unit: unit.append(b"leaf"))
        for bundle in (BUNDLE, OTHER, replace(BUNDLE, sequence=3, previous=OTHER.digest)):
            store.write(lambda unit, bundle=bundle: unit.bundles.add(bundle))  # type: ignore[misc]  # a default

    fill(store)
    return store


def test_a_number_is_given_once(filled: SqlStore) -> None:
    """Two policies under one number could not be told apart."""
    with pytest.raises(DuplicateRequestError, match="sequence number 2"):
        filled.write(lambda unit: unit.bundles.add(replace(BUNDLE, sequence=2)))


@pytest.mark.parametrize("statement", ["UPDATE policy_bundle SET signatures = 'x'", "DELETE FROM policy_bundle"])
def test_what_was_active_is_never_changed(filled: SqlStore, engine: Engine, statement: str) -> None:
    """The database itself refuses."""
    with pytest.raises(DBAPIError), engine.begin() as connection:
        connection.execute(text(statement))
    with filled.read() as unit:
        assert len(unit.bundles.sequences()) == 3


def test_a_bundle_is_found_by_its_digest(filled: SqlStore) -> None:
    """The newest row of several with the same files; nothing for a digest that was never active."""
    with filled.read() as unit:
        assert unit.bundles.by_digest(BUNDLE.digest) == replace(BUNDLE, sequence=3, previous=OTHER.digest)
        assert unit.bundles.by_digest(OTHER.digest) == OTHER
        assert unit.bundles.by_digest("sha256:" + "2" * 64) is None
        assert unit.bundles.newest() == replace(BUNDLE, sequence=3, previous=OTHER.digest)
        assert unit.bundles.sequences() == [(1, BUNDLE.digest), (2, OTHER.digest), (3, BUNDLE.digest)]


def test_an_empty_store_has_none(store: SqlStore) -> None:
    """Nothing was ever active."""
    with store.read() as unit:
        assert unit.bundles.newest() is None
        assert unit.bundles.sequences() == []
