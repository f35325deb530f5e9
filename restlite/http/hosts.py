"""Trusted hosts, and how a host is written (RFC 9110, 7.2; RFC 3986, 3.2.2)."""

from __future__ import annotations

import re
from ipaddress import IPv6Address
from typing import TYPE_CHECKING, Any, NamedTuple

from ..errors import BadRequest, SetupError
from ..hooks import Filter

if TYPE_CHECKING:
    from ..aliases import Environ

_LABEL = r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?"
_AUTHORITY = re.compile(
    rf"(?:\[(?P<address>[0-9a-f:.]+)\]|(?P<name>{_LABEL}(?:\.{_LABEL})*)\.?)(?::(?P<port>[1-9][0-9]{{0,4}}))?",
    re.IGNORECASE | re.ASCII,
)
#: A name has 253 characters at most (RFC 1035, 2.3.4); a dot and a port may follow.
_LONGEST = 260


class Authority(NamedTuple):
    """Hold a host as it is compared, in lower case and without a last dot, and the port beside it."""

    host: str
    port: int | None


def authority_of(text: str) -> Authority | None:
    """Read ``host`` or ``host:port``; None for anything else."""
    found = _AUTHORITY.fullmatch(text) if len(text) <= _LONGEST else None
    if found is None:
        return None
    address, name, digits = found.groups()
    port = int(digits) if digits else None
    if port is not None and port > 65535:
        return None
    if name:
        return Authority(name.lower(), port)
    try:
        return Authority(f"[{IPv6Address(address).compressed}]", port)
    except ValueError:
        return None


class TrustedHosts(Filter):
    """Refuse requests whose ``Host`` is none of the app's: 400.

    .. code-block:: python

        app = App(hooks=[TrustedHosts("api.example.com", "*.example.org")])

    ``*.`` stands for one label, as in certificates: ``*.example.org`` takes ``a.example.org``, and neither
    ``example.org`` nor ``a.b.example.org``. Ports are not compared. A request without ``Host`` is refused.
    Where :class:`~restlite.http.proxies.ProxyHeaders` replaces the host, list it before this one.
    """

    early = True
    raises = (BadRequest,)

    def __init__(self, *hosts: str) -> None:
        given: tuple[Any, ...] = hosts
        if not hosts or not all(isinstance(host, str) for host in given):
            found = f"no host is named; found {given!r}" if hosts else "no host is named"
            raise SetupError(
                f"TrustedHosts: {found}; every request would be refused.",
                mend='TrustedHosts("api.example.com")',
            )
        self._hosts = frozenset(_pattern(host) for host in hosts)

    def admit(self, environ: Environ) -> None:
        authority = authority_of(environ.get("HTTP_HOST", ""))
        if authority is None:
            raise BadRequest("The Host field is missing, or is not a host with or without a port.")
        host = authority.host
        if host not in self._hosts and f"*.{host.partition('.')[2]}" not in self._hosts:
            raise BadRequest("The Host field names no host of this service.")


def _pattern(written: str) -> str:
    """Give a pattern as hosts are compared with it. Raises :class:`SetupError`."""
    name = written.removeprefix("*.")
    authority = authority_of(name)
    if authority is None or authority.port is not None:
        wild = "*." if written.startswith(("*.", ".")) else ""
        suggested = authority_of(plain_authority(name.removeprefix(".")))
        host = suggested.host if suggested else "api.example.com"
        found = f"TrustedHosts: {written!r} is no ASCII host name, nor '*.' before one."
        raise SetupError(found, mend=f'TrustedHosts("{wild}{host}")')
    return f"{'*.' if name != written else ''}{authority.host}"


def plain_authority(text: str) -> str:
    """Cut scheme, user, path and the like from what may be a URL, and write it in ASCII, for a mend."""
    rest = text.rpartition("://")[2]
    authority = re.split(r"[/?#\\]", rest)[0].rpartition("@")[2]
    try:
        return authority.encode("idna").decode("ascii")
    except UnicodeError:
        return ""
