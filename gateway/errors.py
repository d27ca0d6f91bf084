"""Every exception the gateway raises on purpose.

A refusal is a value (`gateway.model.decision.Decision`); a broken promise is an exception. Each one carries a stable
`code`, a message free of personal data and a `hint` that says what to do now. One table in `gateway.http` maps classes
to HTTP statuses; what is not listed there becomes a plain 500.
"""


class GatewayError(Exception):
    """The base of all errors raised on purpose. Messages never hold a personal value."""

    code = "gateway_error"

    def __init__(self, message: str, *, hint: str = "") -> None:
        """Keep the message and the hint apart, so that a page can show both."""
        super().__init__(message)
        self.message = message
        self.hint = hint


class ConfigError(GatewayError):
    """The gateway cannot start as configured; the message lists every problem at once."""

    code = "config_error"


class RequestError(GatewayError):
    """The caller can fix it."""

    code = "request_error"


class InvalidRequestError(RequestError):
    """The request does not have the agreed form. `fields` maps a path to a message, never to a value."""

    code = "invalid_request"

    def __init__(self, message: str, *, hint: str = "", fields: dict[str, str] | None = None) -> None:
        """Keep the path of each fault, so that a form can point at it."""
        super().__init__(message, hint=hint)
        self.fields = fields or {}


class DuplicateRequestError(RequestError):
    """The idempotency key was used before for another body, or the thing was changed in the meantime."""

    code = "duplicate_request"


class PreviewChangedError(DuplicateRequestError):
    """What would leave is no longer what its requester was shown: nothing was stored, and it is shown again."""

    code = "preview_changed"


class NotPermittedError(RequestError):
    """This person may not do this (separation of duties, missing role, or not theirs)."""

    code = "not_permitted"


class StrongSignInNeededError(NotPermittedError):
    """This person may, but must first sign in with a second factor."""

    code = "strong_sign_in_needed"


class NotFoundError(RequestError):
    """There is no such thing, or not for this caller: both get the same answer."""

    code = "not_found"


class TooManyRequestsError(RequestError):
    """The caller asks too often."""

    code = "too_many_requests"


class PolicyError(GatewayError):
    """Fail closed: no decision can be taken."""

    code = "policy_error"


class PolicyUnreadableError(PolicyError):
    """A policy file has an unknown, double or malformed key or term; nothing of the bundle is loaded."""

    code = "policy_unreadable"


class BrokenInvariantError(PolicyError):
    """The rules lead to what an invariant says may never be; the message holds the counterexample in words."""

    code = "broken_invariant"


class NotActivatedError(PolicyError):
    """A policy is not, or may not become, the active one: signatures, sequence, proof or examples are not in order."""

    code = "not_activated"


class UnknownTermError(PolicyError):
    """A query names a recipient kind, ground, role, fact or field that the vocabulary does not know."""

    code = "unknown_term"


class UnknownPartnerError(PolicyError):
    """partners.yaml has no such partner."""

    code = "unknown_partner"


class MinimisationError(GatewayError):
    """A field would leave without permission: stop and alarm."""

    code = "minimisation_error"


class CryptoError(GatewayError):
    """A cryptographic promise is broken."""

    code = "crypto_error"


class KeyUnavailableError(CryptoError):
    """A key is missing, locked or of the wrong kind."""

    code = "key_unavailable"


class SignatureInvalidError(CryptoError):
    """A signature, or what it covers, is not what it should be."""

    code = "signature_invalid"


class CannotOpenError(CryptoError):
    """A ciphertext cannot be opened with this key: altered, or meant for someone else."""

    code = "cannot_open"


class LogError(GatewayError):
    """The disclosure log cannot do its work."""

    code = "log_error"


class LogUnavailableError(LogError):
    """Nothing may leave: the entry could not be made durable."""

    code = "log_unavailable"


class LogTamperedError(LogError):
    """Stored leaves, nodes, proof or checkpoint contradict each other: alarm."""

    code = "log_tampered"


class NotWitnessedError(LogError):
    """The log signed it, but not yet the witnesses whose word is asked for."""

    code = "not_witnessed"


class UnwitnessedError(LogError):
    """The log is too far ahead of its witnesses: nothing is released until they have seen it, but what is urgent."""

    code = "unwitnessed"


class LogForkError(LogError):
    """The log in the database does not continue what this gateway signed before: going on would fork it."""

    code = "log_fork"


class WitnessStateError(LogError):
    """A witness does not know for certain what it signed before, or cannot make it durable: it signs nothing."""

    code = "witness_state"


class DeliveryError(GatewayError):
    """A payload could not be handed over."""

    code = "delivery_error"


class TemporaryDeliveryError(DeliveryError):
    """Try again later."""

    code = "temporary_delivery_error"


class PermanentDeliveryError(DeliveryError):
    """A person must look at it."""

    code = "permanent_delivery_error"


class ReceiptError(GatewayError):
    """A receipt does not prove what it should."""

    code = "receipt_error"


class ReceiptInvalidError(ReceiptError):
    """The receipt's form or signature is wrong."""

    code = "receipt_invalid"


class ReceiptOrderError(ReceiptError):
    """The receipt says what cannot follow what the partner said before of the same message."""

    code = "receipt_order"


class ReceiptMismatchError(ReceiptError):
    """The receipt is well signed, but about another message or another partner."""

    code = "receipt_mismatch"
