"""What the workloads send and answer."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import BaseModel, Field, TypeAdapter


class State(StrEnum):
    """Tell how far a part is."""

    draft = "draft"
    active = "active"
    retired = "retired"


class Size(BaseModel):
    """Measure a part."""

    width: float
    height: float
    unit: str = "cm"


class PartIn(BaseModel):
    """Take a part: eight fields, one of them an object."""

    name: Annotated[str, Field(min_length=1, max_length=80)]
    price: Annotated[float, Field(gt=0)]
    tags: list[str] = []
    created: datetime
    owner: UUID
    size: Size
    state: State
    note: str | None = None


class Part(PartIn):
    """Answer a part."""

    id: int


class Search(BaseModel):
    """Take three query parameters, for those who need a model of them."""

    limit: Annotated[int, Field(ge=1, le=100)] = 20
    q: Annotated[str | None, Field(max_length=50)] = None
    tags: list[str] = []


class Found(BaseModel):
    """Answer a search, for those who need a model of it."""

    id: int
    limit: int
    q: str | None
    tags: list[str]


GOOD = (
    b'{"name":"Brass hinge, small","price":4.35,"tags":["brass","door","new"],'
    b'"created":"2024-05-01T12:30:00Z","owner":"0f8e7c52-95a1-4c07-9d62-3a1b0c9f4d77",'
    b'"size":{"width":3.5,"height":1.25,"unit":"cm"},"state":"active","note":"two screws"}'
)
#: The same with five fields wrong.
BAD = (
    b'{"name":"","price":-1,"tags":["brass","door","new"],"created":"some day",'
    b'"owner":"nobody","size":{"width":3.5,"height":1.25,"unit":"cm"},'
    b'"state":"lost","note":"two screws"}'
)


def keep(part: PartIn) -> Part:
    """Do the handler's own work: make the answer of what came in."""
    return Part(id=42, **part.__dict__)


FIRST = keep(PartIn.model_validate_json(GOOD))
PARTS = [FIRST.model_copy(update={"id": number, "name": f"Brass hinge {number}"}) for number in range(100)]
PARTS_ADAPTER: TypeAdapter[list[Part]] = TypeAdapter(list[Part])
