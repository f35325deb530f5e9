"""Guards: what an operation asks of its callers, compiled; run before a byte of the body is read."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from .depends import Kind, Node, Pick
from .errors import SetupError
from .frozen import Record
from .hints import name_of
from .hooks import Filter
from .records import AnswerRecord, Described, SchemaRef, SchemeRecord, SecurityRecord
from .security.requirements import Requirement, Scheme
from .vary import vary

if TYPE_CHECKING:
    from .aliases import Environ
    from .waits import Wire


class Verifier(Record):
    """Hold the function that verifies credentials of a scheme; its first argument is the credentials."""

    function: Callable[..., Any]
    kind: Kind
    #: Where the arguments after the first come from.
    picks: tuple[Pick, ...] = ()


class Guard(Record):
    """Hold the requirements of one operation: the options' and those of every signature."""

    requirements: tuple[Requirement, ...]
    verifiers: Mapping[Scheme, Verifier]
    #: The dependencies of verifiers, by their places among the operation's.
    nodes: tuple[int, ...] = ()

    @property
    def at_once(self) -> bool:
        """Tell whether no verifier has to be awaited, or asks for more than the credentials."""
        verifiers = self.verifiers.values()
        return all(verifier.kind == "function" and not verifier.picks for verifier in verifiers)

    @property
    def all(self) -> Requirement:
        """Join the requirements: every one of them must be met."""
        first, *rest = self.requirements
        for requirement in rest:
            first = first & requirement
        return first

    @property
    def is_open(self) -> bool:
        """Tell whether anonymous callers come through."""
        return () in self.all.alternatives

    @property
    def has_grants(self) -> bool:
        """Tell whether scopes or roles are asked for, so that a proven identity may be refused."""
        return any(need.scopes or need.roles for needs in self.all.alternatives for need in needs)

    @property
    def fields(self) -> tuple[str, ...]:
        """List the request header fields that the answer depends on."""
        return tuple(dict.fromkeys(scheme.field for scheme in self.verifiers if scheme.field))

    @property
    def query_names(self) -> tuple[str, ...]:
        """List the query parameters that hold credentials."""
        names = (getattr(scheme, "query_name", None) for scheme in self.verifiers)
        return tuple(name for name in names if name)

    def describe(self) -> tuple[tuple[SchemeRecord, ...], tuple[SecurityRecord, ...]]:
        """Give the records of the schemes, and of the alternatives."""
        alternatives = self.all.alternatives
        schemes = {need.scheme: need.scheme.describe() for needs in alternatives for need in needs}
        security: list[SecurityRecord] = []
        for needs in alternatives:
            asked: dict[str, tuple[str, ...]] = {}
            for need in needs:
                record = schemes[need.scheme]
                # Of these two the list names scopes alone (OpenAPI 3.1, 4.8.30).
                scoped = record.type in ("oauth2", "openIdConnect")
                named = need.scopes if scoped else (*need.scopes, *need.roles)
                asked[record.name] = tuple(dict.fromkeys((*asked.get(record.name, ()), *named)))
            security.append(SecurityRecord(tuple(asked.items())))
        return tuple(schemes.values()), tuple(security)


def guard_of(
    requirements: Sequence[Requirement],
    verifiers: Mapping[Scheme, Verifier],
    nodes: Sequence[Node],
) -> Guard | None:
    """Compile the guard of an operation; None where nothing is asked for."""
    if not verifiers:
        return None
    needed: set[int] = set()
    for verifier in verifiers.values():
        _collect(verifier, nodes, needed)
    return Guard(tuple(requirements), dict(verifiers), tuple(sorted(needed)))


def _collect(asking: Verifier | Node, nodes: Sequence[Node], needed: set[int]) -> None:
    """Add the dependencies of a verifier; refuse what is not there yet when it runs."""
    for pick in asking.picks:
        if pick.origin in ("slot", "identity"):
            name = name_of(asking.function)
            found = f"{name}: verifiers run before parameters are read; found {pick.argument!r}."
            raise SetupError.at(asking.function, found, "request: Request")
        place: int | None = pick.key if pick.origin == "node" else None
        if place is not None and place not in needed:
            needed.add(place)
            _collect(nodes[place], nodes, needed)


#: Marks a request whose answer depends on who calls.
PRIVATE = "restlite.private"


class Private(Filter):
    """Keep answers to known callers out of shared caches, and apart from those to others."""

    def __init__(self, fields: tuple[str, ...]) -> None:
        self._fields = fields

    def admit(self, environ: Environ) -> None:
        environ[PRIVATE] = True

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        headers = wire[1]
        names = {name.lower() for name, _ in headers}
        if "cache-control" not in names:
            value = "private, no-cache" if "etag" in names else "no-store"
            headers.append(("Cache-Control", value))
        vary(headers, *self._fields)
        return wire

    def describe(self, method: str) -> Described:
        text = SchemaRef(str, "pydantic", "output")
        names = ("Cache-Control", "Vary") if self._fields else ("Cache-Control",)
        return Described(answers=(AnswerRecord(0, "", headers=tuple((name, text) for name in names)),))
