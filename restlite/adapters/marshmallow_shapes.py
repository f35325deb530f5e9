"""How the copies of known fields load: scalars behind their guard, containers item by item.

Containers stop where an answer would hold no more errors, and put every error where the client's value
stands, not where marshmallow keeps it.
"""

# marshmallow's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from marshmallow import ValidationError, fields

from ..violations import MAX_VIOLATIONS
from .marshmallow_codes import AnyField, At, Coded, coded
from .marshmallow_guards import Guard

Load = Callable[..., Any]


def shape(field: AnyField, guard: Guard | None, is_text: bool) -> None:
    """Replace how a copied field loads; in a text a repeated value is a list, a single one is not."""
    make = next((SHAPES[base] for base in type(field).__mro__ if base in SHAPES), None)
    load = make(field, is_text) if make else _scalar(field, guard, is_text)
    if load:
        vars(field)["_deserialize"] = load


def _scalar(field: Any, guard: Guard | None, is_text: bool) -> Load:
    read: Load = field._deserialize
    repeated = Coded("repeated")

    def load(value: Any, attr: Any, data: Any, **options: Any) -> Any:
        if is_text and isinstance(value, list):
            raise ValidationError(repeated)
        try:
            return read(guard(value) if guard else value, attr, data, **options)
        except OverflowError:  # times and durations beyond Python's
            raise ValidationError(Coded("invalid")) from None

    return load


def _list(field: Any, is_text: bool) -> Load:
    wrong = field.error_messages["invalid"]

    def load(value: Any, attr: Any, data: Any, **options: Any) -> list[Any]:
        items: Any = [value] if is_text and isinstance(value, str) else value
        if not isinstance(items, (list, tuple)):
            raise ValidationError(wrong)
        loaded: list[Any] = []
        errors: dict[int, Any] = {}
        for index, item in enumerate(items):
            try:
                loaded.append(field.inner.deserialize(item, **options))
            except ValidationError as error:
                errors[index] = error.messages
                if len(errors) >= MAX_VIOLATIONS:
                    break
        if errors:
            raise ValidationError(errors, valid_data=loaded)
        return loaded

    return load


def _tuple(field: Any, is_text: bool) -> None:
    field.validate_length = coded(field.validate_length)


def _mapping(field: Any, is_text: bool) -> Load:
    wrong = field.error_messages["invalid"]

    def load(value: Any, attr: Any, data: Any, **options: Any) -> Any:
        if not isinstance(value, Mapping):
            raise ValidationError(wrong)
        loaded = field.mapping_type()
        errors: list[Any] = []
        for key, content in value.items():
            found: list[Any] = []
            name = _collect(field.key_field, key, found, options)
            item = _collect(field.value_field, content, found, options)
            if found:
                errors.append(At(str(key), found))
                if len(errors) >= MAX_VIOLATIONS:
                    break
            else:
                loaded[name] = item
        if errors:
            raise ValidationError(errors, valid_data=loaded)
        return loaded

    return load


def _collect(field: AnyField | None, value: Any, found: list[Any], options: dict[str, Any]) -> Any:
    try:
        return field.deserialize(value, **options) if field else value
    except ValidationError as error:
        found.append(error.messages)
        return None


def _pluck(field: Any, is_text: bool) -> Load:
    """Load one member of a nested object, or of many; its own name is not on the wire."""
    read: Load = field._deserialize

    def load(value: Any, attr: Any, data: Any, **options: Any) -> Any:
        values: Any = [value] if is_text and field.many and isinstance(value, str) else value
        try:
            return read(values, attr, data, **options)
        except ValidationError as error:
            if isinstance(error.messages, dict):
                raise ValidationError(_unnamed(error.messages, field.many)) from None
            raise

    return load


def _unnamed(messages: dict[Any, Any], many: bool) -> Any:
    if not many:
        return list(messages.values())
    return {
        index: list(found.values()) if isinstance(found, dict) else found for index, found in messages.items()
    }


def _as_it_is(field: Any, is_text: bool) -> None:
    """Leave a field alone whose values are the user's matter, or another schema's."""


#: Field class -> what makes its loading method; all others are scalars.
SHAPES: dict[type, Callable[[Any, bool], Load | None]] = {
    fields.List: _list,
    fields.Tuple: _tuple,
    fields.Mapping: _mapping,
    fields.Pluck: _pluck,
    fields.Nested: _as_it_is,
    fields.Raw: _as_it_is,
    fields.Method: _as_it_is,
    fields.Function: _as_it_is,
    fields.Constant: _as_it_is,
}
