"""Books: pages that are filtered and sorted, guarded changes, an export that streams."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from restlite import (
    Answer,
    Created,
    Depends,
    NoContent,
    NotFound,
    Page,
    Patch,
    Query,
    Router,
    link,
)
from restlite.http import Deprecation, ETags, RequiredPrecondition, Validators, etag_of
from restlite.security import public

from . import tables
from .database import Db
from .models import Book, BookFilter, BookSearch, BookSort, Id, Isbn
from .security import bearer

router = Router(tags=["books"])


def find_book(id: Id, db: Db) -> tables.Book:
    """Find the book that the path names."""
    if book := db.get(tables.Book, id):
        return book
    raise NotFound(f"There is no book {id}.")


#: The book that the path names; whoever asks for it answers 404 where there is none.
ThisBook = Annotated[tables.Book, Depends(find_book, raises=(NotFound,))]


def lock_book(id: Id, db: Db, precondition: RequiredPrecondition) -> tables.Book:
    """Find the book that the path names, if it is the version that the client means, and hold it.

    Others wait until the transaction ends, so that of two who mean one version one succeeds.
    """
    book = db.get(tables.Book, id, with_for_update={"of": tables.Book})
    if book is None:
        raise NotFound(f"There is no book {id}.")
    precondition.check(etag_of(book.version))
    return book


#: The book that the path names, to be changed; 412 where it has changed meanwhile, 428 without ``If-Match``.
LockedBook = Annotated[tables.Book, Depends(lock_book, raises=(NotFound,))]


def shown(book: tables.Book) -> Answer[Book, Validators]:
    """Answer with a book and its entity tag."""
    return Answer(Book.model_validate(book), headers={"etag": etag_of(book.version)})


def changed(book: tables.Book, wanted: Book, db: Session) -> Answer[Book, Validators]:
    """Make a book what it should be, and show it."""
    for name, value in wanted.facts().items():
        setattr(book, name, value)
    db.flush()
    db.refresh(book)
    return shown(book)


@router.get("/books", security=public, hooks=[ETags()])
def list_books(by: Query[BookFilter], search: Query[BookSearch], sort: Query[BookSort], db: Db) -> Page[Book]:
    """List the books that fit all filters."""
    query = by.where(select(tables.Book))
    if search.title is not None:
        query = query.where(tables.Book.title.icontains(search.title, autoescape=True))
    if search.max_price_cents is not None:
        query = query.where(tables.Book.price_cents <= search.max_price_cents)
    if search.in_stock:
        query = query.where(tables.Book.stock > 0)
    return Page(sort.order(query), db)


@router.post("/books", security=bearer("books:write"), raises=[IntegrityError])
def add_book(body: Book, db: Db) -> Created[Book, Validators]:
    """Add a book; no two have the same ISBN."""
    book = tables.Book(**body.facts())
    db.add(book)
    db.flush()
    answer = shown(book)
    return Created(answer.body, location=link(show_book, id=book.id), headers=answer.headers)


@router.get("/books/export", security=public)
def export_books(db: Db) -> Iterator[Book]:
    """Export all books, one JSON document a line; they are read as they are sent."""
    query = select(tables.Book).order_by(tables.Book.id).execution_options(yield_per=100)
    with db.scalars(query) as rows:
        for row in rows:
            yield Book.model_validate(row)


@router.get("/books/<int:id>", security=public)
def show_book(book: ThisBook) -> Answer[Book, Validators]:
    """Show a book."""
    return shown(book)


@router.put("/books/<int:id>", security=bearer("books:write"), raises=[IntegrityError])
def replace_book(book: LockedBook, body: Book, db: Db) -> Answer[Book, Validators]:
    """Replace all that is known of a book."""
    return changed(book, body, db)


@router.patch("/books/<int:id>", security=bearer("books:write"), raises=[IntegrityError])
def edit_book(book: LockedBook, patch: Patch[Book], db: Db) -> Answer[Book, Validators]:
    """Change what is known of a book."""
    return changed(book, patch.apply(book), db)


@router.delete("/books/<int:id>", security=bearer("books:write"), raises=[IntegrityError])
def delete_book(book: LockedBook, db: Db) -> NoContent:
    """Delete a book that nobody has ordered."""
    db.delete(book)
    return NoContent()


#: Filters have taken its place: ``/books?isbn=9780000000019``.
OLD = Deprecation(date(2026, 1, 1), sunset=date(2027, 1, 1), successor="/books")


@router.get("/isbn/<isbn>", security=public, deprecated=OLD, raises=[NotFound])
def show_book_by_isbn(isbn: Isbn, db: Db) -> Answer[Book, Validators]:
    """Show the book of an ISBN."""
    if book := db.scalar(select(tables.Book).where(tables.Book.isbn == isbn)):
        return shown(book)
    raise NotFound("There is no book of this ISBN.")
