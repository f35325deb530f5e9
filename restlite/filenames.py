"""File names: what may be shown of a client's, what a name tells, how one is sent."""

from __future__ import annotations

import mimetypes
import re
import unicodedata
from urllib.parse import quote

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_SLASHES = re.compile(r"[/\\]")


def display_name(name: str) -> str | None:
    """Reduce a client's file name to its last component, without control characters.

    >>> display_name("../../etc/passwd")
    'passwd'
    """
    last = _CONTROL.sub("", _SLASHES.split(name)[-1])
    return None if last in ("", ".", "..") else last


def guess_type(name: str) -> str:
    """Guess a media type from a file name; text is taken for UTF-8."""
    media_type, encoding = mimetypes.guess_type(name)
    if encoding:
        # What is sent is the archive itself, not its content in some encoding.
        return "application/gzip" if encoding == "gzip" else "application/octet-stream"
    if media_type and media_type.startswith("text/"):
        return f"{media_type}; charset=utf-8"
    return media_type or "application/octet-stream"


def disposition(kind: str, name: str | None) -> str | None:
    """Write ``Content-Disposition`` (RFC 6266), or None where it would say nothing.

    >>> disposition("attachment", 'na"ïve.txt')
    'attachment; filename="na_ive.txt"; filename*=UTF-8\\'\\'na%22%C3%AFve.txt'
    """
    name = _CONTROL.sub("_", _SLASHES.sub("_", name or "")).strip()
    if not name:
        return None if kind == "inline" else kind
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    # A percent sign is decoded by some clients (RFC 6266, appendix D).
    plain = re.sub('["%]', "_", plain)
    if plain == name:
        return f'{kind}; filename="{name}"'
    extended = quote(name.encode("utf-8", "replace"), safe="!#$&+-.^_`|~")
    return f"{kind}; filename=\"{plain or 'file'}\"; filename*=UTF-8''{extended}"
