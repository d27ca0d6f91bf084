"""`gateway partner`: the partner's kit. It needs none of the gateway's own settings, keys or database."""

import json
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import click
from rich.console import Console
from rich.progress import track

from gateway.cli.form import FORMAT
from gateway.cli.on_demand import WholeLines
from gateway.cli.partner_enrolment import enrol
from gateway.config.clock import utc_now
from gateway.crypto.profiles import PROFILES
from gateway.crypto.receipts import ReceiptState
from gateway.errors import ConfigError, CryptoError, GatewayError, LogError
from gateway.log.envelope import Envelope
from gateway.log.verify import read_message
from gateway.model.partner import SealProfile
from gateway.model.terms import Json
from gateway.partner.client import MESSAGE_ID, GatewayClient
from gateway.partner.config import KitConfig, load_config
from gateway.partner.enrolment import write_request
from gateway.partner.fetching import Fetched, save
from gateway.partner.keys import make_keys, read_keys, read_public_keys
from gateway.partner.opening import (
    Recipient,
    checks_of,
    open_envelope,
    read_envelope,
    read_trust,
    receipt_for,
    seen_at,
    shown,
)
from gateway.partner.recalls import recalled_file, words_of

RECALLED = "recalled"  # the state of a message in the inbox
CONFIG, TRUST, ISSUER_KEYS = "partner.yaml", "trust.policy", "issuer.jwks.json"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group(cls=WholeLines)
def partner() -> None:
    """Fetch, verify, open and acknowledge messages, as the partner that receives them."""


partner.add_command(enrol)


@partner.command()
@click.option("--out", required=True, type=FOLDER, help="The folder to write to; nothing is overwritten.")
@click.option("--id", "partner_id", required=True, help="Your id at the gateway.")
@click.option(
    "--profile",
    type=click.Choice([profile.value for profile in PROFILES]),
    default=SealProfile.HPKE9.value,
    show_default=True,
    help="How your messages are sealed, as agreed: hpke9 stays closed to a quantum computer; jose opens with any JOSE "
    "library; nlgov is the Dutch government's.",
)
@FORMAT
def keygen(out: Path, partner_id: str, profile: str, form: str) -> None:
    """Make your keys, and a request to enrol them. Keep <id>.keys.json secret and safe.

    Send <id>.enrolment.jwt to the municipality. It sends a challenge back: `gateway partner enrol` opens it.
    """
    private, public = make_keys(out, partner_id, SealProfile(profile))
    request = write_request(private, utc_now())
    if form == "json":
        made: dict[str, Json] = {"private": str(private), "public": str(public), "request": str(request)}
        _tell({"id": partner_id, "profile": profile, **made})
    else:
        click.echo(f"secret, for you alone: {private}")
        click.echo(f"your public keys:      {public}")
        click.echo(f"for the municipality:  {request}")


@partner.command()
@click.option("--config", "config_file", required=True, type=FILE, help="Your partner.yaml.")
@click.option("--out", required=True, type=FOLDER, help="The folder for the envelopes.")
@FORMAT
def fetch(config_file: Path, out: Path, form: str) -> None:
    """Fetch every message that waits, into <message id>.json. Nothing is opened.

    No file is overwritten, but for one thing: a message that was fetched before the log's witnesses saw it gets the
    better proof once there is one. What is not handed over before that is told; fetch again in a few minutes.
    """
    config = load_config(config_file)
    trust = read_trust(config.trust)
    client = GatewayClient(config, read_keys(config.keys).signing, clock=utc_now)
    try:
        listed = client.inbox()
        out.mkdir(parents=True, exist_ok=True, mode=0o700)
        fetched: list[Json] = []
        for message in track(listed, description="messages", console=Console(stderr=True), transient=True):
            kept = save(client, message.id, out / f"{message.id}.json", trust, utc_now())
            told: dict[str, Json] = {
                "id": message.id,
                "file": str(kept.file) if kept.file else None,
                "state": message.state,
            }
            fetched.append({**told, "unwitnessed": True} if kept.unwitnessed else told)
            if form == "text":
                click.echo(f"{message.id}  {message.state}  {_place(kept)}")
                if message.state == RECALLED and kept.file:
                    click.echo(f"  destroy it, and all that you made of it: {kept.file}")
    finally:
        client.close()
    if form == "json":
        _tell({"messages": fetched})
    elif not listed:
        click.echo("no messages")


@partner.command()
@click.argument("envelope_file", metavar="ENVELOPE", type=FILE)
@click.option("--trust", "trust_file", required=True, type=FILE, help="trust.policy, as the privacy officer gave it.")
@FORMAT
def verify(envelope_file: Path, trust_file: Path, form: str) -> None:
    """Check that the message is in the log as it is, without opening it. Needs no key and no network.

    It fails as long as the witnesses that trust.policy asks for have not seen the log entry: fetch again then.
    """
    trust = read_trust(trust_file)
    try:
        envelope = read_envelope(envelope_file)
        stapled = read_message(envelope, trust, recipient=None, now=utc_now())
    except (LogError, CryptoError) as error:
        _failed(error, form)
    checks, seen = checks_of(stapled), seen_at(stapled)
    if form == "text":
        for check in checks:
            click.echo(f"ok: {check}")
        for name, at in seen.items():
            click.echo(f"seen by witness {name}: {at}")
    if stapled.unwitnessed is not None:
        _failed(stapled.unwitnessed, form, checks)
    if form == "json":
        _tell({"ok": True, "checks": list[Json](checks), "witnessed": seen})
        return
    click.echo(f"made for: {envelope.recipient}")


@partner.command(name="open")
@click.argument("envelope_file", metavar="ENVELOPE", type=FILE)
@click.option("--key", "key_file", required=True, type=FILE, help="Your <id>.keys.json.")
@click.option("--config", "config_file", type=FILE, help=f"Default: {CONFIG} beside the key file.")
@click.option("--trust", "trust_file", type=FILE, help=f"Default: {TRUST} beside the key file.")
@click.option("--issuer-keys", "issuer_file", type=FILE, help=f"Default: {ISSUER_KEYS} beside the key file.")
@click.option(
    "--before-witness",
    is_flag=True,
    help="Open also what the log's witnesses have not seen yet. Right for an urgent hand-over (exploitation, acute "
    "danger, a minor), which comes at once; for anything else fetch again. Then fetch and verify it later.",
)
@click.option("--destroy", is_flag=True, help="If it is a recall: delete the recalled message's file beside it.")
@FORMAT
def open_message(
    envelope_file: Path,
    key_file: Path,
    config_file: Path | None,
    trust_file: Path | None,
    issuer_file: Path | None,
    before_witness: bool,
    destroy: bool,
    form: str,
) -> None:
    """Verify everything, then show the message. Nothing is shown when a check fails.

    A recall says which message to destroy; a correction, which one it corrects.
    """
    folder = key_file.parent
    config = load_config(config_file or _beside(folder, CONFIG))
    recipient = Recipient(
        id=config.id,
        issuer=config.issuer,
        issuer_keys=read_public_keys(issuer_file or _beside(folder, ISSUER_KEYS)),
        trust=read_trust(trust_file or _beside(folder, TRUST)),
    )
    key = read_keys(key_file).encryption
    try:
        envelope = read_envelope(envelope_file)
        now = utc_now()
        stapled = read_message(envelope, recipient.trust, recipient=recipient.id, now=now)
        claims = shown(open_envelope(envelope, key=key, recipient=recipient, now=now, before_witness=before_witness))
    except (LogError, CryptoError) as error:
        _failed(error, form)
    claims["witnessed"] = seen_at(stapled)  # no claim of the message: what the log's proof says
    if stapled.unwitnessed is not None:
        click.echo("opened before the log's witnesses have seen it: fetch it again later and verify it", err=True)
    destroyed = recalled_file(claims, envelope_file) if destroy else None
    if destroyed is not None:
        destroyed.unlink()
    if form == "json":
        _tell(claims if destroyed is None else {**claims, "destroyed": str(destroyed)})
    else:
        for line in words_of(claims, envelope_file, destroyed=destroyed):
            click.echo(line)
        _show(claims)


@partner.command()
@click.argument("envelope_file", metavar="ENVELOPE", type=FILE)
@click.option("--state", required=True, type=click.Choice([state.value for state in ReceiptState]))
@click.option("--config", "config_file", type=FILE, help=f"Default: {CONFIG} beside the envelope, else here.")
@FORMAT
def receipt(envelope_file: Path, state: str, config_file: Path | None, form: str) -> None:
    """Sign that you received, opened, acted on or destroyed a message, or that it is not for you; and send that."""
    if config_file is None:
        near = [folder / CONFIG for folder in (envelope_file.parent, Path())]
        config_file = next((path for path in near if path.exists()), None) or _beside(envelope_file.parent, CONFIG)
    config = load_config(config_file)
    keys = read_keys(config.keys)
    try:
        envelope = read_envelope(envelope_file)
        message_id = _message_id(envelope_file, envelope, config)
    except (LogError, CryptoError) as error:
        _failed(error, form)
    signed = receipt_for(
        envelope,
        key=keys.signing,
        partner_id=config.id,
        issuer=config.issuer,
        message_id=message_id,
        state=ReceiptState(state),
        at=utc_now(),
    )
    client = GatewayClient(config, keys.signing, clock=utc_now)
    try:
        index = client.send_receipt(message_id, signed)
    finally:
        client.close()
    if form == "json":
        _tell({"ok": True, "leaf_index": index, "state": state})
    else:
        click.echo(f"the gateway logged `{state}` as entry {index}")


def _place(kept: Fetched) -> str:
    if kept.unwitnessed:
        where = f"{kept.file}, not yet seen" if kept.file else "not yet seen"
        return f"{where} by the log's witnesses: fetch again in a few minutes"
    return str(kept.file or "not to be fetched any more")


def _message_id(envelope_file: Path, envelope: Envelope, config: KitConfig) -> str:
    """Return the id from the file name as fetch chose it; else open the message, which holds it."""
    if MESSAGE_ID.fullmatch(envelope_file.stem):
        return envelope_file.stem
    recipient = Recipient(config.id, config.issuer, read_public_keys(config.issuer_keys), read_trust(config.trust))
    claims = open_envelope(
        envelope, key=read_keys(config.keys).encryption, recipient=recipient, now=utc_now(), before_witness=True
    )
    return str(claims["jti"])


def _beside(folder: Path, name: str) -> Path:
    path = folder / name
    if not path.exists():
        raise ConfigError(f"there is no {name} beside it", hint=f"name the file with its option, or put {name} there")
    return path


def _tell(value: dict[str, Json]) -> None:
    click.echo(json.dumps(value, ensure_ascii=False))


def _failed(error: GatewayError, form: str, checks: Sequence[str] = ()) -> NoReturn:
    """Tell that a check failed, after which ones, and leave with 1."""
    if form == "json":
        _tell({"ok": False, "checks": list[Json](checks), "problem": error.message, "hint": error.hint})
    else:
        click.echo(f"NOT in order: {error.message}", err=True)
        click.echo(f"  what to do: {error.hint}", err=True)
    sys.exit(1)


def _show(claims: dict[str, Json]) -> None:
    for name in sorted(claims):
        click.echo(f"{name}: {json.dumps(claims[name], ensure_ascii=False)}")
