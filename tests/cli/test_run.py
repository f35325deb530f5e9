"""``restlite run``, in processes of its own."""

from __future__ import annotations

import signal
import sys
import threading
from multiprocessing import Lock
from typing import Any

import pytest

from restlite.cli.run import load

LIFE = """
    import time
    from contextlib import contextmanager
    from restlite import App

    @contextmanager
    def life(app):
        print("started", flush=True)
        yield
        print("stopped", flush=True)

    app = App(title="Shop", version="1", lifespan=[life])

    @app.get("/")
    def root() -> str:
        return "hello"

    @app.get("/slow")
    def slow() -> str:
        time.sleep(1)
        return "slow"
"""


def test_missing_extra_is_one_line_with_the_ways_out(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "granian", None)
    done = shop.run("run", "main:app")
    assert done.exit_code == 1
    assert done.output == (
        "Error: granian is not installed. Write: pip install 'restlite[server]'; or serve by"
        " `gunicorn --threads 8 main:app` (not on Windows) or `waitress-serve main:app`.\n"
    )


@pytest.mark.parametrize("interface", ["wsgi", "asgi"])
def test_serves_and_runs_the_lifespan_in_each_worker(interface: str, project: Any, port: int) -> None:
    project.write(main=LIFE)
    with project.served("run", "--port", str(port), "--workers", "2", "--interface", interface) as server:
        assert server.get(f"http://127.0.0.1:{port}/") == "hello"
        server.wait_for("Started worker-1")
        server.wait_for("Started worker-2")
        assert server.end() == 0
        assert server.log.count("started\n") == 2
        assert server.log.count("stopped\n") == 2
        assert "GET /" not in server.log


def test_sigterm_ends_a_worker_that_is_still_starting(project: Any, port: int) -> None:
    project.write(main="import time\nprint('importing', flush=True)\ntime.sleep(60)\n")
    with project.served("run", "--port", str(port), "--workers", "1") as server:
        server.wait_for("importing")
        assert server.end() == 0


def test_sigterm_lets_requests_end(project: Any, port: int) -> None:
    project.write(main=LIFE)
    with project.served("run", "--port", str(port), "--workers", "1") as server:
        assert server.get(f"http://127.0.0.1:{port}/") == "hello"
        answers: list[str] = []
        slow = threading.Thread(target=lambda: answers.append(server.get(f"http://127.0.0.1:{port}/slow")))
        slow.start()
        slow.join(0.3)
        assert server.end(signal.SIGTERM) == 0
        slow.join()
    assert answers == ["slow"]


def test_access_log_is_written_on_demand(project: Any, port: int) -> None:
    project.write(main=LIFE)
    with project.served("run", "--port", str(port), "--workers", "1", "--access-log") as server:
        server.get(f"http://127.0.0.1:{port}/")
        server.wait_for("GET /")


def test_worker_gets_the_callable_of_its_interface(shop: Any) -> None:
    app = load("main:app", "wsgi", Lock())
    assert app.title == "Shop"
    assert app.lifespan.started
    app.stop()
    assert load("main:app", "asgi", Lock()) is app.asgi


def test_only_the_first_worker_says_what_fails(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    first = Lock()
    said: list[str] = []
    for _ in range(2):
        with pytest.raises(SystemExit) as caught:
            load("mian:app", "wsgi", first)
        assert caught.value.code == 1
        said.append(capsys.readouterr().err)
    assert said[0].startswith("Error: There is no module 'mian'")
    assert said[1] == ""


def test_app_that_cannot_be_loaded_is_explained_once(project: Any, port: int) -> None:
    arguments = ("run", "nothing:app", "--port", str(port), "--workers", "2")
    with project.served(*arguments, measured=False) as server:
        assert server.process.wait(20) == 1
        assert server.log.count("Error: There is no module 'nothing'") == 1
        assert "Traceback" not in server.log


def test_debug_mode_is_refused(project: Any, port: int) -> None:
    project.write(main="from restlite import App\napp = App(title='Shop', version='1', debug=True)\n")
    with project.served("run", "--port", str(port), "--workers", "1") as server:
        assert server.process.wait(20) == 1
        assert (
            "Error: The app is in debug mode, which shows source code to clients.\n"
            "    Write: App(...) without debug=True; `restlite dev` turns it on by itself.\n"
        ) in server.log


def test_a_worker_refuses_an_app_in_debug_mode(project: Any, capsys: pytest.CaptureFixture[str]) -> None:
    project.write(main="from restlite import App\n\napp = App(debug=True)\n")
    with pytest.raises(SystemExit) as ended:
        load("main:app", "wsgi", Lock())
    assert ended.value.code == 1
    assert "The app is in debug mode" in capsys.readouterr().err


def test_a_server_that_mistakes_forwarded_fields_is_refused(
    project: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    imports = "from restlite import App\nfrom restlite.http import ProxyHeaders\n"
    project.write(main=f"{imports}\napp = App(hooks=[ProxyHeaders(1)])\n")
    with pytest.raises(SystemExit):
        load("main:app", "wsgi", Lock())
    assert capsys.readouterr().err.splitlines() == [
        "Error: The app believes forwarded header fields, and granian's WSGI interface takes X_Forwarded_For"
        " for X-Forwarded-For, which a proxy may let through.",
        "    Write: restlite run --interface asgi",
    ]
    assert callable(load("main:app", "asgi", Lock()))
