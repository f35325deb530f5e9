"""The schemas of the bookshop: every keyword that a reader meets."""

from __future__ import annotations

from typing import Any


def ref(name: str, kind: str = "schemas") -> dict[str, str]:
    return {"$ref": f"#/components/{kind}/{name}"}


def nullable(schema: Any) -> dict[str, Any]:
    return {"anyOf": [schema, {"type": "null"}]}


def closed(properties: dict[str, Any], *required: str, **more: Any) -> dict[str, Any]:
    shape = {"type": "object", "properties": properties, "required": list(required)}
    return {**shape, "additionalProperties": False, **more}


ISBN = {
    "name": "isbn",
    "in": "path",
    "required": True,
    "description": "Thirteen digits, without hyphens.",
    "schema": {"type": "string", "pattern": "^97[89][0-9]{10}$"},
    "example": "9780141439518",
}
PAGE = [
    {
        "name": "limit",
        "in": "query",
        "schema": {"type": "integer", "minimum": 1, "maximum": 100, "default": 20},
    },
    {
        "name": "cursor",
        "in": "query",
        "description": "From `next` of the page before.",
        "schema": {"type": "string"},
    },
]

SCHEMAS: dict[str, Any] = {
    "BookBase": {
        "type": "object",
        "properties": {
            "title": {
                "type": "string",
                "minLength": 1,
                "maxLength": 200,
                "examples": ["Pride and Prejudice"],
            },
            "isbn": {"type": "string", "pattern": "^97[89][0-9]{10}$", "examples": ["9780141439518"]},
            "price": {
                "type": "number",
                "exclusiveMinimum": 0,
                "maximum": 10000,
                "multipleOf": 0.01,
                "description": "In euros, taxes included.",
                "examples": [8.99],
            },
            "published": {"type": "string", "format": "date", "examples": ["1813-01-28"]},
            "formats": {
                "type": "array",
                "items": ref("Format"),
                "minItems": 1,
                "uniqueItems": True,
                "description": "How it can be bought.",
                "examples": [["paperback", "ebook"]],
            },
            "authors": {"type": "array", "items": ref("Author"), "minItems": 1, "maxItems": 20},
            "blurb": {"type": ["string", "null"], "maxLength": 2000, "default": None},
            "keywords": {"type": "object", "additionalProperties": {"type": "integer"}, "maxProperties": 30},
        },
        "required": ["title", "isbn", "price", "authors"],
    },
    "BookIn": {
        "description": "A book as the shop takes it.\n\nAuthors are made when they are *new*.",
        "allOf": [ref("BookBase")],
        "unevaluatedProperties": False,
    },
    "Book": {
        "description": "A book as the shop shows it.",
        "allOf": [
            ref("BookBase"),
            {
                "type": "object",
                "properties": {
                    "id": {"type": "integer", "format": "int64", "readOnly": True, "examples": [42]},
                    "added": {"type": "string", "format": "date-time", "readOnly": True},
                    "stock": {"type": "integer", "minimum": 0, "deprecated": True},
                },
                "required": ["id", "added"],
            },
        ],
        "unevaluatedProperties": False,
    },
    "Format": {"type": "string", "enum": ["hardcover", "paperback", "ebook", "audio"]},
    "Author": closed(
        {
            "name": {"type": "string", "minLength": 1, "examples": ["Jane Austen"]},
            "born": nullable({"type": "integer", "minimum": -3000, "maximum": 2100, "examples": [1775]}),
            "website": {"type": "string", "format": "uri", "examples": ["https://janeausten.org"]},
        },
        "name",
    ),
    "PageOfBook": closed(
        {
            "items": {"type": "array", "items": ref("Book")},
            "next": nullable({"type": "string", "description": "Give it as `cursor` to go on."}),
        },
        "items",
        "next",
    ),
    "Category": closed(
        {"name": {"type": "string"}, "children": {"type": "array", "items": ref("Category")}}, "name"
    ),
    "Card": closed(
        {
            "kind": {"const": "card"},
            "number": {"type": "string", "writeOnly": True},
            "last": {"type": "string", "minLength": 4, "maxLength": 4, "readOnly": True},
        },
        "kind",
        "number",
    ),
    "Invoice": closed({"kind": {"const": "invoice"}, "days": {"type": "integer", "enum": [14, 30]}}, "kind"),
    "Payment": {
        "oneOf": [ref("Card"), ref("Invoice")],
        "discriminator": {
            "propertyName": "kind",
            "mapping": {"card": "#/components/schemas/Card", "invoice": "#/components/schemas/Invoice"},
        },
    },
    "Country": {"type": "string", "enum": [f"C{number:02}" for number in range(60)]},
    "OrderIn": closed(
        {
            "lines": {
                "type": "array",
                "minItems": 1,
                "items": closed(
                    {"isbn": {"type": "string"}, "count": {"type": "integer", "minimum": 1, "default": 1}},
                    "isbn",
                ),
            },
            "payment": ref("Payment"),
            "country": ref("Country"),
            "position": {
                "type": "array",
                "prefixItems": [{"type": "number", "minimum": -90, "maximum": 90}, {"type": "number"}],
                "items": False,
                "description": "Latitude and longitude.",
                "examples": [[47.37, 8.54]],
            },
            "gift": {"type": "boolean", "default": False},
            "note": {"type": "string"},
        },
        "lines",
        "payment",
        dependentRequired={"gift": ["note"]},
        patternProperties={"^x-": {"type": "string"}},
    ),
    "Order": {
        "type": "object",
        "properties": {
            "id": {"type": "string", "format": "uuid"},
            "state": {"type": "string", "enum": ["placed", "paid", "sent"]},
            "total": {
                "type": "string",
                "format": "decimal",
                "pattern": r"^\d+\.\d{2}$",
                "examples": ["17.98"],
            },
            "order": ref("OrderIn"),
        },
        "required": ["id", "state", "total"],
        "if": {"properties": {"state": {"const": "sent"}}},
        "then": {"required": ["tracking"]},
        "not": {"required": ["secret"]},
    },
    "Event": closed(
        {
            "id": {"type": "integer"},
            "kind": {"type": "string", "enum": ["added", "sold"]},
            "isbn": {"type": "string"},
        },
        "id",
        "kind",
    ),
    "Problem": {
        "type": "object",
        "description": "What went wrong ([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)).",
        "properties": {
            "type": {"type": "string", "format": "uri-reference", "default": "about:blank"},
            "title": {"type": "string", "examples": ["Unprocessable Content"]},
            "status": {"type": "integer", "minimum": 400, "maximum": 599, "examples": [422]},
            "detail": {"type": "string", "examples": ["1 member of the body is wrong."]},
            "errors": {"type": "array", "items": ref("Violation"), "maxItems": 50},
        },
        "required": ["title", "status"],
    },
    "Violation": {
        "type": "object",
        "properties": {
            "in": {"type": "string", "enum": ["body", "query", "path", "header", "cookie"]},
            "pointer": {"type": "string", "format": "json-pointer", "examples": ["/title"]},
            "code": {"type": "string", "examples": ["too_short"]},
            "detail": {"type": "string", "examples": ["at least 1 character"]},
        },
    },
}
