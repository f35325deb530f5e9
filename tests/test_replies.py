"""Replies: whatever a handler returns finds the output that writes it, and statuses are known before."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from pydantic import BaseModel
from werkzeug.exceptions import Gone as WerkzeugGone
from werkzeug.wrappers import Response as WerkzeugResponse

from restlite import (
    Answer,
    App,
    Conflict,
    Created,
    Depends,
    FileAnswer,
    Gone,
    NoContent,
    NotFound,
    Query,
    Response,
)
from restlite.hooks import Hook
from restlite.replies import statuses_of_handler
from restlite.testing import Client, UndeclaredAnswer


class Book(BaseModel):
    id: int


def test_a_werkzeug_response_is_taken_too(gateway: Any) -> None:
    app = App()

    @app.get("/", returns={200: str})
    def show() -> WerkzeugResponse:
        return WerkzeugResponse("hi", headers={"X-A": "b"})

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert (response.text, response.headers["X-A"]) == ("hi", "b")


def test_a_response_is_one_of_a_union(gateway: Any) -> None:
    app = App()

    @app.get("/<int:id>")
    def show(id: int) -> Book | Response:
        return Response("raw") if id else Book(id=id)

    with Client(app, gateway=gateway) as client:
        assert client.get("/0").json() == {"id": 0}
        assert client.get("/1").text == "raw"


def test_a_response_that_streams_is_closed_when_it_ends(gateway: Any) -> None:
    closed: list[bool] = []

    class Chunks:
        def __iter__(self) -> Iterator[bytes]:
            return iter([b"a", b"b"])

        def close(self) -> None:
            closed.append(True)

    app = App()

    @app.get("/", returns={200: bytes})
    def show() -> Response:
        return Response(Chunks())  # type: ignore[arg-type]

    with Client(app, gateway=gateway) as client:
        assert client.get("/").content == b"ab"
    assert closed == [True]


@pytest.mark.parametrize("checked", [True, False])
def test_a_response_that_the_annotation_does_not_name_is_a_500(
    gateway: Any, checked: bool, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()

    @app.get("/")
    def show() -> Created[Book] | Book:
        return Response("raw")  # type: ignore[return-value]

    with Client(app, gateway=gateway, checked=checked) as client:
        assert client.get("/").status_code == 500
    assert "a Response, which the return annotation does not name: -> Response" in caplog.text


@pytest.mark.parametrize("value", [Book(id=1), Answer(Book(id=1)), None])
def test_a_value_that_no_class_of_a_union_fits_is_a_500(
    gateway: Any, value: Any, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()

    @app.get("/")
    def show() -> Created[Book] | NoContent:
        return value  # type: ignore[no-any-return]

    with Client(app, gateway=gateway) as client:
        assert client.get("/").status_code == 500
    assert f"{type(value).__name__}, which the return annotation does not name" in caplog.text


def test_a_subclass_of_a_declared_answer_is_written_as_that(gateway: Any) -> None:
    class CreatedNow(Created[Book]): ...

    app = App()

    @app.get("/")
    def show() -> Created[Book]:
        return CreatedNow(Book(id=1))

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert (response.status_code, response.json()) == (201, {"id": 1})


def find() -> int:
    return 1


def mapped(error: KeyError) -> NotFound | Created[str]: ...


def unmapped(error: KeyError) -> Any: ...


def no_hook(request: Any) -> None: ...


CASES: list[tuple[dict[str, Any], Any, set[int]]] = [
    ({}, Book, {200, 400, 406, 422, 500}),
    ({}, None, {204, 400, 422, 500}),
    ({}, FileAnswer, {200, 206, 304, 412, 416, 400, 422, 500}),
    ({"raises": [NotFound]}, Book, {200, 400, 404, 406, 422, 500}),
    ({"raises": [KeyError]}, None, {204, 201, 404, 400, 422, 500}),
    ({"raises": [WerkzeugGone]}, None, {204, 400, 410, 422, 500}),
    ({"dependencies": [Depends(find, raises=(Gone,))]}, None, {204, 400, 410, 422, 500}),
    ({"hooks": [Hook("before", no_hook, raises=(Conflict,))]}, None, {204, 400, 409, 422, 500}),
    ({"returns": {200: Book, 303: None}}, Response, {200, 303, 400, 422, 500}),
]


@pytest.mark.parametrize(("options", "annotation", "statuses"), CASES)
def test_an_operation_knows_every_status_it_answers(
    options: dict[str, Any], annotation: Any, statuses: set[int]
) -> None:
    app = App()
    app.error_handler(KeyError)(mapped)

    def handler() -> Any: ...

    handler.__annotations__ = {"return": annotation}
    app.get("/", **options)(handler)
    assert app.operations[0].statuses == statuses


def test_an_operation_with_a_body_can_refuse_it() -> None:
    app = App()

    @app.post("/")
    def create(body: Book) -> Created[Book]: ...

    assert app.operations[0].statuses == {201, 400, 406, 411, 413, 415, 422, 500}


@pytest.mark.parametrize(("handler", "statuses"), [(mapped, {404, 201}), (unmapped, {200})])
def test_an_error_handler_answers_what_it_declares(handler: Callable[..., Any], statuses: set[int]) -> None:
    assert statuses_of_handler(handler) == statuses


def test_an_undeclared_status_is_reported_with_the_line_to_write(gateway: Any) -> None:
    class Filters(BaseModel):
        page: int = 1

    app = App()

    @app.get("/books/<int:id>")
    def show(id: int, filters: Query[Filters]) -> Book:
        raise NotFound

    with Client(app, gateway=gateway) as client:
        with pytest.raises(UndeclaredAnswer) as caught:
            client.get("/books/1")
        assert client.get("/books/1?page=x").status_code == 422
    where = "test_an_undeclared_status_is_reported_with_the_line_to_write.<locals>.show"
    assert str(caught.value) == (
        f"{where} answered 404, which it does not declare.\n"
        "    Write: @app.get('/books/<int:id>', raises=[NotFound])"
    )
