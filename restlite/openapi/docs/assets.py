"""The style and the script of the page: named by their content, so that they may be cached for ever."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from hashlib import sha256
from importlib.resources import files

_TYPES = {"css": "text/css; charset=utf-8", "js": "text/javascript; charset=utf-8"}
_NAMES = ("docs.css", "docs.js")


@cache
def assets() -> Mapping[str, tuple[str, bytes]]:
    """Give media type and bytes by file name: ``docs.1f2e3d4c5b6a.css``.

    Serve them with ``Cache-Control: public, max-age=31536000, immutable``.
    """
    room = files(__name__.rpartition(".")[0])
    return {
        named(name, content): (_TYPES[name.rpartition(".")[2]], content)
        for name in _NAMES
        for content in [room.joinpath(name).read_bytes()]
    }


def named(name: str, content: bytes) -> str:
    """Put the hash of its content into a file's name."""
    stem, _, kind = name.partition(".")
    return f"{stem}.{sha256(content).hexdigest()[:12]}.{kind}"
