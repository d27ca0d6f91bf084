"""`gateway keys`: the gateway's own keys."""

import datetime as dt
import json
import os
from collections.abc import Iterator
from contextlib import closing, nullcontext

import click

from gateway.bootstrap import build, generate_keys
from gateway.cli.form import FORMAT
from gateway.cli.on_demand import WholeLines
from gateway.cli.operator import operator
from gateway.config.clock import utc_now
from gateway.config.settings import Settings
from gateway.crypto.jwk import algorithm
from gateway.crypto.key_kinds import PS256
from gateway.crypto.keyring import Keyring
from gateway.log.origin import origin_of
from gateway.model.terms import Json
from gateway.opening import keyring_file
from gateway.pipeline.rotate import add_nlgov_key, announce_issuer_key, announce_log_key, rotate_issuer_key
from gateway.store.engine import is_served
from gateway.store.sole_process import claim


@click.group(cls=WholeLines)
def keys() -> None:
    """Make, list and replace the gateway's own keys. Partners make theirs with `gateway partner keygen`."""


@keys.command()
@FORMAT
def generate(form: str) -> None:
    """Make the signing, log and wrapping keys, sealed under the passphrase; never replaces any."""
    settings = Settings.from_env(os.environ)
    generate_keys(settings)
    if form == "json":
        click.echo(json.dumps({"made": ["gateway.keyring", "issuer.jwks.json", "log.vkey"]}))
    else:
        click.echo(f"made the keyring, log.vkey and issuer.jwks.json in {settings.keys}")


@keys.command(name="list")
@FORMAT
def list_keys(form: str) -> None:
    """List the gateway's own keys: name, use, since when, and whether each signs now. Shows no secret."""
    rows = list(_rows(keyring_file(Settings.from_env(os.environ)).load()))
    if form == "json":
        click.echo(json.dumps({"keys": rows}))
        return
    for row in rows:
        click.echo(f"{row['state']:9}  {row['use']:9}  {row['since'] or 'unknown':25}  {row['kid']}")


@keys.command()
@click.option("--announce", is_flag=True, help="Only publish the next key; the present one signs until you rotate.")
@click.option(
    "--stolen", is_flag=True, help="Take the old key out of issuer.jwks.json: what it signs is trusted no more."
)
@FORMAT
def rotate(announce: bool, stolen: bool, form: str) -> None:
    """Replace the key that signs messages, and log it. Restart the gateway afterwards: only then the new key signs.

    Partners trust the keys of the issuer.jwks.json that they were given. First run `rotate --announce`, let every
    partner take in the new file (it is at /.well-known/jwks.json too), then run `rotate`. The old key's public half
    stays in the file, so that its messages can still be verified.

    When the key may be stolen, run `rotate --stolen` at once and tell every partner to replace its file; messages that
    were not opened yet must be sent again.

    The log's key and the keys that wrap cases and make keyed hashes are not replaced by this command.
    """
    if announce and stolen:
        raise click.UsageError("a stolen key is replaced at once: leave out --announce")
    settings = Settings.from_env(os.environ)
    # On SQLite one process writes: the gateway is stopped while its key changes, and started again with the new one.
    with nullcontext() if is_served(settings.database_url) else claim(settings.home / "gateway.lock"):
        gateway = build(settings)
        file, by, at = keyring_file(settings), operator(), utc_now()
        with closing(gateway.tools.store):
            if announce:
                done = announce_issuer_key(gateway.tools, file, by=by, at=at)
            else:
                done = rotate_issuer_key(gateway.tools, file, by=by, at=at, stolen=stolen)
    if form == "json":
        told = {"active": done.active, "announced": done.announced, "retired": done.retired}
        click.echo(json.dumps({**told, "leaf_index": done.leaf_index}))
    elif announce:
        click.echo(f"announced {done.announced} in issuer.jwks.json; {done.active} signs until you rotate")
    else:
        old = "is trusted no more" if stolen else "is retired and still verifies"
        click.echo(f"{done.active} signs from the next start on; {done.retired} {old}")


@keys.command(name="add-nlgov")
@FORMAT
def add_nlgov(form: str) -> None:
    """Make the RSA key that signs for partners of the profile nlgov, and log it. Nothing else is signed with it.

    Restart the gateway afterwards, and give the new issuer.jwks.json to those partners. From then on `rotate` replaces
    this key together with the other.
    """
    settings = Settings.from_env(os.environ)
    with nullcontext() if is_served(settings.database_url) else claim(settings.home / "gateway.lock"):
        gateway = build(settings)
        with closing(gateway.tools.store):
            kid, index = add_nlgov_key(gateway.tools, keyring_file(settings), by=operator(), at=utc_now())
    if form == "json":
        click.echo(json.dumps({"kid": kid, "leaf_index": index}))
    else:
        click.echo(f"{kid} signs for partners of the profile nlgov from the next start on")


@keys.command(name="new-year")
@click.argument("year", type=int)
@FORMAT
def new_year(year: int, form: str) -> None:
    """Make the key of the log of YEAR ahead, publish it in log.vkey, and log that.

    Each year has a log of its own, with its own key. Run this in December, with the gateway stopped (on PostgreSQL it
    may run; start it again afterwards, so that it has the new key). Give the new line of log.vkey to every witness and
    every partner: their trust policies list both logs. The log of this year goes on until `gateway log new-year`.
    """
    settings = Settings.from_env(os.environ)
    at = utc_now()
    if not at.year <= year <= at.year + 1:
        raise click.UsageError("a key is made for this year's log or the next one's")
    with nullcontext() if is_served(settings.database_url) else claim(settings.home / "gateway.lock"):
        gateway = build(settings)
        with closing(gateway.tools.store):
            origin, file = origin_of(settings.issuer, year), keyring_file(settings)
            vkey, index = announce_log_key(gateway.tools, file, origin, by=operator(), at=at)
    if form == "json":
        click.echo(json.dumps({"vkey": vkey, "leaf_index": index}))
    else:
        click.echo(f"the key of the log of {year}, for every witness and partner (it is in log.vkey too):\n{vkey}")


def _rows(keyring: Keyring) -> Iterator[dict[str, Json]]:
    """Give each key's public name; a secret key that only the gateway uses has none."""
    yield _row(keyring.issuer_key.kid, "messages", "active", keyring.issuer_since)
    if keyring.next_key is not None:
        yield _row(keyring.next_key.kid, "messages", "announced", None)
    if keyring.nlgov_key is not None:
        yield _row(keyring.nlgov_key.kid, "nlgov", "active", None)
    if keyring.nlgov_next is not None:
        yield _row(keyring.nlgov_next.kid, "nlgov", "announced", None)
    for past in keyring.retired:
        state = "stolen" if past.stolen else "retired"
        use = "nlgov" if algorithm(past.key) == PS256 else "messages"
        yield {**_row(past.key.kid, use, state, past.since), "until": past.until.isoformat()}
    # The first was made together with the first issuer key; none is replaced, each volume of the log has its own.
    issuers = [past for past in keyring.retired if algorithm(past.key) != PS256]
    first = issuers[-1].since if issuers else keyring.issuer_since
    signers = keyring.log_signers()
    state = "active" if len(signers) == 1 else "its year"  # which year it is now, the log itself says
    for volume, signer in enumerate(signers):
        yield _row(name_of(signer.vkey), "log", state, first if volume == 0 else None)


def name_of(vkey: str) -> str:
    """Return a verifier key's name and id without the key, whose base64 may hold a `+` too (C2SP signed-note)."""
    name, key_id, _ = vkey.split("+", 2)
    return f"{name}+{key_id}"


def _row(kid: str, use: str, state: str, since: dt.datetime | None) -> dict[str, Json]:
    return {"kid": kid, "use": use, "state": state, "since": since.isoformat() if since else ""}
