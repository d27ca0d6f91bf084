"""What the pages of a request ask about drafts: the port that `gateway.pipeline.drafts.DraftDesk` fills."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from gateway.model.draft import DraftContent, KeptDraft
from gateway.model.people import Person
from gateway.model.terms import Json, Truth


class DraftDesk(Protocol):
    """Drafts of the person who asks. Another's draft, one that is over and none at all are a NotFoundError alike."""

    def begin(self, recipient: str, ground: str, purpose: str, roles: Sequence[str], by: Person) -> str:
        """Begin a draft; return its id."""
        ...

    def find(self, draft_id: str, by: Person) -> KeptDraft:
        """Return a draft."""
        ...

    def mine(self, by: Person) -> Sequence[KeptDraft]:
        """Return a person's own drafts, oldest first."""
        ...

    def save(self, draft_id: str, change: Callable[[DraftContent], DraftContent], by: Person) -> KeptDraft:
        """Change what a draft holds, in one transaction."""
        ...

    def drop(self, draft_id: str, by: Person) -> None:
        """Delete a draft that will not be sent."""
        ...

    def submitted(self, draft_id: str, by: Person) -> None:
        """Delete a draft of which a request came."""
        ...

    def faults(
        self, case_ref: str | None, facts: Mapping[str, Json], data: Mapping[str, Json], ownership: Json = None
    ) -> dict[str, str]:
        """Return what is wrong with a part of a request about one subject, by its path in the whole.

        `ownership` is what was seen in the land register, None when nobody looked.
        """
        ...

    def owned(self, content: DraftContent, dwelling: Json) -> Truth | None:
        """Say whether a dwelling is the recipient's; None when that decides nothing, or it is no address."""
        ...
