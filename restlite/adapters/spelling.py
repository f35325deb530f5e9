"""How each type is spelt: rules that wrap a core schema's leaf in what its published format says.

pydantic reads ``"0"`` as a date, ``" 1"`` as an integer and ``true`` as ``Literal[1]``. A rule puts a
guard before such a leaf. Where the value can only be a string the guard is pydantic-core's own
(a pattern, then the type); else it is a small function.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any, TypeAlias
from uuid import UUID

from pydantic_core import PydanticCustomError, PydanticKnownError, to_json

from .nodes import Node, choices_of, class_of

Rule: TypeAlias = Callable[[Node], Node]

#: The errors of our guards have types that begin so, to tell them from all others.
OURS = "restlite."
_CLOCK = r"[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?:[Zz]|[+-][0-9]{2}:[0-9]{2})?"
_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_SECONDS = r"[0-9]+(?:\.[0-9]+)?S"
_SPAN = rf"T(?:[0-9]+H(?:[0-9]+M)?(?:{_SECONDS})?|[0-9]+M(?:{_SECONDS})?|{_SECONDS})"
INTEGER = "^-?[0-9]+$"
NUMBER = r"^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?$"
DECIMAL = r"^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$"
#: Core type -> the code of its error, what its text looks like, its Python class. (RFC 3339, 5.6 and
#: appendix A, but for the offset: a naive ``datetime`` is written without one and must be read again.)
SPELT: Mapping[str, tuple[str, str, tuple[type, ...]]] = {
    "date": ("date", f"^{_DAY}$", (date,)),
    "time": ("time", f"^{_CLOCK}$", (time,)),
    "datetime": ("date_time", f"^{_DAY}[Tt]{_CLOCK}$", (datetime,)),
    "timedelta": (
        "duration",
        f"^-?P(?:[0-9]+W|(?:[0-9]+Y)?(?:[0-9]+M)?(?:[0-9]+D)?(?:{_SPAN})?)$",
        (timedelta,),
    ),
    "uuid": ("uuid", "^[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}$", (UUID,)),
    "decimal": ("number", DECIMAL, (Decimal, int, float)),
}
#: A string step that no model's configuration can change.
_STRING: Node = {
    "type": "str",
    "min_length": 0,
    "max_length": 10_000,
    "strip_whitespace": False,
    "to_lower": False,
    "to_upper": False,
    "regex_engine": "rust-regex",
}


def error(code: str, **context: Any) -> PydanticCustomError:
    """Make the error that has one of our codes for its type."""
    make: Any = PydanticCustomError
    return make(OURS + code, code, context or None)  # type: ignore[no-any-return]


def plain(function: Callable[..., Any]) -> Node:
    """Name a function in a core schema."""
    return {"type": "no-info", "function": function}


def outside(inner: Node, outer: Node) -> Node:
    """Put ``outer`` where ``inner`` stood: it takes the name others refer to, and the same JSON Schema."""
    if "ref" in inner:
        outer["ref"] = inner.pop("ref")

    def describe(_node: Any, handler: Callable[[Any], Any]) -> Any:
        return handler(inner)

    said: Node = inner.get("metadata", {})
    outer["metadata"] = {**said, "pydantic_js_functions": [describe, *said.get("pydantic_js_functions", ())]}
    return outer


def finite(value: Any) -> Any:
    """Refuse numbers that JSON cannot hold, anywhere inside plain data."""
    kind = class_of(value)
    if kind is float:
        if not isfinite(value):
            raise PydanticKnownError("finite_number")
    elif kind is dict:
        for item in value.values():
            finite(item)
    elif kind is list:
        for item in value:
            finite(item)
    return value


def before(node: Node, check: Callable[[Any], Any]) -> Node:
    """Run a function before a leaf."""
    return outside(node, {"type": "function-before", "function": plain(check), "schema": node})


def then(node: Node, first: Node, code: str) -> Node:
    """Run a core step before a leaf; where it fails, the error has our code."""
    guard = {
        "type": "custom-error",
        "schema": first,
        "custom_error_type": OURS + code,
        "custom_error_message": code,
    }
    node["strict"] = False
    return outside(node, {"type": "chain", "steps": [guard, node]})


def spelt_json(node: Node) -> Node:
    """Read a leaf from strings of its format only."""
    code, pattern, _ = SPELT[node["type"]]
    if node["type"] == "uuid":  # Of what pydantic reads, only the hyphenated spelling has this length.
        return then(node, {**_STRING, "strict": True, "min_length": 36, "max_length": 36}, code)
    return then(node, {**_STRING, "strict": True, "pattern": pattern}, code)


def spells_clock(chain: Node) -> bool:
    """Tell whether a chain is the guard of a time, which has passed only strings with two colons or more."""
    steps = chain["steps"]
    guard, kind = steps[0], steps[-1]["type"]
    return kind in ("time", "datetime") and guard["type"] == "custom-error" and "pattern" in guard["schema"]


def spelt(node: Node) -> Node:
    """Read a leaf from strings of its format, and from objects of its class."""
    code, pattern, classes = SPELT[node["type"]]
    match = re.compile(pattern.replace("$", r"\Z")).match

    def check(value: Any) -> Any:
        if match(value) if type(value) is str else isinstance(value, classes) and type(value) is not bool:
            return value
        raise error(code)

    return before({**node, "strict": False}, check)


def integer(node: Node) -> Node:
    """Read an integer from ASCII digits, or from an integer that a path has given already."""
    return then(
        node, {**_STRING, "strict": False, "coerce_numbers_to_str": True, "pattern": INTEGER}, "integer"
    )


def number(node: Node) -> Node:
    """Read a float as JSON spells it."""
    return then(
        node, {**_STRING, "strict": False, "coerce_numbers_to_str": True, "pattern": NUMBER}, "number"
    )


def boolean(*words: str) -> Rule:
    """Read a boolean from some words only."""
    return lambda node: then(node, {"type": "literal", "expected": [*words, True, False]}, "boolean")


def string(node: Node) -> Node:
    """Never make a string of something else."""
    return {**node, "strict": True}


def values_of(node: Node) -> list[Any]:
    """List the values that a literal or an enum takes."""
    if node["type"] == "literal":
        return [value.value if isinstance(value, Enum) else value for value in node["expected"]]
    return [member.value for member in node["members"]]


def _takes_others(node: Node) -> bool:
    """Tell whether an enum has a hook for values that are none of its own."""
    missing: Any = getattr(node.get("cls"), "_missing_", Enum._missing_)
    return missing.__func__ is not Enum._missing_.__func__  # type: ignore[attr-defined]


def choice_json(node: Node) -> Node:
    """Tell ``1`` from ``true`` and from ``1.0``."""
    values = values_of(node)
    if all(type(value) is str for value in values):
        return node
    exact: set[tuple[Any, Any]] = {(type(value), value) for value in values}
    kinds: set[Any] = {type(value) for value in values}
    expected = ", ".join(to_json(value, fallback=repr).decode() for value in values)
    free = _takes_others(node)

    def check(value: Any) -> Any:
        kind = class_of(value)
        if kind in kinds and (free or (kind, value) in exact):
            return value
        raise error("choice", expected=expected)

    return before(node, check)


def choice_text(node: Node) -> Node:
    """Read the values of a literal or an enum from their texts."""
    values = values_of(node)
    if all(type(value) is str for value in values):
        return node
    table = {_text(value): value for value in values if isinstance(value, (str, int, float))}
    expected, free = ", ".join(table), _takes_others(node)

    def check(value: Any) -> Any:
        if type(value) is not str:
            return value
        if value in table or free:
            return table.get(value, value)
        raise error("choice", expected=expected)

    return before(node, check)


def array(node: Node) -> Node:
    """Read a named tuple from an array only, as it is published."""

    def check(value: Any) -> Any:
        if isinstance(value, dict):
            raise error("array")
        return value

    return before(node, check)


def initialized(node: Node, dropped: frozenset[str]) -> Node:
    """Hold a model that has an ``__init__`` of its own to the policy, then let it make its instance.

    pydantic-core would hand it the input as it came, and it would be validated by pydantic's defaults.
    ``dropped`` keys are not handed over.
    """
    cls: Any = node["cls"]
    node["custom_init"] = False

    def make(value: Any, validate: Callable[[Any], Any]) -> Any:
        valid = validate(value)
        if class_of(value) is not dict:
            return valid
        return cls(**{key: item for key, item in value.items() if key not in dropped})

    return outside(node, {"type": "function-wrap", "function": plain(make), "schema": node})


def either(node: Node) -> Node:
    """Read text as JSON strings are read; let ready objects pass."""
    choices = [node["json_schema"], node["python_schema"]]
    return outside(node, {"type": "union", "mode": "left_to_right", "choices": choices})


def lax(node: Node) -> Node:
    """Take the branch that reads strings."""
    return outside(node, {**node["lax_schema"]})


def empty_is_null(node: Node) -> Node:
    """Read an empty form field as null, unless an empty string is a value of its own."""
    if _takes_strings(node["schema"]):
        return node
    return before(node, lambda value: None if value == "" else value)


def _takes_strings(node: Node) -> bool:
    inner: list[Node] = [branch for _, branch in choices_of(node)] if "choices" in node else []
    inner += [node["schema"]] if "schema" in node else []
    return node["type"] in ("str", "any", "bytes") or any(map(_takes_strings, inner))


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


_GUARDS: dict[str, Rule] = dict.fromkeys(("date", "time", "datetime", "timedelta", "uuid", "decimal"), spelt)
JSON: Mapping[str, Rule] = {
    **dict.fromkeys(("date", "time", "datetime", "timedelta", "uuid"), spelt_json),
    "decimal": spelt,
    "literal": choice_json,
    "enum": choice_json,
    "named-tuple": array,
}
LAX_TEXT: Mapping[str, Rule] = {
    "literal": choice_text,
    "enum": choice_text,
    "json-or-python": either,
    "lax-or-strict": lax,
}
TEXT: Mapping[str, Rule] = {
    **_GUARDS,
    **LAX_TEXT,
    "int": integer,
    "float": number,
    "bool": boolean("true", "false"),
    "str": string,
}
FORM: Mapping[str, Rule] = {**TEXT, "bool": boolean("true", "false", "on"), "nullable": empty_is_null}
OUTPUT: Mapping[str, Rule] = {
    **_GUARDS,
    **dict.fromkeys(("int", "float", "bool", "str"), string),
    "literal": choice_json,
}
