"""YAML: what JSON can say, without the traps of YAML 1.1."""

from __future__ import annotations

import sys
from typing import Any

import pytest
import yaml

from restlite.errors import SetupError
from restlite.openapi.reader import DocumentError, read_document
from restlite.openapi.yaml_text import parse_yaml


def refused(text: str) -> str:
    with pytest.raises(DocumentError) as caught:
        parse_yaml(text, "api.yaml")
    return str(caught.value)


def test_a_document() -> None:
    text = b"openapi: 3.1.0\npaths:\n  /a:\n    get:\n      responses:\n        200: {}\n"
    assert read_document(text).data["paths"] == {"/a": {"get": {"responses": {"200": {}}}}}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("on", "on"),
        ("yes", "yes"),
        ("2024-01-01", "2024-01-01"),
        ("12:30:00", "12:30:00"),
        ("'1'", "1"),
        ('"true"', "true"),
        ("1_000", "1_000"),
        ("010", 10),
        ("0o17", 15),
        ("0x1F", 31),
        ("-7", -7),
        ("1.5", 1.5),
        ("-.5e3", -500.0),
        (".inf", ".inf"),
        ("~", None),
        ("Null", None),
        ("", None),
        ("FALSE", False),
        ("!!str 1", "1"),
        ("!!int 1", 1),
        ("! 1", "1"),
        ("|\n  1\n  2\n", "1\n2\n"),
        ("north", "north"),
    ],
)
def test_scalars(text: str, value: Any) -> None:
    read = parse_yaml(f"a: {text}")["a"]
    assert read == value
    assert type(read) is type(value)


def test_keys_are_the_text_that_is_written() -> None:
    keys = list(parse_yaml("on: 1\n200: 2\nnull: 3\n0x10: 4\n1.0: 5\ntrue: 6\n"))
    assert keys == ["on", "200", "null", "0x10", "1.0", "true"]


def test_aliases_and_merge_keys() -> None:
    text = "base: &b {a: 1, b: 2}\nmore: &m [*b, 1]\nx: {<<: *b, b: 3}\ny: {<<: [*b, {c: 4}]}\nz: *m\n"
    text += "t: &t 1\nu: *t"
    read = parse_yaml(text)
    assert read["x"] == {"b": 3, "a": 1}
    assert read["y"] == {"a": 1, "b": 2, "c": 4}
    assert read["z"] == [{"a": 1, "b": 2}, 1]
    assert read["u"] == 1


BOMB = "a: &a [1,1,1,1,1,1,1,1,1,1]\n" + "".join(
    f"{name}: &{name} [{','.join([f'*{before}'] * 10)}]\n"
    for before, name in ("ab", "bc", "cd", "de", "ef", "fg")
)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a: 1\nb: {c: 1, c: 2}", "api.yaml#/b/c: found a key that stands twice; expected each key once."),
        ("a: [1", "found did not find expected ',' or ']' at line 2; expected valid YAML."),
        ("a: 1\n b: 2", "found mapping values are not allowed in this context at line 2"),
        ("a: \x00", "found unacceptable character #x0000: control characters are not allowed"),
        ("a: !!python/object:os.system x", "#/a: found the tag 'tag:yaml.org,2002:python/object:os.system'"),
        (
            "a: !!set {b}",
            "#/a: found the tag 'tag:yaml.org,2002:set'; expected plain YAML that JSON can say.",
        ),
        ("? [a]\n: 1", "found a list or mapping as a key; expected a text."),
        ("a: &a 1\n*a : 2", "found the alias *a as a key; expected a text."),
        ("a: *b", "#/a: found the alias *b without an anchor; expected an anchor that ends before it."),
        ("a: &b [1, *b]", "#/a/1: found the alias *b within its own anchor"),
        ("a: {<<: 1}", "found a merge key (<<) with something else than mappings; expected mappings."),
        ("a: 1\n---\nb: 1", "found a second YAML document; expected one."),
        (f"a: {'9' * 500}", "#/a: found a number of 500 digits; expected at most 400."),
        ("a: 1e400", "#/a: found the number 1e400; expected a number below 1e309."),
        ("[" * 300, "found more than 200 levels of nesting; expected fewer."),
        (BOMB, "found aliases that stand for more than 1,000,000 nodes; expected fewer."),
    ],
)
def test_traps(text: str, said: str) -> None:
    assert said in refused(text)


def test_the_parser_without_its_library_in_c(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(yaml, "CSafeLoader")
    assert parse_yaml("a: [1, {b: on}]") == {"a": [1, {"b": "on"}]}


def test_a_missing_library_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "yaml", None)
    with pytest.raises(SetupError) as caught:
        parse_yaml("a: 1")
    assert str(caught.value) == "YAML needs pyyaml.\n    Write: pip install 'restlite[contract]'"
