"""The versions of OpenAPI: one document in 3.2, 3.1 and 3.0, and a report of what an older one cannot say."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Literal

from . import lowering_to_30, lowering_to_31
from .anatomy import Node
from .lowering import Loss, Lowering

Version = Literal["3.0", "3.1", "3.2"]
#: What is written in the member ``openapi``.
WRITTEN: Mapping[Version, str] = {"3.0": "3.0.4", "3.1": "3.1.2", "3.2": "3.2.0"}


def lower(document: Node, to: Version) -> tuple[Node, list[Loss]]:
    """Write a document in an older version of OpenAPI; the one given stays as it is.

    .. code-block:: python

        lowered, losses = lower(document, "3.0")
        for loss in losses:
            print(loss)  # /paths/~1books/query: query became x-query

    Raises ``ValueError`` where the document is older than what is asked for: 3.0 is not raised.

    :param document: plain data, of version 3.1 or 3.2; or of the version asked for.
    """
    given = str(document.get("openapi", ""))[:3]
    if given == to or (given, to) == ("3.1", "3.2"):
        return {**document, "openapi": document["openapi"] if given == to else WRITTEN[to]}, []
    if given not in ("3.1", "3.2"):
        raise ValueError(
            f"a document of OpenAPI {given or 'unknown'} was found; one of 3.1 or 3.2 is lowered"
        )
    if to == "3.1":
        lowering = Lowering(document, (lowering_to_31.RULES,), schemas=_has_new_schemas(document))
    else:
        lowering = Lowering(document, (lowering_to_31.RULES, lowering_to_30.RULES))
    return {**lowering.lowered(), "openapi": WRITTEN[to]}, sorted(lowering.losses)


def _has_new_schemas(document: Node) -> bool:
    """Tell whether schemas may say what 3.1 does not know; most do not, and need not be walked.

    Writing a document is far faster than walking it.
    """
    text = json.dumps(document, default=str)
    return any(f'"{word}"' in text for word in lowering_to_31.NEW_IN_SCHEMAS)
