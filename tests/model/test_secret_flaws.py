"""Flaws of a secret's text are seen, and a sound one has none."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.model.secret_flaws import SecretFlaw, bare_secret, flaws_of

VALUE = "0123456789abcdef" * 4


@pytest.mark.parametrize(
    ("text", "flaws"),
    [
        ("", (SecretFlaw.EMPTY,)),
        (f"\ufeff{VALUE}", (SecretFlaw.BYTE_ORDER_MARK,)),
        (f"{VALUE}\r\n", (SecretFlaw.LINE_BREAK,)),
        (f"{VALUE[:30]}\n{VALUE[30:]}", (SecretFlaw.LINE_BREAK_INSIDE, SecretFlaw.NOT_HEX)),
        (f" {VALUE}", (SecretFlaw.SPACES,)),
        (f"'{VALUE}'", (SecretFlaw.QUOTES,)),
        ("${SECRET}", (SecretFlaw.PLACEHOLDER,)),
        ("@secret", (SecretFlaw.PLACEHOLDER,)),
        ("@/etc/agent", (SecretFlaw.FILE,)),
        ("agent-1", (SecretFlaw.NOT_HEX,)),
        (VALUE.upper(), (SecretFlaw.CAPITALS,)),
    ],
)
def test_flaws_are_told(text: str, flaws: tuple[SecretFlaw, ...]) -> None:
    assert flaws_of(text) == flaws


@given(st.text(alphabet="0123456789abcdef", min_size=1))
def test_digits_alone_have_no_flaw_whatever_their_number(text: str) -> None:
    assert flaws_of(text) == ()
    assert bare_secret(f'  "{text}"\n') == text


def test_a_long_text_is_judged_in_one_go() -> None:
    assert flaws_of("<" * 1_000_000) == (SecretFlaw.NOT_HEX,)
