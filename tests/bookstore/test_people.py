"""Authors, and publishers by marshmallow."""

from __future__ import annotations

import pytest

from restlite.testing import Client

from .answers import CLERK, follow, problem

# Authors


def test_authors_are_listed_by_name(client: Client) -> None:
    answer = client.get("/authors", params={"limit": 2})
    assert answer.json() == [
        {"id": 1, "name": "Ada Abend", "born": 1850},
        {"id": 2, "name": "Ada Brook", "born": 1851},
    ]
    assert answer.headers["X-Total-Count"] == "120"
    assert '</authors?limit=2&offset=118>; rel="last"' in answer.headers["Link"]
    assert client.get("/authors", params={"limit": 1, "offset": 1}).json() == answer.json()[1:]


def test_an_author_is_added(client: Client) -> None:
    answer = client.post("/authors", json={"name": "Wanda Quill"}, headers=CLERK)
    assert answer.json() == {"name": "Wanda Quill", "born": None, "id": 121}
    assert answer.headers["Location"] == "/authors/121"
    assert follow(client, answer) == answer.json()


def test_all_that_is_wrong_with_an_author_is_told(client: Client) -> None:
    answer = client.post("/authors", json={"name": "", "born": "1850", "died": 1900}, headers=CLERK)
    errors = problem(answer, 422)["errors"]
    assert {error["pointer"]: error["code"] for error in errors} == {
        "/name": "min_length",
        "/born": "integer",
        "/died": "unknown",
    }


def test_an_author_without_books_is_deleted(client: Client) -> None:
    new = client.post("/authors", json={"name": "Wanda Quill"}, headers=CLERK).headers["Location"]
    answer = client.delete(new, headers=CLERK)
    assert (answer.status_code, answer.content) == (204, b"")
    assert problem(client.get(new), 404) == {
        "type": "about:blank",
        "title": "Not Found",
        "detail": "There is no author 121.",
    }


def test_an_author_with_books_stays(client: Client) -> None:
    author = client.get("/books/1").json()["author"]["id"]
    answer = client.delete(f"/authors/{author}", headers=CLERK)
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
    assert problem(client.get(path, headers=CLERK), 404)["detail"].startswith("There is no ")


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
    answer = client.post("/publishers", json={"name": "Quill & Co", "city": "Cork"}, headers=CLERK)
    assert answer.json() == {"id": 31, "name": "Quill & Co", "city": "Cork", "website": None}
    assert follow(client, answer) == answer.json()


def test_what_is_wrong_with_a_publisher_is_told_as_everywhere(client: Client) -> None:
    wrong = {"id": 5, "name": 7, "website": "ftp://quill.example", "founded": 1900}
    errors = problem(client.post("/publishers", json=wrong, headers=CLERK), 422)["errors"]
    assert {error["pointer"]: error["code"] for error in errors} == {
        "/name": "string",
        "/city": "missing",
        "/website": "url",
        "/founded": "unknown",
    }


def test_a_publisher_is_changed(client: Client) -> None:
    answer = client.patch("/publishers/1", json={"city": "Cork", "website": None}, headers=CLERK)
    assert answer.json() == {"id": 1, "name": "Anchor Books", "city": "Cork", "website": None}
    assert client.get("/publishers/1").json() == answer.json()
    wrong = client.patch("/publishers/1", json={"city": "\n", "name": None}, headers=CLERK)
    errors = problem(wrong, 422)["errors"]
    assert {error["pointer"]: error["code"] for error in errors} == {"/city": "pattern", "/name": "null"}
    taken = client.patch("/publishers/1", json={"name": "Beacon Books"}, headers=CLERK)
    assert problem(taken, 409)["title"] == "Conflict"
    assert problem(client.patch("/publishers/999", json={}, headers=CLERK), 404)


def test_a_publishers_name_is_taken(client: Client) -> None:
    answer = client.post("/publishers", json={"name": "Anchor Books", "city": "Cork"}, headers=CLERK)
    assert problem(answer, 409)["title"] == "Conflict"
