"""The member `tokens` of a partner in partners.yaml: how its programs sign in, and for what."""

from enum import StrEnum
from typing import TypeVar

from gateway.errors import ConfigError
from gateway.model.terms import Json
from gateway.model.tokens import SCOPES, STANDARD, Binding, TokenProfile, TokenRules

MEMBERS = frozenset({"profile", "binding", "scopes"})

Choice = TypeVar("Choice", bound=StrEnum)


def token_rules(told: Json) -> TokenRules:
    """Return the rules; what is left out is the standard.

    :raises ConfigError: not a mapping, an unknown member, or a value that is not one of the choices.
    """
    if not isinstance(told, dict) or not told or set(told) - MEMBERS:
        raise _bad(f"a mapping with one or more of {', '.join(sorted(MEMBERS))} is expected")
    return TokenRules(
        _choice(TokenProfile, told["profile"], "profile") if "profile" in told else STANDARD.profile,
        _choice(Binding, told["binding"], "binding") if "binding" in told else STANDARD.binding,
        _scopes(told["scopes"]) if "scopes" in told else STANDARD.scopes,
    )


def _choice(kind: type[Choice], value: Json, name: str) -> Choice:
    if not isinstance(value, str) or value not in set(kind):
        raise _bad(f"{name}: one of {', '.join(kind)} is expected")
    return kind(value)


def _scopes(value: Json) -> frozenset[str]:
    named = [one for one in value if isinstance(one, str)] if isinstance(value, list) else []
    if not isinstance(value, list) or not named or len(set(named)) != len(value) or not set(named) <= set(SCOPES):
        raise _bad(f"scopes: a list of one or more of {', '.join(SCOPES)} is expected, each once")
    return frozenset(named)


def _bad(message: str) -> ConfigError:
    return ConfigError(f"tokens: {message}", hint="docs/partner-api.md describes the member `tokens`")
