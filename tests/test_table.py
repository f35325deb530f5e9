"""The route table: conflicts, and who answers where no route does."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from restlite import App, Created, ErrorFormat, NotFound, Problem, Request, Response, Router, SetupError, link
from restlite.errors import MethodNotAllowed
from restlite.table import host_of, lies_under, path_of
from restlite.testing import Client


def one(id: int) -> str:
    return "one"


def two(id: int) -> str:
    return "two"


def other(key: int) -> str:
    return "other"


def line_of(function: Callable[..., Any]) -> int:
    return inspect.getsourcelines(function)[1]


def test_two_routes_of_one_shape_and_method() -> None:
    app = App()
    app.get("/todos/<int:id>")(one)
    app.get("/todos/{int:id}")(two)
    with pytest.raises(SetupError) as caught:
        app.freeze()
    assert caught.value.found == (
        f"two and one ({__file__}:{line_of(one)}) both answer GET '/todos/<int:id>'."
    )
    assert caught.value.mend == "another path or method for two"
    assert (caught.value.file, caught.value.line) == (__file__, line_of(two))


def test_one_template_with_two_names() -> None:
    app = App()
    app.get("/todos/<int:id>")(one)
    app.post("/todos/<int:key>")(other)
    with pytest.raises(SetupError) as caught:
        app.freeze()
    assert caught.value.found == (
        "other and one name the parameters of one template differently:"
        " '/todos/<int:key>' and '/todos/<int:id>'."
    )
    assert caught.value.mend == "@app.post('/todos/<int:id>')"
    assert (caught.value.file, caught.value.line) == (__file__, line_of(other))


def test_routes_of_two_hosts_are_not_in_each_others_way(gateway: Any) -> None:
    app, router = App(), Router(host="b.example")
    app.get("/<int:id>")(one)
    router.get("/<int:id>")(two)
    app.mount(router)
    with Client(app, gateway=gateway) as client:
        assert client.get("/1").text == "one"
        assert client.get("/1", headers={"Host": "b.example"}).text == "two"


def test_a_path_without_a_route_is_a_404_and_a_method_without_one_a_405(gateway: Any) -> None:
    app = App()
    app.get("/todos/<int:id>")(one)
    app.patch("/todos/<int:id>")(two)
    with Client(app, gateway=gateway) as client:
        lost, refused = client.get("/elsewhere"), client.delete("/todos/1")
        traced = client.request("TRACE", "/todos/1")
        asked, head = client.options("/todos/1"), client.head("/todos/1")
        lost_head = client.head("/elsewhere")
    assert lost.status_code == 404
    assert lost.headers["Content-Type"] == "application/problem+json"
    assert lost.json() == {
        "type": "about:blank",
        "title": "Not Found",
        "status": 404,
        "detail": "No route matches this path.",
        "request_id": lost.json()["request_id"],
    }
    for response in (refused, traced):
        assert response.status_code == 405
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS, PATCH"
        assert response.json()["detail"] == "This path answers: GET, HEAD, OPTIONS, PATCH."
        assert response.headers["Cache-Control"] == "no-store"
    assert (asked.status_code, asked.content) == (204, b"")
    assert asked.headers["Allow"] == "GET, HEAD, OPTIONS, PATCH"
    assert (head.status_code, head.content, head.headers["Content-Length"]) == (200, b"", "3")
    assert (lost_head.status_code, lost_head.content) == (404, b"")


def test_a_misses_request_ids_differ(gateway: Any) -> None:
    app = App()
    app.get("/")(lambda: "")
    with Client(app, gateway=gateway, checked=False) as client:
        ids = {client.get("/elsewhere").json()["request_id"] for _ in range(3)}
    assert len(ids) == 3


def test_head_and_options_of_ones_own(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def get() -> str:
        return "get"

    @app.head("/")
    def head() -> Response:
        return Response(headers={"X-Own": "head"}, status=200)

    @app.options("/")
    def options() -> str:
        return "options"

    with Client(app, gateway=gateway, undeclared="ignore") as client:
        assert client.head("/").headers["X-Own"] == "head"
        assert client.options("/").text == "options"
        assert client.get("/").text == "get"


def test_a_path_that_is_not_utf_8_is_a_404(gateway: Any) -> None:
    app = App()

    @app.get("/<path:rest>")
    def show(rest: str) -> str:
        return rest

    with Client(app, gateway=gateway) as client:
        assert client.get("/%C3%A9").text == "é"
        if gateway != "asgi":  # a server decodes the path before an ASGI app sees it
            assert client.get("/%ff").status_code == 404


@pytest.mark.parametrize(
    ("slashes", "path", "status", "location"),
    [
        ("strict", "/with", 404, None),
        ("strict", "/without/", 404, None),
        ("strict", "/with/", 200, None),
        ("redirect", "/with?a=%20b", 308, "/with/?a=%20b"),
        ("redirect", "/with", 308, "/with/"),
        ("redirect", "/without/", 404, None),
        ("ignore", "/with", 200, None),
        ("ignore", "/without/", 200, None),
    ],
)
def test_the_last_slash_counts_as_the_app_says(
    gateway: Any, slashes: Any, path: str, status: int, location: str | None
) -> None:
    app = App(slashes=slashes)
    app.get("/with/")(lambda: "with")
    app.get("/without")(lambda: "without")
    with Client(app, gateway=gateway) as client:
        response = client.get(path)
        assert (response.status_code, response.headers.get("Location")) == (status, location)
    with Client(app, gateway=gateway, base_url="http://localhost/mnt") as client:
        response = client.get(path)
        assert response.status_code == status
        if location:
            assert response.headers["Location"] == f"/mnt{location}"


def test_links_are_right_under_a_mount_prefix(gateway: Any) -> None:
    app = App()
    app.get("/todos/<int:id>")(one)

    @app.post("/todos")
    def create(request: Request) -> Created[str]:
        return Created(request.url_for(one, id=2, page=[1, 2]), location=link(one, id=1))

    with Client(app, gateway=gateway, base_url="http://localhost/mnt") as client:
        response = client.post("/todos")
        assert response.headers["Location"] == "/mnt/todos/1"
        assert response.text == "/mnt/todos/2?page=1&page=2"
        assert client.get("/todos/1").text == "one"
    assert app.url_for(one, id=1) == "/todos/1"


class Envelope(ErrorFormat):
    media_type = "application/json"

    def render(self, problem: Problem, request_id: str) -> Any:
        return {"error": problem.title}


def test_a_prefix_owns_its_404_and_405(gateway: Any) -> None:
    app = App()
    api = Router("/api", error_format=Envelope())
    inner = Router("/<int:version>/inner")
    app.get("/top")(lambda: "")
    api.get("/thing")(lambda: "")
    inner.get("/leaf")(lambda: "")

    @inner.error_handler(NotFound)
    def lost(error: NotFound, request: Request) -> Response:
        return Response(f"inner has no {request.path}", status=404)

    @api.error_handler(MethodNotAllowed)
    def refused(error: MethodNotAllowed) -> Response:
        return Response("not so", status=405, headers={"Allow": error.headers["Allow"]})

    api.mount(inner)
    app.mount(api)
    with Client(app, gateway=gateway) as client:
        assert client.get("/lost").json()["detail"] == "No route matches this path."
        response = client.get("/api/lost")
        assert (response.status_code, response.json()) == (404, {"error": "Not Found"})
        assert response.headers["Content-Type"] == "application/json"
        assert client.get("/api/1/inner/x").text == "inner has no /api/1/inner/x"
        response = client.post("/api/thing")
        assert (response.status_code, response.text) == (405, "not so")
        assert response.headers["Allow"] == "GET, HEAD, OPTIONS"
        assert client.post("/api/1/inner/leaf").text == "not so"
        assert client.post("/top").json()["title"] == "Method Not Allowed"


def test_hooks_of_the_prefix_stand_around_its_misses(gateway: Any) -> None:
    app, api = App(), Router("/api")
    api.get("/thing")(lambda: "")

    @api.after
    def mark(request: Request, response: Response) -> None:
        response.headers["X-Api"] = "yes"

    app.mount(api)
    with Client(app, gateway=gateway) as client:
        assert client.get("/api/lost").headers["X-Api"] == "yes"
        assert client.options("/api/thing").headers["X-Api"] == "yes"
        assert "X-Api" not in client.get("/lost").headers


@pytest.mark.parametrize(
    ("path", "prefix", "under"),
    [("/api/x", "/api", True), ("/apix", "/api", False), ("/", "/api", False), ("/1/a", "/<int:v>", True)],
)
def test_a_prefix_is_whole_segments(path: str, prefix: str, under: bool) -> None:
    router = Router(prefix)
    assert lies_under(path, router.prefix) is under


@pytest.mark.parametrize(
    ("environ", "host"),
    [
        ({"HTTP_HOST": "A.example:80"}, "a.example"),
        ({"SERVER_NAME": "b.example"}, "b.example"),
        ({"HTTP_HOST": "[::1]:80"}, "[::1]"),
        ({}, ""),
    ],
)
def test_the_host_is_in_lower_case_without_its_port(environ: Any, host: str) -> None:
    assert host_of(environ) == host


@pytest.mark.parametrize(("raw", "path"), [("/a", "/a"), ("/\xc3\xa9", "/é"), ("/\xff", None)])
def test_the_path_is_utf_8(raw: str, path: str | None) -> None:
    assert path_of({"PATH_INFO": raw}) == path
