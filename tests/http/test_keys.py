from __future__ import annotations

from enum import Enum
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from restlite.http.keys import Key, arranged, follows, keys_of, values_of

ITEMS = st.lists(
    st.fixed_dictionaries({"a": st.none() | st.integers(0, 3), "b": st.none() | st.sampled_from("xyz")})
)
KEYS = st.permutations(["a", "b"]).flatmap(
    lambda names: st.tuples(*(st.sampled_from([name, f"-{name}"]) for name in names))
)


def test_keys_are_read_as_clients_write_them() -> None:
    assert keys_of(("title", "-price")) == (Key("title"), Key("price", True))
    assert keys_of("-id") == (Key("id", True),)
    assert [str(key) for key in keys_of(("title", "-price"))] == ["title", "-price"]
    assert Key("id").reversed == Key("id", True)


def test_none_comes_last_and_first_where_the_order_descends() -> None:
    items = [{"a": 2}, {"a": None}, {"a": 1}]
    assert [item["a"] for item in arranged(items, keys_of("a"))] == [1, 2, None]
    assert [item["a"] for item in arranged(items, keys_of("-a"))] == [None, 2, 1]


def test_members_of_enums_are_ordered_by_their_values() -> None:
    class Colour(Enum):
        red = "red"
        blue = "blue"

    items = [{"a": Colour.red}, {"a": None}, {"a": Colour.blue}]
    assert [item["a"] for item in arranged(items, keys_of("a"))] == [Colour.blue, Colour.red, None]
    assert follows({"a": Colour.red}, keys_of("a"), ["blue"])


@given(ITEMS, KEYS)
def test_sorted_items_follow_one_another(items: list[dict[str, Any]], texts: tuple[str, ...]) -> None:
    keys = keys_of(texts)
    found = arranged(items, keys)
    for index, item in enumerate(found):
        place = values_of(item, keys)
        behind = [other for other in found if follows(other, keys, place)]
        assert behind == [other for other in found[index:] if values_of(other, keys) != place]
        back = tuple(key.reversed for key in keys)
        before = [other for other in found if follows(other, back, place)]
        assert before == [other for other in found[:index] if values_of(other, keys) != place]
