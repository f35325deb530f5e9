"""Guards: what a field takes before marshmallow converts it.

marshmallow takes ``"5"`` and ``1.9`` as an integer and ``"yes"`` as a boolean. A guard lets only those
values through that the published schema allows: JSON types in a document, plain spellings in a text. A
field class whose loading a user rewrote has no guard: it is left to marshmallow.
"""

# marshmallow's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, Literal, TypeAlias

from marshmallow import ValidationError, fields

from .marshmallow_codes import ISO, AnyField, Coded, choices_of, kind_of

#: ``json``: a document; ``text``: parameters; ``form``: parameters as a browser's form sends them;
#: ``written``: what an answer holds.
Form: TypeAlias = Literal["json", "text", "form", "written"]
Guard: TypeAlias = Callable[[Any], Any]

INTEGER = re.compile(r"-?[0-9]+").fullmatch
NUMBER = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?").fullmatch
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?").fullmatch
UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}").fullmatch
_DATE = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"
_ZONE = r"(Z|[+-][0-9]{2}:[0-9]{2})?"
#: The ISO 8601 spellings that JSON Schema's formats know; a zone may be left out, as marshmallow writes it.
TEMPORAL: dict[type, Callable[[str], object]] = {
    fields.DateTime: re.compile(_DATE + r"T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]+)?" + _ZONE).fullmatch,
    fields.Date: re.compile(_DATE).fullmatch,
    fields.Time: re.compile(r"[0-9]{2}:[0-9]{2}(:[0-9]{2}(\.[0-9]+)?)?" + _ZONE).fullmatch,
}
#: The methods by which a field loads; where a user's class has its own, the field is not known.
_LOADING = ("_deserialize", "_validated", "_format_num")


def is_known(field: AnyField) -> bool:
    """Tell whether a field loads as marshmallow's own classes do."""
    own = [getattr(type(field), name) for name in _LOADING if hasattr(type(field), name)]
    return all(getattr(method, "__module__", "") == fields.__name__ for method in own)


def guard_of(field: AnyField, form: Form) -> Guard | None:
    """Give what a known field takes in one form, None where marshmallow's own check is enough."""
    table = JSON if form in ("json", "written") else TEXT
    make = next((table[base] for base in type(field).__mro__ if base in table), None)
    if form == "form" and isinstance(field, fields.Boolean):
        make = _form_boolean
    return make(field) if make else None


def _refuse(code: str) -> ValidationError:
    return ValidationError(Coded(code))


def _typed(code: str, *types: type, spelling: Callable[[str], object] | None = None) -> Guard:
    """Take values of exactly these types, and strings of a spelling if one is given."""

    def guard(value: Any) -> Any:
        if type(value) in types or (spelling and type(value) is str and spelling(value)):
            return value
        raise _refuse(code)

    return guard


def _integer(field: Any) -> Guard:
    return _typed("integer", int, spelling=INTEGER if field.as_string else None)


def _float(field: Any) -> Guard:
    return _typed("number", int, float, spelling=NUMBER if field.as_string else None)


def _decimal(field: Any) -> Guard:
    return _typed("number", int, float, spelling=DECIMAL)


def _boolean(field: Any) -> Guard | None:
    return _typed("boolean", bool) if _is_plain(field) else None


def _is_plain(field: Any) -> bool:
    """Tell whether a boolean field has marshmallow's own words; a schema's own words win."""
    return field.truthy is fields.Boolean.truthy and field.falsy is fields.Boolean.falsy


def _temporal(field: Any) -> Guard:
    if field.format in ISO:
        return _typed(kind_of(field), spelling=_iso(field))
    if field.format.startswith("timestamp"):
        return _typed("number", int, float)
    return _typed("format", str)


def _iso(field: AnyField) -> Callable[[str], object]:
    return next(TEMPORAL[base] for base in type(field).__mro__ if base in TEMPORAL)


def _enum(field: Any) -> Guard | None:
    """Tell 1, 1.0 and true apart, which Python's enums take for the same value."""
    if field.by_value is not True:
        return None

    def guard(value: Any) -> Any:
        if isinstance(value, (bool, int, float)) and not any(
            type(value) is type(member.value) and value == member.value for member in field.enum
        ):
            raise ValidationError(choices_of(field))
        return value

    return guard


#: Field class -> what makes its guard for values of a JSON document.
JSON: dict[type, Callable[[Any], Guard | None]] = {
    fields.Integer: _integer,
    fields.Float: _float,
    fields.Decimal: _decimal,
    fields.Boolean: _boolean,
    fields.TimeDelta: lambda field: _typed("number", int, float),
    fields.UUID: lambda field: _typed("uuid", spelling=UUID),
    fields.DateTime: _temporal,
    fields.Date: _temporal,
    fields.Time: _temporal,
    fields.IP: lambda field: _typed("format", str),
    fields.IPInterface: lambda field: _typed("format", str),
    fields.Enum: _enum,
}


def _spelled(code: str, spelling: Callable[[str], object], convert: Guard | None = None) -> Guard:
    """Take strings of a spelling, converted; what is no string any more was converted by a rule."""

    def guard(value: Any) -> Any:
        if type(value) is not str:
            return value
        try:
            if spelling(value):
                return convert(value) if convert else value
        except ValueError:  # more digits than Python converts
            pass
        raise _refuse(code)

    return guard


def _worded(words: dict[str, Any], refusal: Coded) -> Guard:
    """Take the given words."""

    def guard(value: Any) -> Any:
        if type(value) is not str:
            return value
        if value not in words:
            raise ValidationError(refusal)
        return words[value]

    return guard


def _text_boolean(field: Any) -> Guard | None:
    return _worded({"true": True, "false": False}, Coded("boolean")) if _is_plain(field) else None


def _form_boolean(field: Any) -> Guard | None:
    words = {"true": True, "on": True, "false": False}
    return _worded(words, Coded("boolean")) if _is_plain(field) else None


def _text_temporal(field: Any) -> Guard | None:
    if field.format in ISO:
        return _spelled(kind_of(field), _iso(field))
    return _spelled("number", NUMBER, float) if field.format.startswith("timestamp") else None


def _text_enum(field: Any) -> Guard | None:
    if field.by_value is not True:
        return None
    words = {_word(member.value): member.value for member in field.enum}
    return _worded(words, choices_of(field))


def _word(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


#: Field class -> what makes its guard for strings.
TEXT: dict[type, Callable[[Any], Guard | None]] = {
    fields.Integer: lambda field: _spelled("integer", INTEGER, int),
    fields.Float: lambda field: _spelled("number", NUMBER, float),
    fields.Decimal: lambda field: _spelled("number", DECIMAL),
    fields.Boolean: _text_boolean,
    fields.TimeDelta: lambda field: _spelled("number", NUMBER, float),
    fields.UUID: lambda field: _spelled("uuid", UUID),
    fields.DateTime: _text_temporal,
    fields.Date: _text_temporal,
    fields.Time: _text_temporal,
    fields.Enum: _text_enum,
}
