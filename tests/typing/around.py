# pyright: strict
"""What stands around handlers: dependencies, hooks, error handlers, life cycle, state, resources."""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from typing import Annotated, Any, assert_type

from pydantic import BaseModel

from restlite import (
    App,
    Created,
    Depends,
    ErrorFormat,
    Header,
    NotFound,
    Problem,
    Query,
    Request,
    Resource,
    Response,
    Router,
    SetupError,
    State,
    StateKey,
    TooManyRequests,
)
from restlite.config import Config


@dataclass
class Store:
    notes: dict[int, str] = field(default_factory=dict[int, str])


class Note(BaseModel):
    text: str


STORE = StateKey[Store]("store")
COUNT = StateKey[int]("count")


# Life cycle and state


@contextmanager
def open_stores(app: App) -> Generator[None]:
    app.state[STORE] = Store()
    yield
    del app.state[STORE]


@asynccontextmanager
async def count(app: App) -> AsyncGenerator[None]:
    app.state[COUNT] = 1
    app.state[Store] = Store()
    yield


class Envelope(ErrorFormat):
    media_type = "application/json"

    def render(self, problem: Problem, request_id: str) -> Any:
        return {"error": {"code": problem.status, "message": problem.title, "id": request_id}}

    def describe(self, kind: type[Problem]) -> dict[str, Any]:
        return {"type": "object", "properties": {"error": {"type": "object"}}}


app = App(title="Around", lifespan=[open_stores, count], error_format=Envelope(), max_body=1 << 16)
api = Router("/api/<tenant>", error_format=Envelope(), tags=["api"], raises=[TooManyRequests])

assert_type(app.config, Config)
assert_type(app.state, State)


# Dependencies


def session(request: Request, x_session: Header[str] = "") -> str:
    return x_session or request.request_id


def store() -> Generator[Store]:
    store = Store()
    yield store
    store.notes.clear()


async def later(filters: Query[Note]) -> AsyncIterator[int]:
    yield len(filters.text)


class Clock:
    def __init__(self, session: Annotated[str, Depends(session)]) -> None:
        self.session = session


Db = Annotated[Store, Depends(store, raises=(NotFound,))]
Stream = Annotated[Store, Depends(store, scope="answer")]


@app.get("/dependencies", dependencies=[Depends(session)])
def dependencies(db: Db, clock: Annotated[Clock, Depends()], length: Annotated[int, Depends(later)]) -> int:
    assert_type(db, Store)
    assert_type(clock, Clock)
    assert_type(length, int)
    return length


@app.get("/state")
def state(state: State) -> int:
    assert_type(app.state[STORE], Store)
    assert_type(app.state[Store], Store)
    assert_type(app.state.get(COUNT), int | None)
    state[COUNT] = 2
    return state[COUNT]


# Resources


@api.resource("/notes/<int:id>")
class Notes(Resource):
    def __init__(self, db: Db, tenant: str) -> None:
        self.db = db
        self.tenant = tenant

    def get(self, id: int, tenant: str) -> Note:
        return Note(text=self.db.notes[id])

    async def put(self, id: int, tenant: str, body: Note) -> Created[Note]:
        return Created(body)


def call() -> None:
    assert_type(Notes(Store(), "a").get(1, "a"), Note)


# Hooks


@app.around
def timed(request: Request) -> Generator[None, Response, None]:
    response = yield
    response.headers["Server-Timing"] = "app;dur=1"


@app.around(raises=[TooManyRequests], headers={"X-Left": int})
async def limited(request: Request) -> AsyncGenerator[None, Response]:
    yield


@api.before
def check(request: Request) -> Response | None:
    return None


@api.after
async def stamp(request: Request, response: Response) -> None:
    response.headers["X-Stamp"] = request.request_id


@app.on_error
def tell(request: Request, error: Exception) -> None: ...


def call_hooks(request: Request, response: Response) -> None:
    assert_type(timed(request), Generator[None, Response, None])
    assert_type(limited(request), AsyncGenerator[None, Response])
    assert_type(check(request), Response | None)


# Errors


class OutOfStock(Problem):
    status = 409
    title = "Out of stock"
    sku: str
    left: int = 0


@app.error_handler(KeyError, LookupError)
def missing(error: LookupError) -> NotFound:
    return NotFound(str(error))


@api.error_handler(NotFound)
async def not_found(error: NotFound, request: Request) -> NotFound:
    return error


@app.post("/orders", raises=[OutOfStock, KeyError])
async def order() -> int:
    raise OutOfStock("Only two are left.", sku="A-1", headers={"Retry-After": "60"})


problem = OutOfStock(sku="A-1", left=2)
assert_type(problem.sku, str)
assert_type(problem.left, int)
assert_type(problem.detail, str | None)
assert_type(missing(KeyError("a")), NotFound)
assert_type(SetupError("a", mend="b").mend, str)

app.mount(api)


def overridden() -> None:
    with app.override(store, with_=Store):
        app.start()
        app.stop()
