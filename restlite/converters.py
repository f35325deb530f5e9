"""Converters: what a variable of a rule accepts, what it becomes, and how it is written into a URL.

Werkzeug's names with digits that are ASCII only, and ``date``. An app adds its own by
``App(converters={"slug": SlugConverter})``, subclasses of Werkzeug's ``BaseConverter``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from enum import Enum
from math import isfinite
from typing import Any, Literal, get_args, get_origin
from uuid import UUID

from werkzeug import routing
from werkzeug.datastructures import ImmutableDict
from werkzeug.routing import (
    BaseConverter,
    Map,
    PathConverter,
    UUIDConverter,
    ValidationError,
    parse_converter_args,
)

from .hints import unwrap

#: What may stand in the arguments of ``any``; other choices are left to validation.
_CHOICE = re.compile(r'[^"/<>(){}\n]+')


def _plain(value: Any) -> Any:
    """Give what an enum's member stands for; ``str()`` of one would be its Python name."""
    return value.value if isinstance(value, Enum) else value


class StringConverter(routing.UnicodeConverter):
    """Accept one segment of any characters: ``<id>``, ``<string(length=2):language>``."""

    def to_url(self, value: Any) -> str:
        return super().to_url(_plain(value))


class AnyConverter(routing.AnyConverter):
    """Accept one of the words listed: ``<any(asc, desc, "a,b"):order>``."""

    def __init__(self, map: Map, *items: Any) -> None:
        super().__init__(
            map, *(str(item) for item in items)
        )  # ``any(1, 2)`` too: Werkzeug reads numbers there

    def to_url(self, value: Any) -> str:
        return super().to_url(_plain(value))


class IntConverter(routing.IntegerConverter):
    """Accept ASCII digits, and a minus sign before them if ``signed=True``."""

    regex = "[0-9]+"

    def to_url(self, value: Any) -> str:
        return super().to_url(_plain(value))


class FloatConverter(routing.FloatConverter):
    """Accept ASCII digits around a point, and a minus sign before them if ``signed=True``."""

    regex = r"[0-9]+\.[0-9]+"

    def to_url(self, value: Any) -> str:
        number = float(_plain(value))
        if not isfinite(number):
            raise ValueError(f"{number} is not a finite number")
        text = format(Decimal(repr(number)), "f")  # no exponent: the rule would not match it
        return text if "." in text else f"{text}.0"


class NumberConverter(FloatConverter):
    """Accept what JSON writes as a number without an exponent: ``float`` wants a point, this does not.

    A bare ``<x>`` with ``x: float`` takes it, as the document says "number".
    """

    regex = r"[0-9]+(?:\.[0-9]+)?"


class DateConverter(BaseConverter):
    """Accept a calendar date such as 2024-05-01."""

    regex = "[0-9]{4}-[0-9]{2}-[0-9]{2}"
    weight = 50

    def to_python(self, value: str) -> date:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise ValidationError(value) from None

    def to_url(self, value: Any) -> str:
        if not isinstance(value, date):
            raise ValueError(f"{type(value).__name__} is not a date")
        return date(value.year, value.month, value.day).isoformat()


#: The converters that every app has.
CONVERTERS: Mapping[str, type[BaseConverter]] = ImmutableDict(
    {
        "default": StringConverter,
        "string": StringConverter,
        "any": AnyConverter,
        "path": PathConverter,
        "int": IntConverter,
        "float": FloatConverter,
        "number": NumberConverter,
        "uuid": UUIDConverter,
        "date": DateConverter,
    }
)


def make_converter(kind: type[BaseConverter], args: str, map: Map | None = None) -> BaseConverter:
    """Make the converter that a rule asks for, with the arguments as the rule writes them.

    >>> make_converter(IntConverter, "min=1").to_python("7")
    7
    """
    positional, named = parse_converter_args(args)
    return kind(map or Map(), *positional, **named)


def converter_for(annotation: Any) -> tuple[str, str] | None:
    """Tell which converter, and with which arguments, a variable without one takes from its annotation.

    >>> converter_for(int)
    ('int', 'signed=True')
    >>> converter_for(Literal["asc", "desc"])
    ('any', '"asc","desc"')
    """
    base, metadata = _strip(annotation)
    if base is int:
        return "int", "" if _refuses_negatives(metadata) else "signed=True"
    if get_origin(base) is Literal:
        return _converter_of([_plain(choice) for choice in get_args(base)])
    if isinstance(base, type) and issubclass(base, Enum):
        return _converter_of([member.value for member in base])
    return _SIMPLE.get(base) if isinstance(base, type) else None


_SIMPLE: Mapping[type, tuple[str, str]] = {
    float: ("number", "signed=True"),
    UUID: ("uuid", ""),
    date: ("date", ""),
}


def _strip(annotation: Any) -> tuple[Any, list[Any]]:
    """See through ``Annotated``, aliases and ``NewType``; keep the metadata met on the way."""
    base, metadata = unwrap(annotation)
    found = list(metadata)
    while (supertype := getattr(base, "__supertype__", None)) is not None:
        base, metadata = unwrap(supertype)
        found.extend(metadata)
    return base, found


def _converter_of(choices: list[Any]) -> tuple[str, str] | None:
    """Choose the converter of an enum's or a literal's values."""
    if choices and all(type(choice) is int for choice in choices):
        return "int", "signed=True" if min(choices) < 0 else ""
    if choices and all(isinstance(choice, str) and _CHOICE.fullmatch(choice) for choice in choices):
        return "any", ",".join(f'"{choice}"' for choice in choices)
    return None


def _refuses_negatives(metadata: list[Any]) -> bool:
    """Tell whether bounds (``Field(ge=0)``, ``annotated_types.Gt(0)``) leave no negative number."""
    return any(
        (_number(item, "ge") >= 0) or (_number(item, "gt") >= -1)
        for entry in metadata
        for item in _constraints(entry)
    )


def _constraints(entry: Any) -> Iterator[Any]:
    """Give a constraint itself and what it holds; pydantic's ``Field`` holds a list."""
    yield entry
    inner = getattr(entry, "metadata", ())
    yield from inner if isinstance(inner, (list, tuple)) else ()


def _number(item: Any, name: str) -> float:
    bound = getattr(item, name, None)
    return bound if isinstance(bound, (int, float)) else float("-inf")
