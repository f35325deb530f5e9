"""Binding: from a request to the values of an operation's parameters, all errors at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property, partial
from typing import TYPE_CHECKING, Any

from .adapters import Adapter
from .arguments import Owner
from .bodies import BodySource
from .bodies import Loader as BodyLoader
from .depends import Node, Pick
from .errors import BadRequest, Invalid, Problem
from .frozen import Record
from .guards import Guard
from .params import MISSING, Param, QuerySource, Reader, Source
from .rules import Template
from .violations import MAX_VIOLATIONS, Malformed, Refusal, Violation

if TYPE_CHECKING:
    from .aliases import Environ

Bind = Callable[["Environ", dict[str, Any], BodyLoader | None, Any], dict[str, Any]]
TextLoader = Callable[[dict[str, Any]], dict[str, Any]]


class Bound(Record):
    """Hold what the signatures of an operation ask for."""

    picks: tuple[Pick, ...]
    params: Mapping[Any, Param]
    owners: Mapping[str, Owner]
    nodes: tuple[Node, ...]
    body: BodySource | None
    injected: frozenset[str]
    template: Template
    guard: Guard | None = None
    #: What the answer asks for, beside the handler.
    asked: tuple[Pick, ...] = ()

    @property
    def takes_request(self) -> bool:
        """Tell whether the handler or its resource takes the request; a dependency's is not seen."""
        taken: list[Pick] = [*self.picks]
        for pick in self.picks:
            if pick.argument == "self":
                place: int = pick.key
                taken += self.nodes[place].picks
        return any(pick.origin == "inject" and pick.key == "request" for pick in taken)

    @cached_property
    def late(self) -> tuple[int, ...]:
        """List the dependencies that are opened once parameters and body are bound."""
        early = self.guard.nodes if self.guard is not None else ()
        return tuple(index for index in range(len(self.nodes)) if index not in early)


class Binder:
    """Read all sources of one operation; when something is wrong, read again and tell everything."""

    def __init__(
        self,
        sources: Sequence[Source],
        load: TextLoader | None,
        models: Mapping[str, Owner],
        schemas: Mapping[str, tuple[Adapter, Any]],
    ) -> None:
        self._sources = tuple(sources)
        self._load = load
        #: Parameter models: they exist even when the request names none of their members.
        self._models = (
            *(name for name, owner in models.items() if owner.default is MISSING),
            *(name for name, (_, default) in schemas.items() if default is MISSING),
        )
        self._schemas = {
            name: (adapter.text_loader(), default) for name, (adapter, default) in schemas.items()
        }
        params = [param for source in self._sources for param in source.params]
        self._names = {
            (param.group, param.name): (param.location, param.member_of or param.wire) for param in params
        }

    def compile(self) -> Bind:
        """Give the function that binds one request."""
        diagnose, load = self.diagnose, self._loader()
        # Where nothing is read from a source there is nothing to be wrong, but for unknown query parameters.
        reads = tuple(
            source.read for source in self._sources if source.params or isinstance(source, QuerySource)
        )
        if load is None:
            return self._body_alone(reads)

        def bind(
            environ: Environ, raw: dict[str, Any], load_body: BodyLoader | None, data: Any
        ) -> dict[str, Any]:
            given = raw.copy()
            for read in reads:
                if not read(environ, given):
                    raise diagnose(environ, raw, load_body, data)
            try:
                values = load(given)
            except Refusal:
                raise diagnose(environ, raw, load_body, data) from None
            return values if load_body is None else with_body(values, load_body, data)

        return bind

    def _loader(self) -> TextLoader | None:
        """Give the function that makes values of what was read; None where there is nothing to make."""
        plain, models, schemas = self._load, self._models, self._schemas
        if not models and not schemas:
            return plain

        def load(given: dict[str, Any]) -> dict[str, Any]:
            for name in models:
                given.setdefault(name, {})
            # What a schema reads is not for the validator of all else.
            apart = {name: given.pop(name) for name in schemas if name in given}
            values = given if plain is None else plain(given)
            for name, (load_schema, default) in schemas.items():
                values[name] = load_schema(apart[name]) if name in apart else default
            return values

        return load

    def _body_alone(self, reads: tuple[Reader, ...]) -> Bind:
        diagnose = self.diagnose

        def bind(
            environ: Environ, raw: dict[str, Any], load_body: BodyLoader | None, data: Any
        ) -> dict[str, Any]:
            for read in reads:
                if not read(environ, raw):
                    raise diagnose(environ, raw, load_body, data)
            return raw if load_body is None else with_body(raw, load_body, data)

        return bind

    def diagnose(
        self, environ: Environ, path: dict[str, Any], load_body: BodyLoader | None, data: Any
    ) -> Problem:
        """Read everything again and collect what is wrong."""
        raw = dict(path)
        found = [violation for source in self._sources for violation in source.explain(environ, raw)]
        for name in self._models:
            raw.setdefault(name, {})
        loads: list[Callable[[], Any]] = [
            partial(prefixed, load_schema, name, raw.pop(name))
            for name, (load_schema, _) in self._schemas.items()
            if name in raw
        ]
        if self._load is not None:
            loads.append(partial(self._load, raw))
        for load in loads:
            try:
                load()
            except Refusal as refusal:
                found += [self._violation(*item) for item in refusal.items]
        if load_body is not None:
            try:
                load_body[1](data)
            except Refusal as refusal:
                found += refusal.items.in_body
            except Malformed as error:
                return BadRequest(error.detail)
        return Invalid(errors=distinct(found)[:MAX_VIOLATIONS])

    def _violation(self, steps: tuple[str | int, ...], code: str, detail: str) -> Violation:
        slot = str(steps[0])
        known = self._names.get((None, slot))
        if known is None and len(steps) > 1:
            known = self._names.get((slot, str(steps[1])))
        location, name = known or next(
            (place for (group, _), place in self._names.items() if group == slot), ("query", slot)
        )
        return Violation(location, name, code, detail)


def prefixed(load: Callable[[Any], Any], name: str, raw: Any) -> Any:
    """Run a loader; its refusals begin with the name of the parameter model."""
    try:
        return load(raw)
    except Refusal as refusal:
        raise Refusal([((name, *steps), code, detail) for steps, code, detail in refusal.items]) from None


def with_body(values: dict[str, Any], load_body: BodyLoader, data: Any) -> dict[str, Any]:
    """Add what the body holds; 400 or 422 where it does not hold what it should."""
    argument, load = load_body
    try:
        loaded = load(data)
    except (Refusal, Malformed) as error:
        raise refused(error) from None
    if argument is None:
        values.update(loaded)
    else:
        values[argument] = loaded
    return values


def refused(error: Refusal | Malformed) -> Problem:
    """Make the 400 or 422 of a body."""
    return Invalid.of(error.items.in_body) if isinstance(error, Refusal) else BadRequest(error.detail)


def distinct(violations: list[Violation]) -> list[Violation]:
    """Drop what is said twice of one place, as the second pass can."""
    return list({(item.location, item.name, item.code): item for item in violations}.values())


def sources_of(
    params: Mapping[Any, Param], make: Mapping[str, Callable[[list[Param]], Source]]
) -> list[Source]:
    """Make the source of each location that has parameters."""
    by_location: dict[str, list[Param]] = {}
    for param in params.values():
        by_location.setdefault(param.location, []).append(param)
    return [build(by_location.get(location, [])) for location, build in make.items()]
