"""Values from schemas: the same in every process, always valid, or a clear word on why not.

A value is made, checked, and where it is wrong made again: only the places that were wrong change.
Each place has a seed of its own, so one new member never changes the others.
"""

from __future__ import annotations

from collections.abc import Iterable
from copy import deepcopy
from typing import Any

from .dialect import Direction
from .messages import Mismatch
from .sampling.makers import MAKERS
from .sampling.plan import GIVEN_UP, Hint, Impossible, Place, Plan, Provider, Run
from .validation import Validator, Validators

__all__ = ["Generator", "Hint", "Provider", "Sampler", "Unsatisfiable"]

#: How often a value is made again before it is given up.
_ROUNDS = 72


class Unsatisfiable(Exception):
    """Say that no value of a schema could be made: where in the value, by which keyword, and why.

    >>> str(Unsatisfiable("/id", "/components/schemas/Book/properties/id", "must be 3 or less"))
    'no valid value could be made: "/id" must be 3 or less (/components/schemas/Book/properties/id)'
    """

    def __init__(self, pointer: str, schema: str, reason: str) -> None:
        place = f'"{pointer}" ' if pointer else "the value "
        super().__init__(f"no valid value could be made: {place}{reason} ({schema})")
        self.pointer = pointer
        self.schema = schema
        self.reason = reason


class Generator:
    """Make values of the schemas of one document.

    .. code-block:: python

        generator = Generator(Validators(read_document("openapi.yaml")), seed="7")
        book = generator.at("/components/schemas/Book", "response")
        book.value("showBook")  # the same in every process, for the same operation and index

    ``provider`` may give more realistic texts: it gets a :class:`Hint`, and may answer None.
    """

    def __init__(self, validators: Validators, *, seed: str = "", provider: Provider | None = None) -> None:
        self.validators = validators
        self.seed = seed
        self.provider = provider
        self._made: dict[Validator, Sampler] = {}

    def at(self, pointer: str, direction: Direction) -> Sampler:
        """Give the sampler of the schema at a place of the document."""
        return self._of(self.validators.at(pointer, direction))

    def of(self, schema: Any, pointer: str, direction: Direction) -> Sampler:
        """Give the sampler of a schema that stands at a place, or behind a ``$ref`` there."""
        return self._of(self.validators.of(schema, pointer, direction))

    def _of(self, validator: Validator) -> Sampler:
        if validator not in self._made:
            self._made[validator] = Sampler(validator, self.seed, self.provider)
        return self._made[validator]


class Sampler:
    """Make values of one schema."""

    def __init__(self, validator: Validator, seed: str, provider: Provider | None) -> None:
        self.validator = validator
        self._seed = seed
        self._provider = provider
        self._plan: Plan | None = None
        #: Places whose example in the schema is wrong, found once with dice of their own.
        self._wrong: set[str] = set()

    def value(self, operation: str = "", index: int = 0, *, examples: Iterable[Any] = ()) -> Any:
        """Make a value: the first of ``examples`` that is valid, else one made for operation and index.

        Raises :class:`Unsatisfiable`, and ``DocumentError`` for a schema that cannot be read.
        """
        for example in examples:
            if self.validator.accepts(example):
                return deepcopy(example)
        if self._plan is None:
            self._plan = Plan(self.validator.bundle, MAKERS, self._provider)
            # The same for every order of calls, as it hangs on the schema alone.
            self._search("", self._wrong, strict=False)
        return self._search(f"{self._seed}\0{operation}\0{index}", set(self._wrong))

    def _search(self, seed: str, wrong: set[str], *, strict: bool = True) -> Any:
        """Make values until one is valid; the places of wrong examples are added to ``wrong``."""
        levels: dict[str, int] = {}
        found: list[Mismatch] = []
        for turn in range(_ROUNDS):
            run = Run(seed, levels, wrong, lean=turn >= _ROUNDS - 4)
            try:
                value = self._make(run)
            except Unsatisfiable:
                if strict:
                    raise
                break
            if self.validator.accepts(value):
                return value
            found = self.validator.errors(value)
            for pointer in {_culprit(mismatch.pointer, run.examples) for mismatch in found}:
                if pointer in run.examples:
                    wrong.add(pointer)
                else:
                    _raise_level(levels, pointer)
        if strict:
            raise Unsatisfiable(*found[0])
        return None

    def _make(self, run: Run) -> Any:
        assert self._plan is not None
        try:
            return self._plan.root.make(run, Place("", "", 0))
        except Impossible as error:
            bundle = self.validator.bundle
            raise Unsatisfiable(error.pointer, bundle.origins[bundle.root], error.reason) from None


def _culprit(pointer: str, examples: set[str]) -> str:
    """Name the place that must change: the example that a wrong place is part of, or the place itself."""
    for end in [at for at, char in enumerate(pointer) if char == "/"]:
        if pointer[:end] in examples:
            return pointer[:end]
    return pointer


def _raise_level(levels: dict[str, int], pointer: str) -> None:
    """Let a place make another value; one that stays wrong takes what is around it along."""
    levels[pointer] = levels.get(pointer, 0) + 1
    if pointer and levels[pointer] % (2 * GIVEN_UP) == 0:
        _raise_level(levels, pointer.rpartition("/")[0])
