"""The pytest plugin, in a pytest of its own."""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import entry_points

import pytest

pytest_plugins = ["pytester"]

APP = """
    from restlite import App, Request
    from contextlib import contextmanager
    log = []
    @contextmanager
    def life(app):
        log.append("start")
        yield
        log.append("stop")
    app = App(title="Shop", version="1", lifespan=[life])
    @app.get("/")
    def root(request: Request) -> str:
        return "asgi" if "asgi" in str(type(request.environ["wsgi.input"])) else "wsgi"
"""


def run(pytester: pytest.Pytester, *options: str) -> pytest.RunResult:
    installed = entry_points(group="pytest11", name="restlite")
    known = [] if installed else ["-p", "pytest_restlite"]
    return pytester.runpytest(*known, "-p", "no:cacheprovider", *options)


def test_client_for_enters_clients_and_closes_them(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(shop=APP)
    pytester.makepyfile(
        """
        from shop import app, log
        def test_one(client_for):
            assert client_for(app).get("/").status_code == 200
            assert log == ["start"]
        def test_two():
            assert log == ["start", "stop"]
        def test_options(client_for):
            client = client_for(app, base_url="http://localhost/api", gateway="asgi")
            assert client.get("/").request.mount == "/api"
        """
    )
    run(pytester).assert_outcomes(passed=3)


@pytest.mark.parametrize("gateway", ["wsgi", "asgi"])
def test_option_chooses_the_gateway(gateway: str, pytester: pytest.Pytester) -> None:
    pytester.makepyfile(shop=APP)
    pytester.makepyfile(
        f"""
        from shop import app
        def test_gateway(client_for):
            assert client_for(app).get("/").text == "{gateway}"
        """
    )
    run(pytester, f"--restlite-gateway={gateway}").assert_outcomes(passed=1)


def test_plugin_loads_nothing_of_restlite_by_itself() -> None:
    code = "import sys, pytest_restlite; print([m for m in sys.modules if m.split('.')[0] in LIST])"
    code = code.replace("LIST", "('restlite', 'werkzeug', 'pydantic')")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "[]\n"
