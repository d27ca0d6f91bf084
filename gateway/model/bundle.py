"""A policy bundle as loaded: the closed vocabulary and its dated editions. Its digest stands in every leaf."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from gateway.model.decision import Approval
from gateway.model.invariant import Invariant
from gateway.model.terms import Text, Truth

RECIPIENTS = "{recipients}"
"""Where a ground's way names those to whom it leads."""


class FieldType(StrEnum):
    """The form of a field's value; `gateway.intake.values` has one validator for each."""

    NAME = "name"  # a person's name or alias: letters, spaces, '.-, at most 100 characters
    DATE = "date"  # ISO 8601 calendar date
    BSN = "bsn"  # citizen service number, 11-test; never released
    COUNTRY = "country"  # ISO 3166 alpha-2
    LANGUAGE = "language"  # ISO 639-1
    PHONE = "phone"
    EMAIL = "email"
    URL = "url"
    ADDRESS = "address"  # object: postcode, number, addition?, bag_id?
    PLATE = "plate"
    KVK = "kvk"  # Chamber of Commerce number, 8 digits
    REFERENCE = "reference"  # a file or permit number such as Z-2026-0417
    CODE = "code"  # one word of the vocabulary's list `codes[name]`
    CODES = "codes"  # a non-empty list of such words
    TEXT = "text"  # short free text, screened
    NARRATIVE = "narrative"  # longer free text, screened; leaves only where a row names it
    COUNT = "count"  # whole number >= 0
    OPAQUE = "opaque"  # anything short; only for fields that never leave


class Scope(StrEnum):
    """Whether a field tells of the case or of one subject."""

    CASE = "case"
    SUBJECT = "subject"


class Category(StrEnum):
    """The GDPR category of a field."""

    ORDINARY = "ordinary"
    SPECIAL = "special"  # article 9
    CRIMINAL = "criminal"  # article 10
    NATIONAL_ID = "national_id"  # article 87, UAVG 46
    NONE = "none"  # not personal data by itself


@dataclass(frozen=True, slots=True)
class FieldDefinition:
    """A field that a request may hold."""

    name: str
    group: str
    type: FieldType
    scope: Scope
    category: Category
    label: Text
    definition: Text


@dataclass(frozen=True, slots=True)
class FactDefinition:
    """A fact, its legal definition and who establishes it. `category`: what knowing it says about a person.

    `ways`: what may lawfully be done when the fact is known so, or unknown, and that stops something.
    """

    name: str
    computed: bool
    category: Category
    definition: Text
    evidence: Text | None  # which document a person must name; None when computed
    ways: Mapping[Truth, Text] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Ground:
    """A legal ground, its label for people here and the purposes that fit it.

    `way`: how it is offered to who was refused something else, with {recipients} in it; None: it is never offered.
    """

    name: str
    label: Text
    purposes: tuple[str, ...]
    urgent: bool
    way: Text | None = None


@dataclass(frozen=True, slots=True)
class LegalBasis:
    """An article that a row rests on. `reveals`: naming it already says something special about a person.

    `bwb` is the law's id in the Basiswettenbestand and `juriconnect` the reference to the article in it (Juriconnect
    standard for references to legislation, 1.3); None for European and municipal rules, which have neither.
    """

    id: str
    law: str
    article: str
    text: Text
    bwb: str | None
    juriconnect: str | None
    url: str | None
    reveals: bool

    @property
    def source(self) -> str:
        """Return law and article as a lawyer cites them in Dutch."""
        return f"{self.law} {self.article}".strip()


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Every word that a request or a row may use; anything else is an error at load or at the boundary."""

    recipients: Mapping[str, Text]
    internal: frozenset[str]
    grounds: Mapping[str, Ground]
    purposes: Mapping[str, Text]
    roles: Mapping[str, Text]
    facts: Mapping[str, FactDefinition]
    fields: Mapping[str, FieldDefinition]
    codes: Mapping[str, Mapping[str, Text]]  # field name -> code -> label
    legal: Mapping[str, LegalBasis]


@dataclass(frozen=True, slots=True)
class Row:
    """One permit: for these recipients, grounds and roles, when each fact is known to be so, these fields may go.

    `instead`: another lawful way, without the gateway, when all is so and only a general requirement is not met.
    """

    id: str
    recipients: frozenset[str]
    grounds: frozenset[str]
    roles: frozenset[str]
    when: Mapping[str, Truth]
    skip: frozenset[str]
    approval: Approval
    fields: frozenset[str]
    legal_basis: tuple[str, ...]
    label: Text  # the ground as this recipient reads it: neutral for landlords
    shows_roles: frozenset[str]  # roles that the recipient may read in the message
    valid_from: dt.date
    valid_until: dt.date | None  # first day on which the row no longer holds
    note: Text
    instead: Text | None = None


@dataclass(frozen=True, slots=True)
class Forbid:
    """A guard that fires unless each of its facts is known not to hold.

    `way`: what may be done while it is known to hold; never a way round it. `legal_basis`: the articles it guards.
    """

    id: str
    when: Mapping[str, Truth]
    except_recipients: frozenset[str]
    except_grounds: frozenset[str]
    only_when_known: frozenset[str]  # grounds under which an unknown fact does not make it fire
    note: Text
    way: Text | None = None
    legal_basis: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Edition:
    """All that holds in one epoch: the blueprint in force, as the municipality restricts it. `ends` is not in it."""

    begins: dt.date
    ends: dt.date | None
    require: Mapping[str, Truth]
    never_fields: frozenset[str]
    forbids: tuple[Forbid, ...]
    rows: tuple[Row, ...]
    retention_days: int  # a case counts as within retention this many days after its latest dated evidence

    def holds_on(self, day: dt.date) -> bool:
        """Say whether the day is in the epoch."""
        return self.begins <= day and (self.ends is None or day < self.ends)


NOTHING = Edition(dt.date.min, None, {}, frozenset(), (), (), 0)
"""What holds on a day for which nobody wrote rules: no row, so nothing may go."""


@dataclass(frozen=True, slots=True)
class Bundle:
    """A whole policy. `digest` is "sha256:" + hex over the names and exact bytes of its files.

    `editions` follow each other in time and do not overlap; `blueprint` is the same without the municipality's own
    rules. `draft` names the coming law that was added to try it out, from `draft_from` on, and `changes` the invariants
    that it says it changes; such a bundle never goes live.
    """

    digest: str
    vocabulary: Vocabulary
    editions: tuple[Edition, ...]
    blueprint: tuple[Edition, ...]
    draft: str | None = None
    draft_from: dt.date | None = None
    changes: frozenset[str] = frozenset()
    invariants: tuple[Invariant, ...] = ()

    def on(self, day: dt.date) -> Edition:
        """Return what holds on this day."""
        return next((edition for edition in self.editions if edition.holds_on(day)), NOTHING)
