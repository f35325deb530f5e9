"""restlite over WSGI for the shared harness: copy beside the other apps, and run ``bench.py`` there."""

from typing import Annotated

from common import ITEMS, ItemIn, ItemOut, create, handlers, template
from pydantic import Field

from restlite import App

KIND = "wsgi"
wsgi = App(title="Items")


@wsgi.get("/hello")
def hello() -> dict[str, str]:
    return {"message": "hello"}


@wsgi.get("/items/<int:id>")
def get_item(
    id: int,
    limit: Annotated[int, Field(ge=1, le=100)] = 20,
    q: Annotated[str | None, Field(max_length=50)] = None,
    tags: list[str] = [],  # noqa: B006
) -> dict[str, object]:
    return {"id": id, "limit": limit, "q": q, "tags": tags}


@wsgi.post("/items", status=201)
def post_item(body: ItemIn) -> ItemOut:
    return create(body)


@wsgi.get("/items")
def list_items() -> list[ItemOut]:
    return ITEMS


def scale_app(count):
    app, make = App(title="Routes"), handlers()
    for number in range(count):
        rule, names = template(number, count, "<%s>")
        handler = make(names)
        handler.__annotations__["return"] = dict[str, str]
        app.get(rule)(handler)
    return app
