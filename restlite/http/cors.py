"""Cross-origin requests: which pages of other origins may call an app (Fetch standard, 3.3)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..errors import SetupError
from ..hooks import Filter
from ..outputs import NOSNIFF
from ..records import AnswerRecord, Described, SchemaRef
from ..vary import vary
from .hosts import authority_of, plain_authority

if TYPE_CHECKING:
    from ..aliases import Environ, HeaderList
    from ..operation import Operation
    from ..waits import Wire

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*", re.ASCII)
_TOKEN = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_DEFAULT_PORTS = {"http": 80, "https": 443}
_ALLOW_ORIGIN = "Access-Control-Allow-Origin"
#: The filter that has judged the origin of a request.
_JUDGE = "restlite.cors"


class CORS(Filter):
    """Let pages of other origins call the app, and read its answers, errors included.

    .. code-block:: python

        app = App(hooks=[CORS(["https://shop.example", re.compile(r"https://[a-z0-9-]+\\.preview\\.example")])])
        public = Router("/public", hooks=[CORS("*")])

    Preflights are answered 204 from the route table: with the methods of the path, and with the request
    header fields that the operation takes: its header parameters, its credentials, ``Content-Type`` if it
    takes a body. What else a preflight asks for is left out, so that the browser refuses it and says why;
    other origins get no field at all. Of several of these, the one nearest to the route decides.

    :param origins: exact strings as browsers write them (``https://shop.example:8443``), compiled patterns
        that must match a whole origin, or ``"*"`` alone. The origin ``null`` is never let in.
    :param credentials: let the browser send cookies, client certificates and HTTP authentication.
    :param headers: request header fields beside those that operations declare.
    :param expose: answer header fields that scripts may read beside ``Content-Type`` and the like:
        ``["ETag", "Link", "Location", "X-Total-Count"]`` where they page, patch and create.
    :param max_age: seconds for which browsers may remember a preflight.
    """

    def __init__(
        self,
        origins: str | re.Pattern[str] | Sequence[str | re.Pattern[str]],
        *,
        credentials: bool = False,
        headers: Sequence[str] = (),
        expose: Sequence[str] = (),
        max_age: int = 600,
    ) -> None:
        given = [origins] if isinstance(origins, (str, re.Pattern)) else list(origins)
        self._any = "*" in given
        self._patterns = [origin for origin in given if isinstance(origin, re.Pattern)]
        self._exact = frozenset(origin for origin in given if isinstance(origin, str))
        self._credentials = credentials
        self._headers = field_names("headers", headers)
        self._expose = field_names("expose", expose)
        self._max_age = max_age
        self._check(given)

    def _check(self, given: Sequence[Any]) -> None:
        """Refuse what could not work, or would let everybody in."""
        if not given or (self._any and len(given) > 1):
            found = f"CORS: origins= lists origins, or is '*' alone; found {given!r}."
            raise SetupError(found, mend='CORS(["https://shop.example"])')
        for origin in () if self._any else given:
            check_origin(origin)
        # A pattern that takes this one takes them all.
        if self._credentials and (self._any or self._fits("https://any.invalid")):
            found = "CORS: with credentials, every origin would act in the name of the app's users."
            raise SetupError(found, mend='CORS(["https://shop.example"], credentials=True)')
        if type(self._max_age) is not int or self._max_age < 0:
            found = f"CORS: max_age= is a number of seconds, from 0; found {self._max_age!r}."
            raise SetupError(found, mend="max_age=600")

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        headers = wire[1]
        judge = environ.setdefault(_JUDGE, self)
        if judge is not self or any(name.lower() == _ALLOW_ORIGIN.lower() for name, _ in headers):
            return wire
        grant = self._grant(environ)
        if grant and self._expose:
            grant.append(("Access-Control-Expose-Headers", ", ".join(self._expose)))
        headers += grant
        if not self._any:
            vary(headers, "Origin")  # without a grant too: a cache must not keep it for those who have one
        return wire

    def preflight(self, environ: Environ, allow: frozenset[str]) -> Wire | None:
        headers: HeaderList = [NOSNIFF]
        grant = self._grant(environ)
        if grant:
            headers += grant
            headers.append(("Access-Control-Allow-Methods", ", ".join(sorted(allow))))
            headers.append(("Access-Control-Max-Age", str(self._max_age)))
            names = self._allowed(environ.get("restlite.preflight"))
            if names:
                headers.append(("Access-Control-Allow-Headers", ", ".join(names)))
        vary(headers, *(() if self._any else ("Origin",)), "Access-Control-Request-Method")
        return "204 No Content", headers, []

    def describe(self, method: str) -> Described:
        text = SchemaRef(str, "pydantic", "output")
        names = {
            _ALLOW_ORIGIN: True,
            "Access-Control-Allow-Credentials": self._credentials,
            "Access-Control-Expose-Headers": bool(self._expose),
            "Vary": not self._any,
        }
        headers = tuple((name, text) for name, sent in names.items() if sent)
        return Described(answers=(AnswerRecord(0, "", headers=headers),))

    def _grant(self, environ: Environ) -> HeaderList:
        """Give the fields that let the origin of a request in; none where it stays out."""
        origin: str = environ.get("HTTP_ORIGIN", "")
        if not self._any and not self._lets_in(origin):
            return []
        grant = [(_ALLOW_ORIGIN, "*" if self._any else origin)]
        if self._credentials:
            grant.append(("Access-Control-Allow-Credentials", "true"))
        return grant

    def _lets_in(self, origin: str) -> bool:
        # Patterns see nothing but well-formed origins: neither ``null`` nor lists nor kilobytes.
        return origin in self._exact or (serialized(origin) == origin and self._fits(origin))

    def _fits(self, origin: str) -> bool:
        return any(pattern.fullmatch(origin) for pattern in self._patterns)

    def _allowed(self, operation: Operation | None) -> list[str]:
        """List the request header fields that an operation takes, each once."""
        names = list(self._headers)
        if operation is not None:
            described = operation.describe()
            names += [param.name for param in described.parameters if param.location == "header"]
            names += ["Content-Type"] if described.body is not None else []
            # Cookies are the browser's to send; no script can.
            names += [
                field for field in (operation.guard.fields if operation.guard else ()) if field != "Cookie"
            ]
        return list({name.lower(): name for name in names}.values())


def serialized(origin: str) -> str | None:
    """Write an origin as browsers do: lower case, no default port, no path; None for what is none."""
    scheme, _, rest = origin.partition("://")
    authority = authority_of(rest)
    if authority is None or not _SCHEME.fullmatch(scheme):
        return None
    host, port = authority
    return f"{scheme}://{host}" if port in (None, _DEFAULT_PORTS.get(scheme)) else f"{scheme}://{host}:{port}"


def check_origin(origin: Any) -> None:
    """Refuse an origin that no browser sends, naming the one that was meant."""
    pattern: Any = getattr(origin, "pattern", None)
    if isinstance(pattern, bytes):
        found = f"CORS: origins are text; found a pattern of bytes, {pattern!r}."
        raise SetupError(found, mend=f"re.compile({pattern.decode('latin-1')!r})")
    if isinstance(pattern, str):
        return
    if not isinstance(origin, str) or serialized(origin) != origin:
        raise SetupError(f"CORS: {origin!r} is no origin as browsers send it.", mend=_meant(str(origin)))


def _meant(text: str) -> str:
    """Write the line that was meant."""
    scheme = text.partition("://")[0].lower() if "://" in text else "https"
    authority = plain_authority(text.lower())
    if authority.startswith("*."):
        return f'CORS([re.compile(r"{scheme}://[a-z0-9-]+{re.escape(authority[1:])}")])'
    return f'CORS(["{serialized(f"{scheme}://{authority}") or "https://shop.example"}"])'


def field_names(option: str, given: Iterable[str]) -> tuple[str, ...]:
    """Check names of header fields; a star would mean other things with credentials and without."""
    names = (given,) if isinstance(given, str) else tuple(given)
    for name in names:
        if isinstance(given, str) or name == "*" or not _TOKEN.fullmatch(name):
            found = f"CORS: {option}= lists names of header fields; found {name!r}."
            raise SetupError(found, mend=f'{option}=["X-Request-Id"]')
    return names
