"""JSON pointers."""

from __future__ import annotations

import re

import pytest

from restlite.pointers import PATTERN, index_of, steps_of


@pytest.mark.parametrize(
    ("pointer", "steps"),
    [
        ("", []),
        ("/", [""]),
        ("/foo/0", ["foo", "0"]),
        ("/a~1b", ["a/b"]),
        ("/m~0n", ["m~n"]),
        ("/~01", ["~1"]),
        ("/~1~0~01", ["/~~1"]),
        ("//", ["", ""]),
        ('/k"l/ /c%d/e^f/g|h/i\\j', ['k"l', " ", "c%d", "e^f", "g|h", "i\\j"]),
    ],
)
def test_steps(pointer: str, steps: list[str]) -> None:
    assert re.search(PATTERN, pointer)
    assert steps_of(pointer) == steps


@pytest.mark.parametrize("text", ["a", "a/b", "#/a", "/~", "/~2", "/a~/b", " /a"])
def test_what_is_no_pointer(text: str) -> None:
    assert not re.search(PATTERN, text)


@pytest.mark.parametrize(
    ("step", "index"),
    [
        ("0", 0),
        ("10", 10),
        ("00", None),
        ("01", None),
        ("-", None),
        ("-1", None),
        ("+1", None),
        ("1e0", None),
        ("1.0", None),
        ("", None),
        ("²", None),
        ("١", None),
        ("9" * 18, 10**18 - 1),
        ("9" * 5_000, None),
    ],
)
def test_indices(step: str, index: int | None) -> None:
    assert index_of(step) == index
