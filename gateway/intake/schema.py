"""The form of a disclosure request (CONTRACT, "A disclosure request") and its check against the policy's vocabulary.

marshmallow reads the form; the vocabulary, which is known only at run time, is checked after it. Only messages of this
module leave: marshmallow's own may quote what was sent, and its exception holds all of it.
"""

import datetime as dt
import re
from collections.abc import Mapping
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from gateway.errors import InvalidRequestError
from gateway.intake.values import day, normalise
from gateway.model.bundle import Vocabulary
from gateway.model.request import DisclosureRequest, FactClaim, Owner, OwnershipCheck, Subject
from gateway.model.terms import Json, Provenance, Truth, members

SUBJECTS = 10
DATA = 40
EVIDENCE = r"([a-z ]{1,30} )?[A-Z]{2,5}-[0-9]{4}-[0-9]{1,8}"

CASE_REF = r"[A-Z]{1,3}-[0-9]{4}-[0-9]{1,8}"
_NO_CASE_REF = "is not a case reference as in Z-2026-0417"

_HINT = "correct the fields that are named and send the request again"
_WRONG = "is not valid"
_MESSAGES = {
    "Unknown field.": "unknown key",
    "Missing data for required field.": "is missing",
    "Field may not be null.": "is empty",
    "Not a valid string.": "is not text",
    "Invalid input type.": "is not an object",
    "Not a valid list.": "is not a list",
    "Not a valid mapping type.": "is not an object",
}


class _Form(Schema):
    class Meta:
        unknown = RAISE


def _like(pattern: str, message: str) -> fields.String:
    # \Z and not $: the latter lets a newline through
    return fields.String(required=True, validate=validate.Regexp(rf"(?:{pattern})\Z", error=_own(message)))


def _own(message: str) -> str:
    _MESSAGES[message] = message
    return message


_TRUTHS = _own("is not yes, no or unknown")


class _ClaimForm(_Form):
    value = fields.String(required=True, validate=validate.OneOf([truth.value for truth in Truth], error=_TRUTHS))
    evidence = fields.String(
        validate=validate.Regexp(rf"(?:{EVIDENCE})\Z", error=_own("is not a document as in report RVB-2026-112"))
    )
    date = fields.String()


class _Data(fields.Dict):
    """Whatever stands under names: the vocabulary says later what may. JSON has no other keys than texts."""

    def _deserialize(self, value: Json, attr: str | None, data: object, **_: object) -> dict[str, Json]:
        if not isinstance(value, dict):
            raise self.make_error("invalid")
        empty = {name: {"value": [self.error_messages["null"]]} for name, item in value.items() if item is None}
        if empty:
            raise ValidationError(empty)
        return value


class _SubjectForm(_Form):
    ref = _like(r"[a-z0-9]{1,12}", "is not 1 to 12 small letters or digits")
    role = fields.String(required=True)
    facts = fields.Dict(keys=fields.String(), values=fields.Nested(_ClaimForm), load_default=dict)
    data = _Data(
        required=True,
        validate=validate.Length(min=1, max=DATA, error=_own(f"does not have 1 to {DATA} data")),
    )
    provenance = fields.Raw()


class _OwnershipForm(_Form):
    owner = fields.String(required=True, validate=validate.OneOf(list(Owner), error=_own("is none of the owners")))
    evidence = _like(r"[A-Z]{2,5}-[0-9]{4}-[0-9]{1,8}", "is not the number of an extract as in KAD-2026-112")
    date = _like(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", "is not a date as in 2026-11-24")


class _RequestForm(_Form):
    case_ref = _like(CASE_REF, _NO_CASE_REF)
    recipient = _like(r"[a-z0-9-]{1,64}", "is not a partner id")
    ground = fields.String(required=True)
    purpose = fields.String(required=True)
    subjects = fields.List(
        fields.Nested(_SubjectForm),
        required=True,
        validate=validate.Length(min=1, max=SUBJECTS, error=_own(f"does not have 1 to {SUBJECTS} subjects")),
    )
    ownership_check = fields.Nested(_OwnershipForm)
    idempotency_key = _like(r"[A-Za-z0-9._-]{16,128}", "is not 16 to 128 letters, digits, full stops, _ or -")


_CLAIM = _ClaimForm()
_OWNERSHIP = _OwnershipForm()
_FORM = _RequestForm()  # made once: marshmallow copies every field for each instance, and loading changes none of them


_KEYS = frozenset(name for form in (_RequestForm, _SubjectForm, _ClaimForm, _OwnershipForm) for name in form().fields)


def read_request(value: Json, vocabulary: Vocabulary, *, today: dt.date) -> DisclosureRequest:
    """Return the request that a JSON value holds, with every datum in its normal form.

    `provenance` of a subject is one word for all its data, or one per field; a datum without it has an unknown origin.

    :raises InvalidRequestError: with the path of every fault and a fixed message for each, never a value.
    """
    reader = _Reader(vocabulary, today)
    form = reader.form(value)
    request = reader.request(form) if form is not None else None
    if request is None or reader.faults:
        raise InvalidRequestError("the request does not have the agreed form", hint=_HINT, fields=reader.faults)
    return request


def check_part(
    case_ref: str | None,
    facts: Mapping[str, Json],
    data: Mapping[str, Json],
    vocabulary: Vocabulary,
    *,
    ownership: Json = None,
    today: dt.date,
) -> dict[str, str]:
    """Return the faults in what a person typed so far about one subject, by the path that the whole request gives them.

    What is not there yet is no fault: `read_request` asks for it, when the whole is sent.
    """
    reader = _Reader(vocabulary, today)
    if case_ref is not None and not re.fullmatch(CASE_REF, case_ref):
        reader.faults["case_ref"] = _NO_CASE_REF
    for name, claim in facts.items():
        reader.claim_form("subjects.0.facts", name, claim)
    for name, value in data.items():
        reader.datum("subjects.0.data", name, value)
    if ownership is not None:
        reader.ownership_form(ownership)
    return reader.faults


class _Reader:
    """Reads one request and gathers every fault, so that a form can show all of them at once."""

    def __init__(self, vocabulary: Vocabulary, today: dt.date) -> None:
        self.vocabulary = vocabulary
        self.today = today
        self.faults: dict[str, str] = {}

    def form(self, value: Json) -> dict[str, Any] | None:
        """Return the request as marshmallow read it, or None and the faults."""
        if not isinstance(value, dict):
            self.faults["request"] = "is not an object"
            return None
        try:
            loaded: dict[str, Any] = _FORM.load(value)
        except ValidationError as exc:
            self._gather((), exc.messages)
            return None
        return loaded

    def _gather(self, path: tuple[str, ...], messages: object, *, inside: bool = False) -> None:
        if isinstance(messages, dict):
            for key, inner in messages.items():
                # marshmallow puts "key" or "value" between a mapping's key and its faults
                between = not inside and key in {"key", "value"} and path[-2:-1] in {("facts",), ("data",)}
                self._gather(path if between else (*path, self._shown(key)), inner, inside=between)
        elif isinstance(messages, list):
            known = [_MESSAGES[m] for m in messages if isinstance(m, str) and m in _MESSAGES]
            self.faults[".".join(path) or "request"] = known[0] if known else _WRONG

    def _shown(self, key: object) -> str:
        if isinstance(key, int):
            return str(key)
        if key == "_schema":
            return "form"
        # An unknown key is not repeated, however innocent it looks: it may be a name in lower case.
        known = key in _KEYS or key in self.vocabulary.facts or key in self.vocabulary.fields
        return key if isinstance(key, str) and known else "?"

    def request(self, form: dict[str, Any]) -> DisclosureRequest:
        """Return the request, with faults where the vocabulary or a value is not followed."""
        self._term("ground", form["ground"], self.vocabulary.grounds)
        self._term("purpose", form["purpose"], self.vocabulary.purposes)
        subjects = tuple(self.subject(f"subjects.{i}", told) for i, told in enumerate(form["subjects"]))
        refs = [subject.ref for subject in subjects]
        for i, ref in enumerate(refs):
            if ref in refs[:i]:
                self.faults[f"subjects.{i}.ref"] = "is used by another subject"
        return DisclosureRequest(
            form["case_ref"],
            form["recipient"],
            form["ground"],
            form["purpose"],
            subjects,
            form["idempotency_key"],
            self.ownership(form["ownership_check"]) if "ownership_check" in form else None,
        )

    def ownership_form(self, told: Json) -> None:
        """Check what was seen in the land register alone, as it was sent."""
        try:
            form: dict[str, str] = _OWNERSHIP.load(members(told))
        except ValidationError as exc:
            self._gather(("ownership_check",), exc.messages)
            return
        self.ownership(form)

    def ownership(self, form: dict[str, str]) -> OwnershipCheck | None:
        """Return what somebody saw in the land register, or None and the fault."""
        try:
            seen = day(form["date"], latest=self.today)
        except InvalidRequestError as exc:
            self.faults["ownership_check.date"] = exc.message
            return None
        return OwnershipCheck(Owner(form["owner"]), form["evidence"], seen)

    def _term(self, path: str, word: str, words: Mapping[str, object]) -> None:
        if word not in words:
            self.faults[path] = "is not a word of the policy's vocabulary"

    def subject(self, path: str, told: dict[str, Any]) -> Subject:
        """Return one subject."""
        self._term(f"{path}.role", told["role"], self.vocabulary.roles)
        facts = {
            name: claim for name, form in told["facts"].items() if (claim := self.claim(f"{path}.facts", name, form))
        }
        data = {name: self.datum(f"{path}.data", name, value) for name, value in told["data"].items()}
        provenance = self.provenance(f"{path}.provenance", told["provenance"], data) if "provenance" in told else {}
        return Subject(told["ref"], told["role"], facts, data, provenance)

    def claim_form(self, path: str, name: str, claim: Json) -> None:
        """Check one claim alone, as it was sent."""
        try:
            form: dict[str, str] = _CLAIM.load(members(claim))
        except ValidationError as exc:
            self._gather((*path.split("."), self._shown(name)), exc.messages)
            return
        self.claim(path, name, form)

    def claim(self, path: str, name: str, form: dict[str, str]) -> FactClaim | None:
        """Return what a person states of one fact, or None and the fault."""
        path = f"{path}.{self._shown(name)}"
        definition = self.vocabulary.facts.get(name)
        if definition is None:
            self.faults[path] = "is not a fact of the policy's vocabulary"
            return None
        if definition.computed:
            self.faults[path] = "the gateway establishes this itself"
            return None
        truth = Truth(form["value"])
        if truth is not Truth.UNKNOWN:
            for part in sorted({"evidence", "date"} - form.keys()):
                self.faults[f"{path}.{part}"] = "a yes or no needs a document and its date"
        date = None
        if "date" in form:
            try:
                date = day(form["date"], latest=self.today)
            except InvalidRequestError as exc:
                self.faults[f"{path}.date"] = exc.message
        # Only the reference is kept, for as long as the log's detail: the free words before it could be anybody's name.
        return FactClaim(truth, form.get("evidence", "").rpartition(" ")[2], date)

    def datum(self, path: str, name: str, value: Json) -> Json:
        """Return one datum in its normal form, or None and the fault."""
        path = f"{path}.{self._shown(name)}"
        field = self.vocabulary.fields.get(name)
        if field is None:
            self.faults[path] = "is not a field of the policy's vocabulary"
            return None
        try:
            return normalise(field, value, codes=self.vocabulary.codes.get(name), today=self.today)
        except InvalidRequestError as exc:
            self.faults[path] = exc.message
            return None

    def provenance(self, path: str, told: Json, data: Mapping[str, Json]) -> dict[str, Provenance]:
        """Return the origin of each datum that has one."""
        by_field: dict[str, Json] = dict.fromkeys(data, told) if isinstance(told, str) else {}
        if isinstance(told, dict):
            by_field = told
        elif not isinstance(told, str):
            self.faults[path] = "is not a word, nor an object of field and word"
        origins: dict[str, Provenance] = {}
        for name, word in by_field.items():
            where = path if isinstance(told, str) else f"{path}.{self._shown(name)}"
            if name not in data:
                self.faults[where] = "is not a field of this subject"
            elif not isinstance(word, str) or word not in list(Provenance):
                self.faults[where] = "is not own, police or medical"
            else:
                origins[name] = Provenance(word)
        return origins
