"""Which keys of a partner count, and which never again, survives a lost disk: it is in the backup."""

from pathlib import Path

import pytest

from gateway.bootstrap import Gateway, build
from gateway.config.settings import Settings
from gateway.errors import DuplicateRequestError, InvalidRequestError
from gateway.pipeline.enrol import confirm_enrolment
from gateway.pipeline.revoke import revoke_keys
from gateway.upkeep import make_backup, restore_backup
from tests.conftest import NOON
from tests.keep.state import lose_database, silent
from tests.pipeline.newcomer import MERYEM, OTTO, Newcomer, keys_on_file, kids_of

WHO = "dudok-wonen"


def test_keys_revocations_and_half_an_enrolment_come_back(gateway: Gateway, keeping: Settings, tmp_path: Path) -> None:
    """The revoked key stays revoked, the first officer's word counts still, and only another's is missing."""
    old = keys_on_file(gateway, WHO)
    new, waiting = Newcomer(gateway, WHO), Newcomer(gateway, WHO)
    new.enrol()
    revoke_keys(gateway.tools, WHO, kids=[old["enc"].kid, old["sig"].kid], by="os:test", at=NOON)
    request = waiting.request()
    begun = waiting.begin(request)
    number = waiting.number(request, begun.challenge)
    confirm_enrolment(gateway.tools, begun.id, number, MERYEM, NOON)
    before = kids_of(gateway, WHO)
    make_backup(keeping, tmp_path / "kept.backup", silent)
    gateway.tools.store.close()
    lose_database(keeping)
    restore_backup(keeping, tmp_path / "kept.backup", silent, decision=None)

    again = build(gateway.settings, clock=gateway.tools.clock)
    try:
        assert kids_of(again, WHO) == before
        assert set(before) == {new.enc.kid, new.sig.kid}
        with pytest.raises(InvalidRequestError):
            revoke_keys(again.tools, WHO, kids=[old["enc"].kid], by="os:test", at=NOON)
        stolen = Newcomer(again, WHO, enc=old["enc"])
        with pytest.raises(DuplicateRequestError):
            stolen.begin(stolen.request())
        assert confirm_enrolment(again.tools, begun.id, number, OTTO, NOON).counts
    finally:
        again.tools.store.close()
