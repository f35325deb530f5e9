"""Authors: the plainest resource, a good one to start with."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from restlite import Created, Depends, NoContent, NotFound, Page, Router, link
from restlite.http import ETags
from restlite.security import public

from . import tables
from .database import Db
from .models import Author, Id
from .security import bearer

router = Router(tags=["authors"], hooks=[ETags()])


def find_author(id: Id, db: Db) -> tables.Author:
    """Find the author that the path names."""
    if author := db.get(tables.Author, id):
        return author
    raise NotFound(f"There is no author {id}.")


#: The author that the path names; whoever asks for it answers 404 where there is none.
ThisAuthor = Annotated[tables.Author, Depends(find_author, raises=(NotFound,))]


@router.get("/authors", security=public)
def list_authors(db: Db) -> Page[Author]:
    """List authors by name."""
    return Page(select(tables.Author).order_by(tables.Author.name), db)


@router.post("/authors", security=bearer("books:write"))
def add_author(body: Author, db: Db) -> Created[Author]:
    """Add an author."""
    author = tables.Author(**body.model_dump())
    db.add(author)
    db.flush()
    return Created(Author.model_validate(author), location=link(show_author, id=author.id))


@router.get("/authors/<int:id>", security=public)
def show_author(author: ThisAuthor) -> Author:
    """Show an author."""
    return Author.model_validate(author)


@router.delete("/authors/<int:id>", security=bearer("books:write"), raises=[IntegrityError])
def delete_author(author: ThisAuthor, db: Db) -> NoContent:
    """Delete an author who has no books."""
    db.delete(author)
    return NoContent()
