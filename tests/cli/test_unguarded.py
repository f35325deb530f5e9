"""What anonymous callers may call, listed on the terminal."""

from __future__ import annotations

import json
from typing import Any

import pytest

SHOP = """
    from typing import Annotated

    from restlite import App, Router
    from restlite.security import Bearer, public

    bearer = Bearer(lambda token: token or None)
    app = App(security=bearer)
    shelf = Router(prefix="/shelf", security=public)

    @app.get("/mine")
    def mine() -> str: ...

    @app.get("/open", security=public)
    def opened() -> str: ...

    @app.get("/either")
    def either(user: Annotated[str | None, bearer]) -> str: ...

    @app.get("/optional", security=bearer().optional)
    def optional() -> str: ...

    @shelf.get("/guarded")
    def guarded(user: Annotated[str, bearer]) -> str: ...

    @shelf.get("/books")
    def books() -> str: ...

    app.mount(shelf)
"""


@pytest.mark.parametrize("as_json", [False, True])
def test_only_what_lets_everybody_in_is_listed(as_json: bool, project: Any) -> None:
    project.write(main=SHOP)
    done = project.run("routes", "--unguarded", *(["--json"] if as_json else []))
    assert done.exit_code == 0, done.output
    if as_json:
        listed = [row["handler"] for row in json.loads(done.output)]
    else:
        head, *rows = done.output.splitlines()
        assert head.split() == ["METHOD", "PATH", "HANDLER", "ANSWERS"]
        listed = [row.split()[2] for row in rows]
    assert listed == ["main.opened", "main.optional", "main.books"]


def test_a_guarded_app_has_none(project: Any) -> None:
    project.write(
        main="""
        from restlite import App
        from restlite.security import Bearer

        app = App(security=Bearer(lambda token: token))

        @app.get("/mine")
        def mine() -> str: ...
        """
    )
    assert json.loads(project.run("routes", "--unguarded", "--json").output) == []
    assert project.run("routes", "--unguarded").output.split() == ["METHOD", "PATH", "HANDLER", "ANSWERS"]
