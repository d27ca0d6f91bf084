"""Golden bytes: messages made once with the sample keys, which each profile must open for ever."""

import json

import pytest

from gateway.crypto.encoding import unb64url
from gateway.crypto.jws import sign, verify
from gateway.crypto.profiles import PROFILES
from gateway.model.partner import SealProfile
from gateway.model.terms import Json
from tests.crypto import sample_keys
from tests.crypto.hostile import KEYS

GOLDEN = {
    SealProfile.HPKE9: (
        "eyJhbGciOiJIUEtFLTktS0UiLCJjdHkiOiJKV1QiLCJlayI6IjhOcVR6dEJ0SEZ6Ynd6N3MxQURJSlNtVWJ4UWtWdFo1TWZabHl0LWxSUDJh"
        "ZmhHb3RxSWpiN0dBNDEzRU43NkhyNFdUcEEweWctRzU5VkhKc2FzQTJGVnBaXzg4RW8zb1dGcXZET0hJc0R1WGZZeGM3dlBpLUEzaGotRlhk"
        "blMxX2pMWktjSFFIVkRqM3BSWU85T255djNXcWhUZWZ3b1VDLUxEY2g3REdaOXc5SUN4c1RGRmVSRzhaTXE2aG84NkdtUjdKYUlJQV9GQUJG"
        "Z2cyRERDaG9ldXRDLWtqSGRVcU9jTTdKVGVCUXR1dnpUeFJ6cVQ1a1Mxalp1U1FSSXNvSnZOaVVpZE9IekZFdjB2bVA0YktBbmVqTTVnRWJi"
        "WnIwT3AtdmV2ZnUwNEZwUVFaMEpwc0dua05iT2RoVElLaTNOWW5lQUpVZmZsVVhQZHItQVh6Zm1URUlLUWZhZ0Zkb01EekdJLXBROFBXWE1O"
        "bUtfX3pYSjhRbUFOeXV2VGJjSmk1R0ZrbnpZa0dpdGdrM2FyUzUzbFUxZ196U0p3LWRKWE80SU9JZWI5aDVnTTVKWklmd3FjQWliejV3V1dJ"
        "N1NZbEZiaGNHWTBGMDhEU2tuRGZINFBrWU9FdkhGV1VHQ0V3SzJoNFpmZm0tNF9KWDhReTdLcjM1YnlOWE1QVV9nampIUDRrWkR2Z1ctRWRz"
        "UjlRMkJoT2lVM2IyWmJ6ZFItQVVHUUJrTjVxNEpSaXg0SXhWa0h0ZUNTUE1FVnhBakViQlNuZVFyUzZ4ZkRtMDNBYXFCcEVkSE5tQnhabjNM"
        "WFViWUp2ejdNdWVnSWMzY3NxTnEwMHRTUmM5ZXdMMjV0T3N4VEtGa2M3emsxSG9uNG4tS0luSG5BcktiTVluZ255dlAwTnlWSFZ1Z0dkc0NN"
        "S2lNNGtYYUVjTElvTkNzZW5TbFRMTUxDZUZGamhCbnNFRDY0eXdUUW5NazVGbnhtLUcteERVelNUcS0tLVJHaGx6MnJ0NFpJbC1LY3hwNERq"
        "N3I5WVhQeVZiYkhzMk92QXJ0OXpVN1l4WnIxYmtucWtITFZoUlEzNFoxb3ltZHRyVXdhRENOam1fM1RNd3RRT3gyRjBfcy1YY3JZc3RkNkwz"
        "QTZaVmhqWU9MWGgxOWNoNm5qdEd4UzlReTB4dk9wUkt3Y24yZ205ZXhWcTR0dFBERGVvVmg2QzFrbVp0LXFOYWRYZy1hcWtVZkRBVVYyWnU1"
        "aUVmOUUwTzUxZzcwSGJObUM1SndoTFZXRG5XalROTHV5ZlZxaHB3MmRXQTN2WmdYajFFbm1JbExNWUoxQjRzem56R1ctYUhNM3RiVkV6YnhS"
        "aWlqQzVBOHZLM1lYNldEa1FEOEZmS3BmdERMMDZmaXpDWXRSRi1UZXpCaVZKVFc5V0ZfSXVTRDR1SDlyczBYWGlvc3ZGNXJQZWJzYlRFSVBI"
        "V0JEOGhsaC1jQkZQcDZFSkdMT0xJQmtwY0RtRHVfX0VGMmEtRG9sV2VzTnY2QWtBa3ZlVG1qUnJYWDhyQzZ4LWd6TWpDcl9kdm44aGNFTVRX"
        "YXFRblpBQmlFQU5oSlhnSzF2UmZVaGdBc1NjRlZ6V2NnaElkNENCZkFQcnhEUXZGQ1UwNWlURjFXeW9qblRaTVlxYjROLVVydTBUS3JRQ0J3"
        "aGZwenhHODhwTWhzWWpMeV9ZWl9KNmdSQjJPUnZkV0ljNlJVUDRUSmZHa3BxMkxCUHIxMTNkaTdnd2RBX1hjN3lOZEFzcHE2Mm9wZUpqeDVa"
        "aGJHem5Ra0x0ODcxVEdyN1o4SmhsZ3d0cVZkamVOWE1FUGpRY1FjYVIzaTZFR203YXVVVnZDQ1Jncjd6ZDRWYkNxYzhELWVVVTEyZ0dYSWl6"
        "a2VHSnpLRFFIRG0zUzdwRGc5dC1Wc2JkUFRoalJKRDQzMzJXY3RvQXN6ZkZiN1UwS29wVXpkeWRQWW93X3Nya2daNGI0NXpXQSIsImVuYyI6"
        "IkEyNTZHQ00iLCJraWQiOiJ0dE5fN1QyVXBzdEtaVEZvUTF2QjJXS3ZvWUpTeEVfNkdSaVpXSjAxYXZ3In0.Zb3vuBDFY9nmZZUp-SPKTRLo"
        "qpjk5NH9CnBQ0DVFxX8AFI0XLV6vGSBMTEhdaUql.RxVl1WDFxP_4zHH7.rl0IEws.siQ0DTBK8X56Q_yxpKeb8Q"
    ),
    SealProfile.JOSE: (
        "eyJhbGciOiJFQ0RILUVTIiwiY3R5IjoiSldUIiwiZW5jIjoiQTI1NkdDTSIsImtpZCI6IlN3VGFfZ0s0QlNJTGtfZmdLS3BjUFNrbGlkVGdw"
        "eTlIXzBkcVlFbzhtUUEiLCJlcGsiOnsiY3J2IjoiWDI1NTE5IiwieCI6IkxsWS1QelpXc2hVTlZFeExqam85QkNxREhoSk1TY2VCcE8xWWot"
        "UENSMUUiLCJrdHkiOiJPS1AifX0..OzkxnzL7PiTlQpsF.nY2PpBo.AMtU87NbYz3xkYxU19QobA"
    ),
    SealProfile.NLGOV: (
        "eyJhbGciOiJSU0EtT0FFUCIsImN0eSI6IkpXVCIsImVuYyI6IkEyNTZHQ00iLCJ0eXAiOiJKV0UiLCJraWQiOiIwb0lHZE02S3A0RGh5RFBR"
        "RmxIUUN1eDNhSDg4bzFxMlphZFZsYnU3T1Y0In0.IUBgpaf1c40u2GoMT9Cw2u6C2o9d9RoGoSAa1-nokEmxuwvZejmIcPjCQACPh7hbv3tp"
        "78NI2lpmDd-qrScc1SkHss8kzHl9aDq3ba4DsMHnO47JWyr0WLb_VC9y8Cer9T7Gj_QScLEcqpc2sIrSVst87lTbEnHLpeHWPzq1WxPo_Tzm"
        "Y3T-8j-15Dd4OMCGl7fair7GsyH1fYjowMytRtv-mbjJ4YzZSr9oLL223fGT3-yMwlE1NvKgvBvaGaXGYGP158jCxlWbLt-rUSeHkWJpjsJi"
        "Crf8WFn9tfCus3yr-hur-MoFk84hGNtcYrGZ63ViH2nkJeAbjJjSb92ezx4_OQLTzePlldUmpXz8hvSK26VC2Iwws_JIuDSacZGoS6B_AIWM"
        "hQnuMx-WSwY3W__HPvSGjx8OFroCRjcZJz9VBCnJx3EqE16Wi10YV-NKwGqW3zKcw2louaxEN8-tekU1drRqBJLfnx5W8ubw-Cu6D78Qz_QF"
        "Z12PGCOMKp0W.rzyuM9H_BmyucaHZ.xqW0X6s.LofZAYXF410r1PWju3YfLA"
    ),
}
PS256 = (
    "eyJhbGciOiJQUzI1NiIsImtpZCI6InBHZ3hTVTFrZGd4RUV4dW8yTzVtakRwcURwV1hLVUpDTFR4WUVrNS1oSkUiLCJ0eXAiOiJkaXNjbG9zdXJl"
    "K2p3dCJ9.eyJhIjoxfQ.KC-YOLQ1DK_eD1wyIvjmLk3cPZOlhGxQVlazhGvN26Zztm4meXh-ukn4K3-cxkel2Zn__C-mla7WNRRDdwFnJ5Dk1XsU"
    "7ty8-Ryarer15I3pCo0oBdRnqBb0R8K4NXvWx3ifmsZZgI6gYus1FIYaWs5nRCqPRZbj6JCjqQC1w_xSDbMkShhhzbjzfXZtgOdW26Xh2AJZk-pk"
    "ZQJqQ_XYwSB93iWFPE27HGtEAT2Tdvz_iFGQdW4l_o866hWqbS9JiTrzhlZyzUwHHpRfpFbY3Y2m8hkV_cO6aU6_8EE2LqQDgvKi7ONVytiTTvsg"
    "lfZW5c6o30BLwTbrSsWkLARnIvdhuGokTFKv-YXAPyFs7ab_vYigSXLpR4ZAwpG6TBv6d5A3C2__xg80r-Iu6vGjmz_itWNkAJmOzozOlp_qhf-n"
    "0G129dezcNIQDvlOuRcfQjFQtS4R-qmB2x7YtAS6dl7wevbXaM5bSPbhEm7rHV_Q077D-owh-2Xf_jnd8Pkw"
)
HEADERS: dict[SealProfile, dict[str, Json]] = {
    SealProfile.HPKE9: {"alg": "HPKE-9-KE", "cty": "JWT", "enc": "A256GCM", "kid": sample_keys.XWING.kid},
    SealProfile.JOSE: {"alg": "ECDH-ES", "cty": "JWT", "enc": "A256GCM", "kid": sample_keys.X25519.kid},
    SealProfile.NLGOV: {"alg": "RSA-OAEP", "cty": "JWT", "enc": "A256GCM", "kid": sample_keys.RSA.kid, "typ": "JWE"},
}
OWN = {SealProfile.HPKE9: ["ek"], SealProfile.JOSE: ["epk"], SealProfile.NLGOV: []}
# Of header, encrypted key, initialisation vector, text of 5 bytes and tag.
LENGTHS = {
    SealProfile.HPKE9: (2135, 64, 16, 7, 22),
    SealProfile.JOSE: (243, 0, 16, 7, 22),
    SealProfile.NLGOV: (147, 512, 16, 7, 22),
}


@pytest.mark.parametrize("profile", PROFILES)
def test_a_golden_message_opens(profile: SealProfile) -> None:
    """Whatever is changed in the program: a partner may open it years later."""
    assert PROFILES[profile].decrypt(GOLDEN[profile], key=KEYS[profile]) == "a.b.c"


@pytest.mark.parametrize("profile", PROFILES)
def test_what_is_made_today_has_the_golden_form(profile: SealProfile) -> None:
    """All that is not random is pinned: the header's members and the length of each part."""
    for message in (GOLDEN[profile], PROFILES[profile].encrypt("a.b.c", to=KEYS[profile].public())):
        parts = message.split(".")
        header = json.loads(unb64url(parts[0]))
        assert {name: value for name, value in header.items() if name not in OWN[profile]} == HEADERS[profile]
        assert sorted(header) == sorted([*HEADERS[profile], *OWN[profile]])
        assert tuple(map(len, parts)) == LENGTHS[profile]


@pytest.mark.parametrize("profile", PROFILES)
def test_the_same_text_is_never_encrypted_the_same(profile: SealProfile) -> None:
    """Fresh keys each time."""
    first, second = (PROFILES[profile].encrypt("a.b.c", to=KEYS[profile].public()) for _ in range(2))
    assert first.split(".")[1:] != second.split(".")[1:]
    assert first.split(".")[2:] != second.split(".")[2:]


def test_a_golden_ps256_signature_verifies_and_its_header_is_pinned() -> None:
    """PS256 is salted, so the signature differs each time; header and payload do not."""
    assert verify(PS256, typ="disclosure+jwt", keys=[sample_keys.RSA_SIGNING.public()]) == {"a": 1}
    made = sign(b'{"a":1}', typ="disclosure+jwt", key=sample_keys.RSA_SIGNING)
    assert made.rpartition(".")[0] == PS256.rpartition(".")[0]
    assert made != PS256


def test_the_names_of_the_sample_keys_are_pinned() -> None:
    """A thumbprint covers what makes a key of its kind: RFC 7638, RFC 8037 and RFC 9964."""
    assert [key.kid for key in (sample_keys.SIGNING, sample_keys.X25519, sample_keys.XWING)] == [
        "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
        "SwTa_gK4BSILk_fgKKpcPSklidTgpy9H_0dqYEo8mQA",
        "ttN_7T2UpstKZTFoQ1vB2WKvoYJSxE_6GRiZWJ01avw",
    ]
