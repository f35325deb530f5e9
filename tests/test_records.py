"""Records: what every describe returns; frozen, and compared by value."""

from __future__ import annotations

from typing import Annotated, Any

import pytest
from pydantic import BaseModel

from restlite import App, Cookie, Created, Depends, Header, NotFound, Query
from restlite.records import AnswerRecord, BodyRecord, Described, ParameterRecord, SchemaRef


class Item(BaseModel):
    name: str


class Filters(BaseModel):
    limit: int = 5


def text(annotation: Any) -> SchemaRef:
    return SchemaRef(annotation, "pydantic", "input", True, "text")


def test_an_operation_joins_the_records_of_all_it_is_made_of() -> None:
    app = App()

    def opened(x_key: Header[str]) -> str: ...

    @app.post("/<int:id>", raises=[NotFound])
    def create(
        id: int,
        body: Item,
        filters: Query[Filters],
        key: Annotated[str, Depends(opened)],
        q: str | None = None,
        session: Cookie[str] = "none",
    ) -> Created[Item]: ...

    described = app.operations[0].describe()
    assert described.parameters == (
        ParameterRecord("id", "path", text(int), True, "simple"),
        ParameterRecord("limit", "query", text(int), False, default=5, has_default=True),
        ParameterRecord("X-Key", "header", text(str), True, "simple"),
        ParameterRecord("q", "query", text(str | None), False, default=None, has_default=True),
        ParameterRecord("session", "cookie", text(str), False, default="none", has_default=True),
    )
    assert described.body == BodyRecord(
        (("application/json", SchemaRef(Item, "pydantic", "input")),), True, 1 << 20
    )
    written = SchemaRef(Item, "pydantic", "output")
    location = ("Location", SchemaRef(str, "pydantic", "output"))
    assert described.answers == (AnswerRecord(201, "Created", (("application/json", written),), (location,)),)
    assert described.problems == (NotFound,)


def test_records_are_values() -> None:
    one, other = SchemaRef(Item, "pydantic", "input"), SchemaRef(Item, "pydantic", "input")
    assert one == other
    assert len({one, other}) == 1
    assert one != SchemaRef(Item, "pydantic", "output")
    assert one != AnswerRecord(200, "OK")
    with pytest.raises(AttributeError):
        one.mode = "output"  # type: ignore[misc]
    assert Described() == Described((), None, (), ())
