import random
from dataclasses import replace

import pytest
from relayed import ACK, OFFER, frame

from jnlpspy.model.tap import Side
from jnlpspy.net.interceptor import WATCHED_BYTES, Course, Watch
from jnlpspy.protocols import SPECS
from jnlpspy.wire.buffer import ByteQueue

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
HELLO = b"\x16\x03\x01\x00\x05hello"


def watching(*, intercept: bool = True) -> Watch:
    return Watch(SPECS, intercept=intercept)


def test_bytes_before_tls_are_forwarded_and_those_behind_kept() -> None:
    watch = watching()
    assert watch.admit(AGENT, OFFER + ACK + HELLO) == OFFER + ACK
    assert not watch.settled()
    assert watch.admit(AGENT, b"more") == b""
    assert watch.admit(CONTROLLER, ACK) == ACK
    assert watch.course is Course.TLS
    assert watch.take_kept(AGENT) == HELLO + b"more"
    assert watch.take_kept(AGENT) == b""
    assert watch.take_kept(CONTROLLER) == b""


@pytest.mark.parametrize("seed", range(20))
def test_tls_starts_at_the_same_byte_however_the_bytes_come(seed: int) -> None:
    chance = random.Random(seed)  # noqa: S311 - no secret
    rest = {AGENT: OFFER + ACK + HELLO, CONTROLLER: ACK}
    forwarded = dict.fromkeys(Side, b"")
    watch = watching()
    while not watch.settled():
        side = chance.choice(list(Side))
        size = chance.randint(1, 9)
        if rest[side]:
            forwarded[side] += watch.admit(side, rest[side][:size])
            rest[side] = rest[side][size:]
    assert watch.course is Course.TLS
    assert forwarded[CONTROLLER] == ACK
    assert forwarded[AGENT] == OFFER + ACK
    assert watch.take_kept(AGENT) + rest[AGENT] == HELLO


def test_kept_bytes_are_given_back_when_the_controller_refuses() -> None:
    watch = watching()
    watch.admit(AGENT, OFFER + ACK + HELLO)
    refusal = b"Disabled protocol:Protocol:JNLP4-connect\n"
    assert watch.admit(CONTROLLER, refusal) == refusal
    assert watch.course is Course.PLAIN
    assert watch.protocol_known
    assert watch.take_kept(AGENT) == HELLO


@pytest.mark.parametrize(
    "first",
    [
        b"GET / HTTP/1.0\r\n\r\n",
        b"POST /x HTTP/1.0\r\n",
        b"SSH-2.0-OpenSSH_9\r\n",
        HELLO,
        frame("Protocol:Nobody-knows"),
        frame("Protocol:Ping"),
        b"\xff\xff garbage",
    ],
)
def test_what_is_not_jnlp4_is_known_at_once_and_forwarded_as_it_is(first: bytes) -> None:
    watch = watching()
    assert watch.admit(AGENT, first) == first
    assert watch.course is Course.PLAIN
    assert watch.protocol_known


def test_without_interception_tls_is_passed_on_and_noted() -> None:
    watch = watching(intercept=False)
    assert watch.admit(AGENT, OFFER + ACK + HELLO) == OFFER + ACK + HELLO
    assert watch.admit(CONTROLLER, ACK) == ACK
    assert watch.course is Course.PLAIN
    assert watch.passes_tls


def test_side_that_ends_first_leaves_nothing_to_intercept() -> None:
    watch = watching()
    watch.admit(AGENT, OFFER + ACK + HELLO)
    watch.end()
    assert watch.course is Course.PLAIN
    assert not watch.protocol_known
    assert watch.take_kept(AGENT) == HELLO


def test_endless_bytes_where_tls_is_awaited_are_not_kept() -> None:
    watch = watching()
    watch.admit(AGENT, OFFER + ACK)
    watch.admit(AGENT, bytes(WATCHED_BYTES + 1))
    assert watch.course is Course.PLAIN
    assert len(watch.take_kept(AGENT)) == WATCHED_BYTES + 1


def test_endless_bytes_before_any_offer_are_not_watched_for_ever() -> None:
    watch = watching()
    assert watch.admit(CONTROLLER, bytes(WATCHED_BYTES + 1)) == bytes(WATCHED_BYTES + 1)
    assert watch.course is Course.PLAIN


def test_defect_in_a_handshake_table_costs_the_interception_only() -> None:
    def stumble(_queue: ByteQueue) -> None:
        raise RuntimeError("a defect")

    jnlp4 = SPECS["JNLP4-connect"]
    readers = {**jnlp4.readers, (AGENT, jnlp4.start[AGENT]): stumble}
    watch = Watch({**SPECS, jnlp4.name: replace(jnlp4, readers=readers)}, intercept=True)
    assert watch.admit(AGENT, OFFER + ACK) == OFFER + ACK
    assert watch.course is Course.PLAIN


def test_what_is_awaited_is_told_for_both_sides() -> None:
    watch = watching()
    watch.admit(AGENT, OFFER)
    assert watch.awaited == (
        "the acknowledgement of the protocol (from the agent) and "
        "the acknowledgement of the protocol (from the controller)"
    )


def test_what_comes_as_a_side_ends_starts_no_tls_any_more() -> None:
    watch = watching()
    watch.admit(AGENT, OFFER + ACK)
    watch.end()
    assert watch.admit(CONTROLLER, ACK) == ACK
    assert watch.course is Course.PLAIN


def test_what_comes_as_tls_is_given_up_follows_what_was_kept() -> None:
    watch = watching()
    watch.admit(AGENT, OFFER + ACK + HELLO)
    watch.admit(CONTROLLER, b"Disabled protocol:Protocol:JNLP4-connect\n")
    assert watch.admit(AGENT, b"more") == HELLO + b"more"
    assert watch.take_kept(AGENT) == b""


def test_tls_that_is_about_to_start_is_not_given_up_for_many_bytes() -> None:
    watch = watching()
    watch.admit(AGENT, OFFER + ACK + HELLO)
    watch.admit(CONTROLLER, ACK)
    assert watch.admit(AGENT, bytes(WATCHED_BYTES)) == b""
    assert watch.course is Course.TLS
    assert watch.take_kept(AGENT) == HELLO + bytes(WATCHED_BYTES)


@pytest.mark.parametrize(
    ("said", "is_session"),
    [
        (b"", False),
        (b"\0\x0dProtocol:Ping", False),
        (b"GET / HTTP/1.0\r\n\r\n", False),
        (b"SSH-2.0-x\r\n", False),
        (b"\0\x1cProtocol:JNLP4-connect-proxyNode-Name: a1\n\n", False),
        (b"\0\x15Protocol:JNLP-connect\0\x06secret\0\x02a1", True),
        (b"\0\x16Protocol:JNLP2-connect\0\x1f#x\nNode-Name=a1\nSecret-Key=5ec\n", True),
    ],
)
def test_a_session_begins_when_an_agent_says_who_it_is(said: bytes, is_session: bool) -> None:  # noqa: FBT001 - a parameter
    watch = Watch(SPECS, intercept=True)
    watch.admit(Side.AGENT, said)
    assert watch.is_session is is_session


@pytest.mark.parametrize("intercept", [True, False])
def test_a_session_begins_where_tls_does(intercept: bool) -> None:  # noqa: FBT001 - a parameter
    watch = Watch(SPECS, intercept=intercept)
    watch.admit(Side.AGENT, b"\0\x16Protocol:JNLP4-connect\0\x03ACK")
    assert not watch.is_session
    watch.admit(Side.CONTROLLER, b"\0\x03ACK")
    assert watch.is_session
