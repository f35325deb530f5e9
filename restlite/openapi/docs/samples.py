"""Values that show what a body looks like: the document's examples, else drawn from the schema.

A drawn value shows the shape for reading; ``openapi/generate.py`` makes values that are checked.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, Literal, TypeAlias

from ..reader import Document
from .markup import Html, element, join
from .plain import is_list, is_object
from .words import Schema, component_of

#: Who sends the value: members that only the other one sends are left out.
Direction: TypeAlias = Literal["request", "answer"]

_TEXTS = {
    "date": "2026-03-31",
    "date-time": "2026-03-31T09:30:00Z",
    "time": "09:30:00Z",
    "duration": "P3D",
    "email": "ada@example.com",
    "hostname": "example.com",
    "ipv4": "192.0.2.1",
    "ipv6": "2001:db8::1",
    "uri": "https://example.com/",
    "url": "https://example.com/",
    "uuid": "3fa85f64-5717-4562-b3fc-2c963f66afa6",
    "byte": "aGVsbG8=",
    "decimal": "9.90",
    "password": "correct horse",
}
_DEEPEST = 6


def examples_of(document: Document, media: Mapping[str, Any], direction: Direction) -> dict[str, Any]:
    """List the examples of a media type, parameter or header field by name; one is drawn if there is none."""
    if "example" in media:
        return {"Example": media["example"]}
    named: dict[str, Any] = {}
    for name in media.get("examples") or ():
        example = document.resolve(media["examples"][name])
        for member in ("value", "dataValue", "serializedValue"):
            if member in example:
                named[str(example.get("summary") or name)] = example[member]
                break
    if named or not (schema := media.get("schema", media.get("itemSchema"))):
        return named
    return {"Example": Sketch(document, direction).of(schema)}


class Sketch:
    """Draw values from the schemas of a document."""

    def __init__(self, document: Document, direction: Direction) -> None:
        self._document = document
        self._hidden = "readOnly" if direction == "request" else "writeOnly"

    def of(self, schema: Any, trail: tuple[str, ...] = ()) -> Any:
        """Draw one value; a schema that contains itself ends in an empty one."""
        if not is_object(schema):
            return None
        if examples := schema.get("examples"):
            return examples[0]
        for keyword in ("example", "default", "const"):
            if schema.get(keyword) is not None:
                return schema[keyword]
        if schema.get("enum"):
            return schema["enum"][0]
        if name := component_of(schema):
            inside = trail.count(name) or len(trail) > _DEEPEST
            return None if inside else self.of(self._document.resolve(schema), (*trail, name))
        return self._made(schema, trail)

    def _made(self, schema: Schema, trail: tuple[str, ...]) -> Any:
        if parts := schema.get("allOf"):
            drawn = [self.of(part, trail) for part in parts]
            objects = [value for value in drawn if is_object(value)]
            merged = {name: value for members in objects for name, value in members.items()}
            return merged | self._object(schema, trail) if objects else drawn[0]
        if parts := schema.get("oneOf") or schema.get("anyOf"):
            return self.of(next((part for part in parts if part != {"type": "null"}), parts[0]), trail)
        types = schema.get("type", "object" if "properties" in schema else None)
        kind = (
            types if isinstance(types, str) else next((name for name in types or () if name != "null"), None)
        )
        if kind == "object":
            return self._object(schema, trail)
        if kind == "array":
            return self._array(schema, trail)
        return _scalar(kind, schema)

    def _object(self, schema: Schema, trail: tuple[str, ...]) -> dict[str, Any]:
        members = schema.get("properties", {})
        drawn = {
            name: self.of(member, trail)
            for name, member in members.items()
            if not (is_object(member) and (member.get(self._hidden) or member.get("deprecated")))
        }
        if not members and is_object(others := schema.get("additionalProperties")):
            drawn["name"] = self.of(others, trail)
        return drawn

    def _array(self, schema: Schema, trail: tuple[str, ...]) -> list[Any]:
        if "prefixItems" in schema:
            return [self.of(item, trail) for item in schema["prefixItems"]]
        item = self.of(schema.get("items"), trail)
        return [] if item is None else [item]


def is_file(schema: Schema) -> bool:
    """Tell whether a value is bytes as they are: a file in a form, or a body."""
    if "contentEncoding" in schema:
        return False
    return schema.get("format") == "binary" or "contentMediaType" in schema


def _scalar(kind: str | None, schema: Schema) -> Any:
    if kind in ("integer", "number"):
        return _number(schema)
    if kind == "string" and not is_file(schema):
        text = _TEXTS.get(str(schema.get("format")), "text")
        return text.ljust(schema.get("minLength", 0), "x")[: schema.get("maxLength")]
    return True if kind == "boolean" else None


def _number(schema: Schema) -> Any:
    step = schema.get("multipleOf", 1)
    above, low = schema.get("exclusiveMinimum"), schema.get("minimum")
    high = schema.get("maximum", schema.get("exclusiveMaximum"))
    if above is True or (above is not None and not isinstance(above, bool)):
        return (low if above is True else above) + step
    if low is not None:
        return low
    return step if high is None or high >= step else min(high - step, 0)


def listing(value: Any) -> Html:
    """Write a value as JSON in colours: two spaces deep, keys, texts and other literals marked."""
    return join(*_tokens(value, "\n"))


def _tokens(value: Any, line: str) -> Iterator[str]:
    if value and (is_object(value) or is_list(value)):
        keyed = is_object(value)
        yield "{" if keyed else "["
        deeper = f"{line}  "
        for place, item in enumerate(value):
            yield f",{deeper}" if place else deeper
            if keyed:
                yield join(element("b", json.dumps(item, ensure_ascii=False)), ": ")
            yield from _tokens(value[item] if keyed else item, deeper)
        yield f"{line}{'}' if keyed else ']'}"
    elif isinstance(value, str):
        yield element("i", json.dumps(value, ensure_ascii=False))
    else:
        yield element("u", json.dumps(value))
