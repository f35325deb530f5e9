"""Handlers that fail, or answer what cannot be sent: a 500 that says nothing, a log that says all."""

from __future__ import annotations

import datetime as dt
import decimal
import ipaddress
import json
import logging
import time
import uuid
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Annotated, Any
from urllib.parse import quote

import pytest
from items import items_app
from pydantic import AnyUrl, BaseModel
from raw import Raw, RawAnswer, sender

from restlite import (
    Answer,
    App,
    Created,
    Depends,
    FileAnswer,
    NotFound,
    Response,
    SetCookie,
)

SECRET = "s3cr3t"
FAILED = "500 The server failed to answer. The request id finds the reason in its log."
JSON = (("Content-Type", "application/json"),)


class Point(BaseModel):
    x: float


def send_to(app: App, gateway: str, target: str) -> RawAnswer:
    return sender(app, gateway)(Raw(target=target))


# What handlers raise


class Raising(Exception):
    """Carry a message that is nobody's business."""


def fail() -> Any:
    raise Raising(SECRET)


def fail_at_the_end() -> Iterator[int]:
    yield 1
    fail()


def failing_app() -> App:
    app = App()

    @app.get("/handler")
    def handler() -> Point:
        return Point(x=fail())

    @app.get("/coroutine")
    async def coroutine() -> Point:
        return Point(x=fail())

    @app.get("/validation")
    def validation() -> Point:
        return Point.model_validate({"x": SECRET})

    @app.get("/cause")
    def cause() -> Point:
        try:
            fail()
        except Raising as error:
            raise KeyError(SECRET) from error
        return Point(x=1)

    @app.get("/recursion")
    def recursion() -> Point:
        return recursion()

    @app.get("/dependency")
    def dependency(value: Annotated[int, Depends(fail)]) -> Point:
        return Point(x=1)

    @app.get("/teardown")
    def teardown(value: Annotated[int, Depends(fail_at_the_end)]) -> Point:
        return Point(x=1)

    @app.get("/first")
    def first() -> Iterator[Point]:
        fail()
        yield Point(x=1)

    @app.get("/first/async")
    async def first_async() -> AsyncIterator[Point]:
        fail()
        yield Point(x=1)

    @app.get("/well")
    def well() -> Point:
        return Point(x=1)

    return app


ROUTES = [
    "handler",
    "coroutine",
    "validation",
    "cause",
    "recursion",
    "dependency",
    "teardown",
    "first",
    "first/async",
]


@pytest.mark.parametrize("route", ROUTES)
def test_exception_is_a_500_that_says_nothing(
    route: str, gateway: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = failing_app()
    answer = send_to(app, gateway, f"/{route}")

    assert answer.summary() == FAILED
    for word in (SECRET, "Raising", "Traceback", ".py", "pydantic"):
        assert word.encode() not in answer.body
    (record,) = caplog.records
    assert record.levelno == logging.ERROR
    assert record.exc_info
    assert record.getMessage().startswith("failing_app.<locals>.")
    assert f"request {answer.json()['request_id']} failed." in record.getMessage()
    assert send_to(app, gateway, "/well").status == 200


# What handlers answer


def circle() -> dict[str, Any]:
    data: dict[str, Any] = {}
    data["self"] = data
    return data


def generated() -> Iterator[int]:
    yield 1
    fail()


ANSWERS: list[tuple[str, Any, Callable[[], Any]]] = [
    ("infinity in a dict", dict[str, Any], lambda: {"x": float("inf")}),
    ("nan in a list", list[Any], lambda: [float("nan")]),
    ("infinity as such", float, lambda: float("-inf")),
    ("bytes that are no text", dict[str, Any], lambda: {"x": b"\xff"}),
    ("a circle", dict[str, Any], circle),
    ("a surrogate", dict[str, Any], lambda: {"x": "\ud800"}),
    ("a surrogate as text", str, lambda: "\ud800"),
    ("an object", dict[str, Any], lambda: {"x": object()}),
    ("nan as a key", dict[str, Any], lambda: {float("nan"): 1}),
    ("a generator that raises", dict[str, Any], lambda: {"x": generated()}),
    ("the wrong type", Point, lambda: {"x": SECRET}),
    ("a set for a model", Point, lambda: {SECRET}),
    ("None for a model", Point, lambda: None),
    ("text for bytes", bytes, lambda: SECRET),
    ("text for an int", int, lambda: "5"),
    ("one wrong item", list[Point], lambda: [Point(x=1), {"x": SECRET}]),
    ("no iterator", Iterator[Point], lambda: Point(x=1)),
]


@pytest.mark.parametrize(
    ("annotation", "make"), [row[1:] for row in ANSWERS], ids=[row[0].replace(" ", "-") for row in ANSWERS]
)
def test_answer_that_cannot_be_sent_is_a_whole_500(
    annotation: Any, make: Callable[[], Any], gateway: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()

    def handler() -> Any:
        return make()

    handler.__annotations__["return"] = annotation
    app.get("/")(handler)

    answer = send_to(app, gateway, "/")

    assert answer.summary() == FAILED
    assert SECRET.encode() not in answer.body
    (record,) = caplog.records
    assert "<locals>.handler: request " in record.getMessage()
    assert "the answer is not of its declared type: " in record.getMessage()


def test_stream_that_breaks_off_does_not_look_complete(
    gateway: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = App()

    @app.get("/")
    def points() -> Iterator[Point]:
        yield Point(x=1)
        fail()

    with pytest.raises(Raising):
        send_to(app, gateway, "/")

    (message,) = caplog.messages
    assert "points: the stream of request " in message
    assert message.endswith(" broke off.")


# What would split an answer

INJECTIONS = ["a\r\nX-Evil: 1", "a\nb", "a\rb", "a\0b", "\r\n\r\n<script>", "\u20ac"]
NAMES = [*INJECTIONS[:5], "a b", "a:", "", "\u00e4", "a\tb"]


def splitting_app() -> App:
    app = App()

    @app.get("/value")
    def value(v: str) -> Answer[Point]:
        return Answer(Point(x=1), headers={"X-A": v})

    @app.get("/location")
    def location(v: str) -> Created[Point]:
        return Created(Point(x=1), location=v)

    @app.get("/redirect", returns={302: None})
    def redirect(v: str) -> Response:
        return with_field("Location", v, 302)

    @app.get("/response")
    def response(v: str) -> Response:
        return with_field("X-A", v)

    @app.get("/problem", raises=[NotFound])
    def problem(v: str) -> Point:
        raise NotFound(headers={"X-A": v})

    @app.get("/name")
    def name(v: str) -> Answer[Point]:
        return Answer(Point(x=1), headers={v: "a"})

    @app.get("/response/name")
    def response_name(v: str) -> Response:
        return with_field(v, "a")

    @app.get("/cookie/name")
    def cookie_name(v: str) -> Answer[Point]:
        return Answer(Point(x=1), cookies={v: "a"})

    @app.get("/cookie")
    def cookie(v: str) -> Answer[Point]:
        return Answer(Point(x=1), cookies={"a": SetCookie(value=v, path=v)})

    @app.get("/status")
    def status(v: str) -> Response:
        return Response("a", status=f"200 {v}")

    @app.get("/download")
    def download(v: str) -> FileAnswer:
        return FileAnswer(b"abc", download_name=v)

    return app


def with_field(name: str, value: str, status: int = 200) -> Response:
    response = Response("a", status=status)
    # Past Werkzeug's own check, as code that fills a list of header fields would.
    response.headers._list.append((name, value))
    return response


@pytest.mark.parametrize("value", INJECTIONS)
@pytest.mark.parametrize("route", ["value", "location", "redirect", "response", "problem"])
def test_header_value_cannot_split_an_answer(
    route: str, value: str, gateway: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = splitting_app()

    assert send_to(app, gateway, f"/{route}?v={quote(value)}").summary() == FAILED
    (message,) = caplog.messages
    assert message.endswith(" failed.")
    assert send_to(app, gateway, f"/{route}?v=a").status < 500


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("route", ["name", "response/name", "cookie/name"])
def test_header_name_must_be_a_token(
    route: str, name: str, gateway: str, caplog: pytest.LogCaptureFixture
) -> None:
    app = splitting_app()

    assert send_to(app, gateway, f"/{route}?v={quote(name)}").summary() == FAILED
    assert len(caplog.messages) == 1
    assert send_to(app, gateway, f"/{route}?v=X-A").status == 200


@pytest.mark.parametrize("value", [*INJECTIONS, "a; Domain=evil.example", 'a"b'])
@pytest.mark.parametrize("route", ["cookie", "download", "status"])
def test_what_is_quoted_splits_nothing(route: str, value: str, gateway: str) -> None:
    answer = send_to(splitting_app(), gateway, f"/{route}?v={quote(value)}")

    assert answer.status in (200, 500)
    for name, field in answer.headers:
        assert not {"\r", "\n", "\0"} & {*name, *field}
        assert name.lower() not in ("x-evil", "domain")
        assert name != "Set-Cookie" or "; Domain" not in field


# Formats


class Formats(BaseModel):
    date: dt.date | None = None
    time: dt.time | None = None
    stamp: dt.datetime | None = None
    delta: dt.timedelta | None = None
    id: uuid.UUID | None = None
    amount: decimal.Decimal | None = None
    url: AnyUrl | None = None
    address: ipaddress.IPv4Address | None = None


LONG = 100_000
FORMATS = [
    *(("date", text) for text in ("0", "inf", "1e400", "1" + "0" * 20, "9" * LONG, "-" * LONG)),
    *(("time", text) for text in ("0", "1e5", "0:" * (LONG // 2), "12:30:00" + "+" * LONG)),
    *(("stamp", text) for text in ("1600000000", "inf", "1" * LONG, "2024-05-01T12:00:00." + "0" * LONG)),
    *(("delta", text) for text in ("inf", "5", "P" + "1" * LONG + "D", "P" * LONG)),
    *(("id", text) for text in ("a" * LONG, "-" * LONG, "{" * LONG)),
    *(("amount", text) for text in (" 1.5", "1_0", "NaN", "sNaN", "Infinity", "1." * LONG, "e" * LONG)),
    *(("url", text) for text in ("http:" + "/" * LONG + "@:", ":" * LONG, "http://" + "[" * LONG)),
    *(("address", text) for text in ("1." * LONG, "9" * LONG, "001.1.1.1")),
]  # fmt: skip


def formats_app() -> App:
    app = App()

    @app.post("/formats")
    def check(body: Formats) -> Formats:
        return body

    return app


@pytest.mark.parametrize("bare", [False, True], ids=["text", "bare"])
@pytest.mark.parametrize(("name", "text"), FORMATS, ids=[f"{name}-{text[:20]}" for name, text in FORMATS])
def test_format_is_refused_at_once(name: str, text: str, bare: bool, gateway: str) -> None:
    value = text if bare and text.isdigit() and len(text) < 4000 else json.dumps(text)
    send = sender(formats_app(), gateway)
    began = time.process_time()
    answer = send(Raw("POST", "/formats", JSON, f'{{"{name}": {value}}}'.encode()))

    assert time.process_time() - began < 0.5
    assert answer.summary().startswith(f"422 body /{name} ")
    assert text.encode() not in answer.body or len(text) < 5


# Many at once


def test_16_threads_do_not_mix_up_requests(gateway: str) -> None:
    send, barrier = sender(items_app(), gateway), Barrier(16)

    def work(number: int) -> list[int]:
        barrier.wait()
        ids: list[int] = []
        for turn in range(25):
            name = f"{number}-{turn}"
            body = json.dumps({"name": name, "price": turn + 1}).encode()
            created = send(Raw("POST", "/items", JSON, body)).json()
            assert (created["name"], created["price"]) == (name, turn + 1)
            refused = send(Raw("POST", f"/items/search?limit={name}", JSON, body))
            assert refused.summary() == "422 query limit integer"
            ids.append(created["id"])
        return ids

    with ThreadPoolExecutor(16) as pool:
        ids = [id for made in pool.map(work, range(16)) for id in made]
    assert len(set(ids)) == 400
