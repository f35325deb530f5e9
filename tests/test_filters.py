"""Filters look at requests and answers, on the straight path and on the general one alike."""

from __future__ import annotations

import threading
from typing import Any, ClassVar

import pytest
from pydantic import BaseModel

from restlite import App, Forbidden, NotFound, Request, Response, Router, SetupError
from restlite.aliases import Environ
from restlite.hooks import Filter, Hook
from restlite.records import AnswerRecord, Described
from restlite.testing import Client
from restlite.waits import Wire


class Mark(Filter):
    """Say in a field of the answer who has looked at it, and at what."""

    def __init__(self, name: str) -> None:
        self.name = name

    def admit(self, environ: Environ) -> None:
        environ.setdefault("test.admitted", []).append(self.name)

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        wire[1].append(("X-Seen", f"{self.name} {wire[0][:3]} {type(wire[2]).__name__}"))
        return wire


class Closed(Filter):
    raises = (Forbidden,)

    def admit(self, environ: Environ) -> None:
        raise Forbidden("Closed.")

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        raise AssertionError("a filter that refuses does not look at its own refusal")


class Failing(Filter):
    def __init__(self, error: Exception) -> None:
        self.error = error

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        raise self.error


class Idle(Filter):
    """Leave all to the base class."""


def seen(response: Any) -> list[str]:
    return list(response.headers.getlist("X-Seen"))


class Book(BaseModel):
    title: str


checked = pytest.mark.parametrize("checked", [True, False])


def make_app(*hooks: Filter | Hook) -> App:
    app = App(hooks=hooks)

    @app.get("/sync")
    def sync() -> str:
        return "sync"

    @app.get("/later")
    async def later() -> str:
        return "later"

    @app.post("/books")
    def add(body: Book) -> Book:
        return body

    @app.post("/later")
    async def add_later(body: Book) -> Book:
        return body

    @app.get("/raised", raises=[NotFound])
    def raised() -> str:
        raise NotFound("No.")

    return app


@checked
def test_filters_stand_around_in_their_order(checked: bool, gateway: Any) -> None:
    admitted: list[list[str]] = []

    class Last(Filter):
        def admit(self, environ: Environ) -> None:
            admitted.append(list(environ["test.admitted"]))

    app = make_app(Mark("out"), Idle(), Mark("in"), Last())
    with Client(app, gateway=gateway, checked=checked) as client:
        answers = [
            client.get("/sync"),
            client.get("/later"),
            client.post("/books", json={"title": "Emma"}),
            client.post("/later", json={"title": "Emma"}),
            client.head("/sync"),
        ]
    assert [answer.status_code for answer in answers] == [200] * 5
    assert [seen(answer) for answer in answers] == [["in 200 list", "out 200 list"]] * 5
    assert admitted == [["out", "in"]] * 5


@checked
@pytest.mark.parametrize(
    ("method", "path", "options", "status"),
    [
        ("GET", "/raised", {}, 404),
        ("GET", "/sync?a=1", {}, 422),
        ("GET", "/later?a=1", {}, 422),
        ("GET", "/sync", {"headers": {"Accept": "image/png"}}, 406),
        ("POST", "/books", {"content": b"{", "headers": {"Content-Type": "application/json"}}, 400),
        ("POST", "/later", {"content": b"", "headers": {"Content-Type": "text/csv"}}, 415),
        ("GET", "/missing", {}, 404),
        ("PUT", "/books", {}, 405),
        ("OPTIONS", "/books", {}, 204),
    ],
)
def test_errors_are_amended_once_by_each(
    method: str, path: str, options: Any, status: int, checked: bool, gateway: Any
) -> None:
    with Client(make_app(Mark("out"), Mark("in")), gateway=gateway, checked=checked) as client:
        answer = client.request(method, path, **options)
    assert answer.status_code == status
    assert seen(answer) == [f"in {status} list", f"out {status} list"]


@checked
@pytest.mark.parametrize("path", ["/sync", "/later"])
def test_a_refusal_is_amended_by_those_outside(path: str, checked: bool, gateway: Any) -> None:
    app = make_app(Mark("out"), Closed(), Mark("in"))
    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.get(path)
    assert (answer.status_code, answer.json()["detail"]) == (403, "Closed.")
    assert seen(answer) == ["out 403 list"]


@checked
@pytest.mark.parametrize("path", ["/sync", "/later", "/raised"])
@pytest.mark.parametrize(("error", "status"), [(Forbidden("No."), 403), (KeyError("x"), 500)])
def test_what_amend_raises_is_answered_outside_of_it(
    error: Exception, status: int, path: str, checked: bool, gateway: Any
) -> None:
    app = make_app(Mark("out"), Failing(error), Mark("in"))
    with Client(app, gateway=gateway, checked=checked, undeclared="ignore") as client:
        answer = client.get(path)
    assert (answer.status_code, answer.json()["status"]) == (status, status)
    assert seen(answer) == [f"out {status} list"]


@checked
def test_two_that_raise_are_answered_by_the_outer_one(checked: bool, gateway: Any) -> None:
    app = make_app(Mark("out"), Failing(NotFound("Outer.")), Failing(Forbidden("Inner.")))
    with Client(app, gateway=gateway, checked=checked, undeclared="ignore") as client:
        answers = [client.get(path) for path in ("/sync", "/later", "/raised")]
    assert [answer.json()["detail"] for answer in answers] == ["Outer."] * 3
    assert [seen(answer) for answer in answers] == [["out 404 list"]] * 3


@checked
def test_error_handlers_answer_what_filters_raise(checked: bool, gateway: Any) -> None:
    app = make_app(Mark("out"), Failing(KeyError("x")))

    @app.error_handler(KeyError)
    async def missing(error: KeyError) -> Response:
        return Response("handled", status=409)

    with Client(app, gateway=gateway, checked=checked, undeclared="ignore") as client:
        answers = [client.get("/sync"), client.get("/later"), client.get("/raised")]
    assert [(answer.status_code, answer.text) for answer in answers] == [(409, "handled")] * 3
    assert [seen(answer) for answer in answers] == [["out 409 list"]] * 3


@checked
def test_hooks_and_filters_mix_in_order(checked: bool, gateway: Any) -> None:
    said: list[str] = []

    def before(request: Request) -> None:
        said.append("before")

    def after(request: Request, response: Response) -> None:
        said.append(f"after {response.headers['X-Seen']}")
        response.headers.add("X-Seen", "after")

    app = make_app(Mark("out"), Hook("before", before), Hook("after", after), Mark("in"))
    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.get("/sync")
    assert said == ["before", "after in 200 list"]
    assert seen(answer) == ["in 200 list", "after", "out 200 list"]


@checked
def test_filters_of_app_router_and_route(checked: bool, gateway: Any) -> None:
    app = App(hooks=[Mark("app")])
    router = Router(prefix="/shelf", hooks=[Mark("router")])
    router.get("/<int:id>", hooks=[Mark("route")])(lambda id: "")
    router.get("/plain")(lambda: "")
    app.mount(router)
    with Client(app, gateway=gateway, checked=checked) as client:
        found = {path: seen(client.get(path)) for path in ("/shelf/1", "/shelf/plain", "/shelf/no", "/no")}
    assert found == {
        "/shelf/1": ["route 200 list", "router 200 list", "app 200 list"],
        "/shelf/plain": ["router 200 list", "app 200 list"],
        "/shelf/no": ["router 404 list", "app 404 list"],
        "/no": ["app 404 list"],
    }


class Slow(Filter):
    blocking: ClassVar[bool] = True
    threads: ClassVar[list[str]] = []

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        self.threads.append(threading.current_thread().name)
        return wire


@checked
@pytest.mark.parametrize("path", ["/sync", "/later", "/raised", "/missing"])
def test_what_blocks_runs_beside_the_event_loop(path: str, checked: bool) -> None:
    Slow.threads.clear()
    with Client(make_app(Slow(), Mark("in")), gateway="asgi", checked=checked) as client:
        assert seen(client.get(path))
    (name,) = Slow.threads
    assert name.startswith("restlite-worker")


def make_mounted(*hooks: Filter) -> App:
    def foreign(environ: Environ, start_response: Any) -> list[bytes]:
        raise AssertionError("the mounted app was asked")

    app = make_app(*hooks)
    app.mount_wsgi("/old", foreign)
    return app


class Gate(Filter):
    early = True
    raises = (Forbidden,)

    def admit(self, environ: Environ) -> None:
        environ.setdefault("test.gate", []).append("once")
        assert len(environ["test.gate"]) == 1
        if environ["PATH_INFO"].endswith("closed"):
            raise Forbidden("Closed.")

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        wire[1].append(("X-Gate", "open"))
        return wire


@checked
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "OPTIONS"])
@pytest.mark.parametrize("path", ["/closed", "/old/closed"])
def test_an_early_filter_refuses_whatever_the_path(
    path: str, method: str, checked: bool, gateway: Any
) -> None:
    with Client(make_mounted(Gate()), gateway=gateway, checked=checked) as client:
        answer = client.request(method, path)
    assert answer.status_code == 403
    assert answer.content == b"" if method == "HEAD" else answer.json()["detail"] == "Closed."


@checked
def test_an_early_filter_amends_as_all_others_do(checked: bool, gateway: Any) -> None:
    with Client(make_app(Gate(), Mark("in")), gateway=gateway, checked=checked) as client:
        answers = [client.get(path) for path in ("/sync", "/later", "/raised", "/missing")]
    assert [answer.headers["X-Gate"] for answer in answers] == ["open"] * 4


@checked
def test_a_gate_alone_keeps_the_path_straight(checked: bool, gateway: Any) -> None:
    class Quiet(Filter):
        early = True

    app = make_app(Quiet(), Idle())
    assert all(operation.straight for operation in app.operations)
    with Client(app, gateway=gateway, checked=checked) as client:
        assert client.get("/sync").text == "sync"
        assert client.get("/later").text == "later"


def test_an_early_filter_is_answered_in_the_apps_format(
    gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    class Broken(Filter):
        early = True

        def admit(self, environ: Environ) -> None:
            raise LookupError("a secret")

    with Client(make_app(Broken()), gateway=gateway, undeclared="ignore") as client:
        answer = client.get("/sync")
    assert (answer.status_code, "secret" in answer.text) == (500, False)
    assert "a secret" in caplog.text


@pytest.mark.parametrize("where", ["router", "route", "route of a router"])
def test_an_early_filter_is_for_apps_alone(where: str) -> None:
    def show() -> str:
        return ""

    app = App()
    router = Router(prefix="/shelf", hooks=[Gate()] if where == "router" else [])
    router.get("/", hooks=[Gate()] if where == "route of a router" else [])(show)
    app.mount(router)
    if where == "route":
        app.get("/", hooks=[Gate()])(show)
    with pytest.raises(SetupError) as raised:
        app.freeze()
    name = "test_an_early_filter_is_for_apps_alone.<locals>.show"
    assert raised.value.found == f"{name}: Gate looks at requests before they have a route."
    assert raised.value.mend == "App(hooks=[Gate(...)])"


def test_filters_describe_what_they_raise_and_answer() -> None:
    class Teapot(Filter):
        raises = (Forbidden,)

        def describe(self, method: str) -> Described:
            answers = (AnswerRecord(418, "") if method == "GET" else AnswerRecord(304, ""),)
            return Described(answers=answers, problems=self.raises)

    assert Filter().describe("GET") == Described()
    assert Closed().describe("GET") == Described(problems=(Forbidden,))
    assert Filter().preflight({}, frozenset()) is None
    app = App(hooks=[Teapot()])
    app.get("/")(lambda: "")
    app.put("/")(lambda: "")
    get, put = app.operations
    assert {403, 418} <= get.statuses
    assert {403, 304} <= put.statuses


def test_a_deprecated_route_has_its_own_filter(gateway: Any) -> None:
    app = App(hooks=[Mark("app")], deprecated=Mark("deprecated"))
    app.get("/old")(lambda: "")
    app.get("/flag", deprecated=True)(lambda: "")
    with Client(app, gateway=gateway) as client:
        assert seen(client.get("/old")) == ["deprecated 200 list", "app 200 list"]
        assert seen(client.get("/flag")) == ["app 200 list"]
