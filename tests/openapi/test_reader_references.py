"""``$ref``: within the document, to files beside it, and never farther."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from restlite.openapi.reader import Document, DocumentError, read_document


def document(schemas: Any, **members: Any) -> dict[str, Any]:
    info = {"title": "Books", "version": "1"}
    return {"openapi": "3.1.1", "info": info, "components": {"schemas": schemas}, **members}


def refused(source: Any) -> str:
    with pytest.raises(DocumentError) as caught:
        read_document(source)
    return str(caught.value)


def ref(to: str) -> dict[str, str]:
    return {"$ref": to}


def test_chains_are_followed_to_their_end() -> None:
    data = document({"A": ref("#/components/schemas/B%7E1c"), "B/c": {"type": "string"}})
    data["components"]["schemas"]["A"] = ref("#/components/schemas/B~1c")
    read = read_document(data)
    assert read.resolve(ref("#/components/schemas/A")) == {"type": "string"}
    assert read.resolve({"type": "null"}) == {"type": "null"}
    assert read.resolve(ref("#")) is read.data


def test_recursion_is_no_cycle() -> None:
    node = {"properties": {"next": ref("#/components/schemas/Node")}}
    assert list(read_document(document({"Node": node})).check()) == []


@pytest.mark.parametrize(
    ("schemas", "said"),
    [
        (
            {"A": ref("#/components/schemas/B"), "B": ref("#/components/schemas/A")},
            "#/components/schemas/B: found the cyclic $ref #/components/schemas/A -> #/components/schemas/B",
        ),
        (
            {"A": {"items": ref("#/components/schemas/No")}},
            "#/components/schemas/A/items: found the $ref '#/components/schemas/No', which names nothing; "
            "expected what is there.",
        ),
        (
            {"A": ref("https://example.com/a.json#/B")},
            "found the remote $ref 'https://example.com/a.json#/B'; expected a local one: a remote $ref is "
            "never fetched; save the file beside the document.",
        ),
        ({"A": ref("//example.com/a.json")}, "found the remote $ref"),
        ({"A": ref("file:///etc/passwd")}, "found the remote $ref"),
        ({"A": ref("a.json")}, "expected a path relative to a document that was read from a file."),
        ({"A": {"allOf": [ref("#nothing")]}}, "#/components/schemas/A/allOf/0: found the $ref '#nothing'"),
    ],
)
def test_wrong_references(schemas: Any, said: str) -> None:
    assert said in refused(document(schemas))


def test_references_in_examples_are_data() -> None:
    schema = {
        "default": ref("#/no"),
        "examples": [ref("#/no")],
        "x-more": ref("#/no"),
        "properties": {"default": {"type": "string"}, "$ref": {"type": "string"}},
    }
    assert read_document(document({"A": schema})).version == "3.1"
    assert "#/components/schemas/A/properties/default" in refused(
        document({"A": {"properties": {"default": ref("#/no")}}})
    )


def test_anchors_and_ids() -> None:
    data = document({"A": {"$anchor": "book", "$id": "https://example.com/book"}})
    read = read_document(data)
    assert read.resolve(ref("#book")) is read.resolve(ref("https://example.com/book"))


def test_checking_lists_every_fault_and_can_be_put_off() -> None:
    data = document({"A": {"anyOf": [ref("#/x"), ref("#/y"), ref("#/info"), ref("#/info")]}})
    read = read_document(data, check=False)
    assert {error.pointer[-1] for error in read.check()} == {"0", "1"}


def write(path: Path, data: Any) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(data))
    return path


def test_files_beside_the_document(tmp_path: Path) -> None:
    write(tmp_path / "models" / "book.json", {"Book": {"properties": {"by": ref("author.json#/Author")}}})
    author = {"Author": {"properties": {"books": ref("book.json#/Book"), "self": ref("#/Author")}}}
    author["Author"]["properties"]["root"] = ref("../api.json#/components/schemas/A")
    write(tmp_path / "models" / "author.json", author)
    write(tmp_path / "models" / "url.json", {"a": ref("https://example.com")})
    path = write(tmp_path / "api.json", document({"A": ref("models/book.json#/Book")}))
    read = read_document(path)
    book = read.resolve(read.at("/components/schemas/A"))
    author_read = read.resolve(book["properties"]["by"])
    assert read.resolve(author_read["properties"]["books"]) is book
    assert read.resolve(author_read["properties"]["self"]) is author_read
    assert author_read["properties"]["root"] == ref("#/components/schemas/A")
    assert read.resolve(ref("models/url.json"))["a"] == ref("https://example.com")


def test_a_whole_file_and_the_way_up(tmp_path: Path) -> None:
    write(tmp_path / "up.json", {"a": ref("api/api.json"), "b": ref("../x.json")})
    path = write(tmp_path / "api" / "api.json", document({"A": ref("../up.json")}))
    read = read_document(path)
    up = read.resolve(ref("../up.json"))
    assert up["a"] == ref("../api/api.json")
    assert up["b"] == ref("../../x.json")


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = write(tmp_path / "api.json", document({"A": ref("no.json")}))
    assert "found the $ref 'no.json': no such file or directory; expected a file." in refused(path)
    write(tmp_path / "no.json", [1])
    assert read_document(path).resolve(ref("no.json")) == [1]
    (tmp_path / "no.json").write_text("[1")
    assert f"{tmp_path / 'no.json'}#: found EOF while parsing a list" in refused(path)
    with pytest.raises(DocumentError) as caught:
        read_document(path, max_bytes=path.stat().st_size + 1)
    assert "found the $ref 'no.json' to 2 bytes; expected at most 1." in str(caught.value)
    assert "expected a path relative" in refused(write(path, document({"A": ref("/etc/passwd")})))


def test_a_document_without_files_finds_its_own() -> None:
    assert Document({"a": 1}, "3.1").resolve(ref("#/a")) == 1
