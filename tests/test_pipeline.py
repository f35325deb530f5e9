"""The pipeline: dependencies opened before the handler, and closed before the status line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from functools import partial
from typing import Annotated, Any

import pytest

from restlite import App, Depends, Form, NotFound, Query, Request
from restlite.testing import Client

SAID: list[str] = []


NAME: ContextVar[str] = ContextVar("NAME", default="unset")


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    SAID.clear()


def function() -> str:
    return "function"


async def coroutine() -> str:
    await asyncio.sleep(0)
    return "coroutine"


def generator() -> Iterator[str]:
    SAID.append("generator opened")
    try:
        yield "generator"
    finally:
        SAID.append("generator closed")


async def async_generator() -> AsyncIterator[str]:
    SAID.append("async generator opened")
    try:
        yield "async generator"
    finally:
        await asyncio.sleep(0)
        SAID.append("async generator closed")


def given(value: str) -> str:
    return value


class Service:
    def __init__(self, q: str = "-") -> None:
        self.q = q


Services = Annotated[Service, Depends()]


@pytest.mark.parametrize("asynchronous", [False, True])
def test_dependencies_of_all_kinds_meet_in_one_handler(gateway: Any, asynchronous: bool) -> None:
    app = App()

    def joined(
        a: Annotated[str, Depends(function)],
        b: Annotated[str, Depends(coroutine)],
        c: Annotated[str, Depends(generator)],
        d: Annotated[str, Depends(async_generator)],
        service: Services,
        e: Annotated[str, Depends(partial(given, "partial"))],
    ) -> list[str]:
        SAID.append("handler")
        return [a, b, c, d, service.q, e]

    async def later(
        a: Annotated[str, Depends(function)],
        b: Annotated[str, Depends(coroutine)],
        c: Annotated[str, Depends(generator)],
        d: Annotated[str, Depends(async_generator)],
        service: Services,
        e: Annotated[str, Depends(partial(given, "partial"))],
    ) -> list[str]:
        return joined(a, b, c, d, service, e)

    app.get("/")(later if asynchronous else joined)
    with Client(app, gateway=gateway) as client:
        response = client.get("/?q=x")
    assert response.json() == ["function", "coroutine", "generator", "async generator", "x", "partial"]
    assert SAID == [
        "generator opened",
        "async generator opened",
        "handler",
        "async generator closed",
        "generator closed",
    ]


def test_a_dependency_is_made_once_for_a_request_however_often_it_is_asked_for(gateway: Any) -> None:
    def root(id: int) -> int:
        SAID.append(f"root {id}")
        return id

    def left(root: Annotated[int, Depends(root)]) -> str:
        return f"left {root}"

    async def right(root: Annotated[int, Depends(root)], left: Annotated[str, Depends(left)]) -> str:
        return f"right {root} of {left}"

    app = App()

    @app.get("/<int:id>", dependencies=[Depends(root)])
    def show(
        id: int, root: Annotated[int, Depends(root)], right: Annotated[str, Depends(right)]
    ) -> list[Any]:
        return [id, root, right]

    with Client(app, gateway=gateway) as client:
        assert client.get("/1").json() == [1, 1, "right 1 of left 1"]
        assert client.get("/2").json() == [2, 2, "right 2 of left 2"]
    assert SAID == ["root 1", "root 2"]


def test_a_dependencys_parameters_and_errors_are_the_operations(gateway: Any) -> None:
    def find(q: Annotated[int, Query], request: Request) -> int:
        if q == 0:
            raise NotFound(f"Not at {request.path}.")
        return q

    app = App()

    @app.get("/")
    def show(found: Annotated[int, Depends(find, raises=(NotFound,))]) -> int:
        return found

    with Client(app, gateway=gateway) as client:
        assert client.get("/?q=2").json() == 2
        assert client.get("/?q=0").json()["detail"] == "Not at /."
        assert client.get("/").json()["errors"][0]["parameter"] == "q"


def twice() -> Iterator[int]:
    yield 1
    yield 2


async def twice_later() -> AsyncIterator[int]:
    yield 1
    yield 2


def never() -> Iterator[int]:
    return
    yield


async def never_later() -> AsyncIterator[int]:
    return
    yield


@pytest.mark.parametrize(
    ("dependency", "says"),
    [
        (twice, "twice yielded twice; it must yield once."),
        (twice_later, "twice_later yielded twice; it must yield once."),
        (never, "never"),
        (never_later, "never_later"),
    ],
)
def test_a_dependency_yields_once(
    gateway: Any, dependency: Any, says: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()

    @app.get("/")
    def show(one: Annotated[int, Depends(dependency)]) -> int:
        return one

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500
    assert says in caplog.text


def set_name(name: str) -> Iterator[None]:
    NAME.set(name)
    SAID.append("set")
    yield
    SAID.append(f"left {NAME.get()}")


async def set_name_later(name: str) -> None:
    NAME.set(name)


async def add_to_name() -> AsyncIterator[None]:
    NAME.set(f"{NAME.get()}!")
    yield
    SAID.append(f"left {NAME.get()}")


@pytest.mark.parametrize("asynchronous", [False, True])
@pytest.mark.parametrize(
    ("dependencies", "expect"),
    [
        ([set_name], "a"),
        ([set_name_later], "a"),
        ([set_name, add_to_name], "a!"),
        ([set_name_later, add_to_name], "a!"),
        ([add_to_name, set_name], "a"),
    ],
)
def test_a_context_variable_set_by_a_dependency_is_seen_by_the_handler(
    gateway: Any, dependencies: Any, expect: str, asynchronous: bool
) -> None:
    app = App()

    def show() -> str:
        return NAME.get()

    async def show_later() -> str:
        await asyncio.sleep(0)
        return NAME.get()

    options = [Depends(dependency) for dependency in dependencies]
    app.get("/", dependencies=options)(show_later if asynchronous else show)
    with Client(app, gateway=gateway) as client:
        assert client.get("/?name=a").text == expect
    assert NAME.get() == "unset"
    assert all(said in ("set", f"left {expect}") for said in SAID)


@pytest.mark.parametrize(
    ("body", "status"), [(b"title=a", 200), (b"title=" + b"x" * 200, 413), (b"title=%ff", 400)]
)
def test_a_form_that_cannot_be_taken(gateway: Any, body: bytes, status: int) -> None:
    app = App(form_memory=100)

    @app.post("/")
    def save(title: Form[str]) -> str:
        return title

    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    with Client(app, gateway=gateway) as client:
        response = client.post("/", content=body, headers=headers)
    assert response.status_code == status
