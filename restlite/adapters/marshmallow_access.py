"""Read-only and write-only members of marshmallow schemas: ``dump_only`` and ``load_only`` fields.

marshmallow takes a ``dump_only`` field in a document for an unknown one. Ours may be sent back as it was
given: it is held to its kind, and dropped.
"""

# marshmallow's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import Schema, ValidationError, fields

from ..access import EVERY, Guarded
from .marshmallow_codes import AnyField, At, Coded
from .marshmallow_guards import is_known

Way = tuple[str, ...]
_UNTYPED = (fields.Method, fields.Function, fields.Constant, fields.Pluck)


def key_of(name: str, field: AnyField) -> str:
    """Give the name of a field on the wire."""
    return name if field.data_key is None else str(field.data_key)


def read_only(schema: Schema) -> dict[str, AnyField]:
    """Give the fields that a schema writes and does not load, by their names on the wire."""
    loaded = {key_of(name, field) for name, field in schema.load_fields.items()}
    dumped = {key_of(name, field): field for name, field in schema.dump_fields.items()}
    return {key: field for key, field in dumped.items() if key not in loaded}


def misfits(known: Mapping[str, AnyField], data: Mapping[Any, Any]) -> list[At]:
    """Find the values of read-only fields that are of another kind than what is written."""
    return [
        At(key, refusal)
        for key, field in known.items()
        if data.get(key) is not None  # marshmallow writes null for any field
        for refusal in _refusals(field, data[key])
    ]


def _refusals(field: Any, value: Any) -> Iterator[Any]:
    if isinstance(field, _UNTYPED) or not is_known(field):
        return
    many = isinstance(field, (fields.List, fields.Tuple)) or (
        isinstance(field, fields.Nested) and (field.many or field.schema.many)
    )
    if many or isinstance(field, (fields.Nested, fields.Mapping)):
        # What stands inside was written, and need not be valid as input: it lacks what is write-only.
        if not isinstance(value, list if many else Mapping):
            yield Coded("array" if many else "object")
        return
    try:
        field._deserialize(value, None, None)
    except ValidationError as error:
        yield error.messages


def guarded(schema: Schema) -> Iterator[Guarded]:
    """List the fields that a schema only writes, or only loads."""
    return _guarded(schema, frozenset(), (), ())


def _guarded(schema: Schema, seen: frozenset[type], names: Way, keys: Way) -> Iterator[Guarded]:
    if schema.many:
        names, keys = (*names, EVERY), (*keys, EVERY)
    for name, field in schema.fields.items():
        below = (*names, name), (*keys, key_of(name, field))
        if name not in schema.load_fields:
            yield Guarded("readOnly", *below)
        elif name not in schema.dump_fields:
            yield Guarded("writeOnly", *below)
        else:
            yield from _inside(field, seen | {type(schema)}, *below)


def _inside(field: Any, seen: frozenset[type], names: Way, keys: Way) -> Iterator[Guarded]:
    if isinstance(field, (fields.List, fields.Mapping)):
        inner = field.inner if isinstance(field, fields.List) else field.value_field
        if inner is not None:
            yield from _inside(inner, seen, (*names, EVERY), (*keys, EVERY))
    elif isinstance(field, fields.Nested) and type(field.schema) not in seen:
        many = field.many and not field.schema.many
        yield from _guarded(
            field.schema, seen, *(((*names, EVERY), (*keys, EVERY)) if many else (names, keys))
        )
