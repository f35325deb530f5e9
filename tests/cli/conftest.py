"""A directory to work in, with the command line run in it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from http.client import HTTPException
from pathlib import Path
from textwrap import dedent
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from click.testing import CliRunner, Result

from restlite.cli import restlite

ROOT = Path(__file__).resolve().parents[2]

SHOP = """
    from restlite import App

    app = App(title="Shop", version="2.0")

    @app.get("/books")
    def list_books() -> list[str]:
        return ["Emma"]
"""


class Project:
    """Hold a directory with files, and run commands in it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    def write(self, **files: str) -> None:
        """Write Python modules."""
        for name, text in files.items():
            self.file(f"{name}.py", text)

    def file(self, name: str, text: str) -> None:
        path = self.directory / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(dedent(text))

    def run(self, *arguments: str, stdin: str | None = None) -> Result:
        """Run a command in this process."""
        return CliRunner().invoke(restlite, arguments, input=stdin, prog_name="restlite")

    @contextmanager
    def served(self, *arguments: str, measured: bool = True) -> Generator[Server, None, None]:
        """Run a serving command in a process of its own, until it answers and to its end.

        :param measured: whether coverage may look on; in a process that dies early it writes to the log.
        """
        hidden = ("RESTLITE_",) if measured else ("RESTLITE_", "COV")
        environ = {k: v for k, v in os.environ.items() if not k.startswith(hidden)}
        environ |= {"PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
        log = self.directory / "log.txt"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [sys.executable, "-m", "restlite", *arguments],
                cwd=self.directory,
                env=environ,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            yield Server(process, log)
        finally:
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGINT)
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()


class Server:
    """Hold a serving process."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path) -> None:
        self.process = process
        self._log = log

    @property
    def log(self) -> str:
        return self._log.read_text()

    def get(self, url: str, until: Callable[[str], bool] = lambda text: True) -> str:
        """Ask until there is an answer that fits."""
        deadline = time.monotonic() + 20
        seen = "none"
        while time.monotonic() < deadline and self.process.poll() is None:
            # A server that starts, or restarts, refuses connections or breaks them off.
            with suppress(ConnectionError, HTTPException, URLError):
                seen = _fetch(url)
                if until(seen):
                    return seen
            time.sleep(0.05)
        raise AssertionError(f"No fitting answer of {url}; the last: {seen}\n{self.log}")

    def wait_for(self, text: str) -> str:
        """Wait until the log holds a text."""
        deadline = time.monotonic() + 20
        while text not in self.log and time.monotonic() < deadline:
            time.sleep(0.05)
        assert text in self.log, self.log
        return self.log

    def end(self, sig: int = signal.SIGTERM) -> int:
        """Ask the process to end, and tell its exit code."""
        self.process.send_signal(sig)
        return self.process.wait(20)


def _fetch(url: str) -> str:
    try:
        with urlopen(url, timeout=10) as answer:
            return str(answer.read().decode())
    except HTTPError as error:
        with error:
            return f"{error.code} {error.read().decode()}"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Generator[Project, None, None]:
    """Give an empty directory to work in; what its modules leave behind is cleared away."""
    for name in ("RESTLITE_APP", "RESTLITE_HOST", "RESTLITE_PORT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("RESTLITE_DEBUG", "0")
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "path", list(sys.path))
    monkeypatch.chdir(tmp_path)
    known = set(sys.modules)
    yield Project(tmp_path)
    for name in set(sys.modules) - known:
        if str(tmp_path) in str(getattr(sys.modules[name], "__file__", "")):
            del sys.modules[name]


@pytest.fixture
def shop(project: Project) -> Project:
    """Give a directory with an app in ``main.py``."""
    project.write(main=SHOP)
    return project


@pytest.fixture
def port() -> int:
    """Give a free port."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        number: Any = probe.getsockname()[1]
        return int(number)
