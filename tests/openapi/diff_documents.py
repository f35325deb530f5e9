"""Pairs of documents, labelled: a few edits of one base, what they mean, and the messages that prove it."""

from __future__ import annotations

from copy import deepcopy
from typing import Any, NamedTuple

from restlite.openapi.pointers import steps_of
from tests.openapi.wire import JSON, Answer, Request

GONE = object()
Edits = dict[str, Any]

OP = "/paths/~1books~1{id}/post"
OK = f"{OP}/responses/200"
BODY = f"{OP}/requestBody"

BASE: dict[str, Any] = {
    "openapi": "3.2.0",
    "info": {"title": "Books", "version": "1"},
    "paths": {
        "/books/{id}": {
            "parameters": [{"name": "id", "in": "path", "required": True, "schema": {"type": "integer"}}],
            "post": {
                "operationId": "edit_book",
                "parameters": [{"name": "q", "in": "query", "schema": {"type": "string"}}],
                "responses": {"200": {"description": "Done."}},
            },
        }
    },
    "components": {
        "securitySchemes": {
            "token": {"type": "http", "scheme": "bearer"},
            "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        }
    },
}
TEXT = {"type": "string"}
INT = {"type": "integer"}
LIST = {"type": "array", "items": TEXT}


class Case(NamedTuple):
    """Hold two edited documents, and what is to be found between them."""

    name: str
    #: Edits of both, and those of the new one on top.
    base: Edits
    edits: Edits
    #: Severity and kind of each change, and its place.
    found: set[tuple[str, str, str]]
    #: The kinds that are found on the way back.
    back: set[tuple[str, str]]
    #: Requests that only the old one takes, and that only the new one takes.
    lost: tuple[Request, ...] = ()
    gained: tuple[Request, ...] = ()
    #: Answers that only the old one gives, and that only the new one gives.
    untold: tuple[Answer, ...] = ()
    told: tuple[Answer, ...] = ()
    #: Media types that only the old one offers, and that only the new one offers.
    missed: tuple[Answer, ...] = ()
    offered: tuple[Answer, ...] = ()


def edited(*edits: Edits) -> dict[str, Any]:
    """Change a copy of the base: by pointer, ``-`` at the end of a list, GONE takes out."""
    data = deepcopy(BASE)
    for each in edits:
        for pointer, value in each.items():
            *steps, last = steps_of(pointer)
            node: Any = data
            for step in steps:
                node = node[int(step)] if isinstance(node, list) else node.setdefault(step, {})
            if isinstance(node, list):
                node[len(node) if last == "-" else int(last) : None if last == "-" else int(last) + 1] = (
                    [] if value is GONE else [deepcopy(value)]
                )
            elif value is GONE:
                del node[last]
            else:
                node[last] = deepcopy(value)
    return data


def breaking(kind: str, pointer: str) -> tuple[str, str, str]:
    return "breaking", kind, pointer


def compatible(kind: str, pointer: str) -> tuple[str, str, str]:
    return "compatible", kind, pointer


def parameter(place: str, name: str = "p", schema: Any = None, **said: Any) -> Any:
    return {"name": name, "in": place, "schema": schema or TEXT, **said}


def content(schema: Any, media_type: str = JSON, **said: Any) -> Any:
    return {media_type: {"schema": schema, **said}}


ADD = f"{OP}/parameters/-"
AT = f"{OP}/parameters/1"
Q = Request(query=(("p", "a"),))
OAUTH = "/components/securitySchemes/oauth"
FLOW = {"clientCredentials": {"tokenUrl": "/t", "scopes": {}}}
SCHEMA = f"{BODY}/content/application~1json/schema"

PATHS = [
    Case("path removed", {"/paths/~1a": {"get": {"responses": {}}}}, {"/paths/~1a": GONE},
         {breaking("path-removed", "/paths/~1a")}, {("compatible", "path-added")},
         lost=(Request("GET", "/a"),)),
    Case("path parameter renamed", {},
         {"/paths/~1books~1{id}": GONE, "/paths/~1books~1{isbn}": {
             **BASE["paths"]["/books/{id}"],
             "parameters": [parameter("path", "isbn", INT, required=True)]}},
         set(), set()),
    Case("operation removed", {"/paths/~1books~1{id}/put": {"responses": {}}},
         {"/paths/~1books~1{id}/put": GONE},
         {breaking("operation-removed", "/paths/~1books~1{id}/put")}, {("compatible", "operation-added")},
         lost=(Request("PUT"),)),
    Case("query method removed", {"/paths/~1books~1{id}/query": {"responses": {}}},
         {"/paths/~1books~1{id}/query": GONE},
         {breaking("operation-removed", "/paths/~1books~1{id}/query")}, {("compatible", "operation-added")},
         lost=(Request("QUERY"),)),
    Case("additional method removed", {"/paths/~1books~1{id}/additionalOperations/COPY": {"responses": {}}},
         {"/paths/~1books~1{id}/additionalOperations/COPY": GONE},
         {breaking("operation-removed", "/paths/~1books~1{id}/additionalOperations/COPY")},
         {("compatible", "operation-added")}, lost=(Request("COPY"),)),
    Case("operationId", {}, {f"{OP}/operationId": "change_book"},
         {breaking("operation-id", f"{OP}/operationId")}, {("breaking", "operation-id")}),
    Case("operationId removed", {}, {f"{OP}/operationId": GONE},
         {breaking("operation-id", f"{OP}/operationId")}, {("breaking", "operation-id")}),
    Case("deprecated", {}, {f"{OP}/deprecated": True},
         {compatible("deprecation-added", f"{OP}/deprecated")}, {("compatible", "deprecation-removed")}),
    Case("words for readers", {}, {f"{OP}/summary": "S", f"{OP}/description": "D", f"{OP}/tags": ["t"],
                                   "/tags": [{"name": "t"}], f"{OP}/x-order": 1, "/info/version": "2"},
         set(), set()),
    Case("server gone", {"/servers": [{"url": "/v1"}, {"url": "/v2"}]}, {"/servers": [{"url": "/v2/"}]},
         {breaking("server-removed", "/servers")}, {("compatible", "server-added")},
         lost=(Request(server="/v1"),)),
    Case("server variable", {"/servers": [{"url": "https://{r}.x", "variables": {
        "r": {"default": "eu", "enum": ["eu", "us"]}}}]},
         {"/servers/0/variables/r/enum": ["eu"]},
         {breaking("server-removed", "/servers")}, {("compatible", "server-added")},
         lost=(Request(server="https://us.x"),)),
    Case("server variable freed", {"/servers": [{"url": "https://{r}.x", "variables": {
        "r": {"default": "eu", "enum": ["eu", "us"]}}}]},
         {"/servers/0/variables/r": {"default": "eu"}},
         set(), set(), gained=(Request(server="https://cn.x"),)),
    Case("server of an operation", {}, {f"{OP}/servers": [{"url": "/other"}]},
         {breaking("server-removed", f"{OP}/servers"), compatible("server-added", f"{OP}/servers")},
         {("breaking", "server-removed"), ("compatible", "server-added")},
         lost=(Request(),), gained=(Request(server="/other"),)),
]  # fmt: skip

PARAMETERS = [
    Case(f"{place} parameter removed", {ADD: parameter(place)}, {AT: GONE},
         {breaking("parameter-removed", AT)}, {("compatible", "parameter-added")}, lost=(request,))
    for place, request in (
        ("query", Q), ("header", Request(headers=(("P", "a"),))), ("cookie", Request(cookies=(("p", "a"),)))
    )
] + [
    Case(f"required {place} parameter", {}, {ADD: parameter(place, required=True)},
         {breaking("parameter-added", AT)}, {("breaking", "parameter-removed")},
         lost=(Request(),), gained=(request,))
    for place, request in (
        ("query", Q), ("header", Request(headers=(("P", "a"),))), ("cookie", Request(cookies=(("p", "a"),)))
    )
] + [
    Case("parameter required", {ADD: parameter("query")}, {f"{AT}/required": True},
         {breaking("parameter-required", AT)}, {("compatible", "parameter-optional")}, lost=(Request(),)),
    Case("parameter moved", {ADD: parameter("query")}, {f"{AT}/in": "header"},
         {breaking("parameter-location", AT)}, {("breaking", "parameter-location")},
         lost=(Q,), gained=(Request(headers=(("P", "a"),)),)),
    Case("parameter renamed", {ADD: parameter("query")}, {f"{AT}/name": "r"},
         {breaking("parameter-removed", AT), compatible("parameter-added", AT)},
         {("breaking", "parameter-removed"), ("compatible", "parameter-added")},
         lost=(Q,), gained=(Request(query=(("r", "a"),)),)),
    Case("parameter of the path item", {ADD: parameter("query")},
         {AT: GONE, "/paths/~1books~1{id}/parameters/-": parameter("query")}, set(), set()),
    Case("header in other letters", {ADD: parameter("header", "X-A")}, {f"{AT}/name": "x-a"}, set(), set()),
    Case("headers said elsewhere", {}, {ADD: parameter("header", "Accept", required=True)}, set(), set()),
    Case("style", {ADD: parameter("query", schema=LIST, explode=False)}, {f"{AT}/style": "pipeDelimited"},
         {breaking("parameter-style", AT)}, {("breaking", "parameter-style")},
         lost=(Request(query=(("p", "a,b"),)),), gained=(Request(query=(("p", "a|b"),)),)),
    Case("explode", {ADD: parameter("query", schema=LIST)}, {f"{AT}/explode": False},
         {breaking("parameter-style", AT)}, {("breaking", "parameter-style")},
         lost=(Request(query=(("p", "a"), ("p", "b"))),)),
    Case("style of a plain value", {ADD: parameter("query")}, {f"{AT}/explode": False}, set(), set()),
    Case("content", {ADD: parameter("query")},
         {f"{AT}/schema": GONE, f"{AT}/content": content(TEXT)},
         {breaking("parameter-style", AT)}, {("breaking", "parameter-style")}, lost=(Q,)),
    Case("reserved", {ADD: parameter("query", allowReserved=True)}, {f"{AT}/allowReserved": GONE},
         {breaking("parameter-style", AT)}, {("compatible", "parameter-style")},
         lost=(Request(query=(("p", "a/b"),)),)),
    Case("empty", {ADD: parameter("query", allowEmptyValue=True)}, {f"{AT}/allowEmptyValue": False},
         {breaking("parameter-style", AT)}, {("compatible", "parameter-style")},
         lost=(Request(query=(("p", ""),)),)),
    Case("text to number", {ADD: parameter("query")}, {f"{AT}/schema": INT},
         {breaking("type", f"{AT}/schema/type")}, {("compatible", "type")}, lost=(Q,)),
    Case("list of fewer", {ADD: parameter("query", schema=LIST)}, {f"{AT}/schema/maxItems": 1},
         {breaking("maxItems", f"{AT}/schema/maxItems")}, {("compatible", "maxItems")},
         lost=(Request(query=(("p", "a"), ("p", "b"))),)),
    Case("path parameter", {}, {"/paths/~1books~1{id}/parameters/0/schema/minimum": 2},
         {breaking("minimum", "/paths/~1books~1{id}/parameters/0/schema/minimum")},
         {("compatible", "minimum")}, lost=(Request(),)),
    Case("within content", {ADD: {"name": "p", "in": "query", "content": content(TEXT)}},
         {f"{AT}/content/application~1json/schema/maxLength": 1},
         {breaking("maxLength", f"{AT}/content/application~1json/schema/maxLength")},
         {("compatible", "maxLength")}, lost=(Request(query=(("p", '"ab"'),)),)),
    Case("parameter deprecated", {}, {f"{OP}/parameters/0/deprecated": True},
         {compatible("deprecation-added", f"{OP}/parameters/0/deprecated")},
         {("compatible", "deprecation-removed")}),
    Case("default", {}, {f"{OP}/parameters/0/schema/default": "a"},
         {compatible("default", f"{OP}/parameters/0")}, {("compatible", "default")}),
    Case("referenced", {"/components/parameters/P": parameter("query"),
                        ADD: {"$ref": "#/components/parameters/P"}},
         {"/components/parameters/P/required": True},
         {breaking("parameter-required", "/components/parameters/P")},
         {("compatible", "parameter-optional")}, lost=(Request(),)),
]  # fmt: skip

BODIES = [
    Case("body", {}, {BODY: {"content": content(TEXT)}},
         {compatible("body-added", BODY)}, {("breaking", "body-removed")}, gained=(Request(body="a"),)),
    Case("required body", {}, {BODY: {"required": True, "content": content(TEXT)}},
         {breaking("body-added", BODY)}, {("breaking", "body-removed")}, lost=(Request(),)),
    Case("body required", {BODY: {"content": content(TEXT)}}, {f"{BODY}/required": True},
         {breaking("body-required", BODY)}, {("compatible", "body-optional")}, lost=(Request(),)),
    Case("media type", {BODY: {"content": content(TEXT) | content(TEXT, "text/plain")}},
         {f"{BODY}/content/text~1plain": GONE},
         {breaking("media-type-removed", f"{BODY}/content/text~1plain")},
         {("compatible", "media-type-added")}, lost=(Request(body="a", media_type="text/plain"),)),
    Case("media type to a range", {BODY: {"content": content(TEXT, "text/plain")}},
         {f"{BODY}/content": content(TEXT, "text/*")}, {compatible("media-type-added",
         f"{BODY}/content/text~1*")},
         {("breaking", "media-type-removed")}, gained=(Request(body="a", media_type="text/html"),)),
    Case("media type in other letters", {BODY: {"content": content(TEXT)}},
         {f"{BODY}/content": content(TEXT, "Application/JSON; charset=UTF-8")}, set(), set()),
    Case("encoding", {BODY: {"content": content({"type": "object"}, "multipart/form-data")}},
         {f"{BODY}/content/multipart~1form-data/encoding": {"a": {"contentType": "image/png"}}},
         {breaking("encoding", f"{BODY}/content/multipart~1form-data")}, {("breaking", "encoding")}),
    Case("form member to a number", {BODY: {"content": content(
        {"type": "object", "properties": {"a": TEXT}}, "application/x-www-form-urlencoded")}},
         {f"{BODY}/content/application~1x-www-form-urlencoded/schema/properties/a": INT},
         {breaking("type", f"{BODY}/content/application~1x-www-form-urlencoded/schema/properties/a/type")},
         {("compatible", "type")}),
    Case("items of a stream", {BODY: {"content": {"application/jsonl": {"itemSchema": TEXT}}}},
         {f"{BODY}/content/application~1jsonl/itemSchema/maxLength": 1},
         {breaking("maxLength", f"{BODY}/content/application~1jsonl/itemSchema/maxLength")},
         {("compatible", "maxLength")}),
    Case("component renamed", {"/components/schemas/A": INT,
         BODY: {"content": content({"$ref": "#/components/schemas/A"})}},
         {"/components/schemas/A": GONE, "/components/schemas/B": INT,
         SCHEMA: {"$ref": "#/components/schemas/B"}},
         set(), set()),
    Case("optional member, open", {BODY: {"content": content({"type": "object"})}},
         {f"{SCHEMA}/properties/a": TEXT}, {compatible("property-added", f"{SCHEMA}/properties/a")},
         {("compatible", "property-removed")}),
    Case("read-only member", {BODY: {"content": content({"type": "object", "properties": {"a": TEXT}})}},
         {f"{SCHEMA}/properties/a/readOnly": True}, {breaking("access", f"{SCHEMA}/properties/a")},
         {("compatible", "access")}),
    Case("read-only and required", {BODY: {"content": content({"type": "object", "properties": {
        "a": {"type": "string", "readOnly": True}}})}},
         {f"{SCHEMA}/required": ["a"]}, set(), set()),
    Case("member deprecated", {BODY: {"content": content({"type": "object", "properties": {"a": TEXT}})}},
         {f"{SCHEMA}/properties/a/deprecated": True},
         {compatible("deprecation-added", f"{SCHEMA}/properties/a/deprecated")},
         {("compatible", "deprecation-removed")}),
]  # fmt: skip
