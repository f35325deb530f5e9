"""Discriminators: the value of one member chooses the alternative."""

from __future__ import annotations

from typing import Any

from restlite.openapi.diff import diff
from tests.openapi.one_operation import document, said

TEXT = {"type": "string"}
INT = {"type": "integer"}


def _pets(mapping: Any = None, **branches: Any) -> Any:
    schemas = {
        name: {"type": "object", "properties": {"kind": TEXT, **members}, "required": ["kind"]}
        for name, members in branches.items()
    }
    discriminator = {"propertyName": "kind"} | ({"mapping": mapping} if mapping else {})
    one = [{"$ref": f"#/components/schemas/{name}"} for name in branches]
    return document({"oneOf": one, "discriminator": discriminator}, schemas=schemas)


def test_a_discriminator_keeps_alternatives_apart() -> None:
    old = _pets(Cat={"lives": INT}, Dog={"barks": TEXT})
    assert diff(old, _pets(Dog={"barks": TEXT}, Cat={"lives": INT})) == []
    changed = _pets(Cat={"lives": INT}, Dog={"barks": INT})
    assert [(each.kind, each.pointer) for each in diff(old, changed)] == [
        ("type", "/components/schemas/Dog/properties/barks/type")
    ]
    assert said(old, _pets(Dog={"barks": TEXT})) == [
        (
            "breaking",
            "branch-removed",
            "the alternative /components/schemas/Cat is gone: what clients send may be refused.",
        )
    ]


def test_the_values_of_a_discriminator_count() -> None:
    cat, dog = "#/components/schemas/Cat", "Dog"
    old = _pets({"c": cat, "d": dog}, Cat={}, Dog={})
    assert said(old, _pets({"c": cat, "dog": dog}, Cat={}, Dog={})) == [
        ("breaking", "enum-value-removed", '"d" left the values: what clients send may be refused.'),
        (
            "compatible",
            "enum-value-added",
            '"dog" joined the values: what clients send is accepted as before.',
        ),
    ]
    assert diff(_pets(Cat={}), _pets({"Cat": cat}, Cat={})) == []


def test_a_renamed_component_is_another_value_where_its_name_is_one() -> None:
    assert [each.kind for each in diff(_pets(Cat={}), _pets(Katze={}))] == [
        "enum-value-removed",
        "enum-value-added",
    ]


def test_a_discriminator_without_alternatives() -> None:
    def pet(name: str | None, *values: str) -> Any:
        tag = {"propertyName": name, "mapping": dict.fromkeys(values, "Cat")}
        return document({"type": "object"} | ({"discriminator": tag} if name else {}), schemas={"Cat": {}})

    assert said(pet("kind", "a", "b"), pet("kind", "a")) == [
        ("breaking", "mapping-removed", "the value b is gone: what clients send may be refused.")
    ]
    assert [each.kind for each in diff(pet("kind", "a"), pet("kind", "a", "b"))] == ["mapping-added"]
    assert said(pet("kind"), pet("type")) == [
        (
            "breaking",
            "discriminator",
            "the discriminator is type now, was kind: what clients send may be refused.",
        )
    ]
    assert [each.kind for each in diff(pet(None), pet("kind"))] == ["discriminator-added"]
