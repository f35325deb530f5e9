"""Orders: errors with members, work after the answer, a feed of events."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import select, update
from sqlalchemy.orm import Session, sessionmaker

from restlite import (
    Background,
    Created,
    Depends,
    Event,
    Header,
    NotFound,
    Problem,
    Query,
    Router,
    State,
    link,
)

from . import tables
from .database import SESSIONS, Db
from .models import Heartbeat, Id, Order, OrderFilters, OrderIn, OrderStatus

router = Router(tags=["orders"])


class OutOfStock(Problem):
    """There are fewer copies of a book than were ordered."""

    status = 409
    title = "Out of stock"
    book_id: int
    left: int


class UnknownBook(Problem):
    """An order names a book that is not there."""

    status = 422
    title = "Unknown book"
    book_id: int


class NotCancellable(Problem):
    """An order has gone too far to be cancelled."""

    status = 409
    title = "Not cancellable"
    order_status: OrderStatus


def find_order(id: Id, db: Db) -> tables.Order:
    """Find the order that the path names."""
    if order := db.get(tables.Order, id):
        return order
    raise NotFound(f"There is no order {id}.")


#: The order that the path names; whoever asks for it answers 404 where there is none.
ThisOrder = Annotated[tables.Order, Depends(find_order, raises=(NotFound,))]


@router.get("/orders")
def list_orders(filters: Query[OrderFilters], db: Db) -> list[Order]:
    """List orders, the latest first."""
    query = select(tables.Order).order_by(-tables.Order.id)
    if filters.customer is not None:
        query = query.where(tables.Order.customer == filters.customer)
    if filters.status is not None:
        query = query.where(tables.Order.status == filters.status)
    query = query.limit(filters.limit).offset(filters.offset)
    return [Order.model_validate(row) for row in db.scalars(query)]


@router.post("/orders", raises=[OutOfStock, UnknownBook])
def place_order(body: OrderIn, db: Db, state: State, background: Background) -> Created[Order]:
    """Take books off the shelf and order them: all of them, or none."""
    wanted: Counter[int] = Counter()
    for line in body.lines:
        wanted[line.book_id] += line.quantity
    # By number, so that two orders never hold a book that the other waits for.
    lines = [take(db, book_id, quantity) for book_id, quantity in sorted(wanted.items())]
    placed = datetime.now(UTC)
    order = tables.Order(customer=body.customer, status=OrderStatus.placed, placed_at=placed, lines=lines)
    db.add(order)
    db.flush()
    background.add(pack, state[SESSIONS], order.id)
    return Created(Order.model_validate(order), location=link(show_order, id=order.id))


def take(db: Session, book_id: int, quantity: int) -> tables.OrderLine:
    """Take copies off the shelf in one statement, so that no two orders get the same one."""
    enough = update(tables.Book).where(tables.Book.id == book_id, tables.Book.stock >= quantity)
    book = db.scalar(enough.values(stock=tables.Book.stock - quantity).returning(tables.Book))
    if book is not None:
        return tables.OrderLine(book=book, quantity=quantity, price_cents=book.price_cents)
    left = db.scalar(select(tables.Book.stock).where(tables.Book.id == book_id))
    if left is None:
        raise UnknownBook(f"There is no book {book_id}.", book_id=book_id)
    raise OutOfStock(f"Copies left of book {book_id}: {left}.", book_id=book_id, left=left)


def pack(sessions: sessionmaker[Session], order_id: int) -> None:
    """Pack an order, unless it has been cancelled; this runs after the answer."""
    with sessions.begin() as db:
        move(db, order_id, OrderStatus.packed)


def move(db: Session, order_id: int, status: OrderStatus) -> bool:
    """Move an order on from where it was placed; False where another was quicker."""
    placed = update(tables.Order).where(
        tables.Order.id == order_id, tables.Order.status == OrderStatus.placed
    )
    return db.scalar(placed.values(status=status).returning(tables.Order.id)) is not None


@router.get("/orders/feed")
def follow_orders(
    state: State, last_event_id: Header[Annotated[int, Field(ge=0, le=2**31 - 1)]] = 0
) -> Iterator[Event[Order | Heartbeat]]:
    """Send orders as they come in, from ``Last-Event-ID`` on, and heartbeats while none do."""
    while True:
        with state[SESSIONS]() as db:
            later = select(tables.Order).where(tables.Order.id > last_event_id).order_by(tables.Order.id)
            orders = [Order.model_validate(row) for row in db.scalars(later.limit(100))]
        for order in orders:
            yield Event(order, event="order", id=str(order.id))
            last_event_id = order.id
        if not orders:
            time.sleep(0.5)
            # Only by writing can a server notice that the client has gone.
            yield Event(Heartbeat(at=datetime.now(UTC)), event="heartbeat")


@router.get("/orders/<int:id>")
def show_order(order: ThisOrder) -> Order:
    """Show an order."""
    return Order.model_validate(order)


@router.post("/orders/<int:id>/cancellation", raises=[NotCancellable])
def cancel_order(order: ThisOrder, db: Db) -> Order:
    """Cancel an order that is not packed yet, and put its books back."""
    if not move(db, order.id, OrderStatus.cancelled):
        raise NotCancellable(f"Order {order.id} is {order.status}.", order_status=order.status)
    for line in order.lines:
        book = update(tables.Book).where(tables.Book.id == line.book_id)
        db.execute(book.values(stock=tables.Book.stock + line.quantity))
    return Order.model_validate(order)
