"""JSON Web Tokens (RFC 7519, RFC 9068): what one must hold to prove who calls (RFC 8725)."""

from __future__ import annotations

import logging
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Generic, NamedTuple

from pydantic_core import ValidationError, from_json
from typing_extensions import TypeVar

from ..errors import SetupError
from ..frozen import Record
from .jwks import JWKS
from .jwt_keys import WrittenKey, algorithms_of, is_array, is_object, misfit, needs, read_key

logger = logging.getLogger("restlite")

#: Characters of a token; servers take no longer header fields either.
MAX_TOKEN = 16_384
#: The last second of the year 9999, where ``datetime`` ends.
_END = 253_402_300_799
#: Values of ``typ`` for access tokens.
_PLAIN = {"jwt", "at+jwt", "none"}


class Refused(Exception):
    """Say why a token proves nothing: for the log, never for the client."""


class Claims(Record):
    """Hold the claims of an access token (RFC 9068, 2.2)."""

    subject: str
    issuer: str
    audience: tuple[str, ...]
    expires: datetime
    #: From ``scope``, else from ``scopes`` or ``scp``: words of one string, or a list.
    scopes: tuple[str, ...]
    #: All claims as they stand in the token.
    raw: Mapping[str, Any]

    @classmethod
    def of(cls, raw: Mapping[str, Any]) -> Claims:
        """Read claims that have been checked; ``sub`` and the scopes are not yet. Raises :class:`Refused`."""
        subject = raw.get("sub")
        if not isinstance(subject, str):
            raise Refused("the claim 'sub' is no string")
        listed: Any = next(filter(None, map(raw.get, ("scope", "scopes", "scp"))), "")
        scopes = _strings(listed.split() if isinstance(listed, str) else listed)
        if scopes is None:
            raise Refused("the scopes are no strings")
        expires = datetime.fromtimestamp(raw["exp"], UTC)
        return cls(subject, raw["iss"], _strings(raw["aud"]) or (), expires, scopes, raw)


T = TypeVar("T", default=Claims)


class JWTVerifier(Generic[T]):
    """Give the claims of a token, None where it proves nothing.

    .. code-block:: python

        bearer = Bearer(JWTVerifier(
            algorithms=["RS256"],
            issuer="https://login.example.com",
            audience="https://api.example.com",
            jwks=JWKS.url("https://login.example.com/.well-known/jwks.json"),
        ))

        @app.get("/me")
        def show_me(claims: Annotated[Claims, bearer("profile")]) -> Me: ...

    A token must be signed by a key that fits, be current (``exp`` is required), and be from this issuer for
    this audience, both equal to the letter. One with ``crit`` is refused; keys in its header are never used.

    :param algorithms: the names that ``alg`` may have; all for keys of one type.
    :param key: PEM, a secret or a JWK: the one key there is. Else ``jwks`` gives the keys.
    :param leeway: seconds by which clocks may differ.
    :param claims: a model, dataclass or TypedDict that the claims become; those that do not fit are refused.
        Its attribute ``scopes`` holds what :class:`Scheme` asks for.
    :param typ: the value that the header's ``typ`` must have; by default ``at+jwt``, ``JWT`` or none.

    Raises :class:`SetupError`.
    """

    def __init__(
        self,
        *,
        algorithms: Sequence[str],
        issuer: str,
        audience: str,
        key: WrittenKey | None = None,
        jwks: JWKS | None = None,
        leeway: float = 0,
        claims: type[T] | None = None,
        typ: str | None = None,
    ) -> None:
        self._algorithms = algorithms_of(algorithms)
        refuse_empty(issuer=issuer, audience=audience)
        if leeway < 0:
            raise SetupError(f"the leeway is {leeway} seconds; 0 or more were expected.", mend="leeway=60")
        self.issuer = issuer
        self.audience = audience
        self.leeway = leeway
        #: Gives the seconds since 1970; a test may put another in its place.
        self.clock: Callable[[], float] = time.time
        self._jwks = self._source(key, jwks)
        self._read: Callable[[Mapping[str, Any], bytes], T] = _reader(claims)
        self._kinds = _PLAIN if typ is None else {_kind(typ)}

    def _source(self, key: WrittenKey | None, jwks: JWKS | None) -> JWKS:
        if key is not None and jwks is None:
            return JWKS((read_key(key, self._algorithms),))
        if jwks is None or key is not None:
            given = "neither key nor jwks is" if key is None else "both key and jwks are"
            raise SetupError(
                f"{given} given; one was expected.",
                mend='JWTVerifier(..., jwks=JWKS.url("https://..."))',
            )
        rows = self._algorithms.values()
        if jwks.ready and not any(misfit(one, row) is None for one in jwks.current() for row in rows):
            raise SetupError(
                f"no key of the JWK set fits {' or '.join(self._algorithms)}; what is needed is"
                f" {needs(next(iter(rows)))}.",
                mend='algorithms=["..."] as the keys are, or another set',
            )
        return jwks

    def __call__(self, token: str) -> T | None:
        try:
            return self._read(*self._proven(token))
        except Refused as error:
            logger.debug("A JWT was refused: %s.", error)
            return None

    def _proven(self, token: str) -> tuple[Mapping[str, Any], bytes]:
        """Give the claims of a token whose signature and standard claims hold. Raises :class:`Refused`."""
        parts = _Parts.of(token)
        self._check_signature(parts)
        claims = _object(parts.payload, "payload")
        self._check_times(claims)
        if claims.get("iss") != self.issuer:
            raise Refused("the issuer is another")
        if self.audience not in (_strings(claims.get("aud")) or ()):
            raise Refused("the audience is another")
        return claims, parts.payload

    def _check_signature(self, parts: _Parts) -> None:
        header = _object(parts.header, "header")
        name, kid = header.get("alg"), header.get("kid")
        algorithm = self._algorithms.get(name) if isinstance(name, str) else None
        if algorithm is None:
            raise Refused(f"the algorithm is none of {', '.join(self._algorithms)}")
        # b64 changes what is signed, and must be named by crit (RFC 7797, 6).
        if "crit" in header or "b64" in header:
            raise Refused("the header asks for extensions")
        if _kind(header.get("typ")) not in self._kinds:
            raise Refused("the type is another")
        if kid is not None and not isinstance(kid, str):
            raise Refused("the key identifier is no string")
        key = self._jwks.find(kid, algorithm)
        if key is None:
            raise Refused("it names no key that is known and fits")
        if not algorithm.verify(parts.signed, parts.signature, key):
            raise Refused("the signature is wrong")

    def _check_times(self, claims: Mapping[str, Any]) -> None:
        now = self.clock()
        if not _is_time(claims.get("exp")) or claims["exp"] <= now - self.leeway:
            raise Refused("it has expired")
        for name in ("nbf", "iat"):
            if name in claims and not (_is_time(claims[name]) and claims[name] <= now + self.leeway):
                raise Refused(f"the claim {name!r} is no time, or in the future")


class _Parts(NamedTuple):
    """Hold the parts of a signed token (RFC 7515, 3.1)."""

    header: bytes
    payload: bytes
    signature: bytes
    signed: bytes

    @classmethod
    def of(cls, token: str) -> _Parts:
        """Take a token apart. Raises :class:`Refused`."""
        if len(token) > MAX_TOKEN or not token.isascii():
            raise Refused("it is too long, or not ASCII")
        parts = token.encode().split(b".")
        if len(parts) != 3:
            raise Refused("it has not three parts")
        header, payload, signature = map(_decoded, parts)
        return cls(header, payload, signature, b".".join(parts[:2]))


def _decoded(part: bytes) -> bytes:
    """Decode base64url; every sequence of bytes has one spelling only."""
    try:
        decoded = urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except ValueError:
        raise Refused("a part is not base64url") from None
    if base64url(decoded) != part:
        raise Refused("a part is not base64url")
    return decoded


def base64url(data: bytes) -> bytes:
    """Encode as RFC 7515, 2 does: without padding."""
    return urlsafe_b64encode(data).rstrip(b"=")


def refuse_empty(**named: str) -> None:
    """Refuse to take anybody's tokens. Raises :class:`SetupError`."""
    for name, value in named.items():
        if not value:
            raise SetupError(
                f"the {name} is empty; it is what tells tokens apart.", mend=f'{name}="https://..."'
            )


def _object(text: bytes, part: str) -> Mapping[str, Any]:
    """Read a JSON object; the parser is one that bounds its depth."""
    try:
        found = from_json(text, allow_inf_nan=False)
    except ValueError:
        found = None
    if not is_object(found):
        raise Refused(f"the {part} is no JSON object")
    return found


def _reader(claims: Any) -> Callable[[Mapping[str, Any], bytes], Any]:
    """Give the function that makes an identity of checked claims; it raises :class:`Refused`."""
    if claims is None or claims is Claims:
        return lambda raw, _: Claims.of(raw)
    from pydantic import TypeAdapter

    validate = TypeAdapter[Any](claims).validate_json

    def read(_: Mapping[str, Any], payload: bytes) -> Any:
        try:
            return validate(payload)
        except ValidationError as error:
            raise Refused(f"{error.error_count()} of the claims do not fit") from None

    return read


def _strings(value: Any) -> tuple[str, ...] | None:
    """Give one string, or a list of them, as a tuple; None where it is anything else."""
    listed: Sequence[Any] = value if is_array(value) else (value,)
    return tuple(listed) if all(isinstance(item, str) for item in listed) else None


def _kind(typ: Any) -> str:
    """Write a media type as ``typ`` does: without case, nor what all begin with (RFC 7515, 4.1.9)."""
    return "none" if typ is None else str(typ).lower().removeprefix("application/")


def _is_time(value: Any) -> bool:
    """Tell whether a claim is a NumericDate; NaN, infinity and endless integers compare false."""
    return isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value < _END
