"""Documents on the terminal."""

from __future__ import annotations

import json
import sys
from typing import Any

import pytest
import yaml

TWICE = """
    from restlite import App

    app = App()

    @app.get("/a/<int:id>")
    def one(id: int) -> str:
        return ""

    @app.get("/a/<name>")
    def other(name: str) -> str:
        return ""
"""


def test_export_writes_the_document(shop: Any) -> None:
    result = shop.run("openapi", "export")
    document = json.loads(result.stdout)
    assert result.exit_code == 0
    assert document["openapi"] == "3.1.2"
    assert document["info"]["title"] == "Shop"
    assert list(document["paths"]) == ["/books"]


def test_export_takes_what_the_app_says_of_its_document(project: Any) -> None:
    project.write(main='from restlite import App\napp = App(openapi={"info": {"license": {"name": "MIT"}}})')
    document = json.loads(shop_text(project))
    assert document["info"]["license"] == {"name": "MIT"}


def shop_text(project: Any) -> str:
    text: str = project.run("openapi", "export").stdout
    return text


@pytest.mark.parametrize("version", ["3.0", "3.1", "3.2"])
def test_export_writes_each_version(shop: Any, version: str) -> None:
    assert json.loads(shop.run("openapi", "export", "--to", version).stdout)["openapi"].startswith(version)


def test_export_tells_what_a_version_cannot_say(project: Any) -> None:
    project.write(
        main="""
        from restlite import App

        app = App()

        @app.route("/books", methods=["QUERY"])
        def search(body: list[str]) -> list[str]:
            return []
        """
    )
    result = project.run("openapi", "export", "--to", "3.1")
    assert result.stderr == "/paths/~1books/query: query became x-query\n"


def test_the_file_name_decides_on_the_format(shop: Any) -> None:
    assert shop.run("openapi", "export", "-o", "openapi.yaml").exit_code == 0
    written = yaml.safe_load((shop.directory / "openapi.yaml").read_text())
    assert written == json.loads(shop.run("openapi", "export").stdout)


def test_check_holds_a_file_against_the_app(shop: Any) -> None:
    missing = shop.run("openapi", "export", "--check", "-o", "openapi.json")
    assert missing.exit_code == 1
    assert "openapi.json is not the document of the app." in missing.output
    assert "Write: restlite openapi export -o openapi.json" in missing.output
    assert shop.run("openapi", "export", "-o", "openapi.json").exit_code == 0
    assert shop.run("openapi", "export", "--check", "-o", "openapi.json").exit_code == 0


def test_check_needs_a_file(shop: Any) -> None:
    result = shop.run("openapi", "export", "--check")
    assert result.exit_code == 2
    assert "--check needs the file to look at." in result.output
    assert "Write: --check -o openapi.json" in result.output


def test_an_app_that_no_document_can_hold_is_told(project: Any) -> None:
    project.write(main=TWICE.replace("/a/<name>", "/a/<name>"))
    result = project.run("openapi", "export")
    assert result.exit_code == 1
    assert "GET /a/{id} is answered by one and other" in result.output
    assert "hidden=True" in result.output


def test_yaml_needs_its_extra(shop: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    result = shop.run("openapi", "export", "--format", "yaml")
    assert result.exit_code == 1
    assert "Write: pip install restlite[contract]" in result.output


def test_diff_tells_breaking_changes(shop: Any) -> None:
    shop.run("openapi", "export", "-o", "old.json")
    document = json.loads((shop.directory / "old.json").read_text())
    document["paths"] = {}
    (shop.directory / "new.json").write_text(json.dumps(document))
    result = shop.run("openapi", "diff", "old.json", "new.json")
    assert result.exit_code == 1
    assert "path-removed" in result.output
    assert shop.run("openapi", "diff", "new.json", "old.json", "--format", "json").exit_code == 0
    assert shop.run("openapi", "diff", "old.json", "old.json").output == ""


def test_diff_of_what_is_no_document_exits_2(shop: Any) -> None:
    (shop.directory / "bad.json").write_text("[")
    result = shop.run("openapi", "diff", "bad.json", "bad.json")
    assert result.exit_code == 2
    assert result.output.startswith("Error: ")
