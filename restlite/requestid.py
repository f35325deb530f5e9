"""Request ids: short, unique in a fleet, cheap."""

from __future__ import annotations

import os
from itertools import count

_prefix = ""
_numbers = count(1)


def _renew() -> None:
    """Begin a new series; a forked worker must not repeat its parent's ids."""
    global _prefix, _numbers
    _prefix, _numbers = f"{os.urandom(6).hex()}-", count(1)


_renew()
if hasattr(os, "register_at_fork"):  # pragma: no branch - absent on Windows only
    os.register_at_fork(after_in_child=_renew)


def next_request_id() -> str:
    """Give an id that no other request of any process has."""
    return _prefix + str(next(_numbers))
