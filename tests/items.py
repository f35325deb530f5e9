"""The service of the conformance and hostile tests: items, as the peers' services have them."""

from __future__ import annotations

from itertools import count
from typing import Annotated

import marshmallow
from pydantic import BaseModel, Field

from restlite import App, Created, File, Form, Header, NoContent, NotFound, Upload, link


class ItemIn(BaseModel):
    name: Annotated[str, Field(min_length=1, max_length=64)]
    price: Annotated[float, Field(gt=0)]
    tags: list[str] = []


class Item(ItemIn):
    id: int


class LegacyItem(marshmallow.Schema):
    name = marshmallow.fields.String(required=True)
    price = marshmallow.fields.Float(required=True)
    tags = marshmallow.fields.List(marshmallow.fields.String())


def items_app() -> App:
    """Make the service, with item 1 in it."""
    app = App(title="Items")
    numbers = count(2)
    items = {1: Item(id=1, name="first", price=1.0)}

    def find(id: int) -> Item:
        if id not in items:
            raise NotFound("There is no such item.")
        return items[id]

    @app.get("/items")
    def list_items(limit: Annotated[int, Field(ge=1, le=100)] = 20, name: str | None = None) -> list[Item]:
        return [item for item in items.values() if name in (None, item.name)][:limit]

    @app.post("/items")
    def create_item(body: ItemIn) -> Created[Item]:
        item = Item(id=next(numbers), **body.model_dump())
        items[item.id] = item
        return Created(item, location=link(show_item, id=item.id))

    @app.get("/items/<int:id>", raises=[NotFound])
    def show_item(id: int) -> Item:
        return find(id)

    @app.put("/items/<int:id>", raises=[NotFound])
    def replace_item(id: int, body: ItemIn) -> Item:
        find(id)
        items[id] = Item(id=id, **body.model_dump())
        return items[id]

    @app.delete("/items/<int:id>", raises=[NotFound])
    def delete_item(id: int) -> NoContent:
        find(id)
        del items[id]
        return NoContent()

    @app.post("/items/search")
    def search_items(body: ItemIn, limit: int, x_count: Header[int] = 0) -> list[Item]:
        return list(items.values())[:limit]

    @app.post("/legacy")
    def create_legacy(body: Annotated[dict[str, object], LegacyItem()]) -> Created[dict[str, object]]:
        return Created(body)

    @app.post("/pictures")
    def add_picture(picture: File[Upload], title: Form[str] = "") -> dict[str, object]:
        return {"title": title, "filename": picture.filename, "size": picture.size}

    return app
