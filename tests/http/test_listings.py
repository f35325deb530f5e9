from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from typing import Any, overload

import pytest
from pydantic import BaseModel
from shelves import links

from restlite import App, SetupError
from restlite.http.paging import Page
from restlite.testing import Client


class Book(BaseModel):
    id: int


BOOKS = [Book(id=number) for number in range(45)]


def test_an_iterator_is_read_no_further_than_the_page_and_closed(gateway: Any) -> None:
    app = App()
    seen: list[Any] = []

    def books() -> Iterator[Book]:
        try:
            for book in BOOKS:
                seen.append(book.id)
                yield book
        finally:
            seen.append("closed")

    @app.get("/")
    def index() -> Page[Book]:
        return Page(books(), total=45)

    with Client(app, gateway=gateway) as client:
        response = client.get("/?limit=2&offset=3")
    assert response.json() == [{"id": 3}, {"id": 4}]
    assert response.headers["X-Total-Count"] == "45"
    assert links(response)["last"] == "/?limit=2&offset=44"
    assert seen == [0, 1, 2, 3, 4, "closed"]


def test_an_iterator_that_fails_is_closed(gateway: Any) -> None:
    app = App()
    closed: list[bool] = []

    def books() -> Iterator[Book]:
        try:
            yield BOOKS[0]
            raise RuntimeError("no more")
        finally:
            closed.append(True)

    @app.get("/")
    def index() -> Page[Book]:
        return Page(books())

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500
    assert closed == [True]


def test_an_iterator_without_a_count_tells_whether_more_follows(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def index() -> Page[Book]:
        return Page(iter(BOOKS))

    with Client(app, gateway=gateway) as client:
        middle, last, beyond = (client.get(f"/?offset={place}") for place in (20, 40, 60))
    assert links(middle) == {"first": "/?offset=0", "prev": "/?offset=0", "next": "/?offset=40"}
    assert links(last) == {"first": "/?offset=0", "prev": "/?offset=20"}
    assert (beyond.json(), links(beyond)) == ([], {"first": "/?offset=0", "prev": "/?offset=40"})
    assert "X-Total-Count" not in middle.headers


class Squares(Sequence[int]):
    """Hold numbers that nobody has computed yet."""

    def __len__(self) -> int:
        return 10**9

    @overload
    def __getitem__(self, index: int) -> int: ...
    @overload
    def __getitem__(self, index: slice) -> Sequence[int]: ...
    def __getitem__(self, index: int | slice) -> int | Sequence[int]:
        if isinstance(index, int):
            return index**2
        return tuple(self[number] for number in range(*index.indices(len(self))))


@pytest.mark.parametrize(
    ("source", "expect", "total"),
    [
        (Squares(), [25, 36], 10**9),
        (tuple(range(9)), [5, 6], 9),
        (range(9), [5, 6], 9),
        (deque(range(9)), [5, 6], 9),
        (dict.fromkeys(range(9)), [5, 6], 9),
    ],
)
def test_whatever_has_a_length_is_counted(gateway: Any, source: Any, expect: list[int], total: int) -> None:
    app = App()

    @app.get("/")
    def index() -> Page[int]:
        return Page(source)

    with Client(app, gateway=gateway) as client:
        response = client.get("/?limit=2&offset=5")
    assert response.json() == expect
    assert response.headers["X-Total-Count"] == str(total)


async def no_iterator() -> Any:
    yield 1


@pytest.mark.parametrize(
    ("source", "found"), [(7, "a value of type int"), (no_iterator(), "a value of type async_generator")]
)
def test_what_is_no_list_is_refused(source: Any, found: str) -> None:
    with pytest.raises(SetupError) as caught:
        Page(source)
    assert str(caught.value) == (
        f"Page was given {found}: no sequence, iterator or select.\n"
        "    Write: Page([item async for item in source])"
    )
