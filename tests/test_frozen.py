"""Records: frozen, compared by value, strict about their members."""

from __future__ import annotations

import pytest

from restlite.frozen import Record, annotations_of


class Point(Record):
    x: int
    y: int = 0


class Named(Point):
    name: str = "?"


def test_members_come_by_place_and_by_name() -> None:
    assert (Point(1).x, Point(1).y) == (1, 0)
    assert Named(1, name="a") == Named(1, 0, "a")
    assert repr(Named(1)) == "Named(x=1, y=0, name='?')"


def test_records_compare_by_class_and_value() -> None:
    assert Point(1) == Point(1, 0)
    assert Point(1) != Point(2)
    assert Point(1) != Named(1)
    assert Point(1) != (1, 0)
    assert len({Point(1), Point(1), Point(2)}) == 2


def test_a_record_cannot_be_changed_but_copied() -> None:
    point = Point(1)
    with pytest.raises(AttributeError) as caught:
        point.x = 2  # type: ignore[misc]
    assert str(caught.value) == "Point.x cannot be changed."
    assert point.but(y=3) == Point(1, 3)


def test_what_is_missing_or_too_much_is_refused() -> None:
    with pytest.raises(AttributeError):
        Point()  # type: ignore[call-arg]
    for values, named in (((1, 2, 3), {}), ((1,), {"z": 3})):
        with pytest.raises(TypeError) as caught:
            Point(*values, **named)  # type: ignore[arg-type, call-arg]
        assert str(caught.value) == "Point has the members x, y; found more."


def test_annotations_are_a_classs_own() -> None:
    assert annotations_of(Named) == {"name": "str"}
