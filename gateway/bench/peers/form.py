"""The form of a request as the peers read it, with marshmallow: the same bodies as our own API takes."""

from marshmallow import RAISE, Schema, fields, validate

from gateway.bench.peers.policy import FACTS, GROUNDS, PARTNERS, PURPOSES, ROLES


class Strict(Schema):
    """A form without unknown keys."""

    class Meta:
        """marshmallow's own settings."""

        unknown = RAISE


class AddressForm(Strict):
    """A Dutch address."""

    postcode = fields.String(required=True, validate=validate.Regexp(r"[1-9][0-9]{3} ?[A-Z]{2}\Z"))
    number = fields.Integer(required=True, strict=True, validate=validate.Range(min=1, max=99999))
    addition = fields.String(validate=validate.Regexp(r"[A-Za-z0-9 -]{1,6}\Z"))
    bag_id = fields.String(validate=validate.Regexp(r"[0-9]{16}\Z"))


class ClaimForm(Strict):
    """What the requester states of one fact."""

    value = fields.String(required=True, validate=validate.OneOf(["yes", "no", "unknown"]))
    evidence = fields.String(validate=validate.Regexp(r"([a-z ]{1,30} )?[A-Z]{2,5}-[0-9]{4}-[0-9]{1,8}\Z"))
    date = fields.Date()


class DataForm(Strict):
    """The data about one subject."""

    name = fields.String(validate=validate.Length(min=1, max=200))
    alias = fields.String(validate=validate.Length(min=1, max=200))
    work_name = fields.String(validate=validate.Length(min=1, max=200))
    language = fields.String(validate=validate.Regexp(r"[a-z]{2,3}\Z"))
    safe_contact = fields.String(validate=validate.Regexp(r"\+[0-9]{8,15}\Z"))
    home_address = fields.Nested(AddressForm)
    dwelling_address = fields.Nested(AddressForm)
    finding_code = fields.String(validate=validate.Regexp(r"GEB-[0-9]\Z"))
    finding_date = fields.Date()
    case_ref = fields.String(validate=validate.Regexp(r"[A-Z]{1,3}-[0-9]{4}-[0-9]{1,8}\Z"))


class SubjectForm(Strict):
    """One person or place of a request."""

    ref = fields.String(required=True, validate=validate.Regexp(r"[a-z0-9]{1,12}\Z"))
    role = fields.String(required=True, validate=validate.OneOf(ROLES))
    facts = fields.Dict(
        keys=fields.String(validate=validate.OneOf(FACTS)), values=fields.Nested(ClaimForm), load_default=dict
    )
    data = fields.Nested(DataForm, required=True)
    provenance = fields.String(validate=validate.OneOf(["own", "police", "medical"]))


class RequestForm(Strict):
    """A whole request."""

    case_ref = fields.String(required=True, validate=validate.Regexp(r"[A-Z]{1,3}-[0-9]{4}-[0-9]{1,8}\Z"))
    recipient = fields.String(required=True, validate=validate.OneOf(list(PARTNERS)))
    ground = fields.String(required=True, validate=validate.OneOf(GROUNDS))
    purpose = fields.String(required=True, validate=validate.OneOf(PURPOSES))
    subjects = fields.List(fields.Nested(SubjectForm), required=True, validate=validate.Length(min=1, max=10))
    idempotency_key = fields.String(required=True, validate=validate.Regexp(r"[A-Za-z0-9._-]{16,128}\Z"))


FORM = RequestForm()
"""Made once: marshmallow's schemas keep no state between loads."""
