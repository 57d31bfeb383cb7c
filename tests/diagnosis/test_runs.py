"""Captures read in a row keep their own numbers."""

from jnlpspy.diagnosis.runs import Runs


def test_numbers_are_those_of_the_capture_they_are_of() -> None:
    runs = Runs()
    runs.begin("a", 0, 0)
    runs.begin("b", 3, 20)
    assert [runs.connection(number) for number in (1, 3, 4, 9)] == [(1, "a"), (3, "a"), (1, "b"), (6, "b")]
    assert [runs.event(number) for number in (20, 21)] == [(20, "a"), (1, "b")]


def test_what_is_of_no_capture_keeps_its_number() -> None:
    runs = Runs()
    runs.begin("a", 0, 2)
    assert (runs.connection(0), runs.event(2)) == ((0, ""), (2, ""))


def test_a_capture_is_named_where_there_are_several() -> None:
    runs = Runs()
    runs.begin("a", 0, 0)
    assert runs.label("a") == ""
    runs.begin("b", 3, 20)
    assert runs.label("a") == " of a"
