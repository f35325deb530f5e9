"""Real servers in processes of their own, and what is said to them byte for byte."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO

from raw import RawAnswer
from werkzeug.datastructures import Headers

HERE = Path(__file__).parent
#: name -> what follows ``python -m``; one process, so that what a request leaves behind can be asked for.
COMMANDS = {
    "granian-wsgi": "granian --interface wsgi --workers 1 --blocking-threads 4 --no-ws"
    " --port {port} served:app",
    "granian-asgi": "granian --interface asgi --workers 1 --no-ws --port {port} served:asgi",
    "gunicorn": "gunicorn --worker-class gthread --workers 1 --threads 4 --no-control-socket"
    " --bind 127.0.0.1:{port} served:app",
    "waitress": "waitress --threads 4 --listen 127.0.0.1:{port} served:app",
}


class Server:
    """Hold a running server."""

    def __init__(self, name: str, port: int, process: subprocess.Popen[bytes]) -> None:
        self.name = name
        self.port = port
        self.process = process

    def connect(self) -> Connection:
        """Open a connection."""
        return Connection(self.port)

    def ask(self, method: str, target: str, *fields: str, body: bytes = b"") -> RawAnswer:
        """Send one request on a connection of its own."""
        with self.connect() as connection:
            connection.send(request(method, target, *fields, "Connection: close", body=body))
            return connection.answer(head=method == "HEAD")

    def terminate(self) -> int:
        """Send SIGTERM and wait for the end."""
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(20)


class Connection:
    """Speak HTTP/1.1 over one socket, without a client's good manners."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._file: BinaryIO = self.socket.makefile("rb")

    def __enter__(self) -> Connection:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Send bytes as they stand."""
        self.socket.sendall(data)

    def send_all(self, pieces: Iterable[bytes]) -> bool:
        """Send pieces until the server has heard enough; tell whether it took them all."""
        try:
            for piece in pieces:
                self.send(piece)
        except OSError:
            return False
        return True

    def half_close(self) -> None:
        """Say that nothing more will come."""
        self.socket.shutdown(socket.SHUT_WR)

    def closed(self) -> bool:
        """Wait until the server closes the connection or sends something."""
        try:
            return self._file.read(1) == b""
        except ConnectionError:
            return True

    def answer(self, *, head: bool = False) -> RawAnswer:
        """Read one answer, interim ones left out; EOFError where the server hangs up."""
        status, headers = self.start()
        while status < 200:
            status, headers = self.start()
        return RawAnswer(status, headers, b"" if head else b"".join(self.body(status, headers)))

    def start(self) -> tuple[int, Headers]:
        """Read a status line and the header section."""
        line = self._line()
        headers = Headers()
        while field := self._line():
            name, _, value = field.partition(":")
            headers.add(name, value.strip())
        return int(line.split(" ")[1]), headers

    def body(self, status: int, headers: Headers) -> Iterator[bytes]:
        """Read the body as it comes; EOFError where it ends before it should."""
        if "chunked" in headers.get("Transfer-Encoding", ""):
            while size := int(self._line(), 16):
                yield self._exactly(size)
                self._exactly(2)
            self._line()
        elif status in (204, 304):
            return
        elif "Content-Length" in headers:
            yield self._exactly(int(headers["Content-Length"]))
        else:
            yield from iter(lambda: self._file.read1(65_536), b"")  # type: ignore[attr-defined]

    def _line(self) -> str:
        line = self._file.readline()
        if not line.endswith(b"\r\n"):
            raise EOFError(f"The server hung up after {line!r}.")
        return line[:-2].decode("latin-1")

    def _exactly(self, size: int) -> bytes:
        data = self._file.read(size)
        if len(data) < size:
            raise EOFError(f"The server hung up {size - len(data)} bytes before the end.")
        return data


def request(method: str, target: str, *fields: str, body: bytes = b"") -> bytes:
    """Write a request; a body gets its Content-Length."""
    length = (f"Content-Length: {len(body)}",) if body else ()
    lines = (f"{method} {target} HTTP/1.1", "Host: localhost", *fields, *length)
    return "".join(f"{line}\r\n" for line in (*lines, "")).encode("latin-1") + body


@contextmanager
def serving(name: str, log: Path, command: str = "") -> Iterator[Server]:
    """Run a server, or another command that has a ``{port}``; what it says goes to a file."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port: int = free.getsockname()[1]
    words = (command or COMMANDS[name]).format(port=port).split()
    paths = os.pathsep.join([str(HERE), str(HERE.parent)])
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-m", *words],
            cwd=HERE,
            env={**os.environ, "PYTHONPATH": paths},
            stdout=output,
            stderr=output,
        )
        try:
            _wait_for(port, process, log)
            yield Server(name, port, process)
        finally:
            if process.poll() is None:
                process.terminate()
                try:
                    process.wait(5)
                except subprocess.TimeoutExpired:
                    process.kill()
                    process.wait()


def _wait_for(port: int, process: subprocess.Popen[Any], log: Path) -> None:
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline and process.poll() is None:
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.05)
        else:
            return
    raise RuntimeError(f"The server did not start:\n{log.read_text()}")
