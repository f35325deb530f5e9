"""What is stored: the tables, the same on SQLite and PostgreSQL."""

from __future__ import annotations

from datetime import UTC, date, datetime
from hashlib import sha256

from sqlalchemy import JSON, DateTime, Dialect, ForeignKey, LargeBinary, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

from .models import Genre, OrderStatus


class Moment(TypeDecorator[datetime]):
    """Give points in time back in UTC; SQLite forgets the time zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.astimezone(UTC) if value.tzinfo else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    type_annotation_map = {str: String(2000), datetime: Moment}


class User(Base):
    __tablename__ = "users"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    scopes: Mapped[list[str]] = mapped_column(JSON)

    @staticmethod
    def digest(token: str) -> str:
        """Hash a token: it is long and random, so that nobody tries them all, as passwords are tried."""
        return sha256(token.encode()).hexdigest()


class Author(Base):
    __tablename__ = "authors"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    born: Mapped[int | None]


class Publisher(Base):
    __tablename__ = "publishers"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    city: Mapped[str]
    website: Mapped[str | None]


class Book(Base):
    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str] = mapped_column(index=True)
    isbn: Mapped[str] = mapped_column(unique=True)
    genre: Mapped[Genre]
    published: Mapped[date]
    pages: Mapped[int]
    price_cents: Mapped[int]
    stock: Mapped[int]
    author_id: Mapped[int] = mapped_column(ForeignKey("authors.id"), index=True)
    publisher_id: Mapped[int] = mapped_column(ForeignKey("publishers.id"))
    #: Counts the changes; the entity tag is made of it.
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}
    # A number is not given twice: a tag of a deleted book must fit no other.
    __table_args__ = {"sqlite_autoincrement": True}

    author: Mapped[Author] = relationship(lazy="joined", innerjoin=True)
    publisher: Mapped[Publisher] = relationship(lazy="joined", innerjoin=True)


class Cover(Base):
    """Hold a picture in a table of its own, so that listing books does not read it."""

    __tablename__ = "covers"

    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), primary_key=True)
    media_type: Mapped[str]
    picture: Mapped[bytes] = mapped_column(LargeBinary)


class Review(Base):
    __tablename__ = "reviews"

    id: Mapped[int] = mapped_column(primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id", ondelete="CASCADE"), index=True)
    reader: Mapped[str]
    stars: Mapped[int]
    text: Mapped[str]


class OrderLine(Base):
    __tablename__ = "order_lines"

    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"), primary_key=True)
    book_id: Mapped[int] = mapped_column(ForeignKey("books.id"), primary_key=True)
    quantity: Mapped[int]
    #: What one copy cost when it was ordered.
    price_cents: Mapped[int]

    book: Mapped[Book] = relationship(lazy="joined", innerjoin=True)


class Order(Base):
    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    customer: Mapped[str] = mapped_column(index=True)
    status: Mapped[OrderStatus]
    placed_at: Mapped[datetime]

    lines: Mapped[list[OrderLine]] = relationship(lazy="selectin", order_by=OrderLine.book_id)

    @property
    def total_cents(self) -> int:
        return sum(line.quantity * line.price_cents for line in self.lines)
