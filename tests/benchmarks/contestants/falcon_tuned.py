"""Falcon with the calls of pydantic-core that the limit makes, and nothing of its own around them."""

from __future__ import annotations

from typing import Any

import falcon
from pydantic import ValidationError
from pydantic_core import to_json

from ..models import PARTS, keep
from ..workloads import rule
from . import Served
from .limit import read_part, refused, search_of, write_part, write_parts


class Hello:
    def on_get(self, request: Any, response: Any) -> None:
        response.data = to_json({"message": "hello"})


class One:
    def on_get(self, request: Any, response: Any, id: int) -> None:
        found = search_of(request.query_string)
        response.data = to_json({"id": id, "limit": found.limit, "q": found.q, "tags": found.tags})


class Parts:
    def on_get(self, request: Any, response: Any) -> None:
        response.data = write_parts(PARTS)

    def on_post(self, request: Any, response: Any) -> None:
        response.data = write_part(keep(read_part(request.bounded_stream.read())))
        response.status = falcon.HTTP_201


class Values:
    def on_get(self, request: Any, response: Any, **values: str) -> None:
        response.data = to_json(values)


def refuse(request: Any, response: Any, error: ValidationError, values: Any) -> None:
    response.status = "422 Unprocessable Content"
    response.data = refused(error)


def serve() -> Served:
    app = falcon.App()
    app.add_route("/hello", Hello())
    app.add_route("/parts/{id:int}", One())
    app.add_route("/parts", Parts())
    app.add_error_handler(ValidationError, refuse)
    return Served("wsgi", app)


def route(count: int) -> Served:
    app = falcon.App()
    for number in range(count):
        app.add_route(rule(number, count)[0].replace("<", "{").replace(">", "}"), Values())
    return Served("wsgi", app)
