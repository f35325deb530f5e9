"""What a schema says, in words: "integer, 1 to 100, default 20".

:func:`noun` names what kind of value it is, :func:`limits` lists what else must hold. Every keyword of
JSON Schema 2020-12 has a row in one of the tables below, or is structure, which ``shapes.py`` shows.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias
from urllib.parse import unquote

from ..pointers import steps_of
from .markup import Html, code, element, join, slug
from .plain import is_object

Schema: TypeAlias = Mapping[str, Any]
Phrase: TypeAlias = Callable[[Any, Schema], "str | None"]

#: Values of an enum that stand in a line; more are folded away.
SHORT_ENUM = 8
_COMPONENTS = "#/components/schemas/"
TYPES = {"string": "text", "object": "object", "array": "list", "boolean": "true or false", "null": "null"}
FORMATS = {
    "date": "date",
    "date-time": "date and time with offset",
    "time": "time of day with offset",
    "duration": "duration (ISO 8601)",
    "email": "email address",
    "idn-email": "email address, any script",
    "hostname": "host name",
    "idn-hostname": "host name, any script",
    "ipv4": "IPv4 address",
    "ipv6": "IPv6 address",
    "uri": "URI",
    "url": "URL",
    "uri-reference": "URI or relative reference",
    "iri": "IRI",
    "iri-reference": "IRI or relative reference",
    "uri-template": "URI template",
    "uuid": "UUID",
    "json-pointer": "JSON pointer",
    "relative-json-pointer": "relative JSON pointer",
    "regex": "regular expression",
    "password": "password",
    "byte": "bytes in base64",
    "binary": "file",
    "decimal": "decimal number",
    "int32": "32-bit integer",
    "int64": "64-bit integer",
    "float": "single-precision number",
    "double": "double-precision number",
}


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Keywords that :func:`noun` reads.
NOUN = frozenset({"type", "format", "const", "enum", "$ref", "contentMediaType", "nullable"})
#: Keywords that hold schemas or names of members: ``shapes.py`` shows them.
STRUCTURE = _words(
    "properties patternProperties additionalProperties propertyNames required dependentSchemas"
    " dependentRequired items prefixItems contains allOf anyOf oneOf not if then else unevaluatedItems"
    " unevaluatedProperties contentSchema discriminator $defs definitions"
)
#: Keywords shown elsewhere (descriptions, examples), or of no interest to a reader.
SILENT = _words(
    "title description example examples externalDocs xml $schema $id $anchor $dynamicAnchor $vocabulary"
    " $comment $dynamicRef"
)


def noun(schema: Any) -> Html:
    """Name the kind of value: "text", "list of Book", "one of `a`, `b`", "date or null"."""
    if not is_object(schema):
        return join("nothing" if schema is False else "any value")
    if name := component_of(schema):
        return _or_null(element("a", name, href=f"#{slug('schema', name)}"), schema)
    if "$ref" in schema:
        return code(str(schema["$ref"]))
    if "const" in schema:
        return join("always ", literal(schema["const"]))
    if "enum" in schema:
        return _or_null(_enum(schema["enum"]), schema)
    types = schema.get("type", ())
    names = [types] if isinstance(types, str) else list(types)
    if names:
        return _or_null(join(*(_typed(name, schema) for name in _nulls_last(names)), by=" or "), schema)
    return _composed(schema)


def component_of(schema: Any) -> str | None:
    """Name the component schema that a reference points to."""
    reference = str(schema.get("$ref", "")) if is_object(schema) else ""
    if not reference.startswith(_COMPONENTS):
        return None
    return steps_of(unquote(reference.removeprefix("#")))[-1]


def _or_null(words: Html, schema: Schema) -> Html:
    return join(words, " or null") if schema.get("nullable") is True else words


def _nulls_last(names: list[str]) -> list[str]:
    return sorted(names, key=lambda name: name == "null")


def _enum(values: Any) -> Html:
    if len(values) > SHORT_ENUM:
        return join(f"one of {len(values)} values")
    written = join(*(literal(value) for value in values), by=", ")
    return join("one of ", written) if len(values) > 1 else join("always ", written)


def _typed(name: str, schema: Schema) -> Html:
    if name == "array":
        return _list(schema)
    if name == "object" and is_object(schema.get("additionalProperties")) and not schema.get("properties"):
        return join("map of ", noun(schema["additionalProperties"]))
    if name == "string" and "contentMediaType" in schema:
        return join(
            "file" if "contentEncoding" not in schema else "text", ", ", code(str(schema["contentMediaType"]))
        )
    if (written := schema.get("format")) and name != "null":
        known = FORMATS.get(str(written))
        return join(known) if known else join(TYPES.get(name, name), ", format ", code(str(written)))
    return join(TYPES.get(name, name))


def _list(schema: Schema) -> Html:
    if "prefixItems" in schema:
        return join("list: ", join(*(noun(item) for item in schema["prefixItems"]), by=", then "))
    return join("list of ", noun(schema["items"])) if "items" in schema else join("list")


def _composed(schema: Schema) -> Html:
    """Name a schema without a type: by its parts, if they are few."""
    for keyword in ("oneOf", "anyOf"):
        parts = schema.get(keyword)
        if parts:
            nouns = [noun(part) for part in sorted(parts, key=lambda part: part == {"type": "null"})]
            unique = list(dict.fromkeys(nouns))
            return (
                join(*unique, by=" or ") if len(unique) <= SHORT_ENUM else join(f"one of {len(parts)} kinds")
            )
    if parts := schema.get("allOf"):
        said = {noun(part) for part in parts} - {"any value"}
        return said.pop() if len(said) == 1 else join("object")
    if any(schema.get(keyword) for keyword in ("properties", "patternProperties", "required")):
        return join("object")
    if "prefixItems" in schema or "items" in schema:
        return _list(schema)
    return join("file") if "contentMediaType" in schema else join("any value")


def literal(value: Any) -> Html:
    """Write a value as it stands in JSON; a text without its quotes, but for an empty one."""
    bare = isinstance(value, str) and value.strip() == value != ""
    return code(value if bare else json.dumps(value, ensure_ascii=False))


def limits(schema: Any) -> Iterator[Html]:
    """List what must hold of a value beyond its kind; keywords nobody knows are shown as code."""
    if not is_object(schema):
        return
    for keyword, phrase in LIMITS.items():
        if keyword in schema and (words := phrase(schema[keyword], schema)):
            yield join(words)
    known = NOUN | STRUCTURE | SILENT | LIMITS.keys()
    for keyword, value in schema.items():
        if keyword not in known:
            yield code(f"{keyword}: {json.dumps(value, ensure_ascii=False)}")


def _range(value: Any, schema: Schema) -> Html | None:
    """Say both ends of a range of numbers once, at whichever keyword comes first."""
    low, above = schema.get("minimum"), schema.get("exclusiveMinimum")
    high, below = schema.get("maximum"), schema.get("exclusiveMaximum")
    # OpenAPI 3.0 says with true that a bound is exclusive.
    if above is True:
        low, above = None, low
    if below is True:
        high, below = None, high
    if low is not None and high is not None and not (above or below):
        return join("exactly " if low == high else f"{number(low)} to ", number(high))
    lower = (
        f"more than {number(above)}" if _is_number(above) else low is not None and f"at least {number(low)}"
    )
    upper = (
        f"less than {number(below)}" if _is_number(below) else high is not None and f"at most {number(high)}"
    )
    return join(lower or None, upper or None, by=", ")


def _once(phrase: Phrase, *before: str) -> Phrase:
    """Let a phrase that reads several keywords speak at the first of them only."""
    return lambda value, schema: None if any(key in schema for key in before) else phrase(value, schema)


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and not isinstance(value, bool)


def number(value: Any) -> str:
    """Write a number for reading: thousands apart, no needless fraction."""
    if not _is_number(value):
        return json.dumps(value)
    whole = int(value) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else value
    return f"{whole:,}".replace(",", "\u202f") if isinstance(whole, int) else repr(whole)


def _count(least: str, most: str, one: str, many: str) -> Phrase:
    def phrase(value: Any, schema: Schema) -> str | None:
        low, high = schema.get(least), schema.get(most)
        if high is None:
            return f"at least {number(low)} {one if low == 1 else many}" if low else None
        unit = one if high == 1 else many
        if low == high:
            return f"exactly {number(high)} {unit}"
        return f"{number(low)} to {number(high)} {unit}" if low else f"up to {number(high)} {unit}"

    return phrase


def _said(words: str) -> Phrase:
    return lambda value, schema: words if value is True else None


def _value(words: str) -> Phrase:
    return lambda value, schema: join(words, " ", literal(value))


_LENGTH = _count("minLength", "maxLength", "character", "characters")
_ITEMS = _count("minItems", "maxItems", "item", "items")
_MEMBERS = _count("minProperties", "maxProperties", "member", "members")
_CONTAINED = _count("minContains", "maxContains", "item of the kind below", "items of the kind below")

#: What each keyword says, in the order in which it is said.
LIMITS: dict[str, Phrase] = {
    "deprecated": _said("deprecated"),
    "readOnly": _said("only in answers"),
    "writeOnly": _said("only in requests"),
    "minimum": _range,
    "exclusiveMinimum": _once(_range, "minimum"),
    "maximum": _once(_range, "minimum", "exclusiveMinimum"),
    "exclusiveMaximum": _once(_range, "minimum", "exclusiveMinimum", "maximum"),
    "multipleOf": lambda value, schema: f"multiple of {number(value)}",
    "minLength": _LENGTH,
    "maxLength": _once(_LENGTH, "minLength"),
    "pattern": _value("matching"),
    "minItems": _ITEMS,
    "maxItems": _once(_ITEMS, "minItems"),
    "uniqueItems": _said("no item twice"),
    "minContains": _CONTAINED,
    "maxContains": _once(_CONTAINED, "minContains"),
    "minProperties": _MEMBERS,
    "maxProperties": _once(_MEMBERS, "minProperties"),
    "contentEncoding": _value("encoded as"),
    "default": _value("default"),
}
