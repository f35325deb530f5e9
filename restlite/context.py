"""What operations share: with all others of their app, and with those of their routers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.routing import BaseConverter

from .config import Config
from .converters import CONVERTERS
from .depends import Overrides
from .errors import ErrorFormat
from .frozen import Record
from .hooks import Hook
from .links import Linker
from .media import Codec
from .state import State


class Context(Record):
    """Hold what all operations of an app share."""

    config: Config
    linker: Linker
    state: State
    overrides: Overrides
    codecs: tuple[Codec, ...] = ()
    converters: Mapping[str, type[BaseConverter]] = CONVERTERS

    @property
    def check(self) -> bool:
        """Tell whether every answer is checked in full."""
        wanted = self.config.validate_responses
        return wanted == "always" or (wanted == "debug" and self.config.debug)


class Scope(Record):
    """Hold what a router or app says of what happens below it; it grows until the app serves."""

    handlers: dict[type[BaseException], Callable[..., Any]]
    hooks: list[Hook]
    error_format: ErrorFormat | None = None
