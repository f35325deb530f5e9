"""The bars of speed. In small (``.ci/run``) each may be missed by a quarter: a collapse is looked for.

``RESTLITE_FULL=1`` (``.ci/full``) takes full samples, the peers and the bars as they stand, and notes them.
"""

from __future__ import annotations

import os

import pytest
from bars import note

from .__main__ import plan_of
from .pairing import Ratios, measure
from .verdict import control_holds, verdicts

FULL = bool(os.environ.get("RESTLITE_FULL"))
SLACK = 1.0 if FULL else 1.25

pytestmark = pytest.mark.timeout(1_200)


@pytest.fixture(scope="module")
def ratios() -> Ratios:
    for _ in range(3):
        taken = measure(plan_of(quick=not FULL, peers=FULL))
        if control_holds(taken):
            return taken
    pytest.skip("The limit does not read 1 against itself: this machine is too busy to tell.")


def test_every_bar_holds(ratios: Ratios) -> None:
    missed: list[str] = []
    for verdict in verdicts(ratios, SLACK):
        if FULL:
            note(f"speed: {verdict.bar}", verdict.figure, verdict.held)
        if not verdict.held:
            missed.append(f"{verdict.bar}: {verdict.figure}")
    assert missed == []
