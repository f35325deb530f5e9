"""What is wrong with a value, in words of ours: a table from the validator's kinds of error."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from .dialect import Bundle
from .nodes import kind_of
from .pointers import below

if TYPE_CHECKING:
    from jsonschema_rs import ValidationError

#: Characters of a value or a key that a message may show.
_SHOWN = 64


class Mismatch(NamedTuple):
    """Tell one place where a value breaks its schema."""

    #: Into the value (RFC 6901).
    pointer: str
    #: Into the document: the keyword that is broken.
    schema: str
    message: str


def mismatches(errors: Sequence[ValidationError], bundle: Bundle) -> Iterator[Mismatch]:
    """Say what errors mean; of alternatives, only what is wrong with the nearest one."""
    for error in errors:
        branches = _branches(error)
        if branches:
            depth = len(error.instance_path)
            nearest = min(branches, key=lambda branch: _distance(branch, depth))
            yield from mismatches(nearest, bundle)
            continue
        said = _MESSAGES.get(type(error.kind).__name__)
        message = said(error.kind, error.instance) if said else f"must fit {error.kind.name}"
        yield Mismatch(below("", *error.instance_path), _origin(error.schema_path, bundle), message)


def _branches(error: ValidationError) -> list[list[ValidationError]]:
    """Give the errors of each alternative, unless several alternatives fit at once."""
    context: list[list[ValidationError]] = getattr(error.kind, "context", [])
    return [] if any(not branch for branch in context) else context


def _distance(branch: Sequence[ValidationError], depth: int) -> tuple[bool, bool, int]:
    """Tell how far an alternative is: one of another type, or with another constant, is meant least."""
    wrong_type = any(error.kind.name == "type" and len(error.instance_path) == depth for error in branch)
    constants = any(
        error.kind.name in ("const", "enum") and len(error.instance_path) <= depth + 1 for error in branch
    )
    return wrong_type, constants, len(branch)


def _origin(path: Sequence[str | int], bundle: Bundle) -> str:
    """Give the place in the document that a path into the bundle stands for."""
    _, name, *steps = path
    return below(bundle.origins[str(name)], *steps)


def _show(value: Any) -> str:
    """Write a schema's own value, shortened."""
    import json

    return _clip(json.dumps(value, ensure_ascii=False))


def _clip(text: str) -> str:
    return text if len(text) <= _SHOWN else f"{text[: _SHOWN - 1]}…"


def _names(names: Sequence[str]) -> str:
    return _clip(", ".join(names[:5]))


def _choices(options: Sequence[Any]) -> str:
    return _clip(", ".join(map(_show, options)))


def _types(kind: Any, value: Any) -> str:
    return f"must be {' or '.join(kind.types)}, found {kind_of(value)}"


_MESSAGES: dict[str, Callable[[Any, Any], str]] = {
    "Type": _types,
    "Required": lambda kind, value: f"needs the member {_show(kind.property)}",
    "AdditionalProperties": lambda kind, value: f"may not have the members {_names(kind.unexpected)}",
    "UnevaluatedProperties": lambda kind, value: f"may not have the members {_names(kind.unexpected)}",
    "UnevaluatedItems": lambda kind, value: f"may not have {len(kind.unexpected)} of its items",
    "FalseSchema": lambda kind, value: "may not be here",
    "Enum": lambda kind, value: f"must be one of {_choices(kind.options)}",
    "Constant": lambda kind, value: f"must be {_show(kind.expected_value)}",
    "Format": lambda kind, value: f"must be of the format {kind.format}",
    "Pattern": lambda kind, value: f"must match {_clip(kind.pattern)}",
    "Minimum": lambda kind, value: f"must be {kind.limit} or more",
    "Maximum": lambda kind, value: f"must be {kind.limit} or less",
    "ExclusiveMinimum": lambda kind, value: f"must be more than {kind.limit}",
    "ExclusiveMaximum": lambda kind, value: f"must be less than {kind.limit}",
    "MultipleOf": lambda kind, value: f"must be a multiple of {kind.multiple_of}",
    "MinLength": lambda kind, value: f"must have {kind.limit} characters or more, found {len(value)}",
    "MaxLength": lambda kind, value: f"must have {kind.limit} characters or less, found {len(value)}",
    "MinItems": lambda kind, value: f"must have {kind.limit} items or more, found {len(value)}",
    "MaxItems": lambda kind, value: f"must have {kind.limit} items or less, found {len(value)}",
    "MinProperties": lambda kind, value: f"must have {kind.limit} members or more, found {len(value)}",
    "MaxProperties": lambda kind, value: f"must have {kind.limit} members or less, found {len(value)}",
    "UniqueItems": lambda kind, value: "must have items that differ",
    "Contains": lambda kind, value: "must have items that fit contains, in the number that it says",
    "PropertyNames": lambda kind, value: "has a member whose name does not fit propertyNames",
    "Not": lambda kind, value: "fits what it may not fit",
    "AnyOf": lambda kind, value: "must fit one of the alternatives",
    "OneOfNotValid": lambda kind, value: "must fit one of the alternatives",
    "OneOfMultipleValid": lambda kind, value: "fits several alternatives; it must fit exactly one",
    "BacktrackLimitExceeded": lambda kind, value: "is too hard to match with its pattern",
}
