"""The cookies that a client keeps between requests (RFC 6265, 5)."""

from __future__ import annotations

import time
from typing import NamedTuple

from werkzeug.datastructures import Headers
from werkzeug.http import dump_cookie, parse_cookie, parse_date

from .requests import Sent

_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})


class Cookie(NamedTuple):
    """Hold one cookie as the app set it; ``value`` as it stands on the wire."""

    name: str
    value: str
    domain: str
    path: str = "/"
    host_only: bool = True
    secure: bool = False
    expires: float | None = None

    def fits(self, sent: Sent) -> bool:
        """Tell whether the cookie goes with a request; loopback counts as secure, as in browsers."""
        host = sent.origin.hostname or ""
        near = host == self.domain or (not self.host_only and host.endswith(f".{self.domain}"))
        path = sent.mount + sent.path
        under = path == self.path or path.startswith(self.path.rstrip("/") + "/")
        safe = not self.secure or sent.origin.scheme == "https" or host in _LOOPBACK
        return near and under and safe and not self.gone

    @property
    def gone(self) -> bool:
        """Tell whether its time is over."""
        return self.expires is not None and self.expires <= time.time()


class CookieJar:
    """Keep cookies, and give each request those that are meant for it.

    .. code-block:: python

        client.cookies["session"] = "abc"
        assert client.cookies["theme"] == "dark"
        del client.cookies["session"]
    """

    def __init__(self, host: str) -> None:
        self._host = host
        self._kept: dict[tuple[str, str, str], Cookie] = {}

    def __getitem__(self, name: str) -> str:
        for cookie in self._kept.values():
            if cookie.name == name and not cookie.gone:
                return parse_cookie(f"{name}={cookie.value}")[name]
        raise KeyError(f"No cookie {name!r}; there are: {self.names}")

    def __setitem__(self, name: str, value: str) -> None:
        raw = dump_cookie(name, value).partition(";")[0].partition("=")[2]
        self._keep(Cookie(name, raw, self._host))

    def __delitem__(self, name: str) -> None:
        self._kept = {key: cookie for key, cookie in self._kept.items() if cookie.name != name}

    def __contains__(self, name: object) -> bool:
        return name in self.names

    @property
    def names(self) -> list[str]:
        """Give the names of the cookies kept now."""
        return [cookie.name for cookie in self._kept.values() if not cookie.gone]

    def clear(self) -> None:
        """Forget all cookies."""
        self._kept.clear()

    def header(self, sent: Sent) -> str:
        """Write the Cookie field of a request; longer paths first (RFC 6265, 5.4)."""
        fitting = sorted((c for c in self._kept.values() if c.fits(sent)), key=lambda c: -len(c.path))
        return "; ".join(f"{cookie.name}={cookie.value}" for cookie in fitting)

    def take(self, sent: Sent, headers: Headers) -> None:
        """Keep what an answer sets; a Domain that is not the host's own is refused."""
        for line in headers.getlist("Set-Cookie"):
            cookie = _read(line, sent)
            if cookie._replace(path="/", secure=False, expires=None).fits(sent):
                self._keep(cookie)

    def _keep(self, cookie: Cookie) -> None:
        self._kept[cookie.domain, cookie.path, cookie.name] = cookie


def _read(line: str, sent: Sent) -> Cookie:
    pair, *rest = (part.strip() for part in line.split(";"))
    name, _, value = pair.partition("=")
    attributes = {key.lower(): text for key, _, text in (part.partition("=") for part in rest)}
    domain = attributes.get("domain", "").lstrip(".").lower()
    path = attributes.get("path", "")
    moment = parse_date(attributes.get("expires"))
    expires = moment.timestamp() if moment else None
    if "max-age" in attributes:
        expires = time.time() + int(attributes["max-age"])
    return Cookie(
        name=name,
        value=value,
        domain=domain or sent.origin.hostname or "",
        path=path if path.startswith("/") else (sent.mount + sent.path).rpartition("/")[0] or "/",
        host_only=not domain,
        secure="secure" in attributes,
        expires=expires,
    )
