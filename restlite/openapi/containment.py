"""The one relation behind ``diff``: does every value of one schema fit another?

The *taker* must accept what the *giver* may give; each reason why it does not is a :class:`Gap`. For what
clients send, the new document takes what the old one gives; for what they receive, the old one takes what
the new one gives. Run the other way round, the same relation finds what became wider for the better.

Two rules go beyond plain sets of values:

- An open object (``additionalProperties`` absent or true) says nothing of members that it does not name,
  so a member named later only by the other side is no contradiction; the gap is *soft*.
- What cannot be proven is a gap: a pattern that changed, ``not``, ``if``, an unknown format.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple, TypeAlias

from .nodes import mapping
from .pointers import below
from .shapes import WHOLE, Items, Kind, Limit, Mark, Schema, Variant, matches, within
from .shaping import Shapes

#: Formats that another one holds entirely.
WIDER: dict[str, frozenset[str]] = {
    "email": frozenset(("idn-email",)),
    "hostname": frozenset(("idn-hostname",)),
    "uri": frozenset(("uri-reference", "iri", "iri-reference")),
    "uri-reference": frozenset(("iri-reference",)),
    "iri": frozenset(("iri-reference",)),
}
SHOWN = 64


class Gap(NamedTuple):
    """Hold one reason why a value of the giver may not fit the taker."""

    kind: str
    pointer: str
    #: Whether the pointer is one of the old document: what it names is gone.
    old: bool
    fact: str
    #: Whether nobody was told otherwise, so that it contradicts nothing.
    soft: bool = False


Gaps: TypeAlias = tuple[Gap, ...]


class Relation:
    """Compare what two documents accept, as taker and giver.

    :param newer: whether the taker is the new document.
    """

    def __init__(self, taker: Shapes, giver: Shapes, *, newer: bool) -> None:
        self.taker = taker
        self.giver = giver
        self.newer = newer
        self._known: dict[tuple[bool, tuple[int, ...], tuple[int, ...]], Gaps] = {}

    def gap(self, kind: str, taker: str, giver: str, fact: str, *, soft: bool = False) -> Gap:
        """Make a gap at a place of the new document, or of the old one where the new has none."""
        new, old = (taker, giver) if self.newer else (giver, taker)
        return Gap(kind, new or old, not new, fact, soft)

    def only_taker(self, noun: str, pointer: str, fact: str, *, soft: bool = False) -> Gap:
        """Make a gap for what the taker alone has: it came, or it is gone."""
        come = self.newer
        return Gap(f"{noun}-{'added' if come else 'removed'}", pointer, not come, _come(fact, come), soft)

    def only_giver(self, noun: str, pointer: str, fact: str, *, soft: bool = False) -> Gap:
        """Make a gap for what the giver alone has."""
        come = not self.newer
        return Gap(f"{noun}-{'added' if come else 'removed'}", pointer, not come, _come(fact, come), soft)

    def needed(self, noun: str, taker: str, giver: str, fact: str) -> Gap:
        """Make a gap for what the taker requires and the giver may leave out."""
        end = "required" if self.newer else "optional"
        return self.gap(f"{noun}-{end}", taker, giver, f"{fact} is {end} now")

    def changed(self, what: str, taker: object, giver: object) -> str:
        """Say what a thing is now, and what it was."""
        new, old = (taker, giver) if self.newer else (giver, taker)
        return f"{what} is {new} now, was {old}"

    def schemas(self, taker: Schema, giver: Schema, *, text: bool = False) -> Gaps:
        """List why a value of one schema may not fit another.

        :param text: whether values travel as text, as in a query: a text takes a number then.
        """
        if taker.open:
            return ()
        key = (text, taker.key, giver.key)
        if key not in self._known:
            # A schema within itself: inside, it fits as far as it does outside.
            self._known[key] = ()
            self._known[key] = tuple(dict.fromkeys(self._unions(taker, giver, text)))
        return self._known[key]

    def _unions(self, taker: Schema, giver: Schema, text: bool) -> Iterator[Gap]:
        takers, givers = self.taker.variants(taker), self.giver.variants(giver)
        refused: list[Variant] = []
        kinds: list[Kind] = list(dict.fromkeys(each.kind for each in givers))
        for kind in kinds:
            given = [each for each in givers if each.kind == kind]
            found = [each for each in takers if each.kind == kind]
            if text and any(_reads(each, kind) for each in takers):
                continue
            if found:
                yield from self._alternatives(found, given, text)
            else:
                refused += given
        if not refused:
            return
        places = _place(taker), _place(giver)
        if all(each.kind == "null" for each in refused) and len(givers) > 1 and takers:
            fact = f"null is {'no longer' if self.newer else 'now'} among the values"
            yield self.gap("nullable", *places, fact)
        else:
            yield self.gap("type", *places, self.changed("type", _types(takers), _types(givers)))

    def _alternatives(self, takers: list[Variant], givers: list[Variant], text: bool) -> Iterator[Gap]:
        """Find for each alternative of the giver one that takes it; of one kind all."""
        tried = [[tuple(self._variants(each, giver, text)) for each in takers] for giver in givers]
        untaken: list[int] = []
        for row, giver in enumerate(givers):
            fits = [at for at, gaps in enumerate(tried[row]) if all(gap.soft for gap in gaps)]
            if fits:
                # An equal one, one of the same name, or the one that differs least.
                best = [(len(tried[row][at]), not _twins(takers[at], giver), at) for at in fits]
                best.sort(key=lambda rank: (rank[0] > 0, rank[1], rank[0]))
                yield from tried[row][best[0][2]]
            else:
                untaken.append(row)
        free = [at for at in range(len(takers)) if all(row[at] for row in tried)]
        for order, row in enumerate(untaken):
            twin = [at for at, each in enumerate(takers) if _twins(each, givers[row])]
            if not twin and len(free) == len(untaken):
                twin = [free[order]]
            if twin:
                yield from tried[row][twin[0]]
            else:
                place = givers[row].branch or givers[row].place
                yield self.only_giver("branch", place, f"the alternative {_clip(place)}")

    def _variants(self, taker: Variant, giver: Variant, text: bool) -> Iterator[Gap]:
        """List why a value of one variant may not fit another of its kind."""
        if taker.values is not None:
            yield from self._values(taker, giver)
            return
        if giver.values is not None:
            yield from self._listed(taker, giver)
            return
        yield from self._limits(taker, giver)
        for mark in taker.marks:
            if not _implied(mark, giver):
                yield self._mark(mark, taker, giver)
        if taker.kind == "object":
            yield from self._objects(taker, giver, text)
        elif taker.kind == "array":
            yield from self._arrays(taker.items, giver, text)

    def _values(self, taker: Variant, giver: Variant) -> Iterator[Gap]:
        values = taker.values or {}
        if giver.values is None:
            yield self.only_taker("enum", taker.listed, f"the list of values {_shown(values)}")
            return
        missing = [key for key in giver.values if key not in values]
        if missing:
            end = "removed" if self.newer else "added"
            verb = "left" if self.newer else "joined"
            fact = f"{_shown(missing)} {verb} the values"
            yield self.gap(f"enum-value-{end}", taker.listed, giver.listed, fact)

    def _listed(self, taker: Variant, giver: Variant) -> Iterator[Gap]:
        """Check listed values one by one: they may keep rules that their schema does not say."""
        values = list((giver.values or {}).values())
        if taker.low and not all(within(value, taker.low, None) for value in values):
            yield self._limit(taker.low, giver.low)
        if taker.high and not all(within(value, None, taker.high) for value in values):
            yield self._limit(taker.high, giver.high)
        for mark in taker.marks:
            if not _implied(mark, giver) and not all(_keeps(value, mark) for value in values):
                yield self._mark(mark, taker, giver)

    def _limits(self, taker: Variant, giver: Variant) -> Iterator[Gap]:
        low, high = taker.low, taker.high
        if low and not (giver.low and _at_least(giver.low, low)):
            yield self._limit(low, giver.low)
        if high and not (giver.high and _at_most(giver.high, high)):
            yield self._limit(high, giver.high)

    def _limit(self, taker: Limit, giver: Limit | None) -> Gap:
        fact = self.changed(taker.keyword, _said(taker), _said(giver))
        return self.gap(taker.keyword, taker.pointer, giver.pointer if giver else "", fact)

    def _mark(self, mark: Mark, taker: Variant, giver: Variant) -> Gap:
        keyword, value = mark
        place = taker.marks[mark]
        if mark == WHOLE:
            return self.gap("type", place, giver.place, self.changed("type", "integer", "number"))
        alike = [(each, where) for each, where in giver.marks.items() if each[0] == keyword]
        old, there = (alike[0][0][1], alike[0][1]) if alike else ("none", "")
        known = keyword in ("pattern", "format", "multipleOf", "uniqueItems")
        known = known or keyword.startswith("content")
        fact = self.changed(keyword, _clip(value), _clip(old)) if known else f"{keyword} changed"
        return self.gap(keyword, place, there, fact)

    def _objects(self, taker: Variant, giver: Variant, text: bool) -> Iterator[Gap]:
        takes, gives = taker.members, giver.members
        named = dict.fromkeys((*takes.properties, *gives.properties))
        for name in dict.fromkeys((*takes.required, *named)):
            yield from self._member(name, taker, giver, text)
        for pattern in dict.fromkeys((*takes.patterns, *gives.patterns)):
            taken = takes.patterns.get(pattern, takes.rest)
            yield from self.schemas(taken, gives.patterns.get(pattern, gives.rest), text=text)
        if gives.rest.open != takes.rest.open or gives.rest.never != takes.rest.never:
            if not takes.rest.open and not gives.rest.never:
                yield self._rest(takes.rest, gives.rest)
        else:
            yield from self.schemas(takes.rest, gives.rest, text=text)
        if takes.tag and gives.tag != takes.tag:
            yield from self._tags(takes.tag, gives.tag)

    def _rest(self, taker: Schema, giver: Schema) -> Gap:
        words = [
            "closed" if each.never else "open" if each.open else "of one schema" for each in (taker, giver)
        ]
        fact = self.changed("the object", *words)
        return self.gap("additionalProperties", taker.pointer, giver.pointer if giver.parts else "", fact)

    def _member(self, name: str, taker: Variant, giver: Variant, text: bool) -> Iterator[Gap]:
        takes, gives = taker.members, giver.members
        here, there = takes.properties.get(name), gives.properties.get(name)
        places = here.pointer if here else "", there.pointer if there else ""
        shown = f"the property {_clip(name)}"
        if takes.needs(name) and not gives.needs(name):
            if there is None and here is not None:
                yield self.only_taker("property", here.pointer, f"{shown}, required,")
                return
            spots = places[0] or takes.required[name], places[1]
            yield self.needed("property", *spots, shown)
        if there is None and gives.rest.open:
            if here is not None and name not in takes.hidden:
                yield self.only_taker("property", here.pointer, shown, soft=not here.never)
            return
        given, taken = gives.at(name), takes.at(name)
        if given.never:
            return
        if name in takes.hidden:
            end = "has no part in" if self.newer else "takes part in"
            word = "requests" if self.taker.mark == "readOnly" else "answers"
            yield self.gap("access", *places, f"{shown} {end} {word} now ({self.taker.mark})")
        elif here is None and taken.never:
            yield self.only_giver("property", places[1] or gives.rest.pointer, shown)
        else:
            if here and there and name in takes.deprecated - gives.deprecated:
                place = below(here.pointer, "deprecated")
                yield self.only_taker("deprecation", place, f"the deprecation of {shown}", soft=True)
            yield from self.schemas(taken, given, text=text)

    def _tags(
        self, taker: tuple[str, frozenset[str], str], giver: tuple[str, frozenset[str], str] | None
    ) -> Iterator[Gap]:
        if giver is None:
            yield self.only_taker("discriminator", taker[2], f"the discriminator {taker[0]}", soft=True)
        elif taker[0] != giver[0]:
            fact = self.changed("the discriminator", taker[0], giver[0])
            yield self.gap("discriminator", taker[2], giver[2], fact)
        elif missing := sorted(giver[1] - taker[1]):
            yield self.only_giver("mapping", below(giver[2], "mapping"), f"the value {_shown(missing)}")

    def _arrays(self, taker: Items, giver: Variant, text: bool) -> Iterator[Gap]:
        longest = max(len(taker.prefix), len(giver.items.prefix))
        for index in range(longest + 1):
            beyond = giver.high is not None and index >= giver.high.value
            if not beyond and not giver.items.at(index).never:
                yield from self.schemas(taker.at(index), giver.items.at(index), text=text)


def _come(fact: str, come: bool) -> str:
    return f"{fact} is {'new' if come else 'gone'}"


def _place(schema: Schema) -> str:
    if not schema.parts:
        return schema.pointer
    part = schema.parts[0]
    return part.at("type") if "type" in mapping(part.node) else part.pointer


def _types(variants: Iterable[Variant]) -> str:
    names = dict.fromkeys("integer" if WHOLE in each.marks else each.kind for each in variants)
    return "any" if len(names) == 6 else " or ".join(names) or "nothing"


def _said(limit: Limit | None) -> str:
    if limit is None:
        return "none"
    if limit.format:
        return limit.format
    value = int(limit.value) if float(limit.value).is_integer() else limit.value
    return f"{value}{' (excluded)' if limit.exclusive else ''}"


def _clip(text: str) -> str:
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def _shown(values: Iterable[str]) -> str:
    return _clip(", ".join(values))


def _at_least(giver: Limit, taker: Limit) -> bool:
    return (giver.value, giver.exclusive) >= (taker.value, taker.exclusive)


def _at_most(giver: Limit, taker: Limit) -> bool:
    return (giver.value, not giver.exclusive) <= (taker.value, not taker.exclusive)


def _reads(taker: Variant, kind: Kind) -> bool:
    """Tell whether a text takes what is no text: on the wire, a number is one."""
    return taker.kind == "string" and taker.plain and kind in ("number", "boolean")


def _twins(one: Variant, other: Variant) -> bool:
    """Tell whether two alternatives bear the same name; a number is only a position."""
    name = one.branch.rpartition("/")[2]
    return name == other.branch.rpartition("/")[2] and name != "" and not name.isdigit()


def _implied(mark: Mark, giver: Variant) -> bool:
    """Tell whether a rule holds for all values of a variant."""
    keyword, value = mark
    if mark in giver.marks:
        return True
    if mark == WHOLE:
        return any(name == "multipleOf" and float(text).is_integer() for name, text in giver.marks)
    if keyword == "multipleOf":
        steps = [float(text) for name, text in giver.marks if name == keyword]
        steps += [1.0] if WHOLE in giver.marks else []
        return any((step / float(value)).is_integer() for step in steps)
    if keyword == "format":
        return any(f'"{wide}"' == value for wide in _wider_formats(giver))
    if keyword == "uniqueItems":
        return giver.high is not None and giver.high.value <= 1
    return False


def _wider_formats(giver: Variant) -> Iterator[str]:
    said = [value.strip('"') for name, value in giver.marks if name == "format"]
    return (wide for name in said for wide in WIDER.get(name, ()))


def _keeps(value: Any, mark: Mark) -> bool:
    """Tell whether one listed value keeps a rule, as far as that can be proven."""
    keyword, said = mark
    if mark == WHOLE:
        return float(value).is_integer()
    if keyword == "multipleOf":
        return bool((value / float(said)).is_integer())
    return keyword == "pattern" and isinstance(value, str) and matches(json.loads(said), value)
