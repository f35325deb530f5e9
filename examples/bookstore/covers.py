"""Covers: pictures that go up as files and come down as such, with ranges and the caches' consent."""

from __future__ import annotations

from datetime import timedelta

from restlite import File, FileAnswer, NoContent, NotFound, Problem, Router, Upload
from restlite.http import CacheControl
from restlite.security import public

from . import tables
from .books import ThisBook
from .database import Db
from .security import bearer

router = Router(tags=["books"])


class NoPicture(Problem):
    """The uploaded file is not of a kind that browsers show as a cover."""

    status = 422
    title = "No picture"
    accepted: list[str]


#: How pictures begin; what a client says of a file is not to be trusted.
PICTURES = {b"\x89PNG\r\n\x1a\n": "image/png", b"\xff\xd8\xff": "image/jpeg"}


@router.put("/books/<int:id>/cover", security=bearer("books:write"), raises=[NoPicture], max_body=4 << 20)
def put_cover(book: ThisBook, cover: File[Upload], db: Db) -> NoContent:
    """Upload the cover of a book, a PNG or JPEG picture of at most 4 MiB."""
    picture = cover.read()
    kind = next((kind for start, kind in PICTURES.items() if picture.startswith(start)), None)
    if kind is None:
        raise NoPicture("The file does not begin as a picture does.", accepted=[*PICTURES.values()])
    db.merge(tables.Cover(book_id=book.id, media_type=kind, picture=picture))
    return NoContent()


@router.get(
    "/books/<int:id>/cover", security=public, hooks=[CacheControl(max_age=timedelta(days=1), public=True)]
)
def show_cover(book: ThisBook, db: Db) -> FileAnswer:
    """Download the cover of a book."""
    cover = db.get(tables.Cover, book.id)
    if cover is None:
        raise NotFound(f"Book {book.id} has no cover.")
    name = f"{book.isbn}.{cover.media_type.removeprefix('image/')}"
    return FileAnswer(cover.picture, media_type=cover.media_type, download_name=name, inline=True)
