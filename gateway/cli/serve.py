"""`gateway serve`: runs the server. On SQLite exactly one process works on the state."""

import gc
import os
import sys
from contextlib import ExitStack
from pathlib import Path

import click
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import Server

from gateway.bootstrap import bring_up_to_date
from gateway.casework import cases_back
from gateway.cli.ports import free_port
from gateway.config.clock import utc_now
from gateway.config.packed_policy import pack
from gateway.config.partner_profiles import named_profiles
from gateway.config.settings import Settings
from gateway.crypto.commitments import digest as digest_of
from gateway.crypto.jwk import algorithm, parse_jwks
from gateway.crypto.key_kinds import PS256
from gateway.crypto.keyring import ISSUER_KEYS
from gateway.demo.setting import DEMO_PEOPLE, demo_environment, fill, fresh_partners, prepare, prepare_keys
from gateway.demo.witness import witnessing
from gateway.errors import ConfigError
from gateway.model.partner import SealProfile
from gateway.opening import active_files, is_in_folder
from gateway.store.engine import is_served
from gateway.store.sole_process import claim
from gateway.wsgi import THREADS


@click.command()
@click.option("--demo", is_flag=True, help="Invented data and identities only; makes what it needs.")
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8080, show_default=True, help="The next free one is taken when it is in use.")
@click.option("--no-witness", is_flag=True, help="With --demo: start no witness beside it.")
@click.option("--surface", type=click.Choice(["all", "people", "partners"]), default="all", show_default=True)
def serve(demo: bool, host: str, port: int, no_witness: bool, surface: str) -> None:
    """Run the gateway's server until Ctrl-C."""
    gc.freeze()  # nothing of what is loaded now is garbage, here or in the worker that is forked from here
    port = free_port(host, port)
    if demo:
        os.environ.update(demo_environment(os.environ, url=f"http://{host}:{port}"))
        if "GATEWAY_PARTNERS" not in os.environ:  # the sample's look into the land registry grows too old
            fresh = fresh_partners(Path(os.environ["GATEWAY_HOME"]), utc_now().date())
            os.environ["GATEWAY_PARTNERS"] = str(fresh)
    settings = Settings.from_env(os.environ)
    with ExitStack() as held:
        if not is_served(settings.database_url):
            held.enter_context(claim(settings.home / "gateway.lock"))
        if demo:
            prepare_keys(settings)
            if settings.witnesses is None and not no_witness:
                witness = held.enter_context(witnessing(settings))
                os.environ["GATEWAY_WITNESSES"] = str(witness.policy)
                settings = Settings.from_env(os.environ)
            _prepare_demo(settings)
        else:
            # The worker looks again; here a refusal is two plain lines instead of its traceback.
            bring_up_to_date(settings)
            # In a demo the policy of the folder decides, unsigned.
            if not settings.demo and not is_in_folder(settings, digest_of(pack(active_files(settings)))):
                click.echo(
                    "the policy in GATEWAY_POLICIES is not the active one, and decides nothing until it is activated"
                )
        _warn_of_erased(settings)
        warn_of_profiles(settings)
        click.echo(f"The gateway serves on http://{host}:{port}  (stop with Ctrl-C)")
        sys.stdout.flush()
        Server(
            target=f"gateway.wsgi:{surface}_surface" if surface != "all" else "gateway.wsgi:all_surfaces",
            factory=True,
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=THREADS,
            working_dir=Path.cwd(),
            log_access=False,
            log_level=LogLevels.warning,
            websockets=False,
        ).serve()


def _warn_of_erased(settings: Settings) -> None:
    """Say it when a restored backup brought erased cases back; help does not wait for it, so the server starts."""
    try:
        back = len(cases_back(settings))
    except ConfigError as error:
        click.secho(f"{error.message}: {error.hint}", err=True)
        return
    if back:
        click.secho(f"erased cases that are back: {back}. Stop, and run `gateway rights erase-again`", err=True)


def warn_of_profiles(settings: Settings) -> None:
    """Name the partners whose messages a quantum computer may open one day, and a key that their profile lacks."""
    profiles = named_profiles(settings.partners)
    exposed = [f"{partner} ({profile.value})" for partner, profile in profiles.items() if not profile.post_quantum]
    if exposed:
        click.echo(f"no post-quantum protection: {', '.join(exposed)}")
    if SealProfile.NLGOV in profiles.values():
        issuer_keys = parse_jwks((settings.keys / ISSUER_KEYS).read_bytes())
        if not any(algorithm(key) == PS256 for key in issuer_keys):
            click.secho("no key signs for the profile nlgov: stop, and run `gateway keys add-nlgov`", err=True)


def _prepare_demo(settings: Settings) -> None:
    prepare(settings)
    fill(settings)
    click.secho("DEMO: invented data and identities only. Never use this with real people.", fg="red", err=True)
    click.secho("DEMO: the policy is taken from its folder as it is; nobody signed it.", fg="red", err=True)
    if settings.witnesses is not None:
        click.secho("DEMO: the log's witness runs on this machine; in life it is the privacy officer's own.", err=True)
    for person in DEMO_PEOPLE:
        click.echo(f"  sign in as {person.name}: {', '.join(sorted(role.value for role in person.roles))}")
