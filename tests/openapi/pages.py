"""A page as its reader meets it: what an element says, by selector of its id, class or name."""

from __future__ import annotations

from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

VOID = {"br", "hr", "input", "link", "meta"}
BLOCKS = {"p", "li", "h1", "h2", "h3", "h4", "summary", "figcaption", "pre", "dt", "dd", "legend", "option"}


class Node:
    """Hold one element with its attributes and what is inside."""

    def __init__(self, name: str, attributes: dict[str, Any], parent: Node | None = None) -> None:
        self.name = name
        self.attributes = attributes
        self.parent = parent
        self.inside: list[Node | str] = []

    def all(self, selector: str) -> list[Node]:
        """Find elements by ``#id``, ``.class`` or name, in the page's order."""
        return [node for node in self.everything() if node._is(selector)]

    def one(self, selector: str) -> Node:
        (found,) = self.all(selector)
        return found

    def lines(self) -> list[str]:
        """Give the text, a line a block, blanks folded."""
        return [line for part in self._text().split("\n") if (line := " ".join(part.split()))]

    @property
    def text(self) -> str:
        return "".join(part if isinstance(part, str) else part.text for part in self.inside)

    def everything(self) -> Iterator[Node]:
        """Visit every element inside, in the page's order."""
        for part in self.inside:
            if isinstance(part, Node):
                yield part
                yield from part.everything()

    def _is(self, selector: str) -> bool:
        if selector.startswith("#"):
            return self.attributes.get("id") == selector[1:]
        if selector.startswith("."):
            return selector[1:] in str(self.attributes.get("class", "")).split()
        return self.name == selector

    def _text(self) -> str:
        inside = "".join(part if isinstance(part, str) else part._text() for part in self.inside)
        return f"\n{inside}\n" if self.name in BLOCKS else inside


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.root = self.open = Node("", {})

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        names = [name for name, _ in attrs]
        assert len(names) == len(set(names)), f"<{tag}> has an attribute twice: {names}"
        node = Node(tag, dict(attrs), self.open)
        self.open.inside.append(node)
        if tag not in VOID:
            self.open = node

    def handle_endtag(self, tag: str) -> None:
        assert self.open.name == tag, f"</{tag}> closes <{self.open.name}>"
        assert self.open.parent is not None
        self.open = self.open.parent

    def handle_data(self, data: str) -> None:
        self.open.inside.append(data)


def read(page: str) -> Node:
    """Read HTML; every element must be closed, in its place."""
    reader = _Reader()
    reader.feed(page)
    reader.close()
    assert reader.open is reader.root, f"<{reader.open.name}> is never closed"
    return reader.root
