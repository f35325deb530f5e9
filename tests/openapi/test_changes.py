"""Changes as text, JSON and Markdown."""

from __future__ import annotations

from restlite.openapi.changes import Change, breaks, to_json, to_markdown, to_text

CHANGES = [
    Change("breaking", "/paths/~1a", "path-removed", "the path /a is gone: clients rely on it.", "old"),
    Change("compatible", "/paths/~1b|c", "path-added", "the path /b|c is new: `x` <y>."),
]


def test_changes_as_text() -> None:
    assert to_text(CHANGES).splitlines() == [
        "breaking    old#/paths/~1a  path-removed: the path /a is gone: clients rely on it.",
        "compatible  new#/paths/~1b|c  path-added: the path /b|c is new: `x` <y>.",
    ]
    assert to_text([]) == ""


def test_changes_as_json() -> None:
    assert to_json(CHANGES[:1]) == (
        '{\n  "breaking": 1,\n  "compatible": 0,\n  "changes": [\n    {\n      "severity": "breaking",\n'
        '      "pointer": "/paths/~1a",\n      "kind": "path-removed",\n'
        '      "reason": "the path /a is gone: clients rely on it.",\n      "document": "old"\n    }\n  ]\n}'
    )


def test_changes_as_markdown() -> None:
    assert to_markdown(CHANGES) == (
        "### 1 breaking\n\n| place | kind | reason |\n|---|---|---|\n"
        "| `old#/paths/~1a` | path-removed | the path /a is gone: clients rely on it. |\n\n"
        "### 1 compatible\n\n| place | kind | reason |\n|---|---|---|\n"
        "| `new#/paths/~1b\\|c` | path-added | the path /b\\|c is new: 'x' &lt;y>. |"
    )
    assert to_markdown(CHANGES[:1]).count("###") == 1
    assert to_markdown([]) == "No changes."


def test_only_what_is_breaking_breaks() -> None:
    assert breaks(CHANGES)
    assert not breaks(CHANGES[1:])
