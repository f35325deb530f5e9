"""mypy strict and pyright strict over the package and the samples in ``tests/typing``; the samples run."""

from __future__ import annotations

import re
import runpy
import subprocess
import sys
from collections.abc import Callable
from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from components import require

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "tests" / "typing"
WRONG = SAMPLES / "wrong.py"
#: An error as both checkers write it: file, line, message.
LINE = re.compile(r"^\s*(\S+\.py):(\d+)(?::\d+)?(?: -|:) error: (.*)", re.MULTILINE)


@cache
def mypy() -> list[tuple[str, int, str]]:
    """Give what mypy finds: file, line, message."""
    return errors("-m", "mypy", "--strict", "restlite", *map(str, sorted(SAMPLES.glob("*.py"))))


@cache
def pyright() -> list[tuple[str, int, str]]:
    """Give what pyright finds: file, line, message."""
    if find_spec("pyright") is None:
        require("pyright", "pip install 'pyright>=1.1.414'")
    return errors("-m", "pyright", "--pythonpath", sys.executable, "restlite", "tests/typing")


def errors(*command: str) -> list[tuple[str, int, str]]:
    done = subprocess.run([sys.executable, *command], cwd=ROOT, capture_output=True, text=True, timeout=300)
    assert done.returncode in (0, 1), done.stdout + done.stderr
    found = LINE.findall(done.stdout)
    assert found or done.returncode == 0, done.stdout + done.stderr
    return [((ROOT / file).relative_to(ROOT).as_posix(), int(line), said) for file, line, said in found]


CHECKERS = [pytest.param(mypy, id="mypy"), pytest.param(pyright, id="pyright")]


@pytest.mark.timeout(320)
@pytest.mark.parametrize("checker", CHECKERS)
def test_package_and_samples_are_clean(checker: Callable[[], list[tuple[str, int, str]]]) -> None:
    found = [f"{file}:{line}: {said}" for file, line, said in checker() if not file.endswith("/wrong.py")]
    assert not found, "\n".join(["", *found])


@pytest.mark.timeout(320)
@pytest.mark.parametrize("checker", CHECKERS)
def test_what_is_wrong_is_refused(checker: Callable[[], list[tuple[str, int, str]]]) -> None:
    lines = enumerate(WRONG.read_text(encoding="utf-8").splitlines(), 1)
    marked = {number for number, line in lines if line.endswith("# wrong")}
    assert {line for file, line, _ in checker() if file.endswith("/wrong.py")} == marked


@pytest.mark.parametrize("name", sorted(path.stem for path in SAMPLES.glob("*.py") if path != WRONG))
def test_samples_are_apps(name: str) -> None:
    app = runpy.run_path(str(SAMPLES / f"{name}.py"))["app"]
    assert app.operations
