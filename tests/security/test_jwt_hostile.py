"""Tokens of attackers: each is refused, none is an error."""

from __future__ import annotations

import hmac
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc import jws, jwt
from joserfc.jwe import JWERegistry
from joserfc.jwk import OctKey
from jwt_tokens import AUDIENCE, CHECKS, CLAIMS, ISSUER, NOW, SECRET, ec, encoded, public, rsa, token

from restlite.security.jwks import JWKS
from restlite.security.jwt import MAX_TOKEN, JWTVerifier

OTHER_SECRET = "another secret, of which nobody but an attacker knows"


def by_secret() -> JWTVerifier:
    made = JWTVerifier(algorithms=["HS256"], key=SECRET, **CHECKS)
    made.clock = lambda: NOW
    return made


def by_rsa() -> JWTVerifier:
    made = JWTVerifier(algorithms=["RS256"], key=rsa().as_pem(), **CHECKS)
    made.clock = lambda: NOW
    return made


def mac(signed: str, key: bytes) -> str:
    return encoded(hmac.digest(key, signed.encode(), "sha256"))


def with_secret(header: Any, claims: Any = None) -> str:
    """Sign any header, by hand: an attacker may have found the secret of another app."""
    signed = f"{encoded(header)}.{encoded(CLAIMS if claims is None else claims)}"
    return f"{signed}.{mac(signed, SECRET.encode())}"


def test_the_tokens_of_this_file_would_do() -> None:
    assert by_secret()(with_secret({"alg": "HS256"})) is not None
    assert by_rsa()(token(alg="RS256", key=rsa())) is not None


@pytest.mark.parametrize(
    "alg", ["none", "None", "nOnE", "NONE", "", None, 5, ["HS256"], {"HS256": 1}, "hs256", "HS512"]
)
@pytest.mark.parametrize("signature", ["", "AAAA", "right"])
def test_the_algorithm_is_one_that_was_named(alg: Any, signature: str) -> None:
    signed = f"{encoded({'alg': alg})}.{encoded(CLAIMS)}"
    signature = mac(signed, SECRET.encode()) if signature == "right" else signature
    assert by_secret()(f"{signed}.{signature}") is None
    assert by_rsa()(f"{signed}.{signature}") is None


@pytest.mark.parametrize("form", ["as_pem", "as_der"])
def test_a_public_key_is_no_secret(form: str) -> None:
    signed = f"{encoded({'alg': 'HS256'})}.{encoded(CLAIMS)}"
    written: bytes = getattr(rsa(), form)()
    for key in (written, written.strip(), json.dumps(public(rsa())).encode()):
        assert by_rsa()(f"{signed}.{mac(signed, key)}") is None


def test_wrong_keys_are_refused() -> None:
    assert by_secret()(token(key=OTHER_SECRET)) is None
    assert by_rsa()(token(alg="RS256", key=rsa(1))) is None
    assert by_rsa()(token(alg="RS512", key=rsa())) is None
    assert by_rsa()(token(alg="PS256", header={"alg": "RS256"}, key=rsa())) is None


@pytest.mark.parametrize(
    "issuer",
    [
        ISSUER.rstrip("/"),
        ISSUER + "/",
        ISSUER.upper(),
        ISSUER.replace("https", "http"),
        ISSUER + ".evil.example",
        "https://evil.example/" + ISSUER,
        ISSUER.replace("login", "lоgin"),
        ISSUER.replace("/", "%2F"),
        " " + ISSUER,
        ISSUER + "\n",
        ISSUER + "\0",
        ISSUER[:-2],
        "",
        None,
        [ISSUER],
        {ISSUER: 1},
        5,
    ],
)
def test_look_alike_issuers_are_refused(issuer: Any) -> None:
    assert by_secret()(token(CLAIMS | {"iss": issuer})) is None


@pytest.mark.parametrize(
    ("audience", "good"),
    [
        ([AUDIENCE], True),
        (["https://other.example", AUDIENCE], True),
        ([], False),
        (["https://other.example"], False),
        (AUDIENCE[:-1], False),
        (AUDIENCE + "/", False),
        (AUDIENCE + ".evil.example", False),
        (AUDIENCE.upper(), False),
        (f"{AUDIENCE} https://other.example", False),
        ([[AUDIENCE]], False),
        ([AUDIENCE, 5], False),
        ({AUDIENCE: 1}, False),
        (None, False),
        ("", False),
    ],
)
def test_the_audience_is_a_member_to_the_letter(audience: Any, good: bool) -> None:
    assert (by_secret()(token(CLAIMS | {"aud": audience})) is not None) == good


@pytest.mark.parametrize("name", ["iss", "aud", "sub"])
def test_a_missing_claim_is_refused(name: str) -> None:
    assert by_secret()(token({key: value for key, value in CLAIMS.items() if key != name})) is None


@pytest.mark.parametrize("crit", [["exp"], ["b64"], ["alg"], ["x"], [], "exp", 5, None, [["x"]], {"x": 1}])
def test_critical_extensions_are_refused(crit: Any) -> None:
    assert by_secret()(with_secret({"alg": "HS256", "crit": crit, "x": 1})) is None
    assert by_secret()(with_secret({"alg": "HS256", "crit": crit, "b64": False})) is None


@pytest.mark.parametrize("b64", [False, True, 0])
def test_unencoded_payloads_are_refused(b64: Any) -> None:
    assert by_secret()(with_secret({"alg": "HS256", "b64": b64})) is None


def test_keys_in_the_header_are_never_used() -> None:
    for more in (
        {"jwk": public(rsa(1))},
        {"jku": "http://127.0.0.1:9/jwks.json"},
        {"x5u": "http://127.0.0.1:9/cert.pem"},
        {"x5c": ["MIIB"]},
    ):
        assert by_rsa()(token(header={"alg": "RS256", **more}, alg="RS256", key=rsa(1))) is None
        assert by_rsa()(token(header={"alg": "RS256", **more}, alg="RS256", key=rsa())) is not None


@pytest.mark.parametrize(
    "kid", ["../../dev/null", "' OR 1=1 --", "", "b ", "B", "é", "x" * 5000, 5, ["b"], {"b": 1}]
)
def test_a_key_identifier_only_names_known_keys(kid: Any) -> None:
    keys = JWKS.of({"keys": [public(rsa(), kid="a"), public(rsa(1), kid="b")]})
    verify = JWTVerifier(algorithms=["RS256"], jwks=keys, **CHECKS)
    verify.clock = lambda: NOW
    assert verify(token(header={"alg": "RS256", "kid": "b"}, alg="RS256", key=rsa(1))) is not None
    assert verify(token(header={"alg": "RS256", "kid": kid}, alg="RS256", key=rsa(1))) is None
    assert verify(token(header={"alg": "RS256", "kid": "a"}, alg="RS256", key=rsa(1))) is None
    assert verify(token(alg="RS256", key=rsa(1))) is None  # it may be either


GOOD = token()
HEAD, BODY, TAIL = GOOD.split(".")
DEEP = encoded(b'{"alg":' + b"[" * 5000 + b"]" * 5000 + b"}")


@pytest.mark.parametrize(
    "sent",
    [
        "",
        ".",
        "..",
        "...",
        "a",
        "a.b.c",
        GOOD[:-1],
        GOOD[1:],
        f"{HEAD}.{BODY}",
        f"{HEAD}.{BODY}.",
        f"{HEAD}..{TAIL}",
        f".{BODY}.{TAIL}",
        f"{GOOD}.",
        f"{GOOD}.{TAIL}",
        f"{GOOD}.{TAIL}.{TAIL}",
        f" {GOOD}",
        f"{GOOD}\n",
        f"{GOOD}=",
        f"{HEAD}=.{BODY}.{TAIL}",
        f"{HEAD}.{BODY}.{TAIL[:-1]}\0",
        f"{HEAD}.{BODY}.{TAIL[:5]}!{TAIL[5:]}",
        "é" * 30,
        GOOD.replace("e", "е"),
        "\udcff" * 10,
        f"{DEEP}.{BODY}.{TAIL}",
        "x" * 7000,
        "." * 7000,
        f"{HEAD}.{'A' * 7000}.{TAIL}",
        "x" * 10_000_000,
        GOOD + "A" * MAX_TOKEN,
    ],
)
def test_what_is_no_token_proves_nothing(sent: str) -> None:
    assert by_secret()(sent) is None
    assert by_rsa()(sent) is None


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"null",
        b"[]",
        b'["alg"]',
        b'"alg"',
        b"5",
        b"{",
        b'{"alg":"HS256"',
        b"\xff",
        b'{"alg":NaN}',
        b"\xef\xbb\xbf{}",
    ],
)
def test_a_header_is_an_object(header: bytes) -> None:
    assert by_secret()(with_secret(header)) is None


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b'"text"',
        b"{",
        b"\xff",
        json.dumps(CLAIMS | {"exp": float("nan")}).encode(),
        json.dumps(CLAIMS | {"exp": float("inf")}).encode(),
        json.dumps(CLAIMS).replace("17", "1e400", 1).encode(),
        b'{"a":' + b"[" * 5000 + b"]" * 5000 + b"}",
        token().encode(),
    ],
)
def test_a_payload_is_an_object(payload: bytes) -> None:
    assert by_secret()(with_secret({"alg": "HS256"}, payload)) is None
    assert by_secret()(with_secret({"alg": "HS256", "cty": "JWT"}, payload)) is None


def test_encrypted_and_detached_tokens_are_refused() -> None:
    key = OctKey.generate_key(256)
    verify = JWTVerifier(algorithms=["HS256"], key=key.as_dict(), **CHECKS)
    verify.clock = lambda: NOW
    encrypted = jwt.encode(
        {"alg": "dir", "enc": "A256GCM"},
        dict(CLAIMS),
        key,
        registry=JWERegistry(algorithms=["dir", "A256GCM"]),
    )
    assert encrypted.count(".") == 4
    assert verify(encrypted) is None
    signed = jws.serialize_compact({"alg": "HS256"}, json.dumps(CLAIMS), key)
    assert verify(signed) is not None
    assert verify(jws.detach_content(signed)) is None


def test_an_ecdsa_signature_of_zeros_is_refused() -> None:
    verify = JWTVerifier(algorithms=["ES256"], key=ec().as_pem(), **CHECKS)
    verify.clock = lambda: NOW
    good = token(alg="ES256", key=ec())
    assert verify(good) is not None
    signed = good.rpartition(".")[0]
    for signature in (b"\0" * 64, b"\xff" * 64, b"\0" * 63, b"\0" * 65, b""):
        assert verify(f"{signed}.{encoded(signature)}") is None


SIGNED = [(by_secret(), token()), (by_rsa(), token(alg="RS256", key=rsa()))]


@given(st.sampled_from(SIGNED), st.integers(0, 10_000), st.characters())
def test_no_other_character_anywhere_does(signed: Any, place: int, character: str) -> None:
    verify, good = signed
    place %= len(good)
    changed = good[:place] + character + good[place + 1 :]
    assert (verify(changed) is not None) == (changed == good)


@pytest.mark.parametrize("signed", SIGNED)
def test_every_byte_of_a_signature_has_one_spelling(signed: Any) -> None:
    verify, good = signed
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_+/="
    assert [last for last in alphabet if verify(good[:-1] + last) is not None] == [good[-1]]


@given(st.text() | st.text("abc.-_=AQ") | st.binary().map(lambda sent: sent.decode("latin-1")))
def test_no_text_is_an_error(sent: str) -> None:
    assert by_secret()(sent) is None


JSON: Any = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(), lambda inner: st.lists(inner)
)


@given(
    st.dictionaries(st.sampled_from(["alg", "kid", "typ", "crit", "b64", "jwk", "x5c", "enc"]), JSON), JSON
)
def test_no_header_is_an_error(header: dict[str, Any], claim: Any) -> None:
    claims = CLAIMS | {"scope": claim, "sub": claim, "nbf": claim}
    by_secret()(with_secret({"alg": "HS256", **header}, claims))
    assert by_secret()(f"{encoded(header)}.{BODY}.{TAIL}") is None
