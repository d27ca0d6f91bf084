"""A member of staff at work over HTTP, as a browser would be: sign in, submit, look, judge."""

import json
import re
from collections.abc import Mapping

import requests

from gateway.errors import DeliveryError
from gateway.model.people import Person
from gateway.model.terms import Json

TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
TIMEOUT = 30  # seconds


class Desk:
    """One person's session."""

    def __init__(self, url: str, person: Person) -> None:
        """Sign in as this invented person."""
        self._url = url
        self._session = requests.Session()
        page = self._session.get(f"{url}/aanmelden", timeout=TIMEOUT)
        self._token = _token(page.text)
        signed_in = self._session.post(
            f"{url}/aanmelden", data={"csrf_token": self._token, "person": person.id}, timeout=TIMEOUT
        )
        signed_in.raise_for_status()
        self._token = _token(signed_in.text)

    def close(self) -> None:
        """Close the connections."""
        self._session.close()

    def headers(self) -> dict[str, str]:
        """Return what another HTTP client sends to act as this person in the staff API."""
        cookies = "; ".join(f"{cookie.name}={cookie.value}" for cookie in self._session.cookies)
        return {"Cookie": cookies, "X-CSRFToken": self._token}

    def send(self, path: str, body: Json) -> tuple[int, dict[str, Json]]:
        """POST JSON to the staff API; return the status and the answer."""
        answer = self._session.post(
            f"{self._url}/api/v1/disclosure-requests{path}",
            data=json.dumps(body),
            headers={"Content-Type": "application/json", "X-CSRFToken": self._token},
            timeout=TIMEOUT,
        )
        return answer.status_code, _object(answer)

    def look(self, disclosure_id: str) -> dict[str, Json]:
        """Return a request as this person sees it."""
        answer = self._session.get(f"{self._url}/api/v1/disclosure-requests/{disclosure_id}", timeout=TIMEOUT)
        return _object(answer)

    def press(self, path: str, fields: Mapping[str, str]) -> int:
        """Press a button on a page; return the status after its redirect."""
        return self.ask(path, fields).status_code

    def ask(self, path: str, fields: Mapping[str, str] | None = None) -> requests.Response:
        """Press a button on a page; return what it gives."""
        sent = {"csrf_token": self._token, **(fields or {})}
        return self._session.post(f"{self._url}{path}", data=sent, timeout=TIMEOUT)


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise DeliveryError("the page has no form to sign in or out with", hint="look at the server's messages")
    return found[1]


def _object(answer: requests.Response) -> dict[str, Json]:
    told: Json = answer.json()
    return told if isinstance(told, dict) else {}
