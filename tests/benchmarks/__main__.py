"""``python -m tests.benchmarks``: everything as ratios to the limit, in one table, and which bars hold."""

from __future__ import annotations

import argparse
import sys
from importlib.util import find_spec

from . import cold
from .pairing import Plan, measure
from .verdict import PEERS, control_holds, tables, verdicts
from .workloads import SIZES


def plan_of(*, quick: bool, peers: bool, only: tuple[str, ...] = ("W",)) -> Plan:
    """Say who is measured: the control, restlite thrice, and the peers that are installed."""
    contestants: dict[str, tuple[int, ...]] = {
        "control": SIZES,
        "restlite_wsgi": SIZES,
        "restlite_asgi": SIZES[:1],
        "restlite_unused": (),
    }
    # Few routes are what peers are best at; one of them takes 20 s to build 5,000.
    contestants |= {peer: SIZES[:1] for peer in PEERS if peers and find_spec(peer.partition("_")[0])}
    return Plan(contestants, 5 if quick else 21, 0.01 if quick else 0.03, only)


def main(arguments: list[str]) -> int:
    """Run what the command line asks for; 1 where a bar does not hold and ``--check`` was given."""
    parser = argparse.ArgumentParser("python -m tests.benchmarks", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="few and short samples")
    parser.add_argument("--check", action="store_true", help="exit with 1 where a bar does not hold")
    parser.add_argument("--alone", action="store_true", help="leave out the peers")
    parser.add_argument("--only", default="W", help="workloads whose names begin so, parted by commas: W1,W6")
    parser.add_argument("--cold", action="store_true", help="measure import and registration instead")
    given = parser.parse_args(arguments)
    if given.cold:
        print(cold.table())
        return 0
    plan = plan_of(quick=given.quick, peers=not given.alone, only=tuple(given.only.split(",")))
    ratios = measure(plan)
    print(tables(ratios))
    if not control_holds(ratios):
        print("\nThe control is off: something else runs on this core. Run it again.")
    return int(given.check and not all(verdict.held for verdict in verdicts(ratios)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
