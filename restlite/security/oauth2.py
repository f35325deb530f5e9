"""OAuth 2.0 and OpenID Connect: bearer tokens, and where clients get them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches
from typing import Any, Unpack

from ..errors import SetupError
from ..frozen import Record
from ..records import SchemeRecord
from .bearer import HTTPScheme
from .checks import check_scopes, check_text
from .requirements import SchemeOptions

_URL = r"[\x21-\x7e]+"


class Flow(Record):
    """Say where clients get tokens; ``scopes`` are names with what each allows."""

    #: The name of the flow (OpenAPI 3.1, 4.8.28).
    kind = ""

    scopes: Mapping[str, str]

    def describe(self) -> dict[str, Any]:
        """Give the flow as OpenAPI writes it (3.1, 4.8.29)."""
        urls = {_camel(name): getattr(self, name) for name in self._names if name != "scopes"}
        return {name: url for name, url in urls.items() if url is not None} | {"scopes": dict(self.scopes)}


class AuthorizationCode(Flow):
    """Send people to log in; the client trades the code they bring back (RFC 6749, 4.1; with PKCE)."""

    kind = "authorizationCode"
    authorization_url: str
    token_url: str
    refresh_url: str | None = None


class ClientCredentials(Flow):
    """Give tokens to services by their own secrets (RFC 6749, 4.4)."""

    kind = "clientCredentials"
    token_url: str
    refresh_url: str | None = None


class DeviceAuthorization(Flow):
    """Give tokens to devices without a keyboard (RFC 8628); OpenAPI has the flow since 3.2."""

    kind = "deviceAuthorization"
    device_authorization_url: str
    token_url: str
    refresh_url: str | None = None


class Password(Flow):
    """Give tokens for names and passwords (RFC 6749, 4.3); RFC 9700 says: do not."""

    kind = "password"
    token_url: str
    refresh_url: str | None = None


class Implicit(Flow):
    """Give tokens through the browser's address (RFC 6749, 4.2); RFC 9700 says: do not."""

    kind = "implicit"
    authorization_url: str
    refresh_url: str | None = None


class OAuth2(HTTPScheme):
    """Take bearer tokens, and tell in the document where clients get them.

    .. code-block:: python

        code = AuthorizationCode(
            {"books:read": "See books", "books:write": "Change books"},
            authorization_url="https://login.example.org/authorize",
            token_url="https://login.example.org/token",
        )
        oauth2 = OAuth2(JWTVerifier(...), flows=[code])

        @app.get("/books")
        def list_books(user: Annotated[User, oauth2("books:read")]) -> list[Book]: ...

    A scope that no flow declares is a :class:`SetupError` where it is asked for.
    """

    def __init__(
        self,
        verify: Callable[..., Any],
        *,
        flows: Sequence[Flow],
        name: str = "oauth2",
        realm: str = "api",
        **options: Unpack[SchemeOptions],
    ) -> None:
        super().__init__("Bearer", verify, name=name, realm=realm, **options)
        mend = "flows=[ClientCredentials({'books:read': 'See books'}, token_url='/token')]"
        if not flows:
            raise SetupError("OAuth2 has no flows: clients cannot know where to get tokens.", mend=mend)
        kinds = [flow.kind for flow in flows]
        if len(set(kinds)) < len(kinds):
            twice = next(kind for kind in kinds if kinds.count(kind) > 1)
            raise SetupError(f"OAuth2 has two flows {twice!r}; there is one of a kind.", mend=mend)
        for flow in flows:
            check_scopes("OAuth2", flow.scopes)
            for url in flow.values():
                if url is not None and url is not flow.scopes:
                    check_text("OAuth2", "a URL of a flow", url, _URL, mend)
        self.flows = tuple(flows)

    def check(self, scopes: Sequence[str]) -> None:
        super().check(scopes)
        declared = dict.fromkeys(scope for flow in self.flows for scope in flow.scopes)
        for scope in scopes:
            if scope not in declared:
                known = ", ".join(declared) or "none"
                found = f"{self.name}: no flow declares the scope {scope!r}; declared are: {known}."
                first = type(self.flows[0]).__name__
                near = get_close_matches(scope, declared, 1)
                mend = (
                    f"{self.name}({near[0]!r})" if near else f"{first}({{{scope!r}: 'What it allows'}}, ...)"
                )
                raise SetupError(found, mend=mend)

    def describe(self) -> SchemeRecord:
        flows = {flow.kind: flow.describe() for flow in self.flows}
        return SchemeRecord(self.name, "oauth2", (("flows", flows),), self.description)


class OpenIDConnect(HTTPScheme):
    """Take bearer tokens of an OpenID provider.

    .. code-block:: python

        openid = OpenIDConnect("https://login.example.org/.well-known/openid-configuration", verify)

    :param url: the provider's configuration document (OpenID Connect Discovery 1.0, 4); clients read it,
        restlite does not.
    """

    def __init__(
        self,
        url: str,
        verify: Callable[..., Any],
        *,
        name: str = "openId",
        realm: str = "api",
        **options: Unpack[SchemeOptions],
    ) -> None:
        super().__init__("Bearer", verify, name=name, realm=realm, **options)
        mend = 'OpenIDConnect("https://login.example.org/.well-known/openid-configuration", verify)'
        check_text("OpenIDConnect", "the URL of a provider's configuration", url, _URL, mend)
        self.url = url

    def describe(self) -> SchemeRecord:
        return SchemeRecord(self.name, "openIdConnect", (("openIdConnectUrl", self.url),), self.description)


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.title() for word in rest)
