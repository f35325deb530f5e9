"""Who serves the workloads: the limit, restlite, and peers where they are installed.

Each module has ``serve()``, which gives an app for W1 to W5, and may have ``route(count)``, which gives one
with as many routes for W6. A peer is written as its users would write it for speed: where it leaves
validation to them, it gets the very calls of pydantic-core that the limit makes.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, NamedTuple


class Served(NamedTuple):
    """Hold an app that is ready for requests."""

    gateway: Literal["wsgi", "asgi"]
    app: Callable[..., Any]
    #: What the server would await before the first request.
    startup: Callable[[], Awaitable[object]] | None = None


def shower(names: tuple[str, ...]) -> Callable[..., Awaitable[dict[str, str]]]:
    """Make a handler of its own for one route; it answers what the path holds."""

    async def none() -> dict[str, str]:
        return {}

    async def one(a: str) -> dict[str, str]:
        return {"a": a}

    async def two(a: str, b: str) -> dict[str, str]:
        return {"a": a, "b": b}

    async def three(a: str, b: str, c: str) -> dict[str, str]:
        return {"a": a, "b": b, "c": c}

    return (none, one, two, three)[len(names)]
