"""A secret is recognised, whole or damaged, by itself or by its pseudonym."""

import json

import pytest
from handshakes import SECRET, pseudonymous
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.diagnosis.forensics import Likeness, is_text, length_flaw, recognize, same_secret, text_flaws
from jnlpspy.model.secret import Secret

VALUE = SECRET.value
SECRETS = {"agent-1": SECRET, "agent-2": Secret("f" * 64)}

DAMAGED = {
    VALUE.upper(): "is in capital letters",
    f'"{VALUE}"': "stands in quotes",
    f"{VALUE}\n": "has a line break behind it",
    f"{VALUE}\r\n": "has a line break behind it",
    f" {VALUE}": "has spaces around it",
    f"{VALUE} ": "has spaces around it",
    f"\ufeff{VALUE}": "begins with a byte order mark",
    VALUE * 2: "stands there twice",
    f"@{VALUE}": "has an @ before it, which makes it a file's name",
    VALUE[:-1]: "is cut: its last character is missing",
    VALUE[:20]: "is cut: its last 44 characters are missing",
    VALUE[2:]: "is cut: its first 2 characters are missing",
}


@pytest.mark.parametrize(("text", "damage"), DAMAGED.items(), ids=DAMAGED.values())
def test_a_damaged_secret_is_recognised_by_itself_and_by_its_pseudonym(text: str, damage: str) -> None:
    assert recognize(Secret(text), SECRETS) == Likeness("agent-1", damage)
    assert recognize(pseudonymous(text), SECRETS) == Likeness("agent-1", damage)


def test_a_whole_secret_is_its_owners() -> None:
    assert recognize(pseudonymous("f" * 64), SECRETS) == Likeness("agent-2", "")


def test_a_secret_is_recognised_as_json_and_properties_texts_write_it() -> None:
    written = json.dumps(f"{VALUE}\n")[1:-1]
    assert recognize(pseudonymous(written), SECRETS) == Likeness("agent-1", "has a line break behind it")
    assert recognize(pseudonymous(f"\\ {VALUE}"), SECRETS) == Likeness("agent-1", "has spaces around it")


def test_what_is_nobodys_is_not_recognised() -> None:
    assert recognize(pseudonymous("0" * 64), SECRETS) is None
    assert recognize(pseudonymous(VALUE[:7]), SECRETS) is None
    assert recognize(Secret("0" * 64), {"agent-1": pseudonymous(VALUE)}) is None


def test_pseudonyms_are_compared_with_secrets() -> None:
    assert same_secret(SECRET, pseudonymous(VALUE))
    assert same_secret(pseudonymous(VALUE), pseudonymous(VALUE))
    assert not same_secret(SECRET, pseudonymous(VALUE[:-1]))


def test_a_name_in_the_secrets_place_is_recognised() -> None:
    assert is_text(pseudonymous("agent-1"), "agent-1")
    assert not is_text(pseudonymous("agent-1"), "agent-2")
    assert not is_text(Secret(""), "")


@pytest.mark.parametrize(
    ("size", "flaw"),
    [
        (64, ""),
        (63, "has 63 characters instead of 64: 1 are missing"),
        (66, "has 66 characters instead of 64: 2 too many"),
    ],
)
def test_the_length_alone_tells(size: int, flaw: str) -> None:
    assert length_flaw(pseudonymous("a" * size)) == flaw


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        (VALUE, ()),
        ("", ("is empty",)),
        (f"{VALUE}\n", ("has a line break behind it",)),
        (f'"{VALUE}"', ("stands in quotes",)),
        (f"\ufeff{VALUE}", ("begins with a byte order mark",)),
        (f" {VALUE}\n", ("has a line break behind it", "has spaces around it")),
        (VALUE.upper(), ("is in capital letters",)),
        ("g" + VALUE[1:], ("has characters that are no hex digits",)),
    ],
)
def test_a_secret_as_written_shows_its_flaws(text: str, flaws: tuple[str, ...]) -> None:
    assert text_flaws(text) == flaws


def test_placeholders_are_no_secrets() -> None:
    for text in ("${JENKINS_SECRET}", "<secret>", "xxxxxxxx"):
        assert "is a placeholder that nobody replaced" in text_flaws(text)


@given(st.text(alphabet="0123456789abcdef", min_size=64, max_size=64))
def test_a_sound_secret_has_no_flaw_and_is_found_behind_its_pseudonym(value: str) -> None:
    assert text_flaws(value) == ()
    assert recognize(pseudonymous(value), {"a": Secret(value)}) == Likeness("a", "")
