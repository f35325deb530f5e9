"""Text of docstrings as CommonMark: what a document holds (OpenAPI 3.1, 4.1)."""

from __future__ import annotations

import re

_ROLE = re.compile(r":[a-z:]+:`~?([^`<]*?)(?: <[^`]*>)?`")
_LITERAL = re.compile(r"``([^`]+)``")


def markdown(text: str) -> str:
    """Write the inline marks of reStructuredText as CommonMark's.

    >>> markdown("Send ``If-Match``; see :class:`~shop.Book`.")
    'Send `If-Match`; see `shop.Book`.'
    """
    return _LITERAL.sub(r"`\1`", _ROLE.sub(r"`\1`", text)).strip()


def described(docstring: str, name: str) -> tuple[str, str]:
    """Give summary and description of a docstring: its first paragraph, and the rest or the summary again.

    >>> described("", "list_books")
    ('List books', 'List books.')
    """
    first, _, rest = docstring.partition("\n\n")
    summary = markdown(" ".join(first.split())) or name.replace("_", " ").strip().capitalize()
    sentence = summary if summary.endswith((".", "!", "?")) else f"{summary}."
    return summary.removesuffix("."), markdown(rest) or sentence
