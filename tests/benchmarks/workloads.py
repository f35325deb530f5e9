"""The six workloads, and what their answers must be before they are timed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, NamedTuple

from .models import BAD, FIRST, GOOD, PARTS, PARTS_ADAPTER


class Workload(NamedTuple):
    """Hold one request, the statuses it may have, and the ratio to the limit that restlite may take."""

    method: str
    path: str
    statuses: tuple[int, ...]
    bar: float
    query: str = ""
    body: bytes = b""
    #: The document that must be answered, or the names that must stand in it.
    document: Any = None
    names: tuple[str, ...] = ()

    def check(self, status: int, body: bytes) -> None:
        """Raise AssertionError where the answer is not the one that is wanted."""
        assert status in self.statuses, f"{self.method} {self.path}: {status}: {body[:300]!r}"
        if self.document is not None:
            assert plain(json.loads(body)) == self.document, f"{self.method} {self.path}: {body[:300]!r}"
        missing = [name for name in self.names if name.encode() not in body]
        assert not missing, f"{self.method} {self.path}: nothing is said of {missing}: {body[:300]!r}"


def plain(value: Any) -> Any:
    """Read two spellings of UTC as one."""
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, list):
        return [plain(item) for item in value]
    return value[:-6] + "Z" if isinstance(value, str) and value.endswith("+00:00") else value


_FOUND = {"id": 7, "limit": 20, "q": "abc", "tags": ["a", "b"]}
_WRONG = ("name", "price", "created", "owner", "state")

#: W1 hello, W2 path and query parameters, W3 create, W4 a list of 100, W5 five errors in one body.
WORK: Mapping[str, Workload] = {
    "W1": Workload("GET", "/hello", (200,), 2.2, document={"message": "hello"}),
    "W2": Workload("GET", "/parts/7", (200,), 1.7, "limit=20&q=abc&tags=a&tags=b", document=_FOUND),
    "W3": Workload("POST", "/parts", (201,), 1.35, body=GOOD, document=json.loads(FIRST.model_dump_json())),
    "W4": Workload("GET", "/parts", (200,), 1.05, document=json.loads(PARTS_ADAPTER.dump_json(PARTS))),
    "W5": Workload("POST", "/parts", (400, 422), 2.0, body=BAD, names=_WRONG),
}

#: W6 at these numbers of routes; nothing may depend on it.
SIZES = (10, 5_000)
FLAT = 1.15


def rule(number: int, count: int) -> tuple[str, tuple[str, ...]]:
    """Give one of ``count`` rules and its names: the last has three variables, the one before has none."""
    names = (("a", "b", "c"), (), ("a",), ("a", "b"))[(count - 1 - number) % 4]
    start = f"/v1/things{number}"
    if not names:
        return f"{start}/all", names
    return start + "".join(
        f"/{word}<{name}>" for word, name in zip(("", "sub/", "leaf/"), names, strict=False)
    ), names


def routing(count: int) -> dict[str, Workload]:
    """Give the requests of W6: the rules registered last, a path that none has, a method that one lacks."""
    last = f"/v1/things{count - 1}/x1/sub/y2"
    texts = {"a": "x1", "b": "y2", "c": "z3"}
    return {
        f"W6 variables, {count}": Workload("GET", f"{last}/leaf/z3", (200,), 2.0, document=texts),
        f"W6 static, {count}": Workload("GET", f"/v1/things{count - 2}/all", (200,), 2.0, document={}),
        f"W6 404, {count}": Workload("GET", f"{last}/nope/z3", (404,), 2.7),
        f"W6 405, {count}": Workload("DELETE", f"{last}/leaf/z3", (405,), 2.7),
    }
