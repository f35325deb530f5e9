"""Bodies by media type: which are taken, codecs, bytes, streams, limits."""

from __future__ import annotations

import json as stdlib
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import Annotated, Any, NotRequired

import pytest
from typing_extensions import TypedDict

from restlite import App, Body, Form, In
from restlite.media import Codec
from restlite.records import BodyRecord, SchemaRef
from restlite.testing import Client


@dataclass
class Point:
    x: int
    y: int = 0


class Span(TypedDict):
    start: int
    end: NotRequired[int]


def said(response: Any) -> list[tuple[str, str]]:
    assert response.status_code == 422, response
    return [(item["pointer"], item["code"]) for item in response.json()["errors"]]


@pytest.mark.parametrize(
    ("content_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=UTF-8", 200),
        ("application/json;charset=us-ascii", 200),
        ("application/vnd.point+json", 200),
        ("application/merge-patch+json; charset=utf-8", 200),
        ("application/json; charset=latin-1", 415),
        ("application/jsonp", 415),
        ("text/json", 415),
        ("text/plain", 415),
        ("image/svg+json", 415),
        ("json", 415),
        ("application/", 415),
        ("/json", 415),
        ("application/json, text/plain", 415),
        ("application /json", 415),
        ("*/*", 415),
        (" ", 415),
    ],
)
def test_only_declared_media_types_are_taken(content_type: str, status: int, gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(body: Point) -> str:
        return repr(body)

    response = Client(app, gateway=gateway).post(
        "/", content=b'{"x": 1}', headers={"Content-Type": content_type}
    )
    assert response.status_code == status
    if status == 415:
        assert response.json()["detail"] == "The body's media type is not taken here. Send: application/json."
        assert response.headers["Accept"] == "application/json"


@pytest.mark.parametrize("checked", [True, False])
def test_a_coded_body_is_refused(checked: bool, gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(body: Point) -> str:
        return repr(body)

    client = Client(app, gateway=gateway, checked=checked)
    response = client.post("/", json={"x": 1}, headers={"Content-Encoding": "gzip"})
    assert response.status_code == 415
    assert (
        response.json()["detail"] == "The body must be sent without Content-Encoding. Send: application/json."
    )
    assert client.post("/", json={"x": 1}, headers={"Content-Encoding": "Identity"}).text == "Point(x=1, y=0)"


def upper(data: Any) -> bytes:
    return stdlib.dumps(data).upper().encode()


def lower(data: bytes) -> Any:
    return stdlib.loads(data.decode().lower())


def test_codecs_read_and_write_the_same_data(gateway: Any) -> None:
    app = App(codecs=[Codec("application/x-upper", upper, lower)])

    @app.post("/")
    def take(body: Point) -> Point:
        return body

    client = Client(app, gateway=gateway)
    coded = {"Content-Type": "application/x-upper"}
    assert client.post("/", content=b'{"X": 1}', headers=coded).json() == {"x": 1, "y": 0}
    assert (
        client.post("/", json={"x": 1}, headers={"Accept": "application/x-upper"}).text == '{"X": 1, "Y": 0}'
    )
    assert said(client.post("/", content=b'{"Y": 1}', headers=coded)) == [("/x", "missing")]
    response = client.post("/", content=b"{", headers=coded)
    assert (response.status_code, response.json()["detail"]) == (
        400,
        "The body is not valid application/x-upper.",
    )
    response = client.post("/", content=b"", headers={"Content-Type": "text/plain"})
    assert response.headers["Accept"] == "application/json, application/x-upper"


def test_several_media_types_of_one_argument(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(body: Body[Point] | Form[Span] | Annotated[bytes, In("body", media_type="image/png")]) -> str:
        return repr(body)

    client = Client(app, gateway=gateway)
    assert client.post("/", json={"x": 1}).text == "Point(x=1, y=0)"
    assert client.post("/", data={"start": "1"}).text == "{'start': 1}"
    assert client.post("/", files={"start": "1"}).status_code == 422
    assert client.post("/", content=b"\x89", headers={"Content-Type": "image/png"}).text == r"b'\x89'"
    assert said(client.post("/", json={"start": 1})) == [("/x", "missing"), ("/start", "unknown")]
    assert said(client.post("/", data={"x": "1"})) == [("/start", "missing"), ("/x", "unknown")]
    response = client.post("/", content=b"x", headers={"Content-Type": "text/plain"})
    assert response.headers["Accept"] == (
        "application/json, application/x-www-form-urlencoded, multipart/form-data, image/png"
    )


def test_several_media_types_may_be_left_out(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(body: Body[Point] | Form[Span] | None = None) -> str:
        return repr(body)

    client = Client(app, gateway=gateway)
    assert [client.post("/").text, client.post("/", data={"start": "1"}).text] == ["None", "{'start': 1}"]


def test_raw_bytes(gateway: Any) -> None:
    app = App()

    @app.post("/")
    def take(data: bytes) -> bytes:
        return data[::-1]

    @app.put("/")
    def put(picture: Annotated[bytes, In("body", media_type="image/png")] = b"none") -> bytes:
        return picture

    client = Client(app, gateway=gateway)
    octets = {"Content-Type": "application/octet-stream"}
    assert client.post("/", content=b"\x00\xff", headers=octets).content == b"\xff\x00"
    assert client.post("/", headers=octets).content == b""
    assert client.post("/", json=1).status_code == 415
    assert client.put("/", content=b"png", headers={"Content-Type": "image/png"}).content == b"png"
    assert client.put("/").content == b"none"
    assert client.put("/", content=b"x", headers=octets).headers["Accept"] == "image/png"


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("kind", [Iterator[bytes], Iterable[bytes]])
def test_a_stream_of_bytes(kind: Any, checked: bool, gateway: Any) -> None:
    app = App()

    @app.post("/")
    def count(data: kind, q: int = 0) -> list[int]:
        return [sum(map(len, data)), q]

    client = Client(app, gateway=gateway, checked=checked)
    octets = {"Content-Type": "application/octet-stream"}
    assert client.post("/?q=2", content=b"x" * 100_000, headers=octets).json() == [100_000, 2]
    assert client.post("/", content=iter([b"ab", b"c"]), headers=octets).json() == [3, 0]
    assert client.post("/?q=x", content=b"x", headers=octets).status_code == 422
    assert client.post("/", json=1).status_code == 415


def test_an_async_stream_of_bytes(gateway: Any) -> None:
    app = App()

    @app.put("/")
    async def count(data: Annotated[AsyncIterator[bytes], In("body", media_type="video/mp4")]) -> int:
        return sum([len(chunk) async for chunk in data])

    client = Client(app, gateway=gateway)
    assert client.put("/", content=b"x" * 100_000, headers={"Content-Type": "video/mp4"}).json() == 100_000


@pytest.mark.parametrize("kind", [Point, bytes, Iterator[bytes]])
def test_a_body_over_its_limit_is_a_413(kind: Any, gateway: Any) -> None:
    app = App(max_body=10)

    @app.post("/")
    def take(body: kind) -> int:
        return len(list(body))

    @app.post("/more", max_body=None)
    def more(body: bytes) -> int:
        return len(body)

    media_type = "application/json" if kind is Point else "application/octet-stream"
    client = Client(app, gateway=gateway)
    for content in (b"x" * 11, iter([b"x" * 6, b"x" * 6])):
        response = client.post("/", content=content, headers={"Content-Type": media_type})
        assert (response.status_code, response.json()["detail"]) == (
            413,
            "The body may have at most 10 bytes.",
        )
    octets = {"Content-Type": "application/octet-stream"}
    assert client.post("/more", content=b"x" * 2_000_000, headers=octets).json() == 2_000_000


def test_bodies_describe_themselves() -> None:
    app = App(max_body=99, codecs=[Codec("application/x-upper", upper, lower)])

    @app.post("/")
    def take(
        body: Body[Point] | Form[Span] | Annotated[bytes, In("body", media_type="image/png")],
    ) -> None: ...

    @app.post("/stream", max_body=None)
    def stream(body: Iterator[bytes] = iter([])) -> None: ...

    first, second = [operation.describe().body for operation in app.operations]
    point, span = SchemaRef(Point, "pydantic", "input"), SchemaRef(Span, "pydantic", "input", True, "form")
    octets = SchemaRef(bytes, "pydantic", "input")
    assert first == BodyRecord(
        (
            ("application/json", point),
            ("application/x-upper", point),
            ("application/x-www-form-urlencoded", span),
            ("multipart/form-data", span),
            ("image/png", octets),
        ),
        True,
        99,
    )
    assert second == BodyRecord((("application/octet-stream", octets),), False, None)
