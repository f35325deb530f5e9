"""What cannot work as CORS is refused when the app is written, with the line that was meant."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restlite import SetupError
from restlite.http.cors import CORS, serialized

SHOP = "https://shop.example"


@pytest.mark.parametrize(
    ("origin", "mend"),
    [
        ("https://shop.example/", 'CORS(["https://shop.example"])'),
        ("https://shop.example/path?x", 'CORS(["https://shop.example"])'),
        ("HTTPS://Shop.Example", 'CORS(["https://shop.example"])'),
        ("https://shop.example:443", 'CORS(["https://shop.example"])'),
        ("http://shop.example:80", 'CORS(["http://shop.example"])'),
        ("https://user@shop.example:8443", 'CORS(["https://shop.example:8443"])'),
        ("shop.example", 'CORS(["https://shop.example"])'),
        ("https://b\xfccher.example", 'CORS(["https://xn--bcher-kva.example"])'),
        ("https://*.shop.example", r'CORS([re.compile(r"https://[a-z0-9-]+\.shop\.example")])'),
        ("null", 'CORS(["https://null"])'),
        ("", 'CORS(["https://shop.example"])'),
        ("://", 'CORS(["https://shop.example"])'),
        (7, 'CORS(["https://7"])'),
    ],
)
def test_what_no_browser_sends_is_a_setup_error(origin: Any, mend: str) -> None:
    with pytest.raises(SetupError) as raised:
        CORS([origin])
    assert raised.value.found == f"CORS: {origin!r} is no origin as browsers send it."
    assert raised.value.mend == mend


@pytest.mark.parametrize(
    "origin",
    ["http://localhost:3000", "http://[::1]:8080", "http://127.0.0.1", "moz-extension://0b9a-1", "app://x"],
)
def test_origins_of_every_kind_can_be_listed(origin: str) -> None:
    assert serialized(origin) == origin
    CORS([origin])


@pytest.mark.parametrize("origins", ["*", re.compile(".*"), [SHOP, re.compile("https?://.+")]])
def test_credentials_are_not_for_everybody(origins: Any) -> None:
    with pytest.raises(SetupError) as raised:
        CORS(origins, credentials=True)
    expect = "CORS: with credentials, every origin would act in the name of the app's users."
    assert (raised.value.found, raised.value.mend) == (
        expect,
        'CORS(["https://shop.example"], credentials=True)',
    )


@pytest.mark.parametrize("origins", [[], ["*", SHOP]])
def test_a_star_stands_alone(origins: list[str]) -> None:
    with pytest.raises(SetupError) as raised:
        CORS(origins)
    assert raised.value.found == f"CORS: origins= lists origins, or is '*' alone; found {origins!r}."
    assert raised.value.mend == 'CORS(["https://shop.example"])'


def test_a_pattern_is_text() -> None:
    pattern: Any = re.compile(b"https://.*")
    with pytest.raises(SetupError) as raised:
        CORS(pattern, credentials=True)
    assert raised.value.found == "CORS: origins are text; found a pattern of bytes, b'https://.*'."
    assert raised.value.mend == "re.compile('https://.*')"


@pytest.mark.parametrize("max_age", [-1, True, "600", 1.5])
def test_max_age_is_a_number_of_seconds(max_age: Any) -> None:
    with pytest.raises(SetupError) as raised:
        CORS([SHOP], max_age=max_age)
    assert raised.value.found == f"CORS: max_age= is a number of seconds, from 0; found {max_age!r}."
    assert raised.value.mend == "max_age=600"


@pytest.mark.parametrize("option", ["headers", "expose"])
@pytest.mark.parametrize("names", ["X-Own", ["*"], ["X Own"], ["X-Own\r\n"], [""]])
def test_header_fields_are_named(option: str, names: Any) -> None:
    options: Any = {option: names}
    with pytest.raises(SetupError) as raised:
        CORS([SHOP], **options)
    found = names if isinstance(names, str) else names[0]
    assert raised.value.found == f"CORS: {option}= lists names of header fields; found {found!r}."
    assert raised.value.mend == f'{option}=["X-Request-Id"]'


@given(st.text(max_size=40))
def test_serializing_twice_changes_nothing(text: str) -> None:
    once = serialized(f"https://{text}")
    assert once is None or serialized(once) == once
