"""The public names: a list, at most forty of them, and all that ``import restlite`` shows."""

from __future__ import annotations

from types import ModuleType

import pytest

import restlite
import restlite.http
import restlite.security
import restlite.testing

NAMES = """
    Accepted Answer App Background BadRequest Body Conflict Cookie Created Depends ErrorFormat
    Event File FileAnswer Forbidden Form Gone Header In Invalid link NoContent NotFound Path
    PreconditionFailed Problem Query Request Resource Response Router SetCookie SetupError State
    StateKey TooManyRequests Unauthorized Upload
"""

#: What a module needs for itself.
TOOLS = ("annotations", "TYPE_CHECKING")
#: Imported with the first use.
LATER = ["Page", "Patch"]

HTTP = """
    cache_control CacheControl Compression CORS CursorPage Deprecation EnvelopePage etag_of ETags Filter
    FilterBy omit OptionalPrecondition Page partial Patch PatchConflict pick Precondition
    PreconditionRequired ProxyHeaders ReadOnly RequiredPrecondition SecurityHeaders SortBy TrustedHosts
    Validators WriteOnly
"""

SECURITY = """
    APIKey AuthorizationCode Basic BasicCredentials Bearer Claims ClientCertificate ClientCredentials
    DeviceAuthorization equal_secrets Flow HTTPScheme Implicit JWKS JWKSError JWTIssuer JWTVerifier known
    Malformed MutualTLS OAuth2 OpenIDConnect Password public Requirement Scheme TokenPair
"""

TESTING = """
    Client ClientFor ClientOptions ClientResponse CookieJar RequestOptions Sent UndeclaredAnswer
    UndeclaredAnswerWarning
"""


def shown(module: ModuleType) -> list[str]:
    """List what a module shows: neither its submodules nor what begins with an underscore."""
    return sorted(
        (
            name
            for name, value in vars(module).items()
            if not (name.startswith("_") or name in TOOLS or isinstance(value, ModuleType))
        ),
        key=str.casefold,
    )


def test_the_public_names_are_these_and_forty_at_most() -> None:
    assert [name for name in shown(restlite) if name not in LATER] == NAMES.split()
    assert len([*NAMES.split(), *LATER]) <= 40


def test_the_names_of_testing_are_these() -> None:
    assert shown(restlite.testing) == TESTING.split()


@pytest.mark.parametrize(
    ("module", "names"), [(restlite.http, HTTP), (restlite.security, SECURITY)], ids=["http", "security"]
)
def test_names_that_are_imported_with_their_first_use_are_these(module: ModuleType, names: str) -> None:
    assert sorted(module.__all__, key=str.casefold) == names.split()
    assert all((getattr(module, name).__doc__ or "").strip() for name in names.split())
    with pytest.raises(AttributeError, match=f"module '{module.__name__}' has no attribute 'Nothing'"):
        _ = module.Nothing


def test_an_unknown_name_is_an_attribute_error() -> None:
    with pytest.raises(AttributeError, match="module 'restlite' has no attribute 'Nothing'"):
        _ = restlite.Nothing  # type: ignore[attr-defined]  # pyright: ignore


@pytest.mark.parametrize("name", [*NAMES.split(), *LATER])
def test_every_public_name_tells_what_it_is(name: str) -> None:
    value = getattr(restlite, name)
    place = getattr(value, "__module__", "restlite")
    assert place.split(".")[0] in ("restlite", "typing")
    if isinstance(value, type):
        assert (value.__doc__ or "").strip(), f"{name} has no docstring"
