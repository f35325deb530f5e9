"""Forms, their parts and files, the body= option; and bodies that do not go together."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Annotated, Any, Generic, NotRequired, TypeVar

import marshmallow
import pytest
from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from restlite import App, Body, File, Form, In, Upload
from restlite.records import SchemaRef
from restlite.testing import Client

T = TypeVar("T")


class Colour(Enum):
    RED = "red"


class Profile(BaseModel):
    name: str
    age: int | None = None
    nickname: str | None = None
    news: bool = False
    terms: bool
    tags: list[str] = []
    colour: Annotated[Colour | None, Field(alias="color")] = None


class Album(BaseModel):
    title: str
    cover: Upload
    pages: list[Upload] = []


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
    tags = marshmallow.fields.List(marshmallow.fields.String())
    read = marshmallow.fields.Boolean()


def said(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 422, response
    return [(item["pointer"], item["code"]) for item in response.json()["errors"]]


@pytest.mark.parametrize("checked", [True, False])
def test_a_model_form(checked: bool, gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(profile: Form[Profile]) -> dict[str, Any]:
        return profile.model_dump(mode="json")

    client = Client(app, gateway=gateway, checked=checked)
    full = {
        "name": "Ann",
        "age": "3",
        "nickname": "A",
        "news": "on",
        "terms": "true",
        "tags": ["a", "b"],
        "color": "red",
    }
    assert client.post("/", data=full).json() == {
        "name": "Ann",
        "age": 3,
        "nickname": "A",
        "news": True,
        "terms": True,
        "tags": ["a", "b"],
        "colour": "red",
    }
    # A box that is not ticked is not sent; an empty field is null where null is allowed and text is not.
    bare = client.post("/", data={"name": "", "age": "", "nickname": "", "color": ""}).json()
    assert bare == {
        "name": "",
        "age": None,
        "nickname": "",
        "news": False,
        "terms": False,
        "tags": [],
        "colour": None,
    }
    assert said(client.post("/", data={"age": "x", "news": "1", "color": "blue", "more": "1"})) == [
        ("/name", "missing"),
        ("/age", "integer"),
        ("/news", "boolean"),
        ("/color", "choice"),
        ("/more", "unknown"),
    ]


@pytest.mark.parametrize(
    ("kind", "data", "value", "bad", "found"),
    [
        (Form[Point], {"x": "1"}, "Point(x=1, y=0)", {"y": "a"}, [("/x", "missing"), ("/y", "integer")]),
        (Form[Span], {"start": "1", "end": "2"}, "{'start': 1, 'end': 2}", {}, [("/start", "missing")]),
        (
            Form[Box[int]],
            {"content": "1"},
            "Box[int](content=1)",
            {"content": "x"},
            [("/content", "integer")],
        ),
        (
            Form[Box[list[int]]],
            {"content": ["1", "2"]},
            "Box[list[int]](content=[1, 2])",
            {"content": ["x"]},
            [("/content/0", "integer")],
        ),
        (
            Form[BookSchema],
            {"title": "t", "tags": ["a", "b"]},
            "{'title': 't', 'tags': ['a', 'b'], 'read': False}",
            {"read": "x"},
            [("/read", "boolean"), ("/title", "missing")],
        ),
        (
            Annotated[dict[str, Any], BookSchema(only=["title"]), In("form")],
            {"title": "t"},
            "{'title': 't'}",
            {"tags": "a"},
            [("/tags", "unknown"), ("/title", "missing")],
        ),
    ],
)
def test_other_kinds_of_forms(kind: Any, data: Any, value: str, bad: Any, found: Any, gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(form: kind) -> str:
        return repr(form)

    client = Client(app, gateway=gateway)
    urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
    assert client.post("/", data=data).text == value
    assert sorted(said(client.post("/", data=bad, headers=urlencoded))) == sorted(found)


def test_a_field_given_twice_is_told_with_all_else(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(profile: Form[Profile], q: int = 0) -> None: ...

    content = "name=a&name=b&name=c&age=x&terms=on"
    urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
    client = Client(app, gateway=gateway)
    assert said(client.post("/", content=content, headers=urlencoded)) == [
        ("/name", "repeated"),
        ("/age", "integer"),
    ]
    response = client.post("/?q=x", content="name=a&name=b", headers=urlencoded)
    assert [item["code"] for item in response.json()["errors"]] == ["integer", "repeated"]


def test_no_more_than_fifty_are_told(gateway: Any) -> None:
    app = App(form_parts=500)

    @app.post("/")
    def take(profile: Form[Profile]) -> None: ...

    content = "&".join(f"x{number}=1&x{number}=2" for number in range(60))
    urlencoded = {"Content-Type": "application/x-www-form-urlencoded"}
    assert len(said(Client(app, gateway=gateway).post("/", content=content, headers=urlencoded))) == 50


def test_files_beside_fields(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(album: Form[Album]) -> list[Any]:
        return [
            album.title,
            album.cover.read().decode(),
            album.cover.filename,
            [page.size for page in album.pages],
        ]

    client = Client(app, gateway=gateway)
    files = {"cover": ("../c.png", b"png", "image/png"), "pages": [("1.txt", b"a"), ("2.txt", b"bc")]}
    assert client.post("/", data={"title": "T"}, files=files).json() == ["T", "png", "c.png", [1, 2]]
    assert said(client.post("/", files={"title": ("t.txt", b"T"), "cover": ("c.png", b"")})) == [
        ("/title", "string")
    ]
    response = client.post("/", data={"title": "T", "cover": "png"})
    assert (response.status_code, response.headers["Accept"]) == (415, "multipart/form-data")


def test_parts_one_by_one(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(
        title: Form[str],
        cover: File[Upload],
        pages: File[list[Upload]] = [],  # noqa: B006
        extra: File[Upload] | None = None,
        rating: Annotated[int, In("form"), Field(ge=1)] = 5,
        public: Form[bool] = False,
    ) -> list[Any]:
        return [title, cover.content_type, len(pages), extra and extra.filename, rating, public]

    client = Client(app, gateway=gateway)
    cover = {"cover": ("c.png", b"png", "image/png")}
    assert client.post("/", data={"title": "T"}, files=cover).json() == ["T", "image/png", 0, None, 5, False]
    more = {**cover, "pages": [("1", b"1"), ("2", b"2")], "extra": ("e.txt", b"")}
    fields = {"title": "T", "rating": "2", "public": "on"}
    assert client.post("/", data=fields, files=more).json() == ["T", "image/png", 2, "e.txt", 2, True]
    assert said(client.post("/", data={"rating": "0", "more": "x"}, files={"pages": [("1", b"1")]})) == [
        ("/title", "missing"),
        ("/cover", "missing"),
        ("/rating", "greater_than_equal"),
        ("/more", "unknown"),
    ]
    assert said(client.post("/", data={"title": "T", "cover": "text"}, files={"pages": ("1", b"1")})) == [
        ("/cover", "file")
    ]
    twice = {"cover": [("a", b"1"), ("b", b"2")]}
    assert said(client.post("/", data={"title": "T"}, files=twice)) == [("/cover", "repeated")]


def test_parts_of_text_alone_may_be_urlencoded(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(
        name: Annotated[str, In("form", alias="first-name")],
        ids: Annotated[list[int], In("form"), Field(alias="id")] = [],  # noqa: B006
        json: Form[str | None] = None,
        model_config: Form[int] | None = None,
    ) -> list[Any]:
        return [name, ids, json, model_config]

    client = Client(app, gateway=gateway)
    data = {"first-name": "Ann", "id": ["1", "2"], "json": "{}", "model_config": "3"}
    assert client.post("/", data=data).json() == ["Ann", [1, 2], "{}", 3]
    assert client.post("/", data={"first-name": "Ann"}).json() == ["Ann", [], None, None]
    boundary = {"Content-Type": "multipart/form-data; boundary=B"}
    part = b'--B\r\nContent-Disposition: form-data; name="first-name"\r\n\r\nAnn\r\n--B--\r\n'
    assert client.post("/", content=part, headers=boundary).json() == ["Ann", [], None, None]
    assert said(client.post("/", data={"name": "Ann", "id": "x"})) == [
        ("/first-name", "missing"),
        ("/id/0", "integer"),
        ("/name", "unknown"),
    ]
    assert client.post("/").status_code == 415


def test_parts_with_defaults_may_all_be_left_out(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(a: Form[int] = 1, b: Form[str] | None = None) -> list[Any]:
        return [a, b]

    client = Client(app, gateway=gateway)
    assert client.post("/").json() == [1, None]
    assert client.post("/", data={"b": "x"}).json() == [1, "x"]
    assert client.post(
        "/", content=b"", headers={"Content-Type": "application/x-www-form-urlencoded"}
    ).json() == [1, None]


@pytest.mark.parametrize(
    ("content", "headers", "status", "detail"),
    [
        (b"a=%FF", {"Content-Type": "application/x-www-form-urlencoded"}, 400, "The form is not UTF-8."),
        (
            b"--B\r\n",
            {"Content-Type": "multipart/form-data; boundary=B"},
            400,
            "The form ends before its closing boundary.",
        ),
        (
            b"a=1&a=2&a=3",
            {"Content-Type": "application/x-www-form-urlencoded"},
            413,
            "A form may have at most 2 parts.",
        ),
    ],
)
def test_forms_that_cannot_be_read(
    content: bytes, headers: Any, status: int, detail: str, gateway: Any
) -> None:
    app = App(form_parts=2)

    @app.post("/")
    def take(a: Form[list[str]]) -> None: ...

    response = Client(app, gateway=gateway).post("/", content=content, headers=headers)
    assert (response.status_code, response.json()["detail"]) == (status, detail)


def test_the_body_option_names_what_the_signature_does_not(gateway: Any) -> None:
    app = App()

    @app.post("/schema", body=BookSchema, returns={201: BookSchema})
    def schema(body: dict[str, Any]) -> dict[str, Any]:
        return body

    @app.post("/instance", body=BookSchema(many=True))
    def instance(body: list[Any]) -> int:
        return len(body)

    @app.put("/model", body=Point)
    def model(data: Body[Any]) -> str:
        return repr(data)

    client = Client(app, gateway=gateway)
    response = client.post("/schema", json={"title": "t"})
    assert (response.status_code, response.json()) == (201, {"title": "t"})
    assert said(client.post("/schema", json={"tags": [1]})) == [("/title", "missing"), ("/tags/0", "string")]
    assert client.post("/instance", json=[{"title": "t"}] * 2).json() == 2
    assert said(client.post("/instance", json={})) == [("", "array")]
    assert client.put("/model", json={"x": 1}).text == "Point(x=1, y=0)"


def test_forms_describe_themselves() -> None:
    app = App()

    @app.post("/model")
    def model(form: Form[Profile]) -> None: ...

    @app.post("/parts")
    def parts(a: Form[int], cover: File[Upload]) -> None: ...

    first, second = [operation.describe().body for operation in app.operations]
    assert first is not None
    assert second is not None
    schema = SchemaRef(Profile, "pydantic", "input", True, "form")
    assert first.content == (("application/x-www-form-urlencoded", schema), ("multipart/form-data", schema))
    [(media_type, described)] = second.content
    assert media_type == "multipart/form-data"
    assert described is not None
    assert described.annotation.__name__ == "parts_form"
