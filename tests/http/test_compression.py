"""Compressed answers: the same for who reads them, with tags, ranges and streams."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypedDict

import pytest
from test_codings import plain_of

from restlite import Answer, App, FileAnswer, NoContent, NotFound, Response
from restlite.http.caching import cache_control
from restlite.http.compression import Compression
from restlite.http.conditional import RequiredPrecondition, Validators
from restlite.http.etags import ETags, etag_of
from restlite.testing import Client

CODINGS = ("gzip", "br", "zstd")
TEXT = "All happy families are alike. " * 100
NOISE = random.Random(1).randbytes(5000).hex()


class Said(TypedDict, total=False):
    cache_control: str
    content_encoding: str
    content_digest: str
    vary: str


def client_of(gateway: Any, *hooks: Any, checked: bool = True) -> Client:
    app = App(hooks=hooks or (Compression(), ETags()))

    @app.get("/text")
    def show() -> str:
        return TEXT

    @app.get("/async")
    async def show_async() -> list[str]:
        return [TEXT]

    @app.get("/own")
    def own() -> Answer[str, Validators]:
        return Answer(TEXT, headers={"etag": "own"})

    @app.get("/weak")
    def weak() -> Answer[str, Validators]:
        return Answer(TEXT, headers={"etag": 'W/"own"'})

    @app.get("/small")
    def shrink() -> str:
        return TEXT[:1023]

    @app.get("/noise", produces="text/plain")
    def noise() -> bytes:
        return random.Random(1).randbytes(5000)

    @app.get("/fixed")
    def fix() -> Answer[str, Said]:
        return Answer(TEXT, headers={"cache_control": cache_control(max_age=1, no_transform=True)})

    @app.get("/coded")
    def code() -> Answer[str, Said]:
        return Answer(TEXT, headers={"content_encoding": "x"})

    @app.get("/digested")
    def digest() -> Answer[str, Said]:
        return Answer(TEXT, headers={"content_digest": "x"})

    @app.get("/varied")
    def differ() -> Answer[str, Said]:
        return Answer(TEXT, headers={"vary": "Cookie"})

    @app.get("/png", produces="image/png")
    def draw() -> bytes:
        return TEXT.encode()

    @app.get("/svg", produces="image/svg+xml")
    def trace() -> str:
        return TEXT

    @app.get("/response")
    def respond() -> Response:
        return Response([TEXT.encode(), TEXT.encode()], mimetype="text/plain")

    @app.get("/missing", raises=[NotFound])
    def miss() -> str:
        raise NotFound(TEXT)

    @app.put("/text")
    def replace(precondition: RequiredPrecondition) -> Answer[str, Validators]:
        precondition.check("own")
        return Answer(TEXT, headers={"etag": "new"})

    @app.delete("/text")
    def delete() -> NoContent:
        return NoContent()

    return Client(app, gateway=gateway, checked=checked)


def accepting(coding: str, **more: str) -> dict[str, str]:
    return {"Accept-Encoding": coding, **{name.replace("_", "-"): value for name, value in more.items()}}


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("path", ["/text", "/async", "/own", "/weak", "/svg", "/response", "/missing"])
def test_bodies_are_compressed_as_wished(path: str, coding: str, checked: bool, gateway: Any) -> None:
    client = client_of(gateway, checked=checked)
    plain, response = client.get(path), client.get(path, headers=accepting(coding))
    assert "Content-Encoding" not in plain.headers
    assert plain.headers["Content-Length"] == str(len(plain.content))
    assert response.headers["Content-Encoding"] == coding
    assert response.headers["Content-Length"] == str(len(response.content))
    assert len(response.content) < len(plain.content)
    if path != "/missing":  # which holds the id of its request
        assert plain_of(coding, response.content) == plain.content
    assert plain.headers["Vary"] == response.headers["Vary"] == "Accept-Encoding"
    assert response.headers["Content-Type"] == plain.headers["Content-Type"]


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("path", ["/text", "/response", "/async"])
def test_head_says_the_same(path: str, checked: bool, gateway: Any) -> None:
    client = client_of(gateway, checked=checked)
    got, head = (client.request(method, path, headers=accepting("br")) for method in ("GET", "HEAD"))
    assert head.content == b""
    assert sorted(head.headers) == sorted(got.headers)


@pytest.mark.parametrize("path", ["/small", "/png", "/fixed", "/coded", "/digested", "/nowhere"])
def test_what_is_not_to_be_compressed_is_sent_as_it_is(path: str, gateway: Any) -> None:
    client = client_of(gateway)
    plain, response = client.get(path), client.get(path, headers=accepting("gzip"))
    assert response.headers.get("Content-Encoding") == plain.headers.get("Content-Encoding")
    assert "Accept-Encoding" not in response.headers.get("Vary", "")
    assert response.headers.get("ETag") == plain.headers.get("ETag")
    if path != "/nowhere":
        assert response.content == plain.content


def test_what_does_not_get_smaller_is_sent_as_it_is(gateway: Any) -> None:
    client = client_of(gateway)
    plain, response = client.get("/noise"), client.get("/noise", headers=accepting("gzip, br"))
    assert (response.content, response.headers["ETag"]) == (plain.content, plain.headers["ETag"])
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"


def test_the_least_size_can_be_chosen(gateway: Any) -> None:
    client = client_of(gateway, Compression(minimum=100))
    assert client.get("/small", headers=accepting("gzip")).headers["Content-Encoding"] == "gzip"
    answer = client_of(gateway, Compression(minimum=0)).delete("/text", headers=accepting("gzip"))
    assert (answer.status_code, "Content-Encoding" in answer.headers) == (204, False)


def test_codings_and_levels_can_be_chosen(gateway: Any) -> None:
    client = client_of(gateway, Compression(codings=["gzip", "br"], levels={"gzip": 9}))
    response = client.get("/text", headers=accepting("zstd, br, gzip"))
    assert response.headers["Content-Encoding"] == "gzip"
    assert plain_of("gzip", response.content).decode() == TEXT


@pytest.mark.parametrize(
    "field", ["", "identity;q=0", "*;q=0", "deflate", "gzip;q=0", "gzip;q=x", "\xff" * 10_000]
)
def test_where_nothing_fits_the_answer_is_plain(field: str, gateway: Any) -> None:
    response = client_of(gateway).get("/text", headers=accepting(field))
    assert (response.status_code, response.text) == (200, TEXT)
    assert "Content-Encoding" not in response.headers


def test_vary_keeps_what_it_says(gateway: Any) -> None:
    for hooks in ((), (Compression(), Compression())):
        response = client_of(gateway, *hooks).get("/varied", headers=accepting("gzip"))
        assert response.headers.getlist("Vary") == ["Cookie, Accept-Encoding"]
        assert plain_of("gzip", response.content).decode() == TEXT


@pytest.mark.parametrize("checked", [True, False])
@pytest.mark.parametrize("coding", CODINGS)
@pytest.mark.parametrize("hooks", [(Compression(), ETags()), (ETags(), Compression())])
def test_a_tag_belongs_to_one_coding(hooks: Any, coding: str, checked: bool, gateway: Any) -> None:
    client = client_of(gateway, *hooks, checked=checked)
    plain = client.get("/text").headers["ETag"]
    tag = client.get("/text", headers=accepting(coding)).headers["ETag"]
    assert plain != tag
    assert tag.startswith('"')
    fresh = client.get("/text", headers=accepting(coding, If_None_Match=tag))
    assert (fresh.status_code, fresh.headers["ETag"], fresh.content) == (304, tag, b"")
    assert "Accept-Encoding" in fresh.headers["Vary"]
    assert "Content-Encoding" not in fresh.headers
    still = client.get("/text", headers={"If-None-Match": plain})
    assert (still.status_code, still.headers["ETag"]) == (304, plain)


def test_the_tag_ends_with_the_coding(gateway: Any) -> None:
    client = client_of(gateway)
    assert client.get("/own", headers=accepting("gzip")).headers["ETag"] == '"own-gzip"'
    assert client.get("/weak", headers=accepting("gzip")).headers["ETag"] == 'W/"own"'
    assert (
        client.get("/text", headers=accepting("br")).headers["ETag"] == f'{etag_of(TEXT.encode())[:-1]}-br"'
    )


@pytest.mark.parametrize(
    ("accept", "sent", "status", "etag"),
    [
        ("gzip", '"own-gzip"', 304, '"own-gzip"'),
        ("gzip", 'W/"own-gzip"', 304, '"own-gzip"'),
        ("gzip", '"own"', 304, '"own"'),
        ("gzip", '"other-gzip", "own-gzip"', 304, '"own-gzip"'),
        ("gzip", '"own", "own-gzip"', 304, '"own-gzip"'),
        ("gzip", "*", 304, '"own"'),
        # Another coding than the first choice, but one that the client can read.
        ("br, gzip;q=0.5", '"own-gzip"', 304, '"own-gzip"'),
        ("br, gzip;q=0.5", '"own-gzip", "own-br"', 304, '"own-br"'),
        # A cache asks for a client that cannot read its copy.
        ("", '"own-gzip"', 200, '"own"'),
        ("br", '"own-gzip"', 200, '"own-br"'),
        ("gzip", '"other-gzip"', 200, '"own-gzip"'),
        ("gzip", '"own-deflate"', 200, '"own-gzip"'),
        ("gzip", '-gzip"', 200, '"own-gzip"'),
        ("gzip", '"' * 5000 + '-gzip"', 200, '"own-gzip"'),
    ],
)
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_copy_is_fresh_where_the_client_can_read_it(
    accept: str, sent: str, status: int, etag: str, method: str, gateway: Any
) -> None:
    headers = accepting(accept, If_None_Match=sent)
    response = client_of(gateway, Compression()).request(method, "/own", headers=headers)
    assert (response.status_code, response.headers["ETag"]) == (status, etag)


@pytest.mark.parametrize("coding", CODINGS)
def test_a_change_may_name_the_tag_of_any_coding(coding: str, gateway: Any) -> None:
    client = client_of(gateway)
    tag = client.get("/own", headers=accepting(coding)).headers["ETag"]
    for accept in ("", coding):
        assert client.put("/text", headers=accepting(accept, If_Match=tag)).status_code == 200
        none = accepting(accept, If_Match="*", If_None_Match=tag)
        assert client.put("/text", headers=none).status_code == 412
    assert client.put("/text", headers={"If-Match": f'"other-{coding}"'}).status_code == 412
    assert client.put("/text", headers={"If-Match": f'own-{coding}"'}).status_code == 400
    assert client.get("/own", headers=accepting(coding, If_Match=tag)).status_code == 200


def test_a_tag_of_ones_own_may_end_like_a_coding(gateway: Any) -> None:
    app = App(hooks=[Compression()])

    @app.get("/")
    def show() -> Answer[str, Validators]:
        return Answer(TEXT, headers={"etag": "v1-gzip"})

    client = Client(app, gateway=gateway)
    for accept in ("", "gzip"):
        tag = client.get("/", headers=accepting(accept)).headers["ETag"]
        fresh = client.get("/", headers=accepting(accept or "gzip", If_None_Match=tag))
        assert (fresh.status_code, fresh.headers["ETag"]) == (304, tag)


# Files and ranges


def file_client(gateway: Any, path: Path) -> Client:
    app = App(hooks=[Compression()])
    path.write_text(TEXT * 100)

    @app.get("/file")
    def send() -> FileAnswer:
        return FileAnswer(path, etag="v1", last_modified=datetime(2026, 1, 1, tzinfo=UTC))

    return Client(app, gateway=gateway)


def test_a_file_is_compressed_as_it_is_read(gateway: Any, tmp_path: Path) -> None:
    client = file_client(gateway, tmp_path / "tale.txt")
    plain, response = client.get("/file"), client.get("/file", headers=accepting("gzip"))
    assert plain.headers["Accept-Ranges"] == "bytes"
    assert plain_of("gzip", response.content) == plain.content
    assert (response.headers["Content-Encoding"], response.headers["ETag"]) == ("gzip", '"v1-gzip"')
    assert not {"Content-Length", "Accept-Ranges"} & set(response.headers.keys())
    head = client.head("/file", headers=accepting("gzip"))
    assert sorted(head.headers) == sorted(response.headers)
    fresh = client.get("/file", headers=accepting("gzip", If_None_Match='"v1-gzip"'))
    assert (fresh.status_code, fresh.headers["ETag"]) == (304, '"v1-gzip"')


def test_a_range_is_of_the_plain_file(gateway: Any, tmp_path: Path) -> None:
    client = file_client(gateway, tmp_path / "tale.txt")
    response = client.get("/file", headers=accepting("gzip", Range="bytes=4-8"))
    assert (response.status_code, response.content, response.headers["ETag"]) == (206, b"happy", '"v1"')
    assert "Content-Encoding" not in response.headers
    assert response.headers["Vary"] == "Accept-Encoding"
    goes_on = client.get("/file", headers=accepting("gzip", Range="bytes=4-8", If_Range='"v1"'))
    assert goes_on.status_code == 206


def test_part_of_a_compressed_file_is_not_completed_with_plain_bytes(gateway: Any, tmp_path: Path) -> None:
    client = file_client(gateway, tmp_path / "tale.txt")
    response = client.get("/file", headers=accepting("gzip", Range="bytes=4-8", If_Range='"v1-gzip"'))
    assert (response.status_code, response.headers["Content-Encoding"]) == (200, "gzip")
    assert plain_of("gzip", response.content).decode() == TEXT * 100


def test_a_small_file_is_sent_as_it_is(gateway: Any, tmp_path: Path) -> None:
    app = App(hooks=[Compression()])

    @app.get("/file")
    def send() -> FileAnswer:
        return FileAnswer(b"small", media_type="text/plain")

    client = Client(app, gateway=gateway)
    for method in ("GET", "HEAD"):
        response = client.request(method, "/file", headers=accepting("gzip"))
        assert (response.headers["Content-Length"], "Content-Encoding" in response.headers) == ("5", False)


def test_what_is_sent_is_declared() -> None:
    (record,) = Compression().describe("GET").answers
    assert (record.status, [name for name, _ in record.headers]) == (0, ["Content-Encoding", "Vary"])
    assert Compression.blocking
