"""The life cycle of an app: managers are entered in order, and left last in first out."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest

from restlite import App
from restlite.gateways.loop import background_loop
from restlite.gateways.sync import SyncDriver
from restlite.lifespan import Lifespan


def run(steps: Any) -> None:
    SyncDriver(bytes, background_loop.run).run(steps)


def managers(seen: list[str], *, up: str = "", down: str = "") -> list[Callable[[Any], Any]]:
    """Make three managers that note what happens; ``up`` and ``down`` name one that fails."""

    def step(name: str, moment: str, fails: str) -> None:
        seen.append(f"{name} {moment}")
        if name in fails:
            raise LookupError(f"{name} {moment}")

    @contextmanager
    def one(app: Any) -> Iterator[None]:
        step("one", "up", up)
        try:
            yield
        finally:
            step("one", "down", down)

    @asynccontextmanager
    async def two(app: Any) -> AsyncIterator[None]:
        step("two", "up", up)
        try:
            yield
        finally:
            step("two", "down", down)

    class Three:
        def __init__(self, app: Any) -> None:
            seen.append(f"made with {app}")

        def __enter__(self) -> None:
            step("three", "up", up)

        def __exit__(self, kind: Any, error: Any, trace: Any) -> None:
            seen.append("three sees " + (kind.__name__ if kind else "nothing"))
            step("three", "down", down)

    return [one, two, Three]


UP = ["one up", "two up", "made with app", "three up"]


def test_managers_are_left_last_in_first_out() -> None:
    seen: list[str] = []
    lifespan = Lifespan(managers(seen), "app")
    assert not lifespan.started
    for _ in range(2):
        seen.clear()
        run(lifespan.start())
        assert (lifespan.started, seen) == (True, UP)
        run(lifespan.stop())
        assert seen[4:] == ["three sees nothing", "three down", "two down", "one down"]
        assert not lifespan.started


@pytest.mark.parametrize(
    ("up", "seen_by_then"),
    [
        ("one", ["one up"]),
        ("two", ["one up", "two up", "one down"]),
        ("three", [*UP, "two down", "one down"]),
    ],
)
def test_a_failed_start_leaves_what_was_entered(up: str, seen_by_then: list[str]) -> None:
    seen: list[str] = []
    lifespan = Lifespan(managers(seen, up=up), "app")
    with pytest.raises(LookupError, match=f"{up} up"):
        run(lifespan.start())
    assert seen == seen_by_then
    assert not lifespan.started


@pytest.mark.parametrize(
    ("down", "raised"),
    [("three", "three down"), ("two", "two down"), ("one", "one down"), ("three two", "three down")],
)
def test_a_failed_stop_leaves_all_and_raises_the_first_error(down: str, raised: str) -> None:
    seen: list[str] = []
    lifespan = Lifespan(managers(seen, down=down), "app")
    run(lifespan.start())
    with pytest.raises(LookupError, match=raised):
        run(lifespan.stop())
    assert seen[5:] == ["three down", "two down", "one down"]


def test_an_app_without_managers_has_started() -> None:
    assert App().lifespan.started
    run(App().lifespan.stop())
