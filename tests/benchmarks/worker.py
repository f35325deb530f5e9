"""One contestant in a process of its own: it times what it is told to, and says how long a request took.

``python -m tests.benchmarks.worker NAME SECONDS SIZE...`` writes the workloads that it serves as JSON,
then reads the names of workloads and writes microseconds of CPU, line by line.
"""

from __future__ import annotations

import asyncio
import gc
import json
import logging
import sys
from collections.abc import Callable, Iterator
from importlib import import_module
from time import process_time

from .contestants import Served
from .driving import Run, driver
from .workloads import WORK, Workload, routing


def runs_of(name: str, sizes: list[int]) -> Iterator[tuple[str, Run]]:
    """Build a contestant's apps, hold their answers to what is wanted, and give what sends the requests."""
    module = import_module(f".contestants.{name}", __package__)
    loop = asyncio.new_event_loop()
    built: list[tuple[Served, dict[str, Workload]]] = [(module.serve(), dict(WORK))]
    make: Callable[[int], Served] | None = getattr(module, "route", None)
    built += [(make(size), routing(size)) for size in sizes if make is not None]
    for served, works in built:
        if served.startup is not None:
            loop.run_until_complete(served.startup())
        for key, work in works.items():
            run, probe = driver(served, work, loop)
            try:
                work.check(*probe())
            except AssertionError as error:
                print(f"{name}: {key}: {error}", file=sys.stderr)
            else:
                yield key, run


def timed(run: Run, count: int) -> float:
    """Tell the CPU seconds of so many requests."""
    start = process_time()
    run(count)
    return process_time() - start


def calibrated(run: Run, seconds: float) -> int:
    """Tell how many requests take about so long."""
    run(20)
    count = 20
    while (spent := timed(run, count)) < 0.004:
        count *= 2
    return max(5, int(count * seconds / spent))


def main(name: str, seconds: str, *sizes: str) -> None:
    """Serve samples until the input ends."""
    logging.disable(logging.CRITICAL)
    runs = dict(runs_of(name, [int(size) for size in sizes]))
    counts = {key: calibrated(run, float(seconds)) for key, run in runs.items()}
    gc.collect()
    gc.freeze()
    print(json.dumps(list(runs)), flush=True)
    for line in sys.stdin:
        key = line.strip()
        print(timed(runs[key], counts[key]) / counts[key] * 1e6, flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
