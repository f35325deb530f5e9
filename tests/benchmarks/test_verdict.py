"""What is made of ratios: which bars hold, and how that is written."""

from __future__ import annotations

import pytest

from .pairing import Ratios
from .verdict import control_holds, tables, verdicts

CONTROL = {"W1": 1.0, "W2": 1.01, "W3": 0.99}


def missed(ratios: Ratios, slack: float = 1.0) -> list[tuple[str, str]]:
    return [(verdict.bar, verdict.figure) for verdict in verdicts(ratios, slack) if not verdict.held]


@pytest.mark.parametrize(("figure", "expect"), [(1.0, True), (0.97, True), (1.04, False), (0.9, False)])
def test_a_control_that_is_off_is_seen(figure: float, expect: bool) -> None:
    assert control_holds({"control": {"W1": figure}}) is expect


def test_a_ratio_over_its_bar_is_told() -> None:
    ratios = {"control": CONTROL, "restlite_wsgi": {"W1": 2.1, "W3": 1.4}}
    assert missed(ratios) == [("W3: at most 1.35 x the limit", "1.40")]
    assert missed(ratios, slack=1.25) == []


def test_routes_must_not_slow_each_other_down() -> None:
    own = {"W6 404, 10": 1.5, "W6 404, 5000": 1.8}
    assert missed({"control": CONTROL, "restlite_wsgi": own}) == [
        ("W6 404: few and many routes within 15 %", "1.20")
    ]


def test_what_is_not_used_must_cost_nothing() -> None:
    ratios = {"control": CONTROL, "restlite_wsgi": {"W1": 1.8}, "restlite_unused": {"W1": 1.9}}
    assert missed(ratios) == [("with everything on another router: at most 1.03 x as much", "1.06 (W1 1.06)")]


def test_a_peer_that_is_ahead_is_told() -> None:
    ratios = {
        "control": CONTROL,
        "restlite_wsgi": {"W1": 1.8},
        "restlite_asgi": {"W1": 5.0, "W5": 3.0},
        "falcon_tuned": {"W1": 4.0},
        "starlette_usual": {"W1": 9.0, "W5": 2.9},
    }
    assert missed(ratios) == [("ASGI: ahead of starlette", "W5 3.00 > 2.90")]


def test_tables_hold_ratios_and_bars() -> None:
    assert tables({"control": {"W1": 1.0}, "restlite_wsgi": {"W1": 2.3}}).splitlines() == [
        "| x the limit | W1 |",
        "|---|---|",
        "| control | 1.00 |",
        "| restlite wsgi | 2.30 |",
        "",
        "| bar | figure | pass |",
        "|---|---|---|",
        "| the limit against itself, 0.97 to 1.03 | 1.00 | yes |",
        "| W1: at most 2.2 x the limit | 2.30 | **no** |",
    ]
