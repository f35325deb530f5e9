# pyright: strict
"""HTTP around handlers: filters, validators, preconditions, and classes made of others."""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, assert_type

from pydantic import BaseModel

from restlite import Answer, App, Created, Page, Patch, Request, Response, Router
from restlite.aliases import Environ
from restlite.http import (
    CORS,
    CacheControl,
    Compression,
    Deprecation,
    ETags,
    Filter,
    OptionalPrecondition,
    Precondition,
    ProxyHeaders,
    ReadOnly,
    RequiredPrecondition,
    SecurityHeaders,
    TrustedHosts,
    Validators,
    WriteOnly,
    cache_control,
    etag_of,
    omit,
    partial,
    pick,
)
from restlite.waits import Wire


class Book(BaseModel):
    id: ReadOnly[int]
    title: str
    note: WriteOnly[str] = ""


class Served(Filter):
    """Tell who has served: a filter of one's own."""

    def __init__(self, name: str) -> None:
        self.name = name

    def amend(self, environ: Environ, wire: Wire) -> Wire:
        wire[1].append(("Server", self.name))
        return wire


app = App(
    title="Filters",
    hooks=[
        ProxyHeaders(1, trust=["for", "proto"]),
        TrustedHosts("localhost", "*.example.com"),
        SecurityHeaders(hsts="max-age=63072000", csp=None),
        CORS(["https://shop.example", re.compile(r"https://[a-z]+\.shop\.example")], credentials=True),
        Compression(),
        ETags(weak=True),
        CacheControl(max_age=timedelta(minutes=1), private=True),
        Served("restlite"),
    ],
)
old = Router("/v1", deprecated=Deprecation(date(2026, 1, 1), sunset=datetime(2027, 1, 1, tzinfo=UTC)))
books = {1: Book(id=1, title="Emma")}


@app.after
def stamp(request: Request, response: Response) -> None: ...


# Versions


@app.get("/books/<int:id>", hooks=[CORS("*")])
def show_book(id: int) -> Answer[Book, Validators]:
    headers = Validators(etag=etag_of(1), last_modified=datetime(2026, 1, 1, tzinfo=UTC))
    answer = Answer(books[id], headers=headers)
    assert_type(answer, Answer[Book, Validators])
    return answer


@app.put("/books/<int:id>")
def replace_book(id: int, body: Book, precondition: RequiredPrecondition) -> Book:
    assert_type(precondition, Precondition)
    precondition.check(etag_of(books[id]), last_modified=datetime(2026, 1, 1, tzinfo=UTC))
    return body


@app.post("/books")
def add_book(body: Book, precondition: OptionalPrecondition) -> Created[Book]:
    assert_type(precondition, Precondition)
    precondition.check(None)
    return Created(body)


@old.get("/books", deprecated=Deprecation(date(2026, 1, 1), link="/help", successor="/books"))
def list_books() -> Page[Book]:
    return Page(list(books.values()))


@app.patch("/books/<int:id>")
def edit_book(id: int, patch: Patch[Book], precondition: RequiredPrecondition) -> Book:
    assert_type(patch.apply(books[id]), Book)
    return patch.apply(books[id])


# Classes made of others: checkers take the result of a call for no type

if TYPE_CHECKING:
    BookEdit = Book
    NewBook = Book
    BookTitle = Book
else:
    BookEdit = partial(Book)
    NewBook = omit(Book, "id")
    BookTitle = pick(Book, "title")


@app.put("/edits/<int:id>")
def change_book(id: int, body: BookEdit) -> BookTitle:
    assert_type(body.title, str)
    for name in body.model_fields_set:
        setattr(books[id], name, getattr(body, name))
    return books[id]


@app.post("/drafts")
def add_draft(body: NewBook) -> NewBook:
    return body


app.mount(old)
app.freeze()

assert_type(cache_control(max_age=60, public=True), str)
assert_type(partial(Book), type[Book])
assert_type(show_book(1), Answer[Book, Validators])
