"""The docs page: an OpenAPI document as HTML that can be read as it is, and tried with a script."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ..reader import Document, read_document
from .assets import assets
from .contents import Section, sections_of
from .markup import Html, code, element, join, slug
from .operations import Operations, method
from .plain import is_object
from .prose import first_line, link, prose
from .security import authentication
from .shapes import Shapes

#: The Content-Security-Policy to send with the page.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self';"
    " base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
# In the page itself, or browsers ask for /favicon.ico.
_ICON = "data:image/svg+xml," + quote(
    "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'><rect width='16' height='16' rx='4'"
    " fill='#3a5bd9'/>"
    "<path d='M6 4 3 8l3 4m4-8 3 4-3 4' fill='none' stroke='#fff' stroke-width='1.6'/></svg>"
)


def render(
    document: Document | Mapping[str, Any],
    *,
    document_url: str = "openapi.json",
    assets_url: str = "docs/assets",
) -> str:
    """Write the docs page of an OpenAPI document.

    .. code-block:: python

        page = render(document, document_url="openapi.json", assets_url="docs/assets")
        headers = {"Content-Security-Policy": POLICY}

    :param document_url: where the document is, relative to the page or from the root; servers are
        relative to it (OpenAPI 3.1, 4.8.5).
    :param assets_url: where the files of :func:`~restlite.openapi.docs.assets` are.

    Raises :class:`~restlite.openapi.reader.DocumentError` for a reference that names nothing.
    """
    read = document if isinstance(document, Document) else read_document(document, check=False)
    info = read.data.get("info", {})
    sections = sections_of(read)
    servers = [server["url"] for server in read.data.get("servers", ())] or ["/"]
    operations = Operations(read, servers[0].rstrip("/"))
    return "<!doctype html>\n" + element(
        "html",
        element("head", *_head(info, assets_url)),
        element(
            "body",
            element("a", "Skip to the content", href="#content", class_="skip"),
            _bar(info),
            _navigation(read, sections),
            element(
                "main",
                _overview(read, document_url),
                authentication(read),
                *(_section(section, operations) for section in sections),
                _schemas(read),
                id="content",
                tabindex="-1",
            ),
            data_document=document_url,
            data_servers=json.dumps(servers),
        ),
        lang="en",
    )


def _head(info: Mapping[str, Any], assets_url: str) -> Iterator[Html]:
    yield element("meta", charset="utf-8")
    yield element("meta", name="viewport", content="width=device-width, initial-scale=1")
    yield element("meta", name="color-scheme", content="light dark")
    yield element("title", str(info.get("title", "API")))
    yield element("link", rel="icon", href=_ICON)
    for name in assets():
        url = f"{assets_url.rstrip('/')}/{name}"
        if name.endswith(".css"):
            yield element("link", rel="stylesheet", href=url)
        else:
            yield element("script", src=url, defer=True)


def _bar(info: Mapping[str, Any]) -> Html:
    return element(
        "header",
        element("button", "Contents", type="button", popovertarget="contents", class_="menu"),
        element("a", str(info.get("title", "API")), href="#overview", class_="brand"),
        element("button", "Dark theme", type="button", class_="theme scripted"),
        class_="bar",
    )


def _navigation(document: Document, sections: list[Section]) -> Html:
    search = element(
        "label",
        element("span", "Search operations", class_="unseen"),
        element("input", type="search", placeholder="Search", aria_keyshortcuts="/", autocomplete="off"),
        element("kbd", "/"),
        class_="search scripted",
    )
    places = [element("li", element("a", "Overview", href="#overview"))]
    if document.data.get("components", {}).get("securitySchemes"):
        places.append(element("li", element("a", "Authentication", href="#authentication")))
    schemas = document.data.get("components", {}).get("schemas", {})
    names = [element("li", element("a", name, href=f"#{slug('schema', name)}")) for name in schemas]
    return element(
        "nav",
        search,
        element("ul", *places),
        *(_group(section) for section in sections),
        element("details", element("summary", "Schemas"), element("ul", *names)) if names else None,
        id="contents",
        popover="auto",
        aria_label="Contents",
    )


def _group(section: Section) -> Html:
    entries = (
        element(
            "li",
            element(
                "a",
                method(entry.method),
                element("span", entry.title),
                href=f"#{entry.anchor}",
                title=f"{entry.method} {entry.path}",
                class_="deprecated" if entry.operation.get("deprecated") else None,
            ),
        )
        for entry in section.entries
    )
    title = element("a", section.title, href=f"#{section.anchor}")
    return element(
        "section", element("h2", title), element("ul", *entries), class_=f"group depth{min(section.depth, 3)}"
    )


def _overview(document: Document, document_url: str) -> Html:
    info: Mapping[str, Any] = document.data.get("info", {})
    facts = [
        ("Document", element("a", f"OpenAPI {document.data['openapi']}", href=document_url)),
        *(("Server", _server(server)) for server in document.data.get("servers", ())),
        *_about(info),
    ]
    more = document.data.get("externalDocs")
    if more:
        facts.append(("More", join(link(more["url"], more.get("description") or more["url"]))))
    version = element("span", str(info.get("version", "")), class_="version")
    rows = (element("div", element("dt", name), element("dd", value)) for name, value in facts)
    return element(
        "section",
        element("h1", str(info.get("title", "API")), " ", version),
        element("p", str(info["summary"]), class_="summary") if "summary" in info else None,
        element("div", prose(info.get("description")), class_="prose"),
        element("dl", *rows, class_="facts"),
        id="overview",
        class_="section",
    )


def _server(server: Mapping[str, Any]) -> Html:
    variables = (
        element(
            "p", code(f"{{{name}}}"), " ", _choices(variable), " ", first_line(variable.get("description"))
        )
        for name, variable in server.get("variables", {}).items()
    )
    return join(code(server["url"]), " ", first_line(server.get("description")), *variables)


def _choices(variable: Mapping[str, Any]) -> Html:
    others = [value for value in variable.get("enum", ()) if value != variable["default"]]
    return join(code(variable["default"]), *(code(value) for value in others), by=" or ")


def _about(info: Mapping[str, Any]) -> Iterator[tuple[str, Html]]:
    if "contact" in info:
        contact = info["contact"]
        target = contact.get("url") or f"mailto:{contact.get('email')}"
        yield "Contact", join(link(target, contact.get("name") or contact.get("email") or target))
    if "license" in info:
        name = str(info["license"].get("name"))
        yield "License", join(link(info["license"].get("url", ""), name))
    if "termsOfService" in info:
        yield "Terms", join(link(info["termsOfService"], info["termsOfService"]))


def _section(section: Section, operations: Operations) -> Html:
    return element(
        "section",
        element("h2", element("a", section.title, href=f"#{section.anchor}")),
        element("div", prose(section.description), class_="prose"),
        *(operations.article(entry) for entry in section.entries),
        id=section.anchor,
        class_="section",
    )


def _schemas(document: Document) -> Html | None:
    shapes = Shapes(document)
    schemas = document.data.get("components", {}).get("schemas", {})
    if not schemas:
        return None
    articles = (
        element(
            "article",
            element("h3", element("a", name, href=f"#{slug('schema', name)}")),
            element("div", prose(schema.get("description")), class_="prose") if is_object(schema) else None,
            shapes.full(schema, (name,)),
            id=slug("schema", name),
            class_="component",
        )
        for name, schema in schemas.items()
    )
    return element("section", element("h2", "Schemas"), *articles, id="schemas", class_="section")
