"""The feed of orders: server-sent events, for as long as somebody listens."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import select

from restlite import Event, Header, Router, State

from . import tables
from .database import SESSIONS
from .models import Heartbeat, Order
from .security import bearer

router = Router(tags=["orders"])


@router.get("/orders/feed", security=bearer("orders:read"))
def follow_orders(
    state: State, last_event_id: Header[Annotated[int, Field(ge=0, le=2**31 - 1)]] = 0
) -> Iterator[Event[Order | Heartbeat]]:
    """Send orders as they come in, from ``Last-Event-ID`` on, and heartbeats while none do."""
    while True:
        with state[SESSIONS].reading() as db:
            later = select(tables.Order).where(tables.Order.id > last_event_id).order_by(tables.Order.id)
            orders = [Order.model_validate(row) for row in db.scalars(later.limit(100))]
        for order in orders:
            yield Event(order, event="order", id=str(order.id))
            last_event_id = order.id
        if not orders:
            time.sleep(0.5)
            # Only by writing can a server notice that the client has gone.
            yield Event(Heartbeat(at=datetime.now(UTC)), event="heartbeat")
