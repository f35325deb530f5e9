"""FastAPI, as its documentation shows it."""

from __future__ import annotations

from typing import Annotated

from fastapi import FastAPI, Query

from ..models import PARTS, Found, Part, PartIn, keep
from ..workloads import rule
from . import Served, shower

app = FastAPI()


@app.get("/hello")
async def hello() -> dict[str, str]:
    return {"message": "hello"}


@app.get("/parts/{id}")
async def search(
    id: int,
    limit: Annotated[int, Query(ge=1, le=100)] = 20,
    q: Annotated[str | None, Query(max_length=50)] = None,
    tags: Annotated[list[str], Query()] = [],  # noqa: B006
) -> Found:
    return Found(id=id, limit=limit, q=q, tags=tags)


@app.post("/parts", status_code=201)
async def create(part: PartIn) -> Part:
    return keep(part)


@app.get("/parts")
async def parts() -> list[Part]:
    return PARTS


def serve() -> Served:
    return Served("asgi", app)


def route(count: int) -> Served:
    routed = FastAPI()
    for number in range(count):
        text, names = rule(number, count)
        routed.get(text.replace("<", "{").replace(">", "}"))(shower(names))
    return Served("asgi", routed)
