"""restlite over WSGI."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated

from pydantic import Field

from restlite import App

from ..models import PARTS, Part, PartIn, keep
from ..workloads import rule
from . import Served

app = App(title="Parts")


@app.get("/hello")
def hello() -> dict[str, str]:
    return {"message": "hello"}


@app.get("/parts/<int:id>")
def search(
    id: int,
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
    q: Annotated[str | None, Field(max_length=50)] = None,
    tags: list[str] = [],  # noqa: B006
) -> dict[str, object]:
    return {"id": id, "limit": limit, "q": q, "tags": tags}


@app.post("/parts", status=201)
def create(body: PartIn) -> Part:
    return keep(body)


@app.get("/parts")
def parts() -> list[Part]:
    return PARTS


def serve() -> Served:
    return Served("wsgi", app)


def shower(names: tuple[str, ...]) -> Callable[..., dict[str, str]]:
    """Make a handler of its own for one route; it answers what the path holds."""
    shows: list[Callable[..., dict[str, str]]] = [
        lambda: {},  # noqa: PIE807 - a handler is a function
        lambda a: {"a": a},
        lambda a, b: {"a": a, "b": b},
        lambda a, b, c: {"a": a, "b": b, "c": c},
    ]
    handler = shows[len(names)]
    handler.__annotations__ = {**dict.fromkeys(names, str), "return": dict[str, str]}
    return handler


def route(count: int) -> Served:
    routed = App(title="Routes")
    for number in range(count):
        text, names = rule(number, count)
        routed.get(text)(shower(names))
    return Served("wsgi", routed)
