"""Records: frozen values with named members, cheap to define.

A dataclass costs half a millisecond of every program's start, a NamedTuple a tenth of one. These are
made when an app is set up, never per request: what counts is that defining them costs nothing.
"""

from __future__ import annotations

from typing import Any, ClassVar, Self, dataclass_transform

from typing_extensions import Format, get_annotations


def annotations_of(cls: type) -> dict[str, Any]:
    """Give a class's own annotations as far as they can be known now (PEP 649)."""
    return get_annotations(cls, format=Format.FORWARDREF)


@dataclass_transform(frozen_default=True)
class Record:
    """Hold the members that a subclass annotates; they cannot be changed, and compare by value.

    >>> class Point(Record):
    ...     x: int
    ...     y: int = 0
    >>> Point(1)
    Point(x=1, y=0)
    """

    _names: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls._names = (*cls._names, *annotations_of(cls))

    def __init__(self, *values: Any, **named: Any) -> None:
        # Set one by one, in one order: instances then share their keys, and take half the memory.
        names, put = self._names, object.__setattr__
        for name, value in zip(names, values, strict=False):
            put(self, name, value)
        for name in names[len(values) :]:
            put(self, name, named.pop(name) if name in named else getattr(type(self), name))
        if named or len(values) > len(names):
            raise TypeError(f"{type(self).__name__} has the members {', '.join(names)}; found more.")

    def __setattr__(self, name: str, value: Any) -> None:
        raise AttributeError(f"{type(self).__name__}.{name} cannot be changed.")

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and other.values() == self.values()

    def __hash__(self) -> int:
        return hash(self.values())

    def __repr__(self) -> str:
        return (
            f"{type(self).__name__}({', '.join(f'{name}={getattr(self, name)!r}' for name in self._names)})"
        )

    def values(self) -> tuple[Any, ...]:
        """Give the members in order."""
        return tuple(self.__dict__[name] for name in self._names)

    def but(self, **changed: Any) -> Self:
        """Give a copy with other values for some members."""
        return type(self)(**{name: self.__dict__[name] for name in self._names} | changed)
