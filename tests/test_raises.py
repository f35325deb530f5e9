"""What routes and error handlers declare is checked before an app serves."""

from __future__ import annotations

from typing import Any

import pytest
from werkzeug.exceptions import NotFound as WerkzeugNotFound

from restlite import App, Conflict, Problem, Resource, SetupError
from restlite.testing import Client, UndeclaredAnswer


def test_an_error_handler_is_found_by_class_not_by_status() -> None:
    kinds: Any = (404,)
    with pytest.raises(SetupError) as caught:

        @App().error_handler(*kinds)
        def missing(error: Exception) -> Conflict: ...

    assert (
        caught.value.found == "404 is no exception class; error handlers are found by class, not by status."
    )
    assert caught.value.mend == "@app.error_handler(NotFound)"


@pytest.mark.parametrize(
    ("kind", "found", "mend"),
    [
        ("x", "show: raises= names 'x', which is no exception class.", "raises=[NotFound]"),
        (int, "show: raises= names <class 'int'>, which is no exception class.", "raises=[NotFound]"),
        (
            ValueError,
            "show: raises= names ValueError, which no error handler answers.",
            "@app.error_handler(ValueError)   # or a Problem in its place",
        ),
    ],
)
def test_what_is_declared_to_be_raised_can_be_answered(kind: Any, found: str, mend: str) -> None:
    app = App()

    def show() -> str: ...

    show.__qualname__ = "show"
    app.get("/", raises=[kind])(show)
    with pytest.raises(SetupError) as caught:
        app.freeze()
    assert (caught.value.found, caught.value.mend) == (found, mend)


def test_a_mapped_exception_and_werkzeugs_own_may_be_declared() -> None:
    app = App()

    @app.get("/", raises=[LookupError, WerkzeugNotFound])
    def show() -> str:
        raise KeyError

    @app.error_handler(LookupError)
    def missing(error: LookupError) -> Conflict:
        return Conflict()

    with Client(app) as client:
        assert client.get("/").status_code == 409


class Taken(Problem):
    """The name is taken."""

    status = 409


def test_the_report_of_an_undeclared_answer_names_the_class_and_the_decorator() -> None:
    app = App()

    @app.resource("/notes")
    class Notes(Resource):
        def post(self) -> str:
            raise Taken

    with Client(app) as client, pytest.raises(UndeclaredAnswer) as caught:
        client.post("/notes")
    assert "Write: @app.resource('/notes', raises=[Taken])" in str(caught.value)
