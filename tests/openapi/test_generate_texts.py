"""Texts of generated values: by format, by the name of the member, by pattern and length."""

from __future__ import annotations

import re

import pytest
from sampled import impossible, sampler, typed, value

from restlite.openapi.generate import Hint


@pytest.mark.parametrize(
    "written",
    [
        *(
            "date-time",
            "date",
            "time",
            "duration",
            "email",
            "hostname",
            "ipv4",
            "ipv6",
            "uri",
            "uri-reference",
        ),
        *("uri-template", "uuid", "json-pointer", "relative-json-pointer", "regex", "byte", "idn-email"),
        *("idn-hostname", "iri", "iri-reference", "unknown"),
    ],
)
def test_formats(written: str) -> None:
    made = sampler(typed("string", format=written))
    assert all(made.validator.accepts(made.value("op", index)) for index in range(20))


@pytest.mark.parametrize(
    ("name", "pattern"),
    [
        ("email", r"@example\.com$"),
        ("createdAt", r"T\d\d:"),
        ("release_date", r"^\d{4}-\d\d-\d\d$"),
        ("first_name", "^[A-Z]"),
        ("lastName", "^[A-Z]"),
        ("login", "-"),
        ("author", " "),
        ("html_url", "^https://"),
        ("hostname_host", "example"),
        ("uuid", "-4"),
        ("book-id", "^[0-9a-f]{10}$"),
        ("phone", r"^\+"),
        ("currency", "^[A-Z]{3}$"),
        ("country", "^[A-Z]{2}$"),
        ("locale", "^[a-z]{2}$"),
        ("city", "^[A-Z]"),
        ("address", "Street$"),
        ("zip", r"^\d{5}$"),
        ("color", "^#"),
        ("version", r"^\d+\."),
        ("title", " "),
        ("notes", " "),
        ("name", " "),
        ("whatever", "^[a-z]+$"),
    ],
)
def test_names_tell_what_a_text_is(name: str, pattern: str) -> None:
    schema = typed("object", properties={name: typed("string")}, required=[name])
    assert re.search(pattern, value(schema)[name])


def test_lengths() -> None:
    assert len(value(typed("string", minLength=50, maxLength=50))) == 50
    assert len(value(typed("string", minLength=20_000))) >= 20_000
    assert len(value(typed("object", properties={"name": typed("string", maxLength=3)}))["name"]) <= 3
    assert "minLength is more than maxLength" in impossible(typed("string", minLength=2, maxLength=1))
    assert "must have 5 characters or less" in impossible(typed("string", format="uuid", maxLength=5))


@pytest.mark.parametrize(
    "pattern",
    [
        r"^[A-Z]{2}\d{4}$", r"^(a|b)+c?$", r"^\+?[1-9]\d{1,14}$", r"^(?=.*\d)(?=.*[a-z]).{8,20}$", "abc",
        r"^[^\s@]+@[^\s@]+\.[a-z]{2,}$", r"^(\w)\1$", r"^(?<y>\d)\k<y>$", r"^\p{Lu}\p{L}*$", r"^[\w.\-]+$",
        r"^v\d+(\.\d+){2}$", r"^(?:[a-z]{2}|[A-Z]{3})-x*?$", r"[\u0041-\u005a]{3}", r"^\x41\u{42}$",
        r"^\/a\/$",
        r"^\S\D\W$", r"^\P{L}$", r"^[\t\b]$", r"^a{2,}\b$", r"^(?!x)[a-z-]{3}$", r"^a{0}$", r"^[^ -~]$",
        "^a|b$",
        r"^(?<=)x$", r"^[^a]b{2}$", "^(x)?y{1}$", r"^\.{$", r"^(()*a)*$",
    ],
)  # fmt: skip
def test_patterns(pattern: str) -> None:
    made = sampler(typed("string", pattern=pattern))
    assert all(made.validator.accepts(made.value("op", index)) for index in range(10))


def test_patterns_with_lengths_and_with_each_other() -> None:
    assert len(value(typed("string", pattern="^[a-z]+$", minLength=30, maxLength=30))) == 30
    assert len(value(typed("string", pattern="ab", minLength=30))) >= 30
    found = value({"allOf": [typed("string", pattern=r"^[a-z0-9]{4}$"), {"pattern": r"\d"}]})
    assert re.fullmatch(r"[a-z0-9]{4}", found)
    assert "(" not in impossible(typed("string", pattern="^a$", minLength=5)).partition("(")[0]


def test_a_pattern_that_only_the_validator_reads() -> None:
    assert "no text could be made for the pattern" in impossible(typed("string", pattern="(?i)x"))
    assert value(typed("object", patternProperties={"(?i)x": True}, minProperties=1)) != {}


def test_a_provider_of_texts() -> None:
    hints: list[Hint] = []

    def provide(hint: Hint) -> str | None:
        hints.append(hint)
        return {"name": "Ada Lovelace", "code": "too long"}.get(hint.name)

    properties = {
        "name": typed("string"),
        "code": typed("string", maxLength=3),
        "day": typed("string", format="date"),
    }
    found = value(typed("object", properties=properties), provider=provide)
    assert found["name"] == "Ada Lovelace"
    assert len(found["code"]) <= 3
    assert (hints[-1].name, hints[-1].format) == ("day", "date")
