"""Test an app as its clients meet it: over WSGI or ASGI, without a socket."""

from __future__ import annotations

from .client import Client as Client
from .client import ClientFor as ClientFor
from .client import ClientOptions as ClientOptions
from .client import UndeclaredAnswer as UndeclaredAnswer
from .client import UndeclaredAnswerWarning as UndeclaredAnswerWarning
from .cookies import CookieJar as CookieJar
from .requests import RequestOptions as RequestOptions
from .requests import Sent as Sent
from .responses import ClientResponse as ClientResponse

__all__ = [
    "Client",
    "ClientFor",
    "ClientOptions",
    "ClientResponse",
    "CookieJar",
    "RequestOptions",
    "Sent",
    "UndeclaredAnswer",
    "UndeclaredAnswerWarning",
]
