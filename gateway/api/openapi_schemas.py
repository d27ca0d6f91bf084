"""What the bodies of the interfaces look like, for the OpenAPI document (JSON Schema 2020-12)."""

from gateway.model.approvals import Against
from gateway.model.request import Owner
from gateway.model.signal import NuisanceKind, Question, SignalCode
from gateway.model.terms import Json
from gateway.model.tokens import SCOPES

ID: dict[str, Json] = {"type": "string", "pattern": "^[0-9a-f]{32}$"}
TEXT: dict[str, Json] = {"type": "string"}
DIGEST: dict[str, Json] = {"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}
COUNT: dict[str, Json] = {"type": "integer", "minimum": 0}
DAY: dict[str, Json] = {"type": "string", "format": "date", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"}
MOMENT: dict[str, Json] = {"type": "string", "format": "date-time"}


def closed(members: dict[str, Json], *optional: str) -> dict[str, Json]:
    """Return the schema of an object with these members and no others; all but the optional ones must be there."""
    return {
        "type": "object",
        "properties": members,
        "required": [name for name in members if name not in optional],
        "additionalProperties": False,
    }


def several(item: dict[str, Json]) -> dict[str, Json]:
    """Return the schema of a list."""
    return {"type": "array", "items": item}


def one_of(*words: str) -> dict[str, Json]:
    """Return the schema of one of these words."""
    return {"type": "string", "enum": [*words]}


def named(name: str) -> dict[str, Json]:
    """Return the reference to one of the schemas below."""
    return {"$ref": f"#/components/schemas/{name}"}


TEXTS = several(TEXT)
SAID = closed({"nl": TEXT, "en": TEXT})

SCHEMAS: dict[str, dict[str, Json]] = {
    "Problem": closed(
        {"type": TEXT, "title": TEXT, "status": COUNT, "detail": TEXT, "code": TEXT, "hint": TEXT}, "hint"
    ),
    "TokenError": closed({"error": TEXT, "error_description": TEXT}, "error_description"),
    "TokenRequest": closed(
        {
            "grant_type": {"const": "client_credentials"},
            "scope": {"type": "string", "description": "left out: all that the partner may have"},
            "client_id": TEXT,
            "client_assertion_type": {"const": "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"},
            "client_assertion": {"type": "string", "maxLength": 4096},
        },
        "scope",
        "client_id",
    ),
    "Token": closed(
        {
            "access_token": {"type": "string", "pattern": "^[A-Za-z0-9_-]{43}$"},
            "token_type": one_of("DPoP", "Bearer"),
            "expires_in": {"const": 600},
            "scope": {"type": "string", "description": f"some of: {' '.join(SCOPES)}"},
        }
    ),
    "ServerMetadata": {"type": "object", "required": ["issuer", "token_endpoint", "jwks_uri"]},
    "KeySet": closed({"keys": several({"type": "object", "required": ["kty", "kid", "use"]})}),
    "Inbox": closed(
        {
            "messages": several(
                closed({"id": ID, "sent_at": MOMENT, "state": one_of("waiting", "delivered", "recalled")})
            )
        }
    ),
    "Envelope": closed(
        {
            "message": {"type": "string", "description": "a compact JWE"},
            "leaf": {"type": "string", "description": "base64 of the exact leaf"},
            "proof": {"type": "string", "description": "a C2SP tlog-proof"},
            "opening": closed({"recipient": closed({"salt": TEXT, "value": TEXT})}),
        }
    ),
    "Receipt": closed({"receipt": {"type": "string", "description": "a compact JWS, typ disclosure-receipt+jwt"}}),
    "Logged": closed({"leaf_index": COUNT}),
    "Signal": {
        **closed(
            {
                "code": one_of(*SignalCode),
                "idempotency_key": {"type": "string", "pattern": "^[A-Za-z0-9_-]{16,64}$"},
                "dwelling": closed(
                    {"postcode": TEXT, "number": COUNT, "addition": TEXT, "bag_id": TEXT}, "addition", "bag_id"
                ),
                "nuisance": several(closed({"kind": one_of(*NuisanceKind), "count": COUNT, "first": DAY, "last": DAY})),
                "message": ID,
                "answer": one_of("yes", "no"),
                "question": one_of(*Question),
            },
            "dwelling",
            "nuisance",
            "message",
            "answer",
            "question",
        ),
        "description": "which members go with which code: docs/signals.md",
    },
    "Received": closed({"status": {"const": "received"}}),
    "DisclosureRequest": {
        "type": "object",
        "required": ["case_ref", "recipient", "ground", "purpose", "subjects", "idempotency_key"],
        "properties": {
            "ownership_check": {
                **closed(
                    {
                        "owner": one_of(*Owner),
                        "evidence": {"type": "string", "pattern": "^[A-Z]{2,5}-[0-9]{4}-[0-9]{1,8}$"},
                        "date": DAY,
                    }
                ),
                "description": "who owns the dwelling according to the land register (Kadaster), in which extract, "
                "seen on which day, at the latest today in Amsterdam; evidence, which changes nothing of what leaves",
            },
            "seed": {"type": "string", "pattern": "^[0-9a-f]{64}$", "description": "from the preview; keep it secret"},
            "expected": {**several(DIGEST), "maxItems": 8, "description": "the preview's digests; needs `seed`"},
        },
        "description": "one case, one recipient, one or more subjects; its words are those of the policy in force. "
        "With `expected` nothing is stored when what would be sealed is no longer that (409); an urgent one goes on",
    },
    "Disclosure": {
        "type": "object",
        "required": [
            "id",
            "recipient",
            "ground",
            "purpose",
            "submitted_at",
            "outcome",
            "leaf_index",
            "subjects",
            "parts",
        ],
        "properties": {
            "outcome": one_of("permit", "permit_reduced", "needs_approval", "deny", "gap"),
            "leaf_index": {"type": ["integer", "null"]},
            "preview": closed(
                {
                    "seed": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
                    "messages": several(
                        closed({"approval": one_of("none", "post_24h", "pre_two", "pre_fg"), "digest": DIGEST})
                    ),
                }
            ),
            "subjects": several(
                {
                    "type": "object",
                    "required": [
                        "ref",
                        "role",
                        "outcome",
                        "approval",
                        "released",
                        "pending",
                        "withheld",
                        "explanation",
                    ],
                    "properties": {"released": TEXTS, "pending": TEXTS, "explanation": SAID},
                }
            ),
        },
    },
    # `against` is why, and needed, when the FG's advice is negative.
    "Approval": closed({"part": ID, "digest": TEXT, "against": one_of(*Against)}, "against"),
    "Part": closed({"part": ID}),
    "Link": closed({"link": TEXT, "until": MOMENT, "reference": TEXT}),
    "Code": closed({"code": TEXT}),
}
