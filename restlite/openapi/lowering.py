"""A walk over a document, in which rules write each object as an older version of OpenAPI does.

One walk goes as far down as is asked, innermost objects first. What the older version cannot say becomes an
extension (``query`` is ``x-query``), or the nearest that it can say; both are told.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from .anatomy import REFERABLE, Node, Steps, visited
from .nodes import is_list, is_map
from .pointers import below, follow


class Loss(NamedTuple):
    """Tell one thing that the older version cannot say."""

    #: Into the document that was lowered (RFC 6901).
    pointer: str
    what: str
    #: What stands there now; empty where nothing does.
    became: str

    def __str__(self) -> str:
        return (
            f"{self.pointer or '/'}: {self.what} {f'became {self.became}' if self.became else 'was left out'}"
        )


class Place(NamedTuple):
    """Say where an object stands, for the rules that rewrite it."""

    lowering: Lowering
    steps: Steps
    #: The object as it was.
    given: Any

    @property
    def pointer(self) -> str:
        return below("", *self.steps)

    def lose(self, what: str, became: str = "", *steps: str | int) -> None:
        """Report what is lost here, or below."""
        self.lowering.losses.append(Loss(below(self.pointer, *steps), what, became))

    def rename(self, node: Node, key: str, other: str = "") -> None:
        """Keep a member that the older version does not know as an extension; references follow it."""
        if key in node:
            name = other or f"x-{key.lstrip('$')}"
            node[name] = node.pop(key)
            self.lose(key, name, key)
            self.move((key,), (name,))

    def drop(self, node: Node, key: str) -> None:
        """Leave a member out."""
        if key in node:
            del node[key]
            self.lose(key, "", key)

    def move(self, old: Steps, new: Steps) -> None:
        """Let references to what stood in one place below lead to another."""
        self.lowering.moves.append((below(self.pointer, *old), below(self.pointer, *new)))

    def target(self, node: Any) -> Any:
        """Follow local references in the document as it was given; None where they lead nowhere."""
        seen = set[str]()
        while is_map(node) and isinstance(ref := node.get("$ref"), str):
            if ref in seen or not ref.startswith("#"):
                return None
            seen.add(ref)
            try:
                node = follow(self.lowering.document, ref[1:])
            except (LookupError, ValueError):
                return None
        return node


Rule: TypeAlias = Callable[[Node, Place], Node]
Rules: TypeAlias = Mapping[str, Rule]


class Lowering:
    """Walk a document, and let the rules rewrite a copy of every object once what is in it has been.

    :param schemas: whether the rules have anything to say of schemas.
    """

    def __init__(self, document: Node, rules: tuple[Rules, ...], *, schemas: bool = True) -> None:
        self.document = document
        self.schemas = schemas
        self.rules = rules
        self.losses: list[Loss] = []
        #: Places that have another pointer now, inner ones first.
        self.moves: list[tuple[str, str]] = []
        #: What is being written in place of a reference now.
        self.inlined: list[Node] = []

    def lowered(self) -> Node:
        """Give the lowered copy."""
        lowered: Node = self.visit("document", self.document, ())
        moved: Node = _moved(lowered, self.moves) if self.moves else lowered
        return moved

    def visit(self, kind: str, node: Any, steps: Steps) -> Any:
        """Lower one object."""
        copied: Any = node
        if kind == "schema" and not self.schemas:
            return node
        if not is_map(node):
            if kind != "schema" or not isinstance(node, bool):
                return node
        elif kind in REFERABLE and "$ref" in node:
            kind, copied = f"{kind}_reference" if kind == "media_type" else "reference", dict(node)
        else:
            copied = visited(kind, node, steps, self.visit)
        for rules in self.rules:
            rule = rules.get(kind)
            copied = rule(copied, Place(self, steps, node)) if rule else copied
        return copied

    def inline(self, kind: str, target: Node, steps: Steps) -> Node | None:
        """Lower what a reference stands for once more, in its place; None within itself.

        What is lost has been told where the target stands.
        """
        if any(target is one for one in self.inlined):
            return None
        told, moved = len(self.losses), len(self.moves)
        self.inlined.append(target)
        made: Node = self.visit(kind, target, steps)
        self.inlined.pop()
        del self.losses[told:], self.moves[moved:]
        return made


def _moved(node: Any, moves: list[tuple[str, str]]) -> Any:
    """Let references follow what has moved."""
    if is_list(node):
        return [_moved(item, moves) for item in node]
    if not is_map(node):
        return node
    made = {key: _moved(value, moves) for key, value in node.items()}
    for key in ("$ref", "operationRef"):
        if isinstance(made.get(key), str):
            made[key] = _followed(made[key], moves)
    return made


def _followed(reference: str, moves: list[tuple[str, str]]) -> str:
    for old, new in moves:
        if f"{reference}/".startswith(f"#{old}/"):
            reference = f"#{new}{reference[len(old) + 1 :]}"
    return reference
