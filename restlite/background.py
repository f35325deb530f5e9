"""Background tasks: run after the answer has been sent, on threads or the loop of their own."""

from __future__ import annotations

import logging
import threading
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, ParamSpec

from .depends import kind_of

if TYPE_CHECKING:
    from concurrent.futures import Future, ThreadPoolExecutor

P = ParamSpec("P")
logger = logging.getLogger("restlite")


class Background:
    """Take functions to run once the answer has been sent; a handler asks for it by annotation.

    .. code-block:: python

        @app.post("/orders")
        def order(body: OrderIn, background: Background) -> Created[Order]:
            background.add(send_mail, body.email)
            ...

    Tasks do not run when the handler fails. Their errors are logged.
    """

    def __init__(self) -> None:
        self._tasks: deque[tuple[Callable[..., Any], tuple[Any, ...], dict[str, Any]]] = deque()

    def add(self, function: Callable[P, Any], *args: P.args, **kwargs: P.kwargs) -> None:
        """Run a function, sync or async, after the answer."""
        self._tasks.append((function, args, kwargs))

    def __bool__(self) -> bool:
        return bool(self._tasks)

    def submit(self, workers: Workers) -> None:
        """Hand the tasks over."""
        while self._tasks:
            function, args, kwargs = self._tasks.popleft()
            workers.submit(function, args, kwargs)


class Workers:
    """Run background tasks on at most ``size`` threads; drained at shutdown."""

    def __init__(self, size: int, run_async: Callable[[Callable[[], Any]], Any]) -> None:
        self._size = size
        self._run_async = run_async
        self._lock = threading.Lock()
        self._pool: ThreadPoolExecutor | None = None
        self._pending: set[Future[None]] = set()

    def submit(self, function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        """Run one task; what it raises is logged."""

        def run() -> None:
            try:
                if kind_of(function) == "coroutine":
                    self._run_async(lambda: function(*args, **kwargs))
                else:
                    function(*args, **kwargs)
            except Exception:
                logger.exception("Background task %s failed.", getattr(function, "__qualname__", function))

        from concurrent.futures import ThreadPoolExecutor

        with self._lock:
            if self._pool is None:
                self._pool = ThreadPoolExecutor(self._size, "restlite-background")
            future = self._pool.submit(run)
            self._pending.add(future)
        future.add_done_callback(self._done)

    def _done(self, future: Future[None]) -> None:
        with self._lock:
            self._pending.discard(future)

    def drain(self, timeout: float) -> int:
        """Wait for all tasks; give how many were still running after ``timeout`` seconds."""
        from concurrent.futures import wait

        with self._lock:
            pending, pool, self._pool = set(self._pending), self._pool, None
        _, late = wait(pending, timeout)
        if pool is not None:
            with suppress(RuntimeError):
                pool.shutdown(wait=not late, cancel_futures=True)
        if late:
            logger.warning("%d background tasks were still running at shutdown.", len(late))
        return len(late)
