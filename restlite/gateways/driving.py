"""The async driver: it runs steps in the loop, and from the first sync user code on in one worker."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from concurrent.futures import Executor
from contextvars import Context, copy_context
from functools import cached_property, partial
from typing import Any

from ..waits import Disconnected, Steps, Wait, abandoned
from .loop import InContext, run_in
from .sync import SyncDriver


class AsyncDriver:
    """Run steps: read by ``read``, send by ``send``, await user code here, call it in a worker of ``pool``.

    Once in a worker, the steps stay there: generators held open cannot starve the pool.
    """

    #: The client has gone, or the server gives the request up.
    gone = False

    def __init__(
        self,
        pool: Callable[[], Executor],
        read: Callable[[], Awaitable[bytes]],
        send: Callable[[bytes], Awaitable[None]],
    ) -> None:
        self._pool = pool
        self._read = read
        self._send = send

    @cached_property
    def loop(self) -> asyncio.AbstractEventLoop:
        """Give the loop of the request."""
        return asyncio.get_running_loop()

    @cached_property
    def _context(self) -> Context:
        """Make the one context in which all user code of the request runs, on whichever thread."""
        return copy_context()

    @cached_property
    def sync(self) -> SyncDriver:
        """Make the driver for the worker."""
        return SyncDriver(self.read_from_thread, partial(run_in, self.loop), self._context)

    async def run(self, steps: Steps[Any]) -> Any:
        """Run steps to their end: here while they are async, in a worker once they are not."""
        try:
            wait = next(steps)
            while wait.kind != "call":
                try:
                    result = await self._do(wait)
                except BaseException as error:  # a cancelled request closes what it holds
                    wait = steps.throw(error)
                else:
                    wait = steps.send(result)
        except StopIteration as stop:
            return stop.value
        return await self.in_worker(partial(self.sync.run, steps, wait))

    async def _do(self, wait: Wait) -> Any:
        if wait.kind == "read":
            return await self._read()
        if wait.kind == "send":
            return await self._send(wait.what)
        return await InContext(self._context, awaited(wait.what))

    async def stream(self, steps: Steps[None]) -> None:
        """Run the steps of a stream; when cancelled, let user code clean up first."""
        try:
            wait = next(steps)
            while wait.kind != "call":
                try:
                    result = await self._do(wait)
                except Exception as error:
                    wait = steps.throw(error)
                except asyncio.CancelledError:
                    await self.run(abandoned(steps))
                    return
                else:
                    wait = steps.send(result)
        except StopIteration:
            pass
        else:
            await self.in_worker(partial(self._stream_from_thread, steps, wait))

    def _stream_from_thread(self, steps: Steps[None], wait: Wait | None) -> None:
        """Run the steps of a stream in the worker's thread; ``send`` waits for the client (back-pressure)."""
        while True:
            chunk, _ = self.sync.until_send(steps, wait)
            wait = None
            if chunk is None:
                return
            try:
                if self.gone:
                    raise Disconnected
                run_in(self.loop, partial(self._send, chunk), None)
            except Disconnected:
                self.sync.run(abandoned(steps))
                return

    async def in_worker(self, function: Callable[[], Any]) -> Any:
        """Run a function in a worker."""
        # A cancelled request still lets its worker end: user code must be able to clean up.
        return await asyncio.shield(self.loop.run_in_executor(self._pool(), function))

    def read_from_thread(self) -> bytes:
        """Read the next chunk of the body, from a worker's thread."""
        data: bytes = run_in(self.loop, self._read, None)
        return data


async def awaited(function: Callable[[], Any]) -> Any:
    """Call a function and await what it gives, all in the context of whoever awaits this."""
    return await function()
