"""Every block of the README runs, and what it shows is what comes out."""

from __future__ import annotations

import json
import re
import shlex
import subprocess
import sys
import textwrap
from pathlib import Path
from typing import Any

import pytest

from restlite.testing import Client

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text()
BLOCKS = re.findall(r"```(\w+)\n(.*?)```", README, re.DOTALL)
PYTHON = [code for kind, code in BLOCKS if kind == "python"]
CONSOLE = [code for kind, code in BLOCKS if kind == "console"]


def run(code: str, tmp_path: Path) -> str:
    path = tmp_path / "app.py"
    path.write_text(code)
    done = subprocess.run(
        [sys.executable, "-W", "error", path.name], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("code", PYTHON)
def test_a_python_block_runs(code: str, tmp_path: Path) -> None:
    run(code, tmp_path)


def test_the_setup_error_reads_as_shown(tmp_path: Path) -> None:
    shown = next(code for kind, code in BLOCKS if kind == "text")
    code = next(code for code in PYTHON if "SetupError" in code)
    assert run(code, tmp_path).replace(f"{tmp_path}/", "") == shown


def test_the_first_app_answers(tmp_path: Path) -> None:
    use = """
    from restlite.testing import Client
    with Client(app) as client:
        made = client.post("/todos", json={"id": 1, "title": "write"})
        print(made.status_code, made.headers["Location"], client.get("/todos/1").json())
        print(client.get("/todos/2").json(), client.get("/todos/x").status_code)
    """
    out = run(PYTHON[0] + textwrap.dedent(use), tmp_path)
    assert out == "201 /todos/1 {'id': 1, 'title': 'write'}\n{'id': 2, 'title': 'write'} 404\n"


@pytest.fixture(scope="module")
def bookstore(tmp_path_factory: pytest.TempPathFactory) -> Any:
    patch = pytest.MonkeyPatch()
    patch.chdir(tmp_path_factory.mktemp("bookstore"))
    patch.syspath_prepend(str(ROOT))
    patch.delenv("BOOKSTORE_DATABASE", raising=False)
    from examples.bookstore import app

    yield app
    patch.undo()


def without_id(line: str) -> Any:
    document = json.loads(line)
    document.pop("request_id", None)
    return document


@pytest.mark.parametrize("block", [block for block in CONSOLE if "curl" in block])
def test_curl_shows_what_the_bookstore_answers(block: str, bookstore: Any) -> None:
    command, *shown = block.strip().splitlines()
    words = shlex.split(command.removeprefix("$ "))
    method = words[words.index("-X") + 1] if "-X" in words else "GET"
    target = words[-1].removeprefix("localhost:8000")
    with Client(bookstore) as client:
        lines = client.request(method, target).text.splitlines()
    wanted = [line for line in shown if line != "..."]
    assert list(map(without_id, lines[: len(wanted)])) == list(map(without_id, wanted))


def test_the_routes_are_as_shown() -> None:
    block = next(block for block in CONSOLE if "restlite routes" in block)
    shown = [line for line in block.strip().splitlines()[1:] if line != "..."]
    done = subprocess.run(
        [sys.executable, "-m", "restlite", "routes", "examples.bookstore:app"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.splitlines()[: len(shown)] == shown


def test_the_first_app_has_twelve_lines() -> None:
    assert len([line for line in PYTHON[0].splitlines() if line.strip()]) == 12


def test_the_readme_is_short() -> None:
    assert len(README.splitlines()) <= 200
