"""Which app a command takes, and what it says when there is none."""

from __future__ import annotations

import os
import sys
from typing import Any

import pytest

APP = 'from restlite import App\n{name} = App(title="{title}", version="1")\n'


def made(name: str = "app", title: str = "Shop") -> str:
    return APP.format(name=name, title=title)


def title_of(project: Any, *arguments: str) -> str:
    """Tell which app the command line takes."""
    done = project.run("shell", *arguments, stdin="print('title:', app.title)\n")
    assert done.exit_code == 0, done.output
    return str(done.output.partition("title: ")[2].split("\n")[0])


@pytest.mark.parametrize(
    "name",
    [
        "main.py",
        "app.py",
        "api.py",
        "wsgi.py",
        "app/main.py",
        "app/app.py",
        "app/api.py",
        "app/wsgi.py",
        "app/__init__.py",
    ],
)
def test_usual_files_are_found(name: str, project: Any) -> None:
    if name.startswith("app/"):
        project.file("app/__init__.py", "")
    project.file(name, made())
    assert title_of(project) == "Shop"


def test_earlier_files_win_and_those_without_an_app_are_passed_over(project: Any) -> None:
    project.write(main="import os\n", app=made(title="Second"), api=made(title="Third"))
    assert title_of(project) == "Second"


@pytest.mark.parametrize("attribute", ["app", "application", "api", "shop"])
def test_usual_attributes_and_the_only_app_are_found(attribute: str, project: Any) -> None:
    project.write(main=made(attribute))
    assert title_of(project) == "Shop"


def test_one_app_under_two_names_is_one(project: Any) -> None:
    project.write(main=made("shop") + "store = shop\n")
    assert title_of(project) == "Shop"


@pytest.mark.parametrize("factory", ["create_app", "make_app"])
def test_factories_are_found(factory: str, project: Any) -> None:
    project.write(
        main=f"from restlite import App\ndef {factory}():\n    return App(title='Made', version='1')\n"
    )
    assert title_of(project) == "Made"


@pytest.mark.parametrize(
    "target",
    [
        "shop.web:app",
        "shop.web",
        "shop.web:make()",
        "shop.web:inner.app",
        "shop/web.py",
        "shop/web.py:app",
        "shop/__init__.py:web.app",
    ],
)
def test_targets_are_understood(target: str, project: Any) -> None:
    project.file("shop/__init__.py", "from . import web\n")
    project.file("shop/web.py", made() + "class inner:\n    app = app\ndef make():\n    return app\n")
    assert title_of(project, target) == "Shop"


def test_file_of_another_root_is_found(project: Any) -> None:
    project.file("src/shop/__init__.py", "")
    project.file("src/shop/names.py", "")
    project.file("src/shop/web.py", "from shop import names\n" + made())
    assert title_of(project, "src/shop/web.py") == "Shop"


def test_command_line_beats_environment_beats_project(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write(one=made(title="One"), two=made(title="Two"), three=made(title="Three"), main=made())
    project.file("pyproject.toml", '[tool.restlite]\napp = "three:app"\n')
    assert title_of(project) == "Three"
    monkeypatch.setenv("RESTLITE_APP", "two:app")
    assert title_of(project) == "Two"
    assert title_of(project, "one:app") == "One"


def test_pyproject_of_other_tools_does_not_matter(project: Any) -> None:
    project.write(main=made())
    project.file("pyproject.toml", "[tool.other]\napp = 'x'\n")
    assert title_of(project) == "Shop"


def refusal(project: Any, *arguments: str) -> str:
    """Run a command that finds no app, and give what it says."""
    done = project.run("routes", *arguments)
    assert done.exit_code == 1
    assert isinstance(done.exception, SystemExit)
    return str(done.output)


def test_nothing_at_all_says_what_was_looked_for(project: Any) -> None:
    assert refusal(project) == (
        f"Error: No app is named, and none was found in {os.getcwd()}: looked for main.py,"
        " app.py, api.py, wsgi.py, app/main.py, app/app.py, app/api.py, app/wsgi.py, app/__init__.py.\n"
        "    Write: restlite dev main:app, or RESTLITE_APP=main:app, or in pyproject.toml:\n"
        '           [tool.restlite]\n           app = "main:app"\n'
    )


@pytest.mark.parametrize(
    ("files", "expect"),
    [({"main": ""}, " main.py has no App."), ({"main": "", "api": ""}, " main.py and api.py have no App.")],
)
def test_files_without_an_app_are_named(files: dict[str, str], expect: str, project: Any) -> None:
    project.write(**files)
    assert expect in refusal(project)


@pytest.mark.parametrize(
    ("target", "expect"),
    [
        ("mian:app", "There is no module 'mian' in {cwd} (named by the command line). Did you mean 'main'?"),
        ("zzz", "There is no module 'zzz' in {cwd} (named by the command line)."),
        (
            "main.sub:app",
            "There is no module 'main.sub' in {cwd} (named by the command line). Did you mean 'main'?",
        ),
        ("main:aplication", "'main' has no attribute 'aplication'. Did you mean 'application'?"),
        ("main:zzz", "'main' has no attribute 'zzz'."),
        ("main:number.zzz", "'main' has no attribute 'number.zzz'."),
        ("main:number", "main:number is of type int, not an App."),
        (
            "main:make",
            "main:make is of type function, not an App.\n    Write: main:make() if it makes the app.",
        ),
        ("main:count()", "main:count() is of type int, not an App."),
        ("mian.py", "There is no file 'mian.py'. Did you mean 'main.py'?"),
        (":app", "the command line names no app: ':app'.\n    Write: main:app"),
        ("main:not an app", "the command line names no app: 'main:not an app'.\n    Write: main:app"),
    ],
)
def test_slips_are_explained(target: str, expect: str, project: Any) -> None:
    project.write(
        main=made("application")
        + "number = 5\ndef make():\n    return application\ndef count():\n    return 1\n"
    )
    assert refusal(project, target) == f"Error: {expect.format(cwd=os.getcwd())}\n"


def test_module_without_an_app_is_explained(project: Any) -> None:
    project.write(main="")
    assert refusal(project, "main") == (
        "Error: 'main' has no App: neither one of app, application, api, nor another attribute,"
        " nor create_app() or make_app().\n    Write: app = App(title=...)\n"
    )


def test_several_apps_are_a_choice(project: Any) -> None:
    project.write(main=made("shop") + made("admin"))
    assert refusal(project) == "Error: 'main' has several apps: admin, shop.\n    Write: main:admin\n"


def test_environment_is_named_as_the_source(project: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RESTLITE_APP", "zzz:app")
    assert refusal(project) == f"Error: There is no module 'zzz' in {os.getcwd()} (named by RESTLITE_APP).\n"


def test_broken_toml_is_explained(project: Any) -> None:
    project.file("pyproject.toml", "[tool.restlite\n")
    assert "pyproject.toml is not valid TOML: " in refusal(project)


def test_setup_error_is_its_message_alone(project: Any) -> None:
    project.write(main=made() + '@app.get("/books/<id>")\ndef show() -> str:\n    return ""\n')
    said = refusal(project)
    assert "Traceback" not in said
    assert f"{os.getcwd()}{os.sep}main.py:" in said
    assert "    Write: " in said


@pytest.mark.parametrize(
    ("text", "expect"),
    [
        ("import nothing_like_this\n", "ModuleNotFoundError: No module named 'nothing_like_this'"),
        ("1 / 0\n", "ZeroDivisionError: division by zero"),
        ("def (:\n", "SyntaxError: invalid syntax"),
        ("def create_app():\n    1 / 0\n", "ZeroDivisionError: division by zero"),
    ],
)
def test_other_errors_of_the_users_code_show_their_traceback(text: str, expect: str, project: Any) -> None:
    project.write(main=text)
    said = refusal(project)
    assert said.startswith("Error: The app could not be imported.\n\n")
    assert f'File "{os.getcwd()}{os.sep}main.py", line' in said
    assert said.endswith(f"{expect}\n")
    assert "discovery.py" not in said
    assert "importlib" not in said


def test_directory_is_added_to_the_path_once(shop: Any) -> None:
    assert title_of(shop) == "Shop"
    assert title_of(shop) == "Shop"
    assert sys.path.count(os.getcwd()) == 1
