"""Keys: the members by which a list is ordered, and where a value stands among them.

``None`` comes last, and first where the order is turned round: whatever the database would do.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple, TypeVar

T = TypeVar("T")


class Key(NamedTuple):
    """Hold one member to order by: ``-price`` is ``Key("price", descending=True)``."""

    name: str
    descending: bool = False

    def __str__(self) -> str:
        return f"-{self.name}" if self.descending else self.name

    @property
    def reversed(self) -> Key:
        """Give the key of the opposite order."""
        return Key(self.name, not self.descending)


def keys_of(texts: str | Iterable[str]) -> tuple[Key, ...]:
    """Read keys as a client writes them.

    >>> keys_of(["title", "-price"])
    (Key(name='title', descending=False), Key(name='price', descending=True))
    """
    listed = [texts] if isinstance(texts, str) else texts
    return tuple(Key(text.removeprefix("-"), text.startswith("-")) for text in listed)


def value_of(item: Any, name: str) -> Any:
    """Give the member of a mapping or of any other object."""
    given: Any = item
    return given[name] if isinstance(item, Mapping) else getattr(given, name)


def values_of(item: Any, keys: Sequence[Key]) -> list[Any]:
    """Give the values by which an item is ordered."""
    return [value_of(item, key.name) for key in keys]


def arranged(items: Iterable[T], keys: Sequence[Key]) -> list[T]:
    """Sort by several keys; what is equal stays in its order."""
    found = list(items)
    for key in reversed(keys):
        found.sort(key=lambda item: _rank(value_of(item, key.name)), reverse=key.descending)
    return found


def follows(item: Any, keys: Sequence[Key], place: Sequence[Any]) -> bool:
    """Tell whether an item comes after a place in the order."""
    for key, other in zip(keys, place, strict=True):
        own, its = _rank(value_of(item, key.name)), _rank(other)
        if own != its:
            return own < its if key.descending else own > its
    return False


def _rank(value: Any) -> tuple[bool, Any]:
    plain = value.value if isinstance(value, Enum) else value  # as cursors hold it; members have no order
    return (True, 0) if plain is None else (False, plain)
