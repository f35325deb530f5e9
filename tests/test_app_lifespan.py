"""The life of an app: started once, by whoever comes first, and stopped in the other order."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, contextmanager
from typing import Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from restlite import App, State
from restlite.testing import Client

SAID: list[str] = []


@pytest.fixture(autouse=True)
def nothing_said() -> None:
    SAID.clear()


@contextmanager
def database(app: App) -> Iterator[None]:
    SAID.append("database up")
    app.state[str] = "opened"
    try:
        yield
    finally:
        SAID.append("database down")


@asynccontextmanager
async def queue(app: App) -> AsyncIterator[None]:
    await asyncio.sleep(0)
    SAID.append("queue up")
    try:
        yield
    finally:
        await asyncio.sleep(0)
        SAID.append("queue down")


def app_with(*managers: Any) -> App:
    app = App(lifespan=managers)

    @app.get("/")
    def show(state: State) -> str:
        SAID.append("handler")
        return state.get(str) or "nothing"

    return app


def get(app: App, path: str = "/") -> tuple[int, bytes, Any]:
    chunks, status, headers = run_wsgi_app(app, EnvironBuilder(path=path).get_environ())
    return int(status[:3]), b"".join(chunks), headers


def test_a_lifespan_is_left_last_in_first_out(gateway: Any) -> None:
    app = app_with(database, queue)
    with Client(app, gateway=gateway) as client:
        assert SAID == ["database up", "queue up"]
        assert client.get("/").text == "opened"
        assert client.get("/").text == "opened"
    assert SAID == ["database up", "queue up", "handler", "handler", "queue down", "database down"]


def test_an_app_lives_again_after_it_was_stopped(gateway: Any) -> None:
    app = app_with(database)
    for _ in range(2):
        SAID.clear()
        with Client(app, gateway=gateway) as client:
            client.get("/")
        assert SAID == ["database up", "handler", "database down"]


def test_the_first_request_starts_an_app_that_nobody_has_started() -> None:
    app = app_with(database, queue)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: get(app)[:2], range(16)))
    assert answers == [(200, b"opened")] * 16
    assert SAID.count("database up") == 1
    app.stop()
    assert SAID[-2:] == ["queue down", "database down"]


class Flaky:
    """A manager that fails as often as it is told."""

    def __init__(self, failures: int) -> None:
        self.failures = failures

    @contextmanager
    def __call__(self, app: App) -> Iterator[None]:
        if self.failures:
            self.failures -= 1
            raise OSError("no database")
        SAID.append("flaky up")
        yield
        SAID.append("flaky down")


def test_a_failed_start_is_a_503_and_is_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    app = app_with(queue, Flaky(1))
    status, body, headers = get(app)
    assert status == 503
    assert headers["Content-Type"] == "application/problem+json"
    assert headers["Retry-After"] == "1"
    assert b'"detail":"The service is starting."' in body
    assert b"no database" not in body
    assert "The app could not start." in caplog.text
    assert "no database" in caplog.text
    assert SAID == ["queue up", "queue down"]
    assert get(app)[:2] == (200, b"nothing")
    app.stop()
    assert SAID == ["queue up", "queue down", "queue up", "flaky up", "handler", "flaky down", "queue down"]


async def ask(app: App, *, times: int = 1) -> list[dict[str, Any]]:
    """Send requests to an app whose server knows no lifespan."""
    sent: list[dict[str, Any]] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    for _ in range(times):
        scope = {"type": "http", "method": "GET", "path": "/", "headers": []}
        await app.asgi(scope, receive, send)
    return sent


def test_the_first_asgi_request_starts_an_app_whose_server_did_not() -> None:
    app = app_with(database, queue)
    sent = asyncio.run(ask(app, times=2))
    assert [message["status"] for message in sent if "status" in message] == [200, 200]
    assert SAID[:4] == ["database up", "queue up", "handler", "handler"]
    app.stop()
    assert "database down" in SAID


def test_a_failed_start_is_a_503_for_asgi_too(caplog: pytest.LogCaptureFixture) -> None:
    app = app_with(Flaky(1))
    sent = asyncio.run(ask(app, times=2))
    assert [message["status"] for message in sent if "status" in message] == [503, 200]
    assert (b"retry-after", b"1") in sent[0]["headers"]
    app.stop()


def test_a_server_is_told_that_an_app_cannot_start() -> None:
    app = app_with(Flaky(1))
    with pytest.raises(RuntimeError, match="startup failed: no database"):
        Client(app, gateway="asgi").open()
    with Client(app, gateway="asgi") as client:
        assert client.get("/").status_code == 200


@contextmanager
def fails_to_stop(app: App) -> Iterator[None]:
    yield
    raise OSError("cannot stop")


@asynccontextmanager
async def fails_to_stop_later(app: App) -> AsyncIterator[None]:
    yield
    raise OSError("cannot stop")


@pytest.mark.parametrize("fails", [fails_to_stop, fails_to_stop_later])
def test_a_manager_that_fails_to_stop_does_not_keep_the_others_from_it(gateway: Any, fails: Any) -> None:
    app = app_with(database, fails, queue)
    client = Client(app, gateway=gateway)
    client.open()
    with pytest.raises((OSError, RuntimeError), match="cannot stop"):
        client.close()
    assert SAID[-2:] == ["queue down", "database down"]


def test_an_app_that_does_not_start_is_said_by_a_wsgi_client() -> None:
    with pytest.raises(OSError, match="no database"):
        Client(app_with(Flaky(1))).open()


def test_starting_twice_is_starting_once() -> None:
    app = app_with(database)
    app.start()
    app.start()
    assert SAID == ["database up"]
    app.stop()
    app.stop()
    assert SAID == ["database up", "database down"]


def test_an_app_that_is_stopped_serves_again_when_asked() -> None:
    app = app_with(database)
    assert get(app)[0] == 200
    app.stop()
    assert get(app)[0] == 200
    app.stop()
    assert SAID == ["database up", "handler", "database down"] * 2


def worker_threads() -> set[threading.Thread]:
    return {thread for thread in threading.enumerate() if thread.name.startswith("restlite-worker")}


def test_an_asgi_app_serves_again_after_it_was_stopped_with_its_workers() -> None:
    app, before = app_with(), worker_threads()
    for _ in range(2):
        with Client(app, gateway="asgi") as client:
            assert client.get("/").status_code == 200
    end = time.monotonic() + 2
    while worker_threads() - before and time.monotonic() < end:
        time.sleep(0.005)
    assert not worker_threads() - before
