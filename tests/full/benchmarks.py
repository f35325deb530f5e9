"""All benchmarks with all peers that are installed, noted for the report; 1 where a bar does not hold."""

from __future__ import annotations

import os
import sys
from pathlib import Path

sys.path += [str(Path(__file__).parents[1]), str(Path(__file__).parents[2])]

from bars import note

from tests.benchmarks.__main__ import plan_of
from tests.benchmarks.pairing import measure
from tests.benchmarks.verdict import verdicts


def main() -> int:
    """Measure on one core, and note each bar."""
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})
    quick = "--quick" in sys.argv
    found = list(verdicts(measure(plan_of(quick=quick, peers=not quick))))
    for verdict in found:
        note(verdict.bar, verdict.figure, verdict.held)
    return int(not all(verdict.held for verdict in found))


if __name__ == "__main__":
    sys.exit(main())
