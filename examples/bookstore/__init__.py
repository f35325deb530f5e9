"""A bookstore: books, authors, publishers and orders over SQLAlchemy, served by restlite.

Run it from the checkout; it makes and fills ``bookstore.db`` in the current directory:

.. code-block:: shell

    pip install -e ".[sqlalchemy]"
    restlite dev examples.bookstore:app
    curl "localhost:8000/books?genre=mystery&in_stock=true&limit=3"

Everybody may read; ``GET /me`` tells whose a token is. There are three to try: ``clerk-token`` keeps the
catalogue, ``reader-token`` orders and reviews, ``owner-token`` may do it all. A change names the version
that it changes, as two clerks may have the same book before them:

.. code-block:: shell

    curl -i localhost:8000/books/1
    curl -X PATCH localhost:8000/books/1 -H "Authorization: Bearer clerk-token" \\
        -H "Content-Type: application/merge-patch+json" -H 'If-Match: "1"' -d '{"price_cents": 990}'

The same code runs on PostgreSQL (``pip install "psycopg[binary]"``), and several workers sign cursors alike:

.. code-block:: shell

    export BOOKSTORE_DATABASE="postgresql+psycopg://user:password@localhost/bookstore"
    export BOOKSTORE_SECRET="$(openssl rand -hex 32)"

Read on in ``app.py``, which puts the pieces together, in ``books.py``, and in ``security.py``.
"""

from __future__ import annotations

from .app import app as app
