"""The public names: a list, at most forty of them, and all that ``import restlite`` shows."""

from __future__ import annotations

from types import ModuleType

import pytest

import restlite
import restlite.testing

NAMES = """
    Accepted Answer App Background BadRequest Body Config Conflict Cookie Created Depends ErrorFormat
    Event File FileAnswer Forbidden Form Gone Header In Invalid link NoContent NotFound Path
    PreconditionFailed Problem Query Request Resource Response Router SetCookie SetupError State
    StateKey TooManyRequests Unauthorized Upload
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
            if not (name.startswith("_") or name == "annotations" or isinstance(value, ModuleType))
        ),
        key=str.casefold,
    )


def test_the_public_names_are_these_and_forty_at_most() -> None:
    assert shown(restlite) == NAMES.split()
    assert len(NAMES.split()) <= 40


def test_the_names_of_testing_are_these() -> None:
    assert shown(restlite.testing) == TESTING.split()


@pytest.mark.parametrize("name", NAMES.split())
def test_every_public_name_tells_what_it_is(name: str) -> None:
    value = getattr(restlite, name)
    place = getattr(value, "__module__", "restlite")
    assert place.split(".")[0] in ("restlite", "typing")
    if isinstance(value, type):
        assert (value.__doc__ or "").strip(), f"{name} has no docstring"
