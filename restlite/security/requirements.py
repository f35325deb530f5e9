"""What an operation asks of its callers: schemes, joined by *or* and *and*."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypedDict, Unpack

from ..aliases import Environ
from ..errors import SetupError
from ..frozen import Record
from ..hints import name_of
from ..records import SchemeRecord
from .checks import NAME, check_scopes, check_text, check_verifier, roles_of

#: Gives the scopes, or roles, of an identity.
Grants = Callable[[Any], Iterable[str]]


class Malformed(Exception):
    """Say that credentials were sent which are none of their scheme; answered like wrong ones: 401."""


class SchemeOptions(TypedDict, total=False):
    """Name the keyword arguments that all schemes share."""

    #: For the document; CommonMark.
    description: str
    #: Gives the scopes of an identity; by default its attribute or member ``scopes``.
    scopes: Grants | None
    #: Gives the roles of an identity; by default its attribute or member ``roles``.
    roles: Grants | None


class Scheme:
    """Authenticate callers in one way, and describe it: subclasses say where credentials are.

    .. code-block:: python

        bearer = Bearer(find_user)

        @app.get("/me")
        def show_me(user: Annotated[User, bearer("profile")]) -> User: ...

    :param verify: gives the identity that credentials prove, None where they prove none. It may be
        ``async``, and ask for dependencies, ``Request`` and ``State`` after its first parameter.
    :param name: the name of the scheme in the document.
    """

    #: The request header field that carries the credentials, for ``Vary``; empty where none does.
    field = "Authorization"
    #: The first parameter of a verifier, as it is written.
    takes = "credentials: Any"

    def __init__(self, verify: Callable[..., Any], *, name: str, **options: Unpack[SchemeOptions]) -> None:
        kind = type(self).__name__
        check_verifier(kind, verify, self.takes)
        check_text(kind, "the name of a scheme in the document", name, NAME, f'name="{kind.lower()}"')
        self.verify = verify
        self.name = name
        self.description = options.get("description", "")
        self.scopes = options.get("scopes")
        self.roles = options.get("roles")

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
        check_scopes(self.name, scopes)

    def __call__(self, *scopes: str, roles: Iterable[str] = ()) -> Requirement:
        """Ask for an identity that has all of ``scopes`` and, if any are named, one of ``roles``."""
        self.check(scopes)
        return Requirement(((Need(self, scopes, roles_of(self.name, roles)),),))

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
    """Give the requirement that a scheme alone is. Raises :class:`SetupError`."""
    if isinstance(given, Scheme):
        return given()
    other: Any = given
    if not isinstance(other, Requirement):
        found = f"{name_of(other if isinstance(other, type) else type(other))} is no security scheme."
        raise SetupError(
            found, mend="security=bearer   # or bearer | key; restlite.security.public for everybody"
        )
    return given


def merged(one: Sequence[Need], two: Sequence[Need]) -> tuple[Need, ...]:
    """Join two lists of needs; of the same scheme there is one, with the scopes of both.

    Only where both ask for roles there are two: one of these and one of those.
    """
    found = list(one)
    for need in two:
        for place, other in enumerate(found):
            if other.scheme is need.scheme and (
                other.roles == need.roles or not (other.roles and need.roles)
            ):
                scopes = tuple(dict.fromkeys((*other.scopes, *need.scopes)))
                found[place] = Need(need.scheme, scopes, other.roles or need.roles)
                break
        else:
            found.append(need)
    return tuple(found)
