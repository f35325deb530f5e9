"""The app: its pieces, and what they share."""

from __future__ import annotations

import os

from sqlalchemy.exc import IntegrityError

from restlite import App, Conflict
from restlite.http import CORS, Compression, SecurityHeaders

from . import authors, books, covers, feed, orders, publishers, reviews, security
from .database import connect

#: Signs cursors; all workers of a store need the same one.
SECRET = os.environ.get("BOOKSTORE_SECRET", "for trying out only: set BOOKSTORE_SECRET")

app = App(
    title="Bookstore",
    version="1.0",
    lifespan=[connect],
    deny_by_default=True,
    secrets=[SECRET],
    hooks=[
        # Tokens are sent by scripts that have one, never by browsers on their own: any page may call.
        CORS("*", expose=["ETag", "Link", "Location", "X-Total-Count"]),
        SecurityHeaders(cross_origin_resource_policy="cross-origin"),
        Compression(),
    ],
)

for piece in (authors, publishers, books, covers, reviews, orders, feed, security):
    app.mount(piece.router)


@app.error_handler(IntegrityError)
def contradiction(error: IntegrityError) -> Conflict:
    """Answer 409 for what the database refuses; routes say so with ``raises=[IntegrityError]``."""
    return Conflict("Something is taken, refers to what is not there, or is still referred to.")
