"""Figures for the report: a test that measures a bar notes it here, beside asserting it.

``python tests/bars.py FILE COMMIT`` prints what was noted as one table.
"""

from __future__ import annotations

import json
import os
import platform
import sys
from pathlib import Path


def note(bar: str, figure: str, held: bool) -> None:
    """Print one figure, and add it to the file that ``RESTLITE_REPORT`` names (see ``.ci/full``)."""
    print(f"{bar}: {figure}")
    if path := os.environ.get("RESTLITE_REPORT"):
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps({"bar": bar, "figure": figure, "held": held}) + "\n")


def table(lines: str, commit: str) -> str:
    """Write what was noted as Markdown."""
    rows = [json.loads(line) for line in lines.splitlines()]
    held = sum(row["held"] for row in rows)
    place = f"Python {platform.python_version()}, {platform.system()}, {os.cpu_count()} CPUs"
    return "\n".join(
        [
            "# Report",
            "",
            f"{held} of {len(rows)} bars hold at `{commit}` ({place}); written by `.ci/full`.",
            "",
            "| bar | figure | pass |",
            "|---|---|---|",
            *(f"| {row['bar']} | {row['figure']} | {'yes' if row['held'] else '**no**'} |" for row in rows),
        ]
    )


if __name__ == "__main__":
    print(table(Path(sys.argv[1]).read_text(encoding="utf-8"), sys.argv[2]))
