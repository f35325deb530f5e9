"""Texts that match a regular expression (ECMA-262): the expression is read into a tree, and walked.

Look-around and word boundaries are passed over: whoever asks checks the text, and asks again with
other dice. What cannot be read gives None.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple, TypeAlias

from .dice import Dice

Ranges: TypeAlias = tuple[tuple[int, int], ...]

_PRINTABLE: Ranges = ((0x20, 0x7E),)
_DIGIT: Ranges = ((48, 57),)
_UPPER: Ranges = ((65, 90),)
_LOWER: Ranges = ((97, 122),)
_LETTER: Ranges = (*_LOWER, *_UPPER)
_WORD: Ranges = (*_LOWER, *_UPPER, *_DIGIT, (95, 95))
_SPACE: Ranges = ((32, 32),)
_PLAIN: Ranges = (*_LOWER, *_UPPER, *_DIGIT)
_CLASSES: dict[str, Ranges] = {"d": _DIGIT, "w": _WORD, "s": _SPACE}
_CONTROLS = {"t": 9, "n": 10, "v": 11, "f": 12, "r": 13, "0": 0}
_PROPERTIES: dict[str, Ranges] = {"L": _LETTER, "Lu": _UPPER, "Ll": _LOWER, "N": _DIGIT, "Nd": _DIGIT}
_QUANTIFIER = re.compile(r"\{([0-9]+)(,?)([0-9]*)\}")
_GROUP = re.compile(r"\?(?::|<(?![=!])([A-Za-z_$][\w$]*)>|P<(\w+)>)")
_HEX = re.compile(r"x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|u\{([0-9a-fA-F]{1,6})\}")
#: Repetitions beyond the least that an open quantifier makes when no length is asked for.
_MORE = 6
#: A text longer than this is not worth making.
_LONGEST = 100_000


class Set(NamedTuple):
    ranges: Ranges


class Sequence(NamedTuple):
    parts: tuple[Node, ...]
    group: str = ""


class Choice(NamedTuple):
    branches: tuple[Node, ...]


class Repeat(NamedTuple):
    node: Node
    least: int
    most: int | None


class Again(NamedTuple):
    group: str


Node: TypeAlias = Set | Sequence | Choice | Repeat | Again


class _Unreadable(Exception):
    """The expression uses something that this reader does not know."""


def sample(
    pattern: str, dice: Dice, least: int = 0, most: int | None = None, *, wide: bool = False
) -> str | None:
    """Make a text that a pattern matches, of a length between two bounds where that can be arranged.

    ``wide`` takes any character that a class allows, else letters and digits are preferred.
    """
    tree = _parsed(pattern)
    if tree is None:
        return None
    shortest = _shortest(tree)
    roof = min(_LONGEST, shortest + _MORE if most is None else most)
    target = max(least, shortest + dice.below(max(1, min(roof, max(least, shortest) + _MORE) - shortest + 1)))
    writer = _Writer(dice, max(0, target - shortest), wide)
    writer.write(tree)
    made = "".join(writer.parts)
    return _padded(made, pattern, least)


def _padded(made: str, pattern: str, least: int) -> str:
    """Lengthen what an unanchored pattern matches: it may stand within more text."""
    if len(made) >= least or pattern.endswith("$"):
        return made
    return made + "a" * (least - len(made))


class _Writer:
    """Write one text: every open quantifier takes its share of the room."""

    def __init__(self, dice: Dice, room: int, wide: bool) -> None:
        self.dice = dice
        self.room = room
        self.wide = wide
        self.parts: list[str] = []
        self.groups: dict[str, str] = {}

    def write(self, node: Node) -> None:
        if isinstance(node, Set):
            self.parts.append(self.character(node.ranges))
        elif isinstance(node, Sequence):
            start = len(self.parts)
            for part in node.parts:
                self.write(part)
            if node.group:
                self.groups[node.group] = "".join(self.parts[start:])
        elif isinstance(node, Choice):
            fitting = [each for each in node.branches if _shortest(each) - _shortest(node) <= self.room]
            chosen = self.dice.of(fitting)
            self.room -= _shortest(chosen) - _shortest(node)
            self.write(chosen)
        elif isinstance(node, Repeat):
            self.repeat(node)
        else:
            self.parts.append(self.groups.get(node.group, ""))

    def repeat(self, node: Repeat) -> None:
        each = _shortest(node.node)
        most = self.room // each if each else _MORE
        if node.most is not None:
            most = min(most, node.most - node.least)
        self.room -= each * most
        for _ in range(node.least + most):
            self.write(node.node)

    def character(self, ranges: Ranges) -> str:
        liked = ranges if self.wide else tuple(_overlaps(ranges, _PLAIN)) or ranges
        index = self.dice.below(sum(high - low + 1 for low, high in liked))
        at = 0
        while index > liked[at][1] - liked[at][0]:
            index -= liked[at][1] - liked[at][0] + 1
            at += 1
        return chr(liked[at][0] + index)


def _shortest(node: Node) -> int:
    if isinstance(node, Set):
        return 1
    if isinstance(node, Sequence):
        return sum(map(_shortest, node.parts))
    if isinstance(node, Choice):
        return min(map(_shortest, node.branches))
    return node.least * _shortest(node.node) if isinstance(node, Repeat) else 0


def _overlaps(one: Ranges, other: Ranges) -> Iterator[tuple[int, int]]:
    for low, high in one:
        for bottom, top in other:
            if max(low, bottom) <= min(high, top):
                yield max(low, bottom), min(high, top)


def _outside(ranges: Ranges) -> Ranges:
    """Give the printable characters that are in none of the ranges."""
    free = [code for code in range(0x20, 0x7F) if not any(low <= code <= high for low, high in ranges)]
    return tuple((code, code) for code in free) or ((0xE9, 0xE9),)


@lru_cache(1000)
def _parsed(pattern: str) -> Node | None:
    try:
        return _Reader(pattern).read()
    except (_Unreadable, IndexError, ValueError, RecursionError):
        return None


class _Reader:
    """Read an expression from left to right."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.groups = 0
        #: Numbers of groups by their name.
        self.named: dict[str, str] = {}

    def read(self) -> Node:
        tree = self.choice("")
        if self.at < len(self.text):
            raise _Unreadable
        return tree

    def choice(self, group: str) -> Node:
        branches = [self.sequence()]
        while self.text[self.at : self.at + 1] == "|":
            self.at += 1
            branches.append(self.sequence())
        inner = branches[0] if len(branches) == 1 else Choice(tuple(branches))
        return Sequence((inner,), group) if group else inner

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            part = self.atom()
            if part is not None:
                parts.append(self.quantified(part))
        return Sequence(tuple(parts))

    def quantified(self, node: Node) -> Node:
        mark = self.text[self.at : self.at + 1]
        if mark in ("*", "+", "?"):
            self.at += 1
            node = Repeat(node, int(mark == "+"), 1 if mark == "?" else None)
        elif mark == "{" and (found := _QUANTIFIER.match(self.text, self.at)):
            self.at = found.end()
            least = int(found[1])
            open_end = None if found[2] else least
            node = Repeat(node, least, int(found[3]) if found[3] else open_end)
            if least > _LONGEST:
                raise _Unreadable
        else:
            return node
        if self.text[self.at : self.at + 1] == "?":
            self.at += 1
        return node

    def atom(self) -> Node | None:
        mark = self.text[self.at]
        self.at += 1
        if mark in "^$":
            return None
        if mark == "(":
            return self.group()
        if mark == "[":
            return Set(self.members())
        if mark == "\\":
            return self.escape()
        return Set(_PRINTABLE) if mark == "." else Set(((ord(mark), ord(mark)),))

    def group(self) -> Node | None:
        found = _GROUP.match(self.text, self.at)
        around = self.text.startswith(("?=", "?!", "?<=", "?<!"), self.at)
        name = ""
        if found:
            self.at = found.end()
            name = found[1] or found[2] or ""
        elif around:
            self.at += 3 if self.text[self.at + 1] == "<" else 2
        elif self.text.startswith("?", self.at):
            raise _Unreadable
        number = ""
        if not around and (name or not found):
            self.groups += 1
            number = self.named[name] = str(self.groups)
        tree = self.choice(number)
        if self.at == len(self.text):
            raise _Unreadable  # Only its bracket ends a group, or the end of all.
        self.at += 1
        return None if around else tree

    def escape(self) -> Node | None:
        mark = self.text[self.at]
        if mark in "bB":
            self.at += 1
            return None
        if mark in "123456789":
            self.at += 1
            return Again(mark)
        if mark == "k" and (found := re.compile(r"k<([^>]+)>").match(self.text, self.at)):
            self.at = found.end()
            return Again(self.named.get(found[1], ""))
        return Set(self.escaped())

    def escaped(self) -> Ranges:
        """Read what follows a backslash, in or outside of a class."""
        mark = self.text[self.at]
        if found := _HEX.match(self.text, self.at):
            self.at = found.end()
            code = int(found[1] or found[2] or found[3], 16)
            return ((code, code),)
        self.at += 1
        if mark.lower() in _CLASSES:
            ranges = _CLASSES[mark.lower()]
            return ranges if mark.islower() else _outside(ranges)
        if mark in "pP" and self.text[self.at] == "{":
            end = self.text.index("}", self.at)
            name = self.text[self.at + 1 : end].rpartition("=")[2]
            self.at = end + 1
            ranges = _PROPERTIES.get(name, _LETTER)
            return ranges if mark == "p" else _outside(ranges)
        code = _CONTROLS.get(mark, ord(mark))
        return ((code, code),)

    def members(self) -> Ranges:
        """Read a class up to its bracket."""
        negated = self.text[self.at] == "^"
        self.at += negated
        ranges: list[tuple[int, int]] = []
        while self.text[self.at] != "]":
            first = self.member()
            single = len(first) == 1 and first[0][0] == first[0][1]
            if single and self.text[self.at] == "-" and self.text[self.at + 1] != "]":
                self.at += 1
                last = self.member()
                ranges.append((first[0][0], last[0][1]))
            else:
                ranges += first
        self.at += 1
        found = tuple(_without_surrogates(ranges))
        if negated:
            return _outside(found)
        if not found:
            raise _Unreadable
        return found

    def member(self) -> Ranges:
        mark = self.text[self.at]
        self.at += 1
        if mark == "\\":
            if self.text[self.at] == "b":
                self.at += 1
                return ((8, 8),)
            return self.escaped()
        return ((ord(mark), ord(mark)),)


def _without_surrogates(ranges: list[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    for low, high in ranges:
        yield from _overlaps(((low, high),), ((0, 0xD7FF), (0xE000, 0x10FFFF)))
