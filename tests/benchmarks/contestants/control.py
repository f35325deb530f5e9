"""The limit again, in another process: its ratio must be 1."""

from __future__ import annotations

from .limit import route as route
from .limit import serve as serve
