"""What an entry that rests on a decision says of how it was asked."""

import pytest

from gateway.errors import LogTamperedError
from gateway.log.decided import UNKNOWN_ORIGIN, Decided, origin_word
from gateway.model.terms import Provenance
from tests.log.sample_log import leaf_at
from tests.refusals import refused


def test_a_detail_without_its_questions_says_which_entry_and_why_that_can_be() -> None:
    """A decision that cannot be tried again is a finding, not a decision that came out otherwise."""
    with refused(LogTamperedError) as caught:
        Decided(3, leaf_at(3), {}).asked()
    assert caught.value.message == "the detail of entry 3 lacks what its decision was asked"
    assert caught.value.hint == ("it was made by an older version, which did not keep it; call the privacy officer")


@pytest.mark.parametrize("origin", Provenance)
def test_a_provenance_is_written_as_its_own_word(origin: Provenance) -> None:
    """Another word would be another question when the decision is tried again."""
    assert origin_word(origin) == origin.value != UNKNOWN_ORIGIN


def test_a_provenance_that_nobody_gave_is_written_as_unknown() -> None:
    """It is a question of its own, not the absence of one."""
    assert origin_word(None) == UNKNOWN_ORIGIN
