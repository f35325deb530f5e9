"""Binding: all errors of all sources in one answer; 400 where nothing can be read."""

from __future__ import annotations

from typing import Annotated, Any

import marshmallow
import pytest
from pydantic import BaseModel, Field, model_validator

from restlite import App, Cookie, Depends, Header, Query
from restlite.testing import Client


class Item(BaseModel):
    name: Annotated[str, Field(min_length=2)]
    size: int = 0
    dim: dict[str, int] = {}


class LegacySchema(marshmallow.Schema):
    title = marshmallow.fields.String(required=True)


def said(response: Any) -> list[tuple[str, ...]]:
    assert response.status_code == 422, response
    assert response.headers["Content-Type"] == "application/problem+json"
    return [tuple(item.values())[:3] for item in response.json()["errors"]]


@pytest.fixture(params=[True, False], ids=["checked", "as served"])
def checked(request: pytest.FixtureRequest) -> Any:
    """Run a test through the pipeline, and straight where that is possible."""
    return request.param


def test_all_errors_of_all_sources_are_told_at_once(gateway: Any, checked: bool) -> None:
    app = App()

    @app.put("/<int:id>")
    def replace(
        id: Annotated[int, Field(ge=10)],
        body: Item,
        limit: int,
        x_token: Header[str],
        session: Cookie[int] = 0,
        q: str | None = None,
    ) -> list[Any]:
        return [id, body.name, limit, x_token, session, q]

    client = Client(app, gateway=gateway, checked=checked)
    good = client.put(
        "/10?limit=5&q=x", json={"name": "ab"}, headers={"X-Token": "t"}, cookies={"session": "3"}
    )
    assert good.json() == [10, "ab", 5, "t", 3, "x"]
    body = {"name": "a", "size": "1", "dim": {"a/b": None}, "more": 1}
    response = client.put("/9?limit=x&page=1&q=a&q=b", json=body, cookies={"session": "x"})
    assert said(response) == [
        ("query", "page", "unknown"),
        ("query", "q", "repeated"),
        ("path", "id", "greater_than_equal"),
        ("query", "limit", "integer"),
        ("header", "X-Token", "missing"),
        ("cookie", "session", "integer"),
        ("body", "/name", "min_length"),
        ("body", "/size", "integer"),
        ("body", "/dim/a~1b", "null"),
        ("body", "/more", "unknown"),
    ]
    assert response.json()["title"] == "Unprocessable Content"
    assert response.json()["type"] == "about:blank"


@pytest.mark.parametrize(
    ("query", "body", "found"),
    [
        ("limit=x", {"name": "ab"}, [("query", "limit", "integer")]),
        ("limit=1", {"name": "a"}, [("body", "/name", "min_length")]),
        ("limit=1&z", {"name": "ab"}, [("query", "z", "unknown")]),
        ("", {"name": "a"}, [("query", "limit", "missing"), ("body", "/name", "min_length")]),
    ],
)
def test_one_source_may_be_wrong_alone(
    query: str, body: Any, found: Any, gateway: Any, checked: bool
) -> None:
    app = App()

    @app.post("/")
    def create(body: Item, limit: int) -> None: ...

    assert said(Client(app, gateway=gateway, checked=checked).post(f"/?{query}", json=body)) == found


def test_a_body_without_parameters(gateway: Any, checked: bool) -> None:
    app = App()

    @app.post("/<int:id>")
    def create(id: int, body: Item) -> list[Any]:
        return [id, body.name]

    client = Client(app, gateway=gateway, checked=checked)
    assert client.post("/1", json={"name": "ab"}).json() == [1, "ab"]
    assert said(client.post("/1", json={"name": "a"})) == [("body", "/name", "min_length")]
    assert said(client.post("/1?z=1", json={"name": "a"})) == [
        ("query", "z", "unknown"),
        ("body", "/name", "min_length"),
    ]
    response = client.post("/1", content=b"{", headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["detail"]) == (
        400,
        "The body is not valid JSON: it ends too early at line 1 column 1.",
    )


def test_a_malformed_body_is_a_400_whatever_else_is_wrong(gateway: Any, checked: bool) -> None:
    app = App()

    @app.post("/")
    def create(body: Item, limit: int) -> None: ...

    client = Client(app, gateway=gateway, checked=checked)
    json = {"Content-Type": "application/json"}
    for content, detail in [
        (b"{", "The body is not valid JSON: it ends too early at line 1 column 1."),
        (b"", "The body is empty; JSON was expected."),
        (b'{"name": "ab", "name": "cd"}', 'The body is not valid JSON: the key "name" stands twice.'),
    ]:
        for query in ("limit=1", "limit=x", "z"):
            response = client.post(f"/?{query}", content=content, headers=json)
            assert (response.status_code, response.json()["detail"]) == (400, detail)
            assert "errors" not in response.json()


def test_parameters_of_dependencies_are_told_with_the_rest(gateway: Any) -> None:
    app = App()

    def page(limit: int, x_key: Header[str]) -> int:
        return limit

    @app.post("/")
    def create(body: Item, page: Annotated[int, Depends(page)], sort: str) -> list[Any]:
        return [page, sort]

    client = Client(app, gateway=gateway)
    assert client.post("/?limit=3&sort=a", json={"name": "ab"}, headers={"X-Key": "k"}).json() == [3, "a"]
    assert said(client.post("/?limit=x", json={"name": "a"})) == [
        ("query", "limit", "integer"),
        ("header", "X-Key", "missing"),
        ("query", "sort", "missing"),
        ("body", "/name", "min_length"),
    ]


def test_handler_and_dependency_share_a_parameter(gateway: Any) -> None:
    app = App()

    def page(limit: Annotated[int, Field(ge=1)] = 5) -> int:
        return limit * 2

    @app.get("/before")
    def before(page: Annotated[int, Depends(page)], limit: Annotated[int, Field(ge=1)] = 5) -> list[int]:
        return [page, limit]

    @app.get("/after")
    def after(limit: Annotated[int, Field(ge=1)] = 5, *, page: Annotated[int, Depends(page)]) -> list[int]:
        return [page, limit]

    client = Client(app, gateway=gateway)
    for path in ("/before", "/after"):
        assert client.get(f"{path}?limit=3").json() == [6, 3]
        assert client.get(path).json() == [10, 5]
        assert said(client.get(f"{path}?limit=x")) == [("query", "limit", "integer")]


def test_marshmallow_and_pydantic_tell_their_errors_together(gateway: Any) -> None:
    app = App()

    class Page(BaseModel):
        size: int = 1

    @app.post("/")
    def create(
        body: Annotated[dict[str, Any], LegacySchema()],
        filters: Query[LegacySchema],
        page: Query[Page],
        n: int = 0,
    ) -> list[Any]:
        return [body, filters, page.size, n]

    client = Client(app, gateway=gateway)
    good = client.post("/?title=q&size=3&n=2", json={"title": "t"})
    assert good.json() == [{"title": "t"}, {"title": "q"}, 3, 2]
    assert sorted(said(client.post("/?size=x&n=x", json={"title": 1, "more": 2}))) == [
        ("body", "/more", "unknown"),
        ("body", "/title", "string"),
        ("query", "n", "integer"),
        ("query", "size", "integer"),
        ("query", "title", "missing"),
    ]


def test_a_body_that_refuses_itself_points_to_the_root(gateway: Any) -> None:
    class Pair(BaseModel):
        low: int
        high: int

        @model_validator(mode="after")
        def check(self) -> Pair:
            if self.low > self.high:
                raise ValueError("never told")
            return self

    app = App()

    @app.post("/")
    def create(body: Pair) -> None: ...

    client = Client(app, gateway=gateway)
    response = client.post("/", json={"low": 2, "high": 1})
    assert response.json()["errors"] == [
        {"in": "body", "pointer": "", "code": "invalid", "detail": "This is not valid."}
    ]


def test_a_handlers_own_validation_is_a_500(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.get("/")
    def show() -> int:
        return Item.model_validate({"name": 1}).size

    response = Client(app, gateway=gateway).get("/")
    assert (response.status_code, "errors" in response.json()) == (500, False)
    assert "failed" in caplog.text
