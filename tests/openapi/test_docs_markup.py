"""Nothing reaches the page unescaped: elements, attributes, joins and fragments."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from restlite.openapi.docs.markup import Html, code, element, join, slug


def test_text_and_attributes_are_escaped_and_html_is_not() -> None:
    assert element("p", '<b>"&', Html("<i>x</i>"), None, title="'\"<") == (
        '<p title="&#x27;&quot;&lt;">&lt;b&gt;&quot;&amp;<i>x</i></p>'
    )


def test_attributes_may_be_bare_or_left_out() -> None:
    assert element("input", name="a", disabled=True, hidden=False, value=None) == '<input name="a" disabled>'
    assert element("label", class_="x", data_in="path", aria_label="y") == (
        '<label class="x" data-in="path" aria-label="y"></label>'
    )


def test_join_puts_an_escaped_text_between() -> None:
    assert join("a", None, "", code("<"), by=" & ") == "a &amp; <code>&lt;</code>"


@given(st.text())
def test_any_text_is_read_back_by_an_html_parser(text: str) -> None:
    from html.parser import HTMLParser

    found: list[str] = []
    parser = HTMLParser(convert_charrefs=True)
    parser.handle_data = found.append  # type: ignore[method-assign]
    parser.feed(element("p", text))
    parser.close()
    assert "".join(found) == text


@given(st.text(), st.text())
def test_slugs_are_fragments_and_differ_where_words_do(one: str, other: str) -> None:
    fragment = slug("tag", one)
    assert fragment.isascii()
    assert not set(fragment) & set(" \"'<>%#&")
    if one.replace(" ", "-") != other.replace(" ", "-") and "~" not in one + other:
        assert fragment != slug("tag", other)
