"""Neutral records: what every ``describe`` returns.

A record holds no schema, only references to one (annotation, adapter, mode); ``openapi/schemas.py``
resolves all of them at once. Records are frozen and compare by value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .frozen import Record

if TYPE_CHECKING:
    from .aliases import Location, Mode


class SchemaRef(Record):
    """Point to the schema of one annotation as one adapter writes it in one mode."""

    annotation: Any
    adapter: str
    mode: Mode
    strict: bool = True
    #: ``json``, or ``text`` where values arrive as strings (parameters and forms).
    form: str = "json"


class ParameterRecord(Record):
    """Describe one parameter of an operation (OpenAPI 3.1, 4.8.12)."""

    name: str
    location: Location
    schema: SchemaRef
    required: bool
    style: str = "form"
    explode: bool = True
    default: Any = None
    has_default: bool = False


class BodyRecord(Record):
    """Describe a request body: one schema per media type."""

    content: tuple[tuple[str, SchemaRef | None], ...]
    required: bool
    max_bytes: int | None = None


class AnswerRecord(Record):
    """Describe one answer: its status, media types, header fields and cookies."""

    #: Of a filter also 0 for every answer, and 2 for every answer whose status begins with it.
    status: int
    description: str
    content: tuple[tuple[str, SchemaRef | None], ...] = ()
    headers: tuple[tuple[str, SchemaRef], ...] = ()
    cookies: tuple[tuple[str, SchemaRef], ...] = ()
    #: The chunks of a streamed answer are items of the schema.
    streamed: bool = False


class SchemeRecord(Record):
    """Describe one security scheme: its name, its type, and the other members (OpenAPI 3.1, 4.8.27)."""

    name: str
    type: str
    members: tuple[tuple[str, Any], ...] = ()
    description: str = ""


class SecurityRecord(Record):
    """Describe one alternative of what an operation asks for: scheme names with scopes or roles."""

    needs: tuple[tuple[str, tuple[str, ...]], ...]


class Described(Record):
    """Join what an operation's sources, outputs, hooks and dependencies say of themselves."""

    parameters: tuple[ParameterRecord, ...] = ()
    body: BodyRecord | None = None
    answers: tuple[AnswerRecord, ...] = ()
    problems: tuple[type[Exception], ...] = ()
    schemes: tuple[SchemeRecord, ...] = ()
    #: Alternatives; None where nothing was said, an empty one where callers may be anonymous.
    security: tuple[SecurityRecord, ...] | None = None
