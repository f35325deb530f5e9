"""Header fields of answers: what the well-known ones say, and the components that answers share."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from .anatomy import Node

_COMPONENT = re.compile(r"[A-Za-z0-9._-]+")
#: What fields say, where the program does not.
KNOWN: Mapping[str, str] = {
    "Accept": "The media types that are taken (RFC 9110, 12.5.1).",
    "Accept-Patch": "The media types that are taken (RFC 5789, 3.1).",
    "Accept-Ranges": "The unit in which parts can be asked for (RFC 9110, 14.3).",
    "Access-Control-Allow-Credentials": "Whether scripts may send credentials (Fetch, 3.3.2).",
    "Access-Control-Allow-Origin": "The origin whose scripts may read the answer (Fetch, 3.3.2).",
    "Access-Control-Expose-Headers": "The header fields that scripts may read (Fetch, 3.3.2).",
    "Cache-Control": "Who may keep the answer, and how long (RFC 9111, 5.2).",
    "Content-Disposition": "The name of the file, and whether it is shown or saved (RFC 6266).",
    "Content-Encoding": "How the body is compressed (RFC 9110, 8.4).",
    "Content-Range": "Which part of the file this is (RFC 9110, 14.4).",
    "Content-Security-Policy": "What a page may load (CSP 3).",
    "Cross-Origin-Opener-Policy": "Which windows share a process with this one (HTML, 7.1.3).",
    "Cross-Origin-Resource-Policy": "Which sites may embed the answer (Fetch, 3.7).",
    "Deprecation": "Since when the operation is deprecated (RFC 9745).",
    "ETag": "The version; send it back in `If-Match` or `If-None-Match` (RFC 9110, 8.8.3).",
    "Expires": "Until when the answer is fresh (RFC 9111, 5.3).",
    "Last-Modified": "When it was changed last (RFC 9110, 8.8.2).",
    "Link": "Links to what belongs to it (RFC 8288).",
    "Location": "Where it is found (RFC 9110, 10.2.2).",
    "Permissions-Policy": "What a page may use of the browser.",
    "Referrer-Policy": "What a browser tells other sites of where it comes from.",
    "Retry-After": "When to ask again: seconds, or a date (RFC 9110, 10.2.3).",
    "Strict-Transport-Security": "For how long to use HTTPS alone (RFC 6797).",
    "Sunset": "When the operation will be gone (RFC 8594).",
    "Vary": "The request header fields that the answer depends on (RFC 9110, 12.5.5).",
    "WWW-Authenticate": "What to authenticate with (RFC 9110, 11.6.1).",
    "X-Frame-Options": "Who may show the answer in a frame (RFC 7034).",
    "X-Total-Count": "How many items there are in all.",
}


class Headers:
    """Write the header fields of answers; one that has been written so before is referred to."""

    def __init__(self) -> None:
        self.components: dict[str, Node] = {}

    def of(self, name: str, schema: Node) -> Node:
        """Write one field; its description comes from its schema, or from what is known of the name.

        :param schema: the schema of the value; it becomes part of the document.
        """
        description: Any = schema.pop("description", None) or KNOWN.get(name)
        written: Node = {"description": description} if description else {}
        written["schema"] = schema
        if not _COMPONENT.fullmatch(name):
            return written
        shared = self.components.setdefault(name, written)
        return {"$ref": f"#/components/headers/{name}"} if shared == written else written
