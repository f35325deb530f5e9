"""The WSGI gateway (PEP 3333): what a server sees of it."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any

import pytest

from restlite import App, Background, Depends, NotFound, Request, Response, Router
from restlite.gateways.wsgi import reader_of


def environ(method: str = "GET", path: str = "/", body: bytes | None = None, **more: Any) -> dict[str, Any]:
    found = {
        "REQUEST_METHOD": method,
        "SCRIPT_NAME": "",
        "PATH_INFO": path,
        "QUERY_STRING": "",
        "SERVER_NAME": "localhost",
        "SERVER_PORT": "80",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.url_scheme": "http",
        "wsgi.input": io.BytesIO(body or b""),
    }
    if body is not None:
        found |= {"CONTENT_LENGTH": str(len(body)), "CONTENT_TYPE": "application/octet-stream"}
    return found | more


class Server:
    """Call an app as a server does, and keep what it says."""

    def __init__(self, app: App, request: dict[str, Any]) -> None:
        self.began: list[tuple[str, list[tuple[str, str]]]] = []
        self.chunks: Any = app(request, lambda status, headers: self.began.append((status, headers)))

    @property
    def status(self) -> str:
        [(status, _)] = self.began
        return status

    @property
    def headers(self) -> dict[str, str]:
        return dict(self.began[0][1])


def test_a_straight_answer_is_a_list_of_one_chunk() -> None:
    app = App()
    app.get("/")(lambda: {"a": 1})
    server = Server(app, environ())
    assert server.status == "200 OK"
    assert server.chunks == [b'{"a":1}']
    assert Server(app, environ("HEAD")).chunks == []


def test_paths_are_latin_1_on_the_wire_and_utf_8_in_the_app() -> None:
    app = App()

    @app.get("/straße")
    def static() -> str:
        return "static"

    @app.get("/wege/<name>")
    def show(name: str) -> str:
        return name

    assert Server(app, environ(path="/straße".encode().decode("latin-1"))).chunks == [b"static"]
    assert Server(app, environ(path="/wege/ä".encode().decode("latin-1"))).chunks == ["ä".encode()]
    assert Server(app, environ(path="/wege/\xff")).status == "404 Not Found"
    # What is a path's text must not match as if it were its bytes.
    assert Server(app, environ(path="/straße")).status == "404 Not Found"


def test_a_miss_is_answered_on_every_way() -> None:
    app = App(slashes="redirect")
    app.get("/a/")(lambda: 1)
    assert Server(app, environ(path="/b")).status == "404 Not Found"
    assert Server(app, environ("HEAD", "/b")).chunks == []
    refused = Server(app, environ("POST", "/a/"))
    assert (refused.status, refused.headers["Allow"]) == ("405 Method Not Allowed", "GET, HEAD, OPTIONS")
    assert Server(app, environ("OPTIONS", "/a/")).status == "204 No Content"
    assert Server(app, environ(path="/a")).headers["Location"] == "/a/"


def test_a_miss_that_routers_have_a_say_in_takes_the_general_way() -> None:
    app, router = App(), Router("/r")

    @router.error_handler(NotFound)
    def lost(error: NotFound) -> Response:
        return Response("lost", status=404)

    router.get("/a")(lambda: 1)
    app.mount(router)
    assert list(Server(app, environ(path="/r/b")).chunks) == [b"lost"]


@pytest.mark.parametrize("handled", [False, True])
def test_an_error_on_the_straight_way(handled: bool) -> None:
    app = App()
    if handled:

        @app.error_handler(LookupError)
        async def handle(error: LookupError, request: Request) -> Response:
            return Response(request.path, status=418)

    @app.get("/<int:id>")
    def fail(id: int) -> int:
        raise LookupError

    server = Server(app, environ(path="/1"))
    assert server.status[:3] == ("418" if handled else "500")
    if handled:
        assert list(server.chunks) == [b"/1"]


def test_a_type_that_cannot_be_written_is_no_exception_of_the_server() -> None:
    app = App()

    @app.get("/")
    def show() -> int:
        return 1

    operation = app.operations[0]
    operation.__dict__["straight"] = None  # what has no straight way goes the general one
    assert Server(app, environ()).status == "200 OK"


def test_tasks_are_handed_over_when_the_server_closes_the_answer() -> None:
    done: list[str] = []
    app = App()

    @app.get("/")
    def show(background: Background) -> str:
        background.add(done.append, "whole")
        return "hi"

    @app.get("/stream")
    def stream(background: Background) -> Iterator[bytes]:
        background.add(done.append, "streamed")
        yield b"a"

    for path, name in (("/", "whole"), ("/stream", "streamed")):
        server = Server(app, environ(path=path))
        assert b"".join(server.chunks)
        assert name not in done
        server.chunks.close()
        app.workers.drain(2)
        assert name in done
    head = Server(app, environ("HEAD"))
    assert list(head.chunks) == []
    head.chunks.close()
    app.stop()
    assert done == ["whole", "streamed", "whole"]


class Broken:
    def read(self, size: int) -> bytes:
        raise OSError("the client has gone")


def test_a_body_that_cannot_be_read_is_a_400() -> None:
    app = App()

    @app.post("/")
    def save(body: bytes) -> int:
        return len(body)

    @app.post("/stream")
    def stream(body: Iterator[bytes]) -> int:
        return sum(map(len, body))

    for path in ("/", "/stream"):
        request = environ("POST", path, b"abc", **{"wsgi.input": Broken()})
        assert Server(app, request).status == "400 Bad Request"


@pytest.mark.parametrize("more", [{}, {"wsgi.input_terminated": True}])
def test_no_more_is_read_than_was_declared(more: dict[str, Any]) -> None:
    app = App()

    @app.post("/")
    def save(body: Iterator[bytes]) -> list[int]:
        return [len(chunk) for chunk in body]

    body = b"x" * 100_000
    following = environ("POST", "/", body, **more) | {"wsgi.input": io.BytesIO(body + b"the next request")}
    assert sum(map(int, Server(app, following).chunks[0].strip(b"[]").split(b","))) == 100_000
    assert following["wsgi.input"].read() == b"the next request"


def test_a_body_without_a_length_is_read_to_its_end_where_the_server_knows_it() -> None:
    app = App()

    @app.post("/")
    async def save(body: AsyncIterator[bytes]) -> int:
        return sum([len(chunk) async for chunk in body])

    request = environ("POST", "/", b"x" * 70_000, **{"wsgi.input_terminated": True})
    del request["CONTENT_LENGTH"]
    assert Server(app, request).chunks == [b"70000"]


def test_a_streamed_body_is_held_to_its_limit_and_its_length() -> None:
    app = App()

    @app.post("/", max_body=10)
    def save(body: Iterator[bytes]) -> int:
        return sum(map(len, body))

    chunked = environ("POST", "/", b"x" * 11, **{"wsgi.input_terminated": True})
    del chunked["CONTENT_LENGTH"]
    assert Server(app, chunked).status == "413 Content Too Large"
    assert Server(app, environ("POST", "/", b"x" * 11)).status == "413 Content Too Large"
    short = environ("POST", "/", b"x" * 5) | {"CONTENT_LENGTH": "6"}
    assert Server(app, short).status == "400 Bad Request"
    assert Server(app, environ("POST", "/", b"")).chunks == [b"0"]


@pytest.mark.parametrize("length", ["abc", "-5", "5,6", "5 ", "9" * 5000])
def test_a_length_that_is_none_is_refused_where_the_body_is_read(length: str) -> None:
    app = App()

    @app.post("/")
    def save(body: bytes, one: Annotated[int, Depends(lambda: 1)]) -> int:
        return len(body)

    @app.get("/")
    def show(one: Annotated[int, Depends(lambda: 1)]) -> int:
        return one

    request = {"CONTENT_LENGTH": length, "CONTENT_TYPE": "application/octet-stream"}
    assert Server(app, environ("POST", **request)).status in ("400 Bad Request", "413 Content Too Large")
    assert Server(app, environ("GET", **request)).status == "200 OK"


def test_the_end_of_a_declared_body_is_not_asked_for() -> None:
    class Counting(io.BytesIO):
        reads = 0

        def read(self, size: int | None = -1, /) -> bytes:
            self.reads += 1
            return super().read(size)

    stream = Counting(b"abc")
    read = reader_of({"CONTENT_LENGTH": "3", "wsgi.input": stream})
    assert [read(), read(), read()] == [b"abc", b"", b""]
    assert stream.reads == 1


def test_a_status_that_a_dependency_spoils_never_reaches_the_server() -> None:
    def commits() -> Iterator[int]:
        yield 1
        raise ZeroDivisionError("the commit failed")

    app = App()

    @app.get("/")
    def show(one: Annotated[int, Depends(commits)]) -> int:
        return one

    server = Server(app, environ())
    assert [status for status, _ in server.began] == ["500 Internal Server Error"]


def test_what_lives_until_the_answer_is_sent_closes_after_its_last_chunk() -> None:
    said: list[str] = []

    def session() -> Iterator[int]:
        yield 1
        said.append("closed")

    app = App()

    @app.get("/")
    def show(one: Annotated[int, Depends(session, scope="answer")]) -> int:
        return one

    server = Server(app, environ())
    assert (server.status, server.headers["Content-Length"]) == ("200 OK", "1")
    assert next(server.chunks) == b"1"
    assert said == []
    assert list(server.chunks) == []
    assert said == ["closed"]


def test_hosts_take_the_general_way() -> None:
    app, router = App(), Router(host="a.example")
    router.get("/")(lambda: "a")
    app.mount(router)
    assert Server(app, environ(HTTP_HOST="a.example")).status == "200 OK"
    assert Server(app, environ(HTTP_HOST="b.example")).status == "404 Not Found"
