"""Sources alone: what they read, explain and describe."""

from __future__ import annotations

from typing import Any

import pytest

from restlite.errors import BadRequest
from restlite.params import (
    MISSING,
    CookieSource,
    HeaderSource,
    Param,
    PathSource,
    QuerySource,
    decode,
    environ_key,
)
from restlite.records import ParameterRecord, SchemaRef
from restlite.violations import Violation


def test_sources_explain_what_they_read() -> None:
    param = Param("a", "a", "query", int)
    raw: dict[str, Any] = {}
    found = list(QuerySource([param]).explain({"QUERY_STRING": "a=1&a=2&b"}, raw))
    assert raw == {"a": "1"}
    assert found == [
        Violation("query", "a", "repeated", "This was given more than once."),
        Violation("query", "b", "unknown", "This is not known here."),
    ]
    assert list(QuerySource([param]).explain({}, {})) == []
    assert list(QuerySource([], ("b*",)).explain({"QUERY_STRING": "bc=1"}, {})) == []
    assert list(QuerySource([], closed=False).explain({"QUERY_STRING": "x"}, {})) == []


def test_sources_of_other_places_have_nothing_to_explain() -> None:
    header, cookie = (
        HeaderSource([Param("t", "X-T", "header", str)]),
        CookieSource([Param("c", "c", "cookie", str)]),
    )
    raw: dict[str, Any] = {}
    environ = {"HTTP_X_T": "a", "HTTP_COOKIE": "c=b"}
    assert [list(source.explain(environ, raw)) for source in (header, cookie, PathSource([]))] == [[], [], []]
    assert raw == {"t": "a", "c": "b"}
    assert PathSource([]).read(environ, raw)


def test_environ_keys_and_escapes() -> None:
    keys = [environ_key(name) for name in ("X-Token", "Content-Type", "content-length")]
    assert keys == ["HTTP_X_TOKEN", "CONTENT_TYPE", "CONTENT_LENGTH"]
    assert [decode(text) for text in ("", "a+b", "%41")] == ["", "a b", "A"]


@pytest.mark.parametrize(
    ("param", "style", "explode", "required"),
    [
        (Param("a", "a", "path", int), "simple", True, True),
        (Param("a", "A", "header", int, 1), "simple", True, False),
        (Param("a", "a", "query", int), "form", True, True),
        (Param("a", "a", "cookie", int, None), "form", True, False),
        (Param("a", "a", "query", list[int], many=True, style="csv"), "form", False, True),
        (Param("a", "a", "query", list[int], many=True, style="pipe"), "pipeDelimited", False, True),
        (Param("a", "a", "query", list[int], many=True, style="space"), "spaceDelimited", False, True),
        (Param("a", "f[a]", "query", int, style="deepObject", member_of="f"), "deepObject", True, True),
    ],
)
def test_parameters_describe_themselves(param: Param, style: str, explode: bool, required: bool) -> None:
    record = param.describe(True)
    schema = SchemaRef(param.annotation, "pydantic", "input", True, "text")
    default, has_default = (None, False) if param.default is MISSING else (param.default, True)
    assert record == ParameterRecord(
        param.wire, param.location, schema, required, style, explode, default, has_default
    )
    assert repr(MISSING) == "MISSING"


def test_cookies_that_are_not_utf_8_are_a_400() -> None:
    source = CookieSource([Param("sid", "sid", "cookie", str)])
    with pytest.raises(BadRequest, match="The Cookie field is not UTF-8"):
        source.read({"HTTP_COOKIE": "sid=\xe9"}, {})
