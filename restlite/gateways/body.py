"""A request body as a handler iterates it, on either gateway."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from ..intake import too_large, truncated


class BodyChunks:
    """Iterate the chunks of a body, sync or async, while counting them."""

    def __init__(
        self,
        read: Callable[[], bytes],
        read_async: Callable[[], Awaitable[bytes]],
        length: int | None,
        limit: int | None,
    ) -> None:
        self._read = read
        self._read_async = read_async
        self._length = length
        self._limit = limit
        self._received = 0

    def __iter__(self) -> BodyChunks:
        return self

    def __aiter__(self) -> BodyChunks:
        return self

    def __next__(self) -> bytes:
        chunk = self._counted(b"" if self._length == self._received else self._read())
        if not chunk:
            raise StopIteration
        return chunk

    async def __anext__(self) -> bytes:
        chunk = self._counted(b"" if self._length == self._received else await self._read_async())
        if not chunk:
            raise StopAsyncIteration
        return chunk

    def _counted(self, chunk: bytes) -> bytes:
        self._received += len(chunk)
        if self._limit is not None and self._received > self._limit:
            raise too_large(self._limit)
        if not chunk and self._length is not None and self._received < self._length:
            raise truncated()
        return chunk
