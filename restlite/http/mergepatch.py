"""JSON Merge Patch (RFC 7396), and what a type knows of its JSON that a merge alone does not."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from pydantic_core import to_json

from ..adapters.nodes import class_of


class Member(NamedTuple):
    """Say what a patch may do to one member of an object."""

    #: Null is a value of it; elsewhere null removes the member, which then has its default again.
    nullable: bool = False
    #: Its value stays, whatever a patch says.
    read_only: bool = False
    #: It stands in no answer: a patch may set it, and must not find out what it is.
    hidden: bool = False
    #: What it holds.
    shape: Shape | None = None


class Shape:
    """Say what the objects of one type are made of; filled late, as a type may hold itself."""

    def __init__(self) -> None:
        self.members: dict[str, Member] = {}
        #: Other names by which a request may call a member.
        self.spellings: dict[str, str] = {}
        #: What the items of an array, or the values of a mapping, are made of.
        self.items: Shape | None = None

    def member(self, key: str) -> Member:
        """Give what is known of a member; of an entry of a mapping that is what it holds."""
        return self.members.get(key) or Member(shape=self.items)

    def named(self, patch: Iterable[str]) -> set[str]:
        """Give the keys of the members that a merge patch names."""
        return {self.spellings.get(spelling, spelling) for spelling in patch}


#: Knows nothing: what is merged by it is merged as the RFC says.
PLAIN = Shape()


def merge(target: Any, patch: Any, shape: Shape | None = PLAIN) -> Any:
    """Give what a merge patch makes of a document; neither of them is changed (RFC 7396, 2).

    >>> merge({"a": 1, "b": {"c": 2}}, {"a": None, "b": {"d": 3}})
    {'b': {'c': 2, 'd': 3}}

    :param shape: null is kept where it says that null is a value, and removes elsewhere.
    """
    if class_of(patch) is not dict:
        return patch
    shape = shape or PLAIN
    merged: dict[str, Any] = {**target} if class_of(target) is dict else {}
    changes: dict[str, Any] = patch
    for spelling, value in changes.items():
        key = shape.spellings.get(spelling, spelling)
        member = shape.member(key)
        if value is None and not member.nullable:
            merged.pop(key, None)
        else:
            merged[key] = merge(merged.get(key), value, member.shape)
    return merged


def visible(document: Any, shape: Shape | None) -> Any:
    """Copy a document without its hidden members: it looks as answers do."""
    if shape is None:
        return document
    if class_of(document) is list:
        return [visible(item, shape.items) for item in document]
    if class_of(document) is not dict:
        return document
    members: dict[str, Any] = document
    known = [(key, value, shape.member(key)) for key, value in members.items()]
    return {key: visible(value, member.shape) for key, value, member in known if not member.hidden}


def settled(after: Any, before: Any, shape: Shape | None, *, reveal: bool) -> Any:
    """Put back what no patch may change: read-only members have their value from before, or none.

    An item of an array is known again by its read-only members, or by being the same as before.

    :param before: the document with its hidden members.
    :param reveal: put hidden members back too, where ``after`` was made without them.
    """
    if shape is None:
        return after
    if class_of(after) is list:
        former = _recognizer(before, shape.items)
        # Whoever writes a whole array has not seen what is hidden in its items.
        return [settled(item, former(item), shape.items, reveal=True) for item in after]
    if class_of(after) is not dict:
        return after
    known: dict[str, Any] = before if class_of(before) is dict else {}
    members: dict[str, Any] = after
    result = {
        key: settled(value, known.get(key), member.shape, reveal=reveal)
        for key, value in members.items()
        for member in (shape.member(key),)
        if not member.read_only
    }
    for key, member in shape.members.items():
        if key in known and (member.read_only or (reveal and member.hidden and key not in members)):
            result[key] = known[key]
    return result


def _recognizer(before: Any, shape: Shape | None) -> Callable[[Any], Any]:
    """Make the function that finds what an item of an array was before; None for a new one."""
    items: list[Any] = before if class_of(before) is list and shape is not None else []
    marks = [key for key, member in shape.members.items() if member.read_only] if shape else []

    def mark(item: Any) -> bytes:
        marked = class_of(item) is dict and marks and all(key in item for key in marks)
        return to_json([item[key] for key in marks] if marked else visible(item, shape))

    known = {mark(item): item for item in reversed(items)}
    return lambda item: known.get(mark(item)) if known else None
