"""Tokens of our own: issued, verified, refreshed."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from joserfc import jwt
from joserfc.jwk import KeySet, OctKey
from jwt_tokens import AUDIENCE, ISSUER, NOW, SECRET, ec, okp, rsa
from pydantic import BaseModel, Field, TypeAdapter

from restlite.errors import SetupError
from restlite.security.jwks import JWKS
from restlite.security.jwt import JWTVerifier
from restlite.security.jwt_issuer import JWTIssuer, TokenPair


def issuer(**given: Any) -> JWTIssuer:
    options: dict[str, Any] = {
        "key": SECRET,
        "algorithm": "HS256",
        "issuer": ISSUER,
        "audience": AUDIENCE,
        "lifetime": 60,
        "refresh_lifetime": timedelta(hours=1),
    }
    made = JWTIssuer(**options | given)
    made.clock = lambda: NOW
    return made


def parts(token: str) -> list[dict[str, Any]]:
    return [json.loads(urlsafe_b64decode(part + "==")) for part in token.split(".")[:2]]


def test_a_token_is_one_of_rfc_9068() -> None:
    header, claims = parts(issuer(kid="k1").issue("ada", scopes=["read", "write"], tenant=7))
    assert header == {"typ": "at+jwt", "alg": "HS256", "kid": "k1"}
    assert len(claims.pop("jti")) == 22
    assert claims == {
        "iss": ISSUER,
        "sub": "ada",
        "aud": AUDIENCE,
        "exp": NOW + 60,
        "iat": NOW,
        "scope": "read write",
        "tenant": 7,
    }


def test_another_library_reads_what_is_issued() -> None:
    read = jwt.decode(issuer().issue("ada"), OctKey.import_key(SECRET))
    assert read.claims["sub"] == "ada"
    assert "scope" not in read.claims
    made = issuer(key=ec().as_pem(private=True), algorithm="ES256")
    keys: Any = made.jwks()
    assert jwt.decode(made.issue("ada"), KeySet.import_key_set(keys)).claims["sub"] == "ada"


@pytest.mark.parametrize(
    ("algorithm", "key"),
    [("HS512", lambda: SECRET), ("RS256", rsa), ("ES256", ec), ("Ed25519", okp), ("EdDSA", okp)],
)
def test_the_verifier_takes_access_tokens_only(algorithm: str, key: Any) -> None:
    made = key()
    ours = issuer(algorithm=algorithm, key=made if isinstance(made, str) else made.as_pem(private=True))
    pair = ours.pair("ada", scopes=["read"])
    claims = ours.verifier()(pair.access_token)
    assert claims is not None
    assert (claims.subject, claims.scopes) == ("ada", ("read",))
    assert ours.verifier()(pair.refresh_token) is None
    assert ours.refresh(pair.access_token) is None
    again = ours.refresh(pair.refresh_token)
    assert again is not None
    assert ours.verifier()(again.access_token) is not None


def test_a_refresh_token_is_for_the_issuer_only() -> None:
    header, claims = parts(issuer().pair("ada").refresh_token)
    assert header["typ"] == "rt+jwt"
    assert (claims["aud"], claims["exp"]) == (ISSUER, NOW + 3600)
    anybody = JWTVerifier(algorithms=["HS256"], key=SECRET, issuer=ISSUER, audience=AUDIENCE, typ="rt+jwt")
    anybody.clock = lambda: NOW
    assert anybody(issuer().pair("ada").refresh_token) is None


def test_a_pair_is_refreshed_with_the_same_claims() -> None:
    ours = issuer()
    first = ours.pair("ada", scopes=["read", "write"], tenant=7, groups={"a": [1]})
    ours.clock = lambda: NOW + 30
    second = ours.refresh(first.refresh_token)
    assert second is not None
    for one, two in (
        (first.access_token, second.access_token),
        (first.refresh_token, second.refresh_token),
    ):
        old, new = parts(one)[1], parts(two)[1]
        assert new.pop("jti") != old.pop("jti")
        assert new == old | {"iat": NOW + 30, "exp": old["exp"] + 30}


def test_a_refresh_token_ends() -> None:
    ours = issuer()
    token = ours.pair("ada").refresh_token
    ours.clock = lambda: NOW + 3600
    assert ours.refresh(token) is None
    assert ours.refresh("text") is None


def test_a_store_may_let_each_refresh_token_be_used_once() -> None:
    ours = issuer()
    used: set[str] = set()

    def fresh(claims: Any) -> bool:
        known = claims.raw["jti"] in used
        used.add(claims.raw["jti"])
        return not known

    token = ours.pair("ada").refresh_token
    assert ours.refresh(token, accept=fresh) is not None
    assert ours.refresh(token, accept=fresh) is None


def test_a_pair_is_the_answer_of_a_token_endpoint() -> None:
    pair = issuer().pair("ada")
    assert json.loads(TypeAdapter(TokenPair).dump_json(pair)) == {
        "access_token": pair.access_token,
        "refresh_token": pair.refresh_token,
        "expires_in": 60,
        "token_type": "Bearer",
    }


class User(BaseModel):
    id: str = Field(alias="sub")
    joined: datetime
    scopes: list[str] = []


def test_claims_are_written_as_json_and_read_as_a_model() -> None:
    ours = issuer()
    verify = ours.verifier(claims=User, leeway=10)
    joined = datetime(2024, 5, 1, tzinfo=UTC)
    token = ours.issue("ada", joined=joined)
    ours.clock = lambda: NOW + 69
    assert verify(token) == User(sub="ada", joined=joined)
    ours.clock = lambda: NOW + 70
    assert verify(token) is None


def test_the_public_set_has_no_private_part() -> None:
    for algorithm, key in (("RS256", rsa()), ("ES256", ec()), ("Ed25519", okp())):
        private = key.as_dict(private=True, key_ops=["sign"])
        ours = issuer(algorithm=algorithm, key=private)
        (written,) = ours.jwks()["keys"]
        assert not {"d", "p", "q", "dp", "dq", "qi", "k", "key_ops"} & written.keys()
        assert (written["use"], written["alg"], written["kid"]) == ("sig", algorithm, key.thumbprint())
        verify = JWTVerifier(
            algorithms=[algorithm], jwks=JWKS.of(ours.jwks()), issuer=ISSUER, audience=AUDIENCE
        )
        verify.clock = lambda: NOW
        assert verify(ours.issue("ada")) is not None


def test_the_identifier_of_a_key_is_its_own_or_the_one_given() -> None:
    key = ec().as_dict(private=True, kid="own")
    assert issuer(algorithm="ES256", key=key).jwks()["keys"][0]["kid"] == "own"
    given = issuer(algorithm="ES256", key=key, kid="given")
    assert given.jwks()["keys"][0]["kid"] == "given"
    assert parts(given.issue("ada"))[0]["kid"] == "given"
    assert given.verifier()(given.issue("ada")) is not None
    assert "kid" not in parts(issuer().issue("ada"))[0]


@pytest.mark.parametrize(
    ("given", "found", "mend"),
    [
        (
            {"key": "short" * 5},
            "the key is a secret of 25 bytes; HS256 needs a secret of 32 bytes or more.",
            "key=",
        ),
        (
            {"key": lambda: rsa().as_pem(), "algorithm": "RS256"},
            "the key is an RSA key of 2048 bits without its private half; signing needs that.",
            "key=Path('key.pem').read_bytes()",
        ),
        ({"algorithm": "none"}, "the algorithm 'none' proves nothing", 'algorithms=["RS256"]'),
        ({"issuer": ""}, "the issuer is empty; it is what tells tokens apart.", 'issuer="https://..."'),
        ({"audience": ""}, "the audience is empty; it is what tells tokens apart.", 'audience="https://..."'),
        (
            {"lifetime": 0},
            "the lifetime is 0; a second or more was expected.",
            "lifetime=timedelta(minutes=15)",
        ),
        ({"refresh_lifetime": timedelta(-1)}, "the refresh_lifetime is -1 day, 0:00:00", "refresh_lifetime="),
    ],
)
def test_misconfiguration_is_refused_with_the_mend(given: dict[str, Any], found: str, mend: str) -> None:
    with pytest.raises(SetupError) as refused:
        issuer(**{name: value() if callable(value) else value for name, value in given.items()})
    assert found in refused.value.found
    assert mend in refused.value.mend


def test_a_secret_has_no_public_set() -> None:
    with pytest.raises(SetupError) as refused:
        issuer().jwks()
    assert str(refused.value) == (
        "the key of HS256 is a secret, which has no public half.\n"
        '    Write: JWTIssuer(algorithm="ES256", key=Path("key.pem").read_bytes(), ...)'
    )


@pytest.mark.parametrize("name", ["iss", "aud", "exp", "iat", "nbf", "jti", "scope", "scp", "sub"])
def test_claims_of_the_issuer_are_not_given(name: str) -> None:
    with pytest.raises(TypeError, match=f"The issuer sets the claim '{name}' itself."):
        issuer().issue("ada", **{name: "x"})


def test_scopes_are_scopes() -> None:
    with pytest.raises(
        TypeError, match=r"scopes is the text 'a b'; a list was expected: scopes=\['a', 'b'\]"
    ):
        issuer().pair("ada", scopes="a b")
    for scope in ("", "a b", 'a"b', "a\\b", "é", "a\n"):
        with pytest.raises(ValueError, match="is none: it is empty, or holds more than printable ASCII"):
            issuer().issue("ada", scopes=[scope])
