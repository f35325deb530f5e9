"""Who calls: users with tokens; the database knows digests of them only."""

from __future__ import annotations

from typing import Annotated

from sqlalchemy import select

from restlite import Router, State
from restlite.security import Bearer

from . import tables
from .database import SESSIONS
from .models import User

router = Router(tags=["users"])


def find_user(token: str, state: State) -> User | None:
    """Find whose token it is, before the body comes in.

    The session is not that of the request, whose transaction would wait for the body, and others for it.
    """
    with state[SESSIONS].reading() as db:
        user = db.scalar(select(tables.User).where(tables.User.token_digest == tables.User.digest(token)))
        return None if user is None else User.model_validate(user)


bearer = Bearer(find_user, realm="bookstore")

#: Whoever calls, if the store knows who that is.
Caller = Annotated[User, bearer()]


@router.get("/me")
def show_me(caller: Caller) -> User:
    """Show whose token it is, and what it is good for."""
    return caller
