"""What cannot work is a SetupError when the scheme is made, with the line to write."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from restlite import SetupError
from restlite.security import (
    APIKey,
    Basic,
    Bearer,
    ClientCredentials,
    HTTPScheme,
    MutualTLS,
    OAuth2,
    OpenIDConnect,
    Password,
    known,
)


def accept(token: str) -> str | None:
    return token


def no_parameter() -> str:
    return "everybody"


def by_name_alone(*, token: str) -> str:
    return token


def yields(token: str) -> Iterator[str]:
    yield token


async def yields_later(token: str) -> AsyncIterator[str]:
    yield token


given: Any = None  # stands for what a type checker would refuse
FLOWS = [ClientCredentials({"books:read": "See books", "books:write": "Change"}, token_url="/token")]


@pytest.mark.parametrize(
    ("make", "found", "mend"),
    [
        (
            lambda: Bearer(given),
            "Bearer: verify is of type NoneType, which cannot be called.",
            "Bearer(find_user)   # def find_user(token: str) -> User | None: ...",
        ),
        (
            lambda: APIKey({"secret": "ann"}, header="X-API-Key"),  # type: ignore[arg-type]
            "APIKey: a mapping cannot be called.",
            "APIKey(known({secret: identity}))",
        ),
        (
            lambda: Basic(no_parameter),
            "Basic: no_parameter does not take what was sent.",
            "def find_user(sent: BasicCredentials) -> User | None: ...",
        ),
        (
            lambda: MutualTLS(by_name_alone),
            "MutualTLS: by_name_alone does not take what was sent.",
            "def find_user(certificate: ClientCertificate) -> User | None: ...",
        ),
        (
            lambda: Bearer(yields),
            "Bearer: yields yields; a verifier returns the identity.",
            "def find_user(token: str) -> User | None: ...   # what is closed later comes from Depends(...)",
        ),
        (
            lambda: Bearer(yields_later),
            "Bearer: yields_later yields; a verifier returns the identity.",
            "def find_user(token: str) -> User | None: ...   # what is closed later comes from Depends(...)",
        ),
        (
            lambda: Bearer(accept, name="my bearer"),
            "Bearer: 'my bearer' cannot be the name of a scheme in the document.",
            'name="bearer"',
        ),
        (
            lambda: Bearer(accept, realm="a\nb"),
            "Bearer: 'a\\nb' cannot be a realm.",
            'realm="api"',
        ),
        (lambda: Basic(accept, realm=""), "Basic: '' cannot be a realm.", 'realm="api"'),
        (
            lambda: HTTPScheme("My Token", accept),
            "HTTPScheme: 'My Token' cannot be the name of an authentication scheme.",
            'HTTPScheme("Token", verify)',
        ),
        (
            lambda: APIKey(accept),
            "APIKey: a key is taken from one place; found none.",
            'APIKey(verify, header="X-API-Key")',
        ),
        (
            lambda: APIKey(accept, header="X-API-Key", query="key"),
            "APIKey: a key is taken from one place; found header and query.",
            'APIKey(verify, header="X-API-Key")',
        ),
        (
            lambda: APIKey(accept, header=""),
            "APIKey: '' cannot be a header field.",
            'APIKey(verify, header="X-API-Key")',
        ),
        (
            lambda: APIKey(accept, header="X_API_Key"),
            "APIKey: the header field 'X_API_Key' does not come through servers.",
            "header='X-API-Key'",
        ),
        (
            lambda: APIKey(accept, query="key*"),
            "APIKey: 'key*' cannot be a query parameter.",
            'APIKey(verify, header="X-API-Key")',
        ),
        (
            lambda: APIKey(accept, cookie="my session"),
            "APIKey: 'my session' cannot be a cookie.",
            'APIKey(verify, header="X-API-Key")',
        ),
        (
            lambda: OAuth2(accept, flows=[]),
            "OAuth2 has no flows: clients cannot know where to get tokens.",
            "flows=[ClientCredentials({'books:read': 'See books'}, token_url='/token')]",
        ),
        (
            lambda: OAuth2(accept, flows=[*FLOWS, *FLOWS]),
            "OAuth2 has two flows 'clientCredentials'; there is one of a kind.",
            "flows=[ClientCredentials({'books:read': 'See books'}, token_url='/token')]",
        ),
        (
            lambda: OAuth2(accept, flows=[Password({}, token_url="a b")]),
            "OAuth2: 'a b' cannot be a URL of a flow.",
            "flows=[ClientCredentials({'books:read': 'See books'}, token_url='/token')]",
        ),
        (
            lambda: OAuth2(accept, flows=[Password({"read write": ""}, token_url="/token")]),
            "OAuth2: 'read write' is no scope; each is a word of its own.",
            "OAuth2('read', 'write')",
        ),
        (
            lambda: OAuth2(accept, flows=FLOWS)("book:read"),
            "oauth2: no flow declares the scope 'book:read'; declared are: books:read, books:write.",
            "oauth2('books:read')",
        ),
        (
            lambda: OAuth2(accept, flows=[Password({}, token_url="/token")])("admin"),
            "oauth2: no flow declares the scope 'admin'; declared are: none.",
            "Password({'admin': 'What it allows'}, ...)",
        ),
        (
            lambda: OpenIDConnect("", accept),
            "OpenIDConnect: '' cannot be the URL of a provider's configuration.",
            'OpenIDConnect("https://login.example.org/.well-known/openid-configuration", verify)',
        ),
        (
            lambda: Bearer(accept)("read write"),
            "bearer: 'read write' is no scope; each is a word of its own.",
            "bearer('read', 'write')",
        ),
        (
            lambda: Bearer(accept)(""),
            "bearer: '' is no scope; each is a word of its own.",
            "bearer('books:read')",
        ),
        (
            lambda: Bearer(accept)(given),
            "bearer: None is no scope; each is a word of its own.",
            "bearer('books:read')",
        ),
        (
            lambda: Bearer(accept)(roles="admin"),
            "bearer: roles is the text 'admin', not a list.",
            "roles=['admin']",
        ),
        (
            lambda: Bearer(accept)(roles=[1]),  # type: ignore[list-item]
            "bearer: 1 is no role; a role is a text.",
            'roles=["admin"]',
        ),
        (lambda: known({}), "known: there are no secrets.", 'known({os.environ["API_KEY"]: "reports"})'),
        (
            lambda: known({"": "ann"}),
            "known: a secret is empty.",
            'known({os.environ["API_KEY"]: "reports"})',
        ),
        (
            lambda: known({"a": None}),
            "known: the identity of a secret is None, which stands for nobody.",
            'known({secret: "reports"})',
        ),
    ],
)
def test_mistakes_are_told_with_their_mend(make: Callable[[], Any], found: str, mend: str) -> None:
    with pytest.raises(SetupError) as caught:
        make()
    assert (caught.value.found, caught.value.mend) == (found, mend)


def test_the_error_points_to_the_verifier() -> None:
    with pytest.raises(SetupError) as caught:
        Bearer(no_parameter)
    assert (caught.value.file, caught.value.line) == (__file__, no_parameter.__code__.co_firstlineno)


def test_a_secret_in_a_mapping_is_not_shown() -> None:
    with pytest.raises(SetupError) as caught:
        APIKey({"hunter2": "ann"}, header="X-API-Key")  # type: ignore[arg-type]
    assert "hunter2" not in str(caught.value)


@pytest.mark.parametrize("verify", [accept, lambda *sent: sent, str, "ann".__eq__, print, {"a": 1}.get, type])
def test_any_callable_that_takes_something_verifies(verify: Callable[..., Any]) -> None:
    assert Bearer(verify).verify is verify


def test_known_secrets_say_what_they_prove() -> None:
    listed: Any = ["s3cret"]
    with pytest.raises(SetupError, match="known: found list, which does not say what a secret proves"):
        known(listed)
    with pytest.raises(SetupError, match="the identity of a secret is False, which stands for nobody"):
        known({"s3cret": False})
