"""What reverse proxies say of the client: ``X-Forwarded-*``, or ``Forwarded`` (RFC 7239)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from ipaddress import ip_address
from typing import TYPE_CHECKING, Literal, TypeAlias

from ..errors import BadRequest, SetupError
from ..hooks import Filter
from .hosts import authority_of

if TYPE_CHECKING:
    from ..aliases import Environ

#: What a proxy may say: the parameters of ``Forwarded``, or the ends of the names ``X-Forwarded-*``.
Part: TypeAlias = Literal["for", "proto", "host", "port", "prefix"]

#: Holds what stood in the environ before: the word of the server, which knows the nearest proxy only.
PEER = "restlite.peer"
_CHANGED = ("REMOTE_ADDR", "wsgi.url_scheme", "HTTP_HOST", "SERVER_PORT", "SCRIPT_NAME")
_DEFAULT_PORTS = {"http": "80", "https": "443"}

_NODE = re.compile(
    r"(?:\[([0-9a-f:.]+)\]|([0-9.]+))(?::(?:[0-9]{1,5}|_[a-z0-9._-]+))?|([0-9a-f:.]+)",
    re.IGNORECASE | re.ASCII,
)
#: Identifiers by which a proxy names a client without telling who it is (RFC 7239, 6.2 and 6.3).
_HIDDEN = re.compile(r"unknown|_[a-z0-9._-]+", re.IGNORECASE | re.ASCII)
_PORT = re.compile(r"[1-9][0-9]{0,4}", re.ASCII)
_PREFIX = re.compile(r"(?=/)(?:/(?!\.\.?(?:/|\Z))[A-Za-z0-9._~!$&'()*+;=:@-]+)*/?")
#: A pair, or nothing, and what ends it. Values may hold colons unquoted, as some proxies write them.
_PAIR = re.compile(
    r"[ \t]*+(?:([!#$%&'*+.^_`|~0-9A-Za-z-]+)=(?:([^\s,;\"]+)|\"((?:[^\"\\]|\\.)*+)\"))?[ \t]*+([,;]|\Z)"
)


class ProxyHeaders(Filter):
    """Believe what the nearest proxies say of the client, and nothing that was said before them.

    .. code-block:: python

        app = App(hooks=[ProxyHeaders(1)])
        app = App(hooks=[ProxyHeaders(2, trust=["for"]), ProxyHeaders(1, trust=["proto", "host"])])

    Each proxy adds one entry at the end of a field: of ``hops`` proxies, the entry that the first of them
    wrote is believed. A field with fewer entries says nothing. ``REMOTE_ADDR``, ``wsgi.url_scheme``,
    ``HTTP_HOST``, ``SERVER_PORT`` and ``SCRIPT_NAME`` are set; ``environ["restlite.peer"]`` keeps what they
    were. An entry that is believed and makes no sense is answered 400.

    A proxy must drop fields whose names have an underscore, as nginx does, or the server must: gunicorn and
    ``app.asgi`` do, granian's WSGI interface takes ``X_Forwarded_For`` for ``X-Forwarded-For``.

    :param hops: how many proxies stand in front of the app.
    :param trust: what all of them write. What they let through is the client's own word: leave it out.
    :param forwarded: read ``Forwarded`` in the place of ``X-Forwarded-*``; it has no port and no prefix.
    """

    early = True
    raises = (BadRequest,)

    def __init__(
        self, hops: int = 1, *, trust: Sequence[Part] = ("for", "proto"), forwarded: bool = False
    ) -> None:
        if type(hops) is not int or hops < 1:
            found = f"ProxyHeaders: hops= counts the proxies in front of the app, from 1; found {hops!r}."
            raise SetupError(found, mend="ProxyHeaders(1)   # without a proxy: no ProxyHeaders")
        known = [part for part in _TAKE if not forwarded or part in ("for", "proto", "host")]
        for part in trust:
            if part not in known:
                field = "Forwarded" if forwarded else "X-Forwarded-*"
                found = f"ProxyHeaders: {field} says {', '.join(known)}; trust= names {part!r}."
                raise SetupError(found, mend=f'ProxyHeaders({hops}, trust=["for", "proto"])')
        self._hops = hops
        self._read = read_forwarded if forwarded else read_x_forwarded
        # In the order of the table: a port belongs to a host, whose default depends on the scheme.
        self._trust = tuple(part for part in _TAKE if part in trust)

    def admit(self, environ: Environ) -> None:
        environ.setdefault(PEER, {name: environ.get(name) for name in _CHANGED})
        told = self._read(environ, self._hops)
        for part in self._trust:
            if part in told:
                take, wanted = _TAKE[part]
                if not take(environ, told[part]):
                    raise BadRequest(f"The forwarded {part} is not {wanted}.")


def read_x_forwarded(environ: Environ, hops: int) -> Mapping[str, str]:
    """Give what the proxy that is ``hops`` away wrote, field by field."""
    told: dict[str, str] = {}
    for part in _TAKE:
        # No quotes here: they would let a client swallow the entries behind its own.
        field: str = environ.get(f"HTTP_X_FORWARDED_{part.upper()}", "")
        entries = [entry for text in field.split(",") if (entry := text.strip())]
        if len(entries) >= hops:
            told[part] = entries[-hops]
    return told


def read_forwarded(environ: Environ, hops: int) -> Mapping[str, str]:
    """Give what the proxy that is ``hops`` away wrote (RFC 7239, 4)."""
    field: str = environ.get("HTTP_FORWARDED", "")
    elements: list[dict[str, str]] = [{}]
    place = 0
    while True:
        found = _PAIR.match(field, place)
        if found is None or (found[1] and found[1].lower() in elements[-1]):
            # Not to be guessed: an open quote may be the client's, and swallow what the proxies wrote.
            raise BadRequest("The Forwarded field is malformed.")
        name, plain, quoted, end = found.groups()
        if name:
            elements[-1][name.lower()] = plain or re.sub(r"\\(.)", r"\1", quoted)
        if end == ",":
            elements.append({})
        elif not end:
            break
        place = found.end()
    elements = [element for element in elements if element]
    return elements[-hops] if len(elements) >= hops else {}


def take_for(environ: Environ, text: str) -> bool:
    """Set the client's address; a proxy that keeps it to itself leaves its own."""
    if _HIDDEN.fullmatch(text):
        return True
    found = _NODE.fullmatch(text)
    if found is None:
        return False
    try:
        address = ip_address(found[1] or found[2] or found[3])
    except ValueError:
        return False
    # One client, one address, whichever socket the proxy listens on.
    environ["REMOTE_ADDR"] = str(getattr(address, "ipv4_mapped", None) or address)
    return True


def take_proto(environ: Environ, text: str) -> bool:
    """Set the scheme."""
    scheme = text.lower()
    if scheme not in _DEFAULT_PORTS:
        return False
    environ["wsgi.url_scheme"] = scheme
    return True


def take_host(environ: Environ, text: str) -> bool:
    """Set the host, and the port that it names or its scheme has."""
    authority = authority_of(text)
    if authority is None:
        return False
    environ["HTTP_HOST"] = text
    environ["SERVER_PORT"] = str(authority.port or _default_port(environ))
    return True


def take_port(environ: Environ, text: str) -> bool:
    """Set the port, in the host too."""
    if not _PORT.fullmatch(text) or int(text) > 65535:
        return False
    environ["SERVER_PORT"] = text
    authority = authority_of(environ.get("HTTP_HOST", ""))
    if authority is not None:
        default = text == _default_port(environ)
        environ["HTTP_HOST"] = authority.host if default else f"{authority.host}:{text}"
    return True


def take_prefix(environ: Environ, text: str) -> bool:
    """Set the path under which clients see the app; links begin with it, so it must not lead elsewhere."""
    if not _PREFIX.fullmatch(text):
        return False
    environ["SCRIPT_NAME"] = text.rstrip("/")
    return True


def _default_port(environ: Environ) -> str:
    return _DEFAULT_PORTS.get(environ["wsgi.url_scheme"], "80")


#: What sets each part in the environ, telling whether it makes sense, and what would.
_TAKE: Mapping[str, tuple[Callable[[Environ, str], bool], str]] = {
    "for": (take_for, "an IP address"),
    "proto": (take_proto, "http or https"),
    "host": (take_host, "a host with or without a port"),
    "port": (take_port, "a port from 1 to 65535"),
    "prefix": (take_prefix, "a path"),
}
