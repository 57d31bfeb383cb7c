"""Certificates that agents do not trust."""

import pytest
from diagnosing import Tale, found

from jnlpspy.model.events import ConnectFailed, Remark
from jnlpspy.model.tap import DialFailure


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("unable to get local issuer certificate", "the certificate is from the company's own authority"),
        ("its certificate is self-signed (self-signed certificate)", "the certificate is self-signed"),
        ("its certificate is for another host name", "the certificate is for another host name"),
    ],
)
def test_the_likeliest_cause_depends_on_why(text: str, cause: str) -> None:
    tale = Tale().opened().fact(ConnectFailed("https://j/", DialFailure.UNTRUSTED, text))
    (finding,) = found("certificate-untrusted", tale)
    assert finding.title.startswith("The certificate of https://j/ is not trusted: ")
    assert finding.title.endswith(text.removeprefix("its certificate is "))
    assert finding.causes[0].startswith(cause)


def test_the_proxy_s_own_words_will_do() -> None:
    remark = Remark("cannot reach https://j/: its certificate is from an authority that is not trusted here (x)")
    assert found("certificate-untrusted", Tale().opened().fact(remark))


def test_other_failures_are_not() -> None:
    for failure in (DialFailure.OUT_OF_DATE, DialFailure.REFUSED, DialFailure.NOT_TLS):
        tale = Tale().opened().fact(ConnectFailed("https://j/", failure, "x"))
        assert not found("certificate-untrusted", tale)
