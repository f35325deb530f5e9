"""The pipeline: dependencies opened before the handler, and closed before the status line."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextvars import ContextVar
from functools import partial
from typing import Annotated, Any

import pytest
from werkzeug.test import EnvironBuilder

from restlite import App, Background, Conflict, Depends, Form, NotFound, Query, Request
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


def commits() -> Iterator[str]:
    try:
        yield "session"
    except LookupError:
        SAID.append("rolled back")
        raise
    else:
        SAID.append("committed")
        raise ZeroDivisionError("the commit failed")


async def commits_later() -> AsyncIterator[str]:
    try:
        yield "session"
    except LookupError:
        SAID.append("rolled back")
        raise
    else:
        SAID.append("committed")
        raise ZeroDivisionError("the commit failed")


@pytest.mark.parametrize("dependency", [commits, commits_later])
def test_a_commit_that_fails_is_a_500(
    gateway: Any, dependency: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()

    @app.get("/")
    def show(background: Background, session: Annotated[str, Depends(dependency)]) -> str:
        background.add(SAID.append, "never run")
        return session

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert response.status_code == 500
    assert SAID == ["committed"]
    assert "the commit failed" in caplog.text


@pytest.mark.parametrize("dependency", [commits, commits_later])
def test_a_dependency_sees_what_the_handler_raises(gateway: Any, dependency: Any) -> None:
    app = App()

    @app.get("/")
    async def show(session: Annotated[str, Depends(dependency)]) -> str:
        raise LookupError("in the handler")

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500
    assert SAID == ["rolled back"]


def test_a_dependency_closes_when_the_value_has_been_serialized(gateway: Any) -> None:
    class Lazy:
        """An object that can be read while its session is open."""

        closed = False

        @property
        def id(self) -> int:
            assert not self.closed
            SAID.append("read")
            return 1

    def session() -> Iterator[Lazy]:
        lazy = Lazy()
        yield lazy
        lazy.closed = True
        SAID.append("closed")

    from pydantic import BaseModel

    class Row(BaseModel):
        id: int

    app = App()

    @app.get("/")
    def show(lazy: Annotated[Lazy, Depends(session)]) -> Row:
        return lazy  # type: ignore[return-value]

    with Client(app, gateway=gateway) as client:
        assert client.get("/").json() == {"id": 1}
    assert SAID[0] == "read"
    assert SAID[-1] == "closed"


def test_a_wrong_answer_is_seen_by_dependencies(gateway: Any) -> None:
    def session() -> Iterator[int]:
        try:
            yield 1
        except Exception as error:
            SAID.append(type(error).__name__)
            raise

    app = App()

    @app.get("/")
    def show(one: Annotated[int, Depends(session)]) -> int:
        return "x"  # type: ignore[return-value]

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500
    assert SAID == ["WrongAnswer"]


def swallows() -> Iterator[int]:
    try:
        yield 1
    except LookupError:
        SAID.append("swallowed")


def replaces() -> Iterator[int]:
    try:
        yield 1
    except LookupError:
        raise Conflict("Try again.") from None


@pytest.mark.parametrize(("dependency", "status"), [(swallows, 500), (replaces, 409)])
def test_a_dependency_may_replace_an_error_but_not_hide_it(
    gateway: Any, dependency: Any, status: int
) -> None:
    app = App()

    @app.get("/", raises=[Conflict])
    def show(one: Annotated[int, Depends(dependency)]) -> str:
        raise LookupError

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == status


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


def test_a_dependency_that_fails_closes_those_before_it(gateway: Any) -> None:
    async def fails(one: Annotated[str, Depends(generator)]) -> int:
        raise NotFound

    app = App()

    @app.get("/", raises=[NotFound])
    def show(one: Annotated[str, Depends(async_generator)], two: Annotated[int, Depends(fails)]) -> int:
        return two

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 404
    assert SAID == [
        "async generator opened",
        "generator opened",
        "generator closed",
        "async generator closed",
    ]


def test_a_dependency_may_live_until_the_answer_is_sent(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(
        one: Annotated[str, Depends(generator, scope="answer")],
        two: Annotated[str, Depends(async_generator)],
    ) -> Iterator[str]:
        SAID.append("handler")
        yield one
        yield two

    @app.get("/value")
    def value(one: Annotated[str, Depends(generator, scope="answer")]) -> str:
        return one

    with Client(app, gateway=gateway) as client:
        assert client.get("/").text == "generatorasync generator"
        assert SAID[-2:] == ["async generator closed", "generator closed"]
        SAID.clear()
        assert client.get("/value").text == "generator"
        assert SAID == ["generator opened", "generator closed"]


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


class Stopped(BaseException):
    """What stops a worker: no error of the application."""


def test_what_stops_a_worker_closes_what_a_request_holds() -> None:
    app = App()

    @app.get("/")
    def show(one: Annotated[str, Depends(generator)], two: Annotated[str, Depends(async_generator)]) -> str:
        raise Stopped

    @app.get("/stream")
    def stream(one: Annotated[str, Depends(generator)]) -> Iterator[int]:
        raise Stopped
        yield 1

    with Client(app) as client:
        with pytest.raises(Stopped):
            client.get("/")
        with pytest.raises(Stopped):
            client.get("/stream")
    assert SAID == [
        "generator opened",
        "async generator opened",
        "async generator closed",
        "generator closed",
        "generator opened",
        "generator closed",
    ]


def test_steps_that_nobody_drives_any_more_end_quietly() -> None:
    app = App()

    @app.get("/")
    def show(one: Annotated[str, Depends(generator)]) -> Iterator[int]:
        yield 1

    @app.get("/value")
    def value(one: Annotated[str, Depends(generator)]) -> str:
        return one

    environ = EnvironBuilder().get_environ()
    for path, waits in (("/", 1), ("/", 2), ("/", 3), ("/value", 3)):
        steps = app.pipeline.respond({**environ, "PATH_INFO": path}, check=False)
        wait = next(steps)
        for _ in range(waits - 1):
            wait = steps.send(wait.what())
        steps.close()
