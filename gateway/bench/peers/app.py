"""The peers' web application: one route that takes a request, decides, seals, logs and answers."""

import datetime as dt
import hashlib
import hmac
import json
import os
import secrets
from collections.abc import Mapping
from pathlib import Path

from flask import Flask, Response, jsonify, request
from marshmallow import ValidationError

from gateway.bench.peers.form import FORM
from gateway.bench.peers.ledger import KeyUsedError, Ledger, Submission
from gateway.bench.peers.orm import OrmLedger
from gateway.bench.peers.policy import PARTNERS, decide
from gateway.bench.peers.raw import RawLedger
from gateway.bench.peers.sealing import Sealer

DATABASE, TOKEN = "BENCH_PEER_DATABASE", "BENCH_PEER_TOKEN"
REQUESTER = "demo:sanne"


def create_app(ledger: Ledger, token: str) -> Flask:
    """Return the application; `token` is the bearer token of its one user."""
    app = Flask("peer", static_folder=None, template_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = 65536
    sealer = Sealer(PARTNERS)
    expected = hashlib.sha256(token.encode()).digest()

    @app.post("/api/v1/disclosure-requests")
    def submit() -> tuple[Response, int]:
        scheme, _, given = request.headers.get("Authorization", "").partition(" ")
        if scheme != "Bearer" or not hmac.compare_digest(hashlib.sha256(given.encode()).digest(), expected):
            return jsonify(error="sign in first"), 403
        body = request.get_data(cache=False)
        try:
            told = json.loads(body)
            form = FORM.load(told)
        except (ValidationError, ValueError, TypeError):
            return jsonify(error="the request is not in the agreed form"), 400
        if not isinstance(form, dict):
            return jsonify(error="the request is not in the agreed form"), 400
        submission, answer = _process(form, told, body, sealer)
        try:
            answer["id"] = ledger.submit(submission)
        except KeyUsedError:
            return jsonify(error="this key was used for another request"), 409
        return jsonify(answer), 201

    @app.get("/readyz")
    def readyz() -> str:
        return "ready\n"

    return app


def _process(
    form: Mapping[str, object], told: Mapping[str, object], body: bytes, sealer: Sealer
) -> tuple[Submission, dict[str, object]]:
    """Return what to store and what to answer."""
    verdict = decide(form)
    identity, at = secrets.token_hex(16), dt.datetime.now(dt.UTC).isoformat()  # noqa: TID251  # a peer, not our pipeline
    subjects = told["subjects"]
    data = {subject["ref"]: subject["data"] for subject in subjects} if isinstance(subjects, list) else {}
    leaving = {ref: {name: data[ref][name] for name in names} for ref, names in verdict.released.items() if names}
    recipient, outcome = str(form["recipient"]), verdict.outcome
    head = {"id": identity, "ground": form["ground"], "purpose": form["purpose"], "at": at}
    message = sealer.seal(recipient, json.dumps({**head, "subjects": leaving}).encode()) if leaving else None
    entry = {
        **head,
        "requester": REQUESTER,
        "recipient": recipient,
        "outcome": outcome,
        "released": verdict.released,
        "pending": verdict.pending,
        "withheld": verdict.withheld,
        "message": hashlib.sha256(message).hexdigest() if message else None,
    }
    submission = Submission(
        id=identity,
        requester=REQUESTER,
        recipient=recipient,
        ground=str(form["ground"]),
        purpose=str(form["purpose"]),
        outcome=outcome,
        at=at,
        key=str(form["idempotency_key"]),
        body_hash=hashlib.sha256(body).hexdigest(),
        entry=json.dumps(entry, sort_keys=True),
        message=message,
        pending=sealer.keep(body) if any(verdict.pending.values()) else None,
    )
    answer: dict[str, object] = {
        "outcome": outcome,
        "recipient": recipient,
        "submitted_at": at,
        "released": verdict.released,
        "pending": verdict.pending,
        "withheld": verdict.withheld,
    }
    return submission, answer


def naive() -> Flask:
    """Make the peer on the ORM from the environment (a factory for the WSGI server)."""
    return create_app(OrmLedger(Path(os.environ[DATABASE])), os.environ[TOKEN])


def raw() -> Flask:
    """Make the peer on sqlite3 from the environment (a factory for the WSGI server)."""
    return create_app(RawLedger(Path(os.environ[DATABASE])), os.environ[TOKEN])
