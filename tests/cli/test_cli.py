"""The command itself."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import import_module
from typing import Any

import pytest

from restlite.cli import main

from .conftest import ROOT


def test_help_lists_the_commands_and_how_the_app_is_found(project: Any) -> None:
    said = project.run("--help").output
    for text in ("dev ", "run ", "routes ", "shell ", "RESTLITE_APP", "pyproject.toml"):
        assert text in said


@pytest.mark.parametrize(
    ("arguments", "expect"),
    [
        (["routs"], "No such command 'routs'. Did you mean 'routes'?"),
        (["dev", "--prot", "1"], "No such option '--prot'. (Did you mean one of: '--host', '--port'?)"),
        (["dev", "--port", "x"], "Invalid value for '--port'"),
    ],
)
def test_slips_are_guessed(arguments: list[str], expect: str, project: Any) -> None:
    done = project.run(*arguments)
    assert done.exit_code == 2
    assert expect in done.output


def test_module_is_the_command(shop: Any) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "restlite", "routes"],
        capture_output=True,
        text=True,
        cwd=shop.directory,
        env=os.environ | {"PYTHONPATH": str(ROOT)},
        check=True,
    )
    assert "GET     /books  main.list_books" in done.stdout


def test_module_can_be_imported_without_running(project: Any) -> None:
    assert import_module("restlite.__main__").main is main
