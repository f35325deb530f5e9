"""The docs page, our own: complete without a script, in one HTML text, one style and one script."""

from __future__ import annotations

from .assets import assets as assets
from .page import POLICY as POLICY
from .page import render as render

__all__ = ["POLICY", "assets", "render"]
