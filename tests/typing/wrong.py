# pyright: strict
"""What type checkers must refuse: each line that ends in ``# wrong``, and no other."""

from __future__ import annotations

from pydantic import BaseModel

from restlite import (
    App,
    Created,
    Depends,
    Event,
    FileAnswer,
    In,
    NoContent,
    Problem,
    Router,
    SetCookie,
    StateKey,
)
from restlite.http import CORS, CacheControl, Deprecation, Patch, ProxyHeaders, cache_control
from restlite.security import APIKey, Bearer, JWTVerifier, known
from restlite.testing import Client


class Todo(BaseModel):
    title: str


class OutOfStock(Problem):
    status = 409
    sku: str


COUNT = StateKey[int]("count")

app = App(title="Wrong")
App(sctrict=False)  # wrong
App(slashes="loose")  # wrong
Router("/books", status=201)  # wrong


@app.get("/todos/<int:id>")
def show(id: int) -> Todo:
    return Todo(title=str(id))


show("1")  # wrong
print(show(1).name)  # wrong


@app.post("/todos", statuss=201)  # wrong
def create(body: Todo) -> Todo:
    return body


@app.post("/more", status="201")  # wrong
def create_more(body: Todo) -> Todo:
    return body


@app.post("/answers")
def answer(body: Todo) -> Created[Todo]:
    return Created(1)  # wrong


@app.resource("/functions")  # wrong
def resource() -> None: ...


@app.error_handler("KeyError")  # wrong
def missing(error: KeyError) -> NoContent:
    return NoContent()


def values() -> None:
    app.state[COUNT] = "one"  # wrong
    OutOfStock("gone")  # wrong
    OutOfStock(sku=1)  # wrong
    NoContent("body")  # wrong
    SetCookie(value="a", samesite="lax")  # wrong
    FileAnswer(1)  # wrong
    Event(Todo(title="a"), retry="soon")  # wrong
    Depends(show, scope="forever")  # wrong
    In("pth")  # wrong
    app.mount("/books")  # wrong
    app.override(show)  # wrong
    Client(app, gateway="cgi")  # wrong
    Client(app).get("/", jsn={})  # wrong


def edit(patch: Patch[Todo]) -> None:
    print(patch.apply(Todo(title="")).name)  # wrong


def guards() -> None:
    App(security="bearer")  # wrong
    app.get("/", security=len)  # wrong
    Bearer("token")  # wrong
    Bearer(len)(1)  # wrong
    APIKey(len, heder="X-API-Key")  # wrong
    known(["secret"])  # wrong
    JWTVerifier(algorithms=["HS256"], issuer="a")  # wrong


def filters() -> None:
    App(hooks=[print])  # wrong
    CORS("*", max_age="soon")  # wrong
    CacheControl(max_ago=60)  # wrong
    cache_control(public="yes")  # wrong
    ProxyHeaders(1, trust=["agent"])  # wrong
    Deprecation("2026-01-01")  # wrong
    app.get("/", deprecated="soon")  # wrong
