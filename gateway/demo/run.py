"""The main job from end to end over HTTP, every step checked: an account for people and for programs."""

import datetime as dt
import json
import os
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from gateway.config.settings import Settings
from gateway.demo import cases
from gateway.demo.landlord import Landlord
from gateway.demo.partners import Kit, run_json
from gateway.demo.server import free_port, running
from gateway.demo.setting import DEMO_PEOPLE, demo_environment, fresh_partners, prepare_keys
from gateway.demo.staff import Desk
from gateway.demo.witness import DemoWitness, witnessing
from gateway.model.terms import Json

TRIES, PAUSE = 40, 0.25  # how often, and after how many seconds, a better proof is asked for again

NEUTRAL = "gebruik in strijd met de bestemming"  # the label that a landlord reads

Say = Callable[[str], None]


@dataclass
class Account:
    """What was done, and whether each step went as it should."""

    say: Say
    steps: list[dict[str, Json]] = field(default_factory=list)

    def step(self, name: str, ok: bool, **told: Json) -> None:
        """Note a step; `told` may hold outcome, leaf_index and message_id."""
        self.steps.append({"name": name, "ok": ok, **{key: value for key, value in told.items() if value is not None}})
        outcome = f"  [{told['outcome']}]" if "outcome" in told else ""
        self.say(f"  {'ok ' if ok else 'NOT OK'}  {name}{outcome}")

    @property
    def ok(self) -> bool:
        """Say whether every step went as it should."""
        return bool(self.steps) and all(step["ok"] is True for step in self.steps)

    def to_json(self) -> dict[str, Json]:
        """Return the contract's form."""
        return {"ok": self.ok, "steps": list(self.steps)}


def run_demo(home: Path, say: Say, on: dt.date) -> Account:
    """Do the main job in a fresh gateway whose state is in `home`; never raises for a step that goes wrong."""
    account = Account(say)
    port = free_port()
    partners = str(fresh_partners(home, on))
    environ = {**os.environ, "GATEWAY_HOME": str(home), "GATEWAY_PARTNERS": partners}
    settings = Settings.from_env({**environ, **demo_environment(environ, url=f"http://127.0.0.1:{port}")})
    prepare_keys(settings)
    with (
        witnessing(settings) as witness,
        running(
            home, port=port, environ={"GATEWAY_WITNESSES": str(witness.policy), "GATEWAY_PARTNERS": partners}
        ) as url,
    ):
        say("DEMO: invented people, addresses and reports only. The officer's witness runs on this machine.\n")
        sanne, bram, meryem, fleur, _otto = (Desk(url, person) for person in DEMO_PEOPLE)
        urgent = _urgent(account, home, sanne, bram, witness, on)
        _consent(account, home, sanne, on)
        _landlord(account, home, sanne, bram, on)
        _by_letter(account, sanne, bram, on)
        _expert_advice(account, home, sanne, meryem, fleur, on)
        _refused(account, sanne, on)
        _hold(account, sanne, bram, urgent, on)
        _withdrawn(account, home, sanne, on)
        _altered(account, home)
    _officer(account, home)
    return account


def _urgent(account: Account, home: Path, sanne: Desk, bram: Desk, witness: DemoWitness, on: dt.date) -> str:
    account.say("An exploitation signal goes to AVIM at once, about two people, while the log's witness is away")
    witness.stop()
    status, told = sanne.send("", cases.urgent(on, 101, "protect_victim"))
    part, kit = _part(told), Kit(home, "avim")
    account.step("urgent hand-over submitted", status == 201 and told.get("outcome") == "permit", **_facts(told))
    message_id = str(part.get("message_id"))
    envelope = kit.inbox / f"{message_id}.json"
    code, _ = kit.fetch()
    early = code == 0 and envelope.exists()
    account.step("avim fetches it before the witness has seen it", early, message_id=message_id)
    code, _ = kit.open(envelope)
    account.step("it is not opened so by accident", code == 1)
    code, opened = kit.open(envelope, before_witness=True)
    subjects = opened.get("subjects")
    account.step("avim opens it by choice", code == 0 and isinstance(subjects, list) and len(subjects) == 2)
    witness.start()
    disclosure = str(told.get("id"))
    own = sanne.press(f"/verstrekkingen/{disclosure}/onderdelen/{part.get('id')}/beoordelen", {"review": "good"})
    account.step("the requester may not review her own hand-over", own == 403)
    status = bram.press(f"/verstrekkingen/{disclosure}/onderdelen/{part.get('id')}/beoordelen", {"review": "good"})
    account.step("a colleague reviews it afterwards", status == 200)
    account.step("the witness is back, and the better proof is fetched", _upgraded(kit, message_id))
    _verified(account, kit, "avim", envelope)
    _acknowledged(account, kit, "avim", envelope)
    return disclosure


def _upgraded(kit: Kit, message_id: str) -> bool:
    for _ in range(TRIES):
        _, told = kit.fetch()
        messages = told.get("messages")
        for message in messages if isinstance(messages, list) else []:
            if isinstance(message, dict) and message.get("id") == message_id and "unwitnessed" not in message:
                return True
        time.sleep(PAUSE)
    return False


def _consent(account: Account, home: Path, sanne: Desk, on: dt.date) -> None:
    account.say("Help with consent goes to Belle; a name and home address are not needed and stay")
    status, told = sanne.send("", cases.help_with_consent(on, 102, "offer_help"))
    account.step("released", status == 201 and told.get("outcome") == "permit", **_facts(told))
    _fetched(account, home, "belle", _part(told), expected=1)
    status, told = sanne.send("", cases.help_and_name(on, 103, "offer_help"))
    account.step("reduced", status == 201 and told.get("outcome") == "permit_reduced", **_facts(told))
    _, again = sanne.send("", cases.help_and_name(on, 103, "offer_help"))
    account.step("the same request twice is one request", again.get("id") == told.get("id"))


def _landlord(account: Account, home: Path, sanne: Desk, bram: Desk, on: dt.date) -> None:
    account.say("A housing corporation learns of an unlicensed business in its own dwelling, after a second person")
    status, told = sanne.send("", cases.landlord_too_much(on, 104))
    account.step("held for approval", status == 201 and told.get("outcome") == "needs_approval", **_facts(told))
    disclosure, part = str(told.get("id")), _part(told)
    sheet = {"part": part.get("id"), "digest": part.get("digest")}
    status, _ = sanne.send(f"/{disclosure}/approval", sheet)
    account.step("her own approval is refused", status == 403)
    status, _ = bram.send(f"/{disclosure}/approval", {**sheet, "digest": "sha256:" + "0" * 64})
    account.step("an approval of something else is refused", status == 409)
    status, told = bram.send(f"/{disclosure}/approval", sheet)
    account.step("a colleague approves exactly what he saw", status == 200 and _part(told).get("state") == "released")
    opened = _fetched(account, home, "dudok-wonen", _part(told), expected=1)
    neutral = "sekswerk" not in json.dumps(opened).lower() and "work_name" not in json.dumps(opened)
    account.step("the corporation reads a neutral ground and no work name", bool(opened) and neutral)


def _by_letter(account: Account, sanne: Desk, bram: Desk, on: dt.date) -> None:
    account.say("A private landlord without software gets a letter with a link, and hears a code by telephone")
    _, told = sanne.send("", cases.landlord_by_letter(on, 113))
    disclosure, part = str(told.get("id")), _part(told)
    status, told = bram.send(f"/{disclosure}/approval", {"part": part.get("id"), "digest": part.get("digest")})
    account.step("approved by a colleague", status == 200 and _part(told).get("state") == "released", **_facts(told))
    asked: dict[str, Json] = {"part": part.get("id")}
    status, _ = bram.send(f"/{disclosure}/link", asked)
    account.step("only who asked for it makes the letter", status == 403)
    _, letter = sanne.send(f"/{disclosure}/link", asked)
    status, _ = sanne.send(f"/{disclosure}/link", asked)
    account.step("the letter is made once", "link" in letter and status == 409)
    _, heard = sanne.send(f"/{disclosure}/code", asked)
    reader = Landlord(str(letter.get("link")))
    status, _ = reader.open("00000000" if heard.get("code") != "00000000" else "11111111")
    account.step("a wrong code opens nothing", status == 404)
    _, found = reader.open(str(heard.get("code")))
    now = dt.datetime.now(dt.UTC)  # noqa: TID251  # the landlord's own clock
    claims = {} if found is None else reader.read(found, now)
    account.step("the landlord reads it: in the log, seen by the witness", claims.get("ground") == NEUTRAL)
    signed = found is not None and reader.acknowledge(found, claims, now) == 204
    account.step("the opening is a signed receipt", signed)
    status, _ = Landlord(str(letter.get("link"))).open(str(heard.get("code")))
    account.step("another browser opens it no more", status == 404)


def _expert_advice(account: Account, home: Path, sanne: Desk, meryem: Desk, fleur: Desk, on: dt.date) -> None:
    account.say("About a tenant who is a sex worker: the FG advises, then a mandated manager decides")
    request = cases.landlord_about_tenant(on, 105)
    status, told = sanne.send("", request)
    disclosure, part = str(told.get("id")), _part(told)
    account.step("held for advice and a decision", told.get("outcome") == "needs_approval", **_facts(told))
    sheet = {"part": part.get("id"), "digest": part.get("digest")}
    status, _ = meryem.send(f"/{disclosure}/approval", sheet)
    account.step("no decision before the FG's advice", status == 403)
    status = fleur.press(f"/verstrekkingen/{disclosure}/onderdelen/{part.get('id')}/adviseren", {"advice": "positive"})
    account.step("the FG's advice is recorded", status == 200)
    status, told = meryem.send(f"/{disclosure}/approval", sheet)
    account.step("the manager decides", status == 200 and _part(told).get("state") == "released")
    _fetched(account, home, "dudok-wonen", _part(told), expected=1)


def _refused(account: Account, sanne: Desk, on: dt.date) -> None:
    account.say("Refusals, each with its reason")
    status, told = sanne.send("", cases.landlord(on, 106, recipient="gooi-wonen"))
    account.step("another corporation, lapsed agreement: denied", told.get("outcome") == "deny", **_facts(told))
    status, told = sanne.send("", cases.landlord(on, 107, illegality_established="unknown"))
    account.step("a suspicion is no report of findings: denied", told.get("outcome") == "deny", **_facts(told))
    status, told = sanne.send("", {**cases.landlord(on, 108), "colour": "blue"})
    account.step("an unknown key is refused", status == 400)


def _hold(account: Account, sanne: Desk, bram: Desk, urgent: str, on: dt.date) -> None:
    account.say("An open exploitation signal about an address stops what could warn an exploiter")
    _, told = sanne.send("", cases.landlord(on, 109))
    disclosure, part = str(told.get("id")), _part(told)
    account.step("waits for approval", told.get("outcome") == "needs_approval", **_facts(told))
    signal = cases.urgent(on, 110, "protect_victim", address=cases.ADDRESS)
    _, signalled = sanne.send("", signal)
    account.step("meanwhile a signal about that address goes to AVIM", signalled.get("outcome") == "permit")
    _, told = bram.send(f"/{disclosure}/approval", {"part": part.get("id"), "digest": part.get("digest")})
    account.step("approving now voids it: nothing leaves", _part(told).get("state") == "voided")
    bram.press(f"/verstrekkingen/{signalled.get('id')}/opheffen", {})
    _, told = sanne.send("", cases.landlord(on, 111))
    account.step("after AVIM lifted the hold it can be asked again", told.get("outcome") == "needs_approval")


def _withdrawn(account: Account, home: Path, sanne: Desk, on: dt.date) -> None:
    account.say("Consent withdrawn before delivery")
    _, told = sanne.send("", cases.help_with_consent(on, 112, "offer_help"))
    account.step("released, not fetched yet", told.get("outcome") == "permit", **_facts(told))
    pressed = sanne.press(f"/verstrekkingen/{told.get('id')}/intrekken", {})
    _, seen = Kit(home, "belle").fetch()
    account.step("it is never delivered", pressed == 200 and str(_part(told).get("message_id")) not in json.dumps(seen))


def _altered(account: Account, home: Path) -> None:
    account.say("An altered envelope")
    kit = Kit(home, "avim")
    envelope = next(iter(sorted(kit.inbox.glob("*.json"))), None)
    if envelope is None:
        account.step("there is an envelope to alter", False)
        return
    told = json.loads(envelope.read_text(encoding="utf-8"))
    told["message"] = told["message"][:-2] + ("AA" if told["message"][-2:] != "AA" else "BB")
    forged = kit.inbox.parent / "altered.json"
    forged.write_text(json.dumps(told), encoding="utf-8")
    code, answer = kit.verify(forged)
    account.step("is refused, and the partner is told why", code == 1 and bool(answer.get("problem")))
    code, _ = kit.open(forged)
    account.step("and is not opened", code == 1)


def _officer(account: Account, home: Path) -> None:
    account.say("The privacy officer verifies, without the gateway and without its passphrase")
    secret = {"GATEWAY_PASSPHRASE_FILE", "GATEWAY_HOME"}
    environ = {key: value for key, value in os.environ.items() if key not in secret}
    code, told = run_json("log", "verify", environ={**environ, "GATEWAY_HOME": str(home)})
    entries = told.get("entries")
    enough = isinstance(entries, int) and entries > 0
    account.step(
        f"the log is complete and unaltered: {entries} entries", code == 0 and told.get("ok") is True and enough
    )


def _fetched(account: Account, home: Path, partner_id: str, part: dict[str, Json], *, expected: int) -> dict[str, Json]:
    """Let the partner fetch, verify, open and acknowledge; return what it read."""
    kit = Kit(home, partner_id)
    message_id = str(part.get("message_id"))
    envelope = kit.inbox / f"{message_id}.json"
    code, _ = kit.fetch()
    account.step(f"{partner_id} fetches it", code == 0 and envelope.exists(), message_id=message_id)
    _verified(account, kit, partner_id, envelope)
    code, opened = kit.open(envelope)
    subjects = opened.get("subjects")
    account.step(f"{partner_id} opens it", code == 0 and isinstance(subjects, list) and len(subjects) == expected)
    _acknowledged(account, kit, partner_id, envelope)
    return opened


def _verified(account: Account, kit: Kit, partner_id: str, envelope: Path) -> None:
    code, told = kit.verify(envelope)
    seen = told.get("ok") is True and bool(told.get("witnessed"))
    account.step(f"{partner_id} verifies it: in the log, seen by the witness", code == 0 and seen)


def _acknowledged(account: Account, kit: Kit, partner_id: str, envelope: Path) -> None:
    code, told = kit.receipt(envelope, "opened")
    account.step(f"{partner_id} sends a signed receipt", code == 0, leaf_index=told.get("leaf_index"))


def _facts(told: dict[str, Json]) -> dict[str, Json]:
    return {"outcome": told.get("outcome"), "leaf_index": told.get("leaf_index")}


def _part(told: dict[str, Json]) -> dict[str, Json]:
    parts = told.get("parts")
    first = parts[0] if isinstance(parts, list) and parts else {}
    return first if isinstance(first, dict) else {}
