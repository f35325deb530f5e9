"""The house: who may import whom, and how large a room may grow. DESIGN's limits, read from the source."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import CycleError, TopologicalSorter
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

import pytest

from restlite.options import RouteOptions

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "restlite"

#: Imports go down, or sideways without a cycle. A package stands on one floor with all that is in it.
FLOORS: dict[int, str] = {
    0: "aliases config errors frozen pointers records requestid state vary violations waits",
    1: "access annotations converters filenames hints intake links media rules segments wrappers",
    2: "adapters",
    3: "answers background bodies depends files forms hooks members options outputs params ranges security"
    " streams validators",
    4: "arguments binding body_reader context guarding guards inputs operation replies returns signature"
    " straight",
    5: "matching routing table trie",
    6: "debug exchange foreign gateways hooking lifespan openapi pipeline recovery",
    7: "app",
    8: "cli http testing",
    9: "__init__ __main__",
}

#: Imports inside a function that lead back to a module which imports this one. Each needs a reason.
CIRCLES_AT_RUN_TIME = {
    ("adapters", "adapters.marshmallow"),  # find_adapter: the protocol and the choice stand in one file
    ("adapters", "adapters.pydantic"),
}

FILE_LINES = 400
BODY_LINES = 40
PARAMETERS = 8
OPTIONS = 16
PRAGMAS = 10
#: Where casts and ignores may stand.
CASTS = ("wrappers.py", "adapters/")
BAGS = {"common", "helper", "helpers", "misc", "tools", "util", "utils"}
#: How a function says that it is the waiting, or the blocking, form of another.
TWIN = re.compile(r"^(?:async_|sync_|a)(?=\w)|(?:_async|_sync)$")

FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


class Module(NamedTuple):
    """Hold one file of the package."""

    #: Its name below ``restlite``: ``adapters.policy``, and ``adapters`` for ``adapters/__init__.py``.
    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def place(self) -> str:
        return self.path.relative_to(PACKAGE).as_posix()

    def functions(self) -> Iterator[FunctionNode]:
        return (node for node in ast.walk(self.tree) if isinstance(node, FunctionNode))

    def at(self, node: ast.stmt | ast.expr, said: object) -> str:
        return f"restlite/{self.place}:{node.lineno}: {said}"


@cache
def modules() -> dict[str, Module]:
    found: dict[str, Module] = {}
    for path in sorted(PACKAGE.rglob("*.py")):
        parts = path.relative_to(PACKAGE).with_suffix("").parts
        name = ".".join(parts[:-1] if parts[-1] == "__init__" and len(parts) > 1 else parts)
        text = path.read_text(encoding="utf-8")
        found[name] = Module(name, path, text, ast.parse(text))
    return found


def imports(module: Module) -> Iterator[tuple[str, ast.stmt, bool]]:
    """List what a module imports of the package, and whether it does so inside a function."""
    lazy = {id(inner) for function in module.functions() for inner in ast.walk(function)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            base = _base(module, node)
            names = [f"{base}.{alias.name}" for alias in node.names]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "restlite":
                yield _known(name), node, id(node) in lazy


def _base(module: Module, node: ast.ImportFrom) -> str:
    if not node.level:
        return node.module or ""
    package = ("restlite", *module.path.relative_to(PACKAGE).parent.parts)
    return ".".join((*package[: len(package) - node.level + 1], *([node.module] if node.module else [])))


def _known(name: str) -> str:
    """Give the module in which a dotted name is found: a name may be a module or a member of one."""
    module = name.partition(".")[2]
    owner = module.rpartition(".")[0]
    return module if module in modules() else owner or "__init__"


def report(offences: Iterable[str]) -> None:
    """Fail with every offence, one a line."""
    lines = list(offences)
    assert not lines, "\n".join(["", *lines])


def floor_of(name: str) -> int | None:
    room = name.split(".")[0]
    return next((floor for floor, rooms in FLOORS.items() if room in rooms.split()), None)


def test_every_module_has_a_floor() -> None:
    report(name for name in modules() if floor_of(name) is None)


def test_every_room_stands_on_one_floor() -> None:
    rooms = [room for rooms in FLOORS.values() for room in rooms.split()]
    assert len(rooms) == len(set(rooms))


def test_imports_go_down() -> None:
    report(
        module.at(node, f"floor {floor_of(module.name)} imports {name} of floor {floor_of(name)}")
        for module in modules().values()
        for name, node, _ in imports(module)
        if (floor_of(name) or 0) > (floor_of(module.name) or 0)
    )


def test_no_cycles_under_type_checking_and_inside_functions_either() -> None:
    graph: dict[str, set[str]] = {}
    for module in modules().values():
        names = {name for name, _, _ in imports(module)}
        graph[module.name] = {name for name in names if (module.name, name) not in CIRCLES_AT_RUN_TIME}
    cycles: list[str] = []
    while cycle := _cycle(graph):
        cycles.append(" -> ".join(reversed(cycle)))
        graph[cycle[1]].discard(cycle[0])
    report(cycles)


def _cycle(graph: dict[str, set[str]]) -> list[str]:
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        return list(error.args[1])
    return []


def test_listed_circles_are_lazy_and_exist() -> None:
    found = {(module.name, name): lazy for module in modules().values() for name, _, lazy in imports(module)}
    assert {edge: found.get(edge) for edge in CIRCLES_AT_RUN_TIME} == dict.fromkeys(CIRCLES_AT_RUN_TIME, True)


def _files() -> Iterator[Path]:
    """List what a reader reads: the package, its plugin, tests, examples and scripts."""
    for room in ("restlite", "tests", "examples", ".ci"):
        for path in sorted((ROOT / room).rglob("*")):
            if (
                path.is_file()
                and path.suffix in (".py", ".html", ".css", ".js", ".sh", "")
                and not _made(path)
            ):
                yield path
    yield from ROOT.glob("*.py")


def _made(path: Path) -> bool:
    return any((part.startswith(".") and part != ".ci") or part == "__pycache__" for part in path.parts)


def test_files_are_short() -> None:
    lengths = {path: path.read_bytes().count(b"\n") for path in _files()}
    report(
        f"{path.relative_to(ROOT)}: {lines} lines" for path, lines in lengths.items() if lines > FILE_LINES
    )


def test_function_bodies_are_short() -> None:
    report(
        module.at(node, f"{node.name}: {lines} lines")
        for module in modules().values()
        for node in module.functions()
        if (lines := _body_lines(node)) > BODY_LINES
    )


def _body_lines(node: FunctionNode) -> int:
    body = node.body[1:] if ast.get_docstring(node, clean=False) is not None else node.body
    return (body[-1].end_lineno or 0) - body[0].lineno + 1 if body else 0


def test_functions_take_few_parameters() -> None:
    report(
        module.at(node, f"{node.name}: {len(names)} parameters")
        for module in modules().values()
        for node in module.functions()
        if len(names := _parameters(node)) > PARAMETERS
    )


def _parameters(node: FunctionNode) -> list[str]:
    given = node.args
    named = [*given.posonlyargs, *given.args, *given.kwonlyargs, given.vararg, given.kwarg]
    return [item.arg for item in named if item is not None and item.arg not in ("self", "cls")]


def test_a_route_has_few_options() -> None:
    assert len(RouteOptions.__required_keys__ | RouteOptions.__optional_keys__) <= OPTIONS


def test_casts_and_ignores_live_in_wrappers_and_adapters() -> None:
    mark = re.compile(r"#\s*(?:type|pyright):\s*ignore|^from typing\w* import .*\bcast\b|\btyping\.cast\(")
    report(
        f"restlite/{module.place}:{number}: {line.strip()}"
        for module in modules().values()
        if not module.place.startswith(CASTS)
        for number, line in enumerate(module.text.splitlines(), 1)
        if mark.search(line)
    )


def test_coverage_is_seldom_waived() -> None:
    assert sum(len(re.findall(r"pragma:\s*no", module.text)) for module in modules().values()) <= PRAGMAS


def test_no_mixins() -> None:
    report(
        module.at(node, node.name)
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.ClassDef) and node.name.lower().endswith("mixin")
    )


def test_no_bag_modules() -> None:
    report(name for name in modules() if BAGS & {part.strip("_") for part in name.split(".")})


def test_nothing_is_written_twice_sync_and_async() -> None:
    functions: dict[str, tuple[Module, FunctionNode]] = {}
    for module in modules().values():
        for node in module.functions():
            if not node.name.endswith("__"):  # __anext__ is a name of Python's
                functions[node.name.strip("_")] = (module, node)
    pairs = {name: TWIN.sub("", name) for name in functions}
    report(
        module.at(node, f"{name} beside {pairs[name]}")
        for name, (module, node) in functions.items()
        if pairs[name] != name and pairs[name] in functions
    )


def test_no_source_is_generated() -> None:
    report(
        module.at(node, node.func.id)
        for module in modules().values()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("exec", "eval")
    )


def test_one_context_variable_exists_at_most() -> None:
    assert sum(len(re.findall(r"\bContextVar\b[\[(]", module.text)) for module in modules().values()) <= 1


@pytest.mark.parametrize("floor", sorted(FLOORS))
def test_a_floor_lists_its_rooms_in_order(floor: int) -> None:
    rooms = FLOORS[floor].split()
    assert all(one < other for one, other in pairwise(rooms))
