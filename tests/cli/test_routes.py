"""The route table on the terminal."""

from __future__ import annotations

import json
from typing import Any

SHOP = """
    from restlite import App, NoContent, NotFound, Resource, Router

    app = App(title="Shop", version="1")
    office = Router(host="<tenant>.example.com")

    @app.get("/books")
    def list_books() -> list[str]:
        return []

    @app.delete("/books/<int:id>", raises=[NotFound])
    def remove_book(id: int) -> NoContent:
        return NoContent()

    @office.get("/", name="admin")
    def admin(tenant: str) -> str:
        return tenant

    app.mount(office)

    @app.resource("/notes")
    class Notes(Resource):
        def get(self) -> list[str]:
            return []
"""


def test_table_lists_every_operation(project: Any) -> None:
    project.write(main=SHOP)
    done = project.run("routes")
    assert done.exit_code == 0, done.output
    lines = done.output.splitlines()
    assert lines[0].split() == ["METHOD", "PATH", "HANDLER", "ANSWERS"]
    rows = [line.split() for line in lines[1:]]
    assert ["GET", "/books", "main.list_books"] in [row[:3] for row in rows]
    assert ["DELETE", "/books/{id}", "main.remove_book"] in [row[:3] for row in rows]
    assert ["GET", "<tenant>.example.com/", "main.admin"] in [row[:3] for row in rows]
    assert ["GET", "/notes", "main.Notes.get"] in [row[:3] for row in rows]
    removed = next(row for row in rows if row[0] == "DELETE")
    assert {"204", "404"} <= set(removed[3:])
    assert len({line.index("main.") for line in lines[1:]}) == 1


def test_json_holds_the_same(project: Any) -> None:
    project.write(main=SHOP)
    rows = json.loads(project.run("routes", "--json").output)
    removed = next(row for row in rows if row["method"] == "DELETE")
    assert {204, 404} <= set(removed.pop("statuses"))
    assert removed == {"method": "DELETE", "path": "/books/{id}", "host": None, "handler": "main.remove_book"}
    assert next(row for row in rows if row["path"] == "/")["host"] == "<tenant>.example.com"


def test_mounted_apps_are_listed_as_unguarded_too(project: Any) -> None:
    project.write(
        main="""
            from restlite import App
            from restlite.security import Bearer, public

            app = App(security=Bearer(lambda token: token), deny_by_default=True)

            def old(environ, start_response):
                start_response("200 OK", [])
                return []

            app.mount_wsgi("/old", old, security=public)

            @app.get("/books")
            def list_books() -> list[str]:
                return []
        """
    )
    assert [line.split() for line in project.run("routes", "--unguarded").output.splitlines()] == [
        ["METHOD", "PATH", "HANDLER", "ANSWERS"],
        ["*", "/old/*", "old"],
    ]
    assert [row["path"] for row in json.loads(project.run("routes", "--json").output)] == ["/books", "/old/*"]
