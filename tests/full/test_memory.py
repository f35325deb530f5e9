"""Streams do not grow a server: its peak of memory while a body goes in to disk, or comes out as NDJSON.

``RESTLITE_FULL=1`` sends 1 GB; else it is 64 MB, which would show a body that is held just as well.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection, HTTPResponse
from importlib.util import find_spec
from pathlib import Path

import pytest
from bars import note
from components import require

HERE = Path(__file__).parent
MIB = 1 << 20
SIZE = (1024 if os.environ.get("RESTLITE_FULL") else 64) * MIB
BAR = 16 * MIB

pytestmark = [
    pytest.mark.skipif(not Path("/proc/self/clear_refs").exists(), reason="Linux tells a process's peak."),
    pytest.mark.timeout(400),
]

SERVERS: dict[str, list[str]] = {
    "granian wsgi": ["granian", "--interface", "wsgi", "--blocking-threads", "2", "streams:app"],
    "gunicorn": ["gunicorn", "--threads", "2", "--timeout", "300", "streams:app"],
    "granian asgi": ["granian", "--interface", "asgi", "streams:app.asgi"],
}


@contextmanager
def serving(name: str) -> Generator[tuple[int, int]]:
    """Start a server with one worker; give its port and the process id of its head."""
    program = SERVERS[name][0]
    if find_spec(program) is None:
        require(program, "pip install -e '.[dev]'")
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
    place = ["--bind", f"127.0.0.1:{port}"] if program == "gunicorn" else ["--port", str(port)]
    environ = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), str(HERE.parent.parent)])}
    server = subprocess.Popen(
        [sys.executable, "-m", program, *place, *SERVERS[name][1:]],
        env=environ,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        wait_for(port)
        yield port, server.pid
    finally:
        server.terminate()
        server.wait(20)


def wait_for(port: int) -> None:
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
                connection.request("GET", "/")
                connection.getresponse().read()
                return
        except OSError:
            time.sleep(0.1)
    raise TimeoutError("The server has not answered within 20 s.")


def family(head: int) -> list[int]:
    """List a process and all below it."""
    children = Path(f"/proc/{head}/task/{head}/children").read_text().split()
    return [head, *(pid for child in children for pid in family(int(child)))]


def memory(pid: int, field: str) -> int:
    status = Path(f"/proc/{pid}/status").read_text()
    return next(int(line.split()[1]) for line in status.splitlines() if line.startswith(field)) * 1024


def forget_peak(pid: int) -> None:
    Path(f"/proc/{pid}/clear_refs").write_text("5")


# What the client sends and reads


def send_upload(port: int, size: int) -> None:
    head = b'--cut\r\nContent-Disposition: form-data; name="upload"; filename="a.bin"\r\n\r\n'
    tail = b"\r\n--cut--\r\n"
    answer = put(port, "/uploads", "multipart/form-data; boundary=cut", [head, size, tail])
    assert answer == str(size).encode()


def send_stream(port: int, size: int) -> None:
    assert put(port, "/streams", "application/octet-stream", [size]) == str(size).encode()


def read_lines(port: int, size: int) -> None:
    with closing(HTTPConnection("127.0.0.1", port, timeout=300)) as connection:
        connection.request("GET", f"/lines?count={size // 4000}")
        response = connection.getresponse()
        assert response.getheader("Content-Type") == "application/x-ndjson"
        assert lines_in(response) == size // 4000


def lines_in(response: HTTPResponse) -> int:
    lines = 0
    while chunk := response.read1(1 << 16):
        lines += chunk.count(b"\n")
    return lines


def put(port: int, path: str, media_type: str, parts: list[bytes | int]) -> bytes:
    """Send parts; a number stands for so many bytes."""
    length = sum(part if isinstance(part, int) else len(part) for part in parts)
    fields = {"Content-Type": media_type, "Content-Length": str(length)}
    with closing(HTTPConnection("127.0.0.1", port, timeout=300)) as connection:
        connection.request("PUT", path, body=written(parts), headers=fields)
        response = connection.getresponse()
        body = response.read()
    assert response.status == 200, body
    return body


def written(parts: list[bytes | int]) -> Iterator[bytes]:
    block = bytes(1 << 16)
    for part in parts:
        if isinstance(part, bytes):
            yield part
        else:
            yield from (block[: min(len(block), part - start)] for start in range(0, part, len(block)))


@pytest.fixture(scope="module", params=SERVERS)
def server(request: pytest.FixtureRequest) -> Iterator[tuple[str, int, int]]:
    with serving(request.param) as (port, head):
        yield request.param, port, head


@pytest.mark.parametrize("job", [send_upload, send_stream, read_lines])
def test_a_stream_does_not_grow_the_server(
    server: tuple[str, int, int], job: Callable[[int, int], None]
) -> None:
    name, port, head = server
    if job is send_upload and shutil.disk_usage("/tmp").free < 2 * SIZE:
        require("room in /tmp", f"{2 * SIZE // MIB} MB of it")
    job(port, MIB)  # What is built once is built now.
    before: dict[int, int] = {}
    for pid in family(head):
        forget_peak(pid)
        before[pid] = memory(pid, "VmRSS")
    job(port, SIZE)
    growth = max(memory(pid, "VmHWM") - size for pid, size in before.items())
    said = f"{growth / MIB:.1f} MB while {SIZE // MIB} MB pass"
    note(f"memory: {name}, {job.__name__}: peak grows <= 16 MB", said, growth <= BAR)
    assert growth <= BAR, said
