"""Request and Response over Werkzeug's, built lazily; header fields that would split an answer."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.test import EnvironBuilder

from restlite import App, Request, Response, State
from restlite.testing import Client
from restlite.wrappers import check_headers, check_token


def test_a_request_is_werkzeugs_once_something_of_it_is_asked(gateway: Any) -> None:
    app = App()

    @app.post("/<int:id>")
    def show(id: int, request: Request) -> dict[str, Any]:
        return {
            "lazy": "headers" not in request.__dict__,
            "values": request.path_values,
            "operation": request.operation.name,
            "method": request.method,
            "path": request.path,
            "agent": request.headers["User-Agent"],
            "args": request.args.to_dict(),
            "cookies": request.cookies.to_dict(),
            "json": request.get_json(),
            "same": request.operation.name == "show" and request.path_values == {"id": id},
        }

    client = Client(app, gateway=gateway)
    response = client.post("/5?a=1", json=[1], headers={"User-Agent": "ua"}, cookies={"c": "d"})
    assert response.json() == {
        "lazy": True,
        "values": {"id": 5},
        "operation": "show",
        "method": "POST",
        "path": "/5",
        "agent": "ua",
        "args": {"a": "1"},
        "cookies": {"c": "d"},
        "json": [1],
        "same": True,
    }


def test_a_request_has_state_an_id_and_no_other_attributes() -> None:
    environ = EnvironBuilder().get_environ()
    request = Request(environ)
    assert (request.operation, request.path_values) == (None, {})
    assert request.state is request.state
    assert isinstance(request.state, State)
    assert request.request_id == request.request_id == environ["restlite.request_id"]
    assert Request({**environ, "restlite.request_id": "given"}).request_id == "given"
    assert request.method == "GET"
    with pytest.raises(AttributeError, match=r"^'Request' object has no attribute 'colour'$"):
        _ = request.colour
    with pytest.raises(AttributeError, match="colour"):
        _ = Request(environ).colour


def test_a_request_makes_paths_under_its_mount_point(gateway: Any) -> None:
    app = App()

    @app.get("/<int:id>")
    def show(id: int, request: Request) -> list[str]:
        return [request.url_for(show), request.url_for(show, id=7, q="a b"), request.url_for(other)]

    @app.get("/other")
    def other() -> None: ...

    client = Client(app, gateway=gateway, base_url="http://localhost/api%20v1")
    assert client.get("/5").json() == ["/api%20v1/5", "/api%20v1/7?q=a+b", "/api%20v1/other"]


def test_a_response_is_the_way_out(gateway: Any) -> None:
    app = App()

    @app.get("/text", returns={200: str})
    def text() -> Response:
        return Response("é")

    @app.get("/parts", returns={202: str})
    def parts() -> Response:
        response = Response(["a", b"b"], status=202, mimetype="text/css", headers={"X-A": "é"})
        response.set_cookie("c", "d")
        return response

    @app.get("/empty", returns={204: None})
    def empty() -> Response:
        return Response(status=204)

    @app.get("/long", returns={200: bytes})
    def long() -> Response:
        return Response(b"abc", headers={"Content-Length": "3"})

    client = Client(app, gateway=gateway)
    response = client.get("/text")
    assert (response.text, response.headers["Content-Type"]) == ("é", "text/plain; charset=utf-8")
    assert response.headers["Content-Length"] == "2"
    response = client.get("/parts")
    assert (response.status_code, response.text, response.headers["X-A"]) == (202, "ab", "é")
    assert response.cookies == {"c": "d"}
    response = client.get("/empty")
    assert (response.status_code, response.content, response.headers.get("Content-Length")) == (
        204,
        b"",
        None,
    )
    assert client.get("/long").headers.getlist("Content-Length") == ["3"]


def test_a_status_line_of_ones_own_is_written_anew(gateway: Any) -> None:
    app = App()

    @app.get("/", returns={200: str})
    def show() -> Response:
        return Response("x", status="200 Fine\r\nX-Injected: 1")

    response = Client(app, gateway=gateway).get("/")
    assert (response.status_code, response.headers.get("X-Injected")) == (200, None)


def test_an_answer_on_the_wire_is_wrapped_and_given_back() -> None:
    response = Response.from_wire(("201 Created", [("Content-Type", "a/b"), ("X-A", "1")], [b"ab"]))
    response.headers["X-B"] = "2"
    line, headers, chunks = response.to_wire({})
    assert (line, chunks) == ("201 Created", [b"ab"])
    assert headers == [("Content-Type", "a/b"), ("X-A", "1"), ("X-B", "2"), ("Content-Length", "2")]
    assert Response(iter([b"a"])).to_wire({})[1] == [("Content-Type", "text/plain; charset=utf-8")]
    assert Response(status=304).to_wire({})[1] == []


@pytest.mark.parametrize(
    ("name", "value", "found"),
    [
        ("X-A", "a\r\nb", "The value of header X-A holds a CR, LF or NUL character."),
        ("X-A", "a\nb", "The value of header X-A holds a CR, LF or NUL character."),
        ("X-A", "a\0", "The value of header X-A holds a CR, LF or NUL character."),
        ("X-A", "€", "The value of header X-A holds a character outside latin-1."),
        ("X A", "a", "'X A' is no header name; it may hold letters, digits and hyphens."),
        ("X-A\r\nB", "a", r"'X-A\r\nB' is no header name; it may hold letters, digits and hyphens."),
        ("X:", "a", "'X:' is no header name; it may hold letters, digits and hyphens."),
        ("", "a", "'' is no header name; it may hold letters, digits and hyphens."),
        ("é", "a", "'é' is no header name; it may hold letters, digits and hyphens."),
    ],
)
def test_fields_that_would_split_an_answer(
    name: str, value: str, found: str, gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with pytest.raises(ValueError) as caught:
        check_headers([("X-Good", "é"), (name, value)])
    assert str(caught.value) == found
    app = App()

    @app.get("/", returns={200: str})
    def show() -> Response:
        response = Response("x")
        response.headers._list.append((name, value))  # Werkzeug refuses most of these itself
        return response

    response = Client(app, gateway=gateway).get("/")
    assert response.status_code == 500
    assert found in caplog.text


def test_names_of_cookies_are_tokens_too() -> None:
    check_token("a-b_1", "cookie name")
    with pytest.raises(
        ValueError, match=r"^'a b' is no cookie name; it may hold letters, digits and hyphens\.$"
    ):
        check_token("a b", "cookie name")
