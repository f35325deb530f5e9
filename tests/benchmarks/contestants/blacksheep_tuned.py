"""BlackSheep with the calls of pydantic-core that the limit makes, and nothing of its own around them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from blacksheep import Application, Content, Request, Response, Router
from pydantic import ValidationError
from pydantic_core import to_json

from ..models import PARTS, keep
from ..workloads import rule
from . import Served
from .limit import read_part, refused, search_of, write_part, write_parts


def answer(body: bytes, status: int = 200) -> Response:
    return Response(status, None, Content(b"application/json", body))


async def hello(request: Request) -> Response:
    return answer(to_json({"message": "hello"}))


async def one(request: Request) -> Response:
    found = search_of((request.url.query or b"").decode())
    values: Any = request.route_values
    return answer(to_json({"id": int(values["id"]), "limit": found.limit, "q": found.q, "tags": found.tags}))


async def create(request: Request) -> Response:
    try:
        part = read_part(await request.read() or b"")
    except ValidationError as error:
        return answer(refused(error), 422)
    return answer(write_part(keep(part)), 201)


async def parts(request: Request) -> Response:
    return answer(write_parts(PARTS))


def shower() -> Callable[..., Any]:
    async def show(request: Request) -> Response:
        return answer(to_json(request.route_values or {}))

    return show


def serve() -> Served:
    router = Router()
    router.add_get("/hello", hello)
    router.add_get("/parts/{int:id}", one)
    router.add_post("/parts", create)
    router.add_get("/parts", parts)
    app = Application(router=router)
    return Served("asgi", app, app.start)


def route(count: int) -> Served:
    router = Router()
    for number in range(count):
        router.add_get(rule(number, count)[0].replace("<", "{").replace(">", "}"), shower())
    app = Application(router=router)
    return Served("asgi", app, app.start)
