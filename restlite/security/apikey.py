"""API keys: a secret in a header field, a query parameter or a cookie."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from typing import Any, Unpack
from urllib.parse import parse_qsl

from werkzeug.http import parse_cookie

from ..aliases import Environ
from ..errors import SetupError
from ..params import environ_key
from ..records import SchemeRecord
from .authorization import challenge_of
from .checks import NAME, TOKEN, check_text
from .requirements import Malformed, Scheme, SchemeOptions

_KEY = re.compile(r"[\x20-\x7e]+")


class APIKey(Scheme):
    """Take a key from one place: a header field, a query parameter or a cookie.

    .. code-block:: python

        key = APIKey(known({settings.key: "reports"}), header="X-API-Key")
        session = APIKey(find_session, cookie="session")

    Prefer a header: URLs are logged, and browsers send cookies along with what other sites ask for.
    A key is of printable ASCII characters, and sent once.
    """

    takes = "key: str"

    def __init__(
        self,
        verify: Callable[..., Any],
        *,
        header: str | None = None,
        query: str | None = None,
        cookie: str | None = None,
        name: str = "apiKey",
        **options: Unpack[SchemeOptions],
    ) -> None:
        super().__init__(verify, name=name, **options)
        places = {"header": header, "query": query, "cookie": cookie}
        given = [(place, key) for place, key in places.items() if key is not None]
        mend = 'APIKey(verify, header="X-API-Key")'
        if len(given) != 1:
            found = " and ".join(place for place, _ in given) or "none"
            raise SetupError(f"APIKey: a key is taken from one place; found {found}.", mend=mend)
        ((self.place, self.key),) = given
        what = {"query": "a query parameter", "cookie": "a cookie"}.get(self.place, "a header field")
        check_text("APIKey", what, self.key, NAME if self.place == "query" else TOKEN, mend)
        if self.place == "header" and "_" in self.key:
            # Servers drop such fields, as they could pose as others (X_API_Key and X-API-Key).
            found = f"APIKey: the header field {self.key!r} does not come through servers."
            raise SetupError(found, mend=f"header={self.key.replace('_', '-')!r}")
        #: The query parameter that holds the key, which operations are to let through.
        self.query_name = query
        self.field = header or ("Cookie" if cookie else "")

    def credentials(self, environ: Environ) -> str | None:
        sent = self._sent(environ)
        if not sent:
            return None
        if len(sent) > 1 or not _KEY.fullmatch(sent[0]):
            raise Malformed
        return sent[0]

    def _sent(self, environ: Environ) -> list[str]:
        if self.place == "header":
            field: str | None = environ.get(environ_key(self.key))
            return [] if field is None else [field.strip(" \t")]
        if self.place == "cookie":
            return self._cookies(environ.get("HTTP_COOKIE") or "")
        pairs = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True)
        return [text for name, text in pairs if name == self.key]

    def _cookies(self, field: str) -> list[str]:
        try:
            return parse_cookie(field).getlist(self.key)
        except UnicodeDecodeError:
            raise Malformed from None

    def challenge(self, error: str | None = None, scopes: Sequence[str] = ()) -> str | None:
        if error == "insufficient_scope":
            return None
        return challenge_of("ApiKey", **{"in": self.place, "name": self.key})

    def describe(self) -> SchemeRecord:
        return SchemeRecord(self.name, "apiKey", (("in", self.place), ("name", self.key)), self.description)
