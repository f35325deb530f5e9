"""Typed state: of an app, and of one request."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

T = TypeVar("T")


class StateKey(Generic[T]):
    """Name a value in a :class:`State` together with its type.

    .. code-block:: python

        ENGINE = StateKey[Engine]("engine")
        app.state[ENGINE] = create_engine(url)
        engine = app.state[ENGINE]            # typed Engine
    """

    __slots__ = ("name",)

    def __init__(self, name: str) -> None:
        self.name = name

    def __repr__(self) -> str:
        return f"StateKey({self.name!r})"


class State:
    """Hold values by :class:`StateKey`, or by their class."""

    __slots__ = ("_values",)

    def __init__(self) -> None:
        self._values: dict[Any, Any] = {}

    def __getitem__(self, key: StateKey[T] | type[T]) -> T:
        try:
            value: T = self._values[key]
        except KeyError:
            raise LookupError(
                f"Nothing is stored under {key!r}. Set it first: state[{key!r}] = ..."
            ) from None
        return value

    def __setitem__(self, key: StateKey[T] | type[T], value: T) -> None:
        self._values[key] = value

    def __delitem__(self, key: StateKey[Any] | type[Any]) -> None:
        del self._values[key]

    def __contains__(self, key: object) -> bool:
        return key in self._values

    def get(self, key: StateKey[T] | type[T], default: T | None = None) -> T | None:
        """Give the value, or ``default`` where there is none."""
        value: T | None = self._values.get(key, default)
        return value
