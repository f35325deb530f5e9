"""The sync driver: it runs steps in the thread that it is called in."""

from __future__ import annotations

from collections.abc import Callable
from contextvars import Context
from typing import Any, TypeVar

from ..waits import Steps, Wait, abandoned

T = TypeVar("T")
_NEW: Any = object()


class SyncDriver:
    """Run steps: read by ``read``, call user code here, await coroutines by ``run_async``.

    With a context, all user code of a request runs in that one context, on whichever thread.
    """

    __slots__ = ("_context", "_run_async", "read")

    def __init__(
        self,
        read: Callable[[], bytes],
        run_async: Callable[[Callable[[], Any], Context | None], Any],
        context: Context | None = None,
    ) -> None:
        self.read = read
        self._run_async = run_async
        self._context = context

    def run(self, steps: Steps[T], wait: Wait | None = None) -> T:
        """Run steps to their end; ``wait`` is one that another driver has begun with."""
        outcome = self.until_send(steps, wait)
        assert outcome[0] is None
        result: T = outcome[1]
        return result

    def until_send(self, steps: Steps[T], wait: Wait | None = None) -> tuple[bytes | None, Any]:
        """Run steps to the next chunk (chunk, None), or to their end (None, result)."""
        try:
            if wait is None:
                wait = next(steps)
            while wait.kind != "send":
                try:
                    result = self.do(wait)
                except BaseException as error:
                    wait = steps.throw(error)
                else:
                    wait = steps.send(result)
        except StopIteration as stop:
            return None, stop.value
        return wait.what, None

    def do(self, wait: Wait) -> Any:
        """Do what a step waits for."""
        if wait.kind == "call":
            return wait.what() if self._context is None else self._context.run(wait.what)
        if wait.kind == "await":
            return self._run_async(wait.what, self._context)
        return self.read()


class SyncChunks:
    """Iterate the chunks of a streamed answer; closing it early tells user code that the client has gone."""

    __slots__ = ("_done", "_driver", "_steps")

    def __init__(
        self, driver: SyncDriver, steps: Steps[None], done: Callable[[], None] | None = None
    ) -> None:
        self._driver = driver
        self._steps: Steps[None] | None = steps
        self._done = done

    def __iter__(self) -> SyncChunks:
        return self

    def __next__(self) -> bytes:
        if self._steps is None:
            raise StopIteration
        try:
            chunk, _ = self._driver.until_send(self._steps)
        except BaseException:
            self._steps = None
            raise
        if chunk is None:
            self._steps = None
            raise StopIteration
        return chunk

    def close(self) -> None:
        """End the stream: generators see ``GeneratorExit`` and close what they hold."""
        steps, self._steps = self._steps, None
        if steps is not None:
            self._driver.run(abandoned(steps))
        if self._done is not None:
            done, self._done = self._done, None
            done()
