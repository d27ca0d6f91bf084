"""How a partner gets its tokens is read strictly; what is not said is the strictest."""

import pytest

from gateway.config.partner_tokens import token_rules
from gateway.errors import ConfigError
from gateway.model.terms import Json
from gateway.model.tokens import Binding, TokenProfile, TokenRules


@pytest.mark.parametrize(
    "told",
    [
        None,
        {},
        [],
        "fapi2",
        {"profile": "FAPI2"},
        {"profile": None},
        {"profile": ["fapi2"]},
        {"binding": "none"},
        {"binding": "bearer"},
        {"binding": True},
        {"scopes": []},
        {"scopes": "inbox"},
        {"scopes": ["admin"]},
        {"scopes": ["inbox", "inbox"]},
        {"scopes": ["inbox", 1]},
        {"scopes": [["inbox"]]},
        {"profile": "fapi2", "more": 1},
    ],
)
def test_what_is_not_one_of_the_choices_is_refused(told: Json) -> None:
    """No token without a binding can be asked for, and no scope that there is not."""
    with pytest.raises(ConfigError, match="tokens: "):
        token_rules(told)


def test_each_member_is_read_and_the_others_stay_as_they_are() -> None:
    """FAPI 2.0, DPoP and every scope unless said otherwise."""
    everything = frozenset({"inbox", "receipts", "signals"})
    assert token_rules({"profile": "nlgov"}) == TokenRules(TokenProfile.NLGOV, Binding.DPOP, everything)
    assert token_rules({"binding": "mtls"}) == TokenRules(TokenProfile.FAPI2, Binding.MTLS, everything)
    assert token_rules({"scopes": ["receipts"]}) == TokenRules(
        TokenProfile.FAPI2, Binding.DPOP, frozenset({"receipts"})
    )
