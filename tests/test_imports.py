"""What ``import restlite`` loads and costs, and what a thousand routes cost; each in a process of its own."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from bars import note

ROOT = Path(__file__).parent.parent

#: Loaded when first needed, by whoever needs it.
LAZY = {"apispec", "asyncio", "click", "granian", "httpx", "jinja2", "marshmallow", "sqlalchemy", "yaml"}

#: What restlite stands on, as an application imports it.
BASE = """
import werkzeug, werkzeug.routing, werkzeug.wrappers
from pydantic import BaseModel, Field, TypeAdapter
import pydantic.functional_validators, pydantic.json_schema, typing_extensions
"""

LOADED = f"""
import sys
{BASE}
before = set(sys.modules)
import restlite
print(*sorted({{name.partition(".")[0] for name in set(sys.modules) - before}}))
"""

COST = f"""
from time import process_time
start = process_time()
{BASE}
base = process_time()
import restlite
print(base - start, process_time() - base)
"""

REGISTER = """
import gc, sys, tracemalloc
from time import process_time
from pydantic import BaseModel
from restlite import App, Created

start = process_time()
models = [
    type(f"Model{number}", (BaseModel,), {"__annotations__": {"id": int, "title": str, "done": bool}})
    for number in range(2000)
]
built = process_time() - start

def reader(out):
    def show(id: int, page: int = 1): ...
    show.__annotations__["return"] = out
    return show

def writer(into, out):
    def edit(id: int, body): ...
    edit.__annotations__ |= {"body": into, "return": Created[out]}
    return edit

handlers = [
    writer(models[2 * number], models[2 * number + 1]) if number % 2 else reader(models[2 * number])
    for number in range(1000)
]
gc.collect()
if "memory" in sys.argv:
    tracemalloc.start()
start = process_time()
app = App()
for number, handler in enumerate(handlers):
    verb = app.post if number % 2 else app.get
    verb(f"/things{number}/<int:id>")(handler)
registered = process_time() - start
gc.collect()
print(built, registered, tracemalloc.get_traced_memory()[0])
assert len(app.operations) == 1000
"""


@pytest.fixture(scope="module")
def compiled(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Give an environment in which bytecode is at hand, as it is where a package is installed."""
    skipped = ("PYTHONDONTWRITEBYTECODE", "PYTHONPYCACHEPREFIX", "PYTHONPATH")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("COV", *skipped))}
    environ = kept | {
        "PYTHONPATH": str(ROOT),
        "PYTHONPYCACHEPREFIX": str(tmp_path_factory.mktemp("bytecode")),
    }
    run(COST, environ)
    return environ


def run(code: str, environ: dict[str, str], *arguments: str) -> list[str]:
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], env=environ, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()


def test_import_leaves_out_what_it_does_not_need(compiled: dict[str, str]) -> None:
    loaded = set(run(LOADED, compiled))
    assert "restlite" in loaded
    assert sorted(loaded & LAZY) == []


def test_import_costs_little_beside_werkzeug_and_pydantic(compiled: dict[str, str]) -> None:
    samples = [[float(text) for text in run(COST, compiled)] for _ in range(7)]
    base, own = min(sample[0] for sample in samples), min(sample[1] for sample in samples)
    said = f"{own / base:.2f} ({own * 1e3:.1f} ms over {base * 1e3:.1f} ms)"
    held = own <= 0.12 * base
    note("import: own CPU <= 0.12 x that of Werkzeug and pydantic", said, held)
    assert held, said


def test_a_thousand_routes_register_faster_than_half_their_models(compiled: dict[str, str]) -> None:
    # Both are timed in one process: the sample in which the least else ran has the least ratio.
    samples = [[float(text) for text in run(REGISTER, compiled)] for _ in range(5)]
    built, registered, _ = min(samples, key=lambda sample: sample[1] / sample[0])
    said = f"{registered / built:.2f} ({registered * 1e3:.0f} ms over {built * 1e3:.0f} ms)"
    note(
        "1,000 routes register in <= 0.45 x the CPU of building their 2,000 models",
        said,
        registered <= 0.45 * built,
    )
    assert registered <= 0.45 * built


def test_a_thousand_routes_take_five_megabytes(compiled: dict[str, str]) -> None:
    size = int(run(REGISTER, compiled, "memory")[2])
    note("1,000 routes take <= 5 MB", f"{size / 1e6:.2f} MB", size <= 5_000_000)
    assert size <= 5_000_000
