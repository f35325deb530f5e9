"""Publishers: a resource whose body and answers are a marshmallow schema's."""

from __future__ import annotations

from typing import Annotated, Any

from marshmallow import Schema, fields
from marshmallow.validate import And, Length, Regexp
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError

from restlite import Created, NotFound, Page, Patch, Router, link
from restlite.http import ETags
from restlite.security import public

from . import tables
from .database import Db
from .models import Id
from .security import bearer

router = Router(tags=["publishers"], hooks=[ETags()])

line = And(Length(1, 200), Regexp(r"^[^\x00-\x1f\x7f]+\Z"))


class PublisherSchema(Schema):
    id = fields.Integer(dump_only=True)
    name = fields.String(required=True, validate=line)
    city = fields.String(required=True, validate=line)
    website = fields.Url(allow_none=True, load_default=None, schemes={"http", "https"}, validate=line)


#: For type checkers a row; on the wire what the schema makes of it.
Publisher = Annotated[tables.Publisher, PublisherSchema()]
PublisherIn = Annotated[dict[str, Any], PublisherSchema()]


@router.get("/publishers", security=public)
def list_publishers(db: Db) -> Page[Publisher]:
    """List publishers by name."""
    return Page(select(tables.Publisher).order_by(tables.Publisher.name), db)


@router.post("/publishers", security=bearer("books:write"), raises=[IntegrityError])
def add_publisher(body: PublisherIn, db: Db) -> Created[Publisher]:
    """Add a publisher; no two have the same name."""
    publisher = tables.Publisher(**body)
    db.add(publisher)
    db.flush()
    return Created(publisher, location=link(show_publisher, id=publisher.id))


@router.get("/publishers/<int:id>", security=public, raises=[NotFound])
def show_publisher(id: Id, db: Db) -> Publisher:
    """Show a publisher."""
    if publisher := db.get(tables.Publisher, id):
        return publisher
    raise NotFound(f"There is no publisher {id}.")


@router.patch("/publishers/<int:id>", security=bearer("books:write"), raises=[NotFound, IntegrityError])
def edit_publisher(id: Id, patch: Patch[PublisherIn], db: Db) -> Publisher:
    """Change a publisher."""
    publisher = db.get(tables.Publisher, id, with_for_update=True)
    if publisher is None:
        raise NotFound(f"There is no publisher {id}.")
    for name, value in patch.apply(publisher).items():
        setattr(publisher, name, value)
    db.flush()
    return publisher
