# pyright: strict
"""Every row of the binding table, as handlers write it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any, Literal, assert_type
from uuid import UUID

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from restlite import (
    App,
    Background,
    Body,
    Cookie,
    File,
    Form,
    Header,
    In,
    Path,
    Query,
    Request,
    Router,
    State,
    Upload,
)


class Colour(Enum):
    RED = "red"
    BLUE = "blue"


class Todo(BaseModel):
    title: Annotated[str, Field(min_length=1)]
    done: bool = False


class Filters(BaseModel):
    done: bool | None = None
    tags: list[str] = []


class Pictured(BaseModel):
    title: str
    picture: Upload


class Tracing(BaseModel):
    x_trace: str
    x_span: int = 0


@dataclass
class Point:
    x: int
    y: int


class Address(TypedDict):
    street: str
    city: str


class Cat(BaseModel):
    kind: Literal["cat"]
    lives: int


class Dog(BaseModel):
    kind: Literal["dog"]
    name: str


Pet = Annotated[Cat | Dog, Field(discriminator="kind")]

app = App(title="Samples", version="1.0", ignored_query=("utm_*",))
api = Router("/api", tags=["samples"])


# Injected


@app.get("/injected")
def injected(request: Request, state: State, background: Background) -> dict[str, str]:
    assert_type(request.request_id, str)
    assert_type(request.state, State)
    assert_type(request.method, str)
    return {"id": request.request_id}


# Path


@app.get("/ints/<int:number>")
def path_int(number: int) -> int:
    return number


@app.get("/annotated/<number>")
def path_annotated(number: Annotated[int, Field(ge=1)]) -> int:
    return number


@app.get("/braces/{key}/<path:rest>")
def path_braces(key: UUID, rest: Path[str]) -> str:
    return f"{key}/{rest}"


@app.get("/kinds/<colour>/<day>/<size>/<literal>")
def path_kinds(colour: Colour, day: date, size: float, literal: Literal["a", "b"]) -> str:
    return f"{colour.value} {day:%Y} {size} {literal}"


# Query, header, cookie


@app.get("/scalars")
def query_scalars(
    q: str, page: int = 1, price: Decimal | None = None, colour: Colour = Colour.RED
) -> dict[str, Any]:
    return {"q": q, "page": page, "price": price, "colour": colour}


@app.get("/lists")
def query_lists(
    tag: list[str],
    ids: Annotated[list[int], In("query", style="csv")],
    pipes: Annotated[list[str], In("query", style="pipe")],
) -> list[str]:
    return [*tag, *map(str, ids), *pipes]


@app.get("/models")
def query_model(filters: Query[Filters]) -> Filters:
    assert_type(filters, Filters)
    return filters


@app.get("/deep")
def query_deep(where: Annotated[Filters, In("query", style="deepObject")]) -> Filters:
    return where


@app.get("/alias")
def query_alias(since: Annotated[date, In("query", alias="from")]) -> date:
    return since


@app.get("/headers")
def headers(x_token: Header[str], accept_language: Header[list[str]] = []) -> list[str]:  # noqa: B006
    assert_type(x_token, str)
    return [x_token, *accept_language]


@app.get("/header-models")
def header_model(tracing: Header[Tracing]) -> Tracing:
    return tracing


@app.get("/cookies")
def cookies(session: Cookie[str | None] = None) -> str:
    return session or ""


# Bodies


@app.post("/models")
def body_model(todo: Todo) -> Todo:
    return todo


@app.post("/dataclasses")
def body_dataclass(point: Point) -> Point:
    return point


@app.put("/dicts")
def body_typed_dict(address: Address) -> Address:
    return address


@app.post("/pets")
def body_union(pet: Pet) -> Pet:
    assert_type(pet, Cat | Dog)
    return pet


@app.post("/many")
def body_list(todos: list[Todo]) -> list[Todo]:
    return todos


@app.post("/named")
def body_named(body: dict[str, int]) -> dict[str, int]:
    return body


@app.post("/marked")
def body_marked(count: Body[int]) -> int:
    assert_type(count, int)
    return count


@app.query("/search")
def body_of_query(search: Filters) -> list[Todo]:
    return [Todo(title=tag) for tag in search.tags]


@app.post("/bytes")
def body_bytes(body: bytes) -> bytes:
    return body


@app.put("/pictures")
def body_typed_bytes(picture: Annotated[bytes, In("body", media_type="image/png")]) -> int:
    return len(picture)


@app.put("/streams")
def body_stream(body: Iterator[bytes]) -> int:
    return sum(map(len, body))


@app.put("/async-streams")
async def body_async_stream(body: AsyncIterator[bytes]) -> int:
    return sum([len(chunk) async for chunk in body])


# Forms and files


@app.post("/forms")
def form(todo: Form[Todo]) -> Todo:
    assert_type(todo, Todo)
    return todo


@app.post("/either")
def either(todo: Body[Todo] | Form[Todo]) -> Todo:
    assert_type(todo, Todo)
    return todo


@app.post("/files")
def file(cover: File[Upload]) -> int:
    assert_type(cover.filename, str | None)
    return cover.size


@app.post("/all-files")
def files(title: Form[str], covers: File[list[Upload]], year: Form[int] = 2000) -> list[int]:
    return [cover.size for cover in covers]


@app.post("/form-files")
def form_files(pictured: Form[Pictured]) -> int:
    assert_type(pictured.picture, Upload)
    return pictured.picture.size


# Routers


@api.get("/ping")
async def ping() -> str:
    return "pong"


app.mount(api)
app.mount(api, prefix="/v2")

# The decorators return what they were given.
assert_type(path_int(1), int)
assert_type(query_scalars("q", page=2), dict[str, Any])
assert_type(body_model(Todo(title="Write")), Todo)
assert_type(app.url_for(path_int, number=1), str)
