"""How values of a schema are made: one node for each set of schemas that hold at one place.

Nodes are made when a value first needs them, and kept; so a recursive schema is a cycle of nodes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence, Set
from copy import deepcopy
from typing import Any, NamedTuple, TypeAlias

from ..dialect import Bundle
from ..nodes import is_map
from ..pointers import below
from .dice import Dice
from .heights import ENDLESS, Heights
from .shape import Choice, Shape

#: Nodes of one value; what comes later holds only what is required.
_MANY = 5_000
_TOO_MANY = 40_000
#: Ways through a schema's choices that are tried before a place is given up.
_WAYS = 24
#: A member that was wrong so often is left out, where it may be.
GIVEN_UP = 6


class Hint(NamedTuple):
    """Tell a provider of realistic texts what a text is for."""

    name: str
    format: str
    #: A number that is the same for the same place, seed and operation.
    seed: int


#: Gives a text for a member, or None to leave it to the generator.
Provider: TypeAlias = Callable[[Hint], str | None]


class Impossible(Exception):
    """No value can stand at a place."""

    def __init__(self, pointer: str, reason: str) -> None:
        super().__init__(reason)
        self.pointer = pointer
        self.reason = reason


class Run:
    """Hold the state of making one value."""

    def __init__(self, seed: str, levels: dict[str, int], wrong: Set[str], *, lean: bool = False) -> None:
        self.seed = seed
        #: How often each place has been wrong: a place makes another value for another level.
        self.levels = levels
        #: The places whose example in the schema is wrong.
        self.wrong = wrong
        #: Make no more than what is required.
        self.lean = lean
        self.made = 0
        #: The places that an example of the schema fills.
        self.examples: set[str] = set()
        self.active: list[Node] = []

    def again(self, pointer: str, throw: int) -> Run:
        """Give a run in which one place is made otherwise, with all that is within it."""
        other = Run(f"{self.seed}.{throw // 8}", dict(self.levels), self.wrong, lean=self.lean)
        other.levels[pointer] = self.level(pointer) + throw
        other.active, other.examples, other.made = self.active, self.examples, self.made
        return other

    def level(self, pointer: str) -> int:
        return self.levels.get(pointer, 0)


class Place(NamedTuple):
    """Name where a value goes."""

    pointer: str
    name: str
    depth: int

    def member(self, name: str) -> Place:
        return Place(below(self.pointer, name), name, self.depth + 1)

    def item(self, index: int) -> Place:
        return Place(f"{self.pointer}/{index}", self.name.removesuffix("s"), self.depth + 1)


#: Makes the value of one type.
Maker: TypeAlias = Callable[["Node", Shape, Run, Place], Any]


class Plan:
    """Hold the nodes of one bundle."""

    def __init__(self, bundle: Bundle, makers: Mapping[str, Maker], provider: Provider | None) -> None:
        self.definitions = bundle.definitions
        self.heights = Heights(bundle.definitions)
        self.makers = makers
        self.provider = provider
        self._nodes: dict[tuple[int, ...], Node] = {}
        self.root = self.node([bundle.definitions[bundle.root]])

    def node(self, schemas: Sequence[Any]) -> Node:
        """Give the node of several schemas that hold at once; they live as long as the plan."""
        key = tuple(map(id, schemas))
        if key not in self._nodes:
            self._nodes[key] = Node(self, tuple(schemas))
        return self._nodes[key]


class Node:
    """Make the values of one set of schemas."""

    def __init__(self, plan: Plan, schemas: tuple[Any, ...]) -> None:
        self.plan = plan
        self.schemas = schemas
        self._shapes: dict[tuple[int, ...], Shape] = {}
        self.height = max(map(plan.heights.of, schemas), default=0)

    def make(self, run: Run, place: Place) -> Any:
        """Make a value. Raises :class:`Impossible`."""
        if self.height == ENDLESS:
            refused = any(schema is False for schema in self.schemas)
            reason = "may not be here" if refused else "must hold itself without end, or what may not be"
            raise Impossible(place.pointer, reason)
        if run.made > _TOO_MANY:
            raise Impossible(place.pointer, f"was not found among {_TOO_MANY:,} tries")
        run.made += 1
        run.active.append(self)
        level, way, failed = run.level(place.pointer), 0, None
        try:
            while True:
                shape, ways = self._shape(run, place, level // 2 + way)
                try:
                    return self._fill(shape, run, place, level)
                except Impossible as error:
                    failed = failed or error
                    way += 1
                    if way >= min(ways, _WAYS):
                        raise failed from None
        finally:
            run.active.pop()

    def is_ending(self, run: Run, place: Place) -> bool:
        """Tell whether a value should hold no more than it must: to end recursion, and to stay small."""
        # Every second level: so each way through the choices is tried with and without the optional.
        return self._is_deep(run) or run.level(place.pointer) % 2 == 1

    def _is_deep(self, run: Run) -> bool:
        return run.lean or run.made > _MANY or run.active.count(self) > 1

    def is_container(self) -> bool:
        """Tell whether values are lists or mappings, as far as the schemas say at once."""
        shape = self._shapes.get(()) or self._read(())
        if shape.open is not None:
            return True
        kinds = set(shape.types or [shape.told or "string"])
        return not kinds.isdisjoint(("object", "array"))

    def _shape(self, run: Run, place: Place, turn: int) -> tuple[Shape, int]:
        """Choose a way through all choices; another turn goes another way. Tells how many there are."""
        picks: tuple[int, ...] = ()
        ways = 1
        while (shape := self._shapes.get(picks) or self._read(picks)).open is not None:
            order = self._order(shape.open, run, place, len(picks))
            picks = (*picks, order[turn // ways % len(order)])
            ways *= len(order)
        return shape, ways

    def _read(self, picks: tuple[int, ...]) -> Shape:
        shape = Shape(self.plan.definitions, picks)
        for schema in self.schemas:
            shape.absorb(schema)
        if shape.open is None:
            shape.settle()
        self._shapes[picks] = shape
        return shape

    def _order(self, choice: Choice, run: Run, place: Place, number: int) -> list[int]:
        """Put the branches of a choice in the order in which they are tried."""
        heights = [max(map(self.plan.heights.of, branch)) for branch in choice.branches]
        if self._is_deep(run):
            return sorted(range(len(heights)), key=lambda at: (heights[at], at))
        first = Dice(run.seed, place.pointer, f"choice {number}").below(len(heights))
        turned = [(first + at) % len(heights) for at in range(len(heights))]
        nulls = [_is_null(branch) for branch in choice.branches]
        return sorted(turned, key=lambda at: (heights[at] == ENDLESS, nulls[at]))

    def _fill(self, shape: Shape, run: Run, place: Place, level: int) -> Any:
        if shape.never:
            raise Impossible(place.pointer, "may not be here: its schemas leave no value")
        if level == 0 and shape.samples and place.pointer not in run.wrong:
            run.examples.add(place.pointer)
            return deepcopy(shape.samples[0])
        if shape.values is not None:
            return self._value(shape.values, run, place)
        kinds = shape.types or [shape.told or "string"]
        liked = [kind for kind in kinds if kind != "null"] or kinds
        if "null" in kinds and self._is_deep(run) and not {"object", "array"}.isdisjoint(kinds):
            liked = ["null", *liked]
        kind = liked[level // 4 % len(liked)]
        return self.plan.makers[kind](self, shape, run, place)

    def _value(self, values: Sequence[Any], run: Run, place: Place) -> Any:
        liked = [value for value in values if value is not None] or values
        first = Dice(run.seed, place.pointer, "enum").below(len(liked))
        return deepcopy(liked[(first + run.level(place.pointer)) % len(liked)])


def _is_null(branch: Sequence[Any]) -> bool:
    return any(is_map(schema) and schema.get("type") == "null" for schema in branch)
