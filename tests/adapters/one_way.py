"""Types whose members go one way only, for the tests of reading and of writing."""

from __future__ import annotations

import dataclasses
import datetime as dt

from pydantic import BaseModel, computed_field

from restlite.access import ReadOnly, WriteOnly


class Owner(BaseModel):
    name: str
    secret: WriteOnly[str]


class Book(BaseModel):
    id: ReadOnly[int]
    made: ReadOnly[dt.datetime]
    version: ReadOnly[int] = 1
    notes: ReadOnly[list[str]] = []
    title: str
    owner: ReadOnly[Owner | None] = None
    pin: WriteOnly[str] = "0000"

    @computed_field(alias="Label")  # type: ignore[prop-decorator]
    @property
    def label(self) -> str:
        return self.title.upper()


@dataclasses.dataclass
class Point:
    id: ReadOnly[int]
    key: WriteOnly[str]
    x: int = 0
    tags: ReadOnly[list[str]] = dataclasses.field(default_factory=list)
    seen: ReadOnly[int] = dataclasses.field(init=False, default=4)
