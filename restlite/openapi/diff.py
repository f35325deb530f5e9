"""What changed between two documents, and whom it breaks.

What a client sends may only be accepted more widely, what it receives may only become narrower. Both are
one relation (:mod:`.containment`), asked twice: where the receiver no longer takes what the sender may
give, the change is breaking; asked the other way round, it finds what became wider, which is compatible.
In callbacks and webhooks the server is the one who sends. A schema used both ways is judged for each use.

Five points have no plain answer; these are ours:

- **A new member in answers** is compatible where the old object was open: clients ignore what they do
  not know. Where it was closed (``additionalProperties: false``) it is breaking: the old document promised
  that there is nothing more. In requests an open object says as little of members it does not name.
- **A new status** 1XX, 4XX, 5XX or ``default`` is compatible, since a client takes an unknown status for the
  first of its class (RFC 9110, 15); a new 2XX or 3XX is breaking.
- **A media type of an answer** is chosen by the client: one more is compatible, one less is breaking.
- **A changed pattern**, ``not`` or ``if`` is breaking both ways: nobody can prove which is wider.
- **Names**: a path parameter or component may be renamed; a changed ``operationId`` renames a method in
  every generated client and is breaking.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Any, Literal, TypeAlias

from .access import security_gaps, server_gaps
from .changes import Change, Severity
from .containment import Gap, Relation
from .dialect import Direction
from .exchanges import Operation, Side, Use
from .nodes import mapping
from .pointers import below
from .reader import Document
from .traffic import answer_gaps, body_gaps, deprecation, parameter_gaps

__all__ = ["diff"]

#: How a client meets a change: in what it sends, in what it receives, or by a name that it knows.
Role: TypeAlias = Literal["sent", "received", "named"]
Compare: TypeAlias = Callable[[Relation, Use, Use], Iterable[Gap]]

_CONSEQUENCES: dict[tuple[Role, Severity, bool], str] = {
    ("sent", "breaking", False): "what clients send may be refused",
    ("sent", "compatible", False): "what clients send is accepted as before",
    ("sent", "compatible", True): "what clients were told to send is accepted as before",
    ("received", "breaking", False): "clients may receive what they were not told of",
    ("received", "compatible", False): "clients receive nothing that they were not told of",
    ("received", "compatible", True): "a client that is strict beyond the document may refuse it",
    ("named", "breaking", False): "clients rely on it",
    ("named", "compatible", False): "no client relies on its absence",
    ("named", "compatible", True): "nothing else changed",
}


def diff(old: Document, new: Document) -> list[Change]:
    """List what changed for clients, what breaks them first.

    Summaries, descriptions, tags, examples, and the names of components do not count. Raises
    :class:`~restlite.openapi.reader.DocumentError` for a reference that names nothing.

    .. code-block:: python

        changes = diff(read_document("openapi.old.json"), read_document("openapi.json"))
        print(to_text(changes))
        sys.exit(breaks(changes))
    """
    comparison = Comparison(Side(old), Side(new))
    comparison.items("path", "paths", reverse=False)
    comparison.items("webhook", "webhooks", reverse=True)
    found = comparison.found.values()
    return sorted(found, key=lambda change: change.severity != "breaking")


class Comparison:
    """Compare two documents, keeping each change once however often its place is used."""

    def __init__(self, old: Side, new: Side) -> None:
        self.old = old
        self.new = new
        self.found: dict[tuple[str, str, str, Role], Change] = {}
        #: For each direction the relation in which the new document takes, and the one in which it gives.
        self.relations: dict[Direction, tuple[Relation, Relation]] = {
            direction: (
                Relation(new.shapes[direction], old.shapes[direction], newer=True),
                Relation(old.shapes[direction], new.shapes[direction], newer=False),
            )
            for direction in old.shapes
        }

    def items(self, noun: str, member: str, *, reverse: bool) -> None:
        """Compare all path items of a member of the documents; ``reverse`` where the server sends."""
        olds = mapping(self.old.document.data.get(member))
        news = mapping(self.new.document.data.get(member))
        self.path_items(noun, (olds, f"/{member}"), (news, f"/{member}"), reverse=reverse)

    def path_items(
        self,
        noun: str,
        old: tuple[dict[str, Any], str],
        new: tuple[dict[str, Any], str],
        *,
        reverse: bool,
    ) -> None:
        olds, news = (
            {_shape(path): path for path in items if not path.startswith("x-")} for items, _ in (old, new)
        )
        for shape, path in (olds | news).items():
            place, there = below(old[1], olds.get(shape, path)), below(new[1], news.get(shape, path))
            if shape not in news:
                self.only_old(noun, place, f"the {noun} {path}")
            elif shape not in olds:
                self.only_new(noun, there, f"the {noun} {path}")
            else:
                before = self.old.operations(olds[shape], old[0][olds[shape]], place)
                after = self.new.operations(path, new[0][path], there)
                self.operations(before, after, reverse=reverse)

    def operations(self, olds: Iterator[Operation], news: Iterator[Operation], *, reverse: bool) -> None:
        before = {operation.method: operation for operation in olds}
        after = {operation.method: operation for operation in news}
        for method, old in before.items():
            if method in after:
                self.operation(old, after[method], reverse=reverse)
            else:
                self.only_old("operation", old.pointer, f"the operation {method} {old.path}")
        for method, new in after.items():
            if method not in before:
                self.only_new("operation", new.pointer, f"the operation {method} {new.path}")

    def operation(self, old: Operation, new: Operation, *, reverse: bool) -> None:
        """Compare one operation with itself: its name, who may call, what it takes and what it gives."""
        self._name(old, new)
        self._judge("request", _request, old, new, reverse=reverse)
        self._judge("response", _answers, old, new, reverse=not reverse)
        if not reverse:
            self._judge("request", security_gaps, old, new, reverse=False)
            self._judge("request", server_gaps, old, new, reverse=False)
        olds, news = self._callbacks(self.old, old), self._callbacks(self.new, new)
        for name in dict.fromkeys((*olds, *news)):
            if name not in news:
                self.only_old("callback", olds[name][1], f"the callback {name}")
            elif name not in olds:
                self.only_new("callback", news[name][1], f"the callback {name}")
            else:
                self.path_items("callback", olds[name], news[name], reverse=not reverse)

    def _callbacks(self, side: Side, operation: Operation) -> dict[str, tuple[dict[str, Any], str]]:
        place = below(operation.pointer, "callbacks")
        given = mapping(operation.node.get("callbacks"))
        return {name: side.entry(node, below(place, name)) for name, node in given.items()}

    def _name(self, old: Operation, new: Operation) -> None:
        before, after = old.node.get("operationId"), new.node.get("operationId")
        if before != after:
            place, gone = (old.pointer, True) if after is None else (new.pointer, False)
            fact = f"operationId is {after or 'none'} now, was {before or 'none'}"
            gap = Gap("operation-id", below(place, "operationId"), gone, fact)
            self._add(gap, "named", breaking=True, reason="generated clients name a method by it")
        for relation, mine, other in (
            (self.relations["request"][0], new, old),
            (self.relations["request"][1], old, new),
        ):
            alone = mine.node.get("deprecated") is True and other.node.get("deprecated") is not True
            for gap in deprecation(relation, alone, mine.pointer, f"{mine.method} {mine.path}"):
                self._add(gap, "named", breaking=False)

    def _judge(
        self, direction: Direction, compare: Compare, old: Operation, new: Operation, *, reverse: bool
    ) -> None:
        """Ask the relation both ways: whoever reads a message is the taker that must not be let down."""
        taking, giving = self.relations[direction]
        before, after = (self.old, old), (self.new, new)
        role: Role = "received" if reverse else "sent"
        for gap in compare(taking, after, before):
            self._add(gap, role, breaking=not reverse)
        for gap in compare(giving, before, after):
            self._add(gap, role, breaking=reverse)

    def only_old(self, noun: str, pointer: str, fact: str) -> None:
        self._add(Gap(f"{noun}-removed", pointer, True, f"{fact} is gone"), "named", breaking=True)

    def only_new(self, noun: str, pointer: str, fact: str) -> None:
        self._add(Gap(f"{noun}-added", pointer, False, f"{fact} is new"), "named", breaking=False)

    def _add(self, gap: Gap, role: Role, *, breaking: bool, reason: str = "") -> None:
        severity: Severity = "breaking" if breaking and not gap.soft else "compatible"
        document: Literal["old", "new"] = "old" if gap.old else "new"
        key = (document, gap.pointer, gap.kind, role)
        known = self.found.get(key)
        if known is None or (known.severity == "compatible" and severity == "breaking"):
            met = gap.soft and not gap.kind.endswith("-removed")
            reason = reason or _CONSEQUENCES[role, severity, met]
            self.found[key] = Change(severity, gap.pointer, gap.kind, f"{gap.fact}: {reason}.", document)


def _shape(path: str) -> str:
    """Name a path template by its shape: the names of its parameters are nobody's business.

    >>> _shape("/books/{id}/notes")
    '/books/{}/notes'
    """
    return re.sub(r"\{[^{}]*\}", "{}", path)


def _request(relation: Relation, taker: Use, giver: Use) -> Iterator[Gap]:
    (side, operation), (other_side, other) = taker, giver
    return chain(
        parameter_gaps(relation, side.parameters(operation), other_side.parameters(other)),
        body_gaps(relation, side.body(operation), other_side.body(other)),
    )


def _answers(relation: Relation, taker: Use, giver: Use) -> Iterator[Gap]:
    (side, operation), (other_side, other) = taker, giver
    return answer_gaps(relation, side.answers(operation), other_side.answers(other))
