"""The notice for programs: a CloudEvent 1.0 in the structured HTTP mode, after the NL GOV profile, about nobody.

Its `type` is the same whatever happened, there is no `subject` and no `data`; `dataref` is the inbox, where the partner
signs in to see what it is. `id` is a random UUID and stays the same at each try, so that a repeat is recognised.
"""

import datetime as dt

from gateway.crypto.canonical import canonical
from gateway.model.terms import Json

CONTENT_TYPE = "application/cloudevents+json"
TYPE = "nl.disclosure-gateway.inbox-changed"
INBOX = "/api/v1/inbox"


def event(notice_id: str, at: dt.datetime, *, source: str, public_url: str) -> bytes:
    """Return the event as it is sent: canonical JSON (RFC 8785). `at` is told by the minute."""
    told: dict[str, Json] = {
        "specversion": "1.0",
        "id": notice_id,
        "source": source,
        "type": TYPE,
        "time": at.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:00Z"),
        "dataref": public_url + INBOX,
    }
    return canonical(told)
