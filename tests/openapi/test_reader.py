"""Documents from files, text and data; every fault is told by its place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from restlite.openapi.parsing import walk
from restlite.openapi.pointers import below, follow, steps_of
from restlite.openapi.reader import Document, DocumentError, kind_of, operations_of, read_document

INFO = {"title": "Books", "version": "1"}


def document(**members: Any) -> dict[str, Any]:
    return {"openapi": "3.1.1", "info": INFO, **members}


def refused(source: Any, **options: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        read_document(source, **options)
    return str(caught.value)


@pytest.mark.parametrize(
    ("written", "version"),
    [("3.0.4", "3.0"), ("3.1.0", "3.1"), ("3.2.0", "3.2"), ("3.1", "3.1")],
)
def test_versions(written: str, version: str) -> None:
    assert read_document({**document(), "openapi": written}).version == version


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"openapi": "2.0"}, '#/openapi: found \'2.0\'; expected "3.0.x", "3.1.x" or "3.2.x".'),
        ({"openapi": "3.10.0"}, "found '3.10.0'"),
        ({"swagger": "2.0"}, "#/swagger: found Swagger 2.0; expected openapi: 3.0, 3.1 or 3.2."),
        ({}, "#: found no member openapi; expected openapi: 3.1.1."),
        ({"x": object()}, "Unable to serialize unknown type"),
        ({"x": float("nan")}, "expected valid JSON"),
    ],
)
def test_data_that_is_no_document(data: dict[str, Any], said: str) -> None:
    assert said in refused(data)


def test_data_that_holds_itself_is_refused() -> None:
    data = document()
    data["x-self"] = data
    assert "Circular reference" in refused(data)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b'{"openapi": "3.1.0",}', "found trailing comma at line 1 column 21; expected valid JSON."),
        (b"\xff\xfe{}", "found a byte that is not UTF-8 at offset 0; expected UTF-8."),
        (b'{"a": {"b/c": 1, "b/c": 2}}', "#/a/b~1c: found a key that stands twice; expected each key once."),
        (b'{"a": [{"b": {"c": 1, "c": 2}}, 1], "a": 1}', "#/a: found a key that stands twice"),
        (b'{"a": [1e400]}', "#/a/0: found the number 1e400; expected a number below 1e309."),
        (b"[" * 100_000, "expected"),
        (b'{"a":' * 5_000, "found more than 200 levels of nesting at line 1"),
        (b"- 1", "found a list; expected an OpenAPI document, a mapping."),
        (b"", "found null; expected an OpenAPI document, a mapping."),
        (b"{} x" + b" " * 60, "found trailing characters"),
    ],
)
def test_text_that_is_no_document(content: bytes, said: str) -> None:
    assert said in refused(content)


def test_a_byte_order_mark_is_no_fault() -> None:
    text = json.dumps(document(**{"x-rate": 1.5})).encode()
    assert read_document(b"\xef\xbb\xbf" + text).data["x-rate"] == 1.5


def test_files(tmp_path: Path) -> None:
    path = tmp_path / "api.json"
    path.write_text(json.dumps(document()))
    assert read_document(path).data == read_document(str(path)).data == document()
    assert read_document(path).source == str(path)
    assert refused(tmp_path / "no.json").endswith(
        "no such file or directory; expected a file that can be read."
    )
    assert "expected a file; nothing is ever fetched" in refused("https://example.com/openapi.json")
    assert "null" in refused("a\0b")
    assert f"{path}#: found {path.stat().st_size:,} bytes; expected at most 10." in refused(
        path, max_bytes=10
    )
    assert "expected at most 10." in refused(json.dumps(document()).encode(), max_bytes=10)


def test_a_large_document_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "large.json"
    path.write_bytes(b" " * 10_000_001)
    assert refused(path).endswith("found 10,000,001 bytes; expected at most 10,000,000.")


def test_operations() -> None:
    get, query, copy = {"operationId": "get"}, {"operationId": "query"}, {"operationId": "copy"}
    item = {"get": get, "query": query, "parameters": [], "additionalOperations": {"COPY": copy}}
    data = document(
        paths={"/a": item, "x-y": 1, "/b": {"$ref": "#/paths/~1a", "summary": "b"}}, openapi="3.2.0"
    )
    found = list(operations_of(read_document(data)))
    assert [(each.pointer, each.path, each.method, each.operation) for each in found[:3]] == [
        ("/paths/~1a/get", "/a", "GET", get),
        ("/paths/~1a/query", "/a", "QUERY", query),
        ("/paths/~1a/additionalOperations/COPY", "/a", "COPY", copy),
    ]
    assert [each.pointer for each in found[3:]] == [each.pointer.replace("~1a", "~1b") for each in found[:3]]
    assert found[3].path_item["summary"] == "b"
    old = read_document({**data, "openapi": "3.1.0"})
    assert [each.method for each in operations_of(old)] == ["GET", "GET"]
    assert list(operations_of(read_document(document()))) == []


def test_webhooks_are_operations_too() -> None:
    data = read_document(document(webhooks={"x-sold": {"post": {}}}))
    assert [each.pointer for each in operations_of(data, "webhooks")] == ["/webhooks/x-sold/post"]


@pytest.mark.parametrize(
    ("paths", "said"),
    [
        ([], "#/paths: found a list; expected a mapping."),
        ({"/a": 1}, "#/paths/~1a: found a number; expected a mapping."),
        ({"/a": {"get": "x"}}, "#/paths/~1a/get: found a text; expected a mapping."),
    ],
)
def test_operations_of_another_shape(paths: Any, said: str) -> None:
    with pytest.raises(DocumentError) as caught:
        list(operations_of(read_document(document(paths=paths))))
    assert str(caught.value) == said


def test_a_place_by_its_pointer() -> None:
    data = read_document(document(paths={"/a": {"get": {"tags": ["%41", "b"]}}}))
    assert data.at("/paths/~1a/get/tags/0") == "%41"
    assert data.at("") is data.data
    for pointer in ("/paths/~1b", "/paths/~1a/get/tags/2", "/paths/~1a/get/tags/01", "/info/title/x"):
        with pytest.raises(DocumentError) as caught:
            data.at(pointer)
        assert str(caught.value) == f"#{pointer}: found nothing; expected what is there."


def test_pointers() -> None:
    assert below("", "a/b", "~", 0) == "/a~1b/~0/0"
    assert steps_of(below("", "~1", "/")) == ["~1", "/"]
    with pytest.raises(ValueError, match="does not begin with a slash"):
        steps_of("a")
    assert follow({"a": [1, 2]}, "/a/1") == 2
    assert [pointer for pointer, _ in walk({"a": [1], "b": 2})] == ["", "/a", "/a/0", "/b"]
    assert [pointer for pointer, _ in walk({"a": [1], "b": 2}, lambda key: key == "b")] == ["", "/b"]


def test_kinds() -> None:
    assert [kind_of(value) for value in ({}, "", True, 1.5)] == [
        "a mapping",
        "a text",
        "a boolean",
        "a number",
    ]


def test_a_document_is_its_own_key() -> None:
    data = document()
    assert len({Document(data, "3.1"), Document(data, "3.1")}) == 2
