"""Books with their covers and reviews."""

from __future__ import annotations

import json
from typing import Any

import pytest

from restlite.testing import Client

from .answers import CLERK, READER, follow, links, problem, version

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
    assert set(book) == {*NEW_BOOK, "id", "author", "publisher"}
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
    client.post("/books", json={**NEW_BOOK, "title": "100% Quiet"}, headers=CLERK)
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
    answer = client.post("/books", json=NEW_BOOK, headers=CLERK)
    book = follow(client, answer)
    assert book == answer.json()
    assert book["author"] == {"id": 1, "name": "Ada Abend"}
    assert book["publisher"] == {"id": 1, "name": "Anchor Books"}
    assert {name: book[name] for name in NEW_BOOK} == NEW_BOOK


@pytest.mark.parametrize("change", [{"isbn": "9780000000019"}, {"author_id": 99999}], ids=["isbn", "author"])
def test_a_book_that_contradicts_the_store_is_refused(change: dict[str, Any], client: Client) -> None:
    assert (
        problem(client.post("/books", json={**NEW_BOOK, **change}, headers=CLERK), 409)["title"] == "Conflict"
    )


def test_a_book_is_replaced(client: Client) -> None:
    answer = client.put(
        "/books/7", json={**NEW_BOOK, "author_id": 3}, headers={**CLERK, **version(client, "/books/7")}
    )
    assert answer.json()["author"]["id"] == 3
    assert client.get("/books/7").json() == answer.json()
    taken = {**NEW_BOOK, "isbn": "9780000000019"}
    assert problem(client.put("/books/7", json=taken, headers={**CLERK, "If-Match": '"2"'}), 409)
    assert client.get("/books/7").json() == answer.json()


def test_what_was_got_can_be_put_back(client: Client) -> None:
    got = client.get("/books/7")
    book = {**got.json(), "title": "The Patient Lighthouse", "author": {"id": 9, "name": "Nobody"}}
    answer = client.put("/books/7", json=book, headers={**CLERK, "If-Match": got.headers["ETag"]})
    assert answer.json() == {**got.json(), "title": "The Patient Lighthouse"}


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE"])
def test_a_change_names_the_version_that_it_changes(method: str, client: Client) -> None:
    got = client.get("/books/7")
    old = {**CLERK, "If-Match": got.headers["ETag"]}
    body: Any = {} if method == "DELETE" else {"json": got.json()}
    unnamed = problem(client.request(method, "/books/7", headers=CLERK, **body), 428)
    assert unnamed["detail"] == "Name the version that you change: If-Match."
    assert client.patch("/books/7", json={"stock": 9}, headers=old).status_code == 200
    changed = client.get("/books/7")
    late = problem(client.request(method, "/books/7", headers=old, **body), 412)
    assert late["detail"] == "It has changed since. Get it again, and try with its new ETag."
    wrong = problem(client.request(method, "/books/7", headers={**CLERK, "If-Match": "1"}, **body), 400)
    assert wrong["detail"] == 'If-Match is no list of entity tags. Write: If-Match: "tag"'
    now = client.get("/books/7")
    assert (now.json(), now.headers["ETag"]) == (changed.json(), changed.headers["ETag"])


@pytest.mark.parametrize(
    ("media_type", "patch"),
    [
        ("application/json", {"price_cents": 990, "author_id": 3}),
        ("application/merge-patch+json", {"price_cents": 990, "author_id": 3}),
        (
            "application/json-patch+json",
            [
                {"op": "test", "path": "/isbn", "value": "9780000000071"},
                {"op": "replace", "path": "/price_cents", "value": 990},
                {"op": "replace", "path": "/author_id", "value": 3},
            ],
        ),
    ],
)
def test_a_book_is_patched(media_type: str, patch: Any, client: Client) -> None:
    before = client.get("/books/7").json()
    headers = {**CLERK, **version(client, "/books/7"), "Content-Type": media_type}
    answer = client.patch("/books/7", content=json.dumps(patch), headers=headers)
    assert answer.headers["ETag"] == '"2"'
    author = {"id": 3, "name": client.get("/authors/3").json()["name"]}
    assert answer.json() == {**before, "price_cents": 990, "author_id": 3, "author": author}
    assert client.get("/books/7").json() == answer.json()


def test_a_patch_is_applied_as_a_whole_or_not_at_all(client: Client) -> None:
    before = client.get("/books/7")
    patch = [
        {"op": "replace", "path": "/title", "value": "Half"},
        {"op": "test", "path": "/pages", "value": 0},
    ]
    headers = {**CLERK, "If-Match": before.headers["ETag"], "Content-Type": "application/json-patch+json"}
    assert (
        problem(client.patch("/books/7", content=json.dumps(patch), headers=headers), 409)["operation"]
        == "/1"
    )
    headers["Content-Type"] = "application/merge-patch+json"
    answer = client.patch("/books/7", content='{"pages": 0, "genre": null}', headers=headers)
    errors = problem(answer, 422)["errors"]
    assert {error["pointer"] for error in errors} == {"/pages", "/genre"}
    after = client.get("/books/7")
    assert (after.json(), after.headers["ETag"]) == (before.json(), before.headers["ETag"])


def test_a_copy_that_is_fresh_is_not_sent_again(client: Client) -> None:
    for path in ("/books/7", "/books?limit=3", "/authors", "/publishers/1"):
        first = client.get(path)
        again = client.get(path, headers={"If-None-Match": first.headers["ETag"]})
        assert (again.status_code, again.content) == (304, b"")


def test_an_order_makes_a_new_version_of_a_book(client: Client) -> None:
    book = client.get("/books", params={"in_stock": True, "limit": 1}).json()[0]
    before = version(client, f"/books/{book['id']}")
    order = client.post("/orders", json={"lines": [{"book_id": book["id"]}]}, headers=READER)
    assert order.status_code == 201
    late = client.patch(f"/books/{book['id']}", json={"stock": 5}, headers={**CLERK, **before})
    assert problem(late, 412)
    assert client.get(f"/books/{book['id']}").json()["stock"] == book["stock"] - 1


def test_a_book_is_deleted_with_its_cover_and_reviews(client: Client) -> None:
    added = client.post("/books", json=NEW_BOOK, headers=CLERK)
    new = added.headers["Location"]
    client.post(f"{new}/reviews", json={"stars": 5}, headers=READER)
    client.put(f"{new}/cover", files={"cover": ("cover.png", PNG)}, headers=CLERK)
    assert client.delete(new, headers={**CLERK, "If-Match": added.headers["ETag"]}).status_code == 204
    assert client.get(new).status_code == 404
    assert problem(client.delete(new, headers={**CLERK, "If-Match": "*"}), 404)


def test_the_number_of_a_deleted_book_is_not_given_again(client: Client) -> None:
    first = client.post("/books", json=NEW_BOOK, headers=CLERK).headers["Location"]
    client.delete(first, headers={**CLERK, "If-Match": "*"})
    assert client.post("/books", json=NEW_BOOK, headers=CLERK).headers["Location"] != first


def test_a_book_that_was_ordered_stays(client: Client) -> None:
    ordered = client.get("/orders/1", headers=CLERK).json()["lines"][0]["book"]["id"]
    assert problem(client.delete(f"/books/{ordered}", headers={**CLERK, "If-Match": "*"}), 409)
    assert client.get(f"/books/{ordered}").status_code == 200


def test_pages_join_to_the_whole_list(client: Client) -> None:
    path, found = "/books?genre=poetry&sort=-price_cents&limit=40", list[int]()
    while path:
        answer = client.get(path)
        found += [book["id"] for book in answer.json()]
        path = links(answer).get("next", "")
    assert len(found) == len(set(found)) == int(answer.headers["X-Total-Count"])
    whole = client.get("/books", params={"genre": "poetry", "sort": "-price_cents", "limit": 100})
    assert [book["id"] for book in whole.json()] == found


def test_the_old_way_to_a_book_says_that_it_goes(client: Client) -> None:
    book = client.get("/books/42").json()
    answer = client.get(f"/isbn/{book['isbn']}")
    assert answer.json() == book
    assert answer.headers["Deprecation"] == "@1767225600"
    assert answer.headers["Sunset"] == "Fri, 01 Jan 2027 00:00:00 GMT"
    assert links(answer) == {"successor-version": "/books"}
    assert client.get("/books", params={"isbn": book["isbn"]}).json() == [book]
    assert problem(client.get("/isbn/9790000000000"), 404)["detail"] == "There is no book of this ISBN."


def test_the_export_holds_every_book(client: Client) -> None:
    answer = client.get("/books/export")
    assert answer.headers["Content-Type"] == "application/x-ndjson"
    books = [json.loads(line) for line in answer.text.splitlines()]
    assert [book["id"] for book in books] == list(range(1, 601))
    assert books[41] == client.get("/books/42").json()


def test_leaving_an_export_early_does_no_harm(client: Client) -> None:
    with client.stream("GET", "/books/export") as answer:
        assert json.loads(next(answer.iter_lines()))["id"] == 1
    assert client.post("/authors", json={"name": "Wanda Quill"}, headers=CLERK).status_code == 201


# Covers


@pytest.mark.parametrize("picture, kind", [(PNG, "png"), (JPEG, "jpeg")], ids=["png", "jpeg"])
def test_a_cover_comes_back_as_it_was_sent(picture: bytes, kind: str, client: Client) -> None:
    sent = client.put(
        "/books/1/cover", files={"cover": ("../../etc/passwd", picture, "text/html")}, headers=CLERK
    )
    assert (sent.status_code, sent.content) == (204, b"")
    answer = client.get("/books/1/cover")
    assert answer.content == picture
    assert answer.headers["Content-Type"] == f"image/{kind}"
    assert answer.headers["Content-Disposition"] == f'inline; filename="9780000000019.{kind}"'
    again = client.get("/books/1/cover", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_a_cover_is_replaced(client: Client) -> None:
    client.put("/books/1/cover", files={"cover": ("a.png", PNG)}, headers=CLERK)
    client.put("/books/1/cover", files={"cover": ("a.jpg", JPEG)}, headers=CLERK)
    answer = client.get("/books/1/cover", headers={"Range": "bytes=0-2"})
    assert answer.content == JPEG[:3]
    assert answer.headers["Cache-Control"] == "max-age=86400, public"


def test_a_book_without_a_cover(client: Client) -> None:
    assert problem(client.get("/books/1/cover"), 404)["detail"] == "Book 1 has no cover."


def test_a_file_that_is_no_picture_is_refused(client: Client) -> None:
    answer = client.put(
        "/books/1/cover", files={"cover": ("cover.png", b"<svg/>", "image/png")}, headers=CLERK
    )
    assert problem(answer, 422) == {
        "type": "urn:problem:no-picture",
        "title": "No picture",
        "detail": "The file does not begin as a picture does.",
        "accepted": ["image/png", "image/jpeg"],
    }


def test_a_cover_has_a_limit_of_its_own(client: Client) -> None:
    assert (
        client.put(
            "/books/1/cover", files={"cover": ("a.png", PNG + bytes(3 << 20))}, headers=CLERK
        ).status_code
        == 204
    )
    assert problem(
        client.put("/books/1/cover", files={"cover": ("a.png", PNG + bytes(4 << 20))}, headers=CLERK), 413
    )


# Reviews


def test_a_review_is_added(client: Client) -> None:
    before = client.get("/books/1/reviews").json()
    review = {"stars": 4, "text": "Good\nread."}
    answer = client.post("/books/1/reviews", json=review, headers=READER)
    assert answer.status_code == 201
    assert answer.json() == {"id": 401, "reader": "Mira Dahl", **review}
    assert client.get("/books/1/reviews").json() == [answer.json(), *before]


def test_nobody_reviews_in_anothers_name(client: Client) -> None:
    answer = client.post("/books/1/reviews", json={"reader": "Olga Hale", "stars": 1}, headers=READER)
    assert answer.json()["reader"] == "Mira Dahl"


def test_reviews_of_no_book(client: Client) -> None:
    answer = client.post("/books/99999/reviews", json={"stars": 4}, headers=READER)
    assert problem(answer, 404)["detail"] == "There is no book 99999."
