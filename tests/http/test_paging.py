from __future__ import annotations

from typing import Any, Generic

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from marshmallow import Schema, fields
from pydantic import BaseModel
from shelves import links, walk

from restlite import Answer, App, SetupError
from restlite.http.paging import EnvelopePage, Page, T
from restlite.testing import Client


class Book(BaseModel):
    id: int


BOOKS = [Book(id=number) for number in range(45)]


class Shelf(Page[T], Generic[T]):
    limit = 5
    max_limit = 7


def test_a_page_is_a_plain_list_with_links_and_a_total(gateway: Any) -> None:
    app = App()

    @app.get("/books")
    def index() -> Page[Book]:
        return Page(BOOKS)

    with Client(app, gateway=gateway) as client:
        response = client.get("/books?limit=2&offset=10")
    assert response.json() == [{"id": 10}, {"id": 11}]
    assert response.headers["X-Total-Count"] == "45"
    assert response.headers["Link"] == (
        '</books?limit=2&offset=0>; rel="first", </books?limit=2&offset=8>; rel="prev", '
        '</books?limit=2&offset=12>; rel="next", </books?limit=2&offset=44>; rel="last"'
    )


def test_head_answers_the_header_fields_of_a_page(gateway: Any) -> None:
    app = App()

    @app.get("/books")
    def index() -> Page[Book]:
        return Page(BOOKS)

    with Client(app, gateway=gateway) as client:
        response = client.head("/books")
    assert (response.status_code, response.content) == (200, b"")
    assert response.headers["X-Total-Count"] == "45"
    assert links(response)["next"] == "/books?offset=20"


@pytest.mark.parametrize(
    ("query", "expect"),
    [
        ("", {"first": 0, "next": 20, "last": 40}),
        ("offset=20", {"first": 0, "prev": 0, "next": 40, "last": 40}),
        ("offset=40", {"first": 0, "prev": 20, "last": 40}),
        ("offset=5", {"first": 0, "prev": 0, "next": 25, "last": 40}),
        ("offset=45", {"first": 0, "prev": 25, "last": 40}),
        ("offset=2000000000", {"first": 0, "prev": 40, "last": 40}),
    ],
)
def test_links_lead_to_the_other_pages(gateway: Any, query: str, expect: dict[str, int]) -> None:
    app = App()

    @app.get("/")
    def index() -> Page[Book]:
        return Page(BOOKS)

    with Client(app, gateway=gateway) as client:
        response = client.get(f"/?{query}")
    assert links(response) == {name: f"/?offset={place}" for name, place in expect.items()}
    begin = int(query.partition("=")[2] or 0)
    assert response.json() == [{"id": book.id} for book in BOOKS[begin : begin + 20]]


def test_an_empty_list_has_an_empty_page(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def index() -> Page[Book]:
        return Page([])

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
        beyond = client.get("/?offset=50")
    assert (response.json(), response.headers["X-Total-Count"]) == ([], "0")
    assert links(response) == {"first": "/?offset=0", "last": "/?offset=0"}
    assert links(beyond)["prev"] == "/?offset=0"


@pytest.mark.parametrize(
    ("query", "parameter", "code"),
    [
        ("limit=0", "limit", "greater_than_equal"),
        ("limit=-1", "limit", "greater_than_equal"),
        ("limit=8", "limit", "less_than_equal"),
        ("limit=1e9", "limit", "integer"),
        ("limit=%D9%A1", "limit", "integer"),
        ("limit=", "limit", "integer"),
        ("limit=1&limit=2", "limit", "repeated"),
        ("offset=-1", "offset", "greater_than_equal"),
        ("offset=2147483648", "offset", "less_than_equal"),
        (f"offset={'9' * 5000}", "offset", "integer"),
        ("cursor=x", "cursor", "unknown"),
    ],
)
def test_what_is_out_of_bounds_is_refused(gateway: Any, query: str, parameter: str, code: str) -> None:
    app = App()

    @app.get("/")
    def index() -> Shelf[Book]:
        return Shelf(BOOKS)

    with Client(app, gateway=gateway) as client:
        response = client.get(f"/?{query}")
    assert response.status_code == 422
    assert [(item["in"], item["parameter"], item["code"]) for item in response.json()["errors"]] == [
        ("query", parameter, code)
    ]


def test_a_class_has_bounds_of_its_own(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def index() -> Shelf[Book]:
        return Shelf(BOOKS)

    with Client(app, gateway=gateway) as client:
        assert len(client.get("/").json()) == 5
        assert len(client.get("/?limit=7").json()) == 7


def test_bounds_that_cannot_be_are_refused() -> None:
    with pytest.raises(
        SetupError, match=r"Wrong has limit = 200 and max_limit = 100.\n    Write: limit = 20"
    ):

        class Wrong(Page[T], Generic[T]):
            limit = 200


def test_limit_and_offset_are_described_with_their_bounds() -> None:
    app = App()

    @app.get("/")
    def index(q: str = "") -> Shelf[Book]:
        return Shelf(BOOKS)

    described = app.operations[0].describe()
    assert [(item.name, item.location, item.required, item.default) for item in described.parameters] == [
        ("q", "query", False, ""),
        ("limit", "query", False, 5),
        ("offset", "query", False, 0),
    ]
    (answer,) = described.answers
    assert answer.content[0][1] is not None
    assert answer.content[0][1].annotation == list[Book]
    assert [(name, schema.annotation) for name, schema in answer.headers] == [
        ("Link", str),
        ("X-Total-Count", int),
    ]


def test_a_page_may_stand_beside_other_answers(gateway: Any) -> None:
    app = App()

    @app.get("/<kind>")
    def index(kind: str) -> Page[Book] | EnvelopePage[Book] | Answer[str]:
        return {"page": Page(BOOKS), "envelope": EnvelopePage(BOOKS)}.get(kind) or Answer("none")

    with Client(app, gateway=gateway) as client:
        assert client.get("/page?limit=1").json() == [{"id": 0}]
        assert client.get("/envelope?limit=1").json()["items"] == [{"id": 0}]
        assert client.get("/other?limit=1").text == "none"


def test_pages_of_other_bounds_do_not_meet_in_one_operation() -> None:
    app = App()

    with pytest.raises(SetupError, match="query parameter 'limit' is declared in two different ways"):

        @app.get("/")
        def index() -> Page[Book] | Shelf[Book]:
            return Page(BOOKS)


def test_a_parameter_of_the_handler_does_not_clash_with_the_window(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def index(window: int = 3) -> Page[int]:
        return Page([window])

    with Client(app, gateway=gateway) as client:
        assert client.get("/?window=4&limit=9").json() == [4]


def test_a_page_that_no_annotation_names_is_a_500(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.get("/")
    def index() -> Answer[list[Book]]:
        page: Any = Page(BOOKS)
        return page

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500
    assert "a Page, which the return annotation does not name" in caplog.text
    assert not hasattr(Page(BOOKS), "title")


def test_an_envelope_holds_the_list_and_where_the_others_are(gateway: Any) -> None:
    app = App()

    @app.get("/books")
    def index() -> EnvelopePage[Book]:
        return EnvelopePage(BOOKS)

    with Client(app, gateway=gateway) as client:
        first = client.get("/books?limit=2")
        last = client.get("/books?limit=2&offset=44")
    assert first.json() == {
        "items": [{"id": 0}, {"id": 1}],
        "total": 45,
        "limit": 2,
        "offset": 0,
        "next": "/books?limit=2&offset=2",
        "prev": None,
    }
    assert (last.json()["next"], last.json()["prev"]) == (None, "/books?limit=2&offset=42")
    assert links(first)["next"] == first.json()["next"]


class BookSchema(Schema):
    id = fields.Int(required=True)


def test_items_may_be_of_a_schema(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def index() -> Page[BookSchema]:
        return Page(BOOKS)

    with Client(app, gateway=gateway) as client:
        assert client.get("/?limit=2").json() == [{"id": 0}, {"id": 1}]


@settings(deadline=None, max_examples=40)
@given(size=st.integers(0, 60), limit=st.integers(1, 20), counted=st.booleans())
def test_pages_joined_by_next_are_the_whole_list(size: int, limit: int, counted: bool) -> None:
    app = App()

    @app.get("/")
    def index() -> Page[int]:
        return Page(list(range(size)) if counted else iter(range(size)))

    with Client(app) as client:
        pages = list(walk(client, f"/?limit={limit}"))
    assert [item for page in pages for item in page] == list(range(size))
    assert len(pages) == max(1, -(-size // limit))
