"""Who was not reached, in the words of probes and of the proxy."""

import pytest

from jnlpspy.diagnosis.unreached import Unreached, read_unreached
from jnlpspy.model.events import ConnectFailed, Fact, NameResolved, ProtocolOffered, Remark
from jnlpspy.model.tap import DialFailure


@pytest.mark.parametrize(
    ("fact", "unreached"),
    [
        (ConnectFailed("j:1", DialFailure.TIMEOUT, "x"), Unreached("j:1", DialFailure.TIMEOUT, "x")),
        (NameResolved("j", (), "unknown"), Unreached("j", DialFailure.NOT_RESOLVED, "unknown")),
        (NameResolved("j", ("1.2.3.4",)), None),
        (Remark("no request within 30 s"), None),
        (ProtocolOffered("Ping"), None),
    ],
)
def test_facts(fact: Fact, unreached: Unreached | None) -> None:
    assert read_unreached(fact) == unreached


@pytest.mark.parametrize(
    ("reason", "failure"),
    [
        ("the name 'j' cannot be resolved: Name or service not known", DialFailure.NOT_RESOLVED),
        ("its certificate has expired (certificate has expired); --cert ...", DialFailure.OUT_OF_DATE),
        ("its certificate is self-signed (x)", DialFailure.UNTRUSTED),
        ("it does not speak TLS on this port; is the URL http://?", DialFailure.NOT_TLS),
        ("Connection refused", DialFailure.REFUSED),
        ("no connection within 30 s", DialFailure.TIMEOUT),
        ("No route to host", DialFailure.UNREACHABLE),
        ("something else", DialFailure.OTHER),
    ],
)
def test_the_proxy_s_words(reason: str, failure: DialFailure) -> None:
    found = read_unreached(Remark(f"answered 502 ourselves: cannot reach http://j:8080/: {reason}"))
    assert found == Unreached("http://j:8080/", failure, reason)


@pytest.mark.parametrize(
    ("target", "host", "port", "web"),
    [
        ("http://J:8080/x", "j", "8080", True),
        ("https://j/", "j", "", True),
        ("[::1]:50000", "::1", "50000", False),
        ("https://[::1]/", "::1", "", True),
        ("j:1", "j", "1", False),
        ("j", "j", "", False),
    ],
)
def test_targets(target: str, host: str, port: str, web: bool) -> None:  # noqa: FBT001 - a column
    found = Unreached(target, DialFailure.OTHER, "")
    assert (found.host, found.port, found.is_web) == (host, port, web)
