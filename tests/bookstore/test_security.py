"""Who may do what, and what every answer says to browsers and caches."""

from __future__ import annotations

import gzip
from typing import Any

import pytest

from examples.bookstore import app
from restlite.testing import Client

from .answers import CLERK, OWNER, READER, problem

#: What each operation that changes something asks for.
WRITES = [
    ("POST", "/authors", "books:write"),
    ("DELETE", "/authors/1", "books:write"),
    ("POST", "/publishers", "books:write"),
    ("PATCH", "/publishers/1", "books:write"),
    ("POST", "/books", "books:write"),
    ("PUT", "/books/1", "books:write"),
    ("PATCH", "/books/1", "books:write"),
    ("DELETE", "/books/1", "books:write"),
    ("PUT", "/books/1/cover", "books:write"),
    ("POST", "/books/1/reviews", "reviews:write"),
    ("POST", "/orders", "orders:write"),
    ("POST", "/orders/1/cancellation", "orders:write"),
]
SCOPES = {"clerk-token": {"books:write", "orders:read"}, "reader-token": {"orders:write", "reviews:write"}}


def test_the_table_holds_every_write() -> None:
    guarded = {(row[0], row[1].replace("/1", "/{id}")) for row in WRITES}
    assert guarded == {(item.method, item.path) for item in app.operations if item.method != "GET"}


@pytest.mark.parametrize(("method", "path", "scope"), WRITES)
def test_a_write_needs_a_token_of_its_scope(method: str, path: str, scope: str, client: Client) -> None:
    nobody = client.request(method, path)
    assert problem(nobody, 401)["detail"] == "Credentials are needed."
    assert nobody.headers["WWW-Authenticate"].startswith('Bearer realm="bookstore"')
    stranger = client.request(method, path, headers={"Authorization": "Bearer owner-tokem"})
    assert problem(stranger, 401)["detail"] == "The credentials are not accepted."
    assert 'error="invalid_token"' in stranger.headers["WWW-Authenticate"]
    for token, scopes in SCOPES.items():
        answer = client.request(method, path, headers={"Authorization": f"Bearer {token}"})
        if scope in scopes:
            assert answer.status_code not in (401, 403)
        else:
            assert problem(answer, 403)["detail"] == f"This needs the scope {scope}."


@pytest.mark.parametrize("path", ["/me", "/orders", "/orders/1", "/orders/feed"])
def test_what_is_not_for_everybody_needs_a_token(path: str, client: Client) -> None:
    assert problem(client.get(path), 401)


def test_the_feed_is_for_those_who_see_all_orders(client: Client) -> None:
    answer = client.get("/orders/feed", headers=READER)
    assert problem(answer, 403)["detail"] == "This needs the scope orders:read."


def test_a_token_tells_whose_it_is(client: Client) -> None:
    answer = client.get("/me", headers=CLERK)
    assert answer.json() == {"name": "Kamil Ito", "scopes": ["books:write", "orders:read"]}
    assert answer.headers["Cache-Control"] == "no-store"
    assert len(client.get("/me", headers=OWNER).json()["scopes"]) == 4


def test_a_page_of_another_origin_may_call(client: Client) -> None:
    asked = {
        "Origin": "https://shop.example",
        "Access-Control-Request-Method": "PATCH",
        "Access-Control-Request-Headers": "authorization, if-match, content-type",
    }
    allowed = client.options("/books/1", headers=asked)
    assert allowed.status_code == 204
    assert allowed.headers["Access-Control-Allow-Origin"] == "*"
    granted = allowed.headers["Access-Control-Allow-Headers"].lower()
    assert {name.strip() for name in granted.split(",")} >= {"authorization", "if-match", "content-type"}
    answer = client.get("/books/1", headers={"Origin": "https://shop.example"})
    assert "ETag" in answer.headers["Access-Control-Expose-Headers"]


def test_answers_are_closed_to_what_browsers_might_do_with_them(client: Client) -> None:
    for answer in (client.get("/books/1"), client.get("/books/99999"), client.get("/nothing")):
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Content-Security-Policy"] == "default-src 'none'; frame-ancestors 'none'"
        assert answer.headers["X-Frame-Options"] == "DENY"


def test_a_long_list_is_compressed_and_its_copy_stays_fresh(client: Client) -> None:
    plain: Any = client.get("/books")
    small = client.get("/books", headers={"Accept-Encoding": "gzip"})
    assert small.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(small.content) == plain.content
    assert "Accept-Encoding" in small.headers["Vary"]
    fresh = {"Accept-Encoding": "gzip", "If-None-Match": small.headers["ETag"]}
    assert client.get("/books", headers=fresh).status_code == 304
