"""HTML that cannot be forgotten to be escaped: text is escaped, what is :class:`Html` already is not."""

from __future__ import annotations

import re
from html import escape

_VOID = frozenset({"br", "hr", "input", "link", "meta"})


class Html(str):
    """Hold text that is HTML; only this module, and what has escaped by itself, makes one."""

    __slots__ = ()


def element(name: str, /, *children: str | None, **attributes: str | bool | None) -> Html:
    """Write an element; ``class_`` stands for ``class``, and underscores inside a name for hyphens.

    An attribute that is None or False is left out, one that is True has no value.

    >>> element("a", "R&D", href="?a&b", data_x="1", hidden=False)
    '<a href="?a&amp;b" data-x="1">R&amp;D</a>'
    """
    opening = f"<{name}{''.join(_attribute(key, value) for key, value in attributes.items())}>"
    return Html(opening if name in _VOID else f"{opening}{join(*children)}</{name}>")


def _attribute(key: str, value: str | bool | None) -> str:
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'


def join(*parts: str | None, by: str = "") -> Html:
    """Join parts that are there: text is escaped, HTML is not."""
    written = (part if isinstance(part, Html) else escape(part) for part in parts if part)
    return Html(escape(by).join(written))


def code(text: str, **attributes: str | bool | None) -> Html:
    """Write text as code."""
    return element("code", text, **attributes)


def slug(*words: str) -> str:
    """Give words as a fragment of a URL: what RFC 3986 lets stand there unescaped, spaces as hyphens.

    >>> slug("operation", "list books"), slug("tag", "größe")
    ('operation-list-books', 'tag-gr~f6~dfe')
    """
    text = "-".join(words).replace(" ", "-")
    return re.sub(r"[^A-Za-z0-9_.-]", lambda match: f"~{ord(match[0]):x}", text)
