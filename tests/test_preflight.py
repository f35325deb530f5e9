"""CORS preflights are answered by the filters of what they ask for, whatever the path and method."""

from __future__ import annotations

from typing import Any

import pytest

from restlite import App, Request, Router
from restlite.aliases import Environ
from restlite.hooks import Filter
from restlite.testing import Client
from restlite.waits import Wire


class Grant(Filter):
    """Grant every preflight, and say of what."""

    def __init__(self, name: str) -> None:
        self.name = name

    def preflight(self, environ: Environ, allow: frozenset[str]) -> Wire | None:
        if environ["HTTP_ORIGIN"] == "https://none.example":
            return None
        operation = environ["restlite.preflight"]
        fields = [
            ("X-Granted-By", self.name),
            ("X-Operation", operation.qualified_name.rpartition(".")[2] if operation else "none"),
            ("X-Methods", ", ".join(sorted(allow))),
        ]
        return "204 No Content", fields, []


def asking(method: str | None, origin: str = "https://app.example", **more: str) -> dict[str, str]:
    return {"Origin": origin, **({"Access-Control-Request-Method": method} if method else {}), **more}


checked = pytest.mark.parametrize("checked", [True, False])


def make_app() -> App:
    app = App(hooks=[Grant("app")], server_name="example.com")
    shelf = Router(prefix="/shelf/<shelf>", hooks=[Grant("router")])
    office = Router(host="<tenant>.example.com", hooks=[Grant("office")])

    @app.get("/books")
    def list_books() -> Any: ...

    @app.post("/books", hooks=[Grant("route")])
    def add_book() -> Any: ...

    @shelf.put("/<int:id>")
    def put(shelf: str, id: int) -> Any: ...

    @office.get("/desk")
    def desk(tenant: str) -> Any: ...

    app.mount(shelf)
    app.mount(office)
    return app


@checked
@pytest.mark.parametrize(
    ("path", "method", "host", "expect"),
    [
        ("/books", "GET", "example.com", ("app", "list_books", "GET, HEAD, POST")),
        ("/books", "HEAD", "example.com", ("app", "list_books", "GET, HEAD, POST")),
        ("/books", "POST", "example.com", ("route", "add_book", "GET, HEAD, POST")),
        ("/books", "DELETE", "example.com", ("app", "none", "GET, HEAD, POST")),
        ("/books", "no method", "example.com", ("app", "none", "GET, HEAD, POST")),
        ("/shelf/a/1", "PUT", "example.com", ("router", "put", "PUT")),
        ("/shelf/a/1", "GET", "example.com", ("router", "none", "PUT")),
        ("/desk", "GET", "acme.example.com:8080", ("office", "desk", "GET, HEAD")),
    ],
)
def test_the_nearest_filter_answers(
    path: str, method: str, host: str, expect: tuple[str, str, str], checked: bool, gateway: Any
) -> None:
    with Client(make_app(), gateway=gateway, checked=checked) as client:
        answer = client.options(path, headers=asking(method, Host=host))
    fields = ("X-Granted-By", "X-Operation", "X-Methods")
    assert (answer.status_code, tuple(answer.headers[name] for name in fields)) == (204, expect)


@checked
@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/missing", asking("GET"), 404),
        ("/shelf/a/x", asking("PUT"), 404),
        ("/books", asking("GET", "https://none.example"), 204),
        ("/books", asking(None), 204),
        ("/books", {"Access-Control-Request-Method": "GET"}, 204),
        ("/b%C3%A9", asking("GET"), 404),
        ("/%FF", asking("GET"), 404),
    ],
)
def test_what_is_no_preflight_or_is_granted_nothing_goes_the_usual_way(
    path: str, headers: dict[str, str], status: int, checked: bool, gateway: Any
) -> None:
    with Client(make_app(), gateway=gateway, checked=checked) as client:
        answer = client.options(path, headers=headers)
    assert (answer.status_code, answer.headers.get("X-Granted-By")) == (status, None)
    assert status == 404 or answer.headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@checked
def test_a_handler_of_the_users_own_sees_no_preflight_that_is_granted(checked: bool, gateway: Any) -> None:
    app = App()

    @app.get("/books", hooks=[Grant("route")])
    def list_books() -> Any: ...

    @app.route("/books", methods=["OPTIONS"])
    def options() -> str:
        return "mine"

    with Client(app, gateway=gateway, checked=checked) as client:
        assert client.options("/books", headers=asking("GET")).headers["X-Granted-By"] == "route"
        assert client.options("/books", headers=asking("PATCH")).text == "mine"
        assert client.options("/books", headers=asking("GET", "https://none.example")).text == "mine"
        assert client.options("/books").text == "mine"


@checked
def test_without_filters_a_preflight_is_an_options_request(checked: bool, gateway: Any) -> None:
    app = App()

    @app.before
    def before(request: Request) -> None:
        """Be a hook, and no filter."""

    app.get("/books")(lambda: "")
    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.options("/books", headers=asking("GET"))
    assert (answer.status_code, answer.headers["Allow"]) == (204, "GET, HEAD, OPTIONS")


@checked
def test_a_preflight_of_another_method_is_none(checked: bool, gateway: Any) -> None:
    app = App(hooks=[Grant("app")])
    app.get("/books")(lambda: "books")
    with Client(app, gateway=gateway, checked=checked) as client:
        assert client.get("/books", headers=asking("GET")).json() == "books"


@checked
def test_options_of_a_path_that_can_be_patched(checked: bool, gateway: Any) -> None:
    app = App()
    app.patch("/books")(patch_book)
    app.patch("/bare")(lambda: "")
    app.get("/books")(lambda: "")
    app.get("/other")(lambda: "")
    with Client(app, gateway=gateway, checked=checked) as client:
        answers = {path: client.options(path).headers for path in ("/books", "/bare", "/other")}
    assert {path: headers.get("Accept-Patch") for path, headers in answers.items()} == {
        "/books": "application/json",
        "/bare": None,
        "/other": None,
    }
    assert answers["/books"]["Allow"] == "GET, HEAD, OPTIONS, PATCH"


def patch_book(body: dict[str, int]) -> str:
    return "patched"


@checked
def test_a_415_says_what_can_be_patched(checked: bool, gateway: Any) -> None:
    app = App()
    app.patch("/books")(patch_book)
    app.put("/books")(patch_book)
    with Client(app, gateway=gateway, checked=checked) as client:
        text: Any = {"content": b"x", "headers": {"Content-Type": "text/plain"}}
        patched, put = client.patch("/books", **text), client.put("/books", **text)
    assert (patched.status_code, put.status_code) == (415, 415)
    assert patched.headers["Accept-Patch"] == patched.headers["Accept"] == "application/json"
    assert "Accept-Patch" not in put.headers
