"""Books with their covers and reviews."""

from __future__ import annotations

import json
from typing import Any

import pytest

from restlite.testing import Client

from .answers import follow, problem

PNG = b"\x89PNG\r\n\x1a\n" + bytes(range(256))
JPEG = b"\xff\xd8\xff\xe0" + bytes(100)

NEW_BOOK: dict[str, Any] = {
    "title": "The Patient Lighthouse",
    "isbn": "9791234567896",
    "genre": "mystery",
    "published": "2026-03-01",
    "pages": 320,
    "price_cents": 1290,
    "stock": 2,
    "author_id": 1,
    "publisher_id": 1,
}


def test_books_are_nested(client: Client) -> None:
    book = client.get("/books/1").json()
    assert set(book) == {*NEW_BOOK, "id", "author", "publisher"} - {"author_id", "publisher_id"}
    assert set(book["author"]) == {"id", "name"}
    assert client.get(f"/authors/{book['author']['id']}").json()["name"] == book["author"]["name"]


def test_books_are_filtered(client: Client) -> None:
    wanted = {
        "genre": ["mystery", "poetry"],
        "max_price_cents": 1500,
        "in_stock": True,
        "sort": "price_cents",
    }
    books = client.get("/books", params={**wanted, "limit": 100}).json()
    prices = [book["price_cents"] for book in books]
    assert prices == sorted(prices)
    assert max(prices) <= 1500
    assert {book["genre"] for book in books} == {"mystery", "poetry"}
    assert all(book["stock"] > 0 for book in books)


def test_books_are_found_by_title_and_author(client: Client) -> None:
    client.post("/books", json={**NEW_BOOK, "title": "100% Quiet"})
    assert [book["title"] for book in client.get("/books", params={"title": "0% q"}).json()] == ["100% Quiet"]
    books = client.get("/books", params={"author_id": 1, "title": "100%"}).json()
    assert [book["author"]["name"] for book in books] == ["Ada Abend"]


def test_all_that_is_wrong_with_filters_is_told(client: Client) -> None:
    answer = client.get("/books?genre=crime&limit=500&in_stock=maybe&colour=red")
    errors = problem(answer, 422)["errors"]
    assert {error["parameter"]: error["code"] for error in errors} == {
        "genre": "choice",
        "limit": "less_than_equal",
        "in_stock": "boolean",
        "colour": "unknown",
    }


def test_a_book_is_added(client: Client) -> None:
    answer = client.post("/books", json=NEW_BOOK)
    book = follow(client, answer)
    assert book == answer.json()
    assert book["author"] == {"id": 1, "name": "Ada Abend"}
    assert book["publisher"] == {"id": 1, "name": "Anchor Books"}
    assert {name: book[name] for name in NEW_BOOK if name in book} == {
        name: value for name, value in NEW_BOOK.items() if not name.endswith("_id")
    }


@pytest.mark.parametrize("change", [{"isbn": "9780000000019"}, {"author_id": 99999}], ids=["isbn", "author"])
def test_a_book_that_contradicts_the_store_is_refused(change: dict[str, Any], client: Client) -> None:
    assert problem(client.post("/books", json={**NEW_BOOK, **change}), 409)["title"] == "Conflict"


def test_a_book_is_replaced(client: Client) -> None:
    answer = client.put("/books/7", json={**NEW_BOOK, "author_id": 3})
    assert answer.json()["author"]["id"] == 3
    assert client.get("/books/7").json() == answer.json()
    assert problem(client.put("/books/7", json={**NEW_BOOK, "isbn": "9780000000019"}), 409)
    assert client.get("/books/7").json() == answer.json()


def test_a_book_is_deleted_with_its_cover_and_reviews(client: Client) -> None:
    new = client.post("/books", json=NEW_BOOK).headers["Location"]
    client.post(f"{new}/reviews", json={"reader": "Mira D.", "stars": 5})
    client.put(f"{new}/cover", files={"cover": ("cover.png", PNG)})
    assert client.delete(new).status_code == 204
    assert client.get(new).status_code == 404


def test_a_book_that_was_ordered_stays(client: Client) -> None:
    ordered = client.get("/orders/1").json()["lines"][0]["book"]["id"]
    assert problem(client.delete(f"/books/{ordered}"), 409)
    assert client.get(f"/books/{ordered}").status_code == 200


def test_the_export_holds_every_book(client: Client) -> None:
    answer = client.get("/books/export")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    books = [json.loads(line) for line in answer.text.splitlines()]
    assert [book["id"] for book in books] == list(range(1, 601))
    assert books[41] == client.get("/books/42").json()


def test_leaving_an_export_early_does_no_harm(client: Client) -> None:
    with client.stream("GET", "/books/export") as answer:
        assert json.loads(next(answer.iter_lines()))["id"] == 1
    assert client.post("/authors", json={"name": "Wanda Quill"}).status_code == 201


# Covers


@pytest.mark.parametrize("picture, kind", [(PNG, "png"), (JPEG, "jpeg")], ids=["png", "jpeg"])
def test_a_cover_comes_back_as_it_was_sent(picture: bytes, kind: str, client: Client) -> None:
    sent = client.put("/books/1/cover", files={"cover": ("../../etc/passwd", picture, "text/html")})
    assert (sent.status_code, sent.content) == (204, b"")
    answer = client.get("/books/1/cover")
    assert answer.content == picture
    assert answer.headers["Content-Type"] == f"image/{kind}"
    assert answer.headers["Content-Disposition"] == f'inline; filename="9780000000019.{kind}"'
    again = client.get("/books/1/cover", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_cover_is_replaced(client: Client) -> None:
    client.put("/books/1/cover", files={"cover": ("a.png", PNG)})
    client.put("/books/1/cover", files={"cover": ("a.jpg", JPEG)})
    assert client.get("/books/1/cover", headers={"Range": "bytes=0-2"}).content == JPEG[:3]


def test_a_book_without_a_cover(client: Client) -> None:
    assert problem(client.get("/books/1/cover"), 404)["detail"] == "Book 1 has no cover."


def test_a_file_that_is_no_picture_is_refused(client: Client) -> None:
    answer = client.put("/books/1/cover", files={"cover": ("cover.png", b"<svg/>", "image/png")})
    assert problem(answer, 422) == {
        "type": "urn:problem:no-picture",
        "title": "No picture",
        "detail": "The file does not begin as a picture does.",
        "accepted": ["image/png", "image/jpeg"],
    }


def test_a_cover_has_a_limit_of_its_own(client: Client) -> None:
    assert client.put("/books/1/cover", files={"cover": ("a.png", PNG + bytes(3 << 20))}).status_code == 204
    assert problem(client.put("/books/1/cover", files={"cover": ("a.png", PNG + bytes(4 << 20))}), 413)


# Reviews


def test_a_review_is_added(client: Client) -> None:
    before = client.get("/books/1/reviews").json()
    answer = client.post("/books/1/reviews", json={"reader": "Mira D.", "stars": 4, "text": "Good\nread."})
    assert answer.status_code == 201
    assert answer.json() == {"reader": "Mira D.", "stars": 4, "text": "Good\nread.", "id": 401}
    assert client.get("/books/1/reviews").json() == [answer.json(), *before]


def test_reviews_of_no_book(client: Client) -> None:
    answer = client.post("/books/99999/reviews", json={"reader": "Mira D.", "stars": 4})
    assert problem(answer, 404)["detail"] == "There is no book 99999."
