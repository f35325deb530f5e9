"""What a route or router can say, and how it is inherited.

===================  ===================================================================
option               route beside its routers
===================  ===================================================================
tags                 added to the routers', each once
raises               added to the routers'
dependencies         added, the routers' run first
hooks                added, the routers' stand around
deprecated           replaces the router's
security             replaces the router's; what signatures ask for is added
max_body             replaces the router's
exclude_none         replaces the router's
exclude_unset        replaces the router's
hidden               replaces the router's
the rest             of the route alone
===================  ===================================================================

Error handlers and the error format are looked up from route to app; the nearest that fits answers.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypedDict

from .depends import Depends
from .hooks import Filter, Hook
from .security.requirements import Requirement, Scheme


class SharedOptions(TypedDict, total=False):
    """Name the options that routers and routes share."""

    #: Groups in the document.
    tags: Sequence[str]
    #: Problems, or exceptions that an error handler maps, that handlers raise.
    raises: Sequence[type[Exception]]
    #: Dependencies run for their effect.
    dependencies: Sequence[Depends]
    hooks: Sequence[Hook | Filter]
    #: True, or ``restlite.http.Deprecation`` to tell clients since when and until when.
    deprecated: bool | Filter
    #: Who may call: a scheme, or schemes joined; ``restlite.security.public`` for everybody.
    security: Scheme | Requirement
    #: Largest request body in bytes; None for no limit.
    max_body: int | None
    exclude_none: bool
    exclude_unset: bool
    #: Leave it out of the document.
    hidden: bool


class RouteOptions(SharedOptions, total=False):
    """Name the options of a route."""

    #: Status of a bare return value, where it is not 200.
    status: int
    #: Type of the request body, where the signature does not say it.
    body: Any
    #: Answer types by status, where the return annotation does not say them.
    returns: Mapping[int, Any]
    #: Media type of the answer, where it is not the type's own.
    produces: str
    #: The operation's name; the handler's by default.
    name: str
    #: First line of the description; the docstring's by default.
    summary: str


ADDED = ("tags", "raises", "dependencies", "hooks")


def inherit(outer: Mapping[str, Any], inner: Mapping[str, Any]) -> RouteOptions:
    """Merge a router's options with those of a route or router in it, by the table above."""
    merged: Any = {**outer, **inner}
    for key in ADDED:
        both = [*outer.get(key, ()), *inner.get(key, ())]
        if both:
            merged[key] = tuple(dict.fromkeys(both))
    options: RouteOptions = merged
    return options
