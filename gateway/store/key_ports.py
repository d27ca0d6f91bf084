"""What may be asked of the store about partners' keys, and about the enrolments that wait for two people's word."""

import datetime as dt
from collections.abc import Sequence
from typing import Protocol

from gateway.store.records import Confirmation, EnrolmentState, StoredEnrolment, StoredKey


class PartnerKeys(Protocol):
    """The public keys of partners. A row is never deleted; every change raises the revision of the circumstances."""

    def of_partner(self, partner: str) -> Sequence[StoredKey]:
        """Return all keys that a partner ever enrolled, newest first; also those that no longer count."""
        ...

    def get(self, kid: str) -> StoredKey | None:
        """Return a key, whoever enrolled it and whether it counts or not."""
        ...

    def add(self, key: StoredKey) -> None:
        """Keep a key. MUST raise DuplicateRequestError when anybody ever enrolled it."""
        ...

    def end(self, kid: str, until: dt.datetime) -> None:
        """Let a key count no longer than this."""
        ...

    def revoke(self, kid: str, at: dt.datetime) -> None:
        """Let a key count no more."""
        ...


class Enrolments(Protocol):
    """Enrolments: a partner's new keys, which do not count until two people confirmed them."""

    def add(self, enrolment: StoredEnrolment) -> None:
        """Keep an enrolment. MUST raise DuplicateRequestError when the same request was taken before."""
        ...

    def get(self, enrolment_id: str) -> StoredEnrolment:
        """Return an enrolment; raise NotFoundError when there is none."""
        ...

    def pending(self) -> Sequence[StoredEnrolment]:
        """Return those that wait, oldest first."""
        ...

    def change_state(self, enrolment_id: str, state: EnrolmentState) -> None:
        """Note what became of an enrolment. MUST raise DuplicateRequestError when it no longer waits."""
        ...

    def confirm(self, confirmation: Confirmation) -> None:
        """Keep a person's word. MUST raise DuplicateRequestError when that person gave it before."""
        ...

    def confirmations(self, enrolment_id: str) -> Sequence[Confirmation]:
        """Return who confirmed it, oldest first."""
        ...
