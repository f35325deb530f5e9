"""Paired sampling: the limit is timed before and after every sample, and only ratios are kept.

Shared machines change their speed by half within one run; two samples taken side by side meet the same
speed. The median over all rounds leaves out the rounds in which something else ran.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median
from typing import NamedTuple

ROOT = Path(__file__).parent.parent.parent
#: The contestant's name, then the workload's.
Ratios = dict[str, dict[str, float]]


class Plan(NamedTuple):
    """Say who is measured, at how many routes, how often, and how long one sample lasts."""

    contestants: dict[str, tuple[int, ...]]
    rounds: int
    seconds: float
    #: Only workloads whose names begin so.
    only: tuple[str, ...] = ("W",)


class Worker:
    """Hold the process of one contestant."""

    def __init__(self, name: str, sizes: Iterable[int], seconds: float) -> None:
        self.name = name
        # A tracer would slow down what it watches, and only that.
        environ = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
        environ |= {"PYTHONHASHSEED": "0", "PYTHONPATH": str(ROOT)}
        command = [sys.executable, "-m", "tests.benchmarks.worker", name, str(seconds), *map(str, sizes)]
        self.process = subprocess.Popen(
            command, env=environ, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.keys: list[str] = json.loads(self._line())

    def sample(self, key: str) -> float:
        """Time one workload; microseconds of CPU a request."""
        assert self.process.stdin is not None
        self.process.stdin.write(f"{key}\n")
        self.process.stdin.flush()
        return float(self._line())

    def close(self) -> None:
        """End the process."""
        self.process.communicate(timeout=30)

    def _line(self) -> str:
        assert self.process.stdout is not None
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"{self.name} has ended; what it said stands above.")
        return line


@contextmanager
def pinned() -> Iterator[None]:
    """Keep this process and those that it starts on one core, where the system can."""
    if not hasattr(os, "sched_setaffinity"):
        yield
        return
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {max(before)})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def measure(plan: Plan) -> Ratios:
    """Give each contestant's ratio to the limit in each workload that it serves."""
    sizes = sorted({size for taken in plan.contestants.values() for size in taken})
    with pinned(), ExitStack() as stack:
        limit = started(stack, "limit", sizes, plan.seconds)
        workers = [started(stack, name, taken, plan.seconds) for name, taken in plan.contestants.items()]
        samples: dict[tuple[str, str], list[float]] = {}
        for _ in range(plan.rounds):
            for key in chosen(limit.keys, plan.only):
                sample_all(limit, workers, key, samples)
    ratios: Ratios = {name: {} for name in plan.contestants}
    for (name, key), taken in samples.items():
        ratios[name][key] = median(taken)
    return ratios


def started(stack: ExitStack, name: str, sizes: Iterable[int], seconds: float) -> Worker:
    """Start a worker that ends with the stack."""
    worker = Worker(name, sizes, seconds)
    stack.callback(worker.close)
    return worker


def chosen(keys: Iterable[str], only: Sequence[str]) -> list[str]:
    """Give the workloads whose names begin as asked."""
    return [key for key in keys if key.startswith(tuple(only))]


def sample_all(
    limit: Worker, workers: Iterable[Worker], key: str, samples: dict[tuple[str, str], list[float]]
) -> None:
    """Take one sample of every worker, each between two of the limit."""
    before = limit.sample(key)
    for worker in workers:
        if key in worker.keys:
            sample = worker.sample(key)
            after = limit.sample(key)
            samples.setdefault((worker.name, key), []).append(2 * sample / (before + after))
            before = after
