"""What a signature asks for, argument by argument."""

from __future__ import annotations

from typing import Any, NamedTuple, Union

from .depends import Depends
from .frozen import Record
from .hints import is_model, rewrap, union_args, unwrap
from .params import In
from .security.marks import is_scheme


class Owner(Record):
    """Hold one value that the validator of an operation's parameters makes: a scalar, list or model."""

    slot: str
    annotation: Any
    default: Any


class BodyArgument(NamedTuple):
    """Hold one argument that comes from the request body."""

    argument: str
    annotation: Any
    default: Any


class Argument(NamedTuple):
    """Hold one parameter of a callable as it is written."""

    name: str
    annotation: Any
    default: Any
    base: Any
    metadata: tuple[Any, ...]

    def find(self, kind: type[Any] | tuple[type[Any], ...]) -> Any:
        """Give the metadata of one class, or of one of several, or None."""
        for item in self.metadata:
            if isinstance(item, kind):
                return item
        return None


def lifted(annotation: Any) -> Any:
    """Read ``Header[T] | None`` as ``Header[T | None]``: what is marked is the parameter."""
    parts = union_args(unwrap(annotation)[0])
    marked = [part for part in parts if _marks(part)]
    if len(parts) != 2 or type(None) not in parts or not marked:
        return annotation
    base, metadata = unwrap(marked[0])
    marks = _marks(marked[0])
    if is_model(marked[0]) and any(isinstance(mark, In) and mark.place == "form" for mark in marks):
        return annotation  # A form is there or is not; none of them is null.
    plain = rewrap(base, tuple(item for item in metadata if item not in marks))
    return rewrap(Union[plain, None], (*marks, *unwrap(annotation)[1]))  # noqa: UP007


def _marks(annotation: Any) -> tuple[Any, ...]:
    return tuple(item for item in unwrap(annotation)[1] if isinstance(item, (In, Depends)) or is_scheme(item))
