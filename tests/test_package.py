"""The package as it is built and installed: what ``pyproject.toml`` says of it."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

from packaging.requirements import Requirement

ROOT = Path(__file__).parent.parent
WHOLE: dict[str, Any] = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PROJECT: dict[str, Any] = WHOLE["project"]
EXTRAS: dict[str, list[str]] = PROJECT["optional-dependencies"]


def test_it_says_what_it_is() -> None:
    assert PROJECT["name"] == "restlite"
    assert PROJECT["requires-python"] == ">=3.11"
    assert PROJECT["license"] == "MIT"
    assert WHOLE["build-system"]["build-backend"] == "hatchling.build"
    assert (ROOT / "restlite" / "py.typed").exists()
    assert "MIT" in (ROOT / "LICENSE").read_text(encoding="utf-8")
    assert f"## [{PROJECT['version']}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_it_needs_no_more_than_five_libraries() -> None:
    names = {Requirement(line).name for line in PROJECT["dependencies"]}
    assert names == {"apispec", "click", "marshmallow", "pydantic", "werkzeug"}


def test_extras_are_declared_and_all_holds_them() -> None:
    (everything,) = map(Requirement, EXTRAS["all"])
    assert everything.name == "restlite"
    assert everything.extras == EXTRAS.keys() - {"all", "dev"}


def test_dev_needs_no_more_than_pip_knows() -> None:
    assert "dependency-groups" not in WHOLE  # pip knows them from version 25.1 on
    needed = [Requirement(line) for line in EXTRAS["dev"]]
    assert not [requirement.name for requirement in needed if requirement.url]
    assert {"mypy", "pyright", "pytest", "ruff"} <= {requirement.name for requirement in needed}


def test_what_is_not_the_package_is_built_in_too() -> None:
    modules = {entry.partition(":")[0] for entry in PROJECT["entry-points"]["pytest11"].values()}
    built = WHOLE["tool"]["hatch"]["build"]["targets"]["wheel"]
    files = {*built.get("packages", []), *built.get("include", []), *built.get("only-include", [])}
    assert {"restlite"} <= files
    assert {module if "." in module else f"{module}.py" for module in modules} <= files


def test_warnings_are_errors() -> None:
    assert WHOLE["tool"]["pytest"]["ini_options"]["filterwarnings"] == ["error"]


def test_coverage_counts_branches_and_ci_wants_all() -> None:
    assert WHOLE["tool"]["coverage"]["run"]["branch"] is True
    assert "--cov-fail-under=100" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")


def test_the_example_has_twelve_operations_and_more() -> None:
    from examples.bookstore import app

    paths = {operation.path.split("/")[1] for operation in app.operations}
    assert len(app.operations) >= 12
    assert {"authors", "books", "orders"} <= paths
