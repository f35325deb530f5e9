"""An ASGI server in small: what it gives to an app, and what it gets back."""

from __future__ import annotations

import asyncio
from typing import Any

from restlite import App


def scope(path: str = "/", method: str = "GET", headers: Any = (), **more: Any) -> dict[str, Any]:
    return {"type": "http", "method": method, "path": path, "headers": list(headers), **more}


def part(body: bytes = b"", *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.request", "body": body, "more_body": more}


GONE = {"type": "http.disconnect"}


class Server:
    """Call an app as a server does, and keep what it sends."""

    def __init__(self, app: App, *received: dict[str, Any], fails: int | None = None) -> None:
        self.app = app
        self.received = list(received) or [part()]
        self.sent: list[dict[str, Any]] = []
        self.fails = fails

    async def serve(self, request: dict[str, Any], *, leave: float | None = None) -> None:
        left = asyncio.Event()
        if leave is not None:
            asyncio.get_running_loop().call_later(leave, left.set)

        async def receive() -> dict[str, Any]:
            if self.received:
                return self.received.pop(0)
            await left.wait()
            return GONE

        async def send(message: dict[str, Any]) -> None:
            if self.fails is not None and len(self.sent) > self.fails:
                raise OSError("the client has gone")
            self.sent.append(message)
            await asyncio.sleep(0)

        await self.app.asgi(request, receive, send)

    def run(self, request: dict[str, Any], *, leave: float | None = None) -> Server:
        async def main() -> None:
            await asyncio.wait_for(self.serve(request, leave=leave), 10)

        asyncio.run(main())
        return self

    @property
    def status(self) -> int:
        return int(self.sent[0]["status"])

    @property
    def body(self) -> bytes:
        return b"".join(message["body"] for message in self.sent[1:])
