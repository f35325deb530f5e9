"""Schemas of marshmallow's, and how the tests read what a document says of them."""

from __future__ import annotations

import json
import re
from typing import Any

from hypothesis import strategies as st
from marshmallow import Schema, fields, validate

from restlite.adapters.marshmallow import MarshmallowAdapter
from restlite.openapi.marshmallow_schemas import write
from restlite.openapi.reader import read_document
from restlite.openapi.validation import Validator, Validators
from restlite.records import SchemaRef
from restlite.violations import Refusal

JSON = st.sampled_from(
    [
        *(None, True, False, 0, 1, -3, 7, 1.5, "", "a", "b", "ab", "5", "1.5", "RED", "red", "true", "1e3"),
        *("2024-05-01", "2024-13-01", "2024-05-01T12:30:00", "2024-05-01T12:30:00Z", "12:30:00"),
        *("12345678-1234-1234-1234-123456789012", "127.0.0.1", "::1", "me@example.com"),
        *([], [1], ["a"], ["a", "b"], [1, "a"], [None], [[1]]),
        *({}, {"a": 1}, {"1": 2.5}, {"name": "a"}, {"name": ""}, {"name": "a", "x": 1}, {"a": None}),
    ]
)


class AuthorSchema(Schema):
    """Who wrote it."""

    name = fields.String(required=True, validate=validate.Length(1, 9))
    born = fields.Date()


class BookSchema(Schema):
    id = fields.Integer(dump_only=True, required=True)
    title = fields.String(required=True, metadata={"description": "On the cover", "example": "Emma"})
    secret = fields.String(load_only=True, required=True)
    author = fields.Nested(AuthorSchema, allow_none=True)
    sequel = fields.Nested(lambda: BookSchema(only=("id", "title")))
    whole = fields.Nested(lambda: BookSchema())


class Shelf(Schema):
    books = fields.List(fields.Nested(BookSchema))
    best = fields.Nested(BookSchema(only=("title",)))


def ref(annotation: Any, mode: Any = "input", *, strict: bool = True, form: str = "json") -> SchemaRef:
    return SchemaRef(annotation, "marshmallow", mode, strict, form)


def named(node: Any) -> Any:
    """Shorten the keys of components, as the names do that they get later."""
    return json.loads(re.sub(r"[a-z]+ [\w.<>]*?(\w+):\d+(?: lax)?", r"\1", json.dumps(node)))


def schema_of(annotation: Any, mode: Any = "input", **options: Any) -> Any:
    """Write one schema, and give what its component holds."""
    (written,), components, _ = write([ref(annotation, mode, **options)])
    return named(components[written["$ref"].rpartition("schemas/")[2]])


def property_of(field: fields.Field[Any], mode: Any = "input", **options: Any) -> Any:
    return schema_of(Schema.from_dict({"x": field}), mode, **options)["properties"]["x"]


def validator(annotation: Any, mode: Any = "input") -> Validator:
    (written,), components, _ = write([ref(annotation, mode)])
    document = {
        "openapi": "3.1.0",
        "info": {"title": "T", "version": "1"},
        "components": {"schemas": {**components, "Root": written}},
    }
    json.dumps(document)
    direction: Any = "request" if mode == "input" else "response"
    return Validators(read_document(document)).at("/components/schemas/Root", direction)


def accepts(adapter: MarshmallowAdapter, value: Any) -> bool:
    try:
        adapter.json_loader()(json.dumps(value).encode())
    except Refusal:
        return False
    return True
