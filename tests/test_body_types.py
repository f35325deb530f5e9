"""Types that make their values of a request body in a way of their own."""

from __future__ import annotations

from typing import Any, Generic, TypeVar

import pytest
from pydantic import BaseModel

from restlite import App, Body, Conflict, SetupError
from restlite.adapters import find_adapter
from restlite.aliases import Environ
from restlite.bodies import BodyType, Content, Loader, Reader, body_type
from restlite.frozen import Record
from restlite.intake import whole
from restlite.records import SchemaRef
from restlite.testing import Client
from restlite.violations import Malformed

T = TypeVar("T")


class Book(BaseModel):
    title: str


class LinesContent(Record):
    """Take lines of text."""

    argument: str
    item: Any
    media_types: tuple[str, ...] = ("text/plain",)
    at_once: bool = True
    raises: tuple[type[Exception], ...] = (Conflict,)

    def reader(self, environ: Environ) -> Reader:
        return whole()

    def loader(self) -> Loader:
        def load(raw: bytes) -> Any:
            if b"\0" in raw:
                raise Malformed("The body has a NUL.")
            if raw == b"conflict":
                raise Conflict("There is one already.")
            return Lines(raw.decode().splitlines())

        return self.argument, load

    def describe(self) -> tuple[tuple[str, SchemaRef | None], ...]:
        return (("text/plain", None), ("application/json", find_adapter(self.item).describe("input")))


class CountedContent(LinesContent):
    """Take the number of lines."""

    media_types: tuple[str, ...] = ("text/x-count", "text/x-number")

    def loader(self) -> Loader:
        return self.argument, lambda raw: Lines([""] * int(raw))


class Lines(BodyType, Generic[T]):
    def __init__(self, items: list[str]) -> None:
        self.items = items

    @classmethod
    def contents(cls, argument: str, parameters: tuple[Any, ...], strict: bool) -> tuple[Content, ...]:
        assert strict
        (item,) = parameters or (Any,)
        return LinesContent(argument, item), CountedContent(argument, item)


def make_app() -> App:
    app = App()

    @app.post("/lines")
    def post(lines: Lines[Book]) -> list[str]:
        return lines.items

    @app.patch("/lines")
    async def patch(lines: Lines[Book], q: str = "") -> list[str]:
        return [*lines.items, q]

    @app.put("/lines")
    def put(lines: Lines = Lines([])) -> list[str]:  # type: ignore[type-arg]
        return lines.items

    return app


TEXT = {"Content-Type": "text/plain"}
checked = pytest.mark.parametrize("checked", [True, False])


@checked
def test_each_media_type_has_its_way(checked: bool, gateway: Any) -> None:
    with Client(make_app(), gateway=gateway, checked=checked) as client:
        assert client.post("/lines", content=b"a\nb", headers=TEXT).json() == ["a", "b"]
        assert client.post("/lines", content=b"2", headers={"Content-Type": "text/x-number"}).json() == [
            "",
            "",
        ]
        assert client.patch("/lines?q=c", content=b"a", headers=TEXT).json() == ["a", "c"]
        assert client.put("/lines", content=b"a", headers=TEXT).json() == ["a"]
        assert client.put("/lines").json() == []


@checked
@pytest.mark.parametrize(
    ("content", "media_type", "status", "says"),
    [
        (b"\0", "text/plain", 400, "The body has a NUL."),
        (b"conflict", "text/plain", 409, "There is one already."),
        (b"{}", "application/json", 415, "Send: text/plain, text/x-count, text/x-number."),
        (b"a", None, 415, "The body needs a Content-Type."),
    ],
)
def test_what_is_wrong_is_the_clients(
    content: bytes, media_type: str | None, status: int, says: str, checked: bool, gateway: Any
) -> None:
    headers = {"Content-Type": media_type} if media_type else {}
    with Client(make_app(), gateway=gateway, checked=checked) as client:
        for method in ("POST", "PATCH"):
            answer = client.request(method, "/lines", content=content, headers=headers)
            assert (answer.status_code, says in answer.json()["detail"]) == (status, True)


@checked
def test_patch_says_what_it_takes(checked: bool, gateway: Any) -> None:
    taken = "text/plain, text/x-count, text/x-number"
    with Client(make_app(), gateway=gateway, checked=checked) as client:
        refused = client.patch("/lines", content=b"a", headers={"Content-Type": "text/csv"})
        options = client.options("/lines")
        put = client.put("/lines", content=b"a", headers={"Content-Type": "text/csv"})
    assert refused.headers["Accept-Patch"] == refused.headers["Accept"] == taken
    assert options.headers["Accept-Patch"] == taken
    assert (put.status_code, put.headers["Accept"], "Accept-Patch" in put.headers) == (415, taken, False)


def test_contents_describe_themselves_and_what_they_raise() -> None:
    post = make_app().operations[0]
    body = post.describe().body
    assert body is not None
    assert [media_type for media_type, _ in body.content] == ["text/plain", "application/json"] * 2
    assert body.content[1][1] == find_adapter(Book).describe("input")
    assert Conflict in post.raises
    assert 409 in post.statuses


def test_a_body_type_stands_alone() -> None:
    def two(lines: Lines[Book], body: Body[Book]) -> Any: ...

    with pytest.raises(SetupError, match="two bodies: 'lines' and 'body'"):
        App().post("/")(two)


def test_on_get_there_is_no_body() -> None:
    def show(lines: Lines[Book]) -> Any: ...

    with pytest.raises(SetupError, match=r"parameter 'lines' of type .*Lines\[.*\] has no row"):
        App().get("/")(show)


def test_the_class_of_an_annotation() -> None:
    assert body_type(Lines[Book]) is body_type(Lines) is Lines
    assert body_type(list[Book]) is body_type(Book) is body_type(None) is None
    with pytest.raises(NotImplementedError):
        BodyType.contents("body", (), True)
