"""Reviews of one book: a resource written as a class."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import select

from restlite import Created, Page, Resource, Router
from restlite.security import public

from . import tables
from .books import ThisBook
from .database import Db
from .models import Review, User
from .security import bearer

router = Router(tags=["reviews"])


@router.resource("/books/<int:id>/reviews", security=public)
class Reviews(Resource):
    def __init__(self, book: ThisBook, db: Db) -> None:
        self.book = book
        self.db = db

    def get(self) -> Page[Review]:
        """List what readers say of a book, the latest first."""
        query = select(tables.Review).where(tables.Review.book_id == self.book.id)
        return Page(query.order_by(-tables.Review.id), self.db)

    def post(self, body: Review, reader: Annotated[User, bearer("reviews:write")]) -> Created[Review]:
        """Review a book, by the name that the token is of."""
        review = tables.Review(book_id=self.book.id, reader=reader.name, **body.model_dump())
        self.db.add(review)
        self.db.flush()
        return Created(Review.model_validate(review))
