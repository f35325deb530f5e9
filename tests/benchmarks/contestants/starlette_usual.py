"""Starlette, as it is usually written with pydantic."""

from __future__ import annotations

from typing import Any

from pydantic import ValidationError
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from ..models import PARTS, PARTS_ADAPTER, PartIn, Search, keep
from ..workloads import rule
from . import Served
from .limit import refused

JSON = "application/json"


async def hello(request: Request) -> Response:
    return JSONResponse({"message": "hello"})


async def one(request: Request) -> Response:
    query = request.query_params
    given: dict[str, Any] = {name: query[name] for name in ("limit", "q") if name in query}
    if "tags" in query:
        given["tags"] = query.getlist("tags")
    found = Search.model_validate(given)
    return JSONResponse({"id": request.path_params["id"], **found.model_dump()})


async def create(request: Request) -> Response:
    part = PartIn.model_validate_json(await request.body())
    return Response(keep(part).model_dump_json(), 201, media_type=JSON)


async def parts(request: Request) -> Response:
    return Response(PARTS_ADAPTER.dump_json(PARTS), media_type=JSON)


async def refuse(request: Request, error: Any) -> Response:
    return Response(refused(error), 422, media_type=JSON)


def serve() -> Served:
    routes = [
        Route("/hello", hello),
        Route("/parts/{id:int}", one),
        Route("/parts", create, methods=["POST"]),
        Route("/parts", parts),
    ]
    return Served("asgi", Starlette(routes=routes, exception_handlers={ValidationError: refuse}))


async def show(request: Request) -> Response:
    return JSONResponse(request.path_params)


def route(count: int) -> Served:
    rules = [rule(number, count)[0].replace("<", "{").replace(">", "}") for number in range(count)]
    return Served("asgi", Starlette(routes=[Route(text, show) for text in rules]))
