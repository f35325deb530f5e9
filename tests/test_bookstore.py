"""The bookstore example, as its clients see it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("sqlalchemy", reason="install it: pip install -e '.[sqlalchemy]'")

from postgres import postgres
from sqlalchemy import create_engine, func, make_url, select
from sqlalchemy.orm import Session

from examples.bookstore import app
from examples.bookstore.seed import fill
from examples.bookstore.tables import Base
from restlite.testing import Client, ClientResponse

ROOT = Path(__file__).parent.parent
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


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Make and fill one store, of which each test gets a copy."""
    store = tmp_path_factory.mktemp("bookstore") / "seeded.db"
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("BOOKSTORE_DATABASE", f"sqlite:///{store}")
        app.start()
        app.stop()
    return store


@pytest.fixture(params=["wsgi", "asgi"])
def gateway(request: pytest.FixtureRequest) -> Any:
    return request.param


@pytest.fixture
def client(gateway: Any, seeded: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Client]:
    store = shutil.copy(seeded, tmp_path / "bookstore.db")
    monkeypatch.setenv("BOOKSTORE_DATABASE", f"sqlite:///{store}")
    with Client(app, gateway=gateway) as client:
        yield client


def problem(answer: ClientResponse, status: int) -> dict[str, Any]:
    """Check that an answer is a problem of a status, and give what is particular to it."""
    assert answer.status_code == status, answer
    assert answer.headers["Content-Type"] == "application/problem+json"
    document: dict[str, Any] = answer.json()
    assert document.pop("status") == status
    assert document.pop("request_id")
    return document


def follow(client: Client, answer: ClientResponse) -> Any:
    """Check that an answer created something that can be had where it says."""
    assert answer.status_code == 201, answer
    found = client.get(answer.headers["Location"])
    assert found.status_code == 200
    return found.json()


# Authors


def test_authors_are_listed_by_name(client: Client) -> None:
    answer = client.get("/authors", params={"limit": 2})
    assert answer.json() == [
        {"name": "Ada Abend", "born": 1850, "id": 1},
        {"name": "Ada Brook", "born": 1851, "id": 2},
    ]
    assert client.get("/authors", params={"limit": 1, "offset": 1}).json() == answer.json()[1:]


def test_an_author_is_added(client: Client) -> None:
    answer = client.post("/authors", json={"name": "Wanda Quill"})
    assert answer.json() == {"name": "Wanda Quill", "born": None, "id": 121}
    assert answer.headers["Location"] == "/authors/121"
    assert follow(client, answer) == answer.json()


def test_all_that_is_wrong_with_an_author_is_told(client: Client) -> None:
    answer = client.post("/authors", json={"name": "", "born": "1850", "died": 1900})
    errors = problem(answer, 422)["errors"]
    assert {error["pointer"]: error["code"] for error in errors} == {
        "/name": "min_length",
        "/born": "integer",
        "/died": "unknown",
    }


def test_an_author_without_books_is_deleted(client: Client) -> None:
    new = client.post("/authors", json={"name": "Wanda Quill"}).headers["Location"]
    answer = client.delete(new)
    assert (answer.status_code, answer.content) == (204, b"")
    assert problem(client.get(new), 404) == {
        "type": "about:blank",
        "title": "Not Found",
        "detail": "There is no author 121.",
    }


def test_an_author_with_books_stays(client: Client) -> None:
    author = client.get("/books/1").json()["author"]["id"]
    answer = client.delete(f"/authors/{author}")
    assert problem(answer, 409) == {
        "type": "about:blank",
        "title": "Conflict",
        "detail": "Something is taken, refers to what is not there, or is still referred to.",
    }
    assert client.get(f"/authors/{author}").status_code == 200


@pytest.mark.parametrize(
    "path", ["/authors/99999", "/books/99999", "/books/99999/reviews", "/publishers/99999", "/orders/99999"]
)
def test_what_is_not_there_is_404(path: str, client: Client) -> None:
    assert problem(client.get(path), 404)["detail"].startswith("There is no ")


def test_a_number_beyond_every_row_is_422(client: Client) -> None:
    (error,) = problem(client.get("/books/99999999999"), 422)["errors"]
    assert error == {
        "in": "path",
        "parameter": "id",
        "code": "less_than_equal",
        "detail": "This must be less than or equal to 2147483647.",
    }


# Publishers, by marshmallow


def test_publishers_are_listed(client: Client) -> None:
    answer = client.get("/publishers", params={"limit": 1})
    assert answer.json() == [
        {"id": 1, "name": "Anchor Books", "city": "Bergen", "website": "https://anchor-books.example"}
    ]


def test_a_publisher_is_added(client: Client) -> None:
    answer = client.post("/publishers", json={"name": "Quill & Co", "city": "Cork"})
    assert answer.json() == {"id": 31, "name": "Quill & Co", "city": "Cork", "website": None}
    assert follow(client, answer) == answer.json()


def test_what_is_wrong_with_a_publisher_is_told_as_everywhere(client: Client) -> None:
    answer = client.post("/publishers", json={"id": 5, "name": 7, "website": "ftp://quill.example"})
    errors = problem(answer, 422)["errors"]
    assert {error["pointer"]: error["code"] for error in errors} == {
        "/id": "unknown",
        "/name": "string",
        "/city": "missing",
        "/website": "url",
    }


def test_a_publishers_name_is_taken(client: Client) -> None:
    answer = client.post("/publishers", json={"name": "Anchor Books", "city": "Cork"})
    assert problem(answer, 409)["title"] == "Conflict"


# Books


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


# Orders


def stocked(client: Client, count: int) -> list[int]:
    """Give the numbers of books of which that many are there."""
    books = client.get("/books", params={"limit": 100}).json()
    return [book["id"] for book in books if book["stock"] == count]


def test_orders_are_filtered(client: Client) -> None:
    orders = client.get("/orders", params={"status": "placed", "limit": 100}).json()
    assert {order["status"] for order in orders} == {"placed"}
    assert [order["id"] for order in orders] == sorted((order["id"] for order in orders), reverse=True)
    customer = orders[0]["customer"]
    theirs = client.get("/orders", params={"customer": customer, "status": "placed"}).json()
    assert {order["customer"] for order in theirs} == {customer}


def test_an_order_is_placed_and_then_packed(client: Client) -> None:
    first, second = stocked(client, 8)[:2]
    lines = [{"book_id": second, "quantity": 2}, {"book_id": first}, {"book_id": second}]
    answer = client.post("/orders", json={"customer": "Kamil Hale", "lines": lines})
    order = answer.json()
    assert order["status"] == "placed"
    assert {line["book"]["id"]: line["quantity"] for line in order["lines"]} == {first: 1, second: 3}
    assert order["total_cents"] == sum(line["quantity"] * line["price_cents"] for line in order["lines"])
    assert client.get(f"/books/{second}").json()["stock"] == 5
    for _ in range(100):
        now = follow(client, answer)
        if now["status"] == "packed":
            break
        time.sleep(0.05)
    assert now == {**order, "status": "packed"}


def test_an_order_takes_all_books_or_none(client: Client) -> None:
    there, short = stocked(client, 8)[0], stocked(client, 1)[0]
    lines = [{"book_id": there}, {"book_id": short, "quantity": 2}]
    answer = client.post("/orders", json={"customer": "Kamil Hale", "lines": lines})
    assert problem(answer, 409) == {
        "type": "urn:problem:out-of-stock",
        "title": "Out of stock",
        "detail": f"Copies left of book {short}: 1.",
        "book_id": short,
        "left": 1,
    }
    assert [client.get(f"/books/{book}").json()["stock"] for book in (there, short)] == [8, 1]
    assert client.get("/orders", params={"limit": 1}).json()[0]["id"] == 200


def test_an_order_of_no_known_book(client: Client) -> None:
    answer = client.post("/orders", json={"customer": "Kamil Hale", "lines": [{"book_id": 99999}]})
    assert problem(answer, 422) == {
        "type": "urn:problem:unknown-book",
        "title": "Unknown book",
        "detail": "There is no book 99999.",
        "book_id": 99999,
    }


def test_an_order_is_cancelled_once(client: Client) -> None:
    order = client.get("/orders", params={"status": "placed", "limit": 1}).json()[0]
    line = order["lines"][0]
    book = f"/books/{line['book']['id']}"
    before = client.get(book).json()["stock"]
    answer = client.post(f"/orders/{order['id']}/cancellation")
    assert (answer.status_code, answer.json()) == (200, {**order, "status": "cancelled"})
    assert client.get(book).json()["stock"] == before + line["quantity"]
    assert problem(client.post(f"/orders/{order['id']}/cancellation"), 409) == {
        "type": "urn:problem:not-cancellable",
        "title": "Not cancellable",
        "detail": f"Order {order['id']} is cancelled.",
        "order_status": "cancelled",
    }


def events(client: Client, count: int, **headers: str) -> list[dict[str, str]]:
    """Read so many events of the feed, then go away."""
    found: list[dict[str, str]] = [{}]
    with client.stream("GET", "/orders/feed", headers=headers) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                found[-1][name] = value
            elif len(found) == count:
                return found
            else:
                found.append({})
    raise AssertionError("The feed has ended.")


def test_the_feed_goes_on_where_it_broke_off(client: Client) -> None:
    first, second = events(client, 2)
    assert [first["id"], second["id"]] == ["1", "2"]
    assert second["event"] == "order"
    assert json.loads(second["data"]) == client.get("/orders/2").json()
    assert events(client, 1, **{"Last-Event-ID": "199"})[0]["id"] == "200"


def test_the_feed_sends_what_comes_in(client: Client) -> None:
    book = stocked(client, 8)[0]
    client.post("/orders", json={"customer": "Kamil Hale", "lines": [{"book_id": book}]})
    (event,) = events(client, 1, **{"Last-Event-ID": "200"})
    assert json.loads(event["data"])["customer"] == "Kamil Hale"


def test_the_feed_ends_when_nothing_happens(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("examples.bookstore.orders.QUIET", 0.6)
    assert client.get("/orders/feed", headers={"Last-Event-ID": "200"}).content == b""


# The store


def test_the_store_is_large_quickly_made_and_always_the_same() -> None:
    rows: list[list[Any]] = []
    for _ in range(2):
        engine = create_engine("sqlite://")
        begun = time.process_time()
        Base.metadata.create_all(engine)
        with Session(engine) as db:
            fill(db)
            assert time.process_time() - begun < 2
            rows.append([row for table in Base.metadata.sorted_tables for row in db.execute(select(table))])
        engine.dispose()
    assert len(rows[0]) >= 1000
    assert rows[0] == rows[1]


def test_processes_that_start_together_fill_the_store_once(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'bookstore.db'}"
    code = "from examples.bookstore import app; app.start(); app.stop()"
    environ = {**os.environ, "BOOKSTORE_DATABASE": url}
    started = [
        subprocess.Popen(
            [sys.executable, "-W", "error", "-c", code], cwd=ROOT, env=environ, stderr=subprocess.PIPE
        )
        for _ in range(3)
    ]
    assert [process.communicate()[1].decode() for process in started] == ["", "", ""]
    engine = create_engine(url)
    with engine.connect() as connection:
        assert connection.scalar(select(func.count()).select_from(Base.metadata.tables["books"])) == 600
    engine.dispose()


@pytest.fixture(scope="module")
def postgres_url() -> Iterator[str]:
    with postgres() as url:
        yield url


def test_the_same_code_runs_on_postgresql(
    gateway: Any, postgres_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BOOKSTORE_DATABASE", fresh_database(postgres_url, f"bookstore_{gateway}"))
    with Client(app, gateway=gateway) as client:
        test_the_export_holds_every_book(client)
        test_leaving_an_export_early_does_no_harm(client)
        test_books_are_filtered(client)
        test_a_cover_is_replaced(client)
        test_an_author_with_books_stays(client)
        test_an_order_takes_all_books_or_none(client)
        test_an_order_is_placed_and_then_packed(client)
        test_an_order_is_cancelled_once(client)
        test_the_feed_sends_what_comes_in(client)
        test_a_publishers_name_is_taken(client)
        test_a_book_is_deleted_with_its_cover_and_reviews(client)


def fresh_database(url: str, name: str) -> str:
    """Make an empty database beside the one that a URL names, and give its URL."""
    engine = create_engine(url, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.exec_driver_sql(f"DROP DATABASE IF EXISTS {name}")
        connection.exec_driver_sql(f"CREATE DATABASE {name}")
    engine.dispose()
    return make_url(url).set(database=name).render_as_string(hide_password=False)
