"""The adapter of marshmallow schemas; imported only once an application has imported marshmallow."""

# marshmallow's annotations are partly unknown; strictness is kept for what is ours.
# pyright: reportPrivateUsage=false, reportUnknownMemberType=false, reportUnknownVariableType=false
# pyright: reportUnknownArgumentType=false

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, NamedTuple

from marshmallow import Schema, ValidationError, fields
from pydantic_core import from_json

from ..access import Guarded
from ..aliases import Mode
from ..hints import is_schema as is_schema
from ..records import SchemaRef
from ..violations import MAX_VIOLATIONS, Malformed, Refusal, sentence
from . import DumpOptions
from .duplicates import refuse_duplicates
from .marshmallow_access import guarded, key_of
from .marshmallow_codes import Item, items_of, non_finite
from .marshmallow_guards import Form
from .marshmallow_twins import is_excused, reading
from .marshmallow_writer import dumper

#: What a text must hold for one of its numbers to be beyond the range of floating-point numbers.
_HUGE = re.compile(rb"[eE]\+?[0-9]{3}|[0-9]{200}").search
_EMPTY = "The body is empty; JSON was expected."


class SchemaParameter(NamedTuple):
    """Name one field of a schema as a parameter: its key on the wire, whether it may be repeated."""

    name: str
    many: bool
    required: bool


class MarshmallowAdapter:
    """Load, dump and describe the values of a marshmallow schema, given as class or instance.

    Loading is marshmallow's own, on a copy of the schema that takes strict JSON types. ``strict=False``
    takes what marshmallow takes, and drops unknown members unless ``Meta.unknown`` says otherwise.
    """

    def __init__(self, schema: Schema | type[Schema], *, strict: bool = True) -> None:
        self.annotation: Any = schema
        self.schema = schema() if isinstance(schema, type) else schema
        self.strict = strict

    def json_loader(self) -> Callable[[bytes], Any]:
        """Give the function that reads JSON bytes; it raises ``Malformed`` or ``Refusal``."""
        load = reading(self.schema, "json", self.strict).load

        def read(raw: bytes) -> Any:
            data = _parse(raw)
            return _accept(load, data, non_finite(data) if _HUGE(raw) else [])

        return read

    def text_loader(self) -> Callable[[Any], Any]:
        """Give the function that reads a dictionary of strings and lists of them; it raises ``Refusal``."""
        return self._loader("text")

    def form_loader(self) -> Callable[[Any], Any]:
        """Give the function that reads a form: ``on`` is true, an absent box false, a blank may be null.

        A box with a ``load_default`` takes the default where it is absent.
        """
        return self._loader("form")

    def _loader(self, form: Form) -> Callable[[Any], Any]:
        load = reading(self.schema, form, self.strict).load
        return lambda data: _accept(load, data, [])

    def parameters(self) -> list[SchemaParameter]:
        """List the fields that can be loaded as parameters."""
        return [
            SchemaParameter(key_of(name, field), _is_many(field), field.required and not excused)
            for name, field in self.schema.load_fields.items()
            for excused in (is_excused(name, self.schema),)
        ]

    def dumper(self, options: DumpOptions) -> Callable[[Any], bytes]:
        """Give the function that writes JSON bytes; it raises ``WrongAnswer``.

        What ``post_dump`` hooks make of a whole collection is not checked against the fields.
        """
        return dumper(self.schema, options, strict=self.strict)

    def describe(self, mode: Mode, form: str = "json") -> SchemaRef:
        """Point to the schema in one mode."""
        return SchemaRef(self.annotation, "marshmallow", mode, self.strict, form)

    def guarded(self) -> tuple[Guarded, ...]:
        """List the ``dump_only`` and the ``load_only`` fields, nested ones too."""
        return tuple(guarded(self.schema))


def _is_many(field: Any) -> bool:
    if isinstance(field, fields.Nested):
        return bool(field.many or field.schema.many)
    return isinstance(field, (fields.List, fields.Tuple))


def _parse(raw: bytes) -> Any:
    try:
        data = from_json(raw, allow_inf_nan=False)
    except ValueError as error:
        # Only the place is told: the parser's words may change, and may hold input.
        place = str(error).rpartition(" at line ")[2]
        raise Malformed(f"The body is not valid JSON at line {place}." if raw.strip() else _EMPTY) from None
    refuse_duplicates(raw)
    return data


def _accept(load: Callable[[Any], Any], data: Any, refused: list[Item]) -> Any:
    """Load the data, or refuse it with all that is wrong; an item in ``refused`` is wrong already."""
    items: list[Item] = []
    try:
        value = load(data)
    except ValidationError as error:
        items = items_of(error.messages)
    except RecursionError:
        items = [((), "too_deep", sentence("too_deep"))]
    else:
        if not refused:
            return value
    places = {steps for steps, _, _ in items}
    items += [item for item in refused if item[0] not in places]
    raise Refusal(items[:MAX_VIOLATIONS])
