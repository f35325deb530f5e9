"""Litestar, as its documentation shows it."""

from __future__ import annotations

from typing import Annotated

from litestar import Litestar, get, post
from litestar.params import Parameter

from ..models import PARTS, Found, Part, PartIn, keep
from ..workloads import rule
from . import Served, shower


@get("/hello")
async def hello() -> dict[str, str]:
    return {"message": "hello"}


@get("/parts/{id:int}")
async def search(
    id: int,
    limit: Annotated[int, Parameter(ge=1, le=100)] = 20,
    q: Annotated[str | None, Parameter(max_length=50)] = None,
    tags: list[str] | None = None,
) -> Found:
    return Found(id=id, limit=limit, q=q, tags=tags or [])


@post("/parts", status_code=201)
async def create(data: PartIn) -> Part:
    return keep(data)


@get("/parts")
async def parts() -> list[Part]:
    return PARTS


def serve() -> Served:
    return Served("asgi", Litestar([hello, search, create, parts], openapi_config=None))


def route(count: int) -> Served:
    rules = [rule(number, count) for number in range(count)]
    handlers = [get(text.replace("<", "{").replace(">", ":str}"))(shower(names)) for text, names in rules]
    return Served("asgi", Litestar(handlers, openapi_config=None))
