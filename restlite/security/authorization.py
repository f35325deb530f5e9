"""Reading the ``Authorization`` field, and writing challenges (RFC 9110, 11)."""

from __future__ import annotations

import re

from ..aliases import Environ
from .checks import TOKEN
from .requirements import Malformed

#: What most schemes send; a bearer token is one (RFC 9110, 11.2; RFC 6750, 2.1).
_TOKEN68 = re.compile(r"[A-Za-z0-9._~+/-]+=*")


def token_of(environ: Environ, scheme: str) -> str | None:
    """Give the token sent under a scheme's name; None where nothing was sent, or by another scheme.

    Raises :class:`Malformed` for what no scheme sends: no token, two of them, bytes beyond ASCII, or two
    fields, which servers join with a comma.
    """
    field: str | None = environ.get("HTTP_AUTHORIZATION")
    if field is None:
        return None
    name, _, rest = field.strip(" \t").partition(" ")
    if name.lower() == scheme.lower():
        token = rest.lstrip(" ")
        if not _TOKEN68.fullmatch(token):
            raise Malformed
        return token
    if not re.fullmatch(TOKEN, name) or f",{scheme.lower()} " in rest.lower().replace(", ", ","):
        raise Malformed
    return None


def challenge_of(scheme: str, **parameters: str | None) -> str:
    """Write one challenge; parameters without a value are left out.

    >>> challenge_of("Bearer", realm='the "api"', error=None)
    'Bearer realm="the \\\\"api\\\\""'
    """
    pairs = (f'{name}="{_quoted(value)}"' for name, value in parameters.items() if value)
    return f"{scheme} {', '.join(pairs)}".rstrip()


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')
