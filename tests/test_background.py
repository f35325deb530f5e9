"""Background tasks: run after the answer, on threads or the loop of their own; drained at shutdown."""

from __future__ import annotations

import asyncio
import threading
from typing import Any

import pytest

from restlite import App, Background, Depends, NotFound
from restlite.background import Workers
from restlite.gateways.loop import background_loop
from restlite.testing import Client


def test_tasks_run_once_the_answer_is_sent(gateway: Any) -> None:
    done: list[Any] = []
    app = App()

    def note(value: int, *, name: str) -> None:
        done.append((value, name, threading.current_thread().name.partition("_")[0]))

    async def wait(value: int) -> None:
        await asyncio.sleep(0)
        done.append((value, threading.current_thread().name))

    @app.post("/")
    def create(background: Background) -> bool:
        assert not background
        background.add(note, 1, name="n")
        background.add(wait, 2)
        return bool(background) and not done

    with Client(app, gateway=gateway) as client:
        assert client.post("/").json() is True
    assert sorted(done) == [(1, "n", "restlite-background"), (2, "restlite-loop")]


def test_a_dependency_and_its_handler_share_the_tasks(gateway: Any) -> None:
    done: list[str] = []
    app = App()

    def audit(background: Background) -> None:
        background.add(done.append, "audit")

    @app.post("/", dependencies=[Depends(audit)])
    async def create(background: Background) -> None:
        background.add(done.append, "create")

    with Client(app, gateway=gateway) as client:
        assert client.post("/").status_code == 204
    assert sorted(done) == ["audit", "create"]


def test_tasks_of_a_handler_that_fails_do_not_run(gateway: Any) -> None:
    done: list[int] = []
    app = App()

    @app.post("/", raises=[NotFound])
    def create(background: Background) -> None:
        background.add(done.append, 1)
        raise NotFound

    with Client(app, gateway=gateway) as client:
        assert client.post("/").status_code == 404
    assert done == []


def fails() -> None:
    raise LookupError("in a task")


async def fails_later() -> None:
    raise LookupError("in a task")


@pytest.mark.parametrize("task", [fails, fails_later])
def test_what_a_task_raises_is_logged(task: Any, gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    @app.post("/")
    def create(background: Background) -> str:
        background.add(task)
        return "created"

    with Client(app, gateway=gateway) as client:
        assert client.post("/").text == "created"
    assert f"Background task {task.__name__} failed." in caplog.text
    assert "LookupError: in a task" in caplog.text


def workers(size: int = 2) -> Workers:
    return Workers(size, background_loop.run)


def test_few_threads_do_many_tasks() -> None:
    pool, seen = workers(2), []
    background = Background()
    for number in range(50):
        background.add(lambda number=number: seen.append((number, threading.get_ident())))
    background.submit(pool)
    assert not background
    assert pool.drain(10) == 0
    assert sorted(number for number, _ in seen) == list(range(50))
    assert len({thread for _, thread in seen}) <= 2


def test_a_drained_pool_works_again() -> None:
    pool, seen = workers(), []
    for number in range(2):
        pool.submit(seen.append, (number,), {})
        assert pool.drain(10) == 0
    assert seen == [0, 1]
    assert workers().drain(0) == 0


def test_tasks_that_take_too_long_are_left_behind(caplog: pytest.LogCaptureFixture) -> None:
    pool, release, seen = workers(1), threading.Event(), []
    pool.submit(release.wait, (10,), {})
    pool.submit(seen.append, (1,), {})
    assert pool.drain(0.05) == 2
    assert "2 background tasks were still running at shutdown." in caplog.text
    release.set()
    assert seen == []


def test_a_task_may_drain_the_pool_it_runs_on() -> None:
    pool, seen, done = workers(), [], threading.Event()

    def drain() -> None:
        seen.append(pool.drain(0))
        done.set()

    pool.submit(drain, (), {})
    assert done.wait(10)
    assert seen == [1]
