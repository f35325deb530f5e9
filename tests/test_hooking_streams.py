"""Hooks and streams: a hook may stand around a stream, replace it, or answer with one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Any

import pytest

from restlite import App, Depends, Forbidden, Request, Response
from restlite.testing import Client

SAID: list[str] = []


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    SAID.clear()


def test_hooks_stand_around_streams_and_may_replace_them(gateway: Any) -> None:
    def opened() -> Iterator[int]:
        SAID.append("opened")
        try:
            yield 1
        finally:
            SAID.append("closed")

    app = App()

    @app.after
    def maybe(request: Request, response: Response) -> Response | None:
        response.headers["X-Hook"] = "yes"
        if request.args.get("how") == "fail":
            raise Forbidden
        return Response("other") if request.args.get("how") == "replace" else None

    @app.get("/", raises=[Forbidden])
    def stream(
        request: Request, one: Annotated[int, Depends(opened, scope="answer")]
    ) -> Iterator[dict[str, int]]:
        try:
            yield {"a": 1}
            yield {"a": 2}
        finally:
            SAID.append("ended")

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
        assert (response.text, response.headers["X-Hook"]) == ('{"a":1}\n{"a":2}\n', "yes")
        assert SAID == ["opened", "ended", "closed"]
        SAID.clear()
        assert client.get("/?how=replace").text == "other"
        assert SAID == ["opened", "ended", "closed"]
        SAID.clear()
        assert client.get("/?how=fail").status_code == 403
        assert SAID == ["opened", "ended", "closed"]


def test_a_hook_may_answer_with_a_stream(gateway: Any) -> None:
    app = App()

    @app.before
    def stream(request: Request) -> Response:
        return Response(iter([b"a", b"b"]))

    @app.after
    def after(request: Request, response: Response) -> None:
        SAID.append("after")

    @app.get("/")
    def show() -> str:
        return "hi"

    with Client(app, gateway=gateway) as client:
        assert client.get("/").text == "ab"
        assert client.get("/lost").text == "ab"


def test_a_hooks_stream_that_fails_at_once_is_a_whole_answer(gateway: Any) -> None:
    def fails() -> Iterator[bytes]:
        raise Forbidden("at once")
        yield b""

    app = App(raises=[Forbidden])

    @app.before
    def stream(request: Request) -> Response:
        return Response(fails())

    app.get("/")(lambda: "hi")
    with Client(app, gateway=gateway) as client:
        assert client.get("/").json()["detail"] == "at once"


def test_hooks_stand_around_mounted_apps_and_streamed_errors(gateway: Any) -> None:
    def old(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"old"]

    app = App()
    app.mount_wsgi("/old", old)

    @app.error_handler(LookupError)
    def handle(error: LookupError) -> Response:
        return Response(iter([b"a", b"b"]), status=409)

    @app.after
    def mark(request: Request, response: Response) -> None:
        response.headers["X-Hook"] = "yes"

    @app.get("/")
    def fail() -> str:
        raise LookupError

    with Client(app, gateway=gateway, undeclared="ignore") as client:
        response = client.get("/old/x")
        assert (response.text, response.headers["X-Hook"]) == ("old", "yes")
        response = client.get("/")
        assert (response.status_code, response.text, response.headers["X-Hook"]) == (409, "ab", "yes")
