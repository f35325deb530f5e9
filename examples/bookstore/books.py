"""Books: filters in the query, nested models, covers up and down, an export that streams."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from restlite import (
    Created,
    Depends,
    File,
    FileAnswer,
    NoContent,
    NotFound,
    Problem,
    Query,
    Router,
    Upload,
    link,
)

from . import tables
from .database import Db
from .models import Book, BookFilters, BookIn, Id

router = Router(tags=["books"])


def find_book(id: Id, db: Db) -> tables.Book:
    """Find the book that the path names."""
    if book := db.get(tables.Book, id):
        return book
    raise NotFound(f"There is no book {id}.")


#: The book that the path names; whoever asks for it answers 404 where there is none.
ThisBook = Annotated[tables.Book, Depends(find_book, raises=(NotFound,))]


@router.get("/books")
def list_books(filters: Query[BookFilters], db: Db) -> list[Book]:
    """List the books that fit all filters."""
    query = select(tables.Book).order_by(getattr(tables.Book, filters.sort), tables.Book.id)
    if filters.title is not None:
        query = query.where(tables.Book.title.icontains(filters.title, autoescape=True))
    if filters.genre:
        query = query.where(tables.Book.genre.in_(filters.genre))
    if filters.author_id is not None:
        query = query.where(tables.Book.author_id == filters.author_id)
    if filters.max_price_cents is not None:
        query = query.where(tables.Book.price_cents <= filters.max_price_cents)
    if filters.in_stock:
        query = query.where(tables.Book.stock > 0)
    query = query.limit(filters.limit).offset(filters.offset)
    return [Book.model_validate(row) for row in db.scalars(query)]


@router.post("/books", raises=[IntegrityError])
def add_book(body: BookIn, db: Db) -> Created[Book]:
    """Add a book; no two have the same ISBN."""
    book = tables.Book(**body.model_dump())
    db.add(book)
    db.flush()
    return Created(Book.model_validate(book), location=link(show_book, id=book.id))


@router.get("/books/export")
def export_books(db: Db) -> Iterator[Book]:
    """Export all books, one JSON document a line; they are read as they are sent."""
    query = select(tables.Book).order_by(tables.Book.id).execution_options(yield_per=100)
    with db.scalars(query) as rows:
        for row in rows:
            yield Book.model_validate(row)


@router.get("/books/<int:id>")
def show_book(book: ThisBook) -> Book:
    """Show a book."""
    return Book.model_validate(book)


@router.put("/books/<int:id>", raises=[IntegrityError])
def replace_book(book: ThisBook, body: BookIn, db: Db) -> Book:
    """Replace all that is known of a book."""
    for name, value in body:
        setattr(book, name, value)
    db.flush()
    db.refresh(book)
    return Book.model_validate(book)


@router.delete("/books/<int:id>", raises=[IntegrityError])
def delete_book(book: ThisBook, db: Db) -> NoContent:
    """Delete a book that nobody has ordered."""
    db.delete(book)
    return NoContent()


class NoPicture(Problem):
    """The uploaded file is not of a kind that browsers show as a cover."""

    status = 422
    title = "No picture"
    accepted: list[str]


#: How pictures begin; what a client says of a file is not to be trusted.
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@router.put("/books/<int:id>/cover", raises=[NoPicture], max_body=4 << 20)
def put_cover(book: ThisBook, cover: File[Upload], db: Db) -> NoContent:
    """Upload the cover of a book, a PNG or JPEG picture of at most 4 MiB."""
    picture = cover.read()
    kind = next((kind for start, kind in PICTURES.items() if picture.startswith(start)), None)
    if kind is None:
        raise NoPicture("The file does not begin as a picture does.", accepted=[*PICTURES.values()])
    db.merge(tables.Cover(book_id=book.id, media_type=kind, picture=picture))
    return NoContent()


@router.get("/books/<int:id>/cover")
def show_cover(book: ThisBook, db: Db) -> FileAnswer:
    """Download the cover of a book."""
    cover = db.get(tables.Cover, book.id)
    if cover is None:
        raise NotFound(f"Book {book.id} has no cover.")
    name = f"{book.isbn}.{cover.media_type.removeprefix('image/')}"
    return FileAnswer(cover.picture, media_type=cover.media_type, download_name=name, inline=True)
