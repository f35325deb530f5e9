"""Streams: answers that are written item by item.

A handler that returns ``Iterator[T]``, ``Generator[T, ...]``, ``Iterable[T]`` or one of their ``Async``
kin streams. What its items are decides the media type:

=============  ============================  ==========================================
items          media type                    each item is written as
=============  ============================  ==========================================
``Event[X]``   ``text/event-stream``         one event whose data is X as JSON
``bytes``      ``application/octet-stream``  itself
``str``        ``text/plain``                itself, in UTF-8
any other T    ``application/x-ndjson``      one line that is T as JSON
=============  ============================  ==========================================

There is no iteration here: the gateways iterate, once for sync and once for async items.
"""

from __future__ import annotations

from collections import abc
from collections.abc import Callable
from typing import Any, Generic, NamedTuple, TypeVar, Union, get_args, get_origin

from .adapters import WrongAnswer
from .hints import union_args, unwrap
from .media import EVENTS, NDJSON, OCTETS, TEXT

T = TypeVar("T")
#: Writes one value as JSON bytes.
Dump = Callable[[Any], bytes]
#: Writes one item of a stream.
Frame = Callable[[Any], bytes]

_SYNC = (abc.Iterator, abc.Generator, abc.Iterable)
_ASYNC = (abc.AsyncIterator, abc.AsyncGenerator, abc.AsyncIterable)


class Event(Generic[T]):
    """Send one server-sent event; its data is written as JSON.

    .. code-block:: python

        @app.get("/clock")
        def clock() -> Iterator[Event[Tick]]:
            yield Event(Tick(now=1), event="tick", id="1")

    :param event: the name that ``addEventListener`` waits for.
    :param id: what a client sends back in ``Last-Event-ID`` when it connects again.
    :param retry: milliseconds after which a client that lost the stream connects again.
    :param comment: lines that clients skip; proxies see that the stream lives.
    """

    __slots__ = ("comment", "data", "event", "id", "retry")

    def __init__(
        self,
        data: T,
        event: str | None = None,
        id: str | None = None,
        retry: int | None = None,
        comment: str | None = None,
    ) -> None:
        # A line break would let a value write fields, or whole events, of its own.
        for name, text in (("event", event), ("id", id)):
            if text is not None and not _NO_LINE.isdisjoint(text):
                raise ValueError(f"{name}= of an Event must hold no CR, LF or NUL; found {text[:64]!r}.")
        if retry is not None and (type(retry) is not int or retry < 0):
            raise ValueError(f"retry= of an Event is whole milliseconds from 0 on; found {retry!r}.")
        self.data = data
        self.event = event
        self.id = id
        self.retry = retry
        self.comment = comment


_NO_LINE = frozenset("\r\n\0")


class StreamKind(NamedTuple):
    """Say how the items of a stream are written."""

    media_type: str
    #: The annotation of what is dumped: T, or the X of ``Event[X]``.
    item: Any
    #: The items come from an async iterator.
    asynchronous: bool
    #: Makes the function that writes one item, from the function that dumps a value as JSON.
    frame: Callable[[Dump], Frame]


def stream_kind(annotation: Any) -> StreamKind | None:
    """Tell how a return annotation streams, or None where it does not."""
    base, _ = unwrap(annotation)
    origin = get_origin(base) or base
    # Compared one by one: an annotation need not be hashable.
    asynchronous = any(origin is kind for kind in _ASYNC)
    if not asynchronous and not any(origin is kind for kind in _SYNC):
        return None
    item = next(iter(get_args(base)), Any)
    bare, _ = unwrap(item)
    if bare is bytes:
        return StreamKind(OCTETS, item, asynchronous, octets)
    if bare is str:
        return StreamKind(TEXT, item, asynchronous, text)
    members = union_args(bare)
    if any(_is_event(member) for member in members):
        data = tuple(_data_of(member) if _is_event(member) else member for member in members)
        return StreamKind(EVENTS, Union[data], asynchronous, sse_frame)  # noqa: UP007
    return StreamKind(NDJSON, item, asynchronous, ndjson_line)


def _is_event(annotation: Any) -> bool:
    return (get_origin(annotation) or annotation) is Event


def _data_of(event: Any) -> Any:
    return next(iter(get_args(event)), Any)


def ndjson_line(dump: Dump) -> Frame:
    """Give the function that writes one item as one line of NDJSON."""

    def line(item: Any) -> bytes:
        data = dump(item)
        # In JSON a raw line break can only be white space between tokens: a writer that indents.
        if b"\n" in data or b"\r" in data:
            data = data.replace(b"\r", b" ").replace(b"\n", b" ")
        return data + b"\n"

    return line


def sse_frame(dump: Dump) -> Frame:
    """Give the function that writes one item as one event (WHATWG HTML, 9.2.6).

    An item that is no :class:`Event` becomes the data of a plain one.
    """

    def frame(item: Any) -> bytes:
        if issubclass(type(item), Event):
            event: Event[Any] = item
            return _head(event) + _field(b"data: ", dump(event.data)) + b"\n"
        return _field(b"data: ", dump(item)) + b"\n"

    return frame


def _head(event: Event[Any]) -> bytes:
    """Write all fields but the data."""
    head = b"" if event.comment is None else _field(b": ", event.comment.encode())
    if event.event is not None:
        head += _field(b"event: ", event.event.encode())
    if event.id is not None:
        head += _field(b"id: ", event.id.encode())
    if event.retry is not None:
        head += b"retry: %d\n" % event.retry
    return head


def _field(name: bytes, value: bytes) -> bytes:
    """Write one field, a line for each line of its value."""
    if b"\r" in value:
        value = value.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return name + value.replace(b"\n", b"\n" + name) + b"\n"


def octets(dump: Dump) -> Frame:
    """Give the function that passes bytes on."""
    del dump

    def chunk(item: Any) -> bytes:
        if not isinstance(item, bytes | bytearray):
            raise WrongAnswer(f"The stream is declared to yield bytes and yielded {type(item).__name__}.")
        return bytes(item)

    return chunk


def text(dump: Dump) -> Frame:
    """Give the function that writes text in UTF-8."""
    del dump

    def chunk(item: Any) -> bytes:
        if not isinstance(item, str):
            raise WrongAnswer(f"The stream is declared to yield str and yielded {type(item).__name__}.")
        return item.encode()

    return chunk
