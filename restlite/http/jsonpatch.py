"""JSON Patch (RFC 6902): a list of operations on a JSON document, applied all or not at all."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import ConfigDict, Field, with_config
from typing_extensions import TypedDict

from ..adapters import Adapter, find_adapter
from ..adapters.nodes import class_of
from ..errors import Conflict, ContentTooLarge
from ..pointers import PATTERN, index_of, steps_of
from ..violations import Item, Refusal, sentence

#: What all that a patch copies may add up to, in characters and values; it is the default limit of a
#: body too. A few kilobytes of ``copy`` would otherwise make gigabytes.
MAX_COPIED = 1_048_576
#: How deep a patched document may be: as deep as the JSON parser reads.
MAX_DEPTH = 200

Pointer = Annotated[str, Field(pattern=PATTERN)]
#: What else stands in an operation is ignored (RFC 6902, 4).
_open = with_config(ConfigDict(extra="ignore"))


@_open
class Add(TypedDict):
    """Set a member, or insert an item before the one that is named (RFC 6902, 4.1)."""

    op: Literal["add"]
    path: Pointer
    value: Any


@_open
class Remove(TypedDict):
    """Remove a member or an item (RFC 6902, 4.2)."""

    op: Literal["remove"]
    path: Pointer


@_open
class Replace(TypedDict):
    """Put another value in the place of one that exists (RFC 6902, 4.3)."""

    op: Literal["replace"]
    path: Pointer
    value: Any


@_open
class Move(TypedDict):
    """Remove a value from one place and add it at another (RFC 6902, 4.4)."""

    op: Literal["move"]
    #: ``from`` in JSON.
    source: Annotated[Pointer, Field(alias="from")]
    path: Pointer


@_open
class Copy(TypedDict):
    """Add a value of one place at another (RFC 6902, 4.5)."""

    op: Literal["copy"]
    #: ``from`` in JSON.
    source: Annotated[Pointer, Field(alias="from")]
    path: Pointer


@_open
class Test(TypedDict):
    """Let the patch fail unless a value is what it is thought to be (RFC 6902, 4.6)."""

    op: Literal["test"]
    path: Pointer
    value: Any


Operation: TypeAlias = Annotated[Add | Remove | Replace | Move | Copy | Test, Field(discriminator="op")]


class PatchConflict(Conflict):
    """An operation of the JSON Patch contradicts the present state; nothing was changed."""

    title = "Patch conflict"
    #: The operation, as a pointer into the patch.
    operation: str


class Impossible(Exception):
    """Say why an operation cannot be applied; becomes a 409."""


def misdirected(operations: Iterable[Operation]) -> list[Item]:
    """Find what a schema cannot say: no value can be moved into itself (RFC 6902, 4.4)."""
    return [
        ((index, "path"), "invalid", sentence("invalid"))
        for index, operation in enumerate(operations)
        if operation["op"] == "move" and operation["path"].startswith(f"{operation['source']}/")
    ]


def loader() -> Callable[[bytes], list[Operation]]:
    """Give the function that reads a JSON Patch; it raises ``Malformed`` or ``Refusal``."""
    load = adapter().json_loader()

    def read(body: bytes) -> list[Operation]:
        operations: list[Operation] = load(body)
        if items := misdirected(operations):
            raise Refusal(items)
        return operations

    return read


def adapter() -> Adapter:
    """Give the adapter of a list of operations: what a patch is read with, and described by."""
    return find_adapter(list[Operation])


def apply(document: Any, operations: Sequence[Operation], *, copied: int = MAX_COPIED) -> Any:
    """Give what the operations make of a document, which is not changed itself.

    .. code-block:: python

        apply({"a": 1}, [{"op": "add", "path": "/b", "value": 2}])   # {"a": 1, "b": 2}

    :param copied: what all copies may add up to, in characters and values.

    Raises :class:`PatchConflict` where an operation cannot be applied or a ``test`` fails (409),
    :class:`ContentTooLarge` where the copies are too much (413), and :class:`Refusal` where the result
    is nested too deeply.
    """
    draft = Draft(document, copied)
    for index, operation in enumerate(operations):
        try:
            draft.apply(operation)
        except Impossible as error:
            detail = f"Operation {index} ({operation['op']}) cannot be applied: {error}"
            raise PatchConflict(detail, operation=f"/{index}") from None
    if too_deep(draft.document):
        raise Refusal([((), "too_deep", sentence("too_deep"))])
    return draft.document


class Draft:
    """Change a copy of a document: of it, only what an operation reaches is copied, and only once.

    Containers that were made here may be changed; those of the document, and those of a patch's values,
    are copied when first reached. So a hundred thousand operations cost what they change.
    """

    def __init__(self, document: Any, copied: int = MAX_COPIED) -> None:
        self.document = document
        self._left = copied
        #: The containers made here, kept alive so that no other takes the identity of one.
        self._made: dict[int, Any] = {}

    def apply(self, operation: Operation) -> None:
        """Apply one operation. Raises :class:`Impossible`; the draft is then good for nothing."""
        path = steps_of(operation["path"])
        match operation["op"]:
            case "add":
                self._add(path, operation["value"])
            case "remove":
                self._remove(path)
            case "replace":
                self._replace(path, operation["value"])
            case "move":
                self._add(path, self._remove(steps_of(operation["source"]), whole=not path))
            case "copy":
                self._add(path, self._twin(self._find(steps_of(operation["source"]))))
            case _:
                if not equal(self._find(path), operation["value"]):
                    raise Impossible("the value is another.")

    def _find(self, path: Sequence[str]) -> Any:
        found = self.document
        for step in path:
            found = found[key_in(found, step)]
        return found

    def _reach(self, path: Sequence[str]) -> Any:
        """Give the container at a place, and make sure that it may be changed."""
        self.document = found = self._changeable(self.document)
        for step in path:
            key = key_in(found, step)
            found[key] = inner = self._changeable(found[key])
            found = inner
        return found

    def _changeable(self, value: Any) -> Any:
        made = id(value) in self._made or class_of(value) not in (dict, list)
        return value if made else self._copied(value)

    def _add(self, path: Sequence[str], value: Any) -> None:
        if not path:
            self.document = value
            return
        holder, step = self._reach(path[:-1]), path[-1]
        if class_of(holder) is dict:
            holder[step] = value
        elif class_of(holder) is list:
            index = len(holder) if step == "-" else index_of(step)
            if index is None or index > len(holder):
                raise Impossible("the path names no place in the array.")
            holder.insert(index, value)
        else:
            raise Impossible("the path leads into a value that holds nothing.")

    def _remove(self, path: Sequence[str], *, whole: bool = False) -> Any:
        """Take a value out; the whole document only where something else takes its place."""
        if not path:
            if not whole:
                raise Impossible("the whole document cannot be removed.")
            return self.document
        holder = self._reach(path[:-1])
        key = key_in(holder, path[-1])
        return holder.pop(key)

    def _replace(self, path: Sequence[str], value: Any) -> None:
        if not path:
            self.document = value
            return
        holder = self._reach(path[:-1])
        holder[key_in(holder, path[-1])] = value

    def _twin(self, value: Any) -> Any:
        """Copy a value with all it holds: two places must not share what can be changed."""
        self._pay(value)
        if class_of(value) not in (dict, list):
            return value
        twin = self._copied(value)
        todo = [twin]
        while todo:
            holder = todo.pop()
            for key, item in holder.items() if class_of(holder) is dict else enumerate(holder):
                self._pay(item, key)
                if class_of(item) in (dict, list):
                    holder[key] = inner = self._copied(item)
                    todo.append(inner)
        return twin

    def _copied(self, value: Any) -> Any:
        made = value.copy()
        self._made[id(made)] = made
        return made

    def _pay(self, value: Any, key: Any = None) -> None:
        """Count what is copied: a value for one, its text and key by their characters, its items before."""
        self._left -= 1 + size_of(value) + (len(key) if class_of(key) is str else 0)
        if self._left < 0:
            raise ContentTooLarge("The copies that the patch makes add up to too much.")


def key_in(holder: Any, step: str) -> Any:
    """Give the key of an existing member, or the index of an existing item."""
    kind = class_of(holder)
    if kind is dict and step in holder:
        return step
    if kind is list:
        index = index_of(step)
        if index is not None and index < len(holder):
            return index
    raise Impossible("there is nothing at the path.")


def size_of(value: Any) -> int:
    """Tell about how many characters a scalar takes, or how many items a container has."""
    kind = class_of(value)
    if kind is int:
        bits: int = value.bit_length()
        return bits // 3
    return len(value) if kind in (str, dict, list) else 0


def equal(one: Any, other: Any) -> bool:
    """Compare JSON values: numbers by their value, objects without order (RFC 6902, 4.6)."""
    todo = [(one, other)]
    while todo:
        one, other = todo.pop()
        kind, other_kind = class_of(one), class_of(other)
        if kind is dict:
            if other_kind is not dict or one.keys() != other.keys():
                return False
            todo += [(one[key], other[key]) for key in one]
        elif kind is list:
            if other_kind is not list or len(one) != len(other):
                return False
            todo += zip(one, other, strict=True)
        elif one != other or (kind is bool) is not (other_kind is bool):
            return False  # To Python, 1 is True.
    return True


def too_deep(document: Any) -> bool:
    """Tell whether a document is nested deeper than can be read again."""
    level = [document]
    for _ in range(MAX_DEPTH + 1):
        level = [
            item
            for holder in level
            if class_of(holder) in (dict, list)
            for item in (holder.values() if class_of(holder) is dict else holder)
        ]
        if not level:
            return False
    return True
