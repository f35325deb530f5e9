"""Bodies that do not go together are refused at import."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import marshmallow
import pytest
from pydantic import BaseModel

from restlite import App, Body, File, Form, Query, SetupError, Upload


class Profile(BaseModel):
    name: str


@dataclass
class Point:
    x: int


class BookSchema(marshmallow.Schema):
    title = marshmallow.fields.String(required=True)


class Unknown: ...


def two_models(a: Point, b: Profile) -> None: ...
def form_and_json(form: Form[Profile], body: Point) -> None: ...
def part_and_json(cover: File[Upload], body: Point) -> None: ...
def part_and_form(cover: File[Upload], form: Form[Profile]) -> None: ...
def stream_and_json(data: Iterator[bytes], body: Body[int]) -> None: ...
def no_body(q: Query[int]) -> None: ...
def named_twice(body: Point) -> None: ...
def unknown_part(a: Form[Unknown]) -> None: ...


@pytest.mark.parametrize(
    ("handler", "options", "found", "mend"),
    [
        (
            two_models,
            {},
            "two_models: two bodies: 'a' and 'b'.",
            "a: Body[Point]   # the rest in Query[...]",
        ),
        (
            form_and_json,
            {},
            "form_and_json: two bodies: 'form' and 'body'.",
            "form: Body[Profile]   # the rest in Query[...]",
        ),
        (
            part_and_json,
            {},
            "part_and_json: two bodies: 'body' and 'cover'.",
            "body: Body[Point]   # the rest in Query[...]",
        ),
        (
            part_and_form,
            {},
            "part_and_form: two bodies: 'form' and 'cover'.",
            "form: Body[Profile]   # the rest in Query[...]",
        ),
        (
            stream_and_json,
            {},
            "stream_and_json: two bodies: 'data' and 'body'.",
            "data: Body[Iterator[bytes]]   # the rest in Query[...]",
        ),
        (
            no_body,
            {"body": BookSchema},
            "no_body: body= is given, but no parameter takes the body.",
            "body: dict[str, Any]",
        ),
        (
            named_twice,
            {"body": BookSchema},
            "named_twice: the body is named twice: body= and the annotation of 'body'.",
            "body: dict[str, Any]   # or drop body=",
        ),
    ],
)
def test_bodies_that_do_not_go_together(handler: Any, options: Any, found: str, mend: str) -> None:
    with pytest.raises(SetupError) as caught:
        App().post("/", **options)(handler)
    assert (caught.value.found, caught.value.mend) == (found, mend)
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(handler)[1])


def test_a_part_that_pydantic_does_not_know() -> None:
    with pytest.raises(SetupError) as caught:
        App().post("/")(unknown_part)
    found = "unknown_part: a part of the form cannot be read: Unable to generate pydantic-core schema for"
    assert caught.value.found.startswith(found)
    assert caught.value.mend == "Form[str]   # or a model"
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(unknown_part)[1])
