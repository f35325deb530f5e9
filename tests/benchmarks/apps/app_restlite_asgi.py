"""restlite over ASGI for the shared harness: copy beside the other apps, and run ``bench.py`` there."""

from typing import Annotated

from common import ITEMS, ItemIn, ItemOut, create, handlers, template
from pydantic import Field

from restlite import App

KIND = "asgi"
app = App(title="Items")


@app.get("/hello")
async def hello() -> dict[str, str]:
    return {"message": "hello"}


@app.get("/items/<int:id>")
async def get_item(
    id: int,
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
    q: Annotated[str | None, Field(max_length=50)] = None,
    tags: list[str] = [],  # noqa: B006
) -> dict[str, object]:
    return {"id": id, "limit": limit, "q": q, "tags": tags}


@app.post("/items", status=201)
async def post_item(body: ItemIn) -> ItemOut:
    return create(body)


@app.get("/items")
async def list_items() -> list[ItemOut]:
    return ITEMS


asgi = app.asgi


def scale_app(count):
    routed, make = App(title="Routes"), handlers(is_async=True)
    for number in range(count):
        rule, names = template(number, count, "<%s>")
        handler = make(names)
        handler.__annotations__["return"] = dict[str, str]
        routed.get(rule)(handler)
    return routed.asgi
