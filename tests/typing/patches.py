# pyright: strict
"""Patches are typed by what they change."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, assert_type

from marshmallow import Schema, fields
from pydantic import BaseModel

from restlite import App
from restlite.http.jsonpatch import Operation
from restlite.http.patch import Patch


class Book(BaseModel):
    id: int
    title: str


class BookSchema(Schema):
    title = fields.String(required=True)


app = App()
books: dict[int, Book] = {}


@app.patch("/books/<int:id>")
def edit_book(id: int, patch: Patch[Book]) -> Book:
    books[id] = patch.apply(books[id])
    assert_type(patch.apply(books[id]), Book)
    assert_type(patch.changes, Mapping[str, Any] | Sequence[Operation])
    return books[id]


@app.patch("/legacy")
def edit_legacy(patch: Patch[Annotated[dict[str, Any], BookSchema()]]) -> None:
    assert_type(patch.apply({"title": "Emma"}), dict[str, Any])


app.freeze()
