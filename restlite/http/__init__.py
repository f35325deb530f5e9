"""HTTP in full: conditional requests, patches, pages, CORS, compression and more; each one class."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from ..access import ReadOnly as ReadOnly
    from ..access import WriteOnly as WriteOnly
    from ..hooks import Filter as Filter
    from .caching import CacheControl as CacheControl
    from .caching import cache_control as cache_control
    from .compression import Compression as Compression
    from .conditional import OptionalPrecondition as OptionalPrecondition
    from .conditional import Precondition as Precondition
    from .conditional import PreconditionRequired as PreconditionRequired
    from .conditional import RequiredPrecondition as RequiredPrecondition
    from .conditional import Validators as Validators
    from .cors import CORS as CORS
    from .cursor_paging import CursorPage as CursorPage
    from .deprecation import Deprecation as Deprecation
    from .etags import ETags as ETags
    from .etags import etag_of as etag_of
    from .filtering import FilterBy as FilterBy
    from .hosts import TrustedHosts as TrustedHosts
    from .jsonpatch import PatchConflict as PatchConflict
    from .paging import EnvelopePage as EnvelopePage
    from .paging import Page as Page
    from .patch import Patch as Patch
    from .proxies import ProxyHeaders as ProxyHeaders
    from .secure_headers import SecurityHeaders as SecurityHeaders
    from .shapes import omit as omit
    from .shapes import partial as partial
    from .shapes import pick as pick
    from .sorting import SortBy as SortBy
else:  # for checkers ``__getattr__`` would give every name
    from importlib import import_module

    # Nobody needs all of it: a module is imported with the first of its names.
    _ROOMS = {
        "..access": "ReadOnly WriteOnly",
        "..hooks": "Filter",
        ".caching": "CacheControl cache_control",
        ".compression": "Compression",
        ".conditional": "OptionalPrecondition Precondition PreconditionRequired RequiredPrecondition"
        " Validators",
        ".cors": "CORS",
        ".cursor_paging": "CursorPage",
        ".deprecation": "Deprecation",
        ".etags": "ETags etag_of",
        ".filtering": "FilterBy",
        ".hosts": "TrustedHosts",
        ".jsonpatch": "PatchConflict",
        ".paging": "EnvelopePage Page",
        ".patch": "Patch",
        ".proxies": "ProxyHeaders",
        ".secure_headers": "SecurityHeaders",
        ".shapes": "omit partial pick",
        ".sorting": "SortBy",
    }
    _HOMES = {name: room for room, names in _ROOMS.items() for name in names.split()}

    def __getattr__(name: str) -> Any:
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        value = globals()[name] = getattr(import_module(_HOMES[name], __name__), name)
        return value


__all__ = [
    "CORS",
    "CacheControl",
    "Compression",
    "CursorPage",
    "Deprecation",
    "ETags",
    "EnvelopePage",
    "Filter",
    "FilterBy",
    "OptionalPrecondition",
    "Page",
    "Patch",
    "PatchConflict",
    "Precondition",
    "PreconditionRequired",
    "ProxyHeaders",
    "ReadOnly",
    "RequiredPrecondition",
    "SecurityHeaders",
    "SortBy",
    "TrustedHosts",
    "Validators",
    "WriteOnly",
    "cache_control",
    "etag_of",
    "omit",
    "partial",
    "pick",
]
