"""Public type aliases, one word per shape that travels between the floors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Literal, TypeAlias

#: The WSGI environment of one request (PEP 3333); the ASGI gateway builds the same from its scope.
Environ: TypeAlias = dict[str, Any]
#: Header fields in the order they are written; names and values are latin-1 text.
HeaderList: TypeAlias = list[tuple[str, str]]
#: What WSGI servers hand over to begin an answer.
StartResponse: TypeAlias = Callable[..., Any]
#: Which side of an operation a schema describes.
Mode: TypeAlias = Literal["input", "output"]
#: Where a parameter comes from, in OpenAPI's words; ``body`` stands for every request body.
Location: TypeAlias = Literal["path", "query", "header", "cookie", "body"]
#: What a router does with a path that differs from a rule by its last slash only.
Slashes: TypeAlias = Literal["strict", "redirect", "ignore"]
#: When answers are checked in full against their declared type.
Validate: TypeAlias = Literal["debug", "always", "off"]
