"""The adapter of all that is no marshmallow schema: models, dataclasses, TypedDicts, plain types.

Bytes go straight to pydantic-core. What is returned are closures that hold their validator or
serializer; nothing is compiled before it is asked for, and building twice does no harm.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from pydantic_core import ValidationError, from_json

from ..records import SchemaRef
from ..violations import Malformed
from . import DumpOptions
from .access import guarded
from .duplicates import (
    KEY_END,
    SPACE,
    colon_counter,
    count_plain,
    counter,
    refuse_duplicates,
    refuse_repeats,
)
from .faults import NO_NULL, late_explainer
from .nodes import Node
from .policy import Form, rewrite, validator
from .texts import core_schema, object_loader

if TYPE_CHECKING:
    from ..access import Guarded
    from ..aliases import Mode


class PydanticAdapter:
    """Load, dump and describe the values of one annotation with pydantic-core."""

    def __init__(self, annotation: Any, *, strict: bool = True) -> None:
        self.annotation = annotation
        self.strict = strict

    def json_loader(self) -> Callable[[bytes], Any]:
        """Give the function that reads JSON bytes; it raises ``Malformed`` or ``Refusal``."""
        schema = self.input_schema("json")
        validate = validator(schema, strict=self.strict).validate_json
        (colons, clocks), keys = colon_counter(schema), counter(schema)
        explain = late_explainer(schema, lambda flood: validator(flood, strict=self.strict).validate_json)

        def load(body: bytes) -> Any:
            try:
                value = validate(body)
            except ValidationError as error:
                raise explain(error, _document(body), body) from None
            # Where no colon is left over, no key stands twice.
            if body.count(b":") != colons(value) or (clocks and b"\\" in body):
                refuse_repeats(body, keys(value))
            return value

        return load

    def text_loader(self) -> Callable[[Any], Any]:
        """Give the function that reads strings, lists and dictionaries of them; it raises ``Refusal``."""
        return object_loader(self.input_schema("text"))

    def form_loader(self) -> Callable[[Any], Any]:
        """Give the function that reads the fields of an HTML form; it raises ``Refusal``."""
        return object_loader(self.input_schema("form"))

    def dumper(self, options: DumpOptions) -> Callable[[Any], bytes]:
        """Give the function that writes JSON bytes; it raises ``WrongAnswer``."""
        from .writers import dumper

        return dumper(core_schema(self.annotation), options, strict=self.strict)

    def describe(self, mode: Mode, form: str = "json") -> SchemaRef:
        """Point to the annotation's schema in one mode."""
        return SchemaRef(self.annotation, "pydantic", mode, self.strict, form)

    def guarded(self) -> tuple[Guarded, ...]:
        """List the read-only (computed ones too) and the write-only members, nested ones too."""
        return guarded(core_schema(self.annotation))

    def input_schema(self, form: Form = "json") -> Node:
        """Give the core schema that input of one form is held to."""
        return rewrite(core_schema(self.annotation), form, strict=self.strict)

    def output_schema(self) -> Node:
        """Give the core schema that describes answers."""
        return rewrite(core_schema(self.annotation), "answer", strict=self.strict)


#: How jiter begins a message -> our words for it.
_BROKEN = {
    "EOF": "it ends too early",
    "recursion limit": "it is nested too deeply",
    "trailing comma": "a comma is followed by nothing",
    "trailing characters": "something follows its end",
    "key must be": "a key is no string",
    "control character": "a string holds a control character",
    "invalid escape": "a string holds a broken escape",
    "invalid unicode": "a string holds broken Unicode",
    "lone leading surrogate": "a string holds broken Unicode",
    "unexpected end of hex": "a string holds broken Unicode",
    "invalid number": "a number is broken",
    "number out of range": "a number is too large",
}


def _document(body: bytes) -> Any:
    """Read refused JSON again, to explain why; raise ``Malformed`` where it is none."""
    try:
        document = from_json(body)
    except ValueError as error:
        raise Malformed(_why(body, str(error))) from None
    if body.translate(None, SPACE).count(KEY_END) != count_plain(document):
        refuse_duplicates(body)
    return document if b"null" in body else NO_NULL


def _why(body: bytes, message: str) -> str:
    """Say in our own words why bytes are not JSON: the parser's may change, and may hold input."""
    if not body.strip():
        return "The body is empty; JSON was expected."
    found, at, place = message.rpartition(" at line ")
    reason = next(
        (ours for theirs, ours in _BROKEN.items() if found.startswith(theirs)), "something unexpected stands"
    )
    return f"The body is not valid JSON: {reason}{at}{place}."
