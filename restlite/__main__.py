"""Let ``python -m restlite`` be the command ``restlite``."""

from __future__ import annotations

from .cli import main

if __name__ == "__main__":
    main()
