"""CORS: exact origins, preflights from the route table, ``Vary`` always right."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel

from restlite import App, Header, NotFound, Router
from restlite.http.cors import CORS
from restlite.http.hosts import TrustedHosts
from restlite.security import APIKey, Bearer, Scheme
from restlite.testing import Client

SHOP = "https://shop.example"
SHOPS = re.compile(r"https://[a-z0-9-]+\.shop\.example")
PREFIX = "Access-Control-"


class Book(BaseModel):
    title: str


def client_of(gateway: Any, *hooks: Any, checked: bool = True) -> Client:
    app = App(hooks=hooks)

    @app.get("/books")
    def list_books(x_trace: Header[str] = "") -> list[Book]:
        return [Book(title="Emma")]

    @app.post("/books")
    def add_book(body: Book) -> Book:
        return body

    @app.get("/missing", raises=[NotFound])
    def miss() -> str:
        raise NotFound

    @app.get("/fails")
    def fail() -> str:
        raise ValueError

    return Client(app, gateway=gateway, checked=checked)


def fields_of(response: Any) -> dict[str, str]:
    """Give the CORS fields and Vary of an answer, each of which may stand once."""
    headers = [(name.title(), value) for name, value in response.headers.items()]
    named = [(name, value) for name, value in headers if name.startswith(PREFIX) or name == "Vary"]
    assert len(dict(named)) == len(named)
    return {name.removeprefix(PREFIX): value for name, value in named}


def preflight(client: Client, method: str, path: str = "/books", origin: str = SHOP, **asked: str) -> Any:
    headers = {"Origin": origin, "Access-Control-Request-Method": method}
    headers |= {f"Access-Control-Request-{name}": value for name, value in asked.items()}
    return client.options(path, headers=headers)


def test_a_listed_origin_is_let_in(gateway: Any) -> None:
    response = client_of(gateway, CORS([SHOP])).get("/books", headers={"Origin": SHOP})
    assert response.json() == [{"title": "Emma"}]
    assert fields_of(response) == {"Allow-Origin": SHOP, "Vary": "Origin"}


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("GET", "/missing", 404),
        ("GET", "/nowhere", 404),
        ("DELETE", "/books", 405),
        ("GET", "/fails", 500),
        ("GET", "/books?limit=1", 422),
        ("POST", "/books", 415),
        ("HEAD", "/books", 200),
        ("OPTIONS", "/books", 204),
    ],
)
@pytest.mark.parametrize("checked", [True, False])
def test_whatever_is_answered_can_be_read(
    method: str, path: str, status: int, checked: bool, gateway: Any
) -> None:
    client = client_of(gateway, CORS([SHOP]), checked=checked)
    response = client.request(method, path, headers={"Origin": SHOP})
    assert (response.status_code, fields_of(response)) == (status, {"Allow-Origin": SHOP, "Vary": "Origin"})


LOOK_ALIKES = [
    "null",
    "",
    "https://shop.example.evil.example",
    "https://evilshop.example",
    "https://shopXexample",
    "https://SHOP.example",
    "HTTPS://shop.example",
    "https://shop.example.",
    "https://shop.example:443",
    "https://shop.example:8443",
    "http://shop.example",
    "https://shop.example/",
    "https://user@shop.example",
    "https://shop.example@evil.example",
    "https://shop.example, https://evil.example",
    "https://evil.example https://shop.example",
    "https://shop.example\t",
    "shop.example",
    "//shop.example",
    "https://b\xfccher.example",
    "https://a.b.shop.example",
    "https://aXshop.example",
    "https://a.shopXexample",
    "https://a.shop.example:8443",
    "*",
    "https://" + "a" * 8000 + ".shop.example",
]


@pytest.mark.parametrize("origin", LOOK_ALIKES)
def test_a_look_alike_is_not(origin: str, gateway: Any) -> None:
    client = client_of(gateway, CORS([SHOP, SHOPS], credentials=True))
    response = client.get("/books", headers={"Origin": origin})
    assert (response.status_code, fields_of(response)) == (200, {"Vary": "Origin"})
    refused = preflight(client, "POST", origin=origin)
    assert refused.status_code == 204
    assert fields_of(refused) == {"Vary": "Origin, Access-Control-Request-Method"}


def test_two_origins_are_none(gateway: Any) -> None:
    client = client_of(gateway, CORS([SHOP]))
    response = client.get("/books", headers=[("Origin", SHOP), ("Origin", SHOP)])
    assert fields_of(response) == {"Vary": "Origin"}


def test_vary_stands_without_an_origin_too(gateway: Any) -> None:
    assert fields_of(client_of(gateway, CORS([SHOP])).get("/books")) == {"Vary": "Origin"}


@pytest.mark.parametrize("origins", ["*", ["*"]])
def test_a_star_lets_everybody_in_and_varies_by_nothing(origins: Any, gateway: Any) -> None:
    client = client_of(gateway, CORS(origins))
    assert fields_of(client.get("/books")) == {"Allow-Origin": "*"}
    assert fields_of(client.get("/books", headers={"Origin": "null"})) == {"Allow-Origin": "*"}
    assert fields_of(preflight(client, "GET")) == {
        "Allow-Origin": "*",
        "Allow-Methods": "GET, HEAD, POST",
        "Allow-Headers": "X-Trace",
        "Max-Age": "600",
        "Vary": "Access-Control-Request-Method",
    }


@pytest.mark.parametrize("origins", [SHOPS, [SHOPS], [SHOP, SHOPS]])
def test_patterns_match_whole_origins(origins: Any, gateway: Any) -> None:
    client = client_of(gateway, CORS(origins))
    response = client.get("/books", headers={"Origin": "https://a-1.shop.example"})
    assert fields_of(response) == {"Allow-Origin": "https://a-1.shop.example", "Vary": "Origin"}


@pytest.mark.parametrize(
    "origin", ["null", "", "a, b", "https://a\u0661.example", "https://a.example/x", "x" * 8000]
)
def test_a_pattern_for_everything_sees_origins_only(origin: str) -> None:
    environ = {"HTTP_ORIGIN": origin}
    assert CORS(re.compile(r"(?s).*")).amend(environ, ("200 OK", [], [])) == (
        "200 OK",
        [("Vary", "Origin")],
        [],
    )


def test_a_preflight_names_what_the_operation_takes(gateway: Any) -> None:
    client = client_of(gateway, CORS([SHOP], credentials=True, headers=["X-Own", "content-type"], max_age=60))
    response = preflight(client, "POST", Headers="content-type,x-own")
    assert (response.status_code, response.content) == (204, b"")
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert fields_of(response) == {
        "Allow-Origin": SHOP,
        "Allow-Credentials": "true",
        "Allow-Methods": "GET, HEAD, POST",
        "Allow-Headers": "X-Own, Content-Type",
        "Max-Age": "60",
        "Vary": "Origin, Access-Control-Request-Method",
    }


@pytest.mark.parametrize(
    ("scheme", "expect"),
    [
        (Bearer(len), "Authorization"),
        (APIKey(len, header="X-Key"), "X-Key"),
        (APIKey(len, cookie="key"), None),
        (APIKey(len, query="key"), None),
    ],
)
def test_credentials_of_the_operation_may_be_sent(scheme: Scheme, expect: str | None, gateway: Any) -> None:
    app = App(hooks=[CORS([SHOP])])

    @app.get("/", security=scheme)
    def show() -> str:
        return "shown"

    client = Client(app, gateway=gateway)
    assert fields_of(preflight(client, "GET", "/")).get("Allow-Headers") == expect
    refused = client.get("/", headers={"Origin": SHOP})
    assert (refused.status_code, fields_of(refused)["Allow-Origin"]) == (401, SHOP)


@pytest.mark.parametrize("method", ["DELETE", "post", "", "<b>", "P" * 8000])
def test_what_the_path_does_not_answer_is_not_among_its_methods(method: str, gateway: Any) -> None:
    response = preflight(client_of(gateway, CORS([SHOP])), method, Headers="x-evil")
    assert response.status_code == 204
    assert fields_of(response) == {
        "Allow-Origin": SHOP,
        "Allow-Methods": "GET, HEAD, POST",
        "Max-Age": "600",
        "Vary": "Origin, Access-Control-Request-Method",
    }


def test_a_preflight_of_no_path_is_404(gateway: Any) -> None:
    response = preflight(client_of(gateway, CORS([SHOP])), "GET", "/nowhere")
    assert (response.status_code, fields_of(response)) == (404, {"Allow-Origin": SHOP, "Vary": "Origin"})


def test_an_options_request_without_its_fields_is_no_preflight(gateway: Any) -> None:
    client = client_of(gateway, CORS([SHOP]))
    response = client.options("/books", headers={"Access-Control-Request-Method": "POST"})
    assert (response.headers["Allow"], fields_of(response)) == (
        "GET, HEAD, OPTIONS, POST",
        {"Vary": "Origin"},
    )


def test_a_handler_of_its_own_for_options_is_not_asked(gateway: Any) -> None:
    app = App(hooks=[CORS([SHOP])])

    @app.options("/")
    def show() -> str:
        return "shown"

    client = Client(app, gateway=gateway, checked=False)
    assert client.options("/", headers={"Origin": SHOP}).text == "shown"
    assert preflight(client, "GET", "/").status_code == 204


def test_without_the_filter_nothing_is_granted(gateway: Any) -> None:
    client = client_of(gateway)
    assert fields_of(client.get("/books", headers={"Origin": SHOP})) == {}
    assert fields_of(preflight(client, "POST")) == {}


def test_exposed_fields_and_credentials(gateway: Any) -> None:
    client = client_of(gateway, CORS(SHOP, credentials=True, expose=["ETag", "Link"]))
    assert fields_of(client.get("/books", headers={"Origin": SHOP})) == {
        "Allow-Origin": SHOP,
        "Allow-Credentials": "true",
        "Expose-Headers": "ETag, Link",
        "Vary": "Origin",
    }
    assert fields_of(client.get("/books")) == {"Vary": "Origin"}


def test_the_filter_nearest_to_the_route_decides(gateway: Any) -> None:
    app = App(hooks=[CORS([SHOP])])
    partners = Router("/partners", hooks=[CORS(["https://partner.example"])])

    @app.get("/books")
    def list_books() -> str:
        return "books"

    @partners.get("/books")
    def list_all() -> str:
        return "all books"

    @app.get("/open", hooks=[CORS("*")])
    def show() -> str:
        return "open"

    app.mount(partners)
    client = Client(app, gateway=gateway)
    granted = {
        (path, origin): [
            fields_of(client.get(path, headers={"Origin": origin})).get("Allow-Origin"),
            fields_of(preflight(client, "GET", path, origin)).get("Allow-Origin"),
        ]
        for path in ("/books", "/partners/books", "/open")
        for origin in (SHOP, "https://partner.example")
    }
    assert granted == {
        ("/books", SHOP): [SHOP] * 2,
        ("/books", "https://partner.example"): [None] * 2,
        ("/partners/books", SHOP): [None] * 2,
        ("/partners/books", "https://partner.example"): ["https://partner.example"] * 2,
        ("/open", SHOP): ["*"] * 2,
        ("/open", "https://partner.example"): ["*"] * 2,
    }


def test_a_grant_that_is_there_is_not_doubled() -> None:
    headers = [("access-control-allow-origin", "https://other.example")]
    CORS([SHOP]).amend({"HTTP_ORIGIN": SHOP}, ("200 OK", headers, []))
    assert headers == [("access-control-allow-origin", "https://other.example")]


def test_vary_is_merged() -> None:
    headers = [("vary", "accept, ORIGIN")]
    CORS([SHOP]).amend({}, ("200 OK", headers, []))
    assert headers == [("vary", "accept, ORIGIN")]
    headers = [("Vary", "*")]
    CORS([SHOP]).amend({}, ("200 OK", headers, []))
    assert headers == [("Vary", "*")]
    headers = [("Vary", "Accept")]
    CORS([SHOP]).amend({}, ("200 OK", headers, []))
    assert headers == [("Vary", "Accept, Origin")]


def test_early_filters_refuse_preflights_too(gateway: Any) -> None:
    client = client_of(gateway, TrustedHosts("api.example"), CORS([SHOP]))
    assert preflight(client, "POST").status_code == 400


def test_what_is_sent_is_declared() -> None:
    def declared(cors: CORS) -> tuple[int, list[str]]:
        (record,) = cors.describe("GET").answers
        return record.status, [name for name, _ in record.headers]

    assert declared(CORS("*")) == (0, ["Access-Control-Allow-Origin"])
    assert declared(CORS([SHOP], credentials=True, expose=["ETag"])) == (
        0,
        [
            "Access-Control-Allow-Origin",
            "Access-Control-Allow-Credentials",
            "Access-Control-Expose-Headers",
            "Vary",
        ],
    )


@given(st.text(alphabet="htps:/.a@Z0-[] ,*\xfc", max_size=60))
def test_nothing_is_granted_but_what_is_listed(origin: str) -> None:
    _, headers, _ = CORS([SHOP, SHOPS]).amend({"HTTP_ORIGIN": origin}, ("200 OK", [], []))
    assert headers == [("Vary", "Origin")]
