"""``restlite dev``, in a process of its own where it serves."""

from __future__ import annotations

import re
import socket
import sys
from typing import Any

import pytest

from restlite.cli.dev import is_loopback


@pytest.mark.parametrize(
    ("host", "expect"),
    [
        ("127.0.0.1", True),
        ("127.9.9.9", True),
        ("::1", True),
        ("localhost", True),
        ("0.0.0.0", False),
        ("::", False),
        ("example.com", False),
    ],
)
def test_loopback_is_known(host: str, expect: bool) -> None:
    assert is_loopback(host) is expect


def test_debug_off_loopback_is_refused(shop: Any) -> None:
    done = shop.run("dev", "--host", "0.0.0.0", "--debug")
    assert done.exit_code == 2
    assert done.output.endswith(
        "Error: Debug pages show source code and may not be served on 0.0.0.0.\n"
        "    Write: --host 127.0.0.1, or --no-debug\n"
    )


def test_app_that_is_in_debug_mode_by_itself_is_refused_off_loopback(project: Any) -> None:
    project.write(main="from restlite import App\napp = App(title='Shop', version='1', debug=True)\n")
    done = project.run("dev", "--host", "0.0.0.0", "--no-debug")
    assert done.exit_code == 2
    assert "Debug pages show source code" in done.output


@pytest.mark.skipif(sys.platform == "win32", reason="Windows lets two programs listen on one port")
def test_port_in_use_is_explained(shop: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        done = shop.run("dev", "--port", str(port))
    assert done.exit_code == 1
    assert done.output == (
        f"Error: Cannot listen on 127.0.0.1:{port}: Address already in use.\n"
        f"    Write: --port {port + 1}, or end the program that uses it.\n"
    )


def test_first_screen_tells_where_and_that_it_is_for_development(shop: Any) -> None:
    with shop.served("dev", "--port", "0") as server:
        log = server.wait_for("use `restlite run` in production")
        assert log.startswith("Shop 2.0\n  API   http://127.0.0.1:")
        url = re.search(r"http://\S+", log)
        assert url
        assert server.get(f"{url[0]}/books") == '["Emma"]'
        assert "WARNING" not in server.log


def test_first_screen_tells_where_the_docs_are(project: Any, port: int) -> None:
    project.write(
        main="from restlite import App\napp = App(title='Shop', version='1')\napp.docs_url = '/docs'\n"
    )
    with project.served("dev", "--port", str(port), "--no-reload") as server:
        assert f"  Docs  http://127.0.0.1:{port}/docs\n" in server.wait_for("in production")


def test_debug_is_on_unless_switched_off(project: Any, port: int) -> None:
    project.write(
        main="""
        from restlite import App
        app = App(title="Shop", version="1")
        @app.get("/")
        def root() -> bool:
            return app.config.debug
        """
    )
    with project.served("dev", "--port", str(port), "--no-reload") as server:
        assert server.get(f"http://127.0.0.1:{port}/") == "true"
    with project.served("dev", "--port", str(port), "--no-reload", "--no-debug") as server:
        assert server.get(f"http://127.0.0.1:{port}/") == "false"


def test_change_restarts_and_a_slip_does_not_end_the_server(shop: Any, port: int) -> None:
    with shop.served("dev", "--port", str(port)) as server:
        url = f"http://127.0.0.1:{port}/books"
        assert server.get(url) == '["Emma"]'
        shop.file("main.py", "def (:\n")
        assert "SyntaxError: invalid syntax" in server.get(url, lambda text: text.startswith("500"))
        shop.write(main=SECOND)
        assert server.get(url, lambda text: text.startswith("[")) == '["Persuasion"]'


SECOND = """
    from restlite import App

    app = App(title="Shop", version="2.0")

    @app.get("/books")
    def list_books() -> list[str]:
        return ["Persuasion"]
"""


def test_app_that_cannot_be_loaded_ends_the_first_start(project: Any) -> None:
    done = project.run("dev", "nothing:app")
    assert done.exit_code == 1
    assert "There is no module 'nothing'" in done.output
