"""The settings of an app, frozen when it is made."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any, TypedDict

from .aliases import Slashes, Validate
from .frozen import Record


class Config(Record):
    """Hold the settings of one app; every default is the safe one."""

    #: Show frames in problem documents and a page to browsers; refused off loopback.
    debug: bool = False
    #: Strict JSON types and closed objects; what a model says explicitly wins.
    strict: bool = True
    #: ``strict``: ``/a`` and ``/a/`` differ; ``redirect``: as Werkzeug, relative; ``ignore``: both match.
    slashes: Slashes = "strict"
    #: The domain under which ``subdomain=`` routes lie.
    server_name: str | None = None
    #: Patterns (``fnmatch``) of query parameters that are accepted and ignored, such as ``utm_*``.
    ignored_query: tuple[str, ...] = ()
    #: Largest request body in bytes; None for no limit.
    max_body: int | None = 1 << 20
    #: Bytes of text that a form may hold in memory; files spool to disk.
    form_memory: int = 500_000
    #: Parts that a multipart form, or fields that any form, may have.
    form_parts: int = 100
    #: Bytes of a file kept in memory before it goes to disk.
    form_spool: int = 262_144
    #: When answers are checked in full: in debug mode and under the test client, always, or never.
    validate_responses: Validate = "debug"
    #: Writes plain data (``dict``, ``list``, ``Any``); pydantic-core's writer by default.
    json_dumps: Callable[[Any], str | bytes] | None = None
    #: Refuse to start with an operation, or a mounted app, that says nothing of who may call it.
    deny_by_default: bool = False
    #: Keys that sign what clients only hand back, such as cursors: the first signs, all verify. Each has at
    #: least 32 bytes.
    secrets: tuple[str | bytes, ...] = ()
    #: What the document says beside what operations say of themselves, merged into it as it stands: licence
    #: and contact (``info``), ``servers``, ``tags`` with descriptions, ``externalDocs``, ``webhooks`` …
    openapi: Mapping[str, Any] = MappingProxyType({})
    #: Threads for sync code under ASGI, each request holding one until it has been answered, streams too;
    #: and as many for background tasks.
    workers: int = 64
    #: Seconds that background tasks get to end at shutdown.
    shutdown_timeout: float = 10.0


class Settings(TypedDict, total=False):
    """Name the keyword arguments that ``App`` passes on to its :class:`Config`."""

    debug: bool
    strict: bool
    slashes: Slashes
    server_name: str | None
    ignored_query: tuple[str, ...]
    max_body: int | None
    form_memory: int
    form_parts: int
    form_spool: int
    validate_responses: Validate
    json_dumps: Callable[[Any], str | bytes] | None
    deny_by_default: bool
    secrets: Sequence[str | bytes]
    openapi: Mapping[str, Any]
    workers: int
    shutdown_timeout: float
