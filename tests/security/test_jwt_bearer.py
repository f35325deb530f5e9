"""JSON Web Tokens as bearer tokens of an app."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from callers import bearer_of
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import OctKey
from jwt_tokens import AUDIENCE, CHECKS, CLAIMS, ISSUER, NOW, SECRET, public, rsa, token
from pydantic import BaseModel

from restlite import App, Unauthorized
from restlite.security import JWKS, Bearer, Claims, JWTIssuer, JWTVerifier, TokenPair
from restlite.testing import Client


@dataclass
class Me:
    id: str
    scopes: list[str]


class Login(BaseModel):
    name: str


class Refresh(BaseModel):
    token: str


def test_claims_reach_the_handler(gateway: Any) -> None:
    verify = JWTVerifier(algorithms=["RS256"], jwks=JWKS.of({"keys": [public(rsa(), kid="a")]}), **CHECKS)
    verify.clock = lambda: NOW
    bearer = Bearer(verify)
    app = App()

    @app.get("/me")
    def show_me(claims: Annotated[Claims, bearer("profile")]) -> Me:
        return Me(claims.subject, list(claims.scopes))

    client = Client(app, gateway=gateway)
    good = token(CLAIMS | {"scope": "profile"}, alg="RS256", key=rsa())
    answer = client.get("/me", headers=bearer_of(good))
    assert answer.status_code == 200
    assert answer.json() == {"id": "ada", "scopes": ["profile"]}

    answer = client.get("/me", headers=bearer_of(token(alg="RS256", key=rsa())))
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]

    for sent in (
        token(CLAIMS | {"scope": "profile"}, alg="RS256", key=rsa(1)),
        token(CLAIMS | {"scope": "profile", "exp": NOW}, alg="RS256", key=rsa()),
        token(CLAIMS | {"scope": "profile", "iss": ISSUER[:-1]}, alg="RS256", key=rsa()),
        token(CLAIMS | {"scope": "profile"}),
        good[:-1],
        "x" * 7000,
        "a.b.c",
    ):
        answer = client.get("/me", headers=bearer_of(sent))
        assert answer.status_code == 401, sent
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]
        assert sent[:20] not in answer.text


def test_an_app_logs_in_and_refreshes(gateway: Any) -> None:
    issuer = JWTIssuer(key=SECRET, algorithm="HS256", issuer=ISSUER, audience=AUDIENCE)
    bearer = Bearer(issuer.verifier(), format="JWT")
    app = App()

    @app.post("/login")
    def login(body: Login) -> TokenPair:
        return issuer.pair(body.name, scopes=["todos:write"])

    @app.post("/refresh", raises=[Unauthorized])
    def refresh(body: Refresh) -> TokenPair:
        pair = issuer.refresh(body.token)
        if pair is None:
            raise Unauthorized()
        return pair

    @app.get("/me")
    def show_me(claims: Annotated[Claims, bearer("todos:write")]) -> Me:
        return Me(claims.subject, list(claims.scopes))

    client = Client(app, gateway=gateway)
    pair = client.post("/login", json={"name": "ada"}).json()
    assert pair.keys() == {"access_token", "refresh_token", "expires_in", "token_type"}
    assert (pair["token_type"], pair["expires_in"]) == ("Bearer", 900)
    assert client.get("/me", headers=bearer_of(pair["access_token"])).json()["id"] == "ada"
    assert client.get("/me", headers=bearer_of(pair["refresh_token"])).status_code == 401
    assert client.post("/refresh", json={"token": pair["access_token"]}).status_code == 401
    again = client.post("/refresh", json={"token": pair["refresh_token"]}).json()
    assert client.get("/me", headers=bearer_of(again["access_token"])).json()["id"] == "ada"


def test_a_key_set_that_cannot_be_fetched_is_a_500_without_detail(
    gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    bearer = Bearer(JWTVerifier(algorithms=["RS256"], jwks=JWKS.url("http://127.0.0.1:9/keys"), **CHECKS))
    app = App()

    @app.get("/me")
    def show_me(claims: Annotated[Claims, bearer]) -> Me:
        return Me(claims.subject, [])

    client = Client(app, gateway=gateway)
    with caplog.at_level(logging.ERROR, "restlite"):
        answer = client.get("/me", headers=bearer_of(token(alg="RS256", key=rsa())))
    assert answer.status_code == 500
    assert "127.0.0.1:9" not in answer.text
    assert "the JWK set http://127.0.0.1:9/keys cannot be fetched" in caplog.text
    assert client.get("/me").status_code == 401


def test_any_other_library_verifies(gateway: Any) -> None:
    key = OctKey.import_key(SECRET)

    def verify(sent: str) -> dict[str, Any] | None:
        try:
            return jwt.decode(sent, key, algorithms=["HS256"]).claims
        except (JoseError, ValueError):
            return None

    bearer = Bearer(verify, scopes=lambda claims: claims.get("scope", "").split())
    app = App()

    @app.get("/me")
    def show_me(claims: Annotated[dict[str, Any], bearer("profile")]) -> str:
        return str(claims["sub"])

    client = Client(app, gateway=gateway)
    assert client.get("/me", headers=bearer_of(token(CLAIMS | {"scope": "profile"}))).text == "ada"
    assert client.get("/me", headers=bearer_of(token())).status_code == 403
    for sent in (token(key="another secret of 32 bytes or more"), "a.b.c", "x"):
        assert client.get("/me", headers=bearer_of(sent)).status_code == 401
