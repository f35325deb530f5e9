"""Descriptions: the part of CommonMark that documents use, as HTML that holds nothing else.

Paragraphs, headings, lists, fenced code, block quotes; within them code, bold, emphasis and links to
http, https and mailto. Everything else is text and is shown as it was written; HTML too.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .markup import Html, element, join

_BULLET = re.compile(r" {0,3}(?:[-*+]|(\d{1,9})[.)]) +")
_HEADING = re.compile(r" {0,3}#{1,6} +(.*?)(?: +#+)? *$")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_QUOTE = re.compile(r" {0,3}(?:> ?)+")
_SPAN = re.compile(
    r"(?P<ticks>`+)(?P<code>.+?)(?<!`)(?P=ticks)(?!`)"
    r"|\[(?P<label>[^\[\]]+)\]\((?P<target>[^\s()]*)\)"
    r"|<(?P<auto>https?://[^\s<>]+)>"
    r"|\*\*(?P<strong>(?=\S).+?(?<=\S))\*\*"
    r"|(?<![\w*])(?P<mark>[*_])(?P<emphasis>(?=[^\s*_]).+?(?<=[^\s*_]))(?P=mark)(?![\w*])"
    r"|\\(?P<escaped>[!-/:-@\[-`{-~])",
    re.S,
)
#: Lists within each other; deeper ones are text.
_DEEPEST = 8
_SAFE_TARGET = re.compile(r"(?:https?://|mailto:)[^\s\"'<>]+$|#[\w.~-]+$", re.I)


def prose(text: Any) -> Html:
    """Write a description as blocks."""
    return join(*_blocks(str(text or "").expandtabs(4).splitlines()))


def first_line(text: Any) -> Html:
    """Write the first paragraph of a description without a block around it."""
    paragraph = re.split(r"\n\s*\n", str(text or "").strip(), maxsplit=1)[0]
    return spans(paragraph)


def spans(text: str) -> Html:
    """Write what stands in a line."""
    written: list[str] = []
    at = 0
    for match in _SPAN.finditer(text):
        written += [text[at : match.start()], _span(match)]
        at = match.end()
    return join(*written, text[at:])


def _span(match: re.Match[str]) -> str:
    found = match.groupdict()
    if found["code"]:
        return element("code", found["code"].strip() or found["code"])
    if found["auto"]:
        return link(found["auto"], found["auto"])
    if found["label"]:
        return link(found["target"], spans(found["label"]), otherwise=match[0])
    if found["strong"]:
        return element("strong", spans(found["strong"]))
    return element("em", spans(found["emphasis"])) if found["emphasis"] else found["escaped"]


def link(target: str, label: str, *, otherwise: str | None = None) -> str:
    """Write a link to a place outside, or the label alone where its target is not safe to follow."""
    if not _SAFE_TARGET.match(target):
        return label if otherwise is None else otherwise
    outside = not target.startswith("#")
    return element("a", label, href=target, rel="noopener noreferrer" if outside else None)


def _blocks(lines: list[str], depth: int = 0) -> Iterator[Html]:
    while lines:
        if not lines[0].strip():
            del lines[0]
        elif fence := _FENCE.match(lines[0]):
            yield element("pre", element("code", "\n".join(_fenced(lines, fence[1]))))
        elif heading := _HEADING.match(lines[0]):
            del lines[0]
            yield element("p", element("strong", spans(heading[1])), class_="heading")
        elif _QUOTE.match(lines[0]):
            yield element("blockquote", prose("\n".join(_quoted(lines))))
        elif (bullet := _BULLET.match(lines[0])) and depth < _DEEPEST:
            ordered = bool(bullet[1])
            yield element("ol" if ordered else "ul", *_items(lines, ordered, depth + 1))
        else:
            yield element("p", spans("\n".join(_paragraph(lines))))


def _fenced(lines: list[str], fence: str) -> list[str]:
    end = next((n for n, line in enumerate(lines[1:], 1) if line.strip().startswith(fence)), len(lines))
    inside = lines[1:end]
    del lines[: end + 1]
    return inside


def _quoted(lines: list[str]) -> list[str]:
    """Take the lines of a quotation; one within another is not told apart."""
    end = next((n for n, line in enumerate(lines) if not _QUOTE.match(line)), len(lines))
    inside = [_QUOTE.sub("", line) for line in lines[:end]]
    del lines[:end]
    return inside


def _paragraph(lines: list[str]) -> list[str]:
    ends = (_FENCE, _HEADING, _QUOTE, _BULLET)
    stop = (n for n, line in enumerate(lines) if n and (not line.strip() or any(e.match(line) for e in ends)))
    end = next(stop, len(lines))
    taken = [line.strip() for line in lines[:end]]
    del lines[:end]
    return taken


def _items(lines: list[str], ordered: bool, depth: int) -> Iterator[Html]:
    """Take the items of a list, each with the lines that are indented below it."""
    while lines and (bullet := _BULLET.match(lines[0])) and bool(bullet[1]) is ordered:
        width = len(bullet[0])
        body = [lines.pop(0)[width:]]
        while lines and (not lines[0].strip() or lines[0].startswith(" " * min(width, 2))):
            if not lines[0].strip() and not (lines[1:] and lines[1].startswith("  ")):
                break
            line = lines.pop(0)
            body.append(line[min(width, len(line) - len(line.lstrip())) :])
        yield element("li", *_loosened(_blocks(body, depth)))
        while lines and not lines[0].strip() and lines[1:] and _BULLET.match(lines[1]):
            del lines[0]


def _loosened(blocks: Iterator[Html]) -> Iterator[Html]:
    """Take the paragraph off an item's first line, as a tight list is written."""
    for number, block in enumerate(blocks):
        bare = not number and block.startswith("<p>")
        yield Html(block.removeprefix("<p>").removesuffix("</p>")) if bare else block
