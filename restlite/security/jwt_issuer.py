"""Issue and refresh JSON Web Tokens (RFC 9068), for apps that are their own authorization server."""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from pydantic_core import to_json

from ..errors import SetupError
from .jwt import Claims, JWTVerifier, T, base64url, refuse_empty
from .jwt_keys import WrittenKey, algorithms_of, read_key

_ACCESS, _REFRESH = "at+jwt", "rt+jwt"
#: Claims that the issuer sets, or that would stand for one of them.
_OWN = {"iss", "sub", "aud", "exp", "iat", "nbf", "jti", "scope", "scopes", "scp"}
#: One scope (RFC 6749, 3.3).
_SCOPE = re.compile(r"[!#-\[\]-~]+")


@dataclass(frozen=True, slots=True)
class TokenPair:
    """Answer with an access token, and what gets the next one (RFC 6749, 5.1)."""

    access_token: str
    refresh_token: str
    #: Seconds for which the access token is good.
    expires_in: int
    token_type: str = "Bearer"


class JWTIssuer:
    """Issue access and refresh tokens.

    .. code-block:: python

        issuer = JWTIssuer(
            key=os.environ["JWT_SECRET"], algorithm="HS256",
            issuer="https://api.example.com/login", audience="https://api.example.com",
        )
        bearer = Bearer(issuer.verifier())

        @app.post("/login")
        def login(body: Login) -> TokenPair:
            return issuer.pair(find_user(body).id, scopes=["todos:write"])

        @app.post("/refresh", raises=[Unauthorized])
        def refresh(body: Refresh) -> TokenPair:
            pair = issuer.refresh(body.token)
            if pair is None:
                raise Unauthorized()
            return pair

    Access and refresh tokens differ by the header's ``typ``, and refresh tokens are for the issuer only: one
    is never taken for the other.

    :param key: PEM with the private half, a secret or a private JWK.
    :param lifetime: of access tokens; a number is of seconds.
    :param refresh_lifetime: of refresh tokens; a number is of seconds.
    :param kid: the identifier of the key; by default the JWK's own, else the thumbprint of an asymmetric key
        (RFC 7638).

    Raises :class:`SetupError`.
    """

    def __init__(
        self,
        *,
        key: WrittenKey,
        algorithm: str,
        issuer: str,
        audience: str,
        lifetime: timedelta | float = timedelta(minutes=15),
        refresh_lifetime: timedelta | float = timedelta(days=30),
        kid: str | None = None,
    ) -> None:
        refuse_empty(issuer=issuer, audience=audience)
        self._algorithms = algorithms_of([algorithm])
        self._name = algorithm
        self._key = read_key(key, self._algorithms, "sign")
        if kid is None:
            kid = self._key.kid or (None if self._key.key_type == "oct" else self._key.thumbprint())
        self._kid = kid
        self.issuer = issuer
        self.audience = audience
        self.lifetime = _seconds("lifetime", lifetime)
        self.refresh_lifetime = _seconds("refresh_lifetime", refresh_lifetime)
        #: Gives the seconds since 1970; a test may put another in its place.
        self.clock: Callable[[], float] = time.time
        self._refresh_verifier = JWTVerifier(
            algorithms=[algorithm], issuer=issuer, audience=issuer, key=self._public(), typ=_REFRESH
        )
        self._refresh_verifier.clock = self._now

    def issue(self, subject: str, *, scopes: Iterable[str] = (), **claims: Any) -> str:
        """Give an access token; ``claims`` are further members of it, as JSON can hold them.

        Raises ``ValueError`` for a scope that is none (RFC 6749, 3.3), and ``TypeError`` for claims that the
        issuer sets.
        """
        return self._token(_ACCESS, subject, _checked(scopes), claims)

    def pair(self, subject: str, *, scopes: Iterable[str] = (), **claims: Any) -> TokenPair:
        """Give an access token and a refresh token with the same claims; see :meth:`issue`."""
        return self._pair(subject, scopes, claims)

    def refresh(self, token: str, *, accept: Callable[[Claims], bool] | None = None) -> TokenPair | None:
        """Give a new pair with the claims of a refresh token; None where it proves nothing.

        :param accept: tells whether a token that is sound is still good: a store of its claim ``jti`` lets
            each be used once, and takes back those of users who left (RFC 9700, 4.14).
        """
        claims = self._refresh_verifier(token)
        if claims is None or (accept is not None and not accept(claims)):
            return None
        more = {name: value for name, value in claims.raw.items() if name not in _OWN}
        return self._pair(claims.subject, claims.scopes, more)

    def verifier(self, *, leeway: float = 0, claims: type[T] | None = None) -> JWTVerifier[T]:
        """Give the verifier of the access tokens, for a scheme such as ``Bearer``."""
        verifier = JWTVerifier(
            algorithms=[self._name],
            issuer=self.issuer,
            audience=self.audience,
            key=self._public(),
            leeway=leeway,
            claims=claims,
            typ=_ACCESS,
        )
        verifier.clock = self._now
        return verifier

    def jwks(self) -> dict[str, Any]:
        """Give the JWK set with the public half of the key, for others to verify tokens by.

        Raises :class:`SetupError` where the key is a secret.
        """
        if self._key.key_type == "oct":
            raise SetupError(
                f"the key of {self._name} is a secret, which has no public half.",
                mend='JWTIssuer(algorithm="ES256", key=Path("key.pem").read_bytes(), ...)',
            )
        return {"keys": [self._public()]}

    def _public(self) -> dict[str, Any]:
        """Give the JWK that verifies: the public half, or the secret where there are no halves."""
        members: dict[str, Any] = {"use": "sig", "alg": self._name}
        if self._kid is not None:
            members["kid"] = self._kid
        found = {**self._key.as_dict(private=False), **members}
        # A private key says that it signs; its public half may not.
        found.pop("key_ops", None)
        return found

    def _now(self) -> float:
        return self.clock()

    def _pair(self, subject: str, scopes: Iterable[str], claims: dict[str, Any]) -> TokenPair:
        named = _checked(scopes)
        access, refresh = (self._token(typ, subject, named, claims) for typ in (_ACCESS, _REFRESH))
        return TokenPair(access, refresh, self.lifetime)

    def _token(self, typ: str, subject: str, scopes: tuple[str, ...], claims: dict[str, Any]) -> str:
        own = _OWN & claims.keys()
        if own:
            raise TypeError(f"The issuer sets the claim {min(own)!r} itself.")
        now = int(self.clock())
        audience, lifetime = self.audience, self.lifetime
        if typ == _REFRESH:
            # Verifiers of others, which may not look at typ, refuse it for its audience.
            audience, lifetime = self.issuer, self.refresh_lifetime
        content = {
            "iss": self.issuer,
            "sub": subject,
            "aud": audience,
            "exp": now + lifetime,
            "iat": now,
            "jti": secrets.token_urlsafe(16),
            "scope": " ".join(scopes) or None,
        }
        return self._signed({"typ": typ, "alg": self._name, "kid": self._kid}, content | claims)

    def _signed(self, header: dict[str, Any], content: dict[str, Any]) -> str:
        """Write a token (RFC 7515, 3.1)."""
        signed = _encoded(header) + b"." + _encoded(content)
        signature = self._algorithms[self._name].sign(signed, self._key)
        return (signed + b"." + base64url(signature)).decode()


def _encoded(part: dict[str, Any]) -> bytes:
    return base64url(to_json({name: value for name, value in part.items() if value is not None}))


def _seconds(name: str, value: timedelta | float) -> int:
    seconds = int(value.total_seconds() if isinstance(value, timedelta) else value)
    if seconds < 1:
        raise SetupError(
            f"the {name} is {value}; a second or more was expected.", mend=f"{name}=timedelta(minutes=15)"
        )
    return seconds


def _checked(scopes: Iterable[str]) -> tuple[str, ...]:
    if isinstance(scopes, str):
        raise TypeError(f"scopes is the text {scopes!r}; a list was expected: scopes={scopes.split()!r}.")
    listed = tuple(scopes)
    for scope in listed:
        if not _SCOPE.fullmatch(scope):
            raise ValueError(f"The scope {scope!r} is none: it is empty, or holds more than printable ASCII.")
    return listed
