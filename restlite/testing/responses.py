"""What the client got back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple, Protocol

from werkzeug.datastructures import Headers
from werkzeug.http import parse_cookie, parse_options_header

from .requests import Sent


class Received(NamedTuple):
    """Hold an answer whose header section has come; the chunks follow as they are asked for."""

    status: int
    headers: Headers
    chunks: Iterator[bytes]
    #: Tells the app that the client has gone, and waits until it has let go.
    close: Callable[[], None]


class Transport(Protocol):
    """Carry requests to an app, and run its lifespan."""

    def start(self) -> None:
        """Run the app's lifespan up to where it serves."""
        ...

    def stop(self) -> None:
        """Run the rest of the app's lifespan."""
        ...

    def send(self, sent: Sent, marks: dict[str, Any]) -> Received:
        """Send one request; ``marks`` go to the pipeline with it."""
        ...


class ClientResponse:
    """Hold what the app answered.

    .. code-block:: python

        response = client.get("/todos/1")
        assert response.status_code == 200
        assert response.json() == {"id": 1, "title": "Write"}
    """

    def __init__(self, sent: Sent, received: Received) -> None:
        self.request = sent
        self.status_code = received.status
        self.headers = received.headers
        #: The answers that redirected here, first one first.
        self.history: tuple[ClientResponse, ...] = ()
        self._received = received
        self._content: bytes | None = None

    def __repr__(self) -> str:
        start = "" if self._content is None else f" {self._content[:200]!r}"
        return f"<{self.request.method} {self.request.target} -> {self.status_code}{start}>"

    @property
    def content(self) -> bytes:
        """Give the whole body; under ``stream`` this waits for its end."""
        if self._content is None:
            self._content = b"".join(self._received.chunks)
        return self._content

    @property
    def text(self) -> str:
        """Give the body as text, by the charset of its media type."""
        _, options = parse_options_header(self.headers.get("Content-Type"))
        return self.content.decode(options.get("charset", "utf-8"))

    @property
    def cookies(self) -> dict[str, str]:
        """Give the cookies that this answer sets."""
        pairs = (line.partition(";")[0] for line in self.headers.getlist("Set-Cookie"))
        return {name: value for pair in pairs for name, value in parse_cookie(pair).items()}

    def json(self) -> Any:
        """Read the body as JSON."""
        try:
            return json.loads(self.content)
        except ValueError as error:
            raise ValueError(f"The answer is not JSON ({error}): {self!r}") from None

    def iter_chunks(self) -> Iterator[bytes]:
        """Give the body as it comes, chunk by chunk."""
        return self._received.chunks

    def iter_lines(self) -> Iterator[str]:
        """Give the body as it comes, line by line, without the line ends."""
        rest = b""
        for chunk in self._received.chunks:
            *lines, rest = (rest + chunk).split(b"\n")
            for line in lines:
                yield line.removesuffix(b"\r").decode()
        if rest:
            yield rest.decode()

    def close(self) -> None:
        """Go away; what was not read is dropped."""
        self._received.close()
