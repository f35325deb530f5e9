"""Hooks know what they are and say what they may answer."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from typing import Any

import pytest

from restlite import App, Forbidden, Gone, Request, Response
from restlite.hooks import Hook, make_hook
from restlite.records import AnswerRecord, Described, SchemaRef
from restlite.testing import Client


def around(request: Request) -> Iterator[None]:
    response: Response = yield  # type: ignore[assignment, misc]
    response.headers["X-Around"] = "1"


async def async_around(request: Request) -> AsyncIterator[None]:
    response: Response = yield  # type: ignore[misc]
    response.headers["X-Around"] = "1"


def before(request: Request) -> Response | None:
    return Response("stopped", status=403) if "stop" in request.args else None


async def async_before(request: Request) -> Response | None:
    return before(request)


def after(request: Request, response: Response) -> None:
    response.headers["X-After"] = request.method


async def async_after(request: Request, response: Response) -> Response:
    return Response("replaced")


KINDS: list[Any] = [
    ("around", around, "generator", False),
    ("around", async_around, "async generator", True),
    ("before", before, "function", False),
    ("before", async_before, "coroutine", True),
    ("after", after, "function", False),
    ("after", async_after, "coroutine", True),
]


@pytest.mark.parametrize(("when", "function", "kind", "is_async"), KINDS)
def test_kinds_of_hooks(when: Any, function: Any, kind: str, is_async: bool) -> None:
    hook = Hook(when, function)
    assert (hook.kind, hook.is_async) == (kind, is_async)
    assert hook.describe("GET") == Described()


@pytest.mark.parametrize(("when", "function"), [row[:2] for row in KINDS])
def test_hooks_of_every_kind_run(when: Any, function: Any, gateway: Any) -> None:
    app = App()
    getattr(app, when)(function)

    @app.get("/")
    def show(request: Request) -> str:
        return "shown"

    client = Client(app, gateway=gateway, undeclared="ignore")
    response = client.get("/?stop=1")
    seen = (
        response.status_code,
        response.text,
        response.headers.get("X-Around"),
        response.headers.get("X-After"),
    )
    assert (
        seen
        == {
            around: (200, "shown", "1", None),
            async_around: (200, "shown", "1", None),
            before: (403, "stopped", None, None),
            async_before: (403, "stopped", None, None),
            after: (200, "shown", None, "GET"),
            async_after: (200, "replaced", None, None),
        }[function]
    )
    assert client.get("/").status_code == 200


def test_hooks_describe_what_they_may_answer() -> None:
    declared = make_hook(
        "after", after, {"raises": [Forbidden, Gone], "headers": {"X-After": str, "X-Count": int}}
    )
    fields = (
        ("X-After", SchemaRef(str, "pydantic", "output")),
        ("X-Count", SchemaRef(int, "pydantic", "output")),
    )
    assert declared.describe("GET") == Described(
        answers=(AnswerRecord(0, "", headers=fields),), problems=(Forbidden, Gone)
    )
    assert make_hook("before", before, {}) == Hook("before", before)
