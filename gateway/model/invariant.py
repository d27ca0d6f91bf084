"""What the privacy officer wants never to happen, or always: statements that hold whatever the rules become."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TypeAlias

from gateway.model.decision import Approval
from gateway.model.terms import Text, Truth

Given: TypeAlias = Mapping[str, frozenset[Truth]]
"""Facts with the values that each may have; a fact that is not named may have any."""


@dataclass(frozen=True, slots=True)
class Reach:
    """What a statement is about: every combination of these recipient kinds, grounds, roles and fields."""

    recipients: frozenset[str]
    grounds: frozenset[str]
    roles: frozenset[str]
    fields: frozenset[str]

    def meets(self, recipient: str, ground: str, role: str) -> bool:
        """Say whether it is about this recipient kind, ground and role."""
        return recipient in self.recipients and ground in self.grounds and role in self.roles


@dataclass(frozen=True, slots=True)
class Never:
    """None of it is ever released while the facts are as given."""

    reach: Reach
    given: Given


@dataclass(frozen=True, slots=True)
class OnlyIf:
    """None of it is released unless each of these facts is known to be so."""

    reach: Reach
    known: Mapping[str, Truth]


@dataclass(frozen=True, slots=True)
class Always:
    """A duty: all of it is released while the facts are as given, whatever else is known, unknown or not yet agreed."""

    reach: Reach
    given: Given


@dataclass(frozen=True, slots=True)
class Possible:
    """All of it can be released: there are facts under which each of these fields goes."""

    reach: Reach


@dataclass(frozen=True, slots=True)
class OnlyThrough:
    """Of what `reach` is about, nothing is released that is in none of the doors."""

    reach: Reach
    doors: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class WhateverIsKnownOf:
    """Whether it is released does not depend on these facts: nothing waits for them, nothing is stopped by them."""

    reach: Reach
    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ApprovalAtLeast:
    """None of it is released under a less strict approval."""

    reach: Reach
    approval: Approval


@dataclass(frozen=True, slots=True)
class KnowingLessNeverReleasesMore:
    """What is released while a fact is unknown is also released when it is known, either way.

    `except_for`: facts, each with the grounds under which not knowing it may release what knowing it would stop.
    """

    except_for: Mapping[str, frozenset[str]]


@dataclass(frozen=True, slots=True)
class RelabellingNeverWidens:
    """While the facts are as given, another role than `role` never releases what `role` would not.

    `except_for`: where another role may.
    """

    role: str
    given: Given
    except_for: tuple[Reach, ...]


@dataclass(frozen=True, slots=True)
class MunicipalityNeverWidens:
    """What the municipality's own rules leave, the blueprint alone would release or offer too."""


@dataclass(frozen=True, slots=True)
class NoRowMayOffer:
    """These stand among the fields that never leave, so that no row can even name one."""

    fields: frozenset[str]


@dataclass(frozen=True, slots=True)
class NeverAsserted:
    """The gateway establishes these facts itself: no requester can assert one."""

    facts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelsNeverSay:
    """None of these words stands in what is read: the labels of ground and purpose, and the codes of fields."""

    reach: Reach
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RolesNeverTold:
    """None of these roles is told to these recipients, whatever else they receive."""

    recipients: frozenset[str]
    roles: frozenset[str]


@dataclass(frozen=True, slots=True)
class RetentionAtMost:
    """A case counts as within retention for this many days at most."""

    days: int


@dataclass(frozen=True, slots=True)
class Elsewhere:
    """About the gateway and not about the rules: no proof of the rules can show it; these files of tests do."""

    tests: tuple[str, ...]


Statement: TypeAlias = (
    Never
    | OnlyIf
    | Always
    | Possible
    | OnlyThrough
    | WhateverIsKnownOf
    | ApprovalAtLeast
    | KnowingLessNeverReleasesMore
    | RelabellingNeverWidens
    | MunicipalityNeverWidens
    | NoRowMayOffer
    | NeverAsserted
    | LabelsNeverSay
    | RolesNeverTold
    | RetentionAtMost
    | Elsewhere
)


@dataclass(frozen=True, slots=True)
class Invariant:
    """A statement, the law it rests on and its meaning in words.

    `until` names the drafts of coming law that may change it; without any it is absolute.
    """

    id: str
    statement: Statement
    until: frozenset[str]
    legal: tuple[str, ...]
    note: Text
