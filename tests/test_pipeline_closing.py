"""The pipeline: what is opened for a request is closed, before the status line, whatever happens."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest
from werkzeug.test import EnvironBuilder

from restlite import App, Background, Conflict, Depends, NotFound
from restlite.testing import Client

SAID: list[str] = []


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    SAID.clear()


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
    tail = app.pipeline.respond(environ, check=False)
    wait = next(tail)
    try:
        while True:
            wait = tail.send(wait.what())
    except StopIteration as stop:
        (_, _, sending), _ = stop.value
    next(sending.steps)
    sending.steps.close()
