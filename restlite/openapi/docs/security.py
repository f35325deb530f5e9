"""Security schemes in words, what an operation asks for, and the fields that take credentials."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from ..reader import Document
from .markup import Html, code, element, join, slug
from .prose import link, prose

_FLOWS = {
    "authorizationCode": "Authorization code",
    "implicit": "Implicit",
    "password": "Password",
    "clientCredentials": "Client credentials",
    "deviceAuthorization": "Device authorization",
}
_URLS = {
    "authorizationUrl": "authorize at ",
    "deviceAuthorizationUrl": "authorize the device at ",
    "tokenUrl": "token from ",
    "refreshUrl": "refresh at ",
}


def schemes_of(document: Document) -> dict[str, Mapping[str, Any]]:
    """List the security schemes by name, references followed."""
    given = document.data.get("components", {}).get("securitySchemes", {})
    return {name: document.resolve(scheme) for name, scheme in given.items()}


def authentication(document: Document) -> Html | None:
    """Write the section on security schemes."""
    schemes = schemes_of(document)
    if not schemes:
        return None
    cards = (_card(name, scheme) for name, scheme in schemes.items())
    kept = "Kept in this tab only, sent with what you try here, forgotten when the tab is closed."
    return element(
        "section",
        element("h2", "Authentication"),
        element("p", kept, class_="scripted quiet"),
        element("form", *cards, class_="schemes", id="credentials", autocomplete="off"),
        id="authentication",
        class_="section",
    )


def _card(name: str, scheme: Mapping[str, Any]) -> Html:
    return element(
        "fieldset",
        element("legend", code(name)),
        element("p", *words(scheme), class_="line"),
        element("div", prose(scheme.get("description")), class_="prose"),
        *_flows(scheme.get("flows", {})),
        *_fields(name, scheme),
        id=slug("scheme", name),
        data_scheme=name,
        data_kind=kind_of(scheme),
        data_parameter=scheme.get("name"),
    )


def words(scheme: Mapping[str, Any]) -> Iterator[str]:
    """Say how a scheme is used."""
    kind = scheme.get("type")
    if kind == "apiKey":
        yield join(
            "API key in the ",
            scheme["in"],
            " parameter " if scheme["in"] == "query" else " ",
            code(scheme["name"]),
        )
    elif kind == "http" and str(scheme.get("scheme")).lower() == "basic":
        yield "User name and password, HTTP Basic"
    elif kind == "http":
        form = f" ({scheme['bearerFormat']})" if "bearerFormat" in scheme else ""
        yield join(
            str(scheme.get("scheme")).capitalize(), " token", form, " in the header ", code("Authorization")
        )
    elif kind == "oauth2":
        yield join("OAuth 2.0, bearer token in the header ", code("Authorization"))
    elif kind == "openIdConnect":
        url = str(scheme.get("openIdConnectUrl"))
        yield join("OpenID Connect, described at ", link(url, url))
    elif kind == "mutualTLS":
        yield "A client certificate (mutual TLS)"
    else:
        yield str(kind)


def kind_of(scheme: Mapping[str, Any]) -> str:
    """Tell where the page's script puts a credential."""
    if scheme.get("type") == "apiKey":
        return str(scheme["in"])
    if scheme.get("type") == "http":
        return "basic" if str(scheme.get("scheme")).lower() == "basic" else "bearer"
    return "bearer" if scheme.get("type") in ("oauth2", "openIdConnect") else "none"


def _flows(flows: Mapping[str, Any]) -> Iterator[Html]:
    for name, flow in flows.items():
        places = [join(said, link(flow[key], flow[key])) for key, said in _URLS.items() if key in flow]
        scopes = (
            element("li", element("p", code(scope, class_="name"), " ", text, class_="line"))
            for scope, text in flow.get("scopes", {}).items()
        )
        yield element(
            "p", element("strong", _FLOWS.get(name, name)), ": ", join(*places, by=", "), class_="line"
        )
        yield element("ul", *scopes, class_="rows")


def _fields(name: str, scheme: Mapping[str, Any]) -> Iterator[Html]:
    kind = kind_of(scheme)
    if kind == "basic":
        yield _field(name, "user", "User name", "text")
        yield _field(name, "password", "Password", "password")
    elif kind == "cookie":
        yield element("p", "The browser sends this cookie by itself.", class_="scripted quiet")
    elif kind != "none":
        yield _field(name, "value", "API key" if kind in ("header", "query") else "Token", "password")


def _field(scheme: str, part: str, label: str, kind: str) -> Html:
    box = element("input", name=f"{scheme} {part}", type=kind, data_part=part, spellcheck="false")
    return element("label", element("span", label), box, class_="field scripted")


def asked(security: tuple[Mapping[str, Any], ...]) -> Html:
    """Say what an operation asks for: "`bearer` with scope `books:write`, or `key`"."""
    named = [_alternative(needs) for needs in security if needs]
    if not named:
        return element("p", "Open to everybody", class_="security open")
    words = join(*named, by=", or ")
    return element("p", words, ", or nobody in particular" if {} in security else None, class_="security")


def _alternative(needs: Mapping[str, Any]) -> Html:
    return join(*(_need(name, scopes) for name, scopes in needs.items()), by=" and ")


def _need(name: str, scopes: list[str]) -> Html:
    scheme = element("a", name, href=f"#{slug('scheme', name)}")
    if not scopes:
        return scheme
    said = " with scopes " if len(scopes) > 1 else " with scope "
    return join(scheme, said, join(*(code(scope) for scope in scopes), by=", "))
