"""Request ids: no two requests of a fleet share one."""

from __future__ import annotations

import multiprocessing
import os
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from restlite import App, Request
from restlite.requestid import next_request_id
from restlite.testing import Client


def test_ids_are_short_and_differ_across_threads() -> None:
    with ThreadPoolExecutor(4) as pool:
        ids = list(pool.map(lambda _: next_request_id(), range(2000)))
    assert len({*ids}) == 2000
    assert re.fullmatch(r"[0-9a-f]{12}-[0-9]+", ids[0])


def test_an_answer_and_its_request_share_one_id(gateway: Any) -> None:
    app = App()
    seen: list[str] = []

    @app.before
    def note(request: Request) -> None:
        seen.append(request.request_id)

    @app.get("/")
    def show(a: int) -> None: ...

    client = Client(app, gateway=gateway)
    told = [client.get(path).json()["request_id"] for path in ("/", "/", "/none")]
    assert told == seen
    assert len({*told}) == 3


def told_by_a_fork() -> str:
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.write(writing, next_request_id().encode())
        os._exit(0)
    os.waitpid(child, 0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        return pipe.read()


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
@pytest.mark.filterwarnings("ignore:.*multi-threaded.*fork:DeprecationWarning")
def test_a_forked_worker_begins_a_series_of_its_own() -> None:
    prefixes = {told.rpartition("-")[0] for told in (next_request_id(), told_by_a_fork(), told_by_a_fork())}
    assert len(prefixes) == 3


def test_a_spawned_worker_has_a_series_of_its_own() -> None:
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        assert pool.apply(next_request_id).rpartition("-")[0] != next_request_id().rpartition("-")[0]
