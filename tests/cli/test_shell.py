"""The prompt."""

from __future__ import annotations

from typing import Any


def test_app_and_client_are_at_hand_and_the_lifespan_runs(project: Any) -> None:
    project.write(
        main="""
        from contextlib import contextmanager
        from restlite import App

        @contextmanager
        def life(app):
            print("started")
            yield
            print("stopped")

        app = App(title="Shop", version="2.0", lifespan=[life])

        @app.get("/")
        def root() -> str:
            return "hello"
        """
    )
    done = project.run("shell", stdin="print(app.title, client.get('/').text)\n")
    assert done.exit_code == 0, done.output
    assert "Shop 2.0: app is the App, client calls it: client.get('/')" in done.output
    assert "Shop hello" in done.output
    assert done.output.index("started") < done.output.index("Shop hello") < done.output.index("stopped")
