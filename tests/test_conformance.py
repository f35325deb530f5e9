"""What HTTP asks of a JSON service, row by row, as served and as checked under the test client."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest
from items import items_app
from pydantic import BaseModel
from raw import RawAnswer

from restlite import App, NotFound, Response
from restlite.testing import Client, ClientResponse

JSON = {"Content-Type": "application/json"}
GOOD = {"name": "second", "price": 2.5, "tags": ["new"]}
ITEM_METHODS = "DELETE, GET, HEAD, OPTIONS, PUT"


class Ask(NamedTuple):
    """One request; ``options`` are those of the test client."""

    method: str
    path: str
    options: dict[str, Any] = {}


def post(body: bytes | str, media_type: str | None = "application/json", path: str = "/items") -> Ask:
    fields = {} if media_type is None else {"Content-Type": media_type}
    return Ask("POST", path, {"content": body, "headers": fields})


def price(text: str) -> Ask:
    """Send an item whose price is written as ``text``."""
    return post(f'{{"name": "second", "price": {text}}}')


def send(client: Client, ask: Ask) -> RawAnswer:
    response = client.request(ask.method, ask.path, **ask.options)
    return as_raw(response)


def as_raw(response: ClientResponse) -> RawAnswer:
    return RawAnswer(response.status_code, response.headers, response.content)


@pytest.fixture(params=[True, False], ids=["checked", "served"])
def client(request: pytest.FixtureRequest, gateway: Any) -> Iterator[Client]:
    with Client(items_app(), gateway=gateway, checked=request.param) as client:
        yield client


NOT_HERE = "415 The body's media type is not taken here. Send: application/json."
ROWS = [
    # Methods
    ("HEAD on a GET route", Ask("HEAD", "/items/1"), "200"),
    ("OPTIONS", Ask("OPTIONS", "/items/1"), "204"),
    (
        "405 for a method that no handler has",
        Ask("PATCH", "/items/1"),
        f"405 This path answers: {ITEM_METHODS}.",
    ),
    ("TRACE", Ask("TRACE", "/items/1"), f"405 This path answers: {ITEM_METHODS}."),
    ("a GET route is no POST route", Ask("POST", "/items/1"), f"405 This path answers: {ITEM_METHODS}."),
    # Paths
    ("unrouted 404", Ask("GET", "/nothing"), "404 No route matches this path."),
    ("unrouted OPTIONS", Ask("OPTIONS", "/nothing"), "404 No route matches this path."),
    ("/items/abc where an int is due", Ask("GET", "/items/abc"), "404 No route matches this path."),
    ("404 of the handler", Ask("GET", "/items/99"), "404 There is no such item."),
    ("a slash too many", Ask("GET", "/items/"), "404 No route matches this path."),
    # Validation
    (
        "bad query and bad body reported together",
        post('{"name": "", "price": 0, "tags": [1]}', path="/items/search?limit=x&other=1"),
        "422 query other unknown, query limit integer, body /name min_length, body /price greater_than,"
        " body /tags/0 string",
    ),
    ('"5" for a number', price('"5"'), "422 body /price number"),
    ("true for a number", price("true"), "422 body /price number"),
    ("null for a number", price("null"), "422 body /price null"),
    ("an array for an object", post("[]"), "422 body  object"),
    ("nothing for an object", post("null"), "422 body  null"),
    ("missing members", post("{}"), "422 body /name missing, body /price missing"),
    ("unknown body field", post('{"name": "a", "price": 1, "is_admin": true}'), "422 body /is_admin unknown"),
    ("unknown query parameter", Ask("GET", "/items?sort=name"), "422 query sort unknown"),
    ("single query parameter given twice", Ask("GET", "/items?limit=1&limit=2"), "422 query limit repeated"),
    ("query parameter out of bounds", Ask("GET", "/items?limit=0"), "422 query limit greater_than_equal"),
    # Media types
    ("XML body", post("<item/>", "application/xml"), NOT_HERE),
    ("JSON sent as text/plain", post('{"name": "a", "price": 1}', "text/plain"), NOT_HERE),
    ("JSON sent as a form", post('{"name": "a", "price": 1}', "application/x-www-form-urlencoded"), NOT_HERE),
    ("body without type", post("{}", None), "415 The body needs a Content-Type. Send: application/json."),
    ("JSON in another charset", post("{}", "application/json; charset=latin-1"), NOT_HERE),
    ("a +json type", post('{"name": "a", "price": 1}', "application/vnd.item+json"), "201"),
    ("charset and case", post('{"name": "a", "price": 1}', "Application/JSON; Charset=UTF-8"), "201"),
    # JSON
    ("malformed JSON", post("{"), "400 The body is not valid JSON: it ends too early at line 1 column 1."),
    ("empty body", post(""), "400 The body is empty; JSON was expected."),
    (
        "bad UTF-8 in JSON",
        post(b'{"name": "\xff", "price": 1}'),
        "400 The body is not valid JSON: a string holds broken Unicode at line 1 column 11.",
    ),
    ("NaN in body", price("NaN"), "422 body /price finite"),
    (
        "100k nested arrays",
        post("[" * 100_000),
        "400 The body is not valid JSON: it is nested too deeply at line 1 column 202.",
    ),
    (
        "duplicate JSON keys",
        post('{"name": "a", "name": "b", "price": 1}'),
        '400 The body is not valid JSON: the key "name" stands twice.',
    ),
    # Accept
    (
        "Accept: application/xml",
        Ask("GET", "/items", {"headers": {"Accept": "application/xml"}}),
        "406 This is available as: application/json.",
    ),
    (
        "Accept with q=0",
        Ask("GET", "/items", {"headers": {"Accept": "application/json;q=0"}}),
        "406 This is available as: application/json.",
    ),
    ("Accept of a browser", Ask("GET", "/items", {"headers": {"Accept": "text/html, */*;q=0.8"}}), "200"),
    ("Accept: application/*", Ask("GET", "/items", {"headers": {"Accept": "application/*"}}), "200"),
    (
        "Accept does not touch errors",
        Ask("GET", "/items/99", {"headers": {"Accept": "application/json"}}),
        "404 There is no such item.",
    ),
]


@pytest.mark.parametrize(("ask", "expect"), [row[1:] for row in ROWS], ids=[row[0] for row in ROWS])
def test_row(ask: Ask, expect: str, client: Client) -> None:
    answer = send(client, ask)

    if ask.method == "HEAD":
        assert str(answer.status) == expect
    else:
        assert answer.summary() == expect
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert send(client, Ask("GET", "/items")).status == 200


def test_head_has_the_header_fields_of_get_and_no_body(client: Client) -> None:
    for path in ("/items", "/items/1"):
        got, head = client.get(path), client.head(path)

        assert (head.status_code, head.content) == (200, b"")
        assert sorted(head.headers) == sorted(got.headers)
        assert int(head.headers["Content-Length"]) == len(got.content)


def test_head_of_an_error_has_no_body(client: Client) -> None:
    for path, status in (("/nothing", 404), ("/items/99", 404), ("/items?limit=0", 422), ("/pictures", 405)):
        response = client.head(path)

        assert (response.status_code, response.content) == (status, b"")
        assert response.headers["Content-Type"] == "application/problem+json"


@pytest.mark.parametrize(
    ("path", "expect"),
    [
        ("/items", "GET, HEAD, OPTIONS, POST"),
        ("/items/1", ITEM_METHODS),
        ("/items/search", "OPTIONS, POST"),
    ],
)
def test_allow_names_the_methods_of_all_handlers(path: str, expect: str, client: Client) -> None:
    options, refused = client.options(path), client.request("TRACE", path)

    assert (options.status_code, options.headers["Allow"], options.content) == (204, expect, b"")
    assert (refused.status_code, refused.headers["Allow"]) == (405, expect)


def test_method_override_is_ignored(client: Client) -> None:
    fields = {"X-HTTP-Method-Override": "DELETE"}

    assert client.post("/items/1", headers=fields).status_code == 405
    assert client.get("/items/1", headers=fields).status_code == 200
    assert client.get("/items/1?_method=DELETE").status_code == 422
    assert client.get("/items/1").status_code == 200


def test_one_item_lives_from_post_to_delete(client: Client) -> None:
    created = client.post("/items", json=GOOD)
    assert (created.status_code, created.json()) == (201, {**GOOD, "id": 2})
    assert created.headers["Location"] == "/items/2"
    assert created.headers["Content-Type"] == "application/json"

    assert client.get("/items/2").json() == {**GOOD, "id": 2}
    assert client.put("/items/2", json={**GOOD, "price": 3}).json() == {**GOOD, "price": 3.0, "id": 2}
    assert [item["id"] for item in client.get("/items", params={"limit": 1}).json()] == [1]
    assert client.get("/items", params={"name": "second"}).json() == [{**GOOD, "price": 3.0, "id": 2}]

    deleted = client.delete("/items/2")
    assert (deleted.status_code, deleted.content) == (204, b"")
    assert "Content-Type" not in deleted.headers
    assert "Content-Length" not in deleted.headers
    assert as_raw(client.get("/items/2")).summary() == "404 There is no such item."


BAD = {"Content-Type": "text/plain", "Accept": "text/html"}
ORDER = [
    ("404 before 405", Ask("BREW", "/nothing", {"headers": BAD}), "404"),
    ("405 before 406 and 415", Ask("PATCH", "/items/1", {"headers": BAD, "content": "{"}), "405"),
    ("406 before 415", Ask("POST", "/items/search", {"headers": BAD, "content": "{"}), "406"),
    (
        "415 before 413",
        Ask("POST", "/items/search", {"headers": {**BAD, "Accept": "*/*", "Content-Length": "9" * 12}}),
        "415",
    ),
    (
        "413 before 400",
        Ask("POST", "/items/search", {"headers": {**JSON, "Content-Length": "9" * 12}, "content": "{"}),
        "413",
    ),
    ("400 before 422", Ask("POST", "/items/search?limit=x", {"headers": JSON, "content": "{"}), "400"),
    ("422 before the handler", Ask("PUT", "/items/99", {"json": {}}), "422"),
]


@pytest.mark.parametrize(("ask", "expect"), [row[1:] for row in ORDER], ids=[row[0] for row in ORDER])
def test_refusals_come_in_order(ask: Ask, expect: str, client: Client, gateway: str) -> None:
    if gateway == "wsgiref" and ask.method == "BREW":
        pytest.skip("wsgiref.validate warns of methods that it does not know")

    assert send(client, ask).summary().startswith(expect)


class Point(BaseModel):
    x: float


def answering(value: Any) -> App:
    app = App()

    @app.get("/point")
    def point() -> Point:
        result: Point = value
        return result

    @app.get("/points")
    def points() -> list[Point]:
        return [Point(x=1), value]

    return app


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("value", "expect"),
    [
        ({"x": "s3cr3t"}, "/x: number"),
        ({"y": "s3cr3t"}, "/x: missing"),
        ({"x": float("nan")}, "/x: finite"),
        (None, "the value: null"),
        ({"s3cr3t"}, "the value: object"),
    ],
)
def test_wrong_answer_is_a_500_that_tells_the_log_alone(
    value: Any, expect: str, checked: bool, gateway: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with Client(answering(value), gateway=gateway, checked=checked) as client:
        answer = as_raw(client.get("/point"))

        assert answer.summary() == (
            "500 The server failed to answer. The request id finds the reason in its log."
        )
        assert b"s3cr3t" not in answer.body
        (line,) = caplog.messages
        assert f"the answer is not of its declared type: {expect}." in line
        assert line.startswith("answering.<locals>.point: request ")
        assert answer.json()["request_id"] in line
        assert "s3cr3t" not in caplog.text
        assert client.get("/points").status_code == 500


def test_undeclared_members_do_not_leak(client: Client, gateway: Any) -> None:
    class Account(Point):
        password: str = "s3cr3t"

    for value in (Account(x=1), {"x": 1, "password": "s3cr3t"}):
        with Client(answering(value), gateway=gateway) as client:
            assert client.get("/point").json() == {"x": 1.0}
            assert client.get("/points").json() == [{"x": 1.0}, {"x": 1.0}]


def test_no_html_for_browsers(gateway: Any) -> None:
    app = App()

    @app.get("/<name>", raises=[NotFound], returns={200: None})
    def show(name: str) -> Response:
        raise NotFound

    with Client(app, gateway=gateway, headers={"Accept": "text/html,*/*;q=0.1"}) as client:
        for path in ("/a", "/a/b", "/<script>alert(1)</script>"):
            answer = as_raw(client.get(path))
            assert answer.status == 404
            assert answer.headers["Content-Type"] == "application/problem+json"
            assert b"<script>" not in answer.body
