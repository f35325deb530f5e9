"""An app that uses every construct a document has trouble with, most of them twice."""

from __future__ import annotations

import datetime
import uuid
from collections.abc import Iterator
from typing import Annotated, Any, Literal

from nasty_models import (
    Box,
    Broken,
    Client,
    Depot,
    EvenConverter,
    Filters,
    Jar,
    Legacy,
    LegacyFilter,
    Level,
    Node,
    Open,
    OutOfStock,
    Pair,
    Person,
    Pet,
    Point,
    Shop,
    Thing,
    TooYoung,
    Totals,
    Upgrade,
    Where,
)

from restlite import (
    Accepted,
    Answer,
    App,
    Body,
    Conflict,
    Cookie,
    Created,
    Depends,
    Event,
    File,
    FileAnswer,
    Form,
    Gone,
    Header,
    NoContent,
    NotFound,
    Page,
    Patch,
    Query,
    Resource,
    Router,
    Upload,
)
from restlite.http import CORS, Deprecation, ETags
from restlite.params import In
from restlite.security import APIKey, Basic, Bearer, equal_secrets, known, public

bearer = Bearer(known({"t": "ann"}))
key = APIKey(known({"k": "job"}), header="X-Key")
basic = Basic(lambda sent: "bob" if equal_secrets(sent.password, "pw") else None)

app = App(title="Nasty", version="2.0", hooks=[CORS("*")], converters={"even": EvenConverter})


@app.error_handler(Broken)
def broken(error: Broken) -> Conflict | Gone:
    """Answer 409 or 410."""
    return Conflict()


things = Router("/things", tags=["things"], security=bearer)


def find(id: uuid.UUID) -> str:
    raise NotFound


Found = Annotated[str, Depends(find, raises=(NotFound,))]


@things.get("", hooks=[ETags()])
def list_things(filters: Query[Filters], client: Header[Client]) -> Page[Thing]:
    """List things.

    Filters are joined by *and*; see ``colour``.
    """
    raise NotImplementedError


@things.post("", raises=[OutOfStock, Conflict, TooYoung])
def create(body: Thing) -> Created[Thing, Totals, Jar]:
    """Add a thing."""
    raise NotImplementedError


@things.route("/search", methods=["QUERY"], security=public)
def search(body: Where) -> list[Thing]:
    """Search things."""
    raise NotImplementedError


@things.get("/<uuid:id>")
def show(id: uuid.UUID, thing: Found) -> Answer[Thing, Totals]:
    """Show a thing."""
    raise NotImplementedError


@things.put("/<id>", name="replace_thing")
def put_thing(id: uuid.UUID, body: Thing, thing: Found) -> Thing | None:
    """Replace a thing."""
    raise NotImplementedError


@things.patch("/<uuid:id>", security=bearer | key)
def edit(id: uuid.UUID, patch: Patch[Thing], thing: Found) -> Thing:
    """Change a thing."""
    raise NotImplementedError


@things.delete("/<uuid:id>", security=bearer & key, deprecated=Deprecation(datetime.datetime(2026, 1, 1)))
def delete(id: uuid.UUID, thing: Found) -> NoContent:
    """Remove a thing."""
    raise NotImplementedError


@things.get("/<uuid:id>/picture", produces="image/png")
def picture(id: uuid.UUID, thing: Found) -> FileAnswer:
    """Show the picture of a thing."""
    raise NotImplementedError


@things.put("/<uuid:id>/picture")
def draw(id: uuid.UUID, body: Annotated[bytes, In("body", media_type="image/png")]) -> Accepted[None]:
    """Draw a thing."""
    raise NotImplementedError


forms = Router("/forms", tags=["forms"], security=public)


@forms.post("/model")
def send_form(form: Form[Upgrade]) -> Box[int]:
    """Send a form with files."""
    raise NotImplementedError


@forms.post("/parts")
def send_parts(name: Form[str], file: File[Upload], ages: Form[list[int]] = []) -> Box[str]:  # noqa: B006
    """Send a form in parts."""
    raise NotImplementedError


@forms.post("/either")
def send_either(body: Body[Where] | Form[Where]) -> Pair[str, Box[int]]:
    """Send a form or JSON."""
    raise NotImplementedError


@forms.get("/cookie")
def read_cookie(
    sid: Cookie[str], theme: Cookie[Literal["dark", "light"]] = "dark"
) -> Answer[str, Totals, Jar]:
    """Read cookies."""
    raise NotImplementedError


@forms.get("/deep")
def deep(where: Annotated[Where, In("query", style="deepObject")], level: Level = Level.LOW) -> Point:
    """Send an object in the query."""
    raise NotImplementedError


legacy = Router("/legacy", tags=["legacy"], security=basic)


@legacy.post("", body=Legacy, returns={201: Legacy})
def create_legacy(body: dict[str, Any]) -> dict[str, Any]:
    """Add a legacy thing."""
    return body


@legacy.get("")
def list_legacy(
    filters: Query[Annotated[dict[str, Any], LegacyFilter()]],
) -> Annotated[Any, Legacy(many=True)]:
    """List legacy things."""
    raise NotImplementedError


odd = Router("/odd", tags=["odd"], security=public)


@odd.get("/int/<int(min=1, max=99):id>")
def by_int(id: int) -> Node:
    """Show by number."""
    raise NotImplementedError


@odd.get("/any/<any(red, green):colour>")
def by_choice(colour: str) -> Person:
    """Show by choice."""
    raise NotImplementedError


@odd.get("/path/<path:rest>")
def by_path(rest: str) -> Open:
    """Show by path."""
    raise NotImplementedError


@odd.get("/text/<string(length=2):code>/<float:ratio>")
def by_text(code: str, ratio: float) -> Shop.Item:
    """Show by text."""
    raise NotImplementedError


@odd.get("/day/<day>")
def by_day(day: datetime.date) -> Depot.Item:
    """Show by day."""
    raise NotImplementedError


@odd.get("/even/<even:number>")
def by_even(number: str) -> Pet:
    """Show by an even number."""
    raise NotImplementedError


@odd.post("/tree")
def plant(body: Node) -> Node:
    """Plant a tree."""
    raise NotImplementedError


@odd.get("/lines")
def lines() -> Iterator[Point]:
    """Stream points."""
    raise NotImplementedError


@odd.get("/events", raises=[Broken])
def events() -> Iterator[Event[Point]]:
    """Stream events."""
    raise NotImplementedError


@odd.get("/bytes")
def raw() -> bytes:
    """Give bytes."""
    raise NotImplementedError


@odd.route("/ping", methods=["GET", "POST"])
def ping() -> Literal["pong"]:
    """Answer."""
    raise NotImplementedError


@odd.resource("/notes/<int:id>")
class Notes(Resource):
    def get(self, id: int) -> dict[str, int]:
        """Count notes."""
        raise NotImplementedError

    def put(self, id: int, body: list[Point]) -> list[Point]:
        """Replace notes."""
        raise NotImplementedError


for router in (things, forms, legacy, odd):
    app.mount(router)

#: What the table cannot know.
MEMBERS: dict[str, Any] = {
    "info": {
        "description": "Everything at once.",
        "license": {"name": "MIT", "url": "https://opensource.org/license/mit"},
        "contact": {"name": "Nobody", "url": "https://example.com"},
    },
    "tags": [
        {"name": "things", "description": "What there is."},
        {"name": "forms", "description": "What is sent by forms."},
        {"name": "legacy", "description": "What was there before."},
        {"name": "odd", "description": "The rest."},
    ],
}
