"""Random schemas: where ``diff`` finds nothing breaking, a validator finds no value that proves it wrong."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from restlite.openapi.diff import diff
from restlite.openapi.reader import Document, read_document
from restlite.openapi.validation import Validators

#: Few words and small numbers, so that schemas and values meet.
WORDS = st.sampled_from(["", "a", "b", "ab", "abc", "2026-01-01"])
NUMBERS = st.sampled_from([-1, 0, 1, 1.5, 2, 3, 4, 6, 2**31])
COUNTS = st.integers(0, 3)
SCALARS = st.one_of(st.none(), st.booleans(), NUMBERS, WORDS)
NAMES = st.sampled_from(["a", "b", "c"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=3),
    max_leaves=6,
)
KEYWORDS: dict[str, st.SearchStrategy[Any]] = {
    "minimum": NUMBERS,
    "maximum": NUMBERS,
    "exclusiveMinimum": NUMBERS,
    "exclusiveMaximum": NUMBERS,
    "multipleOf": st.sampled_from([0.5, 1, 2, 3]),
    "minLength": COUNTS,
    "maxLength": COUNTS,
    "pattern": st.sampled_from(["^a", "b$", "^[ab]*$"]),
    "format": st.sampled_from(["date", "int32", "email"]),
    "minItems": COUNTS,
    "maxItems": COUNTS,
    "uniqueItems": st.booleans(),
    "minProperties": COUNTS,
    "maxProperties": COUNTS,
    "required": st.lists(NAMES, unique=True, max_size=2),
    "enum": st.lists(VALUES, min_size=1, max_size=4),
    "const": SCALARS,
    "type": st.one_of(
        st.sampled_from(["string", "integer", "number", "object", "array"]),
        st.lists(
            st.sampled_from(["string", "null", "integer", "object"]), min_size=1, max_size=2, unique=True
        ),
    ),
}


def _deeper(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(inner, min_size=1, max_size=3)
    deep: dict[str, st.SearchStrategy[Any]] = {
        "items": inner,
        "prefixItems": some,
        "properties": st.dictionaries(NAMES, inner, max_size=2),
        "additionalProperties": inner,
        "patternProperties": st.dictionaries(st.sampled_from(["^a", "c"]), inner, max_size=1),
        "anyOf": some,
        "allOf": some,
        "not": inner,
        "unevaluatedProperties": st.booleans(),
    }
    return st.fixed_dictionaries({}, optional=KEYWORDS | deep).map(_trimmed)


def _trimmed(schema: dict[str, Any]) -> dict[str, Any]:
    """Keep a few keywords: with all of them a schema accepts nothing."""
    return dict(list(schema.items())[-4:])


SCHEMAS = st.recursive(
    st.booleans() | st.fixed_dictionaries({}, optional=KEYWORDS).map(_trimmed), _deeper, max_leaves=5
)


def document(schema: Any) -> Document:
    content = {"application/json": {"schema": {"$ref": "#/components/schemas/S"}}}
    operation = {"requestBody": {"content": content}, "responses": {"200": {"description": "Done."}}}
    data = {"openapi": "3.1.0", "info": {"title": "T", "version": "1"}, "paths": {"/": {"post": operation}}}
    return read_document(data | {"components": {"schemas": {"S": schema}}})


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Any, Any]:
    """Draw two schemas; often the second is the first with one keyword changed."""
    old = draw(SCHEMAS)
    if isinstance(old, dict) and draw(st.booleans()):
        keyword = draw(st.sampled_from([*old, *KEYWORDS]))
        if keyword in KEYWORDS:
            return old, old | {keyword: draw(KEYWORDS[keyword])}
        return old, {key: value for key, value in old.items() if key != keyword}
    return old, draw(SCHEMAS)


@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@given(pair=pairs(), values=st.lists(VALUES, min_size=20, max_size=40))
def test_what_is_called_compatible_is_accepted(pair: tuple[Any, Any], values: list[Any]) -> None:
    old, new = map(document, pair)
    changes = diff(old, new)
    # An open object says nothing of members that it does not name: here diff is milder by intent.
    assume(not any(change.severity == "breaking" or change.kind == "property-added" for change in changes))
    before, after = (Validators(each).at("/components/schemas/S", "request") for each in (old, new))
    for value in values:
        assert after.accepts(value) or not before.accepts(value), (value, changes)


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(schema=SCHEMAS)
def test_a_schema_is_equal_to_itself(schema: Any) -> None:
    assert diff(document(schema), document(schema)) == []
