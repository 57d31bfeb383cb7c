"""An observation without bytes is a fact as it stands."""

import pytest

from jnlpspy.model.events import ConnectFailed, Fact, Remark, TlsStarted
from jnlpspy.model.notices import Notice, fact_of
from jnlpspy.model.tap import DialFailed, DialFailure, Remarked, Side, TlsOpened


@pytest.mark.parametrize(
    ("notice", "fact"),
    [
        (TlsOpened(1, 2.0, Side.AGENT, "TLSv1.3", "AES", "ab:cd"), TlsStarted(Side.AGENT, "TLSv1.3", "AES", "ab:cd")),
        (Remarked(1, 2.0, "x"), Remark("x")),
        (
            DialFailed(1, 2.0, "jenkins:50000", DialFailure.REFUSED, "Connection refused"),
            ConnectFailed("jenkins:50000", DialFailure.REFUSED, "Connection refused"),
        ),
    ],
)
def test_a_notice_tells_its_fact(notice: Notice, fact: Fact) -> None:
    assert fact_of(notice) == fact
