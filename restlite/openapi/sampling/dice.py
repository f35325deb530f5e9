"""Choices that are the same in every process: each place of a value throws dice of its own."""

from __future__ import annotations

from collections.abc import Sequence
from hashlib import blake2b
from typing import TypeVar

_T = TypeVar("_T")


class Dice:
    """Give numbers that follow from words alone.

    >>> Dice("seed", "/title").below(100) == Dice("seed", "/title").below(100)
    True
    """

    __slots__ = ("_pool", "_seed")

    def __init__(self, *words: str) -> None:
        self._seed = blake2b("\0".join(words).encode("utf-8", "surrogatepass"), digest_size=16).digest()
        self._pool = int.from_bytes(self._seed, "big")

    def below(self, count: int) -> int:
        """Choose a number from 0 to ``count`` - 1."""
        # A pool much larger than the count makes every number as likely as any other.
        while self._pool < count << 16:
            self._seed = blake2b(self._seed, digest_size=16).digest()
            self._pool = (self._pool << 128) | int.from_bytes(self._seed, "big")
        self._pool, chosen = divmod(self._pool, count)
        return chosen

    def of(self, items: Sequence[_T]) -> _T:
        """Choose one of several."""
        return items[self.below(len(items))]
