"""Answers that ask for parameters of their own, and are settled by them while dependencies are open."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from typing import Annotated, Any, Generic, TypedDict, TypeVar

import pytest
from pydantic import BaseModel, Field

from restlite import Answer, App, Created, Depends, Header, In, Query, SetupError
from restlite.aliases import Environ
from restlite.returns import arguments, asked_by
from restlite.testing import Client
from restlite.waits import Steps, call

T = TypeVar("T")
H = TypeVar("H")


class Book(BaseModel):
    title: str


class Counted(TypedDict):
    x_total: int


class Slice(Answer[list[T], Counted]):
    """Give the first of some items, as many as are asked for."""

    __slots__ = ("items",)

    def __init__(self, items: Any) -> None:
        super().__init__([])
        self.items = items

    @classmethod
    def asks(cls) -> Mapping[str, Any]:
        return {"first": Annotated[Annotated[int, Field(ge=1, le=3)], In("query")]}

    def settle(self, environ: Environ, asked: Mapping[str, Any]) -> Steps[None]:
        found = yield call(self.fetch, is_async=hasattr(self.items, "__aiter__"))
        self.body = found[: asked["first"]]
        self.headers = {"x_total": len(found)}

    def fetch(self) -> Any:
        return listed(self.items) if hasattr(self.items, "__aiter__") else list(self.items)


async def listed(items: AsyncIterator[Any]) -> list[Any]:
    return [item async for item in items]


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("asynchronous", [False, True])
def test_an_answer_is_settled_while_dependencies_are_open(
    asynchronous: bool, checked: bool, gateway: Any
) -> None:
    said: list[str] = []

    def open_shelf() -> Iterator[list[Book]]:
        yield [Book(title="Emma"), Book(title="Persuasion")]
        said.append("closed")

    shelf = Depends(open_shelf)

    def books_of(books: list[Book]) -> Iterator[Book]:
        for book in books:
            said.append(book.title)
            yield book

    async def later(books: list[Book]) -> AsyncIterator[Book]:
        for book in books:
            said.append(book.title)
            yield book

    app = App()

    @app.get("/books")
    def list_books(books: Annotated[list[Book], shelf]) -> Slice[Book]:
        return Slice(later(books) if asynchronous else books_of(books))

    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.get("/books?first=1")
    assert (answer.status_code, answer.json()) == (200, [{"title": "Emma"}])
    assert answer.headers["X-Total"] == "2"
    assert said == ["Emma", "Persuasion", "closed"]


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize(
    ("query", "code"),
    [
        ("", "missing"),
        ("?first=x", "int_parsing"),
        ("?first=9", "less_than_equal"),
        ("?first=1&b=1", "unknown"),
    ],
)
def test_what_it_asks_for_is_validated(query: str, code: str, checked: bool, gateway: Any) -> None:
    app = App()

    @app.get("/books")
    def list_books() -> Slice[Book]:
        raise AssertionError("called")

    with Client(app, gateway=gateway, checked=checked) as client:
        answer = client.get(f"/books{query}")
    assert answer.status_code == 422
    (error,) = answer.json()["errors"]
    assert error["in"] == "query"
    assert error["parameter"] == ("b" if code == "unknown" else "first")


def test_what_it_asks_for_is_described() -> None:
    app = App()

    @app.get("/books")
    def list_books() -> Slice[Book]:
        raise AssertionError("called")

    (record,) = app.operations[0].describe().parameters
    assert (record.name, record.location, record.required) == ("first", "query", True)
    assert app.operations[0].straight is None


def test_handler_and_answer_may_ask_for_the_same(gateway: Any) -> None:
    app = App()
    First = Annotated[Annotated[int, Field(ge=1, le=3)], In("query")]

    @app.get("/books")
    def list_books(first: First) -> Slice[Book]:
        return Slice([Book(title=str(first))] * 3)

    with Client(app, gateway=gateway) as client:
        assert client.get("/books?first=2").json() == [{"title": "2"}] * 2


def test_but_not_in_two_ways() -> None:
    app = App()

    def list_books(first: str = "") -> Slice[Book]:
        raise AssertionError("called")

    with pytest.raises(SetupError, match="query parameter 'first' is declared in two different ways"):
        app.get("/books")(list_books)


def test_a_handler_may_call_something_else_so(gateway: Any) -> None:
    app = App()

    @app.get("/header")
    def by_header(first: Header[str]) -> Slice[Book]:
        return Slice([Book(title=first)] * 3)

    @app.get("/path/<first>")
    def by_path(first: str) -> Slice[Book]:
        return Slice([Book(title=first)] * 3)

    with Client(app, gateway=gateway) as client:
        assert client.get("/header?first=1", headers={"First": "abc"}).json() == [{"title": "abc"}]
        assert client.get("/path/abc?first=1").json() == [{"title": "abc"}]


def test_it_may_be_one_of_several_or_annotated(gateway: Any) -> None:
    app = App()

    @app.get("/either")
    def either(plain: bool = False) -> Slice[Book] | Created[Book] | None:
        return Created(Book(title="new")) if plain else Slice([Book(title="a")] * 2)

    @app.get("/annotated")
    def annotated() -> Annotated[Slice[Book], "in a word"]:
        return Slice([Book(title="a")] * 2)

    with Client(app, gateway=gateway) as client:
        assert client.get("/either?first=1").json() == [{"title": "a"}]
        assert client.get("/either?first=1&plain=true").status_code == 201
        assert client.get("/annotated?first=1").json() == [{"title": "a"}]
    assert list(asked_by(Annotated[Slice[Book] | None, "x"])) == ["first"]
    assert asked_by(Created[Book]) == asked_by(list[Book]) == asked_by(Any) == {}


def test_a_dependency_of_an_answer_is_a_dependency_of_the_operation(gateway: Any) -> None:
    def limit() -> int:
        return 1

    class Limited(Slice[T]):
        @classmethod
        def asks(cls) -> Mapping[str, Any]:
            return {"first": Annotated[int, Depends(limit)]}

    app = App()

    @app.get("/books")
    def list_books() -> Limited[Book]:
        return Limited([Book(title="a")] * 3)

    with Client(app, gateway=gateway) as client:
        assert len(client.get("/books").json()) == 1
        with app.override(limit, with_=lambda: 2):
            assert len(client.get("/books").json()) == 2


def test_a_wrong_item_is_a_500(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.get("/books")
    def list_books() -> Slice[Book]:
        return Slice([{"name": "Emma"}])

    with Client(app, gateway=gateway, undeclared="ignore") as client:
        assert client.get("/books?first=1").status_code == 500
    assert "the answer is not of its declared type" in caplog.text


def test_an_answer_refuses_an_operation_that_cannot_give_it() -> None:
    class Checked(Answer[T]):
        @classmethod
        def check(cls, operation: Any) -> None:
            raise SetupError.at(operation.handler, f"{operation.name} cannot give it.", "-> T")

    app = App()

    @app.get("/books")
    def list_books() -> Checked[Book]:
        raise AssertionError("called")

    with pytest.raises(SetupError) as raised:
        app.freeze()
    assert (raised.value.found, raised.value.mend) == ("list_books cannot give it.", "-> T")


class Plain(Answer[list[T], H], Generic[T, H]): ...


class Swapped(Answer[list[T], H], Generic[H, T]): ...


class Fixed(Answer[Book]): ...


class Shelf(Plain[T, Counted]): ...


class Deep(Shelf[Book]): ...


class Named(Plain[Book, H], Generic[H]): ...


class Bare(Slice): ...  # type: ignore[type-arg]


@pytest.mark.parametrize(
    ("annotation", "body", "headers"),
    [
        (Answer, Any, Mapping),
        (Answer[Book], Book, Mapping[str, str]),
        (Answer[Book, Counted], Book, Counted),
        (Created[Book, Counted], Book, Counted),
        (Plain[Book, Counted], list[Book], Counted),
        (Swapped[Counted, Book], list[Book], Counted),
        (Fixed, Book, Mapping[str, str]),
        (Shelf[Book], list[Book], Counted),
        (Deep, list[Book], Counted),
        (Named[Counted], list[Book], Counted),
        (Slice[Book], list[Book], Counted),
        (Slice, list[Any], Counted),
        (Bare, list[Any], Counted),
    ],
)
def test_types_are_read_through_subclasses(annotation: Any, body: Any, headers: Any) -> None:
    assert arguments(annotation)[:2] == (body, headers)


def test_a_sequence_model_of_ones_own_goes_on_the_wire(gateway: Any) -> None:
    app = App()

    @app.get("/swapped")
    def swapped() -> Swapped[Counted, Book]:
        return Swapped([Book(title="a")], headers={"x_total": 1})

    @app.get("/query")
    def query(names: Query[list[str]]) -> Plain[str, Counted]:
        given: Sequence[str] = names
        return Plain(list(given), headers={"x_total": len(given)})

    with Client(app, gateway=gateway) as client:
        first, second = client.get("/swapped"), client.get("/query?names=a&names=b")
    assert (first.json(), first.headers["X-Total"]) == ([{"title": "a"}], "1")
    assert (second.json(), second.headers["X-Total"]) == (["a", "b"], "2")
