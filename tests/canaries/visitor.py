"""Someone at a browser or a program: every answer is kept, with what this person may read in it."""

import json
import re
from collections.abc import Mapping

import requests
from requests.adapters import HTTPAdapter

from gateway.model.people import Employee, Person
from gateway.model.terms import Json
from tests.canaries.birds import Names
from tests.canaries.places import Exchange
from tests.canaries.search import NOBODY

TIMEOUT = 60  # seconds
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')
CONNECTIONS = HTTPAdapter()
"""Shared by all visitors; whoever made them closes it at the end."""
API = "/api/v1/disclosure-requests"


class Visitor:
    """One session; redirects are followed one by one, so that none goes unseen."""

    def __init__(self, url: str, kept: list[Exchange], person: Person | Employee | None = None) -> None:
        """Sign in as this invented person, or stay a stranger."""
        self._url = url
        self._kept = kept
        self._session = requests.Session()
        self._session.mount("http://", CONNECTIONS)
        self.token = ""
        if person is not None:
            self.token = self._token(self.go("GET", "/aanmelden"))
            self.go("POST", "/aanmelden", data={"csrf_token": self.token, "person": person.id})
            self.token = self._token(self.go("GET", "/"))

    def go(
        self,
        method: str,
        path: str,
        *,
        place: str = "",
        may: Names = NOBODY,
        data: Mapping[str, str] | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        files: Mapping[str, tuple[str, bytes]] | None = None,
    ) -> requests.Response:
        """Send one request, with the arguments of `requests`, and keep its answer."""
        wanted = requests.Request(method, self._url + path, data=data, headers=headers, files=files)
        answer = self._send(self._session.prepare_request(wanted))
        self._kept.append(Exchange(place or f"{method} {path.partition('?')[0]}", path, answer, may))
        return answer

    def post(
        self, path: str, fields: Mapping[str, str], *, place: str = "", own: Names = NOBODY, may: Names = NOBODY
    ) -> requests.Response:
        """Post a form; return the answer, or the page that it leads to.

        `own` may stand in the form when it comes back to whoever filled it in, `may` on the page that it leads to.
        """
        answer = self.go("POST", path, data={"csrf_token": self.token, **fields}, place=place, may=own)
        if answer.status_code == 303:
            return self.go("GET", answer.headers["Location"], place=f"after {place or path}", may=may)
        return answer

    def api(self, path: str, body: Json | bytes, *, kind: str = "application/json", place: str = "") -> dict[str, Json]:
        """Post JSON to the staff API; return its answer."""
        sent = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": kind, "X-CSRFToken": self.token}
        told: Json = self.go("POST", f"{API}{path}", data=sent, headers=headers, place=place).json()
        return told if isinstance(told, dict) else {}

    def _send(self, wanted: requests.PreparedRequest) -> requests.Response:
        try:
            return self._session.send(wanted, allow_redirects=False, timeout=TIMEOUT)
        except requests.ConnectionError:  # the server closed it after refusing an earlier body unread
            CONNECTIONS.close()
            return self._session.send(wanted, allow_redirects=False, timeout=TIMEOUT)

    def _token(self, answer: requests.Response) -> str:
        found = TOKEN.search(answer.text)
        assert found is not None
        return found[1]
