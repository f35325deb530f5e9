"""What it costs to start: the import over Werkzeug and pydantic, and a thousand routes over ready models."""

from __future__ import annotations

import os
import subprocess
import sys
from tempfile import TemporaryDirectory

from .pairing import ROOT, pinned

IMPORT = """
from time import process_time
import werkzeug, werkzeug.routing, werkzeug.wrappers
from pydantic import BaseModel, Field, TypeAdapter
import pydantic.functional_validators, pydantic.json_schema, typing_extensions

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

start, before = process_time(), resident()
import restlite
print((process_time() - start) * 1e3, resident() - before)
"""

REGISTER = """
import gc
from time import process_time
from pydantic import BaseModel, create_model
from restlite import App, Created

def resident():
    return int(open("/proc/self/statm").read().split()[1]) * 4096 / 1e6

models = [create_model(f"Model{number}", id=(int, ...), title=(str, ...)) for number in range(2000)]

def writer(into, out):
    def edit(id: int, body): ...
    edit.__annotations__ |= {"body": into, "return": Created[out]}
    return edit

handlers = [writer(models[2 * number], models[2 * number + 1]) for number in range(1000)]
gc.collect()
start, before = process_time(), resident()
app = App(title="Cold")
for number, handler in enumerate(handlers):
    app.post(f"/things{number}/<int:id>")(handler)
print((process_time() - start) * 1e3, resident() - before)
"""

#: What is measured -> the code, and how often it runs.
COLD = {
    "import restlite over Werkzeug and pydantic": (IMPORT, 9),
    "1,000 routes over 2,000 existing models": (REGISTER, 3),
}


def best(code: str, times: int) -> tuple[float, float]:
    """Run code in fresh processes; give the least CPU (ms) and the least growth (MB)."""
    environ = {key: value for key, value in os.environ.items() if not key.startswith(("COV", "PYTHON"))}
    with TemporaryDirectory() as bytecode:
        # The first run leaves bytecode behind, as an installation does.
        environ |= {"PYTHONPATH": str(ROOT), "PYTHONPYCACHEPREFIX": bytecode}
        taken = [run(code, environ) for _ in range(times + 1)]
    return min(spent for spent, _ in taken), min(grown for _, grown in taken)


def run(code: str, environ: dict[str, str]) -> tuple[float, float]:
    """Run code in a fresh process; it prints two numbers."""
    done = subprocess.run(
        [sys.executable, "-c", code], env=environ, capture_output=True, text=True, check=True
    )
    spent, grown = done.stdout.split()
    return float(spent), float(grown)


def table() -> str:
    """Measure all, and write it as Markdown."""
    lines = ["| start | CPU | memory |", "|---|---|---|"]
    with pinned():
        for name, (code, times) in COLD.items():
            spent, grown = best(code, times)
            lines.append(f"| {name} | {spent:.1f} ms | {grown:.1f} MB |")
    return "\n".join(lines)
