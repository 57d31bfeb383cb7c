"""Certificates outside their time."""

import pytest
from diagnosing import Tale, found

from jnlpspy.model.events import ConnectFailed
from jnlpspy.model.tap import DialFailure


@pytest.mark.parametrize(
    ("text", "words", "cause"),
    [
        ("certificate has expired", "has expired", "the certificate was not renewed"),
        ("certificate is not yet valid", "is not valid yet", "the clock of the agent's machine is wrong"),
        ("its certificate is not valid yet", "is not valid yet", "the clock of the agent's machine is wrong"),
    ],
)
def test_expired_and_early_have_different_causes(text: str, words: str, cause: str) -> None:
    tale = Tale().opened().fact(ConnectFailed("https://j/", DialFailure.OUT_OF_DATE, text))
    (finding,) = found("certificate-out-of-date", tale)
    assert finding.title == f"The certificate of https://j/ {words}"
    assert finding.causes[0].startswith(cause)


def test_an_untrusted_one_is_not_out_of_date() -> None:
    tale = Tale().opened().fact(ConnectFailed("https://j/", DialFailure.UNTRUSTED, "self-signed"))
    assert not found("certificate-out-of-date", tale)
