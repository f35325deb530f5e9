"""Races for one version of a book: two changes at once, each naming the ETag that both have seen."""

from __future__ import annotations

import json
from collections import Counter
from contextlib import ExitStack
from typing import Any, NamedTuple

from raw import RawAnswer
from servers import Server, request

#: name -> what follows ``python -m``; two workers, so that no lock of one process is of any help.
COMMANDS = {
    "granian-wsgi": "granian --interface wsgi --workers 2 --blocking-threads 4 --no-ws"
    " --port {port} examples.bookstore:app",
    "granian-asgi": "granian --interface asgi --workers 2 --no-ws --port {port} examples.bookstore:app.asgi",
    "gunicorn": "gunicorn --worker-class gthread --workers 2 --threads 4 --no-control-socket"
    " --bind 127.0.0.1:{port} examples.bookstore:app",
}
CLERK = "Authorization: Bearer clerk-token"
JSON = "Content-Type: application/json"
#: How a round ends: by the statuses of both answers.
ONE_EACH = "200 412"


class Score(NamedTuple):
    """Count how rounds ended, and name the processes that have refused a change."""

    ends: Counter[str]
    refusers: set[str]


def race(server: Server, book: str, rounds: int) -> Score:
    """Change a book so many times, in each round by two who both have the same version of it."""
    score = Score(Counter(), set())
    for _ in range(rounds):
        seen = server.ask("GET", book)
        etag: str = seen.headers["ETag"]
        titles = [f"{one} after {etag[1:-1]}" for one in ("One", "Other")]
        answers = at_once(server, [change(book, etag, {**seen.json(), "title": title}) for title in titles])
        end = " ".join(sorted(str(answer.status) for answer in answers))
        score.ends[end] += 1
        if end == ONE_EACH:
            won, lost = sorted(zip(answers, titles, strict=True), key=lambda pair: pair[0].status)
            assert server.ask("GET", book).json()["title"] == won[1]
            score.refusers.add(lost[0].json()["request_id"].partition("-")[0])
    return score


def change(book: str, etag: str, document: dict[str, Any]) -> bytes:
    """Write a PUT that names a version."""
    return request(
        "PUT", book, CLERK, JSON, f"If-Match: {etag}", "Connection: close", body=json.dumps(document).encode()
    )


def at_once(server: Server, requests: list[bytes]) -> list[RawAnswer]:
    """Send requests on connections of their own, and the last byte of each only when all others are there."""
    with ExitStack() as stack:
        connections = [stack.enter_context(server.connect()) for _ in requests]
        for connection, data in zip(connections, requests, strict=True):
            connection.send(data[:-1])
        for connection, data in zip(connections, requests, strict=True):
            connection.send(data[-1:])
        return [connection.answer() for connection in connections]
