"""Descriptions become blocks and spans of a small part of CommonMark, and never anything else."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restlite.openapi.docs.prose import first_line, prose


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("", ""),
        (None, ""),
        ("one\ntwo\n\nthree", "<p>one\ntwo</p><p>three</p>"),
        ("`a<b>` and ``x`y``", "<p><code>a&lt;b&gt;</code> and <code>x`y</code></p>"),
        (
            "**bold `c`** *so* _so_ a_b_c 2*3*4",
            "<p><strong>bold <code>c</code></strong> <em>so</em> <em>so</em> a_b_c 2*3*4</p>",
        ),
        ("\\*no\\* \\q", "<p>*no* \\q</p>"),
        ("# Title #\ntext", '<p class="heading"><strong>Title</strong></p><p>text</p>'),
        (
            "- one\n- two\n  more\n  - in\n\n- three",
            "<ul><li>one</li><li>two\nmore<ul><li>in</li></ul></li><li>three</li></ul>",
        ),
        ("1. a\n2) b\n- c", "<ol><li>a</li><li>b</li></ol><ul><li>c</li></ul>"),
        ("- a\n\n  second\n\nafter", "<ul><li>a<p>second</p></li></ul><p>after</p>"),
        ("> a\n> > b", "<blockquote><p>a\nb</p></blockquote>"),
        ("```json\n{}\n\n<b>\n```\nafter", "<pre><code>{}\n\n&lt;b&gt;</code></pre><p>after</p>"),
        ("~~~\nnever closed", "<pre><code>never closed</code></pre>"),
        ("text\n- item", "<p>text</p><ul><li>item</li></ul>"),
        ("` `", "<p><code> </code></p>"),
    ],
)
def test_blocks_and_spans(text: str | None, expect: str) -> None:
    assert prose(text) == expect


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("[a](https://x.y/?a&b)", '<a href="https://x.y/?a&amp;b" rel="noopener noreferrer">a</a>'),
        ("[a](mailto:a@b.c)", '<a href="mailto:a@b.c" rel="noopener noreferrer">a</a>'),
        ("[a](#operation-x)", '<a href="#operation-x">a</a>'),
        ("<https://x.y>", '<a href="https://x.y" rel="noopener noreferrer">https://x.y</a>'),
        ("[a](javascript:alert(1))", "[a](javascript:alert(1))"),
        ("[a](JaVaScRiPt:alert`1`)", "[a](JaVaScRiPt:alert`1`)"),
        ("[a](data:text/html,x)", "[a](data:text/html,x)"),
        ("[a](//evil.example)", "[a](//evil.example)"),
        ("<script>alert(1)</script>", "&lt;script&gt;alert(1)&lt;/script&gt;"),
        ('[a](https://x"onmouseover="y)', "[a](https://x&quot;onmouseover=&quot;y)"),
    ],
)
def test_links_go_to_safe_places_only(text: str, expect: str) -> None:
    assert first_line(text) == expect


def test_the_first_line_is_the_first_paragraph() -> None:
    assert first_line("One `a`.\n\nTwo.") == "One <code>a</code>."


@pytest.mark.parametrize("text", ["> " * 5000 + "x", "- " * 5000 + "x", "*" * 5000, "[" * 5000, "`" * 5000])
def test_nesting_has_an_end(text: str) -> None:
    assert prose(text)


@given(st.text(alphabet="ab <>&\"'`*_[]()#>-1.\n\\:/", max_size=200))
def test_only_known_elements_come_out(text: str) -> None:
    tags = set(re.findall(r"<(/?\w+)", prose(text)))
    known = {"p", "ul", "ol", "li", "code", "pre", "strong", "em", "a", "blockquote"}
    assert {tag.removeprefix("/") for tag in tags} <= known
