"""The client against real apps, over every gateway."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from pydantic import BaseModel

from restlite import App, Created, Problem, Request, Response
from restlite.testing import Client, UndeclaredAnswer, UndeclaredAnswerWarning


@pytest.fixture(params=["wsgi", "asgi", "wsgiref"])
def gateway(request: pytest.FixtureRequest) -> Any:
    return request.param


class Item(BaseModel):
    name: str


class Odd(Problem):
    status = 418
    title = "Odd"


def echo_app() -> App:
    app = App(title="Echo", version="1")

    @app.route("/echo", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "QUERY"])
    def echo(request: Request) -> dict[str, Any]:
        return {
            "method": request.method,
            "query": request.query_string.decode(),
            "own": request.headers.get("X-Own"),
            "cookies": dict(request.cookies),
        }

    return app


@pytest.mark.parametrize("verb", ["get", "post", "put", "patch", "delete", "options", "query"])
def test_every_verb_sends_its_method(verb: str, gateway: Any) -> None:
    if gateway == "wsgiref" and verb == "query":
        pytest.skip("the standard library's validator does not know QUERY")
    with Client(echo_app(), gateway=gateway, headers={"X-Own": "1"}) as client:
        send: Callable[..., Any] = getattr(client, verb)
        answer = send("/echo", params={"a": [1, 2]}).json()
    assert answer == {"method": verb.upper(), "query": "a=1&a=2", "own": "1", "cookies": {}}


def test_head_has_no_body(gateway: Any) -> None:
    with Client(echo_app(), gateway=gateway) as client:
        answer = client.head("/echo")
    assert answer.status_code == 200
    assert answer.content == b""
    assert int(answer.headers["Content-Length"]) > 0


def test_json_goes_in_and_comes_out(gateway: Any) -> None:
    app = App(title="Items", version="1")

    @app.post("/items")
    def add(body: Item) -> Created[Item]:
        return Created(body)

    with Client(app, gateway=gateway) as client:
        answer = client.post("/items", json=Item(name="a"))
        assert answer.status_code == 201
        assert answer.json() == {"name": "a"}
        assert answer.headers["Content-Type"] == "application/json"
        refused = client.post("/items", json={})
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["pointer"] == "/name"


def test_body_in_chunks_is_read(gateway: Any) -> None:
    app = App(title="Items", version="1")

    @app.post("/items")
    def add(body: Item) -> Item:
        return body

    with Client(app, gateway=gateway) as client:
        chunks = iter([b'{"na', b'me":"a"}'])
        answer = client.post("/items", content=chunks, headers={"Content-Type": "application/json"})
    assert answer.json() == {"name": "a"}


def life_app(log: list[str]) -> App:
    @contextmanager
    def life(app: App) -> Iterator[None]:
        log.append("start")
        yield
        log.append("stop")

    app = App(title="Life", version="1", lifespan=[life])

    @app.get("/")
    def root() -> str:
        log.append("request")
        return "ok"

    return app


def test_with_runs_the_lifespan(gateway: Any) -> None:
    log: list[str] = []
    with Client(life_app(log), gateway=gateway) as client:
        assert log == ["start"]
        assert client.get("/").text == "ok"
    assert log == ["start", "request", "stop"]


def test_first_request_opens_a_client_and_close_ends_it(gateway: Any) -> None:
    log: list[str] = []
    client = Client(life_app(log), gateway=gateway)
    assert log == []
    assert client.get("/").text == "ok"
    client.close()
    client.close()
    assert log == ["start", "request", "stop"]


def test_cookies_are_kept_between_requests(gateway: Any) -> None:
    app = echo_app()

    @app.get("/login", returns={200: str})
    def login() -> Response:
        response = Response("in")
        response.set_cookie("session", "abc", secure=True)
        return response

    with Client(app, gateway=gateway) as client:
        client.cookies["theme"] = "dark"
        answer = client.get("/login")
        assert answer.cookies == {"session": "abc"}
        assert client.cookies["session"] == "abc"
        assert client.get("/echo").json()["cookies"] == {"theme": "dark", "session": "abc"}
        once = client.get("/echo", cookies={"once": "1"}).json()["cookies"]
        assert once == {"theme": "dark", "session": "abc", "once": "1"}
        assert "once" not in client.cookies


def redirecting_app() -> App:
    app = echo_app()

    @app.route("/see", methods=["POST", "PUT", "HEAD"], returns={303: None, 302: None, 307: None})
    def see(request: Request) -> Response:
        return Response(status=int(request.args["status"]), headers={"Location": request.args["to"]})

    return app


@pytest.mark.parametrize(
    ("method", "status", "expect"),
    [
        ("POST", 302, "GET"),
        ("POST", 303, "GET"),
        ("PUT", 303, "GET"),
        ("PUT", 302, "PUT"),
        ("POST", 307, "POST"),
    ],
)
def test_redirects_are_followed_on_demand(method: str, status: int, expect: str, gateway: Any) -> None:
    with Client(redirecting_app(), gateway=gateway, base_url="http://localhost/api") as client:
        params = {"status": status, "to": "/api/echo?a=1"}
        first = client.request(method, "/see", params=params, content=b"x")
        assert first.status_code == status
        last = client.request(method, "/see", params=params, content=b"x", follow_redirects=True)
    assert last.json() == {"method": expect, "query": "a=1", "own": None, "cookies": {}}
    assert [answer.status_code for answer in last.history] == [status]


def test_head_stays_head_when_redirected(gateway: Any) -> None:
    with Client(redirecting_app(), gateway=gateway) as client:
        answer = client.head("/see", params={"status": 303, "to": "/echo"}, follow_redirects=True)
    assert answer.request.method == "HEAD"
    assert answer.status_code == 200


def test_redirects_without_end_are_reported(gateway: Any) -> None:
    with Client(redirecting_app(), gateway=gateway) as client:
        to = "/see?status=307&to=/see?status=307%26to=/see"
        with pytest.raises(RuntimeError) as caught:
            client.post("/see", params={"status": 307, "to": loop_to(to)}, follow_redirects=True)
    assert "redirects without end; the last was <POST /see" in str(caught.value)


def loop_to(target: str) -> str:
    """Nest a target in itself deeply enough."""
    for _ in range(12):
        target = "/see?status=307&to=" + target.replace("%", "%25").replace("&", "%26").replace("?", "%3F")
    return target


def odd_app() -> App:
    app = App(title="Odd", version="1")

    @app.get("/odd")
    def odd() -> str:
        raise Odd("That is odd.")

    return app


def test_undeclared_status_is_an_error(gateway: Any) -> None:
    with Client(odd_app(), gateway=gateway) as client, pytest.raises(UndeclaredAnswer) as caught:
        client.get("/odd")
    assert "odd answered 418, which it does not declare." in str(caught.value)
    assert "raises=[" in str(caught.value)


def test_undeclared_status_can_warn_or_be_ignored(gateway: Any) -> None:
    with (
        Client(odd_app(), gateway=gateway, undeclared="warn") as client,
        pytest.warns(UndeclaredAnswerWarning, match="odd answered 418"),
    ):
        assert client.get("/odd").status_code == 418
    with Client(odd_app(), gateway=gateway, undeclared="ignore") as client:
        assert client.get("/odd").status_code == 418


def test_unchecked_client_is_served_as_in_production(gateway: Any) -> None:
    with Client(odd_app(), gateway=gateway, checked=False) as client:
        assert client.get("/odd").status_code == 418


def test_server_errors_are_answers_or_raised(gateway: Any) -> None:
    app = App(title="Broken", version="1")

    @app.get("/")
    def root() -> str:
        raise ZeroDivisionError("the handler's own")

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500
    with (
        Client(app, gateway=gateway, raise_server_errors=True) as client,
        pytest.raises(ZeroDivisionError, match="the handler's own"),
    ):
        client.get("/")


def test_stream_gives_chunks_as_they_come_and_leaving_ends_it(gateway: Any) -> None:
    ended = threading.Event()
    app = App(title="Stream", version="1")

    @app.get("/events")
    def events() -> Iterator[int]:
        try:
            number = 0
            while True:
                number += 1
                yield number
        finally:
            ended.set()

    with Client(app, gateway=gateway) as client:
        with client.stream("GET", "/events") as answer:
            assert answer.status_code == 200
            lines = answer.iter_lines()
            assert [next(lines), next(lines)] == ["1", "2"]
        assert ended.wait(1)


def test_mount_point_is_the_path_of_the_base_url(gateway: Any) -> None:
    app = App(title="Mounted", version="1")

    @app.get("/here")
    def here(request: Request) -> str:
        return request.url_for(here)

    with Client(app, gateway=gateway, base_url="http://localhost/api") as client:
        assert client.get("/here").text == "/api/here"
