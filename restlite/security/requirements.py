"""What an operation asks of its callers: schemes, joined by *or* and *and*."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from ..aliases import Environ
from ..frozen import Record
from ..records import SchemeRecord

#: Gives the scopes, or roles, of an identity.
Grants = Callable[[Any], Iterable[str]]


class Malformed(Exception):
    """Say that credentials were sent which are none of their scheme; answered like wrong ones: 401."""


class Scheme:
    """Authenticate callers in one way, and describe it: subclasses say where credentials are.

    .. code-block:: python

        bearer = Bearer(find_user)

        @app.get("/me")
        def show_me(user: Annotated[User, bearer("profile")]) -> User: ...

    :param verify: gives the identity that credentials prove, None where they prove none. It may be
        ``async``, and ask for dependencies, ``Request`` and ``State`` after its first parameter.
    :param name: the name of the scheme in the document.
    :param scopes: gives the scopes of an identity; by default its attribute or member ``scopes``.
    :param roles: gives the roles of an identity; by default its attribute or member ``roles``.
    """

    #: The request header field that carries the credentials, for ``Vary``; empty where none does.
    field = "Authorization"

    def __init__(
        self,
        verify: Callable[..., Any],
        *,
        name: str,
        description: str = "",
        scopes: Grants | None = None,
        roles: Grants | None = None,
    ) -> None:
        self.verify = verify
        self.name = name
        self.description = description
        self.scopes = scopes
        self.roles = roles

    def credentials(self, environ: Environ) -> Any:
        """Give what was sent, None where nothing was. Raises :class:`Malformed`."""
        raise NotImplementedError

    def challenge(self, error: str | None = None, scopes: Sequence[str] = ()) -> str | None:
        """Write the challenge of ``WWW-Authenticate`` (RFC 9110, 11.6.1).

        :param error: ``invalid_token`` or ``insufficient_scope`` (RFC 6750, 3.1); None: nothing was sent.
        """
        raise NotImplementedError

    def describe(self) -> SchemeRecord:
        """Give the record of the scheme (OpenAPI 3.1, 4.8.27)."""
        raise NotImplementedError

    def check(self, scopes: Sequence[str]) -> None:
        """Refuse scopes that the scheme does not have. Raises :class:`SetupError`."""

    def __call__(self, *scopes: str, roles: Iterable[str] = ()) -> Requirement:
        """Ask for an identity that has all of ``scopes`` and, if any are named, one of ``roles``."""
        self.check(scopes)
        return Requirement(((Need(self, scopes, tuple(roles)),),))

    def __or__(self, other: Scheme | Requirement) -> Requirement:
        return self() | other

    def __and__(self, other: Scheme | Requirement) -> Requirement:
        return self() & other

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"


class Need(Record):
    """Hold one scheme with the scopes and roles that are asked for."""

    scheme: Scheme
    scopes: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()


class Requirement(Record):
    """Ask for one of several alternatives; each is a list of needs that must all be met.

    ``bearer("read") | key`` takes either and gives the identity of the first that is met; ``bearer & tls``
    asks for both and gives a tuple of identities, in this order.
    """

    alternatives: tuple[tuple[Need, ...], ...]

    def __or__(self, other: Scheme | Requirement) -> Requirement:
        return Requirement((*self.alternatives, *requirement_of(other).alternatives))

    def __and__(self, other: Scheme | Requirement) -> Requirement:
        others = requirement_of(other).alternatives
        return Requirement(tuple(merged(one, two) for one in self.alternatives for two in others))

    @property
    def optional(self) -> Requirement:
        """Let callers in who send no credentials: their identity is None."""
        return self if () in self.alternatives else Requirement((*self.alternatives, ()))

    @property
    def schemes(self) -> tuple[Scheme, ...]:
        """List the schemes, each once."""
        return tuple(dict.fromkeys(need.scheme for needs in self.alternatives for need in needs))


#: Asks for nothing: what ``security=`` of a router or app asks for does not hold here.
public = Requirement(((),))


def requirement_of(given: Scheme | Requirement) -> Requirement:
    """Give the requirement that a scheme alone is."""
    return given() if isinstance(given, Scheme) else given


def merged(one: Sequence[Need], two: Sequence[Need]) -> tuple[Need, ...]:
    """Join two lists of needs; of the same scheme there is one, with the scopes of both."""
    found: dict[Scheme, Need] = {}
    for need in (*one, *two):
        known = found.get(need.scheme)
        if known is not None:
            scopes = tuple(dict.fromkeys((*known.scopes, *need.scopes)))
            need = Need(need.scheme, scopes, known.roles or need.roles)
        found[need.scheme] = need
    return tuple(found.values())
