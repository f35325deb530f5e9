"""Security schemes: who calls, and what they may do.

.. code-block:: python

    bearer = Bearer(find_user)                      # find_user(token) -> User | None, sync or async
    key = APIKey(known({"s3cret": "reports"}), header="X-API-Key")
    app = App(security=bearer, deny_by_default=True)

    @app.get("/me")
    def show_me(user: Annotated[User, bearer]) -> User: ...

    @app.delete("/todos/<int:id>", security=bearer("todos:write") | key)
    def delete_todo(id: int) -> NoContent: ...

    @app.get("/ping", security=public)
    def ping() -> str: ...
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .apikey import APIKey as APIKey
    from .basic import Basic as Basic
    from .basic import BasicCredentials as BasicCredentials
    from .bearer import Bearer as Bearer
    from .bearer import HTTPScheme as HTTPScheme
    from .certificates import ClientCertificate as ClientCertificate
    from .certificates import MutualTLS as MutualTLS
    from .jwks import JWKS as JWKS
    from .jwks import JWKSError as JWKSError
    from .jwt import Claims as Claims
    from .jwt import JWTVerifier as JWTVerifier
    from .jwt_issuer import JWTIssuer as JWTIssuer
    from .jwt_issuer import TokenPair as TokenPair
    from .keys import equal_secrets as equal_secrets
    from .keys import known as known
    from .oauth2 import AuthorizationCode as AuthorizationCode
    from .oauth2 import ClientCredentials as ClientCredentials
    from .oauth2 import DeviceAuthorization as DeviceAuthorization
    from .oauth2 import Flow as Flow
    from .oauth2 import Implicit as Implicit
    from .oauth2 import OAuth2 as OAuth2
    from .oauth2 import OpenIDConnect as OpenIDConnect
    from .oauth2 import Password as Password
    from .requirements import Malformed as Malformed
    from .requirements import Requirement as Requirement
    from .requirements import Scheme as Scheme
    from .requirements import public as public
else:  # for checkers ``__getattr__`` would give every name
    from importlib import import_module

    # Every app needs requirements, few need a certificate: a module is imported with the first of its names.
    _ROOMS = {
        "apikey": "APIKey",
        "basic": "Basic BasicCredentials",
        "bearer": "Bearer HTTPScheme",
        "certificates": "ClientCertificate MutualTLS",
        "jwks": "JWKS JWKSError",
        "jwt": "Claims JWTVerifier",
        "jwt_issuer": "JWTIssuer TokenPair",
        "keys": "equal_secrets known",
        "oauth2": "AuthorizationCode ClientCredentials DeviceAuthorization Flow Implicit OAuth2 OpenIDConnect"
        " Password",
        "requirements": "Malformed Requirement Scheme public",
    }
    _HOMES = {name: room for room, names in _ROOMS.items() for name in names.split()}

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(f".{_HOMES[name]}", __name__), name)
        return value


__all__ = [
    "JWKS",
    "APIKey",
    "AuthorizationCode",
    "Basic",
    "BasicCredentials",
    "Bearer",
    "Claims",
    "ClientCertificate",
    "ClientCredentials",
    "DeviceAuthorization",
    "Flow",
    "HTTPScheme",
    "Implicit",
    "JWKSError",
    "JWTIssuer",
    "JWTVerifier",
    "Malformed",
    "MutualTLS",
    "OAuth2",
    "OpenIDConnect",
    "Password",
    "Requirement",
    "Scheme",
    "TokenPair",
    "equal_secrets",
    "known",
    "public",
]
