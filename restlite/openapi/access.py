"""Compare who may call: the gaps of security requirements, and of servers."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice, product
from typing import Any, NamedTuple

from .containment import Gap, Relation
from .exchanges import Operation, Side, Use
from .nodes import mapping, sequence
from .pointers import below

#: Variables of a server are multiplied out up to this many addresses.
MAX_ADDRESSES = 256


class Scheme(NamedTuple):
    """Hold what a client must know of a security scheme, without the name of its component."""

    type: str
    #: What must be equal: header or query name, HTTP scheme, URL.
    traits: tuple[str, ...]
    #: OAuth2 flows with their URLs.
    flows: frozenset[tuple[str, ...]]

    def suits(self, other: Scheme) -> bool:
        """Tell whether a client of the other scheme can be one of this."""
        return (self.type, self.traits) == (other.type, other.traits) and other.flows <= self.flows


class Demand(NamedTuple):
    """Hold one scheme of an alternative, with its scopes."""

    name: str
    scheme: Scheme
    scopes: frozenset[str]


Alternative = tuple[Demand, ...]


def security_gaps(relation: Relation, taker: Use, giver: Use) -> Iterator[Gap]:
    """List the credentials that sufficed for the giver and do not for the taker."""
    takers, place = _alternatives(*taker)
    givers, there = _alternatives(*giver)
    for given in givers:
        if any(_satisfied(wanted, given) for wanted in takers):
            continue
        near = [wanted for wanted in takers if _satisfied(_scopeless(wanted), given)]
        if near:
            more = sorted({scope for demand in near[0] for scope in demand.scopes - _scopes(demand, given)})
            end = "needed" if relation.newer else "no longer needed"
            fact = f"the scope {', '.join(more)} is {end} now"
            yield relation.gap("security-scopes", place, there, fact)
        else:
            end, verb = ("removed", "no longer suffices") if relation.newer else ("added", "suffices now")
            yield relation.gap(f"security-{end}", place, there, f"{_said(given)} {verb}")


def _alternatives(side: Side, operation: Operation) -> tuple[list[Alternative], str]:
    data = side.document.data
    node, pointer = (operation.node, operation.pointer) if "security" in operation.node else (data, "")
    place = below(pointer, "security") if "security" in node else operation.pointer
    schemes = mapping(mapping(data.get("components")).get("securitySchemes"))
    found: list[Alternative] = []
    for requirement in sequence(node.get("security")):
        found.append(
            tuple(
                Demand(name, _scheme(side, schemes.get(name)), frozenset(map(str, sequence(scopes))))
                for name, scopes in mapping(requirement).items()
            )
        )
    return found or [()], place


def _scheme(side: Side, node: Any) -> Scheme:
    said, _ = side.entry(node, "")
    kind = str(said.get("type", ""))
    name = str(said.get("name", ""))
    traits = {
        "apiKey": (str(said.get("in", "")), name.lower() if said.get("in") == "header" else name),
        "http": (str(said.get("scheme", "")).lower(),),
        "openIdConnect": (str(said.get("openIdConnectUrl", "")),),
    }
    flows = {
        (flow, *(f"{key} {value}" for key, value in sorted(mapping(given).items()) if key.endswith("Url")))
        for flow, given in mapping(said.get("flows")).items()
    }
    return Scheme(kind, traits.get(kind, ()), frozenset(flows))


def _satisfied(wanted: Alternative, given: Alternative) -> bool:
    """Tell whether who has what is given has what is wanted."""
    return all(
        any(demand.scheme.suits(has.scheme) and demand.scopes <= has.scopes for has in given)
        for demand in wanted
    )


def _scopeless(alternative: Alternative) -> Alternative:
    return tuple(demand._replace(scopes=frozenset()) for demand in alternative)


def _scopes(demand: Demand, given: Alternative) -> frozenset[str]:
    return frozenset[str]().union(*(has.scopes for has in given if demand.scheme.suits(has.scheme)))


def _said(alternative: Alternative) -> str:
    names = [
        demand.name + (f" ({', '.join(sorted(demand.scopes))})" if demand.scopes else "")
        for demand in alternative
    ]
    return " with ".join(names) or "a request without credentials"


def server_gaps(relation: Relation, taker: Use, giver: Use) -> Iterator[Gap]:
    """List the addresses of the giver at which the taker does not answer."""
    takers, place = _servers(*taker)
    givers, there = _servers(*giver)
    patterns = [_pattern(*server) for server in takers]
    for server in givers:
        for address in _addresses(*server):
            if not any(pattern.fullmatch(address) for pattern in patterns):
                end, verb = ("removed", "gone") if relation.newer else ("added", "new")
                yield relation.gap(f"server-{end}", place, there, f"the server {address or '/'} is {verb}")


#: An address with its variables.
Server = tuple[str, dict[str, Any]]


def _servers(side: Side, operation: Operation) -> tuple[list[Server], str]:
    """Find the servers that count for an operation: its own, those of its path, or of the document."""
    levels = (
        (operation.node, operation.pointer),
        (operation.item, operation.item_pointer),
        (side.document.data, ""),
    )
    for node, pointer in levels:
        if servers := [mapping(server) for server in sequence(node.get("servers"))]:
            found = [
                (str(each.get("url", "")).rstrip("/"), mapping(each.get("variables"))) for each in servers
            ]
            return found, below(pointer, "servers")
    return [("", {})], ""


def _values(variable: Any) -> list[str]:
    said = mapping(variable)
    return [str(value) for value in sequence(said.get("enum")) or [said.get("default", "")]]


def _addresses(url: str, variables: dict[str, Any]) -> Iterator[str]:
    """Write out the addresses that a client may use."""
    pieces = [_values(variables.get(piece)) if at % 2 else [piece] for at, piece in enumerate(_split(url))]
    return ("".join(chosen) for chosen in islice(product(*pieces), MAX_ADDRESSES))


def _pattern(url: str, variables: dict[str, Any]) -> re.Pattern[str]:
    """Give what matches every address that the server has: a variable without a list takes any value."""
    pieces: list[str] = []
    for at, piece in enumerate(_split(url)):
        if at % 2 == 0:
            pieces.append(re.escape(piece))
        elif sequence(mapping(variables.get(piece)).get("enum")):
            pieces.append(f"(?:{'|'.join(map(re.escape, _values(variables[piece])))})")
        else:
            pieces.append("[^/]*")
    return re.compile("".join(pieces))


def _split(url: str) -> list[str]:
    """Split an address at its variables: every second piece is a name."""
    return re.split(r"\{([^{}]*)\}", url)
