"""From routes to a document: what the nasty app says, whatever was registered first."""

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

from restlite import App, Conflict, NoContent, Problem, Router, SetupError
from restlite.openapi.document import build, compose

HERE = Path(__file__).parent


def document_of(app: App, **options: Any) -> dict[str, Any]:
    return build(app.operations, title=app.title, version=app.version, **options)


@pytest.mark.parametrize("version", ["3.0", "3.1", "3.2"])
def test_the_nasty_document_is_valid(version: Any) -> None:
    validate(document_of(nasty.app, members=nasty.MEMBERS, to=version))


def test_the_order_of_registration_does_not_show() -> None:
    forth = build(nasty.app.operations, title="A", version="1")
    back = build(tuple(reversed(nasty.app.operations)), title="A", version="1")
    assert json.dumps(forth) == json.dumps(back)


def test_the_hash_seed_does_not_show() -> None:
    program = (
        "import json, nasty; from restlite.openapi.document import build;"
        "print(json.dumps(build(nasty.app.operations, title='A', version='1')))"
    )
    texts = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONPATH": f"{HERE}{os.pathsep}{HERE.parents[1]}"},
            capture_output=True,
            check=True,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(texts) == 1


def test_everybody_may_call_what_nobody_guards() -> None:
    paths = document_of(nasty.app)["paths"]
    assert paths["/odd/bytes"]["get"]["security"] == []
    alternatives = paths["/things/{id}"]["patch"]["security"]
    assert sorted(map(len, alternatives)) == [1, 1]
    assert list(map(len, paths["/things/{id}"]["delete"]["security"])) == [2]


def test_problems_of_one_status_are_alternatives() -> None:
    answer = document_of(nasty.app)["paths"]["/things"]["post"]["responses"]["409"]
    schema = answer["content"]["application/problem+json"]["schema"]
    assert {item["$ref"].rpartition("/")[2] for item in schema["anyOf"]} == {"OutOfStock", "Problem"}


def test_error_handlers_are_believed() -> None:
    answers = document_of(nasty.app)["paths"]["/odd/events"]["get"]["responses"]
    assert {"409", "410"} <= answers.keys()


def test_streams_have_items_in_32_and_no_unused_components_before() -> None:
    composed = compose(nasty.app.operations, title="A", version="1")
    stream = composed["paths"]["/odd/lines"]["get"]["responses"]["200"]["content"]
    assert stream == {"application/x-ndjson": {"itemSchema": {"$ref": "#/components/schemas/Point"}}}
    assert "x-itemSchema" not in json.dumps(document_of(nasty.app))


def test_paths_that_differ_in_names_are_one() -> None:
    app = App()

    @app.get("/books/<int:id>")
    def show(id: int) -> int:
        return id

    @app.delete("/books/<string(length=3):code>")
    def remove(code: str) -> NoContent:
        return NoContent()

    paths = document_of(app)["paths"]
    assert list(paths) == ["/books/{code}"]
    assert paths["/books/{code}"]["get"]["parameters"][0]["name"] == "code"


def test_a_path_on_two_hosts_is_two_documents() -> None:
    app = App()
    for host in ("a.example.com", "<tenant>.example.org"):
        router = Router(host=host)

        @router.get("/", name=host[0].replace("<", "b"))
        def home() -> str:
            return ""

        app.mount(router)
    with pytest.raises(SetupError, match="each on a host of its own"):
        document_of(app)
    only = document_of(app, host="a.example.com")
    assert only["paths"]["/"]["get"]["servers"] == [{"url": "//a.example.com/"}]


def test_names_of_operations_are_told_apart_by_method_and_path() -> None:
    app = App()
    router = Router()

    @router.route("/ping", methods=["GET", "POST"])
    def ping() -> str:
        return ""

    app.mount(router, prefix="/v1")
    app.mount(router, prefix="/v2")
    paths = document_of(app)["paths"]
    names = {one["operationId"] for item in paths.values() for one in item.values()}
    assert names == {"v1_ping_get", "v1_ping_post", "v2_ping_get", "v2_ping_post"}


def test_two_operations_of_one_name_are_refused() -> None:
    app = App()

    @app.get("/<int:id>", name="same")
    def one(id: int) -> str:
        return ""

    @app.get("/a", name="same")
    def two() -> str:
        return ""

    with pytest.raises(SetupError, match=r"the operationId 'same' would be of .*\n.*name=\"another_name\""):
        document_of(app)


def test_a_problem_that_is_called_as_ours_is_told_apart() -> None:
    class Problem_(Problem):
        status = 409
        left: int

    Problem_.__qualname__ = Problem_.__name__ = "Problem"
    app = App()

    @app.get("/", raises=[Problem_, Conflict])
    def home() -> str:
        return ""

    schemas = document_of(app)["components"]["schemas"]
    assert "ErrorsProblem" in schemas
    assert sum(name.endswith("Problem") for name in schemas) == 3
