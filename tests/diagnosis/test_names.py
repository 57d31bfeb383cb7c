"""A name that is nearly a known one is told with the difference."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.diagnosis.names import NearName, distance, name_flaws, nearest_name, repaired


@pytest.mark.parametrize(
    ("name", "known", "difference"),
    [
        ("Build-Agent", "build-agent", "differs in capital letters only"),
        ("build agent ", "build agent", "differs in spaces only"),
        ("build_agent", "build-agent", "differs in separators only"),
        ("biuld-agent", "build-agent", "differs in 1 character"),
        ("buildagents-7", "buildagent-17", "differs in 2 characters"),
        ("Büro", unicodedata.normalize("NFD", "Büro"), "looks the same and is composed of other Unicode characters"),
        ("BÃ¼ro", "Büro", "is garbled: its UTF-8 was read as another encoding"),
        ("maven", "maven-x7k2p", "lacks the ending '-x7k2p' that the pod has"),
        ("maven-x7k2p", "maven", "has the ending '-x7k2p' of a pod, which the agent on the controller has not"),
        ("a" * 63, "a" * 63 + "bcdef", "is cut off at 63 characters, as Kubernetes does"),
    ],
)
def test_a_near_name_is_told_with_the_difference(name: str, known: str, difference: str) -> None:
    near = nearest_name(name, ["something-else", known])
    assert near is not None
    assert (near.name, near.difference.startswith(difference)) == (known, True)


def test_the_likeliest_slip_goes_first() -> None:
    assert nearest_name("agent-A", ["agent-B", "Agent-a"]) == NearName("Agent-a", "differs in capital letters only")


@pytest.mark.parametrize(("name", "known"), [("a1", "b2"), ("linux", "windows"), ("x", ""), ("agent-3", "agent-12")])
def test_far_names_are_not_near(name: str, known: str) -> None:
    assert nearest_name(name, [known]) is None


def test_nothing_is_near_where_nothing_is_known() -> None:
    assert nearest_name("a", []) is None


def test_swapped_neighbours_are_one_edit() -> None:
    assert distance("agent", "agnet") == 1


@given(st.text(max_size=8), st.text(max_size=8))
def test_distance_does_not_depend_on_the_order(one: str, other: str) -> None:
    assert distance(one, other) == distance(other, one)
    assert (distance(one, other) == 0) == (one == other)


@pytest.mark.parametrize(
    ("name", "flaw"),
    [
        (" ", "is empty"),
        (" a", "has spaces around it"),
        ("a\n", "has a line break in it"),
        ('"a"', "stands in quotes"),
        ("\ufeffa", "begins with a byte order mark"),
        ("${NAME}", "is a placeholder that nobody replaced"),
        ("BÃ¼ro", "is garbled: the UTF-8 of 'Büro' was read as another encoding"),
        ("a\u200bb", "has characters in it that do not show"),
    ],
)
def test_a_damaged_name_shows_it(name: str, flaw: str) -> None:
    assert flaw in name_flaws(name)


@pytest.mark.parametrize("name", ["agent-1", "Büro 7", "node.example", "日本", "a'b"])
def test_a_sound_name_has_no_flaw(name: str) -> None:
    assert name_flaws(name) == ()


def test_text_that_was_read_rightly_is_not_repaired() -> None:
    assert repaired("Büro") is None
    assert repaired("BÃ¼ro") == "Büro"
