"""Links from one page of a list to the others (RFC 8288)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import quote, urlencode

from ..links import root_path
from ..params import decode

if TYPE_CHECKING:
    from ..aliases import Environ

#: What may stand in a path, and in a query that is escaped already (RFC 3986, 3.3 and 3.4).
_PATH = "/:~!$&'()*+,;=@"
_QUERY = "%/?:~!$&'()*+,;=@"


class PageLinks:
    """Write the addresses of a list's other pages: its own path, the query as it was sent, another place.

    Addresses begin with the mount point and are never made from ``Host``.
    """

    def __init__(self, environ: Environ, place: str) -> None:
        """Begin with one request; ``place`` is the parameter that tells pages apart."""
        path = root_path(environ) + quote(environ.get("PATH_INFO", ""), safe=_PATH, encoding="latin-1")
        # Two slashes would name another host (RFC 3986, 4.2).
        self._path = f"/.{path}" if path.startswith("//") else path
        self._place = place
        pairs = [pair for pair in environ.get("QUERY_STRING", "").split("&") if pair]
        kept = [pair for pair in pairs if decode(pair.partition("=")[0]) != place]
        self._kept = [quote(pair, safe=_QUERY, encoding="latin-1") for pair in kept]

    def to(self, value: int | str | None) -> str:
        """Give the address of one page; None is the page that is shown unasked."""
        own = [] if value is None else [urlencode({self._place: value})]
        query = "&".join([*self._kept, *own])
        return f"{self._path}?{query}" if query else self._path


def link_field(targets: Mapping[str, str]) -> str:
    """Write a ``Link`` field: relations and their targets.

    >>> link_field({"next": "/books?offset=20"})
    '</books?offset=20>; rel="next"'
    """
    return ", ".join(f'<{target}>; rel="{relation}"' for relation, target in targets.items())
