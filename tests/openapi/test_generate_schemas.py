"""Over random schemas that some value fits: what is made is valid, and nearly always something is made."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from satisfiable import satisfiable

from restlite.openapi.generate import Generator, Unsatisfiable
from restlite.openapi.reader import read_document
from restlite.openapi.validation import Validators


def test_ninety_nine_of_a_hundred_satisfiable_schemas_get_a_valid_value() -> None:
    made: list[bool] = []
    failed: list[tuple[Any, str]] = []

    @settings(max_examples=600, derandomize=True, deadline=None, suppress_health_check=list(HealthCheck))
    @given(satisfiable())
    def try_one(drawn: tuple[dict[str, Any], Any]) -> None:
        document, witness = drawn
        validators = Validators(read_document(document))
        root = validators.at("/components/schemas/Root", "response")
        if validators.faults or not root.accepts(witness):
            return  # The strategy went wrong; that is no fault of the generator.
        try:
            value = Generator(validators).at("/components/schemas/Root", "response").value("op")
        except Unsatisfiable as error:
            made.append(False)
            failed.append((document["components"]["schemas"], str(error)))
        else:
            assert root.accepts(value)
            made.append(True)

    try_one()
    assert len(made) > 500
    assert all("no valid value could be made" in said for _, said in failed)
    assert made.count(True) / len(made) >= 0.99, failed
