"""A bookstore: books, authors, publishers and orders over SQLAlchemy, served by restlite.

Run it from the checkout; it makes and fills ``bookstore.db`` in the current directory:

.. code-block:: shell

    pip install -e ".[sqlalchemy]"
    restlite dev examples.bookstore:app
    curl "localhost:8000/books?genre=mystery&in_stock=true&limit=3"

The same code runs on PostgreSQL (``pip install "psycopg[binary]"``):

.. code-block:: shell

    export BOOKSTORE_DATABASE="postgresql+psycopg://user:password@localhost/bookstore"

Read on in ``app.py``, which puts the pieces together, and in ``books.py``.
"""

from __future__ import annotations

from .app import app as app
