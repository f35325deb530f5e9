"""The app: its pieces, and what they share."""

from __future__ import annotations

from sqlalchemy.exc import IntegrityError

from restlite import App, Conflict

from . import authors, books, orders, publishers, reviews
from .database import connect

app = App(title="Bookstore", version="1.0", lifespan=[connect])

for piece in (authors, publishers, books, reviews, orders):
    app.mount(piece.router)


@app.error_handler(IntegrityError)
def contradiction(error: IntegrityError) -> Conflict:
    """Answer 409 for what the database refuses; routes say so with ``raises=[IntegrityError]``."""
    return Conflict("Something is taken, refers to what is not there, or is still referred to.")
