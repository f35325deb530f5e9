"""The limit: one function of plain WSGI over pydantic-core, without a promise beyond the answer itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import unquote_plus

from pydantic import ValidationError
from pydantic_core import to_json

from ..models import PARTS, PARTS_ADAPTER, Part, PartIn, Search, keep
from ..workloads import rule
from . import Served

read_part = PartIn.__pydantic_validator__.validate_json
read_search = Search.__pydantic_validator__.validate_python
write_part = Part.__pydantic_serializer__.to_json
write_parts = PARTS_ADAPTER.serializer.to_json
JSON = ("Content-Type", "application/json")


def search_of(query: str) -> Search:
    """Read and validate a query string."""
    given: dict[str, list[str]] = {}
    for pair in query.split("&"):
        name, _, text = pair.partition("=")
        if "%" in pair or "+" in pair:
            name, text = unquote_plus(name), unquote_plus(text)
        if name in given:
            given[name].append(text)
        else:
            given[name] = [text]
    raw: dict[str, Any] = {}
    if "limit" in given:
        raw["limit"] = given["limit"][-1]
    if "q" in given:
        raw["q"] = given["q"][-1]
    if "tags" in given:
        raw["tags"] = given["tags"]
    search: Search = read_search(raw)
    return search


def refused(error: ValidationError) -> bytes:
    """List what is wrong with a body."""
    said = error.json(include_url=False, include_context=False, include_input=False)
    return b'{"errors":' + said.encode() + b"}"


def limit(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
    """Serve W1 to W5."""
    path, method, status = environ["PATH_INFO"], environ["REQUEST_METHOD"], "200 OK"
    if path == "/hello" and method == "GET":
        body = to_json({"message": "hello"})
    elif path == "/parts":
        if method == "GET":
            body = write_parts(PARTS)
        else:
            try:
                part = read_part(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
            except ValidationError as error:
                body, status = refused(error), "422 Unprocessable Content"
            else:
                body, status = write_part(keep(part)), "201 Created"
    elif path.startswith("/parts/") and path[7:].isdecimal():
        found = search_of(environ["QUERY_STRING"])
        body = to_json({"id": int(path[7:]), "limit": found.limit, "q": found.q, "tags": found.tags})
    else:
        body, status = b'{"error":"not found"}', "404 Not Found"
    start_response(status, [JSON, ("Content-Length", str(len(body)))])
    return [body]


def serve() -> Served:
    return Served("wsgi", limit)


def route(count: int) -> Served:
    """Route by a dictionary of paths, then by a tree of segments."""
    static: dict[str, dict[str, Callable[..., Any]]] = {}
    tree: dict[str | None, Any] = {}
    for number in range(count):
        text, names = rule(number, count)
        if not names:
            static[text] = {"GET": lambda values: values}
            continue
        node = tree
        for segment in text.split("/")[1:]:
            node = node.setdefault("<>" if segment.startswith("<") else segment, {})
        node[None] = ({"GET": lambda values: values}, names)

    def app(environ: dict[str, Any], start_response: Callable[..., object]) -> Iterable[bytes]:
        path, status, values = environ["PATH_INFO"], "200 OK", {}
        methods: Any = static.get(path)
        if methods is None:
            node: Any = tree
            texts: list[str] = []
            for segment in path.split("/")[1:]:
                following = node.get(segment)
                if following is None:
                    following = node.get("<>")
                    if following is None:
                        node = None
                        break
                    texts.append(segment)
                node = following
            leaf = node and node.get(None)
            if leaf:
                methods, values = leaf[0], dict(zip(leaf[1], texts))  # noqa: B905
        if methods is None:
            body, status = b'{"error":"not found"}', "404 Not Found"
        else:
            handler = methods.get(environ["REQUEST_METHOD"])
            if handler is None:
                body, status = b'{"error":"method"}', "405 Method Not Allowed"
            else:
                body = to_json(handler(values))
        start_response(status, [JSON, ("Content-Length", str(len(body)))])
        return [body]

    return Served("wsgi", app)
