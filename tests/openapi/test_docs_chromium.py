"""The docs page in a real browser, against a real app: over HTTP, at the root and under a prefix."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from chromium import browsing, complaints, look, requested
from docs_sample import bookshop
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from restlite import App, Request, Response
from restlite.openapi.docs import POLICY, assets, render

METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "QUERY"]


def shop(document: dict[str, Any]) -> App:
    """Make an app that serves the page, and answers everything else with what it was asked."""
    app = App(title="Shop", version="1")

    @app.get("/docs")
    def docs() -> Response:
        page = render(document, document_url="openapi.json", assets_url="docs/assets")
        return Response(page, mimetype="text/html", headers={"Content-Security-Policy": POLICY})

    @app.get("/docs/assets/<name>")
    def asset(name: str) -> Response:
        media_type, content = assets()[name]
        return Response(content, content_type=media_type)

    @app.get("/events")
    def events() -> Response:
        def chunks() -> Iterator[bytes]:
            for number in range(200):
                yield f"data: {number}\n\n".encode()
                time.sleep(0.05)

        return Response(chunks(), mimetype="text/event-stream")

    @app.get("/books/<isbn>/cover")
    def cover(isbn: str) -> Response:
        return Response(b"\x89PNG\0\1", mimetype="image/png")

    @app.get("/health")
    def health() -> Response:
        return Response("<b>alive</b>", mimetype="text/plain")

    def echo(request: Request) -> Response:
        said = {
            "method": request.method,
            "target": request.path,
            "query": list(request.args.items(multi=True)),
            "headers": dict(request.headers),
            "body": request.get_data(as_text=True),
        }
        return Response(json.dumps(said), status=201, mimetype="application/json")

    for rule in ("/books", "/books/<path:rest>", "/orders", "/orders/<path:rest>", "/login"):
        for method in METHODS:
            if (rule, method) != ("/books/<path:rest>", "GET"):
                app.route(rule, methods=[method])(echoing(echo, "rest" in rule, method, rule))
    return app


def echoing(echo: Callable[[Request], Response], rest: bool, method: str, rule: str) -> Callable[..., Any]:
    if rest:

        def below(rest: str, request: Request) -> Response:
            return echo(request)

        return below

    def plain(request: Request) -> Response:
        return echo(request)

    return plain


@contextmanager
def served(prefix: str = "") -> Iterator[str]:
    """Serve the shop on a port of this machine; give the address of the page."""
    app: Any = shop(bookshop(f"{prefix}/"))
    if prefix:
        app = DispatcherMiddleware(
            lambda environ, start: [start("404 Not Found", []), b""][1:], {prefix: app}
        )
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{prefix}/docs"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="module")
def chrome(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Any]:
    with browsing(tmp_path_factory.mktemp("chromium") / "profile") as driver:
        yield driver


@pytest.fixture(scope="module")
def address() -> Iterator[str]:
    with served() as url:
        yield url


def opened(driver: Any, url: str, operation: str) -> Any:
    """Open the page afresh and unfold an operation's form."""
    driver.get("about:blank")
    look(driver, 1440, 900)
    driver.get(url)
    driver.execute_script("sessionStorage.clear(); localStorage.clear()")
    driver.get(f"{url}#operation-{operation}")
    driver.refresh()
    driver.execute_script(f"document.querySelector('[id=\"operation-{operation}\"] .try').open = true")
    return driver.find_element("css selector", f'[id="operation-{operation}"] .try')


def fill(driver: Any, selector: str, text: str) -> None:
    box = driver.find_element("css selector", selector)
    box.clear()
    box.send_keys(text)


def answer(form: Any, *, wait: Callable[[str], bool] = lambda text: "ms" in text) -> str:
    """Send what a form holds, and give what it shows of the answer."""
    form.find_element("css selector", ".send").click()
    return shown(form, wait)


def shown(form: Any, wait: Callable[[str], bool]) -> str:
    output = form.find_element("css selector", "output")
    until = time.monotonic() + 15
    while time.monotonic() < until:
        text = str(output.get_property("innerText"))
        if "Sending…" not in text and wait(text):
            return text
        time.sleep(0.02)
    raise AssertionError(f"the answer never came; shown: {output.text!r}")


def echoed(form: Any) -> dict[str, Any]:
    answer(form, wait=lambda text: text.rstrip().endswith("}"))
    made: dict[str, Any] = json.loads(form.find_elements("css selector", "output > pre")[-1].text)
    return made


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(1440, 900), (390, 844)], ids=["desk", "phone"])
def test_renders_without_a_complaint_and_asks_no_other_origin(
    chrome: Any, address: str, scheme: str, size: tuple[int, int]
) -> None:
    look(chrome, *size, scheme)
    requested(chrome)
    chrome.get(address)
    assert chrome.title == "Bookshop"
    assert chrome.find_element("css selector", "h1").is_displayed()
    origin = address.removesuffix("/docs")
    urls = requested(chrome)
    assert len([url for url in urls if "/docs/assets/docs." in url]) == 2
    assert [url for url in urls if not url.startswith((origin, "data:"))] == []
    assert complaints(chrome) == []
    background = chrome.execute_script("return getComputedStyle(document.documentElement).backgroundColor")
    assert background == {"light": "rgb(255, 255, 255)", "dark": "rgb(16, 18, 21)"}[scheme]
    # Nothing makes the page scroll sideways.
    assert chrome.execute_script("return document.documentElement.scrollWidth") == size[0]


def test_posts_with_a_bearer_token_and_shows_the_answer(chrome: Any, address: str) -> None:
    form = opened(chrome, address, "create_book")
    fill(chrome, "#scheme-bearer input", "s3cret")
    sent = echoed(form)
    assert (sent["method"], sent["target"]) == ("POST", "/books")
    assert sent["headers"]["Authorization"] == "Bearer s3cret"
    assert sent["headers"]["Content-Type"] == "application/json"
    assert json.loads(sent["body"])["title"] == "Pride and Prejudice"
    said = shown(form, lambda text: True)
    assert said.startswith("201 ")
    assert " ms" in said
    assert complaints(chrome) == []
    # The token is kept in this tab, and nowhere else.
    assert "s3cret" in chrome.execute_script("return JSON.stringify(sessionStorage)")
    assert "s3cret" not in chrome.execute_script("return JSON.stringify(localStorage) + document.cookie")
    chrome.refresh()
    assert chrome.find_element("css selector", "#scheme-bearer input").get_property("value") == "s3cret"


def test_sends_below_the_prefix_of_its_mount(chrome: Any) -> None:
    with served("/shop") as url:
        form = opened(chrome, url, "create_book")
        fill(chrome, "#scheme-bearer input", "s3cret")
        requested(chrome)
        sent = echoed(form)
        assert (sent["method"], sent["headers"]["Authorization"]) == ("POST", "Bearer s3cret")
        assert requested(chrome) == [f"{url.removesuffix('/docs')}/books"]
        curl = chrome.find_element("css selector", "#operation-list_books [data-curl]").text
        assert curl == f"curl '{url.removesuffix('/docs')}/books'"
        assert complaints(chrome) == []


def test_writes_parameters_where_they_belong(chrome: Any, address: str) -> None:
    form = opened(chrome, address, "list_books")
    fill(chrome, "#operation-list_books [name=limit]", "0")
    fill(chrome, "#operation-list_books [name=q]", "a&b ü")
    fill(chrome, "#operation-list_books [name=format]", "ebook, audio")
    form.find_element("css selector", "[name=in_stock]").send_keys("true")
    sent = echoed(form)
    query = "limit=0&q=a%26b%20%C3%BC&format=ebook&format=audio&in_stock=true"
    curl = chrome.find_element("css selector", "#operation-list_books [data-curl]").text
    assert curl == f"curl '{address.removesuffix('/docs')}/books?{query}'"
    assert sent["query"] == [
        ["limit", "0"],
        ["q", "a&b ü"],
        ["format", "ebook"],
        ["format", "audio"],
        ["in_stock", "true"],
    ]


def test_sends_header_fields_and_path_parameters(chrome: Any, address: str) -> None:
    form = opened(chrome, address, "replace_book")
    fill(chrome, "#operation-replace_book [name=isbn]", "a/b")
    sent = echoed(form)
    assert sent["target"] in ("/books/a/b", "/books/a%2Fb")
    assert sent["headers"]["If-Match"] == '"v1"'
    assert "Authorization" not in sent["headers"]


def test_control_and_enter_send_too(chrome: Any, address: str) -> None:
    form = opened(chrome, address, "query_books")
    form.find_element("css selector", "textarea").send_keys("\ue009", "\ue007")
    assert "QUERY" in shown(form, lambda text: text.rstrip().endswith("}"))


def test_copies_the_command(chrome: Any, address: str) -> None:
    opened(chrome, address, "list_books")
    chrome.execute_cdp_cmd(
        "Browser.grantPermissions", {"permissions": ["clipboardReadWrite", "clipboardSanitizedWrite"]}
    )
    button = chrome.find_element("css selector", "#operation-list_books .copy")
    button.click()
    until = time.monotonic() + 5
    while button.text != "Copied" and time.monotonic() < until:
        time.sleep(0.02)
    copied = chrome.execute_async_script("navigator.clipboard.readText().then(arguments[0])")
    assert copied == f"curl '{address.removesuffix('/docs')}/books'"
    # What cannot be copied is marked.
    chrome.execute_script("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    button.click()
    assert chrome.execute_script("return String(getSelection())").strip() == copied


def test_sends_the_method_query(chrome: Any, address: str) -> None:
    sent = echoed(opened(chrome, address, "query_books"))
    assert (sent["method"], json.loads(sent["body"])) == ("QUERY", {"where": "text"})


def test_sends_the_media_type_that_was_chosen(chrome: Any, address: str) -> None:
    form = opened(chrome, address, "edit_book")
    sent = echoed(form)
    assert sent["headers"]["Content-Type"] == "application/merge-patch+json"
    assert json.loads(sent["body"]) == {"price": 7.5}
    form.find_element("css selector", ".media-type").send_keys("application/json-p")
    sent = echoed(form)
    assert sent["headers"]["Content-Type"] == "application/json-patch+json"
    assert json.loads(sent["body"])[0]["op"] == "replace"


def test_sends_files_in_a_form(chrome: Any, address: str, tmp_path: Path) -> None:
    picture = tmp_path / "cover.jpg"
    picture.write_bytes(b"JPEG")
    form = opened(chrome, address, "upload_cover")
    form.find_element("css selector", "input[type=file]").send_keys(str(picture))
    fill(chrome, "#operation-upload_cover [name=caption]", "front")
    sent = echoed(form)
    assert sent["headers"]["Content-Type"].startswith("multipart/form-data; boundary=")
    assert 'name="picture"; filename="cover.jpg"' in sent["body"]
    assert "front" in sent["body"]
    curl = chrome.find_element("css selector", "#operation-upload_cover [data-curl]").text
    assert "-F 'picture=@cover.jpg'" in curl


def test_sends_urlencoded_forms(chrome: Any, address: str) -> None:
    form = opened(chrome, address, "log_in")
    fill(chrome, "#operation-log_in [name=user]", "ada & co")
    fill(chrome, "#operation-log_in [name=password]", "pw")
    sent = echoed(form)
    assert sent["headers"]["Content-Type"] == "application/x-www-form-urlencoded"
    assert sent["body"] == "user=ada+%26+co&password=pw"


def test_sends_basic_credentials_and_api_keys(chrome: Any, address: str) -> None:
    form = opened(chrome, address, "list_orders")
    fill(chrome, "#scheme-basic [data-part=user]", "ada")
    fill(chrome, "#scheme-basic [data-part=password]", "pä:ss")
    assert echoed(form)["headers"]["Authorization"] == "Basic YWRhOnDDpDpzcw=="
    form = opened(chrome, address, "delete_book")
    fill(chrome, "#scheme-key input", "k3y")
    sent = echoed(form)
    assert sent["headers"]["X-Key"] == "k3y"
    assert "Authorization" not in sent["headers"]


def test_shows_a_stream_as_it_comes_and_stops_it(chrome: Any, address: str) -> None:
    form = opened(chrome, address, "follow_events")
    text = answer(form, wait=lambda text: "data: 3" in text)
    assert "data: 199" not in text
    stop = form.find_element("css selector", ".stop")
    assert stop.is_displayed()
    stop.click()
    assert "data: 199" not in shown(form, lambda text: "Stopped." in text)
    assert not stop.is_displayed()


def test_offers_to_save_what_is_no_text_and_never_reads_text_as_html(chrome: Any, address: str) -> None:
    form = opened(chrome, address, "show_cover")
    assert "Save 6 bytes of image/png" in answer(form, wait=lambda text: "Save" in text)
    form = opened(chrome, address, "GET-~2fhealth")
    assert "<b>alive</b>" in answer(form, wait=lambda text: "alive" in text)
    assert complaints(chrome) == []


def test_says_when_no_answer_came(chrome: Any) -> None:
    with served() as url:
        form = opened(chrome, url, "show_book")
    assert "No answer: Failed to fetch" in answer(form, wait=lambda text: "No answer" in text)


def test_searches_by_keyboard(chrome: Any, address: str) -> None:
    opened(chrome, address, "list_books")
    active = chrome.switch_to.active_element
    active.send_keys("/")
    box = chrome.switch_to.active_element
    assert box.get_attribute("type") == "search"
    box.send_keys("delete book")
    links = chrome.find_elements("css selector", "nav section li a")
    assert [link.text.split("\n")[-1] for link in links if link.is_displayed()] == ["Remove a book"]
    box.send_keys("\n")
    assert chrome.current_url.endswith("#operation-delete_book")
    box.send_keys("\ue00c")
    assert len([link for link in links if link.is_displayed()]) == len(links)


def test_a_phone_has_its_contents_behind_a_button(chrome: Any, address: str) -> None:
    look(chrome, 390, 844)
    chrome.get(address)
    link = chrome.find_element("css selector", "nav a[href='#operation-show_book']")
    assert not link.is_displayed()
    chrome.find_element("css selector", ".menu").click()
    assert link.is_displayed()
    link.click()
    assert not link.is_displayed()


def test_the_theme_is_chosen_and_kept(chrome: Any, address: str) -> None:
    opened(chrome, address, "list_books")
    button = chrome.find_element("css selector", ".theme")
    assert button.text == "Dark theme"
    button.click()
    assert button.text == "Light theme"
    chrome.refresh()
    scheme = chrome.execute_script("return getComputedStyle(document.documentElement).colorScheme")
    assert scheme == "dark"
    chrome.execute_script("localStorage.clear()")


def test_prints_everything_on_paper(chrome: Any, address: str) -> None:
    opened(chrome, address, "list_books")
    folded = chrome.find_element("css selector", "#operation-create_book .answer ~ .answer .rows")
    assert not folded.is_displayed()
    chrome.execute_script("dispatchEvent(new Event('beforeprint'))")
    look(chrome, 1440, 900, media="print")
    assert not chrome.find_element("css selector", "nav").is_displayed()
    assert not chrome.find_element("css selector", ".try").is_displayed()
    assert folded.is_displayed()
    chrome.execute_script("dispatchEvent(new Event('afterprint'))")
    look(chrome, 1440, 900)
    assert not folded.is_displayed()
