"""Adapters load, dump and describe the values of one annotation."""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, get_args, get_origin

from ..hints import is_schema, schema_in, unwrap

if TYPE_CHECKING:
    from ..access import Guarded
    from ..aliases import Mode
    from ..records import SchemaRef


class WrongAnswer(Exception):
    """Say that a handler's value is not of its declared type; becomes a 500 and a log line.

    ``detail`` is for the log only: it names places and codes, never values.
    """

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail


class DumpOptions(NamedTuple):
    """Choose how a value is written."""

    #: Check in full (ready instances re-validated, non-finite numbers refused).
    check: bool = False
    exclude_none: bool = False
    exclude_unset: bool = False


class Adapter(Protocol):
    """Load, dump and describe the values of one annotation. Compiles nothing before it is asked to."""

    annotation: Any

    def json_loader(self) -> Callable[[bytes], Any]:
        """Give the function that reads JSON bytes; it raises ``Malformed`` or ``Refusal``."""
        ...

    def text_loader(self) -> Callable[[Any], Any]:
        """Give the function that reads strings, lists and dictionaries of them; it raises ``Refusal``."""
        ...

    def form_loader(self) -> Callable[[Any], Any]:
        """Give the function that reads the fields of an HTML form; it raises ``Refusal``."""
        ...

    def dumper(self, options: DumpOptions) -> Callable[[Any], bytes]:
        """Give the function that writes JSON bytes; it raises ``WrongAnswer``."""
        ...

    def describe(self, mode: Mode, form: str = "json") -> SchemaRef:
        """Point to the annotation's schema in one mode."""
        ...

    def guarded(self) -> tuple[Guarded, ...]:
        """List the read-only and the write-only members, nested ones too."""
        ...


def find_adapter(annotation: Any, *, strict: bool = True) -> Adapter:
    """Give the adapter of an annotation: marshmallow's for its schemas, pydantic's for all else."""
    schema = _schema_of(annotation)
    if schema is not None:
        from .marshmallow import MarshmallowAdapter

        return MarshmallowAdapter(schema, strict=strict)
    from .pydantic import PydanticAdapter

    return PydanticAdapter(annotation, strict=strict)


def _schema_of(annotation: Any) -> Any:
    """Give the marshmallow schema that is an annotation, stands beside it, or is that of a list's items."""
    base, metadata = unwrap(annotation)
    schema: Any = base if is_schema(base) else schema_in(metadata)
    if schema is None and get_origin(base) is list:
        item = _schema_of(get_args(base)[0])
        schema = item(many=True) if isinstance(item, type) else copy(item)
        if schema is not None:
            schema.many = True
    return schema
