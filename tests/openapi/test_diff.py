"""Whole documents: every place of an operation, there and back, with a plain reading as the judge."""

from __future__ import annotations

from typing import Any

import pytest

from restlite.openapi.changes import KINDS
from restlite.openapi.diff import diff
from restlite.openapi.reader import read_document
from tests.openapi.diff_answers import ANSWERS, HOOKS, REFERENCES, SECURITY
from tests.openapi.diff_documents import BASE, BODIES, PARAMETERS, PATHS, Case, edited
from tests.openapi.wire import Reader

CASES = [*PATHS, *PARAMETERS, *BODIES, *ANSWERS, *SECURITY, *HOOKS, *REFERENCES]


def documents(case: Case) -> Any:
    return read_document(edited(case.base)), read_document(edited(case.base, case.edits))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_change_is_found_at_its_place(case: Case) -> None:
    old, new = documents(case)
    changes = diff(old, new)
    assert {(change.severity, change.kind, change.pointer) for change in changes} == case.found
    assert {change.kind for change in changes} <= KINDS
    for change in changes:
        (old if change.document == "old" else new).at(change.pointer)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_way_back_is_judged_the_other_way_round(case: Case) -> None:
    old, new = documents(case)
    changes = diff(new, old)
    assert {(change.severity, change.kind) for change in changes} == case.back
    for change in changes:
        (new if change.document == "old" else old).at(change.pointer)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_messages_prove_the_verdict(case: Case) -> None:
    old, new = documents(case)
    before, after = Reader(old), Reader(new)
    for request in case.lost:
        assert (before.takes(request), after.takes(request)) == (True, False)
    for request in case.gained:
        assert (before.takes(request), after.takes(request)) == (False, True)
    for answer in case.untold:
        assert (before.gives(answer), after.gives(answer)) == (True, False)
    for answer in case.told:
        assert (before.gives(answer), after.gives(answer)) == (False, True)
    for answer in case.missed:
        assert (before.offers(answer), after.offers(answer)) == (True, False)


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_nothing_changes_between_a_document_and_itself(case: Case) -> None:
    assert diff(*(read_document(edited(case.base, case.edits)) for _ in range(2))) == []


def test_the_base_is_left_alone() -> None:
    assert diff(read_document(BASE), read_document(edited())) == []
