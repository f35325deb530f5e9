"""The document: valid in three versions, true to the table, and the same whatever came first."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nasty
import pytest
from openapi_spec_validator import validate

from restlite import App, Conflict, ErrorFormat, NotFound, Problem, Response, Router, SetupError
from restlite.openapi.document import build, compose, merged, published, server_of
from restlite.openapi.versions import Version
from restlite.security import ClientCredentials as Flow
from restlite.security import OAuth2, public

ROOT = Path(__file__).resolve().parents[2]
VERSIONS: list[Version] = ["3.0", "3.1", "3.2"]


def written(app: App, to: Version = "3.1", **options: Any) -> dict[str, Any]:
    return build(app.operations, title=app.title, version=app.version, to=to, **options)


@pytest.mark.parametrize("to", VERSIONS)
def test_documents_are_valid(to: Version, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(str(ROOT))
    from examples.bookstore import app as bookstore

    for app, members in ((bookstore, None), (nasty.app, nasty.MEMBERS)):
        validate(written(app, to, members=members))


def test_a_document_is_the_same_whatever_was_registered_first() -> None:
    operations = nasty.app.operations
    forward, backward = (
        json.dumps(build(listed, title="Nasty", version="2.0")) for listed in (operations, operations[::-1])
    )
    assert forward == backward


def test_a_document_is_the_same_in_every_process() -> None:
    code = (
        "import hashlib, json, nasty; from restlite.openapi.document import build;"
        "document = build(nasty.app.operations, title='Nasty', version='2.0');"
        "print(hashlib.sha256(json.dumps(document).encode()).hexdigest())"
    )
    paths = os.pathsep.join([str(ROOT), str(Path(__file__).parent)])
    seen = {
        subprocess.run(
            [sys.executable, "-c", code],
            env={**os.environ, "PYTHONPATH": paths, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("0", "1", "77")
    }
    assert len(seen) == 1


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return written(nasty.app, "3.2", members=nasty.MEMBERS)


def operation(document: dict[str, Any], method: str, path: str) -> dict[str, Any]:
    found: dict[str, Any] = document["paths"][path][method]
    return found


def test_every_operation_is_there_with_all_that_it_can_answer(document: dict[str, Any]) -> None:
    shown = {
        (method.upper(), path): one
        for path, item in document["paths"].items()
        for method, one in item.items()
    }
    assert len(shown) == len(nasty.app.operations)
    for one in nasty.app.operations:
        assert {int(status) for status in shown[one.method, one.path]["responses"]} == one.statuses


def test_members_that_the_table_cannot_know_are_merged(document: dict[str, Any]) -> None:
    assert document["info"]["license"]["name"] == "MIT"
    assert document["info"]["description"].startswith("Everything at once.\n\n`HEAD` is answered")
    assert [tag["name"] for tag in document["tags"]] == ["things", "forms", "legacy", "odd"]
    assert merged({"a": {"b": 1}}, {"a": {"c": 2}, "x-d": 3}) == {"a": {"b": 1, "c": 2}, "x-d": 3}
    bare = compose(nasty.app.operations, title="Nasty", version="1")
    assert [tag["name"] for tag in bare["tags"]] == ["forms", "legacy", "odd", "things"]


def test_docstrings_are_summaries_and_descriptions(document: dict[str, Any]) -> None:
    listed = operation(document, "get", "/things")
    assert listed["summary"] == "List things"
    assert listed["description"] == "Filters are joined by *and*; see `colour`."
    assert operation(document, "get", "/odd/bytes")["description"] == "Give bytes."


def test_security_is_said_of_every_operation(document: dict[str, Any]) -> None:
    assert operation(document, "get", "/things")["security"] == [{"bearer": []}]
    assert operation(document, "patch", "/things/{id}")["security"] == [{"bearer": []}, {"apiKey": []}]
    assert operation(document, "delete", "/things/{id}")["security"] == [{"bearer": [], "apiKey": []}]
    assert operation(document, "get", "/odd/bytes")["security"] == []
    assert document["components"]["securitySchemes"]["apiKey"] == {
        "type": "apiKey",
        "in": "header",
        "name": "X-Key",
    }


def test_scopes_are_listed_and_told() -> None:
    flow = Flow(scopes={"write": "Change things."}, token_url="https://auth.example/token")
    scheme = OAuth2(lambda token: token, flows=[flow], description="Ask our service.")
    app = App()

    @app.get("/", security=scheme("write"))
    def show() -> str:
        return "x"

    made = written(app)
    shown = operation(made, "get", "/")
    assert shown["security"] == [{"oauth2": ["write"]}]
    assert shown["responses"]["403"]["description"].endswith("The call needs `write`.")
    assert "WWW-Authenticate" in shown["responses"]["403"]["headers"]
    assert made["components"]["securitySchemes"]["oauth2"]["description"] == "Ask our service."


def test_streams_have_items_where_openapi_knows_them(document: dict[str, Any]) -> None:
    lines = operation(document, "get", "/odd/lines")["responses"]["200"]["content"]
    assert lines == {"application/x-ndjson": {"itemSchema": {"$ref": "#/components/schemas/Point"}}}
    events = operation(document, "get", "/odd/events")["responses"]["200"]["content"]
    item = events["text/event-stream"]["itemSchema"]
    assert item["properties"]["data"]["contentSchema"] == {"$ref": "#/components/schemas/Point"}
    older = operation(written(nasty.app, "3.1"), "get", "/odd/lines")["responses"]["200"]["content"]
    assert "itemSchema" not in json.dumps(older)


def test_what_only_streams_refer_to_is_left_out_of_older_versions() -> None:
    schemas = {"A": {"$ref": "#/components/schemas/B"}, "B": {"type": "string"}, "C": {"type": "integer"}}
    given = {"paths": {"/": {"x": {"$ref": "#/components/schemas/A"}}}, "components": {"schemas": schemas}}
    assert published(given)["components"]["schemas"].keys() == {"A", "B"}
    whole = {**given, "components": {"schemas": {name: schemas[name] for name in "AB"}}}
    assert published(whole) == whole


def test_answers_of_error_handlers_stand_in_for_what_they_answer(document: dict[str, Any]) -> None:
    assert operation(document, "get", "/odd/events")["responses"].keys() >= {"409", "410"}


def test_several_problems_of_one_status_are_one_answer(document: dict[str, Any]) -> None:
    conflict = operation(document, "post", "/things")["responses"]["409"]
    schema = conflict["content"]["application/problem+json"]["schema"]
    names = {part["$ref"].rpartition("/")[2] for part in schema["anyOf"]}
    assert names == {"OutOfStock", "Problem"}
    assert conflict["description"].startswith("There are fewer than that.")


def test_header_fields_and_cookies_are_described_where_they_are_sent(document: dict[str, Any]) -> None:
    created = operation(document, "post", "/things")["responses"]["201"]["headers"]
    assert created["Location"] == {"$ref": "#/components/headers/Location"}
    assert created["Set-Cookie"]["$ref"] == "#/components/headers/Set-Cookie"
    assert "Deprecation" in operation(document, "delete", "/things/{id}")["responses"]["404"]["headers"]
    picture = operation(document, "get", "/things/{id}/picture")["responses"]
    assert picture["206"]["content"] == picture["200"]["content"]
    assert picture["416"]["headers"].keys() >= {"Content-Range", "Accept-Ranges"}
    assert "Accept-Patch" in operation(document, "patch", "/things/{id}")["responses"]["415"]["headers"]


def test_a_format_of_errors_says_how_they_look() -> None:
    class Envelope(ErrorFormat):
        media_type = "application/json"

        def describe(self, kind: type[Problem]) -> dict[str, Any]:
            return {"type": "object", "properties": {"error": {"const": kind.status}}}

    app = App(error_format=Envelope())

    @app.get("/", raises=[NotFound])
    def show() -> dict[str, int]:
        return {}

    answers = operation(written(app), "get", "/")["responses"]
    assert answers["404"]["content"]["application/json"]["schema"]["properties"]["error"] == {"const": 404}


def test_an_answer_and_a_problem_of_one_status_share_it() -> None:
    app = App()

    @app.get("/", raises=[Conflict], returns={200: int, 409: str})
    def show() -> Response:
        return Response("x")

    found = operation(written(app), "get", "/")["responses"]["409"]["content"]
    assert found.keys() == {"text/plain; charset=utf-8", "application/problem+json"}


def test_hosts_have_servers_and_documents_of_their_own() -> None:
    app = App()
    for name in ("a", "b"):
        router = Router(host=f"{name}.example.com")
        router.get("/", name=f"show_{name}")(lambda: "x")
        app.mount(router)
    app.get("/all", security=public)(lambda: "x")
    with pytest.raises(SetupError, match="each on a host of its own") as caught:
        written(app)
    assert caught.value.mend == 'build(..., host="a.example.com")'
    made = written(app, host="b.example.com")
    assert operation(made, "get", "/")["servers"] == [{"url": "//b.example.com/"}]
    assert server_of("{tenant}.example.com") == {
        "url": "//{tenant}.example.com/",
        "variables": {"tenant": {"default": "tenant"}},
    }
