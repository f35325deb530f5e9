"""From the converter of a rule's variable to a schema: what may stand in the path."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from werkzeug.routing import (
    AnyConverter,
    BaseConverter,
    FloatConverter,
    IntegerConverter,
    PathConverter,
    UnicodeConverter,
    UUIDConverter,
)

from ..converters import DateConverter
from .anatomy import Node

#: How Werkzeug writes the lengths of a string; it keeps them nowhere else.
_LENGTHS = re.compile(r"\[\^/\]\{(\d+)(,?)(\d*)\}")


def converter_schema(converter: BaseConverter) -> Node:
    """Write the schema of the values that a converter takes.

    A converter of your own that adds nothing to one of Werkzeug's is described as that one, another by its
    ``regex``; it may say more by a method ``describe``:

    .. code-block:: python

        class SlugConverter(BaseConverter):
            regex = "[a-z0-9-]+"

            def describe(self):
                return {"type": "string", "pattern": "^[a-z0-9-]+$", "maxLength": 40}
    """
    describe: Callable[[], Node] | None = getattr(converter, "describe", None)
    if describe is not None:
        return dict(describe())
    known = next((_KNOWN[kind] for kind in type(converter).__mro__ if kind in _KNOWN), None)
    made = known(converter) if known else None
    return made or {"type": "string", "pattern": f"^(?:{converter.regex})$"}


def _number(converter: Any) -> Node:
    kind = "integer" if isinstance(converter, IntegerConverter) else "number"
    if converter.fixed_digits:  # 0042 is no number of JSON's
        return {"type": "string", "pattern": f"^[0-9]{{{converter.fixed_digits}}}$"}
    least = converter.min if converter.signed else max(converter.min or 0, 0)
    bounds = {"minimum": least, "maximum": converter.max}
    return {"type": kind, **{key: bound for key, bound in bounds.items() if bound is not None}}


def _text(converter: Any) -> Node | None:
    found = _LENGTHS.fullmatch(converter.regex)
    if found is None:
        return None
    least, several, most = found.groups()
    longest = most if several else least
    return {"type": "string", "minLength": int(least), **({"maxLength": int(longest)} if longest else {})}


def _choice(converter: Any) -> Node:
    return {"type": "string", "enum": sorted(converter.items)}


#: Converter class -> what writes its schema; None where the class is not what it was.
_KNOWN: Mapping[type, Callable[[Any], Node | None]] = {
    UnicodeConverter: _text,
    IntegerConverter: _number,
    FloatConverter: _number,
    AnyConverter: _choice,
    UUIDConverter: lambda converter: {"type": "string", "format": "uuid"},
    DateConverter: lambda converter: {"type": "string", "format": "date"},
    PathConverter: lambda converter: {"type": "string", "minLength": 1},
}
