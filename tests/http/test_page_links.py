from __future__ import annotations

from typing import Any

import pytest
from pydantic import BaseModel
from shelves import links

from restlite import App, Query
from restlite.http.page_links import PageLinks
from restlite.http.paging import Page
from restlite.testing import Client


class Book(BaseModel):
    id: int


BOOKS = [Book(id=number) for number in range(45)]


def test_links_keep_the_rest_of_the_query_and_the_mount_point(gateway: Any) -> None:
    app = App()

    @app.get("/books/<shelf>")
    def index(shelf: str, tag: Query[list[str]], q: str = "") -> Page[Book]:
        return Page(BOOKS)

    query = "tag=b&q=a+%26%20%C3%A9&offset=3&tag=a&%6Fffset=3"
    with Client(app, gateway=gateway, base_url="http://localhost/api/v 1") as client:
        repeated = client.get(f"/books/x%3E%22y?{query}")
        response = client.get(f"/books/x%3E%22y?{query.removesuffix('&%6Fffset=3')}")
    assert repeated.json()["errors"][0]["code"] == "repeated"
    kept = "/api/v%201/books/x%3E%22y?tag=b&q=a+%26%20%C3%A9&tag=a"
    assert links(response)["next"] == f"{kept}&offset=23"
    assert client.get(links(response)["next"].removeprefix("/api/v%201")).status_code == 200


def test_nothing_in_a_query_breaks_out_of_a_link(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def index(q: str = "") -> Page[Book]:
        return Page(BOOKS)

    with Client(app, gateway=gateway) as client:
        response = client.get('/?q=<a>"%0D%0AX-Evil:%201,;\\')
    assert "X-Evil" not in response.headers
    assert links(response)["next"] == "/?q=%3Ca%3E%22%0D%0AX-Evil:%201,;%5C&offset=20"


@pytest.mark.parametrize(
    ("root", "path", "expect"),
    [
        ("", "//evil.example/x", "/.//evil.example/x?offset=20"),
        ("/api", "//x", "/api//x?offset=20"),
        ("", "", "?offset=20"),
        ("", "/\xc3\xa9;a=1", "/%C3%A9;a=1?offset=20"),
    ],
)
def test_a_path_stays_on_its_host(root: str, path: str, expect: str) -> None:
    links = PageLinks({"SCRIPT_NAME": root, "PATH_INFO": path}, "offset")
    assert links.to(20) == expect


def test_the_page_that_is_shown_unasked_needs_no_parameter() -> None:
    environ = {"PATH_INFO": "/books", "QUERY_STRING": "cursor=x&&limit=2&%63ursor=y"}
    assert PageLinks(environ, "cursor").to(None) == "/books?limit=2"
    assert PageLinks({"PATH_INFO": "/books"}, "cursor").to(None) == "/books"
