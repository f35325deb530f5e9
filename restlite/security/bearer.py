"""Tokens in the ``Authorization`` field: bearer tokens (RFC 6750), and those of other names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Unpack

from ..aliases import Environ
from ..records import SchemeRecord
from .authorization import challenge_of, token_of
from .checks import TEXT, TOKEN, check_text
from .requirements import Scheme, SchemeOptions


class HTTPScheme(Scheme):
    """Take a token after a scheme's name: ``Authorization: Token 9944b09199c6``.

    .. code-block:: python

        token = HTTPScheme("Token", known({settings.key: "deploy"}))

    Names are compared without case; a token is of letters, digits, ``-._~+/`` and ``=`` at its end.

    :param realm: what the token is good for; it stands in every challenge.
    :param format: a hint at how tokens look, for the document: ``"JWT"``.
    """

    takes = "token: str"

    def __init__(
        self,
        scheme: str,
        verify: Callable[..., Any],
        *,
        name: str | None = None,
        realm: str = "api",
        format: str | None = None,
        **options: Unpack[SchemeOptions],
    ) -> None:
        kind = type(self).__name__
        check_text(kind, "the name of an authentication scheme", scheme, TOKEN, 'HTTPScheme("Token", verify)')
        super().__init__(verify, name=scheme.lower() if name is None else name, **options)
        check_text(kind, "a realm", realm, TEXT, 'realm="api"')
        self.scheme = scheme
        self.realm = realm
        self.format = format

    def credentials(self, environ: Environ) -> str | None:
        return token_of(environ, self.scheme)

    def challenge(self, error: str | None = None, scopes: Sequence[str] = ()) -> str | None:
        return challenge_of(self.scheme, realm=self.realm, error=error, scope=" ".join(scopes))

    def describe(self) -> SchemeRecord:
        members: tuple[tuple[str, Any], ...] = (("scheme", self.scheme.lower()),)
        if self.format is not None:
            members += (("bearerFormat", self.format),)
        return SchemeRecord(self.name, "http", members, self.description)


class Bearer(HTTPScheme):
    """Take a bearer token (RFC 6750): ``Authorization: Bearer …``, never from the query or a body.

    .. code-block:: python

        async def find_user(token: str, db: Db) -> User | None:
            return await db.user_of(token)

        bearer = Bearer(find_user)

        @app.delete("/todos/<int:id>")
        def delete_todo(id: int, user: Annotated[User, bearer("todos:write")]) -> NoContent: ...

    :param realm: what the token is good for; it stands in every challenge (RFC 6750, 3).
    :param format: a hint at how tokens look, for the document: ``"JWT"``.
    """

    def __init__(
        self,
        verify: Callable[..., Any],
        *,
        name: str = "bearer",
        realm: str = "api",
        format: str | None = None,
        **options: Unpack[SchemeOptions],
    ) -> None:
        super().__init__("Bearer", verify, name=name, realm=realm, format=format, **options)
