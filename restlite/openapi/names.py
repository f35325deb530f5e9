"""The names of components: short, the same whatever is registered first, and never one for two classes."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping

from ..errors import SetupError

#: What pydantic calls a class: module and qualified name, a number, and the arguments of a generic one.
_PARTS = re.compile(r"[^\[\],]+|[\[\],]")
_UNFIT = re.compile(r"[^A-Za-z0-9_]+")
_FIT = re.compile(r"[A-Za-z0-9_]+")


def names_of(paths: Mapping[str, str]) -> dict[str, str]:
    """Name things by where they are defined: by the last part, and by as many more as tell them apart.

    >>> names_of({"1": "shop.orders.Item", "2": "shop.books.Item", "3": "shop.books.Book"})
    {'1': 'OrdersItem', '2': 'BooksItem', '3': 'Book'}

    Raises :class:`SetupError` where two things have one path.

    :param paths: dotted paths by whatever identifies the things.
    """
    found: dict[str, str] = {}
    for base, keys in grouped(paths).items():
        if len(keys) == 1:
            found[keys[0]] = base
            continue
        parts = {key: _steps(paths[key]) for key in keys}
        for key in keys:
            found[key] = _told_apart(key, parts)
    for name, keys in grouped(found).items():
        if len(keys) > 1:
            raise collision(name, sorted(paths[key] for key in keys))
    return found


def grouped(paths: Mapping[str, str]) -> dict[str, list[str]]:
    """Collect keys by the last part of their paths."""
    groups: dict[str, list[str]] = {}
    for key, path in paths.items():
        groups.setdefault(_steps(path)[-1], []).append(key)
    return groups


def _steps(path: str) -> list[str]:
    *rest, last = (step for step in path.split(".") if step != "<locals>")
    return [*rest, last if _FIT.fullmatch(last) else camel(last)]


def _told_apart(key: str, parts: Mapping[str, list[str]]) -> str:
    """Put the nearest part that nobody else has before the name; or all of them."""
    own = parts[key]
    others = [steps for other, steps in parts.items() if other != key]
    for back in range(2, len(own) + 1):
        part = own[-back]
        if all(len(steps) < back or steps[-back] != part for steps in others):
            return camel(part) + own[-1]
    return "".join(map(camel, own))


def camel(part: str) -> str:
    """Write a text as one word that may stand in a name.

    >>> camel("my shop_item")
    'MyShopItem'
    """
    return "".join(word[:1].upper() + word[1:] for word in _UNFIT.sub("_", part).split("_"))


def collision(name: str, paths: list[str]) -> SetupError:
    """Say that two classes would have one name."""
    found = f"two classes have the component name {name}: {' and '.join(paths)}."
    return SetupError(found, mend='model_config = ConfigDict(title="AnotherName")   # in one of them')


def path_of(core_ref: str) -> str:
    """Give the dotted path of a class by pydantic's reference to it; a generic's arguments join the name.

    >>> path_of("shop.Page:94578[shop.Book:17]")
    'shop.PageOfBook'
    """
    words = iter(_PARTS.findall(core_ref))
    return _read(words)


def _read(words: Iterator[str]) -> str:
    path = next(words).partition(":")[0]
    arguments = list(_arguments(words))
    return f"{path}Of{'And'.join(arguments)}" if arguments else path


def _arguments(words: Iterator[str]) -> Iterable[str]:
    """Read what stands between brackets, if anything does."""
    depth, name = 0, ""
    for word in words:
        if word == "[":
            depth += 1
            name += "Of" if depth > 1 else ""
        elif word == "]":
            depth -= 1
            if not depth:
                break
        elif word == ",":
            if depth == 1:
                yield name
                name = ""
            else:
                name += "And"
        else:
            name += camel(word.partition(":")[0].rpartition(".")[2])
    if name:
        yield name
