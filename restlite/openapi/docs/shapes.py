"""What a schema is made of: members, items and alternatives, each a row with its words.

A row links to the component it names, and unfolds it in place; one that contains itself, or lies too
deep, is linked only.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeAlias

from ..reader import Document
from .markup import Html, code, element, join
from .plain import is_list, is_object
from .prose import prose
from .words import SHORT_ENUM, Schema, component_of, limits, literal, noun

#: The names of the components that a row lies in.
Trail: TypeAlias = tuple[str, ...]
Rows: TypeAlias = Iterator[Html]

#: Components unfolded within each other.
_DEEPEST = 2
_NULL = {"type": "null"}


class Shapes:
    """Show the schemas of one document."""

    def __init__(self, document: Document) -> None:
        self._document = document
        #: What components look like inside, by name, trail and whether they are folded.
        self._unfolded: dict[tuple[str, Trail, bool], Html] = {}
        self._keywords: dict[str, Callable[[Any, Schema, Trail], Rows]] = {
            "properties": self._properties,
            "required": self._required,
            "patternProperties": self._pattern_properties,
            "additionalProperties": self._other_members,
            "unevaluatedProperties": self._other_members,
            "propertyNames": self._labelled("every name is"),
            "dependentRequired": self._dependent_required,
            "dependentSchemas": self._dependent_schemas,
            "prefixItems": self._prefix_items,
            "items": self._items,
            "unevaluatedItems": self._other_items,
            "contains": self._labelled("among the items"),
            "allOf": self._all_of,
            "anyOf": self._alternatives("at least one of these"),
            "oneOf": self._alternatives("one of these"),
            "not": self._labelled("but not"),
            "if": self._labelled("if it is"),
            "then": self._labelled("then it is"),
            "else": self._labelled("else it is"),
            "contentSchema": self._labelled("which holds"),
        }

    def phrase(self, schema: Any) -> Html:
        """Say in a line what a value is and what holds of it."""
        return join(element("span", noun(schema), class_="kind"), *self._limits(schema))

    def structure(self, schema: Any, trail: Trail = ()) -> Html:
        """Show what a value is made of; nothing where the line says all."""
        rows = join(*self._rows(schema, trail))
        return element("ul", rows, class_="rows") if rows else rows

    def full(self, schema: Any, trail: Trail = (), beside: Html | None = None) -> Html:
        """Show a schema that stands alone: its line, its long list of values and what it is made of."""
        return join(self.line(schema, beside), _values(schema), self._inside(schema, trail))

    def line(self, schema: Any, beside: Html | None = None) -> Html:
        """Say in a paragraph what a value is, with what stands beside."""
        return element("p", self.phrase(schema), beside, class_="line")

    def row(self, label: Html, schema: Any, trail: Trail, *, required: bool = False) -> Html:
        """Write one row: label, kind, limits, description, and what it is made of."""
        described = schema.get("description") if is_object(schema) else None
        return element(
            "li",
            element(
                "p",
                label,
                " ",
                element("span", noun(schema), class_="kind"),
                element("span", "required", class_="required") if required else None,
                class_="line",
            ),
            self._limit_line(schema),
            element("div", prose(described), class_="prose") if described else None,
            _values(schema),
            self._inside(schema, trail, folded=True),
        )

    def _limits(self, schema: Any) -> Rows:
        for words in (*limits(schema), *_example(schema)):
            yield element("span", words, class_="limit")

    def _limit_line(self, schema: Any, before: str | None = None) -> Html | None:
        words = join(*self._limits(schema))
        return element("p", before, words, class_="limits") if words else None

    def _inside(self, schema: Any, trail: Trail, *, folded: bool = False) -> Html | None:
        """Show what a value is made of: of a list its items, of a reference its target."""
        part, each = _part(schema)
        name = component_of(part)
        if name is None:
            line = None if part is schema else join(self._limit_line(part, each), _values(part))
            return join(line, self.structure(part, trail))
        if name in trail or len(trail) > _DEEPEST:
            return None
        key = (name, trail, folded)
        if key not in self._unfolded:
            self._unfolded[key] = self._component(name, self._document.resolve(part), trail, folded)
        return self._unfolded[key]

    def _component(self, name: str, target: Any, trail: Trail, folded: bool) -> Html:
        inside = self._inside(target, (*trail, name))
        if not inside:
            return join(element("p", f"{name}: ", self.phrase(target), class_="limits"), _values(target))
        inside = join(self._limit_line(target), inside)
        return element("details", element("summary", f"{name} in full"), inside) if folded else inside

    def _rows(self, schema: Any, trail: Trail) -> Rows:
        if not is_object(schema):
            return
        for keyword, show in self._keywords.items():
            if keyword in schema:
                yield from show(schema[keyword], schema, trail)

    def _properties(self, value: Any, schema: Schema, trail: Trail) -> Rows:
        required = schema.get("required", ())
        for name, member in value.items():
            deprecated = is_object(member) and member.get("deprecated") is True
            label = code(name, class_="name deprecated" if deprecated else "name")
            yield self.row(label, member, trail, required=name in required)

    def _required(self, value: Any, schema: Schema, trail: Trail) -> Rows:
        for name in value:
            if name not in schema.get("properties", {}):
                yield self.row(code(name, class_="name"), True, trail, required=True)

    def _pattern_properties(self, value: Any, schema: Schema, trail: Trail) -> Rows:
        for pattern, member in value.items():
            yield self.row(join(_label("names matching "), code(pattern)), member, trail)

    def _other_members(self, value: Any, schema: Schema, trail: Trail) -> Rows:
        if value is False:
            if schema.get("properties"):
                yield element("li", _label("no other members"), class_="note")
            return
        yield self.row(_label("any other name"), value, trail)

    def _dependent_required(self, value: Any, schema: Schema, trail: Trail) -> Rows:
        for name, others in value.items():
            needed = join(*(code(other) for other in others), by=", ")
            yield element("li", _label(join("with ", code(name), " also ", needed)), class_="note")

    def _dependent_schemas(self, value: Any, schema: Schema, trail: Trail) -> Rows:
        for name, member in value.items():
            yield self.row(_label(join("with ", code(name))), member, trail)

    def _prefix_items(self, value: Any, schema: Schema, trail: Trail) -> Rows:
        for place, item in enumerate(value, 1):
            yield self.row(_label(f"item {place}"), item, trail)

    def _items(self, value: Any, schema: Schema, trail: Trail) -> Rows:
        if "prefixItems" in schema:
            yield from self._other_items(value, schema, trail)
        else:
            yield self.row(_label("each item"), value, trail)

    def _other_items(self, value: Any, schema: Schema, trail: Trail) -> Rows:
        if value is False:
            yield element("li", _label("no other items"), class_="note")
        else:
            yield self.row(_label("every other item"), value, trail)

    def _labelled(self, label: str) -> Callable[[Any, Schema, Trail], Rows]:
        def show(value: Any, schema: Schema, trail: Trail) -> Rows:
            yield self.row(_label(label), value, trail)

        return show

    def _all_of(self, value: Any, schema: Schema, trail: Trail) -> Rows:
        """Show the members of all parts as those of one; a part that says more has a row of its own."""
        for part in value:
            name = component_of(part)
            target = self._document.resolve(part)
            inside = (*trail, name) if name else trail
            rows = [] if name in trail else list(self._rows(target, inside))
            if rows and not any(limits(target)):
                yield from rows
            else:
                yield self.row(_label("also"), part, trail)

    def _alternatives(self, label: str) -> Callable[[Any, Schema, Trail], Rows]:
        def show(value: Any, schema: Schema, trail: Trail) -> Rows:
            parts = [part for part in value if part != _NULL]
            if not any(is_object(part) and part.keys() - {"type", "format"} for part in parts):
                return
            told = schema.get("discriminator", {})
            by = join(", told apart by ", code(told["propertyName"])) if "propertyName" in told else None
            rows = [self.row(_tag(part, told), part, trail) for part in parts]
            yield element("li", _label(join(label, by)), element("ul", *rows, class_="rows"), class_="choice")

        return show


def _label(words: str) -> Html:
    return element("span", words, class_="label")


def _tag(part: Any, told: Mapping[str, Any]) -> Html:
    """Name the values of the discriminator that choose an alternative (OpenAPI 3.1, 4.8.25)."""
    name = component_of(part)
    mapping = told.get("mapping", {})
    tags = [tag for tag, target in mapping.items() if target in (name, part.get("$ref"))] if name else []
    if told and name and not tags:
        tags = [name]
    return join(*(code(tag, class_="name") for tag in tags), by=", ")


def _part(schema: Any) -> tuple[Any, str | None]:
    """Give the part that says what a value is made of: the items of a list, the value of a nullable."""
    if not is_object(schema) or "$ref" in schema:
        return schema, None
    if is_object(items := schema.get("items")) and "prefixItems" not in schema:
        return _part(items)[0], "each item "
    if is_object(others := schema.get("additionalProperties")) and not schema.get("properties"):
        return _part(others)[0], "each value "
    parts = [part for key in ("anyOf", "oneOf", "allOf") for part in schema.get(key, ()) if part != _NULL]
    return (parts[0], None) if len(parts) == 1 and not schema.get("properties") else (schema, None)


def _example(schema: Any) -> Rows:
    if is_object(schema):
        examples = schema.get("examples") or ([schema["example"]] if "example" in schema else [])
        if examples and not (is_object(examples[0]) or is_list(examples[0])):
            yield join("for example ", literal(examples[0]))


def _values(schema: Any) -> Html | None:
    """Fold the values of a long enum away."""
    values = schema.get("enum", ()) if is_object(schema) else ()
    if len(values) <= SHORT_ENUM:
        return None
    written = join(*(literal(value) for value in values), by=" ")
    return element(
        "details", element("summary", f"All {len(values)} values"), element("p", written, class_="values")
    )
