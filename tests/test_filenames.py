from __future__ import annotations

from email.message import Message
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restlite.filenames import display_name, disposition, guess_type


@pytest.mark.parametrize(
    ("name", "expect"),
    [
        ("a.txt", "a.txt"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\me\\a.txt", "a.txt"),
        ("/abs/é.png", "é.png"),
        ("a\r\nb\0c\x7f.txt", "abc.txt"),
        ("..", None),
        ("a/.", None),
        ("a/", None),
    ],
)
def test_display_name(name: str, expect: str | None) -> None:
    assert display_name(name) == expect


@pytest.mark.parametrize(
    ("name", "expect"),
    [
        ("a.txt", "text/plain; charset=utf-8"),
        ("a.png", "image/png"),
        ("a.tar.gz", "application/gzip"),
        ("a.txt.bz2", "application/octet-stream"),
        ("a", "application/octet-stream"),
        ("", "application/octet-stream"),
    ],
)
def test_guess_type(name: str, expect: str) -> None:
    assert guess_type(name) == expect


@pytest.mark.parametrize(
    ("name", "expect"),
    [
        (None, "attachment"),
        ("", "attachment"),
        (" ", "attachment"),
        ("a b.txt", 'attachment; filename="a b.txt"'),
        ("é.txt", "attachment; filename=\"e.txt\"; filename*=UTF-8''%C3%A9.txt"),
        ("世界", "attachment; filename=\"file\"; filename*=UTF-8''%E4%B8%96%E7%95%8C"),
        ('a"b.txt', "attachment; filename=\"a_b.txt\"; filename*=UTF-8''a%22b.txt"),
        ("100%.txt", "attachment; filename=\"100_.txt\"; filename*=UTF-8''100%25.txt"),
        ("../a\\b", 'attachment; filename=".._a_b"'),
        ("a\r\nSet-Cookie: b=c", 'attachment; filename="a__Set-Cookie: b=c"'),
        ("a\udcff.txt", "attachment; filename=\"a.txt\"; filename*=UTF-8''a%3F.txt"),
    ],
)
def test_disposition(name: str | None, expect: str) -> None:
    assert disposition("attachment", name) == expect


def test_disposition_inline() -> None:
    assert disposition("inline", None) is None
    assert disposition("inline", "a.txt") == 'inline; filename="a.txt"'


@given(st.text(min_size=1))
def test_disposition_is_one_line_that_gives_the_name_back(name: str) -> None:
    field = disposition("attachment", name) or ""
    assert field.isascii()
    assert field.isprintable()
    kept = "".join("_" if char in "/\\\x7f" or char < " " else char for char in name).strip()
    plain, _, extended = field.partition("; filename*=UTF-8''")
    message = Message()
    message["Content-Disposition"] = plain
    got = unquote(extended) if extended else message.get_filename("")
    assert got == kept.encode("utf-8", "replace").decode()
