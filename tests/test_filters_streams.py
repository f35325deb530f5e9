"""Streams are tails to every filter, whoever began them, and are closed where they are replaced."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import suppress
from functools import partial
from typing import Any, TypedDict

import pytest

from restlite import Answer, App, Forbidden, Request, Response
from restlite.aliases import Environ
from restlite.hooks import Filter, Hook
from restlite.testing import Client
from restlite.waits import Steps, Tail, Wait, Wire

checked = pytest.mark.parametrize("checked", [True, False])


class Mark(Filter):
    """Say in a field of the answer who has looked at it, and at what."""

    def __init__(self, name: str) -> None:
        self.name = name

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        wire[1].append(("X-Seen", f"{self.name} {wire[0][:3]} {type(wire[2]).__name__}"))
        return wire


def seen(response: Any) -> list[str]:
    return list(response.headers.getlist("X-Seen"))


class Shout(Filter):
    """Put another tail in the place of a stream's."""

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        line, headers, chunks = wire
        return (line, headers, Tail(shouted(chunks.steps))) if isinstance(chunks, Tail) else wire


def shouted(steps: Steps[None]) -> Steps[None]:
    resume: Callable[[], Wait] = partial(next, steps)
    with suppress(StopIteration):
        while True:
            wait = resume()
            try:
                result = yield Wait("send", wait.what.upper()) if wait.kind == "send" else wait
            except BaseException as error:
                resume = partial(steps.throw, error)
            else:
                resume = partial(steps.send, result)


class Instead(Filter):
    """Put a whole body in the place of whatever there is."""

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        return wire[0], [("Content-Type", "text/plain"), ("Content-Length", "7")], [b"instead"]


def make_streams(closed: list[str], *hooks: Filter | Hook) -> App:
    app = App(hooks=hooks)

    @app.get("/stream")
    def stream() -> Iterator[str]:
        try:
            yield "a"
            yield "b"
        finally:
            closed.append("stream")

    @app.get("/later")
    async def later() -> AsyncIterator[str]:
        try:
            yield "a"
            yield "b"
        finally:
            closed.append("later")

    @app.get("/handled", raises=[KeyError])
    def handled() -> str:
        raise KeyError("x")

    @app.error_handler(KeyError)
    def missing(error: KeyError) -> Response:
        return Response((part for part in (b"a", b"b")), status=410)

    def foreign(environ: Environ, start_response: Any) -> Iterator[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return (part for part in (b"a", b"b"))

    app.mount_wsgi("/old", foreign)
    return app


@checked
@pytest.mark.parametrize("path", ["/stream", "/later", "/handled", "/old/x"])
def test_a_stream_is_a_tail_to_every_filter(path: str, checked: bool, gateway: Any) -> None:
    app = make_streams([], Mark("out"), Shout(), Mark("in"))
    with Client(app, gateway=gateway, checked=checked, undeclared="ignore") as client:
        answer = client.get(path)
        head = client.head(path)
    status = 410 if path == "/handled" else 200
    assert (answer.status_code, answer.text) == (status, "AB")
    assert seen(answer) == [f"in {status} Tail", f"out {status} Tail"]
    assert head.content == b""
    assert [said.split()[1] for said in seen(head)] == [str(status)] * 2


@checked
@pytest.mark.parametrize("path", ["/stream", "/later", "/handled", "/old/x"])
def test_a_stream_that_is_replaced_is_closed(path: str, checked: bool, gateway: Any) -> None:
    closed: list[str] = []
    app = make_streams(closed, Mark("out"), Instead(), Shout())
    with Client(app, gateway=gateway, checked=checked, undeclared="ignore") as client:
        answer = client.get(path)
    assert answer.text == "instead"
    assert seen(answer)[0].endswith(" list")
    assert closed == [path[1:]] * (path in ("/stream", "/later"))


@checked
def test_a_stream_of_a_hook_takes_the_place_of_a_handlers(checked: bool, gateway: Any) -> None:
    closed: list[str] = []

    def after(request: Request, response: Response) -> Response:
        return Response(part for part in (b"c", b"d"))

    app = make_streams(closed, Mark("out"), Hook("after", after), Mark("in"))
    with Client(app, gateway=gateway, checked=checked, undeclared="ignore") as client:
        answer = client.get("/stream")
    assert answer.text == "cd"
    assert seen(answer) == ["out 200 Tail"]
    assert closed == ["stream"]


def refused() -> Iterator[bytes]:
    raise Forbidden("Not yet.")


def test_a_stream_that_fails_before_it_begins_is_an_error_to_filters(gateway: Any) -> None:
    app = App(hooks=[Mark("out")])

    def parts() -> Iterator[bytes]:
        yield from refused()

    @app.before
    def before(request: Request) -> Response:
        return Response(parts())

    app.get("/")(lambda: "")
    with Client(app, gateway=gateway, undeclared="ignore") as client:
        assert client.get("/").status_code == 403


class Tagged(TypedDict):
    etag: str


@checked
def test_an_answer_with_a_stream_in_it_is_a_stream(checked: bool, gateway: Any) -> None:
    app = App(hooks=[Mark("out")])

    @app.get("/")
    def show() -> Answer[Iterator[str], Tagged]:
        return Answer(iter("ab"), headers={"etag": "v1"})

    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.get("/")
        fresh = client.get("/", headers={"If-None-Match": '"v1"'})
    assert (answer.text, seen(answer)) == ("ab", ["out 200 Tail"])
    assert (fresh.status_code, fresh.content, seen(fresh)) == (304, b"", ["out 304 list"])
