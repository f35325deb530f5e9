from __future__ import annotations

import json
import sys
from collections.abc import AsyncGenerator, AsyncIterable, AsyncIterator, Generator, Iterable, Iterator
from typing import Annotated, Any, Union

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel
from typing_extensions import TypeAliasType

from restlite.adapters import WrongAnswer
from restlite.streams import Event, StreamKind, ndjson_line, octets, sse_frame, stream_kind, text


class Tick(BaseModel):
    now: int


class Tock(BaseModel):
    then: int


def dump(value: Any) -> bytes:
    return json.dumps(value).encode()


def indented(value: Any) -> bytes:
    return json.dumps(value, indent=1).replace("\n", "\r\n").encode()


def parse_events(stream: bytes) -> list[dict[str, str]]:
    """Read an event stream as WHATWG HTML, 9.2.6 says."""
    events: list[dict[str, str]] = []
    fields: dict[str, list[str]] = {}
    for line in stream.decode().replace("\r\n", "\n").replace("\r", "\n").split("\n"):
        if not line:
            if "data" in fields:
                events.append({name: "\n".join(values) for name, values in fields.items()})
            fields = {}
        elif not line.startswith(":"):
            name, _, value = line.partition(":")
            fields.setdefault(name, []).append(value.removeprefix(" "))
    assert not fields
    return events


# stream_kind


@pytest.mark.parametrize(
    "kind", [Iterator, Iterable, Generator, AsyncIterator, AsyncIterable, AsyncGenerator]
)
@pytest.mark.parametrize(
    ("item", "media_type", "dumped", "frame"),
    [
        (Tick, "application/x-ndjson", Tick, ndjson_line),
        (dict[str, int], "application/x-ndjson", dict[str, int], ndjson_line),
        (Event[Tick], "text/event-stream", Tick, sse_frame),
        (Event, "text/event-stream", Any, sse_frame),
        (Annotated[Event[str], "doc"], "text/event-stream", str, sse_frame),
        (Event[Tick] | Event[Tock], "text/event-stream", Tick | Tock, sse_frame),
        (Union[Event[Tick], Tock], "text/event-stream", Tick | Tock, sse_frame),  # noqa: UP007
        (Tick | Tock, "application/x-ndjson", Tick | Tock, ndjson_line),
        (bytes, "application/octet-stream", bytes, octets),
        (str, "text/plain; charset=utf-8", str, text),
        (Annotated[str, "doc"], "text/plain; charset=utf-8", Annotated[str, "doc"], text),
    ],
)
def test_stream_kind(kind: Any, item: Any, media_type: str, dumped: Any, frame: Any) -> None:
    annotation = kind[(item, *{Generator: (None, None), AsyncGenerator: (None,)}.get(kind, ()))]
    asynchronous = kind.__name__.startswith("Async")
    assert stream_kind(annotation) == StreamKind(media_type, dumped, asynchronous, frame)
    assert stream_kind(Annotated[annotation, "doc"]) == StreamKind(media_type, dumped, asynchronous, frame)


def test_stream_kind_without_item() -> None:
    assert stream_kind(Iterator) == StreamKind("application/x-ndjson", Any, False, ndjson_line)
    assert stream_kind(AsyncIterator) == StreamKind("application/x-ndjson", Any, True, ndjson_line)


def test_stream_kind_looks_through_aliases() -> None:
    ticks = TypeAliasType("ticks", Iterator[Event[Tick]])
    assert stream_kind(ticks) == StreamKind("text/event-stream", Tick, False, sse_frame)


@pytest.mark.parametrize(
    "annotation", [None, int, str, bytes, Tick, list[Tick], dict[str, int], Event[Tick], Any, []]
)
def test_stream_kind_of_what_does_not_stream(annotation: Any) -> None:
    assert stream_kind(annotation) is None


# Event


def test_event_holds_what_it_is_given() -> None:
    event = Event(Tick(now=1), event="tick")
    assert (event.data, event.event, event.id, event.retry, event.comment) == (
        Tick(now=1),
        "tick",
        None,
        None,
        None,
    )
    with pytest.raises(AttributeError):
        event.name = "2"  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", ["event", "id"])
@pytest.mark.parametrize("value", ["a\nb", "a\rb", "a\0b", "\n"])
def test_event_refuses_line_breaks(name: str, value: str) -> None:
    fields: Any = {name: value}
    with pytest.raises(ValueError) as caught:
        Event(1, **fields)
    assert str(caught.value) == f"{name}= of an Event must hold no CR, LF or NUL; found {value!r}."


@pytest.mark.parametrize("retry", [-1, 1.5, "10", True])
def test_event_refuses_other_retries(retry: Any) -> None:
    with pytest.raises(ValueError) as caught:
        Event(1, retry=retry)
    assert str(caught.value) == f"retry= of an Event is whole milliseconds from 0 on; found {retry!r}."


# Frames


@pytest.mark.parametrize(
    ("item", "expect"),
    [
        (Event([1]), b"data: [1]\n\n"),
        ([1], b"data: [1]\n\n"),
        (
            Event(None, event="tick", id="7", retry=0),
            b"event: tick\nid: 7\nretry: 0\ndata: null\n\n",
        ),
        (Event("é", id="", event="é"), 'event: é\nid: \ndata: "\\u00e9"\n\n'.encode()),
        (Event(1, comment="a\r\nb\rc"), b": a\n: b\n: c\ndata: 1\n\n"),
        (Event(1, comment=""), b": \ndata: 1\n\n"),
    ],
)
def test_sse_frame(item: Any, expect: bytes) -> None:
    assert sse_frame(dump)(item) == expect


def test_sse_frame_of_many_lines() -> None:
    frame = sse_frame(indented)(Event([1, 2]))
    assert frame == b"data: [\ndata:  1,\ndata:  2\ndata: ]\n\n"
    assert parse_events(frame) == [{"data": "[\n 1,\n 2\n]"}]
    assert sse_frame(lambda value: b"")(1) == b"data: \n\n"


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)
LINE = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\r\n\0"))
EVENTS = st.builds(
    Event,
    JSON,
    event=st.none() | LINE,
    id=st.none() | LINE,
    retry=st.none() | st.integers(0, 10**6),
    comment=st.none() | st.text(st.characters(exclude_categories=["Cs"])),
)


@pytest.mark.parametrize("write", [dump, indented])
@given(events=st.lists(EVENTS, max_size=5))
def test_events_parse_back(write: Any, events: list[Event[Any]]) -> None:
    frame = sse_frame(write)
    parsed = parse_events(b"".join(map(frame, events)))
    assert len(parsed) == len(events)
    for fields, event in zip(parsed, events, strict=True):
        assert json.loads(fields.pop("data")) == event.data
        sent = {"event": event.event, "id": event.id, "retry": event.retry}
        assert fields == {name: str(value) for name, value in sent.items() if value is not None}


@pytest.mark.parametrize("write", [dump, indented])
@given(items=st.lists(JSON, max_size=5))
def test_lines_parse_back(write: Any, items: list[Any]) -> None:
    stream = b"".join(map(ndjson_line(write), items))
    assert stream.count(b"\n") == len(items)
    assert b"\r" not in stream
    assert [json.loads(line) for line in stream.splitlines()] == items


def test_octets() -> None:
    chunk = octets(dump)
    assert chunk(b"\xff") == b"\xff"
    assert type(chunk(bytearray(b"a"))) is bytes
    with pytest.raises(WrongAnswer) as caught:
        chunk(5)
    assert caught.value.detail == "The stream is declared to yield bytes and yielded int."


def test_text() -> None:
    chunk = text(dump)
    assert chunk("é") == "é".encode()
    with pytest.raises(WrongAnswer) as caught:
        chunk(b"a")
    assert caught.value.detail == "The stream is declared to yield str and yielded bytes."


@pytest.mark.skipif(sys.version_info < (3, 13), reason="one argument was not enough before")
def test_generators_of_one_argument() -> None:
    annotation: Any = Generator
    assert stream_kind(annotation[Tick]) == StreamKind("application/x-ndjson", Tick, False, ndjson_line)
