"""The answers of an operation: what it gives, what it refuses with, and the fields that hooks add to both."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import PHRASES, ErrorFormat, Problem
from ..media import EVENTS, NDJSON
from ..records import AnswerRecord, Described, SchemaRef
from .anatomy import Node
from .headers import Headers
from .problems import Problems, sentence_of
from .prose import markdown
from .refusals import Refusals
from .schemas import Schemas

if TYPE_CHECKING:
    from ..operation import Operation

_FORMAT = ErrorFormat()
_TEXT: Node = {"type": "string"}


class Responses:
    """Write the answers of operations."""

    def __init__(self, schemas: Schemas, problems: Problems) -> None:
        self._schemas = schemas
        self._problems = problems
        self.headers = Headers()

    def of(self, operation: Operation, described: Described, refusals: Refusals) -> dict[str, Node]:
        """Write all that an operation can answer, by status (OpenAPI 3.1, 4.8.16)."""
        found: dict[int, Node] = {}
        for record in (*described.answers, *refusals.answers):
            if record.status >= 100:
                phrase = record.description or PHRASES.get(record.status, "")
                self._add(found.setdefault(record.status, {"description": markdown(phrase)}), record)
        for status, kinds in refusals.problems.items():
            self._refuse(found.setdefault(status, {}), operation, kinds)
        if 403 in found and (asked := asked_by(described)):
            found[403]["description"] += f"\n\nThe call needs {asked}."
        for status in sorted(operation.statuses - found.keys()):
            found[status] = _implied(status, found)
        for record in described.answers:
            if record.status < 100:
                for status, response in found.items():
                    if record.status in (0, status // 100):
                        self._add(response, record)
        return {str(status): found[status] for status in sorted(found)}

    def _add(self, response: Node, record: AnswerRecord) -> None:
        for media_type, ref in record.content:
            written = self._media_type(media_type, ref, streamed=record.streamed)
            content = response.setdefault("content", {})
            content[media_type] = either(content[media_type], written) if media_type in content else written
        for name, ref in record.headers:
            self._field(response, name, self._schemas.of(ref))
        if record.cookies:
            names = ", ".join(f"`{name}`" for name, _ in record.cookies)
            self._field(response, "Set-Cookie", {**_TEXT, "description": f"Sets {names} (RFC 6265, 4.1)."})

    def _field(self, response: Node, name: str, schema: Node) -> None:
        response.setdefault("headers", {}).setdefault(name, self.headers.of(name, schema))

    def _media_type(self, name: str, ref: SchemaRef | None, *, streamed: bool) -> Node:
        """Write one media type; where nothing is known of it, nothing is said."""
        if ref is None:
            return {}
        schema = self._schemas.of(ref)
        if streamed and name == EVENTS:
            return {"itemSchema": event_of(schema)}
        return {"itemSchema" if streamed and name == NDJSON else "schema": schema}

    def _refuse(self, response: Node, operation: Operation, kinds: Sequence[type[Problem]]) -> None:
        """Write the answer that problems of one status are."""
        formats = (scope.error_format for scope in operation.scopes if scope.error_format)
        error_format = next(formats, _FORMAT)
        said = dict.fromkeys(sentence_of(kind) or kind.title for kind in kinds)
        response["description"] = markdown("\n\n".join(filter(None, (response.get("description"), *said))))
        schemas = [self._problems.of(kind, error_format, self._schemas) for kind in kinds]
        written: Node = {"schema": any_of(schemas)}
        content = response.setdefault("content", {})
        known = content.get(error_format.media_type)
        content[error_format.media_type] = either(known, written) if known else written
        for name in _fields(operation, kinds[0].status):
            self._field(response, name, dict(_TEXT))


def asked_by(described: Described) -> str:
    """Name the scopes and roles that an operation asks for, alternatives parted by "or"."""
    listed = (
        " and ".join(f"`{scope}`" for _, scopes in record.needs for scope in scopes)
        for record in described.security or ()
    )
    return ", or ".join(dict.fromkeys(filter(None, listed)))


def _fields(operation: Operation, status: int) -> Iterator[str]:
    """List the header fields that refusals of a status have."""
    yield "Cache-Control"
    guard, body = operation.guard, operation.bound.body
    if guard is not None and status in (401, 403):
        error = None if status == 401 else "insufficient_scope"
        needs = [need for alternative in guard.all.alternatives for need in alternative]
        if any(need.scheme.challenge(error, need.scopes) for need in needs):
            yield "WWW-Authenticate"
    if body is not None and status == 415:
        yield from ("Accept", "Accept-Patch") if operation.method == "PATCH" else ("Accept",)
    if status == 416:
        yield from ("Content-Range", "Accept-Ranges")


def _implied(status: int, found: dict[int, Node]) -> Node:
    """Write an answer that follows from another: the parts of a file, or word that a copy is fresh."""
    if status == 304:
        return {"description": "The client's copy is fresh."}
    whole = found.get(200, {})
    return {"description": PHRASES.get(status, ""), "content": dict(whole.get("content", {}))}


def any_of(schemas: Sequence[Node]) -> Node:
    """Join schemas, each once."""
    listed = [schema for place, schema in enumerate(schemas) if schema not in schemas[:place]]
    return listed[0] if len(listed) == 1 else {"anyOf": listed}


def either(one: Node, other: Node) -> Node:
    """Join two forms of one media type; where one of them may be anything, all may."""
    if "schema" not in one or "schema" not in other:
        return one or other
    parts: list[Node] = []
    for schema in (one["schema"], other["schema"]):
        parts += schema["anyOf"] if schema.keys() == {"anyOf"} else [schema]
    return {"schema": any_of(parts)}


def event_of(data: Any) -> Node:
    """Write the schema of one event of a stream (OpenAPI 3.2, 4.14.4; HTML, 9.2.6)."""
    sent = {**_TEXT, "contentMediaType": "application/json", "contentSchema": data}
    retry = {"type": "integer", "minimum": 0}
    properties = {"data": sent, "event": dict(_TEXT), "id": dict(_TEXT), "retry": retry}
    return {"type": "object", "properties": properties, "required": ["data"]}
