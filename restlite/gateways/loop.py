"""One background event loop per process, for async code under WSGI."""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Coroutine, Generator
from contextvars import Context
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import asyncio


RunAsync = Callable[[Callable[[], Any], "Context | None"], Any]


class InContext:
    """Await a coroutine, each of whose steps runs in one context: a task's own is a copy."""

    __slots__ = ("_context", "_coroutine")

    def __init__(self, context: Context, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._context = context
        self._coroutine = coroutine

    def __await__(self) -> Generator[Any, Any, Any]:
        step: Callable[[Any], Any] = self._coroutine.send
        value: Any = None
        while True:
            try:
                waited = self._context.run(step, value)
            except StopIteration as stop:
                return stop.value
            try:
                step, value = self._coroutine.send, (yield waited)
            except BaseException as error:
                step, value = self._coroutine.throw, error


class LoopThread:
    """Run coroutines on a loop of their own; nothing starts before the first, and none survives a fork."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._pid = 0

    def run(self, function: Callable[[], Any], context: Context | None = None) -> Any:
        """Run a coroutine function to its end, in a context."""
        return run_in(self.loop(), function, context)

    def loop(self) -> asyncio.AbstractEventLoop:
        """Give the running loop, starting it when first asked."""
        if self._loop is None or self._pid != os.getpid():
            with self._lock:
                if self._loop is None or self._pid != os.getpid():
                    self._start()
        assert self._loop is not None
        return self._loop

    def _start(self) -> None:
        import asyncio

        loop = asyncio.new_event_loop()
        thread = threading.Thread(target=loop.run_forever, name="restlite-loop", daemon=True)
        thread.start()
        self._loop, self._pid = loop, os.getpid()


def run_in(
    loop: asyncio.AbstractEventLoop, function: Callable[[], Any], context: Context | None = None
) -> Any:
    """Run a coroutine function on a loop of another thread and wait for it."""
    from concurrent.futures import Future

    outcome: Future[Any] = Future()

    async def main() -> None:
        try:
            outcome.set_result(await function())
        except BaseException as error:
            outcome.set_exception(error)

    def start() -> None:
        task = loop.create_task(main(), context=context) if context is not None else loop.create_task(main())
        _running.add(task)
        task.add_done_callback(_running.discard)

    loop.call_soon_threadsafe(start)
    return outcome.result()


#: Tasks are held by weak references alone: without this they could vanish half-way.
_running: set[Any] = set()
background_loop = LoopThread()
