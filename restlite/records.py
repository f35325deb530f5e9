"""Neutral records: what every ``describe`` returns.

A record holds no schema, only references to one (annotation, adapter, mode); ``openapi/schemas.py``
resolves all of them at once. Records are frozen and compare by value.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .aliases import Location, Mode


@dataclass(frozen=True, slots=True)
class SchemaRef:
    """Point to the schema of one annotation as one adapter writes it in one mode."""

    annotation: Any
    adapter: str
    mode: Mode
    strict: bool = True
    #: ``json``, or ``text`` where values arrive as strings (parameters and forms).
    form: str = "json"


@dataclass(frozen=True, slots=True)
class ParameterRecord:
    """Describe one parameter of an operation (OpenAPI 3.1, 4.8.12)."""

    name: str
    location: Location
    schema: SchemaRef
    required: bool
    style: str = "form"
    explode: bool = True
    default: Any = None
    has_default: bool = False


@dataclass(frozen=True, slots=True)
class BodyRecord:
    """Describe a request body: one schema per media type."""

    content: tuple[tuple[str, SchemaRef | None], ...]
    required: bool
    max_bytes: int | None = None


@dataclass(frozen=True, slots=True)
class AnswerRecord:
    """Describe one answer: its status, media types, header fields and cookies."""

    status: int
    description: str
    content: tuple[tuple[str, SchemaRef | None], ...] = ()
    headers: tuple[tuple[str, SchemaRef], ...] = ()
    cookies: tuple[tuple[str, SchemaRef], ...] = ()
    #: The chunks of a streamed answer are items of the schema.
    streamed: bool = False


@dataclass(frozen=True, slots=True)
class Described:
    """Join what an operation's sources, outputs, hooks and dependencies say of themselves."""

    parameters: tuple[ParameterRecord, ...] = ()
    body: BodyRecord | None = None
    answers: tuple[AnswerRecord, ...] = ()
    problems: tuple[type[Exception], ...] = field(default=())
