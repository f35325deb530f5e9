"""What comes from elsewhere: Werkzeug's exceptions, other WSGI apps, and being one of theirs."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    NotFound,
    RequestedRangeNotSatisfiable,
    TooManyRequests,
    Unauthorized,
    abort,
)
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.test import Client as WerkzeugClient

from restlite import App, Created, Request, Response, SetupError, link
from restlite.foreign import kind_for
from restlite.testing import Client


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("error", "status", "title", "detail", "headers"),
    [
        (NotFound("No book."), 404, "Not Found", "No book.", {}),
        (MethodNotAllowed(["GET", "PUT"]), 405, "Method Not Allowed", "", {"Allow": "GET, PUT"}),
        (TooManyRequests("Slow.", retry_after=3), 429, "Too Many Requests", "Slow.", {"Retry-After": "3"}),
        (RequestedRangeNotSatisfiable(5), 416, "Range Not Satisfiable", "", {"Content-Range": "bytes */5"}),
        (Unauthorized("Who?"), 401, "Unauthorized", "Who?", {}),
    ],
)
def test_an_http_exception_is_a_problem(
    gateway: Any, checked: bool, error: HTTPException, status: int, title: str, detail: str, headers: Any
) -> None:
    app = App()

    @app.get("/")
    def fail() -> int:
        raise error

    with Client(app, gateway=gateway, checked=checked, undeclared="ignore") as client:
        response = client.get("/")
    assert response.status_code == status
    assert response.headers["Content-Type"] == "application/problem+json"
    document = response.json()
    assert (document["type"], document["title"], document["status"]) == ("about:blank", title, status)
    assert detail in document["detail"]
    assert {name: response.headers[name] for name in headers} == headers


def test_abort_answers(gateway: Any) -> None:
    app = App()

    @app.get("/<int:status>")
    def fail(status: int) -> int:
        if status == 0:
            abort(Response("whole", status=400))
        abort(status, description="Said by abort.")

    with Client(app, gateway=gateway, undeclared="ignore") as client:
        assert client.get("/451").json()["detail"] == "Said by abort."
        assert client.get("/451").json()["title"] == "Unavailable For Legal Reasons"
        assert client.get("/0").text == "whole"


def test_an_http_exception_without_a_code_is_a_500(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def fail() -> int:
        raise HTTPException("nothing known")

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert (response.status_code, response.json()["detail"]) == (500, "nothing known")


def test_a_status_has_one_class() -> None:
    assert kind_for(404).__name__ == "NotFound"
    assert kind_for(451) is kind_for(451)
    assert (kind_for(451).title, kind_for(799).title) == ("Unavailable For Legal Reasons", "Error")


class Body:
    """Chunks that tell when they are closed."""

    def __init__(self, chunks: Iterable[bytes], closed: list[str]) -> None:
        self._chunks = chunks
        self._closed = closed

    def __iter__(self) -> Iterator[bytes]:
        return iter(self._chunks)

    def close(self) -> None:
        self._closed.append("closed")


def old_app(closed: list[str]) -> Any:
    def old(environ: Any, start_response: Any) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/fail":
            raise LookupError("in the old app")
        said = f"{environ['SCRIPT_NAME']}|{environ['PATH_INFO']}|{environ['REQUEST_METHOD']}|".encode()
        length = int(environ.get("CONTENT_LENGTH") or 0)
        start_response("299 Old", [("Content-Type", "text/plain"), ("X-Old", "yes")])
        return Body([said, environ["wsgi.input"].read(length)], closed)

    return old


def test_another_wsgi_app_answers_under_a_prefix(gateway: Any) -> None:
    closed: list[str] = []
    app = App()
    app.get("/old/new")(lambda: "ours")
    app.mount_wsgi("/old", old_app(closed))
    with Client(app, gateway=gateway) as client:
        response = client.get("/old/a/b")
        assert (response.status_code, response.text) == (299, "/old|/a/b|GET|")
        assert response.headers["X-Old"] == "yes"
        assert closed == ["closed"]
        assert client.get("/old").text == "/old||GET|"
        assert client.post("/old/x", content=b"body").text == "/old|/x|POST|body"
        assert client.head("/old/x").content == b""
        assert client.get("/old/new").text == '"ours"'
        assert client.get("/older").status_code == 404
        assert client.post("/old/new").status_code == 405
        assert client.get("/old/fail").status_code == 500
    with Client(app, gateway=gateway, base_url="http://localhost/mnt") as client:
        assert client.get("/old/a").text == "/mnt/old|/a|GET|"


def test_a_prefix_of_another_app_is_checked() -> None:
    with pytest.raises(SetupError) as caught:
        App().mount_wsgi("old/", old_app([]))
    assert caught.value.found == "the prefix 'old/' must begin with a slash and not end with one."
    assert caught.value.mend == "'/old'"


def todos() -> App:
    app = App()

    @app.get("/todos/<int:id>")
    def show(id: int, request: Request) -> str:
        return request.url_for(show, id=id)

    @app.post("/todos")
    def create() -> Created[int]:
        return Created(1, location=link(show, id=1))

    return app


def test_an_app_is_mounted_in_another_wsgi_app() -> None:
    def outer(environ: Any, start_response: Any) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"outer"]

    client = WerkzeugClient(DispatcherMiddleware(outer, {"/api": todos()}))
    assert client.get("/").text == "outer"
    assert client.get("/api/todos/1").text == "/api/todos/1"
    assert client.post("/api/todos").headers["Location"] == "/api/todos/1"
    assert client.get("/api/lost").status_code == 404


def test_an_app_is_mounted_in_flask() -> None:
    flask = pytest.importorskip("flask")
    site = flask.Flask("site")
    site.add_url_rule("/", view_func=lambda: "flask", endpoint="home")
    site.wsgi_app = DispatcherMiddleware(site.wsgi_app, {"/api": todos()})
    client = site.test_client()
    assert client.get("/").text == "flask"
    assert client.get("/api/todos/1").text == "/api/todos/1"
    assert client.post("/api/todos").headers["Location"] == "/api/todos/1"


def test_flask_is_mounted_in_an_app(gateway: Any) -> None:
    flask = pytest.importorskip("flask")
    site = flask.Flask("site")
    site.add_url_rule("/hello", view_func=lambda: flask.url_for("hello"), endpoint="hello")
    app = App()
    app.mount_wsgi("/old", site)
    with Client(app, gateway=gateway) as client:
        assert client.get("/old/hello").text == "/old/hello"
        assert client.get("/old/lost").status_code == 404
