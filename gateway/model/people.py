"""Who works with the gateway. Identity is made of the OIDC issuer and subject; names are for display only."""

from dataclasses import dataclass
from enum import StrEnum


class StaffRole(StrEnum):
    """What a person may do. One person may hold several roles, never two sides of one disclosure."""

    SUPERVISOR = "supervisor"  # sekswerkteam: submits, is the second person for a colleague
    MANAGER = "manager"  # mandated manager: decides pre_fg after the FG's advice
    FG = "fg"  # data protection officer: advises, supervises, never decides
    PRIVACY_OFFICER = "privacy_officer"  # verifies the log


@dataclass(frozen=True, slots=True)
class Person:
    """A signed-in member of staff."""

    id: str
    name: str
    roles: frozenset[StaffRole]

    def has(self, *roles: StaffRole) -> bool:
        """Say whether the person holds at least one of the roles."""
        return not self.roles.isdisjoint(roles)


@dataclass(frozen=True, slots=True)
class Employee:
    """A signed-in employee of one partner, who sees that partner's own messages and nothing else."""

    id: str
    name: str
    partner: str
