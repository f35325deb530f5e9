"""YAML to plain data, built from the parser's events: no constructors, no recursion, no surprises.

Plain scalars are read by the core schema of YAML 1.2, so ``on``, ``yes`` and dates stay texts; keys are
always the text that is written (``200:`` is ``"200"``). Merge keys (``<<``) of YAML 1.1 are read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from ..errors import SetupError
from .errors import MAX_DEPTH, DocumentError, repeated
from .nodes import is_list, is_map
from .pointers import below

#: Nodes that aliases may add: a document that says more grows by copying itself ("billion laughs").
_ALIASED = 1_000_000
_WORDS: dict[str, Any] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_INTEGER = re.compile(r"[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?")
#: What may begin a plain scalar that is no text.
_FIRST = frozenset("0123456789+-.tTfFnN~")
_TAG = "tag:yaml.org,2002:"


def parse_yaml(text: str, source: str = "") -> Any:
    """Read one YAML document. Raises :class:`DocumentError`."""
    try:
        import yaml
    except ImportError:
        raise SetupError("YAML needs pyyaml.", mend="pip install 'restlite[contract]'") from None
    builder = _Builder(source)
    try:
        builder.read(yaml.parse(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader)))
    except yaml.MarkedYAMLError as error:
        line = f" at line {error.problem_mark.line + 1}" if error.problem_mark else ""
        raise builder.error(f"{error.problem}{line}", "valid YAML") from None
    except yaml.YAMLError as error:
        raise builder.error(str(error).partition("\n")[0], "valid YAML") from None
    return builder.root


class _Frame:
    """Hold a list or mapping that is being filled."""

    __slots__ = ("anchor", "before", "key", "merges", "node")

    def __init__(self, node: Any, anchor: str | None, before: int) -> None:
        self.node = node
        self.anchor = anchor
        #: How many nodes stood before it, which tells its size once it ends.
        self.before = before
        self.key: str | None = None
        self.merges: list[Any] = []


class _Builder:
    """Put events together."""

    def __init__(self, source: str) -> None:
        self.source = source
        self.root: Any = None
        self.frames: list[_Frame] = []
        #: Complete anchored nodes with their size, aliases within them written out.
        self.anchors: dict[str, tuple[Any, int]] = {}
        self.nodes = self.aliased = self.documents = 0

    def error(self, found: str, expected: str) -> DocumentError:
        return DocumentError(self.pointer(), found=found, expected=expected, source=self.source)

    def pointer(self) -> str:
        """Name the place where the next node goes."""
        steps = ((len(f.node) if is_list(f.node) else f.key) for f in self.frames)
        return below("", *(step for step in steps if step is not None))

    def read(self, events: Iterator[Any]) -> None:
        for event in events:
            kind = type(event).__name__
            if kind == "ScalarEvent":
                self.scalar(event)
            elif kind in ("MappingStartEvent", "SequenceStartEvent"):
                self.begin({} if kind == "MappingStartEvent" else [], event)
            elif kind in ("MappingEndEvent", "SequenceEndEvent"):
                self.end()
            elif kind == "AliasEvent":
                self.alias(event.anchor)
            elif kind == "DocumentStartEvent":
                self.documents += 1
                if self.documents > 1:
                    raise self.error("a second YAML document", "one")

    def scalar(self, event: Any) -> None:
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.key is None and is_map(frame.node):
            if event.value in frame.node:
                raise repeated(below(self.pointer(), event.value), self.source)
            frame.key = event.value
            return
        value = event.value
        if event.tag is not None:
            value = self.tagged(event.tag, value)
        elif event.implicit[0] and (not value or value[0] in _FIRST):
            value = self.plain(value)
        self.nodes += 1
        if event.anchor:
            self.anchors[event.anchor] = (value, 1)
        self.put(value)

    def plain(self, written: str) -> Any:
        """Read a scalar without quotes (YAML 1.2, 10.3.2)."""
        if written in _WORDS:
            return _WORDS[written]
        if _INTEGER.fullmatch(written):
            if len(written) > 400:
                raise self.error(f"a number of {len(written)} digits", "at most 400")
            return int(written, 0 if written[:2] in ("0o", "0x") else 10)
        if _FLOAT.fullmatch(written):
            if (number := float(written)) in (float("inf"), float("-inf")):
                raise self.error(f"the number {written[:64]}", "a number below 1e309")
            return number
        return written

    def tagged(self, tag: str, written: str) -> Any:
        if tag in ("!", f"{_TAG}str"):
            return written
        if tag in (f"{_TAG}int", f"{_TAG}float", f"{_TAG}bool", f"{_TAG}null"):
            return self.plain(written)
        raise self.error(f"the tag {tag[:64]!r}", "plain YAML that JSON can say")

    def begin(self, node: Any, event: Any) -> None:
        frame = self.frames[-1] if self.frames else None
        if frame is not None and frame.key is None and is_map(frame.node):
            raise self.error("a list or mapping as a key", "a text")
        if event.tag not in (None, "!", f"{_TAG}map", f"{_TAG}seq"):
            raise self.error(f"the tag {event.tag[:64]!r}", "plain YAML that JSON can say")
        if len(self.frames) == MAX_DEPTH:
            raise self.error(f"more than {MAX_DEPTH} levels of nesting", "fewer")
        self.nodes += 1
        self.frames.append(_Frame(node, event.anchor, self.nodes + self.aliased))

    def end(self) -> None:
        frame = self.frames.pop()
        for merged in frame.merges:
            # What a mapping says itself, and what is merged first, wins.
            frame.node |= {key: value for key, value in merged.items() if key not in frame.node}
        if frame.anchor:
            self.anchors[frame.anchor] = (frame.node, self.nodes + self.aliased - frame.before + 1)
        self.put(frame.node)

    def alias(self, name: str) -> None:
        if self.frames and self.frames[-1].key is None and is_map(self.frames[-1].node):
            raise self.error(f"the alias *{name[:64]} as a key", "a text")
        if name not in self.anchors:
            open_now = any(frame.anchor == name for frame in self.frames)
            found = f"the alias *{name[:64]} {'within its own anchor' if open_now else 'without an anchor'}"
            raise self.error(found, "an anchor that ends before it")
        node, size = self.anchors[name]
        self.aliased += size
        if self.aliased > _ALIASED:
            raise self.error(f"aliases that stand for more than {_ALIASED:,} nodes", "fewer")
        self.put(node)

    def put(self, value: Any) -> None:
        if not self.frames:
            self.root = value
            return
        frame = self.frames[-1]
        if is_list(frame.node):
            frame.node.append(value)
            return
        key, frame.key = frame.key, None
        if key == "<<":
            frame.merges += self.merge(value)
        else:
            frame.node[key] = value

    def merge(self, value: Any) -> list[Any]:
        merged = value if is_list(value) else [value]
        if not all(is_map(item) for item in merged):
            raise self.error("a merge key (<<) with something else than mappings", "mappings")
        return merged
