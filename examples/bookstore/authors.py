"""Authors: the plainest resource, a good one to start with."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from restlite import Created, Depends, NoContent, NotFound, Query, Router, link

from . import tables
from .database import Db
from .models import Author, AuthorIn, Id, Window

router = Router(tags=["authors"])


def find_author(id: Id, db: Db) -> tables.Author:
    """Find the author that the path names."""
    if author := db.get(tables.Author, id):
        return author
    raise NotFound(f"There is no author {id}.")


#: The author that the path names; whoever asks for it answers 404 where there is none.
ThisAuthor = Annotated[tables.Author, Depends(find_author, raises=(NotFound,))]


@router.get("/authors")
def list_authors(window: Query[Window], db: Db) -> list[Author]:
    """List authors by name."""
    query = select(tables.Author).order_by(tables.Author.name, tables.Author.id)
    return [Author.model_validate(row) for row in db.scalars(query.limit(window.limit).offset(window.offset))]


@router.post("/authors")
def add_author(body: AuthorIn, db: Db) -> Created[Author]:
    """Add an author."""
    author = tables.Author(**body.model_dump())
    db.add(author)
    db.flush()
    return Created(Author.model_validate(author), location=link(show_author, id=author.id))


@router.get("/authors/<int:id>")
def show_author(author: ThisAuthor) -> Author:
    """Show an author."""
    return Author.model_validate(author)


@router.delete("/authors/<int:id>", raises=[IntegrityError])
def delete_author(author: ThisAuthor, db: Db) -> NoContent:
    """Delete an author who has no books."""
    db.delete(author)
    return NoContent()
