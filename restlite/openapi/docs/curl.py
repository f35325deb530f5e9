"""A request that could be sent, filled with examples, and the curl command that sends it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

from ..reader import Document
from .contents import Entry, content_of
from .markup import Html, element, join
from .plain import is_list, is_object
from .samples import examples_of
from .security import kind_of, schemes_of

FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


class Request(NamedTuple):
    """Hold a request with example values: where it goes, its header fields and curl's words for its body."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: tuple[tuple[str, str], ...]

    def curl(self, server: str) -> Html:
        """Write the command; the page's script puts in the address that a relative server has."""
        base = element(
            "span", server if "://" in server else f"http://localhost:8000{server}", class_=_base(server)
        )
        plain = self.method == "GET" and not self.body
        first = join("curl" if plain else f"curl -X {self.method}", " '", base, _inside(self.target), "'")
        options = (*(("-H", f"{name}: {value}") for name, value in self.headers), *self.body)
        return join(first, *(f"{name} '{_inside(value)}'" for name, value in options), by=" \\\n  ")


def _base(server: str) -> str | None:
    return None if "://" in server else "base"


def _inside(text: str) -> str:
    """Write text for a place between single quotes (POSIX shell)."""
    return text.replace("'", "'\\''")


def request_of(document: Document, entry: Entry) -> Request:
    """Fill a request with what its operation must have, and with the first of its media types."""
    values = {
        (each["in"], each["name"]): written(value_of(document, each))
        for each in entry.parameters
        if each.get("required")
    }
    path = entry.path
    for (place, name), value in values.items():
        if place == "path":
            path = path.replace(f"{{{name}}}", quote(value, safe=""))
    query = urlencode({name: value for (place, name), value in values.items() if place == "query"})
    headers = [(name, value) for (place, name), value in values.items() if place == "header"]
    cookies = "; ".join(f"{name}={value}" for (place, name), value in values.items() if place == "cookie")
    headers += [("Cookie", cookies)] if cookies else []
    secrets, more = _credentials(document, entry)
    media_type, body = _body(document, entry)
    headers += secrets
    if media_type and media_type != "multipart/form-data":
        headers.append(("Content-Type", media_type))
    query = "&".join(part for part in (query, more) if part)
    return Request(entry.method, f"{path}?{query}" if query else path, tuple(headers), body)


def value_of(document: Document, parameter: Mapping[str, Any]) -> Any:
    """Give the first example of a parameter."""
    media = next(iter(content_of(document, parameter).values()), parameter)
    return next(iter(examples_of(document, media, "request").values()), None)


def written(value: Any) -> str:
    """Write a value as a parameter: a list apart by commas, what is deeper as JSON."""
    if is_list(value) and not any(is_list(item) or is_object(item) for item in value):
        return ",".join(written(item) for item in value)
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _credentials(document: Document, entry: Entry) -> tuple[list[tuple[str, str]], str]:
    headers: list[tuple[str, str]] = []
    query = ""
    schemes = schemes_of(document)
    for name in entry.security[0] if entry.security else ():
        scheme = schemes.get(name, {})
        kind = kind_of(scheme)
        if kind == "bearer":
            headers.append(("Authorization", "Bearer TOKEN"))
        elif kind == "basic":
            headers.append(("Authorization", "Basic CREDENTIALS"))
        elif kind == "header":
            headers.append((scheme["name"], "KEY"))
        elif kind == "cookie":
            headers.append(("Cookie", f"{scheme['name']}=KEY"))
        elif kind == "query":
            query = f"{scheme['name']}=KEY"
    return headers, query


def _body(document: Document, entry: Entry) -> tuple[str, tuple[tuple[str, str], ...]]:
    for media_type, media in content_of(document, entry.body).items():
        value = next(iter(examples_of(document, media, "request").values()), None)
        if media_type in FORMS and is_object(value):
            option = "-F" if media_type == FORMS[1] else "--data-urlencode"
            return media_type, tuple((option, f"{name}={_part(item)}") for name, item in value.items())
        if (isinstance(value, str) and "json" not in media_type) or value is None:
            return media_type, (("--data-binary", value or "@file"),)
        return media_type, (("--data-raw", json.dumps(value, ensure_ascii=False, indent=2)),)
    return "", ()


def _part(value: Any) -> str:
    return "@file" if value is None else written(value)
