"""restlite over ASGI."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from restlite import App

from ..models import PARTS, Part, PartIn, keep
from ..workloads import rule
from . import Served, shower

app = App(title="Parts")


@app.get("/hello")
async def hello() -> dict[str, str]:
    return {"message": "hello"}


@app.get("/parts/<int:id>")
async def search(
    id: int,
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
    q: Annotated[str | None, Field(max_length=50)] = None,
    tags: list[str] = [],  # noqa: B006
) -> dict[str, object]:
    return {"id": id, "limit": limit, "q": q, "tags": tags}


@app.post("/parts", status=201)
async def create(body: PartIn) -> Part:
    return keep(body)


@app.get("/parts")
async def parts() -> list[Part]:
    return PARTS


def serve() -> Served:
    return Served("asgi", app.asgi)


def route(count: int) -> Served:
    routed = App(title="Routes")
    for number in range(count):
        text, names = rule(number, count)
        routed.get(text)(shower(names))
    return Served("asgi", routed.asgi)
