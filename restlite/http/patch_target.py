"""What the patches of one type need of it: how it is written, read again, and described."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable
from functools import cached_property
from typing import Any

from ..adapters import Adapter
from .mergepatch import Shape


class Target(ABC):
    """Write, read and describe what the patches of one type change; all is compiled when first used."""

    def __init__(self, annotation: Any, *, strict: bool) -> None:
        self.annotation = annotation
        self.strict = strict

    @cached_property
    def shape(self) -> Shape:
        """Say what the type is made of."""
        return self.make_shape()

    @cached_property
    def partial(self) -> Adapter:
        """Give the adapter of merge patches."""
        return self.make_partial()

    @property
    def guarded(self) -> bool:
        """Tell whether some member is read-only or hidden."""
        return True

    def loader(self) -> Callable[[bytes], Any]:
        """Give the function that reads a merge patch; it raises ``Malformed`` or ``Refusal``."""
        return self.partial.json_loader()

    def finish(self, value: Any, former: Any, changed: set[str]) -> Any:
        """Tell a value which members were set: those of the former one, and what changed, by its keys."""
        return value

    @abstractmethod
    def make_shape(self) -> Shape:
        """Read what the type is made of."""

    @abstractmethod
    def make_partial(self) -> Adapter:
        """Derive the adapter of merge patches."""

    @abstractmethod
    def dump(self, current: Any) -> tuple[Any, Any]:
        """Give a value as one of the type, and its document with all members, hidden ones too.

        Raises :class:`WrongAnswer` where it is none: that is the handler's error.
        """

    @abstractmethod
    def load(self, document: Any) -> Any:
        """Make a value of a document with all members. Raises ``Refusal``."""
