"""Request bodies: JSON in every kind of annotation, codecs, bytes, streams; chosen by Content-Type."""

from __future__ import annotations

import json as stdlib
from dataclasses import dataclass
from typing import Annotated, Any, Generic, Literal, NotRequired, TypeVar

import marshmallow
import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypeAliasType, TypedDict

from restlite import App, Body, In
from restlite.testing import Client

T = TypeVar("T")
JSON = {"Content-Type": "application/json"}


class Cat(BaseModel):
    kind: Literal["cat"] = "cat"
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"] = "dog"
    name: Annotated[str, Field(alias="called")]


@dataclass
class Point:
    x: int
    y: int = 0


class Span(TypedDict):
    start: int
    end: NotRequired[int]


class Box(BaseModel, Generic[T]):
    content: T


class BookSchema(marshmallow.Schema):
    title = marshmallow.fields.String(required=True)
    pages = marshmallow.fields.Integer()


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]
Pets = TypeAliasType("Pets", list[Pet])


def said(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 422, response
    return [(item["pointer"], item["code"]) for item in response.json()["errors"]]


BODIES = [
    (Cat, {"lives": 9}, "Cat(kind='cat', lives=9)", {"lives": "9"}, [("/lives", "integer")]),
    (
        Dog,
        {"called": "Rex"},
        "Dog(kind='dog', name='Rex')",
        {"name": "Rex"},
        [("/called", "missing"), ("/name", "unknown")],
    ),
    (
        Point,
        {"x": 1},
        "Point(x=1, y=0)",
        {"y": 1.5, "z": 1},
        [("/x", "missing"), ("/y", "integer"), ("/z", "unknown")],
    ),
    (Span, {"start": 1}, "{'start': 1}", {"end": None}, [("/start", "missing"), ("/end", "null")]),
    (Box[int], {"content": 1}, "Box[int](content=1)", {"content": True}, [("/content", "integer")]),
    (
        Box[Point],
        {"content": {"x": 1}},
        "Box[Point](content=Point(x=1, y=0))",
        {"content": {}},
        [("/content/x", "missing")],
    ),
    (Pet, {"kind": "cat", "lives": 1}, "Cat(kind='cat', lives=1)", {"kind": "cow"}, [("/kind", "choice")]),
    (
        Pet,
        {"kind": "dog", "called": "R"},
        "Dog(kind='dog', name='R')",
        {"kind": "dog"},
        [("/called", "missing")],
    ),
    (Cat | Point, {"x": 1}, "Point(x=1, y=0)", {"x": "1"}, [("/x", "integer")]),
    (list[Point], [{"x": 1}], "[Point(x=1, y=0)]", [{"x": 1}, {}], [("/1/x", "missing")]),
    (Pets, [{"kind": "cat", "lives": 1}], "[Cat(kind='cat', lives=1)]", {}, [("", "array")]),
    (dict[str, Point], {"a": {"x": 1}}, "{'a': Point(x=1, y=0)}", {"a/b": 1}, [("/a~1b", "object")]),
    (tuple[Point, ...], [{"x": 1}], "(Point(x=1, y=0),)", None, [("", "null")]),
    (Point | None, None, "None", [], [("", "object")]),
    (Body[int], 5, "5", "5", [("", "integer")]),
    (Body[list[str]], ["a"], "['a']", [1], [("/0", "string")]),
    (Body[dict[str, int]], {"a": 1}, "{'a': 1}", {"a": "1"}, [("/a", "integer")]),
    (Annotated[Point, In("body")], {"x": 1}, "Point(x=1, y=0)", 1, [("", "object")]),
    (Annotated[list[int], In("body"), Field(min_length=1)], [1], "[1]", [], [("", "min_length")]),
    (
        BookSchema,
        {"title": "t"},
        "{'title': 't'}",
        {"pages": "1"},
        [("/pages", "integer"), ("/title", "missing")],
    ),
    (
        Annotated[dict[str, Any], BookSchema()],
        {"title": "t"},
        "{'title': 't'}",
        {"title": 1},
        [("/title", "string")],
    ),
    (
        Annotated[list[Any], BookSchema(many=True)],
        [{"title": "t"}],
        "[{'title': 't'}]",
        [{}],
        [("/0/title", "missing")],
    ),
    (Annotated[dict[str, Any], BookSchema(partial=True)], {}, "{}", {"page": 1}, [("/page", "unknown")]),
    (
        Annotated[dict[str, Any], BookSchema(only=["title"])],
        {"title": "t"},
        "{'title': 't'}",
        {"title": "t", "pages": 1},
        [("/pages", "unknown")],
    ),
]


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("method", ["POST", "PUT", "PATCH", "QUERY"])
def test_a_model_is_the_body_on_methods_that_have_one(method: str, gateway: Any) -> None:
    app = App()

    @app.route("/", methods=[method])
    def take(point: Point) -> str:
        return repr(point)

    assert Client(app, gateway=gateway).request(method, "/", json={"x": 1}).text == "Point(x=1, y=0)"


@pytest.mark.parametrize(("kind", "good", "value", "bad", "found"), BODIES)
def test_kinds_of_bodies(kind: Any, good: Any, value: str, bad: Any, found: Any, gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(data: kind) -> str:
        return repr(data)

    client = Client(app, gateway=gateway)
    assert client.post("/", content=stdlib.dumps(good), headers=JSON).text == value
    assert sorted(said(client.post("/", content=stdlib.dumps(bad), headers=JSON))) == sorted(found)


@pytest.mark.parametrize("kind", [Any, dict[str, Any], int, str])
def test_a_parameter_called_body_is_the_body(kind: Any, gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(body: kind) -> str:
        return repr(body)

    value = {int: 5, str: "a"}.get(kind, {"a": [1, None]})
    assert Client(app, gateway=gateway).post("/", json=value).text == repr(value)


def test_default_required_and_null_are_told_apart(gateway: Any) -> None:
    app = App()

    @app.post("/required")
    def required(body: Point | None) -> str:
        return repr(body)

    @app.post("/default")
    def default(body: Point = Point(7)) -> str:
        return repr(body)

    @app.post("/optional")
    def optional(body: Body[Point] | None = None) -> str:
        return repr(body)

    client = Client(app, gateway=gateway)
    for path, absent in (("/default", "Point(x=7, y=0)"), ("/optional", "None")):
        assert client.post(path).text == absent
        assert client.post(path, headers=JSON).text == absent
        assert client.post(path, json={"x": 1}).text == "Point(x=1, y=0)"
        response = client.post(path, content=b"{}")
        assert (response.status_code, response.json()["detail"]) == (
            415,
            "The body needs a Content-Type. Send: application/json.",
        )
    assert client.post("/optional", content="null", headers=JSON).text == "None"
    assert client.post("/required", content="null", headers=JSON).text == "None"
    assert said(client.post("/default", content="null", headers=JSON)) == [("", "null")]
    assert client.post("/required").status_code == 415
    response = client.post("/required", headers=JSON)
    assert (response.status_code, response.json()["detail"]) == (400, "The body is empty; JSON was expected.")


def test_an_optional_body_beside_what_waits(gateway: Any) -> None:
    app = App()

    @app.post("/")
    async def take(body: Point | None = None) -> str:
        return repr(body)

    client = Client(app, gateway=gateway)
    assert [client.post("/").text, client.post("/", headers=JSON).text] == ["None", "None"]
    assert client.post("/", json={"x": 1}).text == "Point(x=1, y=0)"
