"""The table: scheme × optional × alternative × combination × what was sent × sync or async verifier."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, NamedTuple

import pytest
from pydantic import BaseModel

from restlite import App
from restlite.security import (
    APIKey,
    Basic,
    Bearer,
    ClientCredentials,
    HTTPScheme,
    MutualTLS,
    OAuth2,
    OpenIDConnect,
    Scheme,
)
from restlite.testing import Client, ClientResponse


@dataclass
class User:
    name: str
    scopes: tuple[str, ...]


class Note(BaseModel):
    text: str


#: What each secret proves; every other one proves nothing.
USERS = {"strong": User("ann", ("write",)), "weak": User("bob", ("read",)), "other": User("key", ("write",))}


def secret_in(sent: Any) -> str:
    """Give the secret of any scheme's credentials."""
    text: str = getattr(sent, "password", None) or getattr(sent, "subject", None) or sent
    return text


def verify_now(sent: Any) -> User | None:
    return USERS.get(secret_in(sent))


async def verify_later(sent: Any) -> User | None:
    return USERS.get(secret_in(sent))


class Row(NamedTuple):
    """Hold one scheme, how a secret is sent by it, and what it answers."""

    make: Callable[[Any], Scheme]
    send: Callable[[str], dict[str, Any]]
    malformed: dict[str, Any]
    challenge: str
    #: Whether challenges tell the error and the scope (RFC 6750, 3).
    tells: bool = True

    def said(self, error: str | None) -> str:
        """Give the challenge that is expected."""
        told = f', error="{error}"' if error else ""
        return f'{self.challenge}{told}, scope="write"' if self.tells else self.challenge


def header(name: str, value: str) -> dict[str, Any]:
    return {"headers": {name: value}}


def authorization(scheme: str) -> Callable[[str], dict[str, Any]]:
    return lambda secret: header("Authorization", f"{scheme} {secret}")


def basic(secret: str) -> dict[str, Any]:
    return authorization("Basic")(base64.b64encode(f"me:{secret}".encode()).decode())


def certificate(subject: str, verified: str = "SUCCESS") -> dict[str, Any]:
    return {"certificate": {"SSL_CLIENT_VERIFY": verified, "SSL_CLIENT_S_DN": subject}}


FLOWS = [ClientCredentials({"write": "Change what there is"}, token_url="/token")]
TABLE = {
    "basic": Row(
        Basic, basic, header("Authorization", "Basic x"), 'Basic realm="api", charset="UTF-8"', False
    ),
    "bearer": Row(
        Bearer, authorization("Bearer"), header("Authorization", "Bearer a,Bearer b"), 'Bearer realm="api"'
    ),
    "token": Row(
        lambda verify: HTTPScheme("Token", verify),
        authorization("token"),
        header("Authorization", "Token"),
        'Token realm="api"',
    ),
    "header": Row(
        lambda verify: APIKey(verify, header="X-API-Key"),
        lambda secret: header("X-Api-Key", secret),
        header("X-Api-Key", "\xe9"),
        'ApiKey in="header", name="X-API-Key"',
        False,
    ),
    "query": Row(
        lambda verify: APIKey(verify, query="key"),
        lambda secret: {"params": {"key": secret}},
        {"params": {"key": ["strong", "strong"]}},
        'ApiKey in="query", name="key"',
        False,
    ),
    "cookie": Row(
        lambda verify: APIKey(verify, cookie="session"),
        lambda secret: {"cookies": {"session": secret}},
        {"cookies": {"session": ""}},
        'ApiKey in="cookie", name="session"',
        False,
    ),
    "oauth2": Row(
        lambda verify: OAuth2(verify, flows=FLOWS),
        authorization("Bearer"),
        header("Authorization", "Bearer \xff"),
        'Bearer realm="api"',
    ),
    "openid": Row(
        lambda verify: OpenIDConnect("https://id.example.org/.well-known/openid-configuration", verify),
        authorization("BEARER"),
        header("Authorization", "Bearer a b"),
        'Bearer realm="api"',
    ),
    "tls": Row(MutualTLS, certificate, certificate("x", "FAILED:expired"), 'MutualTLS realm="api"', False),
}


class TlsApp(App):
    """Stand behind a server that has seen a client certificate, or none."""

    certificate: dict[str, str] = {}

    def __call__(self, environ: dict[str, Any], *rest: Any) -> Any:
        return super().__call__(environ | self.certificate, *rest)

    @property
    def asgi(self) -> Any:
        async def tls(scope: Any, receive: Any, send: Any) -> None:
            if scope["type"] == "http":
                seen = self.certificate
                failed = seen.get("SSL_CLIENT_VERIFY", "").partition("FAILED:")[2]
                name = seen.get("SSL_CLIENT_S_DN")
                told = {
                    "client_cert_chain": ["pem"] if name else [],
                    "client_cert_name": name,
                    "client_cert_error": failed or None,
                }
                scope = {**scope, "extensions": {**scope.get("extensions", {}), "tls": told}}
            await inner(scope, receive, send)

        inner = super().asgi
        return tls


def make_app(scheme: Scheme, other: Scheme) -> TlsApp:
    app = TlsApp()

    @app.post("/needed")
    def needed(user: Annotated[User, scheme("write")], body: Note) -> str:
        return f"{user.name} {body.text}"

    @app.post("/optional")
    def optional(user: Annotated[User | None, scheme("write")], body: Note) -> str:
        return f"{user.name if user else 'nobody'} {body.text}"

    @app.post("/either")
    def either(user: Annotated[User, scheme("write") | other("write")], body: Note) -> str:
        return f"{user.name} {body.text}"

    @app.post("/both")
    def both(users: Annotated[tuple[User, User], scheme("write") & other("write")], body: Note) -> str:
        return f"{users[0].name}+{users[1].name} {body.text}"

    return app


OTHER = 'ApiKey in="header", name="X-Other"'
MISSING, INVALID, LACKING = "Credentials are needed.", "The credentials are not accepted.", "insufficient"


def row(name: str, sent: str) -> dict[str, Any]:
    """Give what a request carries."""
    scheme = TABLE[name]
    if sent in ("missing", "malformed"):
        return scheme.malformed if sent == "malformed" else {}
    return scheme.send({"wrong": "unknown", "insufficient": "weak", "good": "strong"}[sent])


#: (path, whether the other key is sent) -> for each thing sent, who comes through or what is answered.
EXPECT: dict[tuple[str, bool], dict[str, str]] = {
    ("needed", False): {
        "missing": MISSING,
        "malformed": INVALID,
        "wrong": INVALID,
        "insufficient": LACKING,
        "good": "ann",
    },
    ("optional", False): {
        "missing": "nobody",
        "malformed": INVALID,
        "wrong": INVALID,
        "insufficient": LACKING,
        "good": "ann",
    },
    ("either", False): {
        "missing": MISSING,
        "malformed": INVALID,
        "wrong": INVALID,
        "insufficient": LACKING,
        "good": "ann",
    },
    ("either", True): {
        "missing": "key",
        "malformed": "key",
        "wrong": "key",
        "insufficient": "key",
        "good": "ann",
    },
    ("both", False): {
        "missing": MISSING,
        "malformed": INVALID,
        "wrong": INVALID,
        "insufficient": LACKING,
        "good": MISSING,
    },
    ("both", True): {
        "missing": MISSING,
        "malformed": INVALID,
        "wrong": INVALID,
        "insufficient": LACKING,
        "good": "ann+key",
    },
}


def challenges(name: str, path: str, sent: str) -> str | None:
    """Give the challenge that a refusal is expected to hold."""
    scheme = TABLE[name]
    if sent == "insufficient":
        return scheme.said("insufficient_scope") if scheme.tells else None
    if path == "both" and sent == "good":
        return OTHER
    own = scheme.said(None if sent == "missing" else "invalid_token")
    return f"{own}, {OTHER}" if path == "either" else own


def check_refusal(response: ClientResponse, detail: str, challenge: str | None) -> None:
    """Hold a refusal to what every one promises."""
    status, title = (403, "Forbidden") if detail == LACKING else (401, "Unauthorized")
    document = response.json()
    assert document.pop("request_id")
    assert document == {
        "type": "about:blank",
        "title": title,
        "status": status,
        "detail": "This needs the scope write." if detail == LACKING else detail,
    }
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    assert response.headers["Cache-Control"] == "no-store"
    assert response.headers.get("WWW-Authenticate") == challenge


@pytest.mark.parametrize("verify", [verify_now, verify_later])
@pytest.mark.parametrize("name", TABLE)
def test_the_table(name: str, verify: Any, gateway: Any) -> None:
    scheme, other = TABLE[name].make(verify), APIKey(verify, header="X-Other", name="other")
    app = make_app(scheme, other)
    read: list[bytes] = []

    def unread() -> Iterator[bytes]:
        read.append(b"")
        yield b"{"

    with Client(app, gateway=gateway) as client:
        for (path, has_other), expect in EXPECT.items():
            for sent, who in expect.items():
                options = dict(row(name, sent))
                app.certificate = options.pop("certificate", {})
                headers = {"Content-Type": "application/json", **options.pop("headers", {})}
                headers |= {"X-Other": "other"} if has_other else {}
                refused = who in (MISSING, INVALID, LACKING)
                body: Any = unread() if refused else b'{"text": "hello"}'
                response = client.post(f"/{path}", headers=headers, content=body, **options)
                if refused:
                    check_refusal(response, who, challenges(name, path, sent))
                else:
                    assert (response.status_code, response.text) == (200, f"{who} hello")
                    assert response.headers["Cache-Control"] == "no-store"
                named = {scheme.field, "X-Other"} if path in ("either", "both") else {scheme.field}
                assert {*response.headers.get("Vary", "").split(", ")} >= named - {""}
    assert read == []
