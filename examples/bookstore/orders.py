"""Orders: errors with members, work after the answer, and what a customer may see."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Annotated

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from restlite import (
    Background,
    Created,
    Depends,
    NotFound,
    Problem,
    Query,
    Router,
    State,
    link,
)
from restlite.http import CursorPage

from . import tables
from .database import SESSIONS, Db, Sessions
from .models import Id, Order, OrderFilter, OrderIn, OrderStatus, User
from .security import Caller, bearer

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


def sees(caller: User, order: tables.Order) -> bool:
    """Tell whether a caller may know of an order: customers know of their own."""
    return order.customer == caller.name or "orders:read" in caller.scopes


def find_order(id: Id, db: Db, caller: Caller) -> tables.Order:
    """Find the order that the path names, among those that the caller may know of."""
    order = db.get(tables.Order, id)
    if order is not None and sees(caller, order):
        return order
    raise NotFound(f"There is no order {id}.")


#: The order that the path names; whoever asks for it answers 404 where there is none, and 401 to strangers.
ThisOrder = Annotated[tables.Order, Depends(find_order, raises=(NotFound,))]


@router.get("/orders")
def list_orders(by: Query[OrderFilter], caller: Caller, db: Db) -> CursorPage[Order]:
    """List orders, the latest first: customers see their own."""
    query = by.where(select(tables.Order))
    if "orders:read" not in caller.scopes:
        query = query.where(tables.Order.customer == caller.name)
    return CursorPage(query, db, key="-id")


@router.post("/orders", raises=[OutOfStock, UnknownBook])
def place_order(
    body: OrderIn,
    customer: Annotated[User, bearer("orders:write")],
    db: Db,
    state: State,
    background: Background,
) -> Created[Order]:
    """Take books off the shelf and order them: all of them, or none."""
    wanted: Counter[int] = Counter()
    for line in body.lines:
        wanted[line.book_id] += line.quantity
    # By number, so that two orders never hold a book that the other waits for.
    lines = [take(db, book_id, quantity) for book_id, quantity in sorted(wanted.items())]
    placed = datetime.now(UTC)
    order = tables.Order(customer=customer.name, status=OrderStatus.placed, placed_at=placed, lines=lines)
    db.add(order)
    db.flush()
    background.add(pack, state[SESSIONS], order.id)
    return Created(Order.model_validate(order), location=link(show_order, id=order.id))


def take(db: Session, book_id: int, quantity: int) -> tables.OrderLine:
    """Take copies off the shelf in one statement, so that no two orders get the same one."""
    enough = update(tables.Book).where(tables.Book.id == book_id, tables.Book.stock >= quantity)
    taken = enough.values(stock=tables.Book.stock - quantity, version=tables.Book.version + 1)
    book = db.scalar(taken.returning(tables.Book))
    if book is not None:
        return tables.OrderLine(book=book, quantity=quantity, price_cents=book.price_cents)
    left = db.scalar(select(tables.Book.stock).where(tables.Book.id == book_id))
    if left is None:
        raise UnknownBook(f"There is no book {book_id}.", book_id=book_id)
    raise OutOfStock(f"Copies left of book {book_id}: {left}.", book_id=book_id, left=left)


def pack(sessions: Sessions, order_id: int) -> None:
    """Pack an order, unless it has been cancelled; this runs after the answer."""
    with sessions.writing.begin() as db:
        move(db, order_id, OrderStatus.packed)


def move(db: Session, order_id: int, status: OrderStatus) -> bool:
    """Move an order on from where it was placed; False where another was quicker."""
    placed = update(tables.Order).where(
        tables.Order.id == order_id, tables.Order.status == OrderStatus.placed
    )
    return db.scalar(placed.values(status=status).returning(tables.Order.id)) is not None


@router.get("/orders/<int:id>")
def show_order(order: ThisOrder) -> Order:
    """Show an order."""
    return Order.model_validate(order)


@router.post("/orders/<int:id>/cancellation", security=bearer("orders:write"), raises=[NotCancellable])
def cancel_order(order: ThisOrder, db: Db) -> Order:
    """Cancel an order that is not packed yet, and put its books back."""
    if not move(db, order.id, OrderStatus.cancelled):
        raise NotCancellable(f"Order {order.id} is {order.status}.", order_status=order.status)
    for line in order.lines:
        book = update(tables.Book).where(tables.Book.id == line.book_id)
        back = {"stock": tables.Book.stock + line.quantity, "version": tables.Book.version + 1}
        db.execute(book.values(back))
    return Order.model_validate(order)
