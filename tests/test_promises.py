"""Every promise has its test, and every test that ``promises.md`` names exists."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

TESTS = Path(__file__).parent
ROW = re.compile(r"^\| (?P<promise>.+?) \| (?P<tests>.+?) \|$", re.MULTILINE)


def rows() -> list[tuple[str, list[str]]]:
    """List the promises, each with the tests that prove it."""
    text = (TESTS / "promises.md").read_text(encoding="utf-8")
    found = [(row["promise"], re.findall(r"`([^`]+)`", row["tests"])) for row in ROW.finditer(text)]
    return [(promise, names) for promise, names in found if promise.strip("-") not in ("", "promise")]


@cache
def names_in(file: str) -> frozenset[str]:
    """List the functions of a test file."""
    path = TESTS.parent / file
    tree = ast.parse(path.read_text(encoding="utf-8") if path.is_file() else "")
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef))


def test_there_are_promises() -> None:
    assert len(rows()) > 200


@pytest.mark.parametrize("promise, names", [pytest.param(*row, id=row[0]) for row in rows()])
def test_a_promise_has_tests_that_exist(promise: str, names: list[str]) -> None:
    assert names, f"No test proves: {promise}"
    missing = [name for name in names if not _exists(*name.partition("::")[::2])]
    assert not missing, f"{promise}: no such test: {', '.join(missing)}"


def _exists(file: str, name: str) -> bool:
    return name.startswith("test_") and name in names_in(file)
