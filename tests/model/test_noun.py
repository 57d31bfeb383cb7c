"""Nouns: equal by kind and content, usable as keys, without room for anything undeclared."""

import pytest

from jnlpspy.model.noun import noun


@noun()
class Place:
    start: int
    end: int = 0


@noun(kw_only=True)
class Other:
    start: int
    end: int = 0


def test_nouns_with_the_same_fields_are_equal_only_if_they_are_of_a_kind() -> None:
    assert Place(1) == Place(1, 0)
    assert Place(1) != Place(2)
    other: object = Other(start=1)
    assert Place(1) != other


def test_equal_nouns_are_one_key() -> None:
    assert {Place(1): "here"}[Place(1, 0)] == "here"


def test_nothing_can_be_added_to_a_noun() -> None:
    place: object = Place(1)
    with pytest.raises(AttributeError):
        setattr(place, "elsewhere", 2)  # noqa: B010 - mypy would refuse what is tried here
