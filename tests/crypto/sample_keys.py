"""Keys that never change, one of each kind, so that no test waits for an RSA key and golden bytes stay what they are.

Test keys, never secrets.
"""

import json
from pathlib import Path

from gateway.crypto.jwk import PrivateJwk
from gateway.crypto.key_kinds import ECDH_ES, ED25519, HPKE_9_KE, PS256, RSA_OAEP

_FILE = Path(__file__).with_name("sample_keys.json")
_TOLD = json.loads(_FILE.read_text())

SIGNING, RSA_SIGNING = PrivateJwk.from_json(_TOLD[ED25519]), PrivateJwk.from_json(_TOLD[PS256])
X25519 = PrivateJwk.from_json(_TOLD[ECDH_ES])
XWING = PrivateJwk.from_json(_TOLD[HPKE_9_KE])
RSA = PrivateJwk.from_json(_TOLD[RSA_OAEP])
OTHER_RSA = PrivateJwk.from_json(_TOLD["another RSA-OAEP"])
