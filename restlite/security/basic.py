"""Basic authentication: a user name and a password (RFC 7617)."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Unpack

from ..aliases import Environ
from ..records import SchemeRecord
from .authorization import challenge_of, token_of
from .checks import TEXT, check_text
from .requirements import Malformed, Scheme, SchemeOptions

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")


class BasicCredentials(NamedTuple):
    """Hold what Basic authentication sends."""

    username: str
    password: str

    def __repr__(self) -> str:
        return f"BasicCredentials(username={self.username!r}, password='…')"


class Basic(Scheme):
    """Take a user name and a password with every request (RFC 7617); over TLS only.

    .. code-block:: python

        def check_password(sent: BasicCredentials, db: Db) -> User | None:
            user = db.find(sent.username)
            return user if user and hasher.verify(sent.password, user.hash) else None

        basic = Basic(check_password)

    :param realm: what the credentials are good for; browsers show it.
    """

    takes = "sent: BasicCredentials"

    def __init__(
        self,
        verify: Callable[..., Any],
        *,
        realm: str = "api",
        name: str = "basic",
        **options: Unpack[SchemeOptions],
    ) -> None:
        super().__init__(verify, name=name, **options)
        check_text("Basic", "a realm", realm, TEXT, 'realm="api"')
        self.realm = realm

    def credentials(self, environ: Environ) -> BasicCredentials | None:
        token = token_of(environ, "Basic")
        if token is None:
            return None
        try:
            data = base64.b64decode(token, validate=True)
            username, colon, password = data.decode().partition(":")
        except ValueError:
            raise Malformed from None
        # Bits after the end would make several spellings of one password.
        if not colon or _CONTROL.search(username + password) or base64.b64encode(data).decode() != token:
            raise Malformed
        return BasicCredentials(username, password)

    def challenge(self, error: str | None = None, scopes: Sequence[str] = ()) -> str | None:
        if error == "insufficient_scope":
            return None  # the scheme cannot say it, and browsers would ask for another password
        return challenge_of("Basic", realm=self.realm, charset="UTF-8")

    def describe(self) -> SchemeRecord:
        return SchemeRecord(self.name, "http", (("scheme", "basic"),), self.description)
