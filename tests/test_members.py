"""Parameter models: each member is a parameter of its own on the wire."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field
from typing import Annotated, Any, Generic, NotRequired, Required, TypeVar

import marshmallow
import pytest
from pydantic import AliasChoices, AliasPath, BaseModel, Field, model_validator
from typing_extensions import ReadOnly, TypedDict

from restlite import App, Cookie, Depends, Header, In, Query, SetupError
from restlite.members import fields_of
from restlite.params import MISSING
from restlite.testing import Client

T = TypeVar("T")


class Filters(BaseModel):
    done: bool | None = None
    tags: list[str] | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20
    sort_by: Annotated[str, Field(alias="sort")] = "id"


@dataclass
class Point:
    x: int
    y: int = 0
    marks: list[str] = field(default_factory=list)


class Span(TypedDict):
    start: int
    end: NotRequired[Annotated[int, Field(le=9)]]


class Partial(TypedDict, total=False):
    a: Required[int]
    b: int
    c: ReadOnly[int]


class Holder(BaseModel, Generic[T]):
    value: T


class FilterSchema(marshmallow.Schema):
    page = marshmallow.fields.Integer(load_default=1)
    tags = marshmallow.fields.List(marshmallow.fields.String())
    author = marshmallow.fields.String(required=True, data_key="by")


class Tracing(BaseModel):
    x_trace: str
    spans: list[int] = []


def said(response: Any) -> list[tuple[str, str, str]]:
    assert response.status_code == 422, response
    return [(item["in"], item["parameter"], item["code"]) for item in response.json()["errors"]]


def test_a_model_in_the_query(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(filters: Query[Filters], q: str = "-") -> list[Any]:
        return [filters.model_dump(), q]

    client = Client(app, gateway=gateway)
    assert client.get("/?done=true&tags=a&tags=b&limit=5&sort=name&q=x").json() == [
        {"done": True, "tags": ["a", "b"], "limit": 5, "sort_by": "name"},
        "x",
    ]
    assert client.get("/").json() == [{"done": None, "tags": None, "limit": 20, "sort_by": "id"}, "-"]
    assert said(client.get("/?done=on&limit=0&limit=1&sort_by=x&more=1")) == [
        ("query", "limit", "repeated"),
        ("query", "sort_by", "unknown"),
        ("query", "more", "unknown"),
        ("query", "done", "boolean"),
        ("query", "limit", "greater_than_equal"),
    ]


@pytest.mark.parametrize("kind", [Point, Annotated[Point, "doc"]])
def test_a_dataclass_in_the_query(kind: Any, gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(point: Query[kind]) -> list[Any]:
        return [type(point).__name__, point.x, point.y, point.marks]

    client = Client(app, gateway=gateway)
    assert client.get("/?x=1&marks=a&marks=b").json() == ["Point", 1, 0, ["a", "b"]]
    assert said(client.get("/?y=a")) == [("query", "x", "missing"), ("query", "y", "integer")]


def test_a_typed_dict_in_the_query(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(span: Query[Span]) -> dict[str, int]:
        return {**span}

    client = Client(app, gateway=gateway)
    assert client.get("/?start=1").json() == {"start": 1}
    assert client.get("/?start=1&end=2").json() == {"start": 1, "end": 2}
    assert said(client.get("/?end=2")) == [("query", "start", "missing")]


def test_a_generic_model_in_the_query(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(holder: Query[Holder[int]]) -> int:
        return holder.value

    client = Client(app, gateway=gateway)
    assert client.get("/?value=4").json() == 4
    assert said(client.get("/?value=x")) == [("query", "value", "integer")]


def test_a_model_with_a_default_is_left_out_as_a_whole(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(span: Query[Span] = {"start": 9}) -> dict[str, int]:  # noqa: B006
        return {**span}

    client = Client(app, gateway=gateway)
    assert client.get("/").json() == {"start": 9}
    assert client.get("/?start=1").json() == {"start": 1}
    assert said(client.get("/?end=1")) == [("query", "start", "missing")]


def test_models_of_headers_and_cookies(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(tracing: Header[Tracing], point: Cookie[Point]) -> list[Any]:
        return [tracing.x_trace, tracing.spans, point.x]

    client = Client(app, gateway=gateway)
    headers = {"X-Trace": "t", "Spans": "1, 2"}
    assert client.get("/", headers=headers, cookies={"x": "4"}).json() == ["t", [1, 2], 4]
    assert said(client.get("/", headers={"Spans": "x"})) == [
        ("header", "X-Trace", "missing"),
        ("header", "Spans", "integer"),
        ("cookie", "x", "missing"),
    ]


def test_members_written_in_brackets(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(
        filter: Annotated[Filters, In("query", style="deepObject")],
        at: Annotated[Point, In("query", style="deepObject", alias="p")],
    ) -> list[Any]:
        return [filter.done, filter.tags, filter.sort_by, at.x]

    client = Client(app, gateway=gateway)
    query = "filter[done]=true&filter[tags]=a&filter[tags]=b&filter%5Bsort%5D=name&p[x]=3"
    assert client.get(f"/?{query}").json() == [True, ["a", "b"], "name", 3]
    assert said(client.get("/?filter[more]=1&filter[done]=x&done=true&p[x]=1&p[x]=2")) == [
        ("query", "filter[more]", "unknown"),
        ("query", "done", "unknown"),
        ("query", "p[x]", "repeated"),
        ("query", "filter", "boolean"),
    ]


def test_lists_of_a_model_may_be_written_in_one_value(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(point: Annotated[Point, In("query", style="csv")]) -> list[Any]:
        return [point.x, point.marks]

    client = Client(app, gateway=gateway)
    assert client.get("/?x=1&marks=a,b").json() == [1, ["a", "b"]]
    assert said(client.get("/?x=1&marks=a&marks=b")) == [("query", "marks", "repeated")]


@pytest.mark.parametrize("schema", [FilterSchema, FilterSchema()])
def test_a_marshmallow_schema_in_the_query(schema: Any, gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(filters: Annotated[dict[str, Any], schema, In("query")], limit: int = 10) -> list[Any]:
        return [filters, limit]

    client = Client(app, gateway=gateway)
    assert client.get("/?by=me&tags=a&tags=b&limit=5").json() == [
        {"author": "me", "tags": ["a", "b"], "page": 1},
        5,
    ]
    assert sorted(said(client.get("/?page=x&limit=y&author=z"))) == [
        ("query", "author", "unknown"),
        ("query", "by", "missing"),
        ("query", "limit", "integer"),
        ("query", "page", "integer"),
    ]
    assert said(client.get("/")) == [("query", "by", "missing")]


def test_marshmallow_alone_with_brackets_and_a_default(gateway: Any) -> None:
    app = App()

    @app.get("/")
    def show(
        filter: Annotated[dict[str, Any] | None, FilterSchema(), In("query", style="deepObject")] = None,
    ) -> dict[str, Any] | None:
        return filter

    client = Client(app, gateway=gateway)
    assert client.get("/?filter[by]=me").json() == {"author": "me", "page": 1}
    assert client.get("/").json() is None
    assert said(client.get("/?filter[page]=x")) == [
        ("query", "filter", "integer"),
        ("query", "filter", "missing"),
    ]


def test_a_schema_describes_its_members() -> None:
    app = App()

    @app.get("/")
    def show(filters: Query[FilterSchema]) -> None: ...

    records = app.operations[0].describe().parameters
    assert [(record.name, record.required, record.schema.adapter) for record in records] == [
        ("page", False, "marshmallow"),
        ("tags", False, "marshmallow"),
        ("by", True, "marshmallow"),
    ]


def test_one_model_in_handler_and_dependency_is_read_once(gateway: Any) -> None:
    app = App()

    def limited(filters: Query[Filters], q: str = "-") -> list[Any]:
        return [filters.limit, q]

    @app.get("/first")
    def first(filters: Query[Filters], limit: Annotated[list[Any], Depends(limited)]) -> list[Any]:
        return [filters.limit, *limit]

    @app.get("/second")
    def second(
        limit: Annotated[list[Any], Depends(limited)], filters: Query[Filters], q: str = "-"
    ) -> list[Any]:
        return [filters.limit, *limit, q]

    client = Client(app, gateway=gateway)
    assert client.get("/first?limit=3&q=x").json() == [3, 3, "x"]
    assert client.get("/second?limit=3&q=x").json() == [3, 3, "x", "x"]


def test_what_a_models_own_validator_refuses(gateway: Any) -> None:
    class Range(BaseModel):
        low: int = 0
        high: int = 0

        @model_validator(mode="after")
        def check(self) -> Range:
            if self.low > self.high:
                raise ValueError("low is above high")
            return self

    app = App()

    @app.get("/")
    def show(range: Query[Range]) -> int:
        return range.low

    client = Client(app, gateway=gateway)
    assert client.get("/?low=1&high=2").json() == 1
    assert said(client.get("/?low=2&high=1")) == [("query", "low", "invalid")]


def test_the_first_of_several_aliases_is_the_name(gateway: Any) -> None:
    class Chosen(BaseModel):
        a: Annotated[int, Field(validation_alias=AliasChoices("first", "second"))]
        b: Annotated[int, Field(validation_alias=AliasPath("deep", "er"))] = 0

    assert [member.key for member in fields_of(Chosen)] == ["first", "b"]
    app = App()

    @app.get("/")
    def show(chosen: Query[Chosen]) -> int:
        return chosen.a

    assert Client(app, gateway=gateway).get("/?first=1").json() == 1


def test_defaults_of_members() -> None:
    assert [(member.key, member.default) for member in fields_of(Point)] == [
        ("x", MISSING),
        ("y", 0),
        ("marks", None),
    ]
    assert [(key, default) for key, _, default in fields_of(Span)] == [("start", MISSING), ("end", None)]
    assert [tuple(member) for member in fields_of(Partial)] == [
        ("a", int, MISSING),
        ("b", int, None),
        ("c", int, None),
    ]


class Nested(BaseModel):
    inner: Filters


def nested(filters: Query[Nested]) -> None: ...
def untyped(filters: Annotated[dict[str, str], In("query", style="deepObject")]) -> None: ...


@pytest.mark.parametrize(
    ("handler", "found", "mend"),
    [
        (
            nested,
            "nested: member 'inner' of query parameter 'filters' is of type Filters, no scalar.",
            'inner: Annotated[a_model, In("query", style="deepObject")] beside filters',
        ),
        (
            untyped,
            "untyped: query parameter 'filters' of type dict[str, str] cannot be written as text.",
            "filters: Query[a_model]   # or a scalar, or a list of scalars",
        ),
    ],
)
def test_members_that_are_no_scalars_are_setup_errors(handler: Any, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as caught:
        App().get("/")(handler)
    assert (caught.value.found, caught.value.mend) == (found, mend)
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(handler)[1])
