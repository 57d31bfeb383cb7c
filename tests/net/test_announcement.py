import base64

import pytest

from jnlpspy.model.tap import Address
from jnlpspy.net.announcement import Announcement, Header, Offer, read_announcement, rewrite_discovery
from jnlpspy.net.identity import create_identity
from jnlpspy.net.target import Tunnel

THEIRS = create_identity()
OURS = create_identity()
KEY = base64.b64encode(THEIRS.public_key)
OUR_KEY = base64.b64encode(OURS.public_key)
OFFER = Offer(Address("127.0.0.1", 50001), OURS.public_key)
USUAL: list[Header] = [
    (b"X-Jenkins", b"2.462.3"),
    (b"X-Hudson-JNLP-Port", b"50000"),
    (b"X-Jenkins-JNLP-Port", b"50000"),
    (b"X-Instance-Identity", KEY),
    (b"X-Jenkins-Agent-Protocols", b"JNLP4-connect, Ping"),
    (b"X-Remoting-Minimum-Version", b"3176.v207ec082a_8c0"),
    (b"Content-Type", b"text/plain;charset=utf-8"),
]


def rewritten(headers: list[Header], asked_host: str = "127.0.0.1", offer: Offer = OFFER) -> list[Header]:
    return list(rewrite_discovery(headers, offer, asked_host).headers)


def test_a_usual_answer_leads_here_and_keeps_everything_else() -> None:
    assert rewritten(USUAL) == [
        (b"X-Jenkins", b"2.462.3"),
        (b"X-Hudson-JNLP-Port", b"50001"),
        (b"X-Jenkins-JNLP-Port", b"50001"),
        (b"X-Instance-Identity", OUR_KEY),
        (b"X-Jenkins-Agent-Protocols", b"JNLP4-connect, Ping"),
        (b"X-Remoting-Minimum-Version", b"3176.v207ec082a_8c0"),
        (b"Content-Type", b"text/plain;charset=utf-8"),
    ]


def test_every_change_is_told_with_both_values() -> None:
    assert rewrite_discovery([*USUAL, (b"X-Jenkins-JNLP-Host", b"jenkins")], OFFER, "127.0.0.1").changes == (
        "X-Hudson-JNLP-Port 50000 -> 50001",
        "X-Jenkins-JNLP-Port 50000 -> 50001",
        f"X-Instance-Identity {THEIRS.fingerprint} -> {OURS.fingerprint}",
        "X-Jenkins-JNLP-Host jenkins -> 127.0.0.1",
    )


def test_nothing_is_told_when_nothing_changes() -> None:
    same = [(b"X-Jenkins-JNLP-Port", b"50001"), (b"X-Jenkins-JNLP-Host", b"127.0.0.1")]
    assert rewrite_discovery(same, OFFER, "127.0.0.1").changes == ()


def test_the_host_is_added_if_the_agent_would_dial_another() -> None:
    assert rewritten(USUAL, "proxy.example")[-1] == (b"X-Jenkins-JNLP-Host", b"127.0.0.1")
    assert "X-Jenkins-JNLP-Host 127.0.0.1 added" in rewrite_discovery(USUAL, OFFER, "proxy.example").changes


def test_without_interception_the_identity_stays_the_controller_s() -> None:
    offer = Offer(OFFER.address, None)
    assert (b"X-Instance-Identity", KEY) in rewritten(USUAL, offer=offer)


@pytest.mark.parametrize(
    "header",
    [
        (b"X-Jenkins-JNLP-Port", b""),
        (b"X-Jenkins-JNLP-Port", b"0"),
        (b"X-Jenkins-JNLP-Port", b"65536"),
        (b"X-Jenkins-JNLP-Port", b"-1"),
        (b"X-Jenkins-JNLP-Port", b"50000.0"),
        (b"X-Jenkins-JNLP-Port", b"none"),
        (b"X-Hudson-JNLP-Port", b"\xb2"),
        (b"X-Jenkins-JNLP-Host", b""),
        (b"X-Instance-Identity", b""),
        (b"X-Instance-Identity", b"not base64!"),
        (b"X-Instance-Identity", b"AAAA"),
        (b"X-Instance-Identity", KEY[:-4]),
        (b"X-Instance-Identity", KEY[:100] + b" " + KEY[100:]),
        (b"X-Instance-Identity", b"\xff"),
    ],
)
def test_what_is_malformed_stays_so(header: Header) -> None:
    """The agent must fail as it would without us."""
    result = rewrite_discovery([header], OFFER, "elsewhere")
    assert result.headers == (header,)
    assert result.changes == ()


def test_what_is_missing_stays_so() -> None:
    assert rewritten([(b"Content-Type", b"text/html")], "elsewhere") == [(b"Content-Type", b"text/html")]


def test_an_answer_announces_port_and_identity_at_the_host_of_the_url() -> None:
    assert read_announcement(USUAL, "jenkins", None, 7.0) == Announcement(
        host="jenkins",
        port=50000,
        identity=THEIRS.public_key,
        protocols=("JNLP4-connect", "Ping"),
        minimum_version="3176.v207ec082a_8c0",
        when=7.0,
    )


def announced(*headers: Header, tunnel: Tunnel | None = None) -> Address | None:
    announcement = read_announcement(headers, "jenkins", tunnel, 0.0)
    return announcement.address if announcement else None


def test_the_host_header_says_another_host() -> None:
    port = (b"x-jenkins-jnlp-port", b"+050000")
    assert announced(port, (b"X-JENKINS-JNLP-HOST", b"agents.example")) == Address("agents.example", 50000)


def test_the_newer_port_header_wins() -> None:
    assert announced((b"X-Jenkins-JNLP-Port", b"1"), (b"X-Hudson-JNLP-Port", b"2")) == Address("jenkins", 1)
    assert announced((b"X-Hudson-JNLP-Port", b"2")) == Address("jenkins", 2)


def test_an_unusable_newer_port_header_is_not_saved_by_the_older_one() -> None:
    assert announced((b"X-Jenkins-JNLP-Port", b"none"), (b"X-Hudson-JNLP-Port", b"2")) is None


def test_of_a_header_that_came_twice_the_last_counts() -> None:
    assert announced((b"X-Jenkins-JNLP-Port", b"1"), (b"X-Jenkins-JNLP-Port", b"2")) == Address("jenkins", 2)


def test_a_tunnel_replaces_what_was_announced() -> None:
    port = (b"X-Jenkins-JNLP-Port", b"50000")
    assert announced(port, tunnel=Tunnel("gate", None)) == Address("gate", 50000)
    assert announced(port, tunnel=Tunnel(None, 1)) == Address("jenkins", 1)


def test_a_page_that_is_not_jenkins_announces_nothing() -> None:
    assert announced((b"Content-Type", b"text/html")) is None


def test_an_identity_that_is_malformed_is_none() -> None:
    announcement = read_announcement([*USUAL, (b"X-Instance-Identity", b"AAAA")], "jenkins", None, 0.0)
    assert announcement is not None
    assert announcement.identity is None
