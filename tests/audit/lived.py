"""A log as a team leaves it: decisions and releases of every kind, an approval, an advice and a voided part."""

import json
from collections.abc import Sequence

from sqlalchemy import create_engine, text

from gateway.bootstrap import Gateway
from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.setting import DEMO_PEOPLE
from gateway.model.terms import Json
from gateway.model.views import DisclosureView
from tests.builders import ADVICE
from tests.conftest import NOON

SANNE, BRAM, MERYEM, FLEUR, _ = DEMO_PEOPLE
DAY = NOON.date()


def submit(gateway: Gateway, request: dict[str, Json]) -> DisclosureView:
    """Submit as Sanne."""
    return gateway.team.submit(json.dumps(request).encode(), SANNE)


def live(gateway: Gateway) -> None:
    """Release at once, reduced, after an approval and after advice; refuse; void by a hold; fall into a gap."""
    submit(gateway, cases.help_with_consent(DAY, 1, "offer_help"))
    submit(gateway, cases.help_and_name(DAY, 2, "offer_help"))
    view = submit(gateway, cases.landlord_too_much(DAY, 3))
    gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, BRAM)
    view = submit(gateway, cases.landlord_about_tenant(DAY, 4))
    gateway.team.advise(view.id, view.parts[0].id, ADVICE, False, FLEUR)
    gateway.team.approve(view.id, view.parts[0].id, view.parts[0].digest, MERYEM, "purpose")
    submit(gateway, cases.landlord(DAY, 5, illegality_established="unknown"))
    waiting = submit(gateway, cases.landlord(DAY, 6))
    submit(gateway, cases.urgent(DAY, 7, "protect_victim", address=cases.ADDRESS))
    gateway.team.approve(waiting.id, waiting.parts[0].id, waiting.parts[0].digest, BRAM)  # held meanwhile: voided
    odd = cases.landlord(DAY, 8)
    subjects = odd["subjects"]
    assert isinstance(subjects, list)
    assert isinstance(subjects[0], dict)
    subjects[0]["role"] = "reporter"
    submit(gateway, odd)


def harm(settings: Settings, statements: Sequence[str], **values: object) -> None:
    """Change the database as someone who administers it can: the triggers go first."""
    engine = create_engine(settings.database_url)
    on_table = engine.dialect.name != "sqlite"
    with engine.begin() as connection:
        for table in ("leaf", "policy_bundle"):
            of = f" ON {table}" if on_table else ""
            for verb in ("update", "delete"):
                connection.execute(text(f"DROP TRIGGER IF EXISTS {table}_no_{verb}{of}"))
        for statement in statements:
            connection.execute(text(statement), values)
    engine.dispose()
