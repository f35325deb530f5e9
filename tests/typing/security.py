# pyright: strict
"""Who calls: identities as handlers, dependencies and resources write them, and what verifies them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated, Any, assert_type

from pydantic import BaseModel

from restlite import App, Depends, NoContent, Problem, Request, Resource, Router
from restlite.security import (
    APIKey,
    AuthorizationCode,
    Basic,
    BasicCredentials,
    Bearer,
    Claims,
    ClientCertificate,
    HTTPScheme,
    JWTIssuer,
    JWTVerifier,
    MutualTLS,
    OAuth2,
    OpenIDConnect,
    Requirement,
    TokenPair,
    equal_secrets,
    known,
    public,
)


class User(BaseModel):
    name: str
    scopes: list[str] = []


class Store:
    def user(self, token: str) -> User | None:
        return User(name=token)


def open_store() -> Store:
    return Store()


Db = Annotated[Store, Depends(open_store)]


# Verifiers: functions, sync and async, with dependencies; methods, classes and what the package makes


def find_user(token: str, db: Db) -> User | None:
    return db.user(token)


async def find_later(token: str, request: Request) -> User | None:
    return User(name=token + request.method)


def check_password(sent: BasicCredentials) -> str | None:
    assert_type(sent.username, str)
    return sent.username if equal_secrets(sent.password, b"secret") else None


def find_service(certificate: ClientCertificate) -> str | None:
    return {"fingerprint": "reports"}.get(certificate.fingerprint)


def roles_of(user: User) -> Iterable[str]:
    return ["clerk"] if user.name else []


issuer = JWTIssuer(
    key="a secret that nobody can guess, long enough",
    algorithm="HS256",
    issuer="https://api.example.com/login",
    audience="https://api.example.com",
)
plain_tokens = issuer.verifier()
user_tokens = issuer.verifier(leeway=30, claims=User)
others_tokens = JWTVerifier(
    algorithms=["HS256"],
    issuer="https://login.example.com",
    audience="https://api.example.com",
    key="another secret that nobody can guess",
    claims=User,
)
assert_type(plain_tokens, JWTVerifier[Claims])
assert_type(plain_tokens(""), Claims | None)
assert_type(user_tokens, JWTVerifier[User])
assert_type(others_tokens, JWTVerifier[User])
assert_type(others_tokens(""), User | None)
assert_type(known({"key": "reports"}), Callable[[str], str | None])
assert_type(known({b"key": User(name="Ann")}), Callable[[str], User | None])


# Schemes

bearer = Bearer(find_user, roles=roles_of)
later = Bearer(find_later, name="later", scopes=lambda user: user.scopes)
claimed = Bearer(plain_tokens, name="jwt", format="JWT")
basic = Basic(check_password, realm="todos")
token = HTTPScheme("Token", known({"key": "deploy"}))
key = APIKey(known({"key": "reports"}), header="X-API-Key", description="Ask the desk for one.")
session = APIKey(known({"id": "browser"}), cookie="session", name="session")
tls = MutualTLS(find_service)
code = AuthorizationCode({"read": "See todos"}, authorization_url="/authorize", token_url="/token")
oauth2 = OAuth2(user_tokens, flows=[code])
openid = OpenIDConnect("https://login.example.org/.well-known/openid-configuration", others_tokens)

assert_type(bearer("todos:write", roles=["clerk"]), Requirement)
assert_type(bearer("todos:read") | key, Requirement)
assert_type(bearer & tls, Requirement)
assert_type(bearer("todos:read").optional, Requirement)

app = App(title="Security", security=bearer | key, deny_by_default=True)
api = Router("/api", security=oauth2("read"))

CurrentUser = Annotated[User, bearer]
Editor = Annotated[User, bearer("todos:write")]


# Identities


@app.get("/me")
def show_me(user: CurrentUser) -> User:
    assert_type(user, User)
    return user


@app.delete("/todos/<int:id>")
def delete_todo(id: int, user: Editor) -> NoContent:
    return NoContent()


@app.get("/maybe", security=public)
def show_maybe(user: CurrentUser | None) -> str:
    assert_type(user, User | None)
    return user.name if user else "nobody"


@app.get("/marked")
def show_marked(user: Annotated[User | None, later("todos:read").optional]) -> str:
    assert_type(user, User | None)
    return user.name if user else "nobody"


@app.get("/either")
async def show_either(caller: Annotated[User | str, bearer("todos:read") | key | token]) -> str:
    assert_type(caller, User | str)
    return caller if isinstance(caller, str) else caller.name


@app.get("/both")
def show_both(callers: Annotated[tuple[User, str], bearer & tls]) -> str:
    user, service = callers
    assert_type(user, User)
    assert_type(service, str)
    return f"{service} for {user.name}"


@app.get("/claims")
def show_claims(claims: Annotated[Claims, claimed("todos:read")]) -> str:
    return claims.subject


@app.get("/desk", security=basic)
def show_desk() -> None: ...


@app.get("/browser", security=session | openid("todos:read"))
def show_browser() -> None: ...


@app.post("/login", security=public)
def login(body: User) -> TokenPair:
    return issuer.pair(body.name, scopes=["todos:write"], tenant="a")


@api.get("/todos")
def list_todos(user: Annotated[User, oauth2("read")]) -> list[str]:
    return [user.name]


# Through a dependency, and into a resource


def tenant_of(user: CurrentUser) -> str:
    return user.name


@app.get("/tenant")
def show_tenant(tenant: Annotated[str, Depends(tenant_of)]) -> str:
    return tenant


@app.resource("/notes")
class Notes(Resource):
    def __init__(self, user: CurrentUser, db: Db) -> None:
        self.user = user

    def get(self) -> str:
        return self.user.name


# A scheme of one's own says where credentials are


class Signed(HTTPScheme):
    takes = "signature: str"

    def __init__(self, verify: Callable[[str], Any]) -> None:
        super().__init__("Signature", verify)


class Blocked(Problem):
    """The caller has been blocked."""

    status = 403


def check_signature(signature: str) -> str:
    if signature == "blocked":
        raise Blocked
    return signature


@app.get("/signed", security=Signed(check_signature), raises=[Blocked])
def show_signed() -> None: ...


app.mount(api)
app.freeze()

assert_type(show_me(User(name="Ann")), User)
assert_type(show_both((User(name="Ann"), "reports")), str)
