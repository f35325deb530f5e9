"""The background loop: one per process, started when first needed, gone after a fork."""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar, copy_context
from typing import Annotated, Any

import pytest

from restlite import App, Depends
from restlite.gateways.loop import LoopThread, run_in
from restlite.testing import Client

NAME: ContextVar[str] = ContextVar("NAME", default="unset")


async def here() -> str:
    await asyncio.sleep(0)
    return threading.current_thread().name


def test_coroutines_run_on_one_thread_that_starts_with_the_first() -> None:
    thread = LoopThread()
    before = {found.ident for found in threading.enumerate()}
    with ThreadPoolExecutor(8) as pool:
        names = set(pool.map(lambda _: thread.run(here), range(32)))
    assert names == {"restlite-loop"}
    started = [found for found in threading.enumerate() if found.ident not in before]
    assert [found.name for found in started] == ["restlite-loop"]
    assert started[0].daemon
    thread.loop().call_soon_threadsafe(thread.loop().stop)
    started[0].join()
    thread.loop().close()


def test_a_thread_that_waits_for_another_to_start_the_loop_finds_it() -> None:
    thread = LoopThread()
    with ThreadPoolExecutor(1) as pool:
        with thread._lock:
            waiting = pool.submit(thread.loop)
            time.sleep(0.05)
            thread._start()
            started = thread._loop
        assert waiting.result(5) is started


def test_what_a_coroutine_raises_is_raised_here() -> None:
    thread = LoopThread()

    async def fails() -> None:
        raise LookupError("there")

    with pytest.raises(LookupError, match="there"):
        thread.run(fails)


def test_a_context_is_shared_with_the_loop() -> None:
    context = copy_context()

    async def change() -> None:
        NAME.set("changed")

    LoopThread().run(change, context)
    assert context[NAME] == "changed"
    assert NAME.get() == "unset"


def test_without_a_context_nothing_is_changed() -> None:
    async def change() -> str:
        NAME.set("changed")
        return NAME.get()

    assert run_in(LoopThread().loop(), change) == "changed"
    assert NAME.get() == "unset"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="There is no fork on this system.")
@pytest.mark.filterwarnings("ignore:This process .* is multi-threaded:DeprecationWarning")
def test_a_forked_process_starts_its_own() -> None:
    thread = LoopThread()
    thread.run(here)
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os.write(writing, thread.run(here).encode())
        os.close(writing)
        os._exit(0)
    os.close(writing)
    assert os.read(reading, 100) == b"restlite-loop"
    os.close(reading)
    assert os.waitpid(child, 0)[1] == 0


def test_all_async_code_of_a_wsgi_app_shares_the_loop() -> None:
    loops: set[Any] = set()

    async def seen() -> None:
        loops.add(asyncio.get_running_loop())

    app = App()

    @app.get("/")
    async def show(one: Annotated[None, Depends(seen)]) -> str:
        await seen()
        return "hi"

    with Client(app) as client, ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: client.get("/"), range(8)))
        client.get("/", headers={"Accept": "text/plain"})
    assert len(loops) == 1


def test_a_sync_app_starts_no_loop() -> None:
    import subprocess

    code = (
        "import sys, threading\n"
        "from restlite import App\n"
        "from werkzeug.test import Client\n"
        "app = App()\n"
        "app.get('/')(lambda: 'hi')\n"
        "assert Client(app).get('/').status_code == 200\n"
        "assert 'asyncio' not in sys.modules or not threading.active_count() > 1\n"
        "print([thread.name for thread in threading.enumerate()])\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "['MainThread']"
