"""The promises that a server could break: over real sockets, by granian, gunicorn and waitress."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Timer

import pytest
from servers import COMMANDS, Connection, Server, request, serving

JSON = "Content-Type: application/json"
GOOD = b'{"name": "a", "price": 1.5}'
CHUNKED = "Transfer-Encoding: chunked"
BYTES = "Content-Type: application/octet-stream"


@pytest.fixture(scope="module", params=list(COMMANDS))
def server(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(request.param, tmp_path_factory.mktemp("server") / "log") as server:
        yield server


def chunk(data: bytes) -> bytes:
    return b"%x\r\n%s\r\n" % (len(data), data)


def stored(server: Server) -> int:
    items = server.ask("GET", "/items?limit=100").json()
    assert len(items) < 100
    return len(items)


ROWS = [
    ("GET", "/items/1", (), b"", "200"),
    ("POST", "/items", (JSON,), GOOD, "201"),
    ("OPTIONS", "/items", (), b"", "204"),
    ("TRACE", "/items", (), b"", "405 This path answers: GET, HEAD, OPTIONS, POST."),
    ("GET", "/nothing", (), b"", "404 No route matches this path."),
    ("GET", "/items//1", (), b"", "404 No route matches this path."),
    ("GET", "/items/%D9%A1", (), b"", "404 No route matches this path."),
    ("GET", "/items/1%0A", (), b"", "404 No route matches this path."),
    ("GET", "/items?limit=1_0", (), b"", "422 query limit integer"),
    ("GET", "/items?limit=1&limit=2", (), b"", "422 query limit repeated"),
    ("GET", "/items?name=%FF", (), b"", "400 The query string is not UTF-8."),
    ("GET", "/items", ("Accept: text/html",), b"", "406 This is available as: application/json."),
    ("POST", "/items", (), GOOD, "415 The body needs a Content-Type. Send: application/json."),
    ("POST", "/items", (JSON,), b'{"name": "", "price": true}',
     "422 body /name min_length, body /price number"),
    ("POST", "/items", (JSON,), b'{"name": "\\ud800", "price": 1}',
     "400 The body is not valid JSON: a string holds broken Unicode at line 1 column 17."),
    ("POST", "/items", (JSON,), b"[" * 100_000,
     "400 The body is not valid JSON: it is nested too deeply at line 1 column 202."),
    ("GET", "/split?value=a%0D%0AX-Evil:%201", (), b"",
     "500 The server failed to answer. The request id finds the reason in its log."),
]  # fmt: skip


@pytest.mark.parametrize(("method", "target", "fields", "body", "expect"), ROWS)
def test_row(
    method: str, target: str, fields: tuple[str, ...], body: bytes, expect: str, server: Server
) -> None:
    answer = server.ask(method, target, *fields, body=body)

    assert answer.summary() == expect
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "X-Evil" not in answer.headers
    assert server.ask("GET", "/items").status == 200


def test_head_sends_no_body_and_the_connection_goes_on(server: Server) -> None:
    with server.connect() as connection:
        for target, status in (("/items/1", 200), ("/items/99", 404), ("/nothing", 404)):
            connection.send(request("HEAD", target))
            assert connection.answer(head=True).status == status
        connection.send(request("GET", "/items/1"))
        assert connection.answer().json()["id"] == 1
    assert server.ask("HEAD", "/lines?count=3&name=head").status == 200
    assert "head" not in server.ask("GET", "/ended").json()


def test_truncated_body_is_not_stored(server: Server) -> None:
    before = stored(server)
    with server.connect() as connection:
        connection.send(request("POST", "/items", JSON, f"Content-Length: {len(GOOD) + 50}") + GOOD)
        connection.half_close()
        expect_refusal(connection)
    assert stored(server) == before


def expect_refusal(connection: Connection) -> None:
    """Read a 400, or that the server hung up; nothing else will do."""
    try:
        answer = connection.answer()
    except (EOFError, ConnectionError):
        return
    assert answer.status == 400


def test_chunked_body_is_read(server: Server) -> None:
    with server.connect() as connection:
        connection.send(request("POST", "/items", JSON, CHUNKED))
        connection.send(chunk(GOOD[:9]) + chunk(GOOD[9:]) + b"0\r\n\r\n")
        assert connection.answer().status == 201


@pytest.mark.parametrize("rest", [b"zz\r\nabc\r\n0\r\n\r\n", b"-1\r\n\r\n0\r\n\r\n", b"5\r\nab"])
def test_broken_chunk_framing_is_not_stored(rest: bytes, server: Server) -> None:
    if server.name == "granian-wsgi" and rest.endswith(b"0\r\n\r\n"):
        pytest.skip("granian's WSGI interface hands on a broken body as if it had ended there")
    before = stored(server)
    with server.connect() as connection:
        connection.send(request("POST", "/items", JSON, CHUNKED) + chunk(GOOD) + rest)
        connection.half_close()
        expect_refusal(connection)
    assert stored(server) == before


def test_10_gb_declared_are_refused_at_once(server: Server) -> None:
    began = time.monotonic()
    with server.connect() as connection:
        connection.send(request("POST", "/items", JSON, "Content-Length: 10000000000"))
        assert connection.answer().status == 413
    assert time.monotonic() - began < 2


def test_expectation_of_a_refused_body_is_answered(server: Server) -> None:
    with server.connect() as connection:
        connection.send(request("POST", "/items", "Expect: 100-continue", "Content-Length: 27"))
        status, headers = connection.start()
        if status == 100:  # A server that takes bodies in before it asks.
            connection.send(GOOD)
            status, headers = connection.start()
        assert status == 415
        assert b"The body needs a Content-Type." in b"".join(connection.body(status, headers))


def test_16_mb_in_chunks_are_refused(server: Server) -> None:
    with server.connect() as connection:
        connection.send(request("POST", "/items", JSON, CHUNKED))
        piece = chunk(b" " * 65_536)
        if connection.send_all([piece] * 256 + [b"0\r\n\r\n"]):
            assert connection.answer().status == 413
    assert server.ask("GET", "/items").status == 200


def test_32_mb_are_streamed_to_a_handler(server: Server) -> None:
    with server.connect() as connection:
        connection.send(request("POST", "/bytes", BYTES, CHUNKED))
        piece = chunk(b" " * 65_536)
        assert connection.send_all([piece] * 512 + [b"0\r\n\r\n"])
        assert connection.answer().json() == {"bytes": 32 << 20}


@pytest.mark.parametrize("size", [100, 300_000])
@pytest.mark.parametrize(
    ("method", "target", "fields", "status"),
    [
        ("POST", "/items", "Content-Type: text/plain", 415),
        ("POST", "/nothing", JSON, 404),
        ("PATCH", "/items/1", JSON, 405),
        ("POST", "/items/search?limit=x", JSON, 400),
        ("GET", "/items", JSON, 200),
    ],
)
def test_unread_body_does_not_become_a_request(
    method: str, target: str, fields: str, status: int, size: int, server: Server
) -> None:
    smuggled = request("DELETE", "/items/1").ljust(size, b"\n")
    with server.connect() as connection:
        connection.send_all([request(method, target, fields, body=smuggled)])
        connection.send_all([request("GET", "/slow?seconds=0")])
        try:
            assert connection.answer().status == status
            assert connection.answer().json() == {"slow": True}
        except (EOFError, ConnectionError):
            pass  # The server hung up, which is as good.
    assert server.ask("GET", "/items/1").status == 200


def test_lines_come_as_they_are_made(server: Server) -> None:
    began = time.monotonic()
    with server.connect() as connection:
        connection.send(request("GET", "/lines?count=3&pause=0.5"))
        status, headers = connection.start()
        assert (status, headers["Content-Type"]) == (200, "application/x-ndjson")
        body = connection.body(status, headers)
        first = next(body)
        waited = time.monotonic() - began
        rest = b"".join(body)
    assert [json.loads(line)["number"] for line in (first + rest).splitlines()] == [0, 1, 2]
    assert waited < 0.5


def test_stream_that_breaks_off_does_not_look_complete(server: Server) -> None:
    with server.connect() as connection:
        connection.send(request("GET", "/broken"))
        try:
            body = connection.answer().body
        except (EOFError, ConnectionError):
            pass  # The chunked coding breaks off.
        else:
            # The server ends the coding as if all were well: the last line shows that it is not.
            assert body.startswith(b'{"number":0,"padding":""}\n{"number":1,"padding":""}\n{')
            assert not body.endswith(b"\n")
    assert server.ask("GET", "/items").status == 200


@pytest.mark.parametrize("padding", [0, 100_000])
def test_generator_is_closed_when_the_client_goes(padding: int, server: Server) -> None:
    name = f"gone-{padding}"
    with server.connect() as connection:
        connection.send(request("GET", f"/lines?count=1000000&pause=0.02&name={name}&padding={padding}"))
        next(connection.body(*connection.start()))
    deadline = time.monotonic() + 1
    while name not in server.ask("GET", "/ended").json():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_16_clients_at_once(server: Server) -> None:
    def work(number: int) -> int:
        with server.connect() as connection:
            for turn in range(10):
                body = json.dumps({"name": f"{number}-{turn}", "price": 0}).encode()
                connection.send(request("POST", "/items", JSON, body=body))
                assert connection.answer().summary() == "422 body /price greater_than"
                connection.send(request("GET", f"/items?name={number}-{turn}"))
                assert connection.answer().json() == []
        return number

    with ThreadPoolExecutor(16) as pool:
        assert sorted(pool.map(work, range(16))) == list(range(16))


@pytest.mark.parametrize("name", list(COMMANDS))
def test_sigterm_lets_a_request_end(name: str, tmp_path: Path) -> None:
    with serving(name, tmp_path / "log") as server, server.connect() as connection:
        connection.send(request("GET", "/items"))
        assert connection.answer().status == 200
        connection.send(request("GET", "/slow?seconds=1"))
        ending = Timer(0.3, server.terminate)
        ending.start()
        if name == "waitress":
            # It ends at once, and drops what it is doing.
            assert connection.closed()
        else:
            assert connection.answer().json() == {"slow": True}
        ending.join()
        assert server.process.returncode == (-signal.SIGTERM if name == "waitress" else 0)
