"""Orders and their feed."""

from __future__ import annotations

import json
import time

from restlite.testing import Client

from .answers import CLERK, OWNER, READER, follow, links, problem


def stocked(client: Client, count: int) -> list[int]:
    """Give the numbers of books of which that many are there."""
    books = client.get("/books", params={"limit": 100}).json()
    return [book["id"] for book in books if book["stock"] == count]


def test_orders_are_filtered(client: Client) -> None:
    orders = client.get("/orders", params={"status": "placed", "limit": 100}, headers=CLERK).json()
    assert {order["status"] for order in orders} == {"placed"}
    assert [order["id"] for order in orders] == sorted((order["id"] for order in orders), reverse=True)
    customer = orders[0]["customer"]
    theirs = client.get("/orders", params={"customer": customer, "status": "placed"}, headers=CLERK).json()
    assert {order["customer"] for order in theirs} == {customer}


def test_an_order_is_placed_and_then_packed(client: Client) -> None:
    first, second = stocked(client, 8)[:2]
    lines = [{"book_id": second, "quantity": 2}, {"book_id": first}, {"book_id": second}]
    answer = client.post("/orders", json={"lines": lines}, headers=READER)
    order = answer.json()
    assert (order["customer"], order["status"]) == ("Mira Dahl", "placed")
    assert {line["book"]["id"]: line["quantity"] for line in order["lines"]} == {first: 1, second: 3}
    assert order["total_cents"] == sum(line["quantity"] * line["price_cents"] for line in order["lines"])
    assert client.get(f"/books/{second}").json()["stock"] == 5
    until = time.monotonic() + 10
    while (now := follow(client, answer, READER)) == order and time.monotonic() < until:
        time.sleep(0.02)
    assert now == {**order, "status": "packed"}


def test_an_order_takes_all_books_or_none(client: Client) -> None:
    there, short = stocked(client, 8)[0], stocked(client, 1)[0]
    lines = [{"book_id": there}, {"book_id": short, "quantity": 2}]
    answer = client.post("/orders", json={"lines": lines}, headers=READER)
    assert problem(answer, 409) == {
        "type": "urn:problem:out-of-stock",
        "title": "Out of stock",
        "detail": f"Copies left of book {short}: 1.",
        "book_id": short,
        "left": 1,
    }
    assert [client.get(f"/books/{book}").json()["stock"] for book in (there, short)] == [8, 1]
    assert client.get("/orders", params={"limit": 1}, headers=CLERK).json()[0]["id"] == 200


def test_an_order_of_no_known_book(client: Client) -> None:
    answer = client.post("/orders", json={"lines": [{"book_id": 99999}]}, headers=READER)
    assert problem(answer, 422) == {
        "type": "urn:problem:unknown-book",
        "title": "Unknown book",
        "detail": "There is no book 99999.",
        "book_id": 99999,
    }


def test_an_order_is_cancelled_once(client: Client) -> None:
    order = client.get("/orders", params={"status": "placed", "limit": 1}, headers=OWNER).json()[0]
    line = order["lines"][0]
    book = f"/books/{line['book']['id']}"
    before = client.get(book).json()["stock"]
    answer = client.post(f"/orders/{order['id']}/cancellation", headers=OWNER)
    assert (answer.status_code, answer.json()) == (200, {**order, "status": "cancelled"})
    assert client.get(book).json()["stock"] == before + line["quantity"]
    assert problem(client.post(f"/orders/{order['id']}/cancellation", headers=OWNER), 409) == {
        "type": "urn:problem:not-cancellable",
        "title": "Not cancellable",
        "detail": f"Order {order['id']} is cancelled.",
        "order_status": "cancelled",
    }


def test_customers_see_their_own_orders_only(client: Client) -> None:
    book = stocked(client, 8)[0]
    own = client.post("/orders", json={"lines": [{"book_id": book}]}, headers=READER)
    listed = client.get("/orders", headers=READER)
    assert [order["id"] for order in listed.json()] == [own.json()["id"]]
    assert listed.headers["X-Total-Count"] == "1"
    assert problem(client.get("/orders/1", headers=READER), 404)["detail"] == "There is no order 1."
    assert problem(client.post("/orders/1/cancellation", headers=READER), 404)
    assert client.get("/orders/1", headers=CLERK).status_code == 200


def test_pages_of_orders_stay_while_orders_come_in(client: Client) -> None:
    first = client.get("/orders", params={"limit": 2}, headers=CLERK)
    assert [order["id"] for order in first.json()] == [200, 199]
    book = stocked(client, 8)[0]
    client.post("/orders", json={"lines": [{"book_id": book}]}, headers=READER)
    following = links(first)["next"]
    second = client.get(following, headers=CLERK)
    assert [order["id"] for order in second.json()] == [198, 197]
    forged = client.get(following.replace("limit=2", "customer=Mira%20Dahl&limit=2"), headers=CLERK)
    (error,) = problem(forged, 422)["errors"]
    assert (error["in"], error["parameter"], error["code"]) == ("query", "cursor", "invalid")


def events(client: Client, count: int, **headers: str) -> list[dict[str, str]]:
    """Read so many events of the feed, then go away."""
    found: list[dict[str, str]] = [{}]
    with client.stream("GET", "/orders/feed", headers={**CLERK, **headers}) as answer:
        assert answer.headers["Content-Type"] == "text/event-stream"
        for line in answer.iter_lines():
            if line:
                name, _, value = line.partition(": ")
                found[-1][name] = value
            elif len(found) == count:
                return found
            else:
                found.append({})
    raise AssertionError("The feed has ended.")


def test_the_feed_goes_on_where_it_broke_off(client: Client) -> None:
    first, second = events(client, 2)
    assert [first["id"], second["id"]] == ["1", "2"]
    assert second["event"] == "order"
    assert json.loads(second["data"]) == client.get("/orders/2", headers=CLERK).json()
    assert events(client, 1, **{"Last-Event-ID": "199"})[0]["id"] == "200"


def test_the_feed_sends_what_comes_in(client: Client) -> None:
    book = stocked(client, 8)[0]
    client.post("/orders", json={"lines": [{"book_id": book}]}, headers=READER)
    (event,) = events(client, 1, **{"Last-Event-ID": "200"})
    assert json.loads(event["data"])["customer"] == "Mira Dahl"


def test_the_feed_lives_while_nothing_happens(client: Client) -> None:
    (event,) = events(client, 1, **{"Last-Event-ID": "200"})
    assert event["event"] == "heartbeat"
    assert "id" not in event
    assert json.loads(event["data"])["at"].endswith("Z")
