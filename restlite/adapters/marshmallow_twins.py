"""Twins of a schema: one that reads, one that writes, one that checks what was written.

A twin is a copy whose fields have guards and coded messages; marshmallow itself then applies the
policy, with ``many``, ``partial``, ``only``, nesting and hooks as it knows them, and reports all errors
at once. Methods are replaced on the copies only, those that a field class is made to override.
"""

# marshmallow's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping
from copy import copy
from decimal import Decimal
from functools import partial as bind
from typing import Any

from marshmallow import EXCLUDE, RAISE, Schema, ValidationError, fields, missing

from ..violations import MAX_VIOLATIONS
from . import WrongAnswer
from .marshmallow_access import key_of, misfits, read_only
from .marshmallow_codes import At, Coded, coded, explainer, messages_of
from .marshmallow_guards import Form, guard_of, is_known
from .marshmallow_mirror import Mirror
from .marshmallow_shapes import Load, shape

#: Longer whole decimals are written as floating-point numbers.
MAX_DIGITS = 40


def reading(schema: Schema, form: Form, strict: bool) -> Schema:
    """Copy a schema into one that loads a form's values and nothing else."""
    return Mirror(bind(_ready_field, form, strict), bind(_ready_schema, form, strict)).schema(schema)


def checking(schema: Schema, strict: bool) -> Schema:
    """Copy a schema into one that loads what the schema writes, without a user's code."""
    return Mirror(bind(_check_field, strict), bind(_check_schema, strict)).schema(schema)


def writing(schema: Schema, demanding: bool) -> Schema:
    """Copy a schema into one that writes decimals as numbers, and no object without its required members."""
    return Mirror(_write_field, _demand if demanding else lambda twin: None).schema(schema)


def is_excused(name: str, schema: Schema) -> bool:
    """Tell whether ``partial`` lets a required field be missing."""
    partial = schema.partial
    return partial if isinstance(partial, bool) else name in (partial or ())


def hooks(schema: Schema, tag: str) -> list[tuple[str, bool, dict[str, Any]]]:
    """List a schema's hooks of one kind: name, whether it gets the whole collection, options."""
    return type(schema)._hooks.get(tag, [])


def reshapes(schema: Schema) -> bool:
    """Tell whether a hook rewrites what is written as a whole, as an envelope does."""
    return any(whole for _, whole, _ in hooks(schema, "post_dump"))


def _ready_field(form: Form, strict: bool, field: Any, is_key: bool) -> None:
    field.error_messages = messages_of(field)
    field.validators = [coded(validator) for validator in field.validators]
    if not is_known(field):
        return
    spelled: Form = "text" if is_key and form in ("json", "written") else form
    guard = guard_of(field, spelled) if strict else None
    if guard and isinstance(field, fields.Decimal):
        # Numbers pass the guard; what is then refused does not fit the field's places.
        field.error_messages["invalid"] = Coded("digits")
    shape(field, guard, is_text=spelled in ("text", "form"))


def _replace(thing: Any, name: str, method: Load) -> None:
    vars(thing)[name] = method


def _ready_schema(form: Form, strict: bool, twin: Schema) -> None:
    twin.error_messages = {**twin.error_messages, "type": Coded("object")}
    if not strict and twin.unknown == RAISE and not hasattr(twin.Meta, "unknown"):
        twin.unknown = EXCLUDE
    twin.opts = copy(twin.opts)
    twin.opts.index_errors = True
    fill = _form_filler(twin) if form == "form" else None
    _replace(twin, "_deserialize", _object(twin, twin._deserialize, fill))


def _object(twin: Schema, read: Load, fill: Callable[[Any, Any], Any] | None) -> Load:
    known = {key_of(name, field) for name, field in twin.load_fields.items()}
    ignored = read_only(twin)
    unknown_key, no_list = Coded("unknown"), Coded("array")

    def load(data: Any, *, error_store: Any, many: bool = False, **options: Any) -> Any:
        index = options.get("index")
        if many:
            if not isinstance(data, (list, tuple)):
                error_store.store_error([no_list], index=index)
                return []
            return _objects(load, data, error_store, options)
        if isinstance(data, Mapping):
            data = fill(data, options.get("partial")) if fill else data
            if not ignored.keys().isdisjoint(data):
                for place in misfits(ignored, data):
                    error_store.store_error([place], index=index)
                data = {key: value for key, value in data.items() if key not in ignored}
            strange = [key for key in data if key not in known] if options.get("unknown") == RAISE else ()
            if strange:
                loaded = read(data, error_store=error_store, **{**options, "unknown": EXCLUDE})
                places = [At(str(key), unknown_key) for key in strange[:MAX_VIOLATIONS]]
                error_store.store_error(places, index=index)
                return loaded
        return read(data, error_store=error_store, **options)

    return load


def _objects(load: Load, data: Any, error_store: Any, options: dict[str, Any]) -> list[Any]:
    """Load a list, and stop where an answer would hold no more errors."""
    loaded: list[Any] = []
    for position, item in enumerate(data):
        loaded.append(load(item, error_store=error_store, **{**options, "index": position}))
        if len(error_store.errors) >= MAX_VIOLATIONS:
            raise ValidationError(error_store.errors)
    return loaded


def _form_filler(twin: Schema) -> Callable[[Any, Any], Any]:
    """Read a form as browsers send it: no checked box is false, no text in an optional input is null."""
    boxes = [
        key_of(name, field)
        for name, field in twin.load_fields.items()
        if isinstance(field, fields.Boolean)
        and is_known(field)
        and guard_of(field, "form")
        and field.load_default is missing
    ]
    blanks = [
        key_of(name, field)
        for name, field in twin.load_fields.items()
        if field.allow_none and not isinstance(field, fields.String)
    ]

    def fill(data: Any, partial: Any) -> Any:
        filled = dict(data) if partial else {**dict.fromkeys(boxes, False), **data}
        filled.update((key, None) for key in blanks if filled.get(key) == "")
        return filled

    return fill


def _check_field(strict: bool, field: Any, is_key: bool) -> None:
    opaque = (fields.Method, fields.Function, fields.Constant)
    nested = isinstance(field, fields.Nested) and reshapes(field.schema)
    untyped = nested or isinstance(field, opaque) or not is_known(field)
    field.validators = [check for check in field.validators if explainer(check) and not untyped]
    field.pre_load, field.post_load, field.attribute = [], [], None
    field.allow_none = field.allow_none or untyped or type(field) is fields.Raw
    if untyped:
        field.error_messages = messages_of(field)
        _replace(field, "_deserialize", _untouched)
    else:
        _ready_field("written", strict, field, is_key)


def _untouched(value: Any, *args: Any, **kwargs: Any) -> Any:
    return value


def _check_schema(strict: bool, twin: Schema) -> None:
    twin.load_fields = twin.dump_fields
    _replace(twin, "handle_error", _untouched)
    vars(twin)["_hooks"] = defaultdict(list)
    _ready_schema("written", strict, twin)


def _write_field(field: Any, is_key: bool) -> None:
    if isinstance(field, fields.Decimal) and not field.as_string:
        _replace(field, "_serialize", _as_number(field._serialize))


def _as_number(write: Load) -> Load:
    """Write a decimal as the JSON number that the field's schema promises."""

    def number(*args: Any, **kwargs: Any) -> Any:
        value = write(*args, **kwargs)
        if not isinstance(value, Decimal):
            return value
        whole = value.is_finite() and value.adjusted() < MAX_DIGITS and value == value.to_integral_value()
        return int(value) if whole else float(value)

    return number


def _demand(twin: Schema) -> None:
    """Refuse to write an object without its required members, which marshmallow passes over."""
    required = [
        key_of(name, field)
        for name, field in twin.dump_fields.items()
        if field.required and not is_excused(name, twin)
    ]
    if not required or hooks(twin, "post_dump"):
        return
    write = twin._serialize

    def serialize(value: Any, *, many: bool = False) -> Any:
        data = write(value, many=many)
        if not many:
            for key in required:
                if key not in data:
                    raise WrongAnswer(f"{type(twin).__name__}.{key}: missing")
        return data

    _replace(twin, "_serialize", serialize)
