"""Schemes: what they answer, how the document shows them, and how they are joined."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from callers import accept
from hypothesis import given
from hypothesis import strategies as st
from werkzeug.http import parse_dict_header

import restlite.security
from restlite.records import SchemeRecord
from restlite.security import (
    APIKey,
    AuthorizationCode,
    Basic,
    Bearer,
    ClientCredentials,
    DeviceAuthorization,
    HTTPScheme,
    Implicit,
    MutualTLS,
    OAuth2,
    OpenIDConnect,
    Password,
    Scheme,
    public,
)
from restlite.security.requirements import Need, Requirement, merged

ROOT = Path(__file__).parents[2]


def test_other_names_of_schemes_are_compared_without_case() -> None:
    token = HTTPScheme("Token", accept)
    assert token.credentials({"HTTP_AUTHORIZATION": "token 9944b09199c6"}) == "9944b09199c6"
    assert token.credentials({"HTTP_AUTHORIZATION": "Bearer 9944b09199c6"}) is None
    assert token.challenge("invalid_token") == 'Token realm="api", error="invalid_token"'
    assert token.describe() == SchemeRecord("token", "http", (("scheme", "token"),))


@pytest.mark.parametrize(
    ("scheme", "field", "query_name"),
    [
        (APIKey(accept, header="X-API-Key"), "X-API-Key", None),
        (APIKey(accept, query="key"), "", "key"),
        (APIKey(accept, cookie="session"), "Cookie", None),
        (Bearer(accept), "Authorization", None),
        (Basic(accept), "Authorization", None),
        (MutualTLS(accept), "", None),
    ],
)
def test_a_scheme_names_the_field_that_answers_vary_by(
    scheme: Scheme, field: str, query_name: str | None
) -> None:
    assert scheme.field == field
    assert getattr(scheme, "query_name", None) == query_name


@pytest.mark.parametrize(
    ("scheme", "missing", "invalid", "insufficient"),
    [
        (
            Bearer(accept),
            'Bearer realm="api"',
            'Bearer realm="api", error="invalid_token"',
            'Bearer realm="api", error="insufficient_scope", scope="a b"',
        ),
        (
            OpenIDConnect("/openid", accept, realm='my "own" \\ realm'),
            'Bearer realm="my \\"own\\" \\\\ realm"',
            'Bearer realm="my \\"own\\" \\\\ realm", error="invalid_token"',
            'Bearer realm="my \\"own\\" \\\\ realm", error="insufficient_scope", scope="a b"',
        ),
        (
            Basic(accept, realm="shop"),
            'Basic realm="shop", charset="UTF-8"',
            'Basic realm="shop", charset="UTF-8"',
            None,
        ),
        (
            APIKey(accept, cookie="session"),
            'ApiKey in="cookie", name="session"',
            'ApiKey in="cookie", name="session"',
            None,
        ),
        (MutualTLS(accept), 'MutualTLS realm="api"', 'MutualTLS realm="api"', None),
    ],
)
def test_challenges(scheme: Scheme, missing: str, invalid: str, insufficient: str | None) -> None:
    assert scheme.challenge() == missing
    assert scheme.challenge("invalid_token") == invalid
    assert scheme.challenge("insufficient_scope", ("a", "b")) == insufficient


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E), min_size=1))
def test_any_realm_is_read_back(realm: str) -> None:
    challenge = Bearer(accept, realm=realm).challenge() or ""
    assert parse_dict_header(challenge.removeprefix("Bearer ")) == {"realm": realm}


SCOPES = {"books:read": "See books", "books:write": "Change books"}


def test_oauth2_describes_all_flows() -> None:
    flows = [
        AuthorizationCode(SCOPES, authorization_url="/authorize", token_url="/token", refresh_url="/refresh"),
        ClientCredentials(SCOPES, token_url="/token"),
        DeviceAuthorization(SCOPES, device_authorization_url="/device", token_url="/token"),
        Password({}, token_url="/token"),
        Implicit({}, authorization_url="/authorize"),
    ]
    record = OAuth2(accept, flows=flows, description="Log in first.").describe()
    assert (record.name, record.type, record.description) == ("oauth2", "oauth2", "Log in first.")
    assert dict(record.members) == {
        "flows": {
            "authorizationCode": {
                "authorizationUrl": "/authorize",
                "tokenUrl": "/token",
                "refreshUrl": "/refresh",
                "scopes": SCOPES,
            },
            "clientCredentials": {"tokenUrl": "/token", "scopes": SCOPES},
            "deviceAuthorization": {
                "deviceAuthorizationUrl": "/device",
                "tokenUrl": "/token",
                "scopes": SCOPES,
            },
            "password": {"tokenUrl": "/token", "scopes": {}},
            "implicit": {"authorizationUrl": "/authorize", "scopes": {}},
        }
    }


@pytest.mark.parametrize(
    ("scheme", "expect"),
    [
        (Basic(accept), SchemeRecord("basic", "http", (("scheme", "basic"),))),
        (Bearer(accept, name="user"), SchemeRecord("user", "http", (("scheme", "bearer"),))),
        (
            Bearer(accept, format="JWT", description="Ours."),
            SchemeRecord("bearer", "http", (("scheme", "bearer"), ("bearerFormat", "JWT")), "Ours."),
        ),
        (
            APIKey(accept, query="key"),
            SchemeRecord("apiKey", "apiKey", (("in", "query"), ("name", "key"))),
        ),
        (
            OpenIDConnect("https://id.example.org/.well-known/openid-configuration", accept),
            SchemeRecord(
                "openId",
                "openIdConnect",
                (("openIdConnectUrl", "https://id.example.org/.well-known/openid-configuration"),),
            ),
        ),
        (MutualTLS(accept), SchemeRecord("mutualTLS", "mutualTLS")),
    ],
)
def test_schemes_describe_themselves(scheme: Scheme, expect: SchemeRecord) -> None:
    assert scheme.describe() == expect


def test_requirements_are_joined() -> None:
    bearer, key = Bearer(accept), APIKey(accept, header="X-API-Key")
    assert (bearer | key).alternatives == ((Need(bearer),), (Need(key),))
    assert (bearer & key).alternatives == ((Need(bearer), Need(key)),)
    assert (bearer("a") & bearer("b", "a")).alternatives == ((Need(bearer, ("a", "b")),),)
    assert (bearer | key("k") & bearer).schemes == (bearer, key)
    assert bearer().optional.alternatives == ((Need(bearer),), ())
    assert bearer().optional.optional == bearer().optional
    assert (public & bearer) == Requirement(((Need(bearer),),))
    assert repr(bearer) == "<Bearer 'bearer'>"


def test_roles_of_two_lists_are_both_asked_for() -> None:
    bearer = Bearer(accept)
    staff, admin = Need(bearer, (), ("staff",)), Need(bearer, ("a",), ("admin", "root"))
    assert merged([staff], [admin]) == (staff, admin)
    assert merged([staff], [staff]) == (staff,)
    assert merged([staff], [Need(bearer, ("a",))]) == (Need(bearer, ("a",), ("staff",)),)
    assert merged([Need(bearer)], [admin]) == (admin,)


def test_a_scheme_of_ones_own_says_where_credentials_are() -> None:
    class Signature(Scheme):
        """Leave everything to be said."""

    signature = Signature(accept, name="signature")
    for ask in (lambda: signature.credentials({}), signature.challenge, signature.describe):
        with pytest.raises(NotImplementedError):
            ask()


def test_every_public_name_is_there_and_is_imported_when_asked_for() -> None:
    code = (
        "import sys, restlite.security as s; before = set(sys.modules); s.Bearer; "
        "print(*sorted(n for n in set(sys.modules) - before if 'restlite' in n))"
    )
    environ = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environ)
    assert done.stdout.split() == ["restlite.security.authorization", "restlite.security.bearer"]
    for name in restlite.security.__all__:
        assert getattr(restlite.security, name)
    with pytest.raises(AttributeError, match=r"'restlite\.security' has no attribute 'Bearers'"):
        restlite.security.Bearers  # type: ignore[attr-defined]  # noqa: B018
