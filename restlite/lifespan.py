"""The life cycle of an app: context managers entered before the first request, left at shutdown."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from .waits import Steps, call

Manager = Callable[..., Any]


class Lifespan:
    """Enter context managers, sync or async, in order; leave them last in first out."""

    def __init__(self, managers: Sequence[Manager], app: Any) -> None:
        self._managers = tuple(managers)
        self._app = app
        self._entered: list[tuple[Any, bool]] = []
        self.lock = threading.RLock()
        self.started = not managers

    def start(self) -> Steps[None]:
        """Enter all; when one fails, leave those before it and raise."""
        try:
            for make in self._managers:
                manager = make(self._app)
                is_async = hasattr(manager, "__aenter__")
                yield call(manager.__aenter__ if is_async else manager.__enter__, is_async=is_async)
                self._entered.append((manager, is_async))
        except BaseException as error:
            yield from self._leave(error)
            raise
        self.started = True

    def stop(self) -> Steps[None]:
        """Leave all; the first error is raised once all have been left."""
        self.started = not self._managers
        error = yield from self._leave(None)
        if error is not None:
            raise error

    def _leave(self, error: BaseException | None) -> Steps[BaseException | None]:
        while self._entered:
            manager, is_async = self._entered.pop()
            kind = type(error) if error is not None else None
            leave = manager.__aexit__ if is_async else manager.__exit__
            try:
                yield call(partial(leave, kind, error, None), is_async=is_async)
            except Exception as raised:
                error = error or raised
        return error
