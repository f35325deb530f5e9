"""Schemes in signatures, found wherever they stand: one that is overlooked lets everybody in."""

from __future__ import annotations

from typing import Any, get_args

from ..hints import unwrap
from .requirements import Requirement, Scheme


def schemes_in(annotation: Any) -> tuple[Any, ...]:
    """List the schemes and requirements that an annotation names, however deep."""
    base, metadata = unwrap(annotation)
    found = [item for item in metadata if is_scheme(item)]
    return (*found, *(scheme for part in get_args(base) for scheme in schemes_in(part)))


def is_scheme(given: Any) -> bool:
    """Tell whether something asks for callers: a scheme, schemes joined, or the class of one."""
    kind = given if isinstance(given, type) else type(given)
    return issubclass(kind, (Scheme, Requirement))
