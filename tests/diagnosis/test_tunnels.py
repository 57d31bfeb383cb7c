"""Tunnels as agents read them."""

import pytest

from jnlpspy.diagnosis.tunnels import Detour, flaw_of_detour, read_detour


@pytest.mark.parametrize(
    ("text", "detour", "partial"),
    [
        ("jenkins:50000", Detour("jenkins", 50000), False),
        ("jenkins:", Detour("jenkins", None), True),
        (":50000", Detour(None, 50000), True),
        ("[::1]:50000", Detour("::1", 50000), False),
    ],
)
def test_every_form_is_read(text: str, detour: Detour, partial: bool) -> None:  # noqa: FBT001 - a column
    assert read_detour(text) == detour
    assert detour.is_partial is partial


@pytest.mark.parametrize(
    ("text", "flaw", "advice"),
    [
        ("http://jenkins:50000", "begins with http://", "write it as jenkins:50000"),
        ("https://jenkins/", "begins with https://", "write it as jenkins:PORT"),
        ("jenkins:50000/", "a path", "write it as jenkins:50000"),
        ("'jenkins:50000'", "quotes", "write it as jenkins:50000"),
        ("jenkins", "no colon", "write it as jenkins:"),
        ("::1:50000", "brackets", "[ADDRESS]:PORT"),
        ("jenkins:abc", "port 'abc'", "65535"),
        ("jenkins:70000", "port '70000'", "65535"),
        (":", "neither", "leave"),
        ("[::1]:", "not whole", "HOST:PORT"),
    ],
)
def test_every_flaw_is_named(text: str, flaw: str, advice: str) -> None:
    found = flaw_of_detour(text)
    assert found is not None
    assert flaw in found.text
    assert advice in found.advice
    assert read_detour(text) is None


def test_direct_takes_the_whole_form_only() -> None:
    assert flaw_of_detour("jenkins:50000", whole=True) is None
    for text in ("jenkins:", ":50000", "jenkins"):
        assert flaw_of_detour(text, whole=True) is not None
