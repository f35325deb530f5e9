"""Where an error is: true RFC 6901 steps into the document that the client sent.

pydantic's location of an error holds more than a client can follow: the label of a union's branch, the
tag of a tagged union, ``[key]``. So the schema is walked beside the location, and tells what each step is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple, TypeAlias

from ..violations import CODES
from .nodes import UNIONS, Node, choices_of, class_of, walk

Steps: TypeAlias = tuple[str | int, ...]
Branches: TypeAlias = tuple[tuple[int, str | int], ...]


class Fault(NamedTuple):
    """One error on its way: where, what, and the branches of unions that it passed."""

    steps: Steps
    code: str
    detail: str
    #: (how many steps lead to the union, which branch of it)
    branches: Branches = ()


#: Nodes that stand for the one inside them, as far as locations go.
_CLEAR = ("schema", "json_schema", "strict_schema", "lax_schema", "python_schema")
#: Codes that say "another kind of value", null perhaps.
KINDS = frozenset(
    {"null", "type", "object", "array", "string", "integer", "number", "boolean", "bytes", "file", "choice"}
    | {"date", "time", "date_time", "duration", "uuid", "url", "email", "format", "union"}
)
_WITHIN = frozenset({"list", "set", "frozenset", "deque", "tuple", "generator"})


def locator(schema: Node) -> Callable[[Steps], tuple[Steps, Branches]] | None:
    """Make the function that finds the true steps, None where pydantic's location is always true."""
    nodes = list(walk(schema))
    if not any(node.get("type") in UNIONS or "keys_schema" in node for node in nodes):
        return None
    definitions = {node["ref"]: node for node in nodes if "ref" in node}

    def locate(location: Steps) -> tuple[Steps, Branches]:
        here: list[Node] = _open([schema], definitions)
        steps: list[str | int] = []
        branches: list[tuple[int, str | int]] = []
        for index, item in enumerate(location):
            unions = [node for node in here if node["type"] in UNIONS]
            if unions:
                branches.append((len(steps), item))
                here = _open(_labelled(unions, item), definitions)
                continue
            if item == "[key]" and index and index == len(location) - 1:
                break
            steps.append(item)
            here = _open([child for node in here for child in _inside(node, item)], definitions)
        return tuple(steps), tuple(branches)

    return locate


def _open(nodes: Iterable[Node], definitions: Mapping[str, Node]) -> list[Node]:
    """See through nodes that add nothing to a location."""
    found: list[Node] = []
    for node in nodes:
        if node["type"] == "definition-ref":
            found += _open([definitions[node["schema_ref"]]], definitions)
        elif node["type"] in UNIONS or node["type"] in _WITHIN:
            found.append(node)
        elif inner := [node[key] for key in _CLEAR if key in node][:1]:
            found += _open(inner, definitions)
        elif "steps" in node:
            found += _open(node["steps"], definitions)
        else:
            found.append(node)
    return found


def _labelled(unions: Iterable[Node], label: str | int) -> list[Node]:
    """Give the branches that carry a label; all of those without one where none does."""
    branches = [branch for union in unions for branch in choices_of(union)]
    named = [node for tag, node in branches if str(getattr(tag, "value", tag or _name(node))) == str(label)]
    return named or [node for _, node in branches]


def _name(node: Node) -> str:
    cls = node.get("cls")
    return cls.__name__ if cls is not None else str(node["type"])


def _inside(node: Node, step: str | int) -> list[Node]:
    """Give what stands below a node at one step."""
    if "fields" in node:
        fields: Any = node["fields"]
        named: list[Any] = [*enumerate(fields)] if class_of(fields) is list else [*fields.items()]
        return [field["schema"] for name, field in named if step in names_of(name, field)]
    if "values_schema" in node:
        return [node["values_schema"]]
    items: Any = node.get("items_schema", [])
    return items if class_of(items) is list else [items]


def names_of(name: str | int, field: Node) -> list[Any]:
    """List the keys, or the index, by which a field may be sent."""
    alias: Any = field.get("validation_alias", ())
    paths: list[Any] = [alias] if isinstance(alias, str) else list(alias)
    return [name, field.get("name"), *(path[0] if isinstance(path, list) else path for path in paths)]


def chosen(faults: list[Fault], level: int = 0) -> list[Fault]:
    """Keep, of the errors of each union's branches, those of the branch that was meant.

    A branch that refuses the value's very kind was not meant; of the others, the one with the fewest
    errors was. Where none was meant, one ``union`` error stands for all.
    """
    kept: list[Fault] = []
    unions: dict[Steps, dict[str | int, list[Fault]]] = {}
    for fault in faults:
        if len(fault.branches) <= level:
            kept.append(fault)
        else:
            size, label = fault.branches[level]
            unions.setdefault(fault.steps[:size], {}).setdefault(label, []).append(fault)
    for steps, labelled in unions.items():
        branches = [chosen(branch, level + 1) for branch in labelled.values()]
        meant = [branch for branch in branches if not all(_refuses_kind(fault, steps) for fault in branch)]
        if meant:
            shortest = min(meant, key=len)
            kept += shortest
        elif len(branches) == 1 or all(branch[0].code == "null" for branch in branches):
            kept += branches[0]
        else:
            kept.append(Fault(steps, "union", CODES["union"]))
    return kept


def _refuses_kind(fault: Fault, steps: Steps) -> bool:
    return fault.steps == steps and fault.code in KINDS
