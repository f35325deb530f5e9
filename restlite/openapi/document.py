"""From the route table to a document: records are joined, nothing is known here that they do not say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..records import Described, SchemaRef
from .anatomy import METHODS, Node
from .operation_ids import operation_ids
from .parameters import parameters_of
from .paths import Placed, by_path, placed
from .problems import Problems
from .prose import described as prose
from .refusals import Refusals, refusals_of
from .responses import Responses
from .schemas import COMPONENTS, Schemas
from .versions import Version, lower

if TYPE_CHECKING:
    from ..operation import Operation

#: What holds for every path, and is no operation's own.
PROTOCOL = (
    "`HEAD` is answered wherever `GET` is, without a body. `OPTIONS` is answered 204, with the methods of the"
    " path in `Allow`. A path that is not listed is answered 404, a method that is not listed 405 with"
    " `Allow`; both look like the other errors."
)


def build(
    operations: Iterable[Operation],
    *,
    title: str,
    version: str,
    members: Mapping[str, Any] | None = None,
    host: str | None = None,
    to: Version = "3.1",
) -> Node:
    """Write the document of operations.

    .. code-block:: python

        document = build(app.operations, title="Shop", version="1.0", members={"tags": [...]})

    It is the same whatever was registered first: paths, components and tags that ``members`` does not list
    are in the order of the alphabet, methods in the specification's. Raises :class:`SetupError` where two
    classes, or two operations, would have one name or place.

    :param members: of the document, beside our own: licence, servers, descriptions of tags, webhooks ….
    :param host: of operations that are bound to hosts, show those of this one alone.
    :param to: the version of OpenAPI; use ``compose`` and ``lower`` to be told what an older one loses.
    """
    composed = compose(operations, title=title, version=version, members=members, host=host)
    return published(lower(composed, to)[0])


def compose(
    operations: Iterable[Operation],
    *,
    title: str,
    version: str,
    members: Mapping[str, Any] | None = None,
    host: str | None = None,
) -> Node:
    """Write the document of operations in OpenAPI 3.2, which says the most."""
    given = dict(members or {})
    builder = Builder(placed(operations, host))
    info: Node = {"title": title, "version": version, **given.pop("info", {})}
    info["description"] = "\n\n".join(filter(None, (info.get("description"), PROTOCOL)))
    paths = builder.paths()
    document: Node = {"openapi": "3.2.0", "info": info, "servers": given.pop("servers", [{"url": "/"}])}
    tags = list(builder.tags(given.pop("tags", [])))
    document |= {"tags": tags} if tags else {}
    return merged({**document, "paths": paths, "components": builder.components()}, given)


class Builder:
    """Join what operations say of themselves."""

    def __init__(self, operations: Sequence[Placed]) -> None:
        self._placed = operations
        shown = [item.operation for item in operations]
        self._described = {operation: operation.describe() for operation in shown}
        self._refusals = {operation: refusals_of(operation) for operation in shown}
        kinds = {
            kind for found in self._refusals.values() for listed in found.problems.values() for kind in listed
        }
        self._problems = Problems(kinds)
        refs = [ref for one in shown for ref in refs_of(self._described[one], self._refusals[one])]
        self._schemas = Schemas([*refs, *self._problems.refs.values()], self._problems.paths)
        self._responses = Responses(self._schemas, self._problems)
        self._names = operation_ids(shown)

    def paths(self) -> dict[str, Node]:
        """Give the path items (OpenAPI 3.2, 4.9)."""
        found: dict[str, Node] = {}
        for path, items in by_path(self._placed):
            item: Node = {}
            for one in items:
                method = one.operation.method.lower()
                fixed = method in (*METHODS, "query")
                target = item if fixed else item.setdefault("additionalOperations", {})
                target[method if fixed else one.operation.method] = self.operation(one)
            found[path] = item
        return found

    def operation(self, item: Placed) -> Node:
        """Write one operation (OpenAPI 3.1, 4.8.10)."""
        operation = item.operation
        options, described = operation.options, self._described[operation]
        summary, description = prose(operation.description, operation.name)
        written: Node = {"operationId": self._names[operation]}
        written |= {"tags": list(options["tags"])} if "tags" in options else {}
        written |= {"summary": options.get("summary") or summary, "description": description}
        written |= {"deprecated": True} if options.get("deprecated") else {}
        parameters = parameters_of(operation, described, self._schemas, item.names)
        written |= {"parameters": parameters} if parameters else {}
        if described.body is not None:
            content = {
                kind: {} if ref is None else {"schema": self._schemas.of(ref)}
                for kind, ref in described.body.content
            }
            written["requestBody"] = {"content": content, "required": described.body.required}
        written["responses"] = self._responses.of(operation, described, self._refusals[operation])
        written["security"] = security_of(described)
        if operation.host is not None:
            written["servers"] = [server_of(operation.host.openapi)]
        return written

    def tags(self, given: Iterable[Mapping[str, Any]]) -> Iterator[Node]:
        """List the tags that were given, and those that operations have beside them (OpenAPI 3.2, 4.24)."""
        named = {str(tag["name"]): dict(tag) for tag in given}
        used = {tag for item in self._placed for tag in item.operation.options.get("tags", ())}
        yield from named.values()
        yield from ({"name": tag} for tag in sorted(used - named.keys()))

    def components(self) -> Node:
        """Give what paths refer to (OpenAPI 3.1, 4.8.7); they are to be written before."""
        # Two of one name are refused when an app is frozen.
        named = {record.name: record for item in self._described.values() for record in item.schemes}
        schemes = {
            record.name: {
                "type": record.type,
                **({"description": record.description} if record.description else {}),
                **dict(record.members),
            }
            for record in named.values()
        }
        parts = {
            "schemas": {**self._schemas.components, **self._problems.components},
            "headers": self._responses.headers.components,
            "securitySchemes": schemes,
        }
        return {kind: dict(sorted(part.items())) for kind, part in parts.items() if part}


def refs_of(described: Described, refusals: Refusals) -> Iterator[SchemaRef]:
    """List every reference to a schema in what an operation says of itself."""
    for parameter in described.parameters:
        yield parameter.schema
    records = (*described.answers, *refusals.answers)
    contents = [record.content for record in records]
    if described.body is not None:
        contents.append(described.body.content)
    yield from (ref for content in contents for _, ref in content if ref is not None)
    for record in records:
        yield from (ref for _, ref in record.headers)


def security_of(described: Described) -> list[Node]:
    """Write who may call; an empty list stands for everybody (OpenAPI 3.1, 4.8.10).

    Roles, which only some schemes may list and few tools accept, are told by the answer 403.
    """
    alternatives = described.security or ()
    if not any(record.needs for record in alternatives):
        return []
    scoped = {record.name for record in described.schemes if record.type in ("oauth2", "openIdConnect")}
    return [
        {name: list(scopes) if name in scoped else [] for name, scopes in record.needs}
        for record in alternatives
    ]


def server_of(host: str) -> Node:
    """Write the server of a host; its variables are called by their names where nobody says more.

    >>> server_of("{tenant}.example.com")
    {'url': '//{tenant}.example.com/', 'variables': {'tenant': {'default': 'tenant'}}}
    """
    variables = {name: {"default": name} for name in re.findall(r"\{([^{}]*)\}", host)}
    return {"url": f"//{host}/", **({"variables": variables} if variables else {})}


def published(document: Node) -> Node:
    """Leave out what no tool reads: items of streams where OpenAPI cannot say them, and what only they use.

    :param document: what ``lower`` gave.
    """
    kept: Node = _without(document, "x-itemSchema")
    schemas: dict[str, Any] = kept.get("components", {}).get("schemas", {})
    rest = {key: value for key, value in kept.items() if key != "components"}
    others = {key: value for key, value in kept.get("components", {}).items() if key != "schemas"}
    used, waiting = set[str](), set(_uses([rest, others])) & schemas.keys()
    while waiting:
        name = waiting.pop()
        used.add(name)
        waiting |= (set(_uses(schemas[name])) & schemas.keys()) - used
    if used == schemas.keys():
        return kept
    left = {name: schema for name, schema in schemas.items() if name in used}
    return {**kept, "components": {"schemas": left, **others}}


def _without(node: Any, key: str) -> Any:
    if node.__class__ is list:
        return [_without(item, key) for item in node]
    if node.__class__ is not dict:
        return node
    return {name: _without(value, key) for name, value in node.items() if name != key}


def _uses(node: Any) -> Iterator[str]:
    """Name the schemas that a part of a document refers to."""
    if node.__class__ is str and node.startswith(COMPONENTS):
        yield node.removeprefix(COMPONENTS)
    elif node.__class__ in (list, dict):
        for value in node.values() if node.__class__ is dict else node:
            yield from _uses(value)


def merged(own: Node, given: Mapping[str, Any]) -> Node:
    """Put given members over our own: objects are joined, everything else is replaced.

    >>> merged({"a": {"b": 1}}, {"a": {"c": 2}, "x-d": 3})
    {'a': {'b': 1, 'c': 2}, 'x-d': 3}
    """
    found = dict(own)
    for key, value in given.items():
        known: Any = found.get(key)
        both = known.__class__ is dict and hasattr(value, "keys")
        found[key] = merged(known, value) if both else value
    return found
