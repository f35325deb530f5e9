"""What a new store holds: made up from word lists, and the same every time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from itertools import product
from random import Random
from typing import TypeVar

from sqlalchemy.orm import Session

from .models import Genre, OrderStatus
from .tables import Author, Base, Book, Order, OrderLine, Publisher, Review, User

Row = TypeVar("Row", bound=Base)
words = str.split

FIRST = words("Ada Bela Clara Dario Emil Fatima Gita Hugo Ines Jonas Kamil Lena Mira Noor Olga Pavel")
LAST = words("Abend Brook Castell Dahl Ekberg Farrow Grimaldi Hale Ito Jansen Kovac Lindqvist Moreau Nkosi")
PRESSES = words("Anchor Beacon Cedar Dolphin Ember Foxglove Granite Harbour Ivory Juniper Kestrel Lantern")
KINDS = words("Books Press House")
CITIES = words("Bergen Dublin Ghent Leipzig Lisbon Lyon Porto Prague Riga Turin")
ADJECTIVES = words("Amber Broken Distant Endless Forgotten Golden Hidden Last Northern Quiet Silver Winter")
SCENES: dict[Genre, list[str]] = {
    Genre.mystery: words("Key Alibi Witness Letter Cellar Shadow"),
    Genre.romance: words("Summer Promise Dance Garden Kiss Wedding"),
    Genre.history: words("Crown Siege Harvest Treaty Harbour Empire"),
    Genre.science: words("Orbit Cell Number Signal Element Equation"),
    Genre.travel: words("Road Island River Pass Desert Coast"),
    Genre.poetry: words("Song Rain Mirror Leaf Silence Horizon"),
}
PRAISE = [
    "",
    "Read it twice.",
    "Slow to start, then wonderful.",
    "The ending is worth the wait.",
    "Not for me.",
]

#: Tokens to try the store with, and whose they are. Those of a real store are random, and stand nowhere.
USERS = {
    "owner-token": ("Olga Hale", words("books:write orders:read orders:write reviews:write")),
    "clerk-token": ("Kamil Ito", words("books:write orders:read")),
    "reader-token": ("Mira Dahl", words("orders:write reviews:write")),
}

BOOKS, REVIEWS, ORDERS = 600, 400, 200
NEW_YEAR = datetime(2026, 1, 1, tzinfo=UTC)


def fill(db: Session) -> None:
    """Add some 2,000 rows: users, authors, publishers, books, reviews and orders."""
    random = Random(2026)
    users = [User(name=name, token_digest=User.digest(key), scopes=may) for key, (name, may) in USERS.items()]
    authors = [Author(name=f"{first} {last}", born=1850 + n) for n, (first, last) in _pairs(120, FIRST, LAST)]
    publishers = [_publisher(n, f"{press} {kind}") for n, (press, kind) in _pairs(30, PRESSES, KINDS)]
    books = _some(BOOKS, lambda number: _book(number, random, authors, publishers))
    orders = _some(ORDERS, lambda number: _order(number, random, books))
    db.add_all([*users, *authors, *publishers, *books, *orders])
    db.flush()
    db.add_all(_some(REVIEWS, lambda _: _review(random, random.choice(books))))
    db.flush()


def _some(count: int, make: Callable[[int], Row]) -> list[Row]:
    return [make(number) for number in range(1, count + 1)]


def _pairs(count: int, first: list[str], second: list[str]) -> list[tuple[int, tuple[str, str]]]:
    """Number so many pairs of words; no pair comes twice."""
    return list(enumerate(product(first, second)))[:count]


def _publisher(number: int, name: str) -> Publisher:
    website = f"https://{name.lower().replace(' ', '-')}.example"
    return Publisher(name=name, city=CITIES[number % len(CITIES)], website=website)


def _book(number: int, random: Random, authors: list[Author], publishers: list[Publisher]) -> Book:
    genre = random.choice(list(Genre))
    return Book(
        title=f"The {random.choice(ADJECTIVES)} {random.choice(SCENES[genre])}",
        isbn=_isbn(number),
        genre=genre,
        published=date(1960, 1, 1) + timedelta(days=random.randrange(24_000)),
        pages=random.randrange(80, 900),
        price_cents=random.randrange(590, 3_990, 50),
        stock=random.choice([0, 1, 3, 8, 20, 50]),
        author=random.choice(authors),
        publisher=random.choice(publishers),
    )


def _isbn(number: int) -> str:
    """Write an ISBN-13; its last digit makes the weighted sum a multiple of ten."""
    digits = f"978{number:09}"
    weighted = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def _order(number: int, random: Random, books: list[Book]) -> Order:
    return Order(
        customer=f"{random.choice(FIRST)} {random.choice(LAST)}",
        status=random.choice(list(OrderStatus)),
        placed_at=NEW_YEAR + timedelta(hours=number),
        lines=[
            OrderLine(book=book, quantity=random.randrange(1, 4), price_cents=book.price_cents)
            for book in random.sample(books, random.randrange(1, 5))
        ],
    )


def _review(random: Random, book: Book) -> Review:
    reader = f"{random.choice(FIRST)} {random.choice(LAST)[0]}."
    return Review(book_id=book.id, reader=reader, stars=random.randrange(1, 6), text=random.choice(PRAISE))
