from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from werkzeug.http import http_date

from restlite.aliases import Environ
from restlite.ranges import MAX_RANGES, RangeNotSatisfiable, Span, parse_ranges, precondition, wanted_spans

NOW = datetime(2024, 5, 1, 12, 0, tzinfo=UTC)
OLD = http_date(NOW - timedelta(seconds=1))
SAME = http_date(NOW)
NEW = http_date(NOW + timedelta(seconds=1))


def request(method: str = "GET", **fields: str) -> Environ:
    return {"REQUEST_METHOD": method, **{f"HTTP_{name.upper()}": value for name, value in fields.items()}}


@pytest.mark.parametrize(
    ("fields", "expect"),
    [
        ({}, None),
        ({"if_match": '"a"'}, None),
        ({"if_match": '"b", "a"'}, None),
        ({"if_match": "*"}, None),
        ({"if_match": '"b"'}, 412),
        ({"if_match": 'W/"a"'}, 412),
        ({"if_match": "a"}, 412),
        ({"if_match": ""}, 412),
        ({"if_unmodified_since": SAME}, None),
        ({"if_unmodified_since": OLD}, 412),
        ({"if_unmodified_since": "garbage"}, None),
        # If-Match wins over If-Unmodified-Since.
        ({"if_match": '"a"', "if_unmodified_since": OLD}, None),
        ({"if_none_match": '"a"'}, 304),
        ({"if_none_match": 'W/"a"'}, 304),
        ({"if_none_match": '"b,\t", "a"'}, 304),
        ({"if_none_match": " * "}, 304),
        ({"if_none_match": '"b"'}, None),
        ({"if_none_match": "a"}, None),
        ({"if_modified_since": SAME}, 304),
        ({"if_modified_since": NEW}, 304),
        ({"if_modified_since": OLD}, None),
        ({"if_modified_since": "garbage"}, None),
        # If-None-Match wins over If-Modified-Since.
        ({"if_none_match": '"b"', "if_modified_since": NEW}, None),
        # First the 412, then the 304.
        ({"if_match": '"b"', "if_none_match": '"a"'}, 412),
        ({"if_match": '"a"', "if_none_match": '"a"'}, 304),
        ({"if_unmodified_since": NEW, "if_modified_since": NEW}, 304),
    ],
)
def test_precondition(fields: dict[str, str], expect: int | None) -> None:
    assert precondition(request(**fields), '"a"', NOW) == expect
    assert precondition(request("HEAD", **fields), '"a"', NOW) == expect


@pytest.mark.parametrize(
    ("fields", "expect"),
    [
        ({"if_none_match": '"a"'}, 412),
        ({"if_none_match": "*"}, 412),
        ({"if_none_match": '"b"'}, None),
        ({"if_modified_since": NEW}, None),
        ({"if_match": '"b"'}, 412),
    ],
)
def test_precondition_of_a_write(fields: dict[str, str], expect: int | None) -> None:
    assert precondition(request("PUT", **fields), '"a"', NOW) == expect


@pytest.mark.parametrize(
    ("fields", "expect"),
    [
        ({"if_match": "*"}, None),
        ({"if_match": '"a"'}, 412),
        ({"if_none_match": "*"}, 304),
        ({"if_none_match": '"a"'}, None),
        ({"if_unmodified_since": OLD}, None),
        ({"if_modified_since": NEW}, None),
    ],
)
def test_precondition_without_validators(fields: dict[str, str], expect: int | None) -> None:
    assert precondition(request(**fields), None, None) == expect


def test_precondition_with_a_weak_etag() -> None:
    assert precondition(request(if_match='W/"a"'), 'W/"a"', None) == 412
    assert precondition(request(if_none_match='"a"'), 'W/"a"', None) == 304


@given(st.text(), st.sampled_from(["if_match", "if_none_match", "if_modified_since", "if_unmodified_since"]))
@example("Mon, 01 Jan 0001 00:00:00 +2359", "if_modified_since")
@example("Fri, 31 Dec 9999 23:59:59 -2359", "if_unmodified_since")
@example("Fri, 31 Dec 99999 23:59:59 GMT", "if_modified_since")
@example('"' * 65_000, "if_none_match")
def test_precondition_takes_any_text(text: str, name: str) -> None:
    assert precondition(request(**{name: text}), '"a"', NOW) in (None, 304, 412)


@pytest.mark.parametrize(
    ("field", "expect"),
    [
        ("bytes=0-0", [(0, 1)]),
        ("bytes=0-9", [(0, 10)]),
        ("bytes=5-", [(5, 10)]),
        ("bytes=-3", [(7, 10)]),
        ("bytes=-300", [(0, 10)]),
        ("bytes=8-300", [(8, 10)]),
        ("BYTES = 1-2 ,\t4-5", [(1, 3), (4, 6)]),
        ("bytes=8-9,0-1", [(8, 10), (0, 2)]),
        ("bytes=0-1,50-60", [(0, 2)]),
        ("bytes=10-", []),
        ("bytes=-0", []),
        ("bytes=0-1,1-2", None),
        ("bytes=0-,-1", None),
        ("bytes=2-1", None),
        ("bytes=", None),
        ("bytes=-", None),
        ("bytes=a-b", None),
        ("bytes=+1-2", None),
        ("bytes=1_0-20", None),
        ("bytes=٠-١", None),
        ("bytes=0 - 1", None),
        ("bytes=0-1,", None),
        ("bytes", None),
        ("items=0-1", None),
        ("bytes=0-" + "9" * 5_000, None),
        ("bytes=" + ",".join(["0-0"] * 5_000), None),
    ],
)
def test_parse_ranges(field: str, expect: list[Span] | None) -> None:
    assert parse_ranges(field, 10) == expect


def test_parse_ranges_takes_eight() -> None:
    eight = ",".join(f"{start}-{start}" for start in range(0, 16, 2))
    assert parse_ranges(f"bytes={eight}", 100) == [(start, start + 1) for start in range(0, 16, 2)]
    assert MAX_RANGES == 8
    assert parse_ranges(f"bytes={eight},20-20", 100) is None


def test_parse_ranges_of_nothing() -> None:
    assert parse_ranges("bytes=0-", 0) is None
    assert parse_ranges("bytes=-1", 0) is None


Spec = tuple[int | None, int | None]
SPECS: st.SearchStrategy[Spec] = st.one_of(
    st.tuples(st.integers(0, 30), st.none() | st.integers(0, 40)),
    st.tuples(st.none(), st.integers(0, 30)),
)


@given(st.lists(SPECS, min_size=1, max_size=10), st.integers(1, 25))
def test_parse_ranges_against_a_naive_reference(specs: list[Spec], size: int) -> None:
    data = range(size)
    wanted: list[list[int]] = []
    ignored = len(specs) > 8
    for first, last in specs:
        if first is None:
            part = list(data)[-last:] if last else []
        else:
            ignored |= last is not None and last < first
            part = [byte for byte in data if first <= byte and (last is None or byte <= last)]
        if part:
            wanted.append(part)
    sent = [byte for part in wanted for byte in part]
    ignored |= len(sent) != len(set(sent))
    field = "bytes=" + ", ".join(f"{'' if a is None else a}-{'' if b is None else b}" for a, b in specs)
    expect = None if ignored else [(part[0], part[-1] + 1) for part in wanted]
    assert parse_ranges(field, size) == expect


@given(st.text())
def test_parse_ranges_takes_any_text(text: str) -> None:
    for start, stop in parse_ranges(f"bytes={text}", 10) or ():
        assert 0 <= start < stop <= 10


@pytest.mark.parametrize(
    ("condition", "holds"),
    [
        ('"a"', True),
        (' "a" ', True),
        ('"b"', False),
        ('W/"a"', False),
        ("a", False),
        (SAME, True),
        (OLD, False),
        (NEW, False),
        ("", False),
    ],
)
def test_if_range(condition: str, holds: bool) -> None:
    spans = wanted_spans(request(range="bytes=0-1", if_range=condition), 10, '"a"', NOW)
    assert spans == ([(0, 2)] if holds else None)


def test_if_range_needs_a_strong_validator() -> None:
    environ = request(range="bytes=0-1", if_range='W/"a"')
    assert wanted_spans(environ, 10, 'W/"a"', None) is None
    assert wanted_spans(request(range="bytes=0-1", if_range=SAME), 10, '"a"', None) is None


def test_range_counts_with_get_only() -> None:
    assert wanted_spans(request(range="bytes=0-1"), 10, None, None) == [(0, 2)]
    assert wanted_spans(request("HEAD", range="bytes=0-1"), 10, None, None) is None
    assert wanted_spans(request(), 10, None, None) is None


def test_no_satisfiable_range() -> None:
    with pytest.raises(RangeNotSatisfiable) as caught:
        wanted_spans(request(range="bytes=10-"), 10, None, None)
    problem = caught.value
    assert problem.to_dict() == {
        "type": "about:blank",
        "title": "Range Not Satisfiable",
        "status": 416,
        "detail": "The representation has 10 bytes.",
    }
    assert problem.headers == {"Content-Range": "bytes */10", "Accept-Ranges": "bytes"}
    assert wanted_spans(request(range="bytes=10-", if_range='"b"'), 10, '"a"', None) is None
