"""Security header fields, by default those that OWASP advises for APIs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from ..errors import SetupError
from ..hooks import Filter
from ..records import AnswerRecord, Described, SchemaRef
from ..wrappers import check_headers

if TYPE_CHECKING:
    from ..aliases import Environ
    from ..waits import Wire

_HSTS = "Strict-Transport-Security"


class SecurityHeaders(Filter):
    """Tell browsers to do nothing with answers but read them.

    .. code-block:: python

        app = App(hooks=[SecurityHeaders()])
        app = App(hooks=[SecurityHeaders(hsts="max-age=63072000; includeSubDomains; preload", csp=None)])

    None leaves a field out; one that the handler has set stands. ``X-Content-Type-Options`` needs no hook.

    :param hsts: seconds, or the whole value, of ``Strict-Transport-Security`` (RFC 6797); sent over HTTPS
        only. Browsers then refuse plain HTTP to the whole host for so long; 0 makes them forget it.
    :param csp: ``Content-Security-Policy``, for answers that are looked at as a page.
    :param cross_origin_resource_policy: who may embed answers without asking; it does not limit CORS.
    """

    def __init__(
        self,
        *,
        hsts: int | str | None = 31_536_000,
        csp: str | None = "default-src 'none'; frame-ancestors 'none'",
        frame_options: str | None = "DENY",
        referrer_policy: str | None = "no-referrer",
        permissions_policy: str | None = None,
        cross_origin_resource_policy: str | None = "same-origin",
        cross_origin_opener_policy: str | None = "same-origin",
    ) -> None:
        given = {
            _HSTS: f"max-age={hsts}" if isinstance(hsts, int) else hsts,
            "Content-Security-Policy": csp,
            "X-Frame-Options": frame_options,
            "Referrer-Policy": referrer_policy,
            "Permissions-Policy": permissions_policy,
            "Cross-Origin-Resource-Policy": cross_origin_resource_policy,
            "Cross-Origin-Opener-Policy": cross_origin_opener_policy,
        }
        self._fields = tuple((name, value) for name, value in given.items() if value is not None)
        try:
            check_headers(self._fields)
        except ValueError as error:
            raise SetupError(f"SecurityHeaders: {error}", mend="SecurityHeaders()") from None

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        headers = wire[1]
        said = {name.lower() for name, _ in headers}
        if environ["wsgi.url_scheme"] != "https":
            said.add(_HSTS.lower())  # to be ignored where it comes over plain HTTP (RFC 6797, 7.2)
        headers += (field for field in self._fields if field[0].lower() not in said)
        return wire

    def describe(self, method: str) -> Described:
        text = SchemaRef(str, "pydantic", "output")
        return Described(
            answers=(AnswerRecord(0, "", headers=tuple((name, text) for name, _ in self._fields)),)
        )
