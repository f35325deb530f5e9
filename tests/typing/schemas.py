# pyright: strict
"""marshmallow schemas, in both forms, beside pydantic in one operation."""

from __future__ import annotations

from typing import Annotated, Any, assert_type

from marshmallow import Schema, fields
from pydantic import BaseModel

from restlite import Answer, App, Created, Form, Query

app = App(title="Schemas")


class Legacy(Schema):
    title = fields.String(required=True)
    done = fields.Boolean(load_default=False)


class Filters(BaseModel):
    page: int = 1


LegacyBody = Annotated[dict[str, Any], Legacy()]


@app.post("/decorated", body=Legacy, returns={201: Legacy})
def decorated(body: dict[str, Any]) -> dict[str, Any]:
    return body


@app.post("/partial", body=Legacy(partial=True), returns={200: Legacy(many=True)})
def partial(body: dict[str, Any]) -> list[dict[str, Any]]:
    return [body]


@app.post("/signed")
def signed(body: LegacyBody) -> Created[LegacyBody]:
    assert_type(body, dict[str, Any])
    return Created(body)


@app.post("/mixed")
def mixed(body: LegacyBody, filters: Query[Filters]) -> LegacyBody:
    return {**body, "page": filters.page}


@app.get("/filtered")
def filtered(filters: Query[LegacyBody]) -> Annotated[list[dict[str, Any]], Legacy(many=True)]:
    return [filters]


@app.post("/form")
def form(body: Form[LegacyBody]) -> Answer[LegacyBody]:
    return Answer(body)


assert_type(signed({}), Created[dict[str, Any]])
