"""Reviews of one book: a resource written as a class."""

from __future__ import annotations

from sqlalchemy import select

from restlite import Created, Resource, Router

from . import tables
from .books import ThisBook
from .database import Db
from .models import Review, ReviewIn

router = Router(tags=["reviews"])


@router.resource("/books/<int:id>/reviews")
class Reviews(Resource):
    def __init__(self, book: ThisBook, db: Db) -> None:
        self.book = book
        self.db = db

    def get(self) -> list[Review]:
        """List what readers say of a book, the latest first."""
        query = select(tables.Review).where(tables.Review.book_id == self.book.id)
        return [Review.model_validate(row) for row in self.db.scalars(query.order_by(-tables.Review.id))]

    def post(self, body: ReviewIn) -> Created[Review]:
        """Review a book."""
        review = tables.Review(book_id=self.book.id, **body.model_dump())
        self.db.add(review)
        self.db.flush()
        return Created(Review.model_validate(review))
