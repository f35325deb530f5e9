"""From references to schemas: all that a document refers to is written in one batch.

pydantic's schemas are made from the very core schemas that validate and write. A class may be written in
several ways: as JSON that is sent, as a form, as an answer. Ways that say the same share one component; where
they differ, the answer has the class's name and the others ``BookInput`` and ``BookForm``.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, Literal, TypeAlias, get_args

from pydantic.json_schema import CoreModeRef, DefsRef, GenerateJsonSchema, JsonSchemaMode
from pydantic_core import core_schema

from ..adapters.policy import Form
from ..adapters.pydantic import PydanticAdapter
from ..records import SchemaRef
from .names import camel, collision, names_of, path_of

Schema: TypeAlias = dict[str, Any]
#: How a schema is written: what an answer holds, what is sent as JSON, in parameters, as a form.
Way = Literal["answer", "json", "text", "form"]
WAYS: tuple[Way, ...] = get_args(Way)
_SUFFIX: Mapping[Way, str] = {"answer": "", "json": "Input", "text": "Text", "form": "Form"}
COMPONENTS = "#/components/schemas/"
#: The forms that are made of a handler's parts: nobody knows them by name.
_NAMELESS = "restlite.body_reader."


def way_of(ref: SchemaRef) -> Way:
    """Tell in which way a reference wants its schema."""
    if ref.mode == "output":
        return "answer"
    forms: Mapping[str, Way] = {"json": "json", "text": "text", "form": "form"}
    return forms[ref.form]


class Batch(GenerateJsonSchema):
    """Write the schemas of one way; components are named by number, members have no titles."""

    def __init__(self, way: Way) -> None:
        super().__init__(by_alias=True, ref_template=f"{COMPONENTS}{{model}}")
        self.way: Way = way
        #: What pydantic calls the class of each component.
        self.classes: dict[str, str] = {}

    def get_defs_ref(self, core_mode_ref: CoreModeRef) -> DefsRef:
        key = f"{self.way} {len(self.classes)}"
        self.classes[key] = core_mode_ref[0]
        ref = DefsRef(key)
        self._prioritized_defsref_choices[ref] = [ref]
        return ref

    def field_title_should_be_set(self, schema: Any) -> bool:
        return False

    def tuple_schema(self, schema: core_schema.TupleSchema) -> Schema:
        """Write ``items`` of a tuple whose places all have a type of their own: readers look for it."""
        written = super().tuple_schema(schema)
        return written if "items" in written or "prefixItems" not in written else {**written, "items": {}}


class Schemas:
    """Hold the schemas of all references, and the components that they share."""

    def __init__(self, refs: Iterable[SchemaRef], others: Mapping[str, str] | None = None) -> None:
        """Write all schemas at once.

        :param others: dotted paths of components that somebody else writes, by key; see ``names``.
        """
        listed = list({id(ref): ref for ref in refs}.values())
        self._written: dict[int, Schema] = {}
        self._refs = listed  # kept, so that no other object takes their identities
        raw: dict[str, Schema] = {}
        classes: dict[str, str] = {}
        for way in WAYS:
            chosen = [ref for ref in listed if ref.adapter == "pydantic" and way_of(ref) == way]
            batch = Batch(way)
            written, defined = write(batch, chosen)
            raw |= defined
            classes |= batch.classes
            self._written |= {id(ref): written[index] for index, ref in enumerate(chosen)}
        foreign = [ref for ref in listed if ref.adapter == "marshmallow"]
        if foreign:
            from .marshmallow_schemas import write as write_marshmallow

            written, defined, named = write_marshmallow(foreign)
            raw |= defined
            classes |= named
            self._written |= {id(ref): written[index] for index, ref in enumerate(foreign)}
        for key in [key for key, core in classes.items() if core.startswith(_NAMELESS)]:
            alone = raw.pop(key)
            del classes[key]
            self._written = {
                place: alone if schema == {"$ref": COMPONENTS + key} else schema
                for place, schema in self._written.items()
            }
        names = component_names(raw, classes, others or {})
        #: What components are called, by key.
        self.names = names
        self.components = {
            names[key]: untitled(renamed(schema, names)) for key, schema in sorted_by(raw, names)
        }
        self._written = {key: untitled(renamed(schema, names)) for key, schema in self._written.items()}

    def of(self, ref: SchemaRef) -> Schema:
        """Give the schema of a reference; a copy, which may be changed."""
        return dict(self._written[id(ref)])


def write(batch: Batch, refs: Sequence[SchemaRef]) -> tuple[list[Schema], dict[str, Schema]]:
    """Write the schemas of one way, and the components that they refer to."""
    mode: JsonSchemaMode = "serialization" if batch.way == "answer" else "validation"
    way: Way = batch.way
    inputs: list[Any] = [(index, mode, core_schema_of(ref, way)) for index, ref in enumerate(refs)]
    written, defined = batch.generate_definitions(inputs)
    return [written[index, mode] for index in range(len(refs))], {str(key): defined[key] for key in defined}


def core_schema_of(ref: SchemaRef, way: Way) -> Any:
    """Give the core schema that validates, or describes an answer."""
    adapter = PydanticAdapter(ref.annotation, strict=ref.strict)
    form: Form = way
    return adapter.output_schema() if form == "answer" else adapter.input_schema(form)


def component_names(
    raw: Mapping[str, Schema], classes: Mapping[str, str], others: Mapping[str, str]
) -> dict[str, str]:
    """Name every component; ways of one class that say the same have one name.

    :param others: dotted paths of what shares the names, by key.
    """
    kinds = partition(raw, classes)
    paths = {core: path_of(core) for core in set(classes.values())}
    for key, schema in raw.items():
        title, own = schema.get("title"), paths[classes[key]].rpartition(".")[2]
        if title and title.partition("[")[0] != own.partition("Of")[0]:
            paths[classes[key]] = f"{paths[classes[key]].rpartition('.')[0]}.{camel(title)}"
    bases = names_of({**paths, **others})
    names = {key: bases[key] for key in others}
    holders = {name: {**paths, **others}[key] for key, name in bases.items()}
    for core, groups in by_class(kinds, classes).items():
        for keys in groups:
            # The ways are in order: the answer's has the plain name, or the first that there is.
            suffix = _SUFFIX[way_in(keys[0])] if keys is not groups[0] else ""
            path = f"{paths[core]} as {suffix.lower()}" if suffix else paths[core]
            name = bases[core] + suffix
            if holders.setdefault(name, path) != path:
                raise collision(name, [holders[name], path])
            names |= dict.fromkeys(keys, name)
    return names


def way_in(key: str) -> Way:
    """Give the way in which a component is written."""
    return next(way for way in WAYS if key.startswith(f"{way} "))


def by_class(kinds: Mapping[str, str], classes: Mapping[str, str]) -> dict[str, list[list[str]]]:
    """Collect the components of each class that say the same, in the order of the ways."""
    found: dict[str, dict[str, list[str]]] = {}
    for key in sorted(kinds, key=lambda key: WAYS.index(way_in(key))):
        found.setdefault(classes[key], {}).setdefault(kinds[key], []).append(key)
    return {core: list(groups.values()) for core, groups in found.items()}


def partition(raw: Mapping[str, Schema], classes: Mapping[str, str]) -> dict[str, str]:
    """Tell which components say the same: those of one class are alike until something tells them apart.

    References count as what they lead to, so that a tree that only refers to itself is not split.
    """
    kinds = dict(classes)
    while True:
        signs = {key: (kinds[key], json.dumps(renamed(raw[key], kinds), sort_keys=True)) for key in raw}
        groups: dict[tuple[str, str], str] = {}
        for key in sorted(signs):
            groups.setdefault(signs[key], key)
        finer = {key: groups[sign] for key, sign in signs.items()}
        if len(set(finer.values())) == len(set(kinds.values())):
            return finer
        kinds = finer


def renamed(node: Any, names: Mapping[str, str]) -> Any:
    """Copy a schema with other names for components."""
    if node.__class__ is list:
        return [renamed(item, names) for item in node]
    if node.__class__ is not dict:
        return node
    copy = {key: renamed(value, names) for key, value in node.items()}
    if "$ref" in copy:
        copy["$ref"] = _new_ref(copy["$ref"], names)
    mapping: Any = copy.get("discriminator", {})
    if mapping.__class__ is dict and mapping.get("mapping").__class__ is dict:
        copy["discriminator"] = {
            **mapping,
            "mapping": {value: _new_ref(ref, names) for value, ref in mapping["mapping"].items()},
        }
    return copy


def _new_ref(ref: Any, names: Mapping[str, str]) -> Any:
    """Write a reference with the new name; a property may be called ``$ref`` too."""
    old = isinstance(ref, str) and ref.startswith(COMPONENTS) and ref.removeprefix(COMPONENTS)
    return COMPONENTS + names[old] if old else ref


def untitled(schema: Schema) -> Schema:
    """Leave out the title of a class: the component's name says it."""
    return {key: value for key, value in schema.items() if key != "title"}


def sorted_by(raw: Mapping[str, Schema], names: Mapping[str, str]) -> Iterator[tuple[str, Schema]]:
    """List components by name, each once."""
    firsts = {names[key]: key for key in sorted(raw, reverse=True)}
    return ((key, raw[key]) for _, key in sorted(firsts.items()))
