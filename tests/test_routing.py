"""Routers: prefixes, hosts, options and mounts, and what is wrong with them at registration."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import pytest

from restlite import App, Created, NotFound, Request, Resource, Router, SetupError, link
from restlite.depends import Depends
from restlite.testing import Client


# wsgiref.validate knows the methods of 1999.
@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
@pytest.mark.parametrize("method", ["get", "post", "put", "patch", "delete", "head", "options", "query"])
def test_each_verb_has_a_decorator_that_returns_the_function(gateway: Any, method: str) -> None:
    app = App()

    def handler() -> str:
        return method

    assert getattr(app, method)("/")(handler) is handler
    with Client(app, gateway=gateway) as client:
        response = client.request(method.upper(), "/")
    assert (response.status_code, response.text) == (200, "" if method == "head" else method)


def test_one_handler_for_several_methods_and_several_rules(gateway: Any) -> None:
    app = App()

    @app.get("/pong")
    @app.route("/ping", methods=["get", "POST"])
    def ping(request: Request) -> str:
        return f"{request.method} {request.path}"

    with Client(app, gateway=gateway) as client:
        assert client.get("/ping").text == "GET /ping"
        assert client.post("/ping").text == "POST /ping"
        assert client.get("/pong").text == "GET /pong"
        assert client.put("/ping").headers["Allow"] == "GET, HEAD, OPTIONS, POST"


@pytest.mark.filterwarnings("ignore:Unknown REQUEST_METHOD")
def test_a_method_of_ones_own_is_a_method(gateway: Any) -> None:
    app = App()

    @app.route("/", methods=["PURGE"])
    def purge() -> str:
        return "purged"

    with Client(app, gateway=gateway) as client:
        assert client.request("PURGE", "/").text == "purged"


def test_routers_nest_and_their_prefixes_have_parameters(gateway: Any) -> None:
    notes = Router("/notes")

    @notes.get("/<int:note>")
    def show(shop: int, item: str, note: int) -> list[Any]:
        return [shop, item, note]

    items = Router("/items/<item>")
    shops = Router("/shops")
    items.mount(notes)
    shops.mount(items, prefix="/<int:shop>")
    app = App()
    app.mount(shops)

    @notes.get("/late")  # registered when all routers are mounted
    def late(shop: int, item: str) -> str:
        return f"{shop} {item}"

    with Client(app, gateway=gateway) as client:
        assert client.get("/shops/1/items/a/notes/2").json() == [1, "a", 2]
        assert client.get("/shops/1/items/a/notes/late").text == "1 a"
        assert client.get("/items/a/notes/2").status_code == 404


def test_one_router_mounted_twice_links_within_the_mount_it_is_in(gateway: Any) -> None:
    books = Router("/books")

    @books.get("/<int:id>")
    def show(id: int) -> int:
        return id

    @books.post("")
    def create() -> Created[int]:
        return Created(1, location=link(show, id=1))

    app = App()
    app.mount(books, prefix="/v1")
    app.mount(books, prefix="/v2")
    with Client(app, gateway=gateway) as client:
        assert client.post("/v1/books").headers["Location"] == "/v1/books/1"
        assert client.post("/v2/books").headers["Location"] == "/v2/books/1"
        assert client.get("/v2/books/1").json() == 1
    assert app.url_for(show, id=3) == "/v1/books/3"


def test_a_router_mounted_under_itself_twice_through_others(gateway: Any) -> None:
    leaf, left, right = Router(), Router("/left"), Router("/right")

    @leaf.get("/leaf")
    def leaf_(request: Request) -> str:
        return request.url_for(leaf_)

    left.mount(leaf)
    right.mount(leaf)
    app = App()
    app.mount(left)
    app.mount(right)
    with Client(app, gateway=gateway) as client:
        assert client.get("/left/leaf").text == "/left/leaf"
        assert client.get("/right/leaf").text == "/right/leaf"


def test_a_host_and_a_subdomain_choose_among_routers(gateway: Any) -> None:
    api = Router(host="api.example.org")
    tenants = Router(subdomain="<tenant>")
    app = App(server_name="example.com")

    @app.get("/")
    def anywhere() -> str:
        return "anywhere"

    @api.get("/")
    def on_api() -> str:
        return "api"

    @tenants.get("/")
    def on_tenant(tenant: str) -> str:
        return f"tenant {tenant}"

    @tenants.get("/only")
    def only(tenant: str) -> str:
        return tenant

    inner = Router("/inner")

    @inner.get("")
    def within(tenant: str) -> str:
        return f"within {tenant}"

    tenants.mount(inner)
    app.mount(api)
    app.mount(tenants)
    with Client(app, gateway=gateway) as client:

        def get(path: str, host: str) -> Any:
            return client.get(path, headers={"Host": host})

        assert get("/", "api.example.org").text == "api"
        assert get("/", "API.example.org:8000").text == "api"
        assert get("/", "acme.example.com").text == "tenant acme"
        assert get("/inner", "acme.example.com").text == "within acme"
        assert get("/", "elsewhere.net").text == "anywhere"
        assert get("/", "[::1]:80").text == "anywhere"
        assert get("/only", "elsewhere.net").status_code == 404


def test_options_are_inherited_by_the_table(gateway: Any) -> None:
    ran: list[str] = []

    def first() -> None:
        ran.append("first")

    def second() -> None:
        ran.append("second")

    class A(NotFound): ...

    router = Router(tags=["books", "all"], raises=[A], dependencies=[Depends(second)], max_body=20)
    app = App(tags=["all"], raises=[NotFound], dependencies=[Depends(first)], deprecated=True, max_body=10)

    @router.post("/", tags=["new"], deprecated=False)
    def create(body: bytes) -> int:
        return len(body)

    app.mount(router)
    [operation] = app.operations
    assert operation.options["tags"] == ("all", "books", "new")
    assert operation.options["raises"] == (NotFound, A)
    assert operation.options["deprecated"] is False
    with Client(app, gateway=gateway) as client:
        octets = {"Content-Type": "application/octet-stream"}
        assert client.post("/", content=b"x" * 20, headers=octets).text == "20"
        assert client.post("/", content=b"x" * 21, headers=octets).status_code == 413
    assert ran[:2] == ["first", "second"]


def test_a_resource_binds_its_constructor_like_a_handler(gateway: Any) -> None:
    def opened() -> str:
        return "db"

    from typing import Annotated

    app = App()

    @app.resource("/todos/<int:id>/notes", tags=["notes"])
    class Notes(Resource):
        def __init__(self, id: int, db: Annotated[str, Depends(opened)], q: str = "-") -> None:
            self.all = [id, db, q]

        def get(self, id: int) -> list[Any]:
            return [*self.all, id]

        async def post(self) -> list[Any]:
            return self.all

        @staticmethod
        def helper() -> None: ...

    with Client(app, gateway=gateway) as client:
        assert client.get("/todos/3/notes?q=a").json() == [3, "db", "a", 3]
        assert client.post("/todos/3/notes").json() == [3, "db", "-"]
        assert client.delete("/todos/3/notes").headers["Allow"] == "GET, HEAD, OPTIONS, POST"
    assert app.url_for(Notes, id=3) == app.url_for(Notes.get, id=3) == "/todos/3/notes"


def show() -> None: ...
def show_id(id: int) -> None: ...
def two_ids(id: int) -> None: ...


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("todos", "the rule 'todos' is wrong: it begins with 't'; a slash was expected, as in '/todos'"),
        ("/<int:>", "a variable was expected, as '<id>' or '<int:id>'"),
        ("/a//b", "the rule '/a//b' is wrong: it holds '//'; segments between slashes were expected"),
        ("/a?b", "it holds '?'; a path was expected, without a query"),
        ("/<a>/<a>", "it names 'a' twice; every name may stand once"),
    ],
)
def test_a_rule_that_is_wrong(rule: str, found: str) -> None:
    with pytest.raises(SetupError) as caught:
        App().get(rule)(show)
    assert found in caught.value.found
    assert caught.value.mend == '"/todos/<int:id>"'
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(show)[1])


def test_a_rule_without_a_path_needs_a_prefix() -> None:
    with pytest.raises(SetupError) as caught:
        App().get("")(show)
    assert "the rule '' is wrong: it is empty; a slash was expected, as in '/'" in caught.value.found
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(show)[1])


def test_an_unknown_option_names_the_near_one() -> None:
    with pytest.raises(SetupError) as caught:
        App().get("/", excludenone=True)(show)  # type: ignore[call-arg]
    assert caught.value.found.startswith(
        "'excludenone' is no option of a route; the options are: body, dependencies, deprecated, "
    )
    assert caught.value.mend == "exclude_none=..."
    with pytest.raises(SetupError) as caught:
        App().get("/", zzz=True)(show)  # type: ignore[call-arg]
    assert caught.value.mend == "one of them"


def test_a_method_that_is_none() -> None:
    with pytest.raises(SetupError) as caught:
        App().route("/", methods=["GE T"])(show)
    assert caught.value.found == "'GE T' is no HTTP method."
    assert caught.value.mend == "methods=['GET', 'POST']"
    assert caught.value.file == __file__


def test_a_resource_without_methods() -> None:
    class Empty(Resource): ...

    with pytest.raises(SetupError) as caught:
        App().resource("/")(Empty)
    assert caught.value.found.endswith("Empty has no method named after an HTTP method.")
    assert caught.value.mend == "def get(self) -> T: ..."
    assert caught.value.file == __file__


@pytest.mark.parametrize("prefix", ["books", "/books/", "/"])
def test_a_prefix_without_a_slash_or_with_one_too_many(prefix: str) -> None:
    with pytest.raises(SetupError) as caught:
        Router(prefix)
    assert caught.value.found == f"the prefix {prefix!r} must begin with a slash and not end with one."
    assert caught.value.mend == ("'/'" if prefix == "/" else "'/books'")


def test_a_prefix_that_is_no_rule() -> None:
    with pytest.raises(SetupError) as caught:
        App().mount(Router(), prefix="/<int:>")
    assert caught.value.found.startswith("the prefix '/<int:>' is wrong: it goes on with '<int:>';")
    assert caught.value.mend == '"/books"'


def test_prefix_and_rule_that_name_one_parameter_twice() -> None:
    router = Router("/<int:id>")
    router.get("/<int:id>")(two_ids)
    with pytest.raises(SetupError) as caught:
        App().mount(router)
    assert caught.value.found == (
        "the rule '/<int:id>' is wrong: it names 'id' twice; every name may stand once"
    )
    assert caught.value.mend == '"/todos/<int:id>"'
    assert (caught.value.file, caught.value.line) == (__file__, inspect.getsourcelines(two_ids)[1])


def test_a_host_that_is_none() -> None:
    router = Router(host="a/b")
    router.get("/")(show)
    with pytest.raises(SetupError) as caught:
        App().mount(router)
    assert "'a/b' is no host" in caught.value.found


def test_a_subdomain_needs_a_server_name() -> None:
    app = App()
    with pytest.raises(SetupError) as caught:
        app.mount(Router(subdomain="api"))
    assert caught.value.found == "a router has subdomain='api', but the app has no server_name."
    assert caught.value.mend == 'App(server_name="example.com")'


def test_a_router_inside_itself() -> None:
    outer, inner = Router(), Router()
    outer.mount(inner)
    for one, other in ((outer, outer), (inner, outer)):
        with pytest.raises(SetupError) as caught:
            one.mount(other)
        assert caught.value.found == "a router is mounted inside itself."
        assert caught.value.mend == "app.mount(another_router)"


@pytest.mark.parametrize(
    "register",
    [
        lambda app, router: app.get("/late")(show),
        lambda app, router: router.get("/late")(show),
        lambda app, router: app.mount(Router()),
        lambda app, router: router.mount(Router()),
        lambda app, router: app.before(show),
        lambda app, router: router.around(show),
        lambda app, router: app.error_handler(KeyError)(show),
        lambda app, router: app.resource("/late")(type("R", (), {"get": lambda self: None})),
        lambda app, router: app.mount_wsgi("/late", show),
    ],
)
def test_a_registration_after_the_app_has_begun_to_serve(
    register: Callable[[App, Router], object],
) -> None:
    app, router = App(), Router("/books")
    app.mount(router)
    app.freeze()
    with pytest.raises(SetupError) as caught:
        register(app, router)
    assert caught.value.found == ("the app has begun to serve; what is registered now would not be seen.")
    assert caught.value.mend == "the registration at import, before the first request"


def test_a_decorator_of_a_hook_may_declare() -> None:
    app = App()

    @app.before(raises=[NotFound])
    def check(request: Request) -> None: ...

    assert app.scope.hooks[0].raises == (NotFound,)
    assert app.scope.hooks[0].function is check


def test_a_variable_of_the_host_is_no_query_parameter(gateway: Any) -> None:
    app = App()
    office = Router(host="<tenant>.example.com")

    @office.get("/<name>")
    def show(name: str, tenant: str) -> str:
        return f"{name} of {tenant}"

    app.mount(office)
    with Client(app, gateway=gateway, base_url="http://acme.example.com") as client:
        assert client.get("/ann").text == "ann of acme"
        assert client.get("/ann?tenant=other").json()["errors"][0]["code"] == "unknown"
    assert [record.name for record in app.operations[0].describe().parameters] == ["name"]
