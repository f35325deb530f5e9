# pyright: strict
"""Every return annotation, and what a handler returns under it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Generator, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_type

from pydantic import BaseModel
from typing_extensions import TypedDict

from restlite import (
    Accepted,
    Answer,
    App,
    Created,
    Event,
    FileAnswer,
    NoContent,
    NotFound,
    Response,
    SetCookie,
    link,
)

app = App(title="Answers", exclude_none=True)


class Todo(BaseModel):
    id: int
    title: str


@dataclass
class Point:
    x: int
    y: int


class Total(TypedDict):
    x_total: int


class Session(TypedDict):
    session: str | SetCookie


class Teapot(Answer[Todo]):
    status = 418


@app.get("/todos/<int:id>", raises=[NotFound])
def show(id: int) -> Todo:
    if id == 0:
        raise NotFound("There is no such todo.")
    return Todo(id=id, title="Write")


@app.post("/todos")
def create(body: Todo) -> Created[Todo]:
    answer = Created(body, location=link(show, id=body.id))
    assert_type(answer.body, Todo)
    return answer


@app.post("/jobs")
def enqueue(body: Todo) -> Accepted[Todo]:
    return Accepted(body, location="/jobs/1")


@app.delete("/todos/<int:id>")
def delete(id: int) -> NoContent:
    return NoContent(headers={"X-Deleted": str(id)})


@app.get("/todos")
def index() -> Answer[list[Todo], Total]:
    answer = Answer([show(1)], headers=Total(x_total=1))
    assert_type(answer.headers, Total | None)
    return answer


@app.post("/login")
def login() -> Answer[None, Mapping[str, str], Session]:
    return Answer(None, cookies=Session(session=SetCookie(value="secret", max_age=3600)))


@app.put("/todos/<int:id>")
def replace(id: int, body: Todo) -> Todo | Created[Todo] | NoContent:
    if id == 1:
        return NoContent()
    return body if id == 2 else Created(body)


@app.get("/teapot")
def teapot() -> Teapot:
    return Teapot(Todo(id=1, title="Tea"))


@app.get("/maybe")
def maybe() -> Todo | None:
    return None


@app.get("/nothing")
def nothing() -> None: ...


@app.get("/points")
def points() -> list[Point]:
    return [Point(1, 2)]


@app.post("/plain", returns={202: Todo})
def plain_by_returns() -> Response:
    return Response("{}", status=202, mimetype="application/json")


@app.post("/accepted", status=202)
def by_status(body: Todo) -> Todo:
    return body


@app.get("/plain", exclude_unset=True)
def plain() -> dict[str, Any]:
    return {"any": ["thing"]}


@app.get("/text")
def text() -> str:
    return "text"


@app.get("/bytes", produces="image/png")
def picture() -> bytes:
    return b"png"


@app.get("/file")
def file() -> FileAnswer:
    return FileAnswer(Path(__file__), download_name="answers.py", inline=True)


# Streams


@app.get("/lines")
def lines() -> Iterator[Todo]:
    yield Todo(id=1, title="Write")


@app.get("/async-lines")
async def async_lines() -> AsyncIterator[Todo]:
    yield Todo(id=1, title="Write")


@app.get("/events")
def events() -> Generator[Event[Todo]]:
    event = Event(Todo(id=1, title="Write"), event="todo", id="1", retry=1000)
    assert_type(event, Event[Todo])
    yield event


@app.get("/async-events")
async def async_events() -> AsyncIterator[Event[Point]]:
    yield Event(Point(1, 2))


@app.get("/chunks")
def chunks() -> Iterator[bytes]:
    yield b"chunk"


@app.get("/async")
async def waits() -> Created[Todo] | Todo:
    return Created(Todo(id=1, title="Write"))


assert_type(show(1), Todo)
assert_type(create(Todo(id=1, title="Write")), Created[Todo])
assert_type(index(), Answer[list[Todo], Total])
assert_type(events(), Generator[Event[Todo], None, None])
