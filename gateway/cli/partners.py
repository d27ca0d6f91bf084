"""`gateway partners`: who may receive, their papers, and the keys that they enrol. For the municipality."""

import json
import os
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import click

from gateway.bootstrap import Gateway, build
from gateway.cli.form import FORMAT
from gateway.cli.on_demand import WholeLines
from gateway.cli.operator import operator
from gateway.config.clock import utc_now
from gateway.config.partner_entry import Paper, add_entry, entry_text
from gateway.config.settings import Settings
from gateway.crypto.jwk import parse_jwks
from gateway.crypto.keyring import ISSUER_KEYS
from gateway.errors import ConfigError
from gateway.model.affairs import KeyView, Need, Stopped, needs_of
from gateway.model.partner import SealProfile
from gateway.model.people import Person, StaffRole
from gateway.model.terms import Json
from gateway.opening import load_policy
from gateway.pipeline.affairs import affairs
from gateway.pipeline.enrol import begin_enrolment, confirm_enrolment, refuse_enrolment
from gateway.pipeline.revoke import revoke_keys

FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
LARGEST = 64 * 1024  # bytes of a request


@click.group(cls=WholeLines)
def partners() -> None:
    """Add partners, see what they need, and let their keys count or count no more."""


@partners.command()
@click.option(
    "--id", "partner_id", required=True, help="Small letters, digits and hyphens; it stays the same for good."
)
@click.option("--kind", required=True, help="Such as housing_corporation; the policy's vocabulary has them all.")
@click.option("--name", required=True)
@click.option("--desk", required=True, help="A desk, never a private person.")
@click.option("--email", required=True)
@click.option("--phone", required=True, help="Where the number is read out, and what is urgent is told.")
@click.option(
    "--profile",
    type=click.Choice([profile.value for profile in SealProfile]),
    default=SealProfile.HPKE9.value,
    show_default=True,
    help="How messages are sealed; the partner makes its keys for the same one.",
)
@click.option("--dwellings", is_flag=True, help="It owns dwellings; import them with `gateway holdings import`.")
@click.option("--retention-days", type=click.IntRange(min=1), default=365, show_default=True)
@click.option("--agreement", nargs=3, metavar="REFERENCE SINCE UNTIL", help="Dates such as 2026-01-31.")
@click.option("--dpia", nargs=3, metavar="REFERENCE SINCE UNTIL")
@click.option("--print", "only_print", is_flag=True, help="Print the entry, to paste it yourself; write nothing.")
@FORMAT
def add(
    partner_id: str,
    kind: str,
    name: str,
    desk: str,
    email: str,
    phone: str,
    profile: str,
    dwellings: bool,
    retention_days: int,
    agreement: tuple[str, str, str] | None,
    dpia: tuple[str, str, str] | None,
    only_print: bool,
    form: str,
) -> None:
    """Put a partner at the end of partners.yaml, and tell what it still needs. What stands there keeps every byte.

    A gateway that runs knows the partner after a restart.
    """
    block = entry_text(
        partner_id=partner_id,
        kind=kind,
        name=name,
        contact={"desk": desk, "email": email, "phone": phone},
        profile=profile,
        dwellings=dwellings,
        retention_days=retention_days,
        agreement=None if agreement is None else Paper(*agreement),
        dpia=None if dpia is None else Paper(*dpia),
    )
    if only_print:
        click.echo(block, nl=False)
        return
    settings = Settings.from_env(os.environ)
    new = add_entry(settings.partners, block, vocabulary=load_policy(settings).bundle.vocabulary)
    found = needs_of(new, uses=(), dwellings=False, pending=False, on=utc_now().date())
    if form == "json":
        click.echo(json.dumps({"id": new.id, "file": str(settings.partners), "needs": [_need(need) for need in found]}))
        return
    click.echo(f"added {new.id} to {settings.partners}; still to do:")
    for need in found:
        click.echo(f"  {need.concern.value}: {need.text.en}")


@partners.command(name="list")
@FORMAT
def list_partners(form: str) -> None:
    """List every partner with its papers and keys."""
    with _gateway() as gateway, gateway.tools.store.read() as unit:
        seen = affairs(gateway.tools, unit, _operator(), gateway.tools.clock())
    rows: list[Json] = []
    for one in seen.partners:
        partner = one.partner
        rows.append(
            {
                "id": partner.id,
                "name": partner.name,
                "kind": partner.kind,
                "active": partner.active,
                "profile": partner.profile.value,
                "agreement_until": partner.agreement.until.isoformat() if partner.agreement else None,
                "dpia_until": partner.dpia.until.isoformat() if partner.dpia else None,
                "keys": [_key(key) for key in one.keys],
            }
        )
        if form == "text":
            until = partner.agreement.until if partner.agreement else "none"
            click.echo(f"{partner.id}  {'active' if partner.active else 'not active'}  agreement until {until}")
            for key in one.keys:
                end = f" until {key.until:%Y-%m-%d}" if key.until else ""
                click.echo(f"    {key.use}  {key.state}{end}  {key.kid}")
    if form == "json":
        click.echo(json.dumps({"partners": rows}, ensure_ascii=False))


@partners.command()
@FORMAT
def check(form: str) -> None:
    """Tell what somebody must do about the partners: papers that ended or end within a month, keys, dwellings.

    Exit code 1: there is something. Run it every night, and let the scheduler warn somebody.
    """
    with _gateway() as gateway, gateway.tools.store.read() as unit:
        found = affairs(gateway.tools, unit, _operator(), gateway.tools.clock()).needs
    if form == "json":
        click.echo(json.dumps({"ok": not found, "needs": [_need(need) for need in found]}, ensure_ascii=False))
    else:
        for need in found:
            word = "stops" if need.stops else "soon "
            click.echo(f"{word}  {need.partner_id}  {need.concern.value}: {need.text.en}")
        if not found:
            click.echo("nothing to do")
    sys.exit(1 if found else 0)


@partners.command()
@click.argument("request_file", metavar="REQUEST", type=FILE)
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="Default: <id>.challenge.json, here.")
@FORMAT
def enrol(request_file: Path, out: Path | None, form: str) -> None:
    """Take a partner's enrolment REQUEST in, and write the challenge to send back. Its keys do not count yet.

    Two people confirm them, each alone, on the page of the partners or with `gateway partners confirm`. They call the
    partner at the number in partners.yaml, never at one that came with the request. The gateway may go on working.
    """
    with request_file.open("rb") as file:
        token = file.read(LARGEST).decode("ascii", errors="replace")
    with _gateway() as gateway:
        begun = begin_enrolment(
            gateway.tools,
            token,
            issuer_keys=parse_jwks((gateway.settings.keys / ISSUER_KEYS).read_bytes()),
            gateway=gateway.settings.public_url,
            by=operator(),
            at=gateway.tools.clock(),
        )
        contact = gateway.tools.partner(begun.partner_id).contact
    path = out or Path(f"{begun.partner_id}.challenge.json")
    try:
        with path.open("xb") as made:
            made.write(begun.challenge)
    except FileExistsError as exc:
        raise ConfigError(
            f"{path.name} exists already and is never replaced",
            hint=f"refuse this enrolment (`gateway partners refuse {begun.id}`), and let the partner make new keys",
        ) from exc
    if form == "json":
        told: dict[str, Json] = {"id": begun.id, "partner": begun.partner_id, "challenge": str(path)}
        click.echo(json.dumps({**told, "leaf_index": begun.leaf_index}))
        return
    click.echo(f"enrolment {begun.id} of {begun.partner_id} waits for two people")
    click.echo(f"send the partner: {path}")
    click.echo(
        f"then two people, each alone, call {contact.desk} ({contact.phone}) and type the number that is read out"
    )


@partners.command()
@click.argument("enrolment_id", metavar="ID")
@click.option(
    "--fingerprint",
    "number",
    prompt="the number, as it was read out to you",
    help="The 32 digits. Without it you are asked, so that nobody finds it in your shell's history.",
)
@FORMAT
def confirm(enrolment_id: str, number: str, form: str) -> None:
    """Say that the partner read this number out to you by phone. Your account counts as one person.

    The keys count when somebody else says so too: on the page of the partners, or here under another account.
    """
    with _gateway() as gateway:
        done = confirm_enrolment(gateway.tools, enrolment_id, number, _operator(), gateway.tools.clock())
    if form == "json":
        click.echo(json.dumps({"partner": done.partner_id, "counts": done.counts, "leaf_index": done.leaf_index}))
    elif done.counts:
        click.echo(f"the keys of {done.partner_id} count from now on")
    else:
        click.echo(f"noted; somebody else must confirm the keys of {done.partner_id} too")


@partners.command()
@click.argument("enrolment_id", metavar="ID")
@FORMAT
def refuse(enrolment_id: str, form: str) -> None:
    """Throw new keys away before they count."""
    with _gateway() as gateway:
        index = refuse_enrolment(gateway.tools, enrolment_id, _operator(), gateway.tools.clock())
    click.echo(json.dumps({"ok": True, "leaf_index": index}) if form == "json" else "refused: the keys never count")


@partners.command()
@click.argument("partner_id", metavar="PARTNER")
@click.option(
    "--kid", "kids", multiple=True, help="Only this key; more than one may be named. Default: all that count."
)
@FORMAT
def revoke(partner_id: str, kids: tuple[str, ...], form: str) -> None:
    """Let keys of a partner count no more, at once and without a restart: they were lost or stolen.

    What was sealed to them and was not fetched yet is never handed over, and the team is told to send it again.
    """
    with _gateway() as gateway:
        at = gateway.tools.clock()
        done = revoke_keys(gateway.tools, partner_id, kids=list(kids) or None, by=operator(), at=at)
        contact = gateway.tools.partner(partner_id).contact
    if form == "json":
        click.echo(json.dumps(_stopped(done)))
        return
    click.echo(f"{len(done.kids)} keys of {partner_id} count no more")
    if done.again:
        click.echo(f"requests that the team must make again: {len(done.again)}")
    if done.urgent:
        click.secho(
            f"URGENT: {len(done.urgent)} urgent hand-overs were stopped. Call {contact.desk} now: {contact.phone}. "
            "Record it afterwards.",
            fg="red",
        )
    if done.recalls:
        click.echo(
            f"recalls that nobody reads now: {len(done.recalls)}. Ask {contact.desk} by phone to destroy the data"
        )
    click.echo("let the partner make new keys: `gateway partner keygen`")


@contextmanager
def _gateway() -> Iterator[Gateway]:
    gateway = build(Settings.from_env(os.environ))
    with closing(gateway.tools.store):
        yield gateway


def _operator() -> Person:
    """Return the account that runs this command as one person. Who may open the keyring may do what an officer may."""
    return Person(operator(), operator(), frozenset({StaffRole.PRIVACY_OFFICER}))


def _need(need: Need) -> Json:
    return {
        "partner": need.partner_id,
        "concern": need.concern.value,
        "stops": need.stops,
        "until": need.until.isoformat() if need.until else None,
        "nl": need.text.nl,
        "en": need.text.en,
    }


def _key(key: KeyView) -> Json:
    return {
        "kid": key.kid,
        "use": key.use,
        "state": key.state,
        "until": key.until.isoformat(timespec="seconds") if key.until else None,
    }


def _stopped(done: Stopped) -> dict[str, Json]:
    return {
        "revoked": list[Json](done.kids),
        "send_again": list[Json](done.again),
        "urgent": list[Json](done.urgent),
        "recalls": list[Json](done.recalls),
        "leaf_index": done.leaf_index,
    }
