"""``Patch`` held to a plain reference: write JSON, do what the RFC says, validate."""

from __future__ import annotations

import copy
import json
from typing import Annotated, Any

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from restlite.errors import Conflict, Invalid
from restlite.http.patch import Patch
from restlite.violations import Refusal


class Leaf(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    n: Annotated[int, Field(ge=0, le=9)]
    s: str | None = None


class Node(BaseModel):
    model_config = ConfigDict(strict=True, extra="forbid")
    name: Annotated[str, Field(max_length=2, alias="Name")]
    on: bool = False
    maybe: int | None
    leaf: Leaf
    leaves: Annotated[list[Leaf], Field(max_length=3)] = []
    table: dict[str, Leaf] = {}
    free: Any = None
    below: Node | None = None


KEYS = ["Name", "on", "maybe", "leaf", "leaves", "table", "free", "below", "n", "s", "a", "~/"]
LEAVES = st.builds(Leaf, n=st.integers(0, 9), s=st.none() | st.sampled_from(["", "x"]))
JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-1, 10) | st.sampled_from(["", "x", "long"]),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=6,
)
NODES = st.deferred(
    lambda: st.builds(
        Node,
        Name=st.sampled_from(["", "a", "ab"]),
        on=st.booleans(),
        maybe=st.none() | st.integers(0, 3),
        leaf=LEAVES,
        leaves=st.lists(LEAVES, max_size=3),
        table=st.dictionaries(st.sampled_from(["a", "~/"]), LEAVES),
        free=JSON,
        below=st.none() | NODES,
    )
)
OBJECTS = st.fixed_dictionaries(
    {},
    optional={
        "Name": st.sampled_from(["x", "long", None]),
        "on": st.booleans() | st.none(),
        "maybe": st.none() | st.integers(0, 3),
        "leaf": st.fixed_dictionaries({}, optional={"n": st.integers(-1, 10), "s": st.none() | st.just("y")}),
        "leaves": st.lists(st.fixed_dictionaries({"n": st.integers(0, 10)}), max_size=4),
        "table": st.dictionaries(
            st.sampled_from(["a", "b"]), st.none() | st.fixed_dictionaries({"n": st.integers(0, 9)})
        ),
        "free": JSON,
        "below": st.none() | st.deferred(lambda: OBJECTS),
        "else": st.just(1),
    },
)

#: Members of ``Node`` and ``Leaf`` of which null is a value.
NULLABLE = {"maybe", "free", "below", "s"}


def rfc_7396(target: Any, patch: Any, typed: bool = True) -> Any:
    """Follow the RFC's own pseudocode; null is kept for members of which it is a value."""
    if not isinstance(patch, dict):
        return patch
    target = dict(target) if isinstance(target, dict) else {}
    for name, value in patch.items():
        if value is None and not (typed and name in NULLABLE):
            target.pop(name, None)
        else:
            target[name] = rfc_7396(target.get(name), value, typed and name != "free")
    return target


class Failed(Exception):
    """Say that the reference cannot apply an operation."""


def rfc_6902(document: Any, operations: list[dict[str, Any]]) -> Any:
    """Apply operations to a copy, one after the other, in the plainest way."""
    root = {"": copy.deepcopy(document)}
    for operation in operations:
        name = operation["op"]
        if name in ("add", "replace"):
            put(root, operation["path"], operation["value"], name)
        elif name == "remove":
            take(root, operation["path"])
        elif name == "copy":
            put(root, operation["path"], copy.deepcopy(get(root, operation["from"])), "add")
        elif name == "move":
            value = get(root, operation["from"])
            if operation["from"] != operation["path"]:
                take(root, operation["from"])
                put(root, operation["path"], value, "add")
        elif json.dumps(get(root, operation["path"]), sort_keys=True) != json.dumps(
            operation["value"], sort_keys=True
        ):
            raise Failed
    return root[""]


def split(path: str) -> list[str]:
    return [step.replace("~1", "/").replace("~0", "~") for step in path.split("/")]


def get(root: Any, path: str) -> Any:
    for step in split(path):
        root = root[place(root, step)]
    return root


def place(holder: Any, step: str) -> Any:
    if isinstance(holder, dict) and step in holder:
        return step
    if isinstance(holder, list) and step in [str(index) for index in range(len(holder))]:
        return int(step)
    raise Failed


def put(root: Any, path: str, value: Any, name: str) -> None:
    *steps, last = split(path)
    for step in steps:
        root = root[place(root, step)]
    if name == "replace" or (isinstance(root, dict) and last in root):
        root[place(root, last)] = value
    elif isinstance(root, dict):
        root[last] = value
    elif isinstance(root, list) and last in ["-", *[str(index) for index in range(len(root) + 1)]]:
        root.insert(len(root) if last == "-" else int(last), value)
    else:
        raise Failed


def take(root: Any, path: str) -> None:
    if path == "":
        raise Failed
    *steps, last = split(path)
    for step in steps:
        root = root[place(root, step)]
    del root[place(root, last)]


def reference(make: Any) -> Any:
    """Give what the reference makes, None where it refuses."""
    try:
        return Node.model_validate_json(json.dumps(make()))
    except (Failed, ValidationError):
        return None


MERGE, PATCH = (content.loader()[1] for content in Patch.contents("patch", (Node,), True))


def ours(load: Any, body: Any, node: Node) -> Any:
    try:
        return load(json.dumps(body).encode()).apply(node)
    except (Refusal, Invalid, Conflict):
        return None


@settings(max_examples=400, deadline=None)
@given(NODES, OBJECTS)
def test_merge_patches(node: Node, patch: dict[str, Any]) -> None:
    before = node.model_copy(deep=True)
    document = json.loads(node.model_dump_json(by_alias=True))
    assert ours(MERGE, patch, node) == reference(lambda: rfc_7396(document, patch))
    assert node == before


STEPS = st.sampled_from([*KEYS, "0", "1", "-", "01"])
PATHS = st.lists(STEPS, max_size=3).map(
    lambda steps: "".join("/" + step.replace("~", "~0").replace("/", "~1") for step in steps)
)
OPERATIONS = st.one_of(
    st.fixed_dictionaries({"op": st.sampled_from(["add", "replace", "test"]), "path": PATHS, "value": JSON}),
    st.fixed_dictionaries({"op": st.just("remove"), "path": PATHS}),
    st.fixed_dictionaries({"op": st.sampled_from(["copy", "move"]), "from": PATHS, "path": PATHS}),
)


@settings(max_examples=400, deadline=None)
@given(NODES, st.lists(OPERATIONS, max_size=3), st.data())
def test_json_patches(node: Node, patch: list[dict[str, Any]], data: st.DataObject) -> None:
    document = json.loads(node.model_dump_json(by_alias=True))
    for operation in patch:
        # Half of all paths name what exists, as hardly any operation could be applied else.
        for key in ("path", "from"):
            if key in operation and data.draw(st.booleans()):
                operation[key] = data.draw(st.sampled_from(places(document)))
    moved = any(item["op"] == "move" and item["path"].startswith(item["from"] + "/") for item in patch)
    before = node.model_copy(deep=True)
    expect = None if moved else reference(lambda: rfc_6902(document, patch))
    assert ours(PATCH, patch, node) == expect
    assert node == before


def places(document: Any, path: str = "") -> list[str]:
    """List the pointers to all that a document holds."""
    found = [path]
    if isinstance(document, (dict, list)):
        for key, value in document.items() if isinstance(document, dict) else enumerate(document):
            found += places(value, f"{path}/{str(key).replace('~', '~0').replace('/', '~1')}")
    return found
