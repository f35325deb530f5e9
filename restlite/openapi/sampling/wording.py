"""Texts a reader takes for real ones: by format, and by the name of the member that holds them."""

from __future__ import annotations

import base64
import uuid
from collections.abc import Callable
from datetime import date, timedelta
from typing import TypeAlias

from .dice import Dice

Maker: TypeAlias = Callable[[Dice], str]

_WORDS = (
    *(
        "amber",
        "birch",
        "cedar",
        "delta",
        "ember",
        "flint",
        "grove",
        "haven",
        "iris",
        "jade",
        "kelp",
        "lumen",
    ),
    *("maple", "north", "ocean", "pearl", "quartz", "river", "stone", "thyme", "umber", "vale", "willow"),
)
_FIRST = ("Ada", "Alan", "Edsger", "Grace", "Katherine", "Linus", "Margaret", "Niklaus", "Radia", "Tony")
_LAST = ("Bauer", "Dubois", "Garcia", "Haddad", "Ivanova", "Kimura", "Mensah", "Novak", "Okafor", "Silva")
_CITIES = ("Accra", "Bergen", "Cusco", "Dakar", "Graz", "Kyoto", "Lyon", "Porto", "Quito", "Tartu")


def _word(dice: Dice) -> str:
    return dice.of(_WORDS)


def _words(dice: Dice) -> str:
    return " ".join(_word(dice) for _ in range(2 + dice.below(4))).capitalize()


def _date(dice: Dice) -> str:
    return (date(2024, 1, 1) + timedelta(days=dice.below(731))).isoformat()


def _clock(dice: Dice) -> str:
    return f"{dice.below(24):02}:{dice.below(60):02}:{dice.below(60):02}Z"


def _host(dice: Dice) -> str:
    return f"{_word(dice)}.example.com"


def _email(dice: Dice) -> str:
    return f"{_word(dice)}.{_word(dice)}@example.com"


def _uri(dice: Dice) -> str:
    return f"https://{_host(dice)}/{_word(dice)}"


def _uuid(dice: Dice) -> str:
    return str(uuid.UUID(int=dice.below(1 << 128), version=4))


def _byte(dice: Dice) -> str:
    return base64.b64encode(_words(dice).encode()).decode()


def _ipv6(dice: Dice) -> str:
    return "2001:db8::" + ":".join(f"{1 + dice.below(0xFFFE):x}" for _ in range(4))


#: Texts by format. (JSON Schema 2020-12 Validation, 7.3; OpenAPI Format Registry)
BY_FORMAT: dict[str, Maker] = {
    "date-time": lambda dice: f"{_date(dice)}T{_clock(dice)}",
    "date": _date,
    "time": _clock,
    "duration": lambda dice: f"PT{1 + dice.below(48)}H",
    "email": _email,
    "idn-email": _email,
    "hostname": _host,
    "idn-hostname": _host,
    "ipv4": lambda dice: f"192.0.2.{1 + dice.below(254)}",
    "ipv6": _ipv6,
    "uri": _uri,
    "iri": _uri,
    "url": _uri,
    "uri-reference": lambda dice: f"/{_word(dice)}/{1 + dice.below(999)}",
    "iri-reference": lambda dice: f"/{_word(dice)}/{1 + dice.below(999)}",
    "uri-template": lambda dice: f"/{_word(dice)}/{{id}}",
    "uuid": _uuid,
    "json-pointer": lambda dice: f"/{_word(dice)}/{dice.below(9)}",
    "relative-json-pointer": lambda dice: f"{dice.below(3)}/{_word(dice)}",
    "regex": lambda dice: f"^{_word(dice)}$",
    "byte": _byte,
    "base64": _byte,
    "int32": lambda dice: str(dice.below(1000)),
    "int64": lambda dice: str(dice.below(1000)),
    "decimal": lambda dice: f"{dice.below(1000)}.{dice.below(100):02}",
}

#: Texts by the end of a member's name, the first that fits.
_BY_NAME: tuple[tuple[tuple[str, ...], Maker], ...] = (
    (("email", "mail"), _email),
    (("_at", "timestamp", "datetime"), BY_FORMAT["date-time"]),
    (("_on", "date", "day"), _date),
    (("first_name", "given_name"), lambda dice: dice.of(_FIRST)),
    (("last_name", "family_name", "surname"), lambda dice: dice.of(_LAST)),
    (("user_name", "login", "slug", "handle"), lambda dice: f"{_word(dice)}-{_word(dice)}"),
    (("author", "owner", "person", "full_name"), lambda dice: f"{dice.of(_FIRST)} {dice.of(_LAST)}"),
    (("url", "uri", "href", "link", "website"), _uri),
    (("host", "domain"), _host),
    (("uuid", "guid"), _uuid),
    (("id", "sha", "hash", "token", "key", "cursor"), lambda dice: f"{dice.below(1 << 40):010x}"),
    (("phone", "mobile"), lambda dice: f"+1555{dice.below(10**7):07}"),
    (("currency",), lambda dice: dice.of(("CHF", "EUR", "GBP", "JPY", "USD"))),
    (("country", "country_code"), lambda dice: dice.of(("AT", "BR", "DE", "FR", "JP", "KE", "US"))),
    (("language", "locale", "lang"), lambda dice: dice.of(("de", "en", "fr", "ja", "pt"))),
    (("city", "town"), lambda dice: dice.of(_CITIES)),
    (("street", "address"), lambda dice: f"{1 + dice.below(99)} {_word(dice).capitalize()} Street"),
    (("zip", "postcode", "postal_code"), lambda dice: f"{dice.below(10**5):05}"),
    (("color", "colour"), lambda dice: f"#{dice.below(1 << 24):06x}"),
    (("version",), lambda dice: f"{dice.below(9)}.{dice.below(20)}.{dice.below(20)}"),
    (("title", "subject", "headline", "description", "summary", "message", "detail", "body"), _words),
    (("comment", "note", "notes", "text", "content"), _words),
    (("name", "label"), lambda dice: f"{_word(dice).capitalize()} {_word(dice)}"),
)


def text_named(name: str, dice: Dice) -> str:
    """Make a text that suits a member's name; a plain word where the name says nothing.

    >>> text_named("createdAt", Dice(""))[10:11], text_named("contact_email", Dice(""))[-12:]
    ('T', '@example.com')
    """
    plain = "".join(f"_{char.lower()}" if char.isupper() else char for char in name).replace("-", "_")
    for endings, make in _BY_NAME:
        for ending in endings:
            if plain == ending or plain.endswith(ending if ending[0] == "_" else f"_{ending}"):
                return make(dice)
    return _word(dice)


def fitted(text: str, least: int, most: int | None, dice: Dice) -> str:
    """Lengthen or cut a text to fit its bounds."""
    while len(text) < least:
        text += f"{' ' if text else ''}{_word(dice)}" if least < 10_000 else "a" * (least - len(text))
        if most is None or len(text) <= most:
            continue
        text = text[:most]
    return text if most is None else text[:most].rstrip() or text[:most]
