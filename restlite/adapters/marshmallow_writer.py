"""Write what marshmallow dumps: checked against the schema, and always valid JSON."""

# marshmallow's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from marshmallow import Schema, ValidationError, fields
from pydantic_core import to_json

from ..violations import MAX_VIOLATIONS, pointer
from . import DumpOptions, WrongAnswer
from .marshmallow_access import key_of
from .marshmallow_codes import Item, Steps, items_of, kind_of, leaves, non_finite
from .marshmallow_guards import is_known
from .marshmallow_twins import checking, hooks, reshapes, writing

#: Classes of values that no object, no list is dumped from.
NO_OBJECT = frozenset({type(None), str, bytes, bool, int, float, list, tuple, set, frozenset})
NO_LIST = frozenset({type(None), str, bytes, bool, int, float, dict})


def dumper(schema: Schema, options: DumpOptions, *, strict: bool) -> Callable[[Any], bytes]:
    """Make the function that writes a schema's values as JSON bytes; it raises ``WrongAnswer``."""
    dump = writing(schema, demanding=not options.check).dump
    check = checking(schema, strict).load if options.check and not reshapes(schema) else None
    wrong: frozenset[type] = NO_LIST if schema.many else NO_OBJECT
    if hooks(schema, "pre_dump"):
        wrong = frozenset()

    def write(value: Any) -> bytes:
        if type(value) in wrong:
            raise _wrong([((), "array" if schema.many else "object", "")])
        try:
            data = _dump(dump, schema, value)
            if check:
                _check(check, data)
            return _write(_without_none(data) if options.exclude_none else data)
        except RecursionError:
            raise _wrong([((), "too_deep", "")]) from None

    return write


def _wrong(items: list[Item]) -> WrongAnswer:
    return WrongAnswer("; ".join(f"{pointer(steps) or 'the value'}: {code}" for steps, code, _ in items))


def _dump(dump: Callable[[Any], Any], schema: Schema, value: Any) -> Any:
    try:
        return dump(value)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError, ValidationError):
        items = list(_misfits(schema, value, ()))
        if not items:  # an error in the user's own code, to be told as such
            raise
    raise _wrong(items[:MAX_VIOLATIONS])


def _misfits(schema: Schema, value: Any, steps: Steps, many: bool | None = None) -> Iterator[Item]:
    """Find the values that marshmallow's own fields cannot write."""
    if schema.many if many is None else many:
        if not isinstance(value, Iterable):
            yield steps, "array", ""
            return
        for index, item in enumerate(value):
            yield from _misfits(schema, item, (*steps, index), many=False)
        return
    for name, field in schema.dump_fields.items():
        place = (*steps, key_of(name, field))
        try:
            field.serialize(name, value, accessor=schema.get_attribute)
        except Exception:
            inner = field.get_value(value, name, accessor=schema.get_attribute)
            if isinstance(field, fields.Nested):
                found = list(_misfits(field.schema, inner, place, field.schema.many or field.many))
                yield from found or ([(place, "missing", "")] if isinstance(field, fields.Pluck) else [])
            elif is_known(field) and not isinstance(field, (fields.Method, fields.Function)):
                yield place, kind_of(field), ""


def _check(load: Callable[[Any], Any], data: Any) -> None:
    try:
        load(data)
    except ValidationError as error:
        raise _wrong(items_of(error.messages)) from None


def _without_none(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _without_none(value) for key, value in data.items() if value is not None}
    if isinstance(data, (list, tuple)):
        return [_without_none(item) for item in data]
    return data


def _write(data: Any) -> bytes:
    try:
        raw = to_json(data)
    except ValueError:  # pydantic-core's error is one
        items = [(steps, "type", "") for steps, leaf in leaves(data) if not _is_writable(leaf)]
        raise _wrong(items[:MAX_VIOLATIONS] or [((), "type", "")]) from None
    if b"NaN" in raw or b"Infinity" in raw:
        if items := non_finite(data):
            raise _wrong(items)
        raw = to_json(data, inf_nan_mode="null")
    return raw


def _is_writable(leaf: Any) -> bool:
    try:
        return bool(to_json(leaf))
    except ValueError:
        return False
