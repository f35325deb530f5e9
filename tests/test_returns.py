"""Return annotations: what they say of the answer, and what they must not say twice."""

from __future__ import annotations

import inspect
from collections.abc import AsyncIterator, Iterator
from typing import Annotated, Any, Generic, TypeVar

import marshmallow
import pytest
import typing_extensions
from pydantic import BaseModel
from werkzeug.wrappers import Response as WerkzeugResponse

from restlite import (
    Answer,
    App,
    Conflict,
    Created,
    Event,
    FileAnswer,
    NoContent,
    Response,
    SetupError,
)
from restlite.returns import arguments, named
from restlite.testing import Client

T = TypeVar("T")


class Book(BaseModel):
    id: int


class BookSchema(marshmallow.Schema):
    id = marshmallow.fields.Integer(required=True)


class Teapot(Answer[T]):
    status = 418


@pytest.mark.parametrize(
    ("annotation", "options", "statuses", "media_types"),
    [
        (Book, {}, [200], ["application/json"]),
        (None, {}, [204], []),
        (None, {"status": 202}, [202], []),
        (Book, {"status": 203}, [203], ["application/json"]),
        (Created[Book] | NoContent, {}, [201, 204], ["application/json"]),
        (Book | Created[Book] | Conflict, {}, [200, 201], ["application/json"]),
        (Annotated[Book | None, "said"], {}, [200], ["application/json"]),
        (Annotated[Created[Book], "said"], {}, [201], ["application/json"]),
        (Teapot[Book], {}, [418], ["application/json"]),
        (str, {}, [200], ["text/plain; charset=utf-8"]),
        (str, {"produces": "text/csv"}, [200], ["text/csv"]),
        (bytes, {}, [200], ["application/octet-stream"]),
        (FileAnswer, {}, [200], []),
        (FileAnswer, {"produces": "image/png"}, [200], ["image/png"]),
        (Iterator[Book], {}, [200], ["application/x-ndjson"]),
        (AsyncIterator[Event[Book]], {}, [200], ["text/event-stream"]),
        (Iterator[bytes], {"produces": "text/csv"}, [200], ["text/csv"]),
        (Response, {"returns": {200: Book, 404: None}}, [200, 404], ["application/json"]),
        (WerkzeugResponse | NoContent, {}, [204], []),
        (dict[str, Any], {"returns": {201: BookSchema}}, [201], ["application/json"]),
        (Any, {"returns": {202: Book}}, [202], ["application/json"]),
    ],
)
def test_an_operation_knows_its_answers(
    annotation: Any, options: Any, statuses: list[int], media_types: list[str]
) -> None:
    app = App()

    def handler() -> Any: ...

    handler.__annotations__ = {"return": annotation}
    app.get("/", **options)(handler)
    outputs = app.operations[0].outputs.all()
    assert sorted({output.status for output in outputs}) == statuses
    assert sorted({kind for output in outputs for kind in output.media_types}) == media_types
    for output in outputs:
        assert output.describe().status == output.status


def test_returns_says_what_a_marshmallow_handler_answers(gateway: Any) -> None:
    app = App()

    @app.post("/legacy", body=BookSchema, returns={201: BookSchema})
    def create(body: dict[str, Any]) -> dict[str, Any]:
        return {"id": body["id"], "secret": "x"}

    with Client(app, gateway=gateway) as client:
        response = client.post("/legacy", json={"id": 1})
    assert (response.status_code, response.json()) == (201, {"id": 1})


@pytest.mark.parametrize(
    ("annotation", "options"),
    [
        (Book, {"returns": {200: Book}}),
        (Created[Book], {"returns": {201: Book}}),
        (Any, {"returns": {200: Book, 201: Book}}),
        (Any, {"returns": {200: Book}, "status": 200}),
    ],
)
def test_an_answer_named_twice_is_a_setup_error(annotation: Any, options: Any) -> None:
    app = App()

    def handler() -> Any: ...

    handler.__annotations__ = {"return": annotation}
    with pytest.raises(SetupError) as caught:
        app.get("/", **options)(handler)
    assert caught.value.found.endswith(
        "handler: the answer is named twice: by the return annotation and by returns= or status=."
    )
    assert caught.value.mend == (
        f"def {handler.__qualname__}(...) -> dict[str, Any]   # or -> Response where returns= names several"
    )
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(handler)[1])


@pytest.mark.parametrize("annotation", [Created[Book], NoContent, Response, Book | NoContent])
def test_a_status_beside_an_annotation_that_says_it_is_a_setup_error(annotation: Any) -> None:
    app = App()

    def handler() -> Any: ...

    handler.__annotations__ = {"return": annotation}
    with pytest.raises(SetupError) as caught:
        app.get("/", status=201)(handler)
    assert caught.value.found.endswith("handler: status= stands beside an annotation that says it already.")
    assert caught.value.mend == f"def {handler.__qualname__}(...) -> T   # or drop status="
    assert caught.value.file == __file__


def test_a_response_is_sent_as_it_stands(gateway: Any) -> None:
    app = App()

    @app.get("/", returns={203: Book})
    def show() -> Response:
        return Response(b"raw", status=203, headers={"X-A": "b"}, mimetype="text/x-raw")

    with Client(app, gateway=gateway) as client:
        response = client.get("/")
    assert (response.status_code, response.content) == (203, b"raw")
    assert (response.headers["X-A"], response.headers["Content-Length"]) == ("b", "3")


def test_a_generic_answers_arguments_are_found_through_its_bases() -> None:
    U = TypeVar("U")

    class Own(Answer[dict[str, int], dict[str, str]]): ...

    class Below(Own): ...

    class Open(Teapot[U]): ...

    class Mixed(Generic[U], Answer[U]): ...

    assert arguments(Answer[Book])[0] is Book
    assert arguments(Own)[:2] == (dict[str, int], dict[str, str])
    assert arguments(Open[Book])[0] is Book
    assert arguments(Open)[0] is Any
    assert arguments(Answer)[0] is Any
    assert arguments(Mixed)[0] is Any


def test_header_names_are_made_of_member_names() -> None:
    class Totals(typing_extensions.TypedDict):
        x_total: int

    assert named(Totals, "header") == (("x_total", "X-Total", int),)
    assert named(Totals, "cookie") == (("x_total", "x_total", int),)
    assert named(dict[str, str], "header") == ()
