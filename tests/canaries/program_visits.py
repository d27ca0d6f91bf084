"""Programs that send what they should not: to the staff API, to the token endpoint and to a partner's own inbox."""

import json
import secrets
from pathlib import Path
from urllib.parse import quote

from gateway.config.clock import utc_now
from gateway.crypto.commitments import digest
from gateway.crypto.dpop import access_token_hash, sign_proof
from gateway.crypto.jwk import generate_signing_key
from gateway.crypto.jws import sign
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.terms import Json
from gateway.partner.client import ASSERTION_TYPE
from gateway.partner.keys import PartnerKeys, read_keys
from tests.canaries import birds
from tests.canaries.dossiers import Dossier
from tests.canaries.places import Exchange
from tests.canaries.visitor import API, Visitor

NAME, BSN = birds.NAME.value, birds.BSN.value


def staff(url: str, kept: list[Exchange], dossier: Dossier) -> None:
    """Send the staff API a good request with one thing wrong at a time."""
    sanne, stranger = Visitor(url, kept, DEMO_PEOPLE[0]), Visitor(url, kept)
    good = json.dumps(dossier.body)
    wrong: list[str] = [
        *("", good[:-1], good + BSN, f"[{good}]", f'"{NAME}"', BSN, "{" * 500 + NAME, f"\ufeff{good}"),
        good.replace("{", f'{{"{birds.KEY.value}": "{NAME}", ', 1),
        good.replace("{", f'{{"{NAME}": "{birds.KEY.value}", ', 1),
        good.replace('"data": {', f'"data": {{"{birds.KEY.value}": "{NAME}", '),
        good.replace('"data": {', f'"data": {{"{NAME}": "{BSN}", '),
        good.replace('"facts": {', f'"facts": {{"{birds.KEY.value}": {{"value": "{NAME}"}}, '),
        good.replace('"yes"', f'"{NAME}"'),
        good.replace("report ", f"{birds.KEY.value} "),
        good.replace('"own"', f'{{"{birds.KEY.value}": "{NAME}"}}'),
        good.replace(birds.IDEMPOTENCY.value, f"{NAME} "),
        *(
            good.replace(f'"{word}"', f'"{birds.KEY.value}"')
            for word in ("avim", "exploitation_signal", "suspect", "s2")
        ),
        good.replace(birds.CASE.value, NAME),
        good.replace(birds.NARRATIVE.value, f"{birds.NARRATIVE.value} {NAME}"),
        good.replace(birds.BIRTH.value, f"{BSN}.5").replace(f'"{BSN}.5"', f"{BSN}.5"),
        good.replace(birds.ADDITION.value, NAME).replace(birds.PHONE.value, BSN),
    ]
    for body in dict.fromkeys(wrong):
        for path in ("", "/preview", f"/{quote(NAME, safe='')}/approval"):
            sanne.api(path, body.encode())
            stranger.api(path, body.encode())
    sanne.api("", good.encode(), kind="text/plain")
    sanne.api("", good.encode(), kind=f"application/{birds.HEADER.value}")
    sanne.api("", good.encode("utf-16"))
    sanne.api("", (good + NAME * 10_000).encode())
    for path in (f"/{quote(NAME, safe='')}", f"/{BSN}?name={quote(NAME, safe='')}"):
        sanne.go("GET", API + path, place="an unknown request")
        stranger.go("GET", API + path, place="a stranger's look")


class PartnerProgram:
    """A partner's program with good keys and bad manners."""

    def __init__(self, url: str, kept: list[Exchange], home: Path, partner_id: str) -> None:
        """Work with the keys in the partner's own folder."""
        self._url = url
        self._id = partner_id
        self._visitor = Visitor(url, kept)
        self._keys: PartnerKeys = read_keys(home / "partners" / partner_id / f"{partner_id}.keys.json")
        self._holder = generate_signing_key()

    def misbehave(self, issuer: str, messages: list[str]) -> None:
        """Ask for tokens, messages and receipts with canaries wherever something can be put."""
        for changes in (
            {"jti": f"{birds.JTI.value}"},
            {"jti": f"{birds.JTI.value}"},
            {"jti": NAME},
            {"iss": birds.CLIENT.value},
            {"sub": birds.CLIENT.value},
            {"aud": NAME},
            {"exp": BSN},
            {birds.KEY.value: NAME},
        ):
            self._token(claims=changes)
        for form in (
            {"grant_type": NAME},
            {"grant_type": birds.KEY.value},
            {"scope": f"inbox {birds.KEY.value}"},
            {"client_id": birds.CLIENT.value},
            {"client_assertion": f"{birds.CLIENT.value}.{birds.KEY.value}.{NAME}"},
            {"client_assertion_type": birds.KEY.value},
            {birds.KEY.value: NAME},
        ):
            self._token(form=form)
        self._visitor.go("POST", f"/oauth/token?{birds.KEY.value}={BSN}", place="a token, with a query")
        self._visitor.go("POST", "/oauth/token", headers={"Authorization": f"Basic {birds.CLIENT.value}"})
        token = self._token()
        for changes in (
            {"Authorization": "", "DPoP": ""},
            {"Authorization": f"DPoP {birds.KEY.value}"},
            {"Authorization": birds.KEY.value},
            {"DPoP": birds.HEADER.value},
            {},
        ):
            for path in ("/api/v1/inbox", f"/api/v1/inbox/{birds.KEY.value}", "/log/checkpoint"):
                headers = self._shown(token, "GET", path) | changes
                self._visitor.go("GET", f"{path}?name={BSN}", place=path, headers=headers)
            for body in (f'{{"receipt": "{birds.KEY.value}"}}', f'{{"{birds.KEY.value}": 1}}', birds.KEY.value, ""):
                path = f"/api/v1/inbox/{birds.KEY.value}/receipts"
                headers = self._shown(token, "POST", path) | changes | {"Content-Type": "application/json"}
                self._visitor.go("POST", path, place="a bad receipt", headers=headers, data=body.encode())
        for changes in ({"jti": f"{birds.JTI.value}0123456789"}, {"htu": NAME}, {birds.KEY.value: NAME}, {"ath": BSN}):
            headers = self._shown(token, "GET", "/api/v1/inbox", changes)
            self._visitor.go("GET", "/api/v1/inbox", place="a proof", headers=headers)
        for message in messages:
            path = f"/api/v1/inbox/{message}"
            headers = self._shown(token, "GET", path)
            envelope = self._visitor.go("GET", path, place="a message", headers=headers).json()
            payload = digest(envelope["message"].encode())
            for claims in (
                {"sub": NAME},
                {"state": birds.KEY.value},
                {"aud": NAME, "iss": birds.CLIENT.value},
                {"h": f"sha256:{birds.KEY.value}"},
                {birds.KEY.value: NAME},
                {"iat": BSN},
                {"iss": self._id, "aud": issuer},
            ):
                self._receipt({"aud": issuer, "sub": message, "h": payload, **claims}, message, token)

    def _token(
        self, *, claims: dict[str, Json] | dict[str, str] | None = None, form: dict[str, str] | None = None
    ) -> str:
        now = int(utc_now().timestamp())
        told: dict[str, Json] = {
            "iss": self._id,
            "sub": self._id,
            "aud": self._url,
            "jti": secrets.token_hex(16),
            "iat": now,
            "exp": now + 60,
            **(claims or {}),
        }
        sent = {
            "grant_type": "client_credentials",
            "scope": "inbox",
            "client_id": self._id,
            "client_assertion_type": ASSERTION_TYPE,
            "client_assertion": sign(json.dumps(told).encode(), typ="JWT", key=self._keys.signing),
            **(form or {}),
        }
        headers = {"DPoP": self._proof("POST", "/oauth/token", {})}
        answer = self._visitor.go("POST", "/oauth/token", place="a token", data=sent, headers=headers)
        return str(answer.json().get("access_token", ""))

    def _shown(self, token: str, method: str, path: str, changes: dict[str, str] | None = None) -> dict[str, str]:
        told = {"ath": access_token_hash(token), **(changes or {})}
        return {"Authorization": f"DPoP {token}", "DPoP": self._proof(method, path, told)}

    def _proof(self, method: str, path: str, changes: dict[str, str]) -> str:
        told: dict[str, Json] = {
            "jti": secrets.token_hex(16),
            "htm": method,
            "htu": self._url + path,
            "iat": int(utc_now().timestamp()),
            **changes,
        }
        return sign_proof(told, self._holder)

    def _receipt(self, claims: dict[str, str], message: str, token: str) -> None:
        told: dict[str, Json] = {
            "iss": self._id,
            "state": "received",
            "iat": int(utc_now().timestamp()),
            **claims,
        }
        receipt = sign(json.dumps(told).encode(), typ="disclosure-receipt+jwt", key=self._keys.signing)
        path = f"/api/v1/inbox/{message}/receipts"
        self._visitor.go(
            "POST",
            path,
            place="a receipt",
            headers=self._shown(token, "POST", path) | {"Content-Type": "application/json"},
            data=json.dumps({"receipt": receipt}).encode(),
        )
