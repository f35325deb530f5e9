"""The App: calling it, freezing it, overriding dependencies, background tasks."""

from __future__ import annotations

import asyncio
import threading
import time
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Annotated, Any

import pytest
from werkzeug.test import EnvironBuilder, run_wsgi_app

from restlite import App, Background, Conflict, Depends, Request, SetupError, StateKey
from restlite.security import Bearer, public
from restlite.testing import Client


def call_wsgi(app: App, path: str = "/") -> tuple[str, bytes]:
    chunks, status, _ = run_wsgi_app(app, EnvironBuilder(path=path).get_environ())
    return status, b"".join(chunks)


def test_an_app_is_a_wsgi_callable() -> None:
    app = App(title="Todos", version="2.0")
    app.get("/")(lambda: "hi")
    assert call_wsgi(app) == ("200 OK", b'"hi"')
    assert call_wsgi(app, "/lost")[0] == "404 Not Found"
    assert (app.title, app.version) == ("Todos", "2.0")
    app.stop()


def test_an_app_that_is_called_as_asgi_says_what_to_call() -> None:
    app = App()

    async def receive() -> Any: ...
    async def send(message: Any) -> None: ...

    with pytest.raises(SetupError) as caught:
        asyncio.run(app({"type": "http"}, receive, send))  # type: ignore[arg-type]
    assert caught.value.found == "the app was called as an ASGI application; it is a WSGI callable."
    assert caught.value.mend == "app.asgi   # e.g. uvicorn module:app.asgi"


def test_debug_is_said_by_the_environment_where_the_app_does_not(monkeypatch: pytest.MonkeyPatch) -> None:
    assert App().config.debug is False
    monkeypatch.setenv("RESTLITE_DEBUG", "1")
    assert App().config.debug is True
    assert App(debug=False).config.debug is False


def test_the_operations_are_listed_once_frozen() -> None:
    app = App()
    app.get("/a")(lambda: "a")
    app.post("/a")(lambda: "a")
    assert [(operation.method, operation.path) for operation in app.operations] == [
        ("GET", "/a"),
        ("POST", "/a"),
    ]
    assert app.freeze() is app.freeze()


def test_an_app_is_frozen_once_by_many_threads() -> None:
    app = App()
    app.get("/")(lambda: "a")
    with ThreadPoolExecutor(8) as pool:
        tables = list(pool.map(lambda _: app.freeze(), range(16)))
    assert len({id(table) for table in tables}) == 1


def test_url_for_needs_a_route() -> None:
    app = App()

    @app.get("/todos/<int:id>")
    def show(id: int) -> str: ...

    def elsewhere() -> None: ...

    assert app.url_for(show, id=1, q="a b") == "/todos/1?q=a+b"
    with pytest.raises(SetupError) as caught:
        app.url_for(elsewhere)
    assert caught.value.found.endswith("elsewhere has no route to link to.")


def test_state_is_typed_by_its_keys() -> None:
    key = StateKey[int]("limit")
    app = App()
    app.state[key] = 5
    assert app.state[key] == 5


def test_a_thread_that_waits_for_another_to_freeze_finds_the_same_table() -> None:
    app = App()
    app.get("/")(lambda: "a")
    with ThreadPoolExecutor(1) as pool:
        with app.lifespan.lock:
            waiting = pool.submit(app.freeze)
            time.sleep(0.05)
            table = app.freeze()
        assert waiting.result(5) is table


# Overriding


def real() -> str:
    return "real"


def needs(real: Annotated[str, Depends(real)]) -> str:
    return f"needs {real}"


def fake_generator() -> Iterator[str]:
    yield "generated"


async def fake_later(q: str = "later") -> str:
    return q


def overridable() -> App:
    app = App()

    @app.get("/")
    def show(needed: Annotated[str, Depends(needs)], real: Annotated[str, Depends(real)]) -> list[str]:
        return [needed, real]

    return app


def test_an_override_holds_for_its_block_and_stacks(gateway: Any) -> None:
    app, other = overridable(), overridable()
    with Client(app, gateway=gateway) as client, Client(other, gateway=gateway) as stranger:
        assert client.get("/").json() == ["needs real", "real"]
        with app.override(real, with_=lambda: "one"):
            assert client.get("/").json() == ["needs one", "one"]
            with app.override(real, with_=fake_generator):
                assert client.get("/").json() == ["needs generated", "generated"]
                assert stranger.get("/").json() == ["needs real", "real"]
            assert client.get("/").json() == ["needs one", "one"]
            with app.override(real, with_=fake_later):
                assert client.get("/?q=asked").json() == ["needs asked", "asked"]
            with app.override(needs, with_=lambda: "all"):
                assert client.get("/").json() == ["all", "one"]
        assert client.get("/").json() == ["needs real", "real"]
        assert client.get("/?q=a").status_code == 422


def test_an_override_ends_with_its_block_whatever_happens(gateway: Any) -> None:
    app = overridable()
    with Client(app, gateway=gateway) as client:
        with pytest.raises(LookupError), app.override(real, with_=lambda: "one"):
            raise LookupError
        assert client.get("/").json() == ["needs real", "real"]


def test_overrides_that_end_in_another_order_leave_the_right_one(gateway: Any) -> None:
    app = overridable()
    first, second = app.override(real, with_=lambda: "one"), app.override(real, with_=lambda: "two")
    with Client(app, gateway=gateway) as client:
        first.__enter__()
        second.__enter__()
        first.__exit__(None, None, None)
        assert client.get("/").json() == ["needs two", "two"]
        second.__exit__(None, None, None)
        assert client.get("/").json() == ["needs real", "real"]


def test_an_override_is_seen_by_the_threads_of_a_server(gateway: Any) -> None:
    app = overridable()
    with (
        Client(app, gateway=gateway) as client,
        ThreadPoolExecutor(4) as pool,
        app.override(real, with_=lambda: "one"),
    ):
        answers = list(pool.map(lambda _: client.get("/").json(), range(16)))
    assert answers == [["needs one", "one"]] * 16


def test_an_unknown_dependency_cannot_be_overridden() -> None:
    app = overridable()

    def unknown() -> None: ...

    with pytest.raises(SetupError) as caught, app.override(unknown, with_=real):
        pass
    assert caught.value.found.endswith("unknown; the dependencies are: needs, real.")
    assert "no operation depends on " in caught.value.found
    assert caught.value.mend == "with app.override(a_dependency_of_a_route, with_=...):"
    assert caught.value.file == __file__
    empty = App()
    with pytest.raises(SetupError) as caught, empty.override(print, with_=real):
        pass
    assert caught.value.found == "no operation depends on print; the dependencies are: none."


# Background tasks


def until(condition: Callable[[], bool], seconds: float = 2.0) -> bool:
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.005)
    return condition()


def test_tasks_run_after_the_answer(gateway: Any) -> None:
    go, done = threading.Event(), []
    app = App()

    def task(name: str, *, why: str) -> None:
        assert go.wait(5)
        done.append((name, why))

    async def later(name: str) -> None:
        await asyncio.sleep(0)
        done.append((name, "async"))

    @app.post("/")
    def order(background: Background) -> str:
        background.add(task, "a", why="sync")
        background.add(later, "b")
        return "ordered"

    with Client(app, gateway=gateway) as client:
        assert client.post("/").text == "ordered"
        assert until(lambda: ("b", "async") in done)
        assert ("a", "sync") not in done
        go.set()
    assert ("a", "sync") in done  # drained by the client's end


def test_tasks_of_a_request_that_fails_do_not_run(gateway: Any) -> None:
    done: list[str] = []
    app = App()

    @app.post("/", raises=[Conflict])
    def order(background: Background) -> str:
        background.add(done.append, "never")
        raise Conflict

    with Client(app, gateway=gateway) as client:
        assert client.post("/").status_code == 409
    assert done == []


def test_a_task_that_fails_is_logged(gateway: Any, caplog: pytest.LogCaptureFixture) -> None:
    app = App()

    async def fails() -> None:
        raise LookupError("in the task")

    @app.get("/")
    def order(background: Background) -> Iterator[bytes]:
        background.add(fails)
        yield b"streamed"

    with Client(app, gateway=gateway) as client:
        assert client.get("/").content == b"streamed"
    [record] = caplog.records
    assert record.getMessage().endswith("<locals>.fails failed.")
    assert "in the task" in caplog.text


def test_tasks_that_outlast_the_shutdown_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    go = threading.Event()
    app = App(shutdown_timeout=0.05)

    @app.post("/")
    def order(background: Background) -> str:
        background.add(go.wait, 5)
        return "ordered"

    with Client(app) as client:
        client.post("/")
    go.set()
    assert "1 background tasks were still running at shutdown." in caplog.text


# No deadlock


def holds() -> Iterator[str]:
    yield "held"


async def holds_later() -> AsyncIterator[str]:
    yield "held later"


def test_64_requests_that_hold_4_connections_on_4_workers_do_not_deadlock(gateway: Any) -> None:
    free = threading.Semaphore(4)
    most, now, lock = [0], [0], threading.Lock()

    def connection() -> Iterator[str]:
        assert free.acquire(timeout=20)
        with lock:
            now[0] += 1
            most[0] = max(most[0], now[0])
        try:
            yield "connection"
        finally:
            with lock:
                now[0] -= 1
            free.release()

    app = App(workers=4)

    @app.get("/")
    def show(
        held: Annotated[str, Depends(holds)],
        connection: Annotated[str, Depends(connection)],
        later: Annotated[str, Depends(holds_later)],
        request: Request,
    ) -> list[str]:
        time.sleep(0.002)
        return [held, connection, later]

    @app.get("/later")
    async def show_later(connection: Annotated[str, Depends(connection)]) -> list[str]:
        await asyncio.sleep(0.002)
        return [connection]

    with Client(app, gateway=gateway) as client, ThreadPoolExecutor(64) as pool:
        start = time.monotonic()
        paths = ["/", "/later"] * 32
        answers = list(pool.map(lambda path: client.get(path).status_code, paths))
    assert answers == [200] * 64
    assert most[0] <= 4
    assert time.monotonic() - start < 15


def test_a_mounted_app_looks_after_itself_and_that_is_said() -> None:
    app = App(deny_by_default=True)

    def other(environ: Any, start_response: Any) -> list[bytes]:
        start_response("200 OK", [("Content-Type", "text/plain")])
        return [b"other"]

    with pytest.raises(SetupError) as caught:
        app.mount_wsgi("/old", other)
    assert caught.value.found == "'/old': a mounted app is not guarded by this one; it looks after itself."
    assert caught.value.mend == "app.mount_wsgi('/old', another_app, security=public)"
    app.mount_wsgi("/old", other, security=public)
    assert Client(app).get("/old/z").text == "other"
    with pytest.raises(SetupError, match="looks after itself"):
        App().mount_wsgi("/old", other, security=Bearer(lambda token: token)())
