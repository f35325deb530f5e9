"""A throw-away PostgreSQL server for tests."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

INSTALL = "apt-get install -y postgresql"


@contextmanager
def postgres() -> Generator[str]:
    """Start a server of its own with an empty database, give its URL, and remove all of it.

    ``RESTLITE_TEST_POSTGRES`` names another server's database instead. Without either the test is skipped.

    .. code-block:: python

        @pytest.fixture(scope="module")
        def postgres_url() -> Iterator[str]:
            with postgres() as url:
                yield url
    """
    pytest.importorskip("psycopg", reason="install it: pip install 'psycopg[binary]'")
    if url := os.environ.get("RESTLITE_TEST_POSTGRES"):
        yield url
        return
    binaries = _binaries()
    with tempfile.TemporaryDirectory(prefix="restlite-pg-", ignore_cleanup_errors=True) as name:
        home, port = Path(name), _free_port()
        identity = _identity(home)
        data, log = home / "data", home / "log"
        _run([binaries / "initdb", "-D", data, "-A", "trust", "-U", "postgres", "--no-sync"], home, identity)
        settings = (
            f"-c listen_addresses=127.0.0.1 -c port={port} -c fsync=off -c unix_socket_directories={home}"
        )
        server = [binaries / "pg_ctl", "-D", data, "-w"]
        _run([*server, "-l", log, "-o", settings, "start"], home, identity)
        try:
            yield f"postgresql+psycopg://postgres@127.0.0.1:{port}/postgres"
        finally:
            _run([*server, "-m", "fast", "stop"], home, identity)


def _binaries() -> Path:
    """Find the directory of the server's programs; Debian keeps them off the path."""
    if found := shutil.which("initdb"):
        return Path(found).parent
    installed = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    if not installed:
        pytest.skip(f"PostgreSQL is not installed: {INSTALL}")
    return installed[-1].parent


def _identity(home: Path) -> dict[str, Any]:
    """Say as whom to run: PostgreSQL refuses root."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return {}
    try:
        shutil.chown(home, "postgres", "postgres")
    except LookupError:
        pytest.skip(f"PostgreSQL does not run as root, and there is no user postgres: {INSTALL}")
    return {"user": "postgres", "group": "postgres", "extra_groups": []}


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port: int = probe.getsockname()[1]
        return port


def _run(command: list[Any], home: Path, identity: dict[str, Any]) -> None:
    """Run a program to its end; the server that it leaves behind must not hold our pipes."""
    with (home / "output").open("a+b") as output:
        if subprocess.call(command, cwd=home, stdout=output, stderr=output, **identity) != 0:
            output.seek(0)
            raise RuntimeError(f"{command[0].name} failed:\n{output.read().decode(errors='replace')}")
