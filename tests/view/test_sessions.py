"""What a session came to, in a few lines."""

from dataclasses import replace

from diagnosing import a_finding
from facts import AGENT, CONTROLLER, SECRET, WHEN, Screen
from rich.console import Console

from jnlpspy.filters.filter import parse_filter
from jnlpspy.model.commands import CloseCommand, Response, UserRequest
from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.events import (
    CallFinished,
    CallsWaiting,
    ChannelEnded,
    ChannelEstablished,
    CommandSent,
    ConnectionClosed,
    ConnectionOpened,
    Event,
    Fact,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    OpaqueBytes,
    PipeStalled,
    ProtocolOffered,
    Undecodable,
)
from jnlpspy.model.findings import Severity
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import Outcome, Pings, WaitingCall
from jnlpspy.model.tap import Address, CloseReason, Side
from jnlpspy.view.sessions import KEPT_SESSIONS, SummarySink
from jnlpspy.view.theme import THEME

Said = tuple[Fact, Side | None]

CLOSED = ConnectionClosed(
    CONTROLLER, CloseReason.EOF, True, {AGENT: 10, CONTROLLER: 2000}, {AGENT: 0, CONTROLLER: 0}, 4.1
)
HEADERS = HeadersSent({"Node-Name": "a1", "Secret-Key": Secret(SECRET)}, "a1", Secret(SECRET))


def summary_of(said: list[Said], connections: int = 1) -> str:
    out = Screen()
    sink = SummarySink(Console(file=out, theme=THEME, width=80, force_terminal=True, color_system=None))
    for connection in range(1, connections + 1):
        for seq, (fact, side) in enumerate(said):
            sink.observe(Event(seq, connection, WHEN + seq, fact, side))
    sink.finish()
    return "".join(f"{line.rstrip()}\n" for line in out.getvalue().splitlines())


def test_a_session_with_a_channel() -> None:
    text = summary_of(
        [
            (ProtocolOffered("JNLP4-connect"), AGENT),
            (HEADERS, AGENT),
            (HandshakeAccepted("JNLP4-connect", "a1"), CONTROLLER),
            (ChannelEstablished("JNLP4-connect", "a1"), None),
            (CommandSent(UserRequest(), 2029), CONTROLLER),
            (CommandSent(Response(), 1660), AGENT),
            (CommandSent(CloseCommand(), 132), CONTROLLER),
            (CallFinished("c7", "hudson.Work", 0.268, Outcome.RETURNED), AGENT),
            (CallFinished("c8", "hudson.Work", 61.0, Outcome.THREW, "java.io.IOException: disk full"), AGENT),
            (Undecodable("TC_OBJECT", "ff", "", b""), AGENT),
            (CLOSED, None),
        ]
    )
    assert (
        text
        == """\

Session #1  a1, JNLP4-connect: channel established after 3.0 s
  closed by the controller, in order after 4.1 s, agent sent 10 bytes,
  controller 2,000
  agent sent 1 command, 1,660 bytes: 1 Response
  controller sent 2 commands, 2,161 bytes: 1 UserRequest, 1 Channel$CloseCommand
  calls: 1 returned, 1 threw
    c8 threw IOException: disk full after 1 min 1 s (hudson.Work)
  1 piece could not be decoded
"""
    )


def test_what_hangs_is_told_with_the_failures() -> None:
    chain = CallsWaiting((WaitingCall("c9", "a.Build", CONTROLLER, 62.5), WaitingCall("a3", "a.B.ask", AGENT, 61.0)))
    pings = {side: Pings() for side in Side}
    silence = {AGENT: 250.0, CONTROLLER: 0.0}
    text = summary_of(
        [
            (ProtocolOffered("JNLP4-connect"), AGENT),
            (PipeStalled("c5", 1 << 20, 31.5), CONTROLLER),
            (chain, None),
            (ChannelEnded(CONTROLLER, "", pings, silence, None), None),
            (ChannelEnded(CONTROLLER, "", pings, silence, AGENT), None),
        ]
    )
    assert " ".join(text.split()).endswith(
        "c5: writer waits for 31.5 s, 1,048,576 bytes not acknowledged "
        "c9 a.Build (1 min 2 s) waits for a3 B.ask (1 min 1 s), which the controller does not answer "
        "closed by the controller, the agent was silent for 4 min 10 s"
    )


def test_a_channel_closed_for_a_reason_tells_it_whole() -> None:
    reason = "java.util.concurrent.TimeoutException: Ping started at 1795345856003 hasn't completed by 1795345859003"
    pings = {AGENT: Pings(3, 2), CONTROLLER: Pings()}
    ended = ChannelEnded(AGENT, reason, pings, dict.fromkeys(pings, 0.0), None)
    assert describe_fact(ended) == (
        f"closed by the agent, because of {reason}, agent sent 3 pings, slowest answer 0.0 ms"
    )
    assert "agent sent 3 pings" in describe_fact(replace(ended, reason="x" * 1000))


def test_a_refused_session_says_why() -> None:
    text = summary_of(
        [
            (ProtocolOffered("JNLP4-connect"), AGENT),
            (HEADERS, AGENT),
            (HandshakeRefused(CONTROLLER, "Authorization failure"), CONTROLLER),
        ]
    )
    assert (
        text
        == """\

Session #1  a1, JNLP4-connect: refused: Authorization failure
  still open
"""
    )


def test_a_session_that_stays_closed_says_what_is_missing() -> None:
    text = summary_of([(ProtocolOffered("JNLP3-connect"), AGENT), (OpaqueBytes("encrypted", 5), None)])
    assert "nameless agent, JNLP3-connect: handshake not finished" in text
    assert "5 bytes: encrypted" in text


def test_a_connection_without_an_offer_is_no_session() -> None:
    assert summary_of([(ConnectionOpened(Address("a", 1), Address("b", 2)), None), (CLOSED, None)]) == ""


def test_only_so_many_sessions_are_kept() -> None:
    text = summary_of([(ProtocolOffered("JNLP4-connect"), AGENT)], KEPT_SESSIONS + 2)
    assert text.startswith("2 earlier sessions are not summed up\n")
    assert text.count("Session #") == KEPT_SESSIONS


def test_a_session_names_its_worst_finding() -> None:
    offered = (ProtocolOffered("JNLP4-connect"), AGENT)
    told = [a_finding("note", Severity.INFO), a_finding("effect", under="worst"), a_finding("worst"), a_finding("also")]
    text = summary_of([offered, *((finding, None) for finding in told)])
    assert text.rstrip().endswith("diagnosis: worst it is (worst)")
    assert "effect" not in text


def test_a_session_is_summed_up_whole_if_an_event_of_it_is_asked_for() -> None:
    out = Screen()
    console = Console(file=out, theme=THEME, width=80, force_terminal=True, color_system=None)
    sink = SummarySink(console, parse_filter("agent == 10.0.0.7 or (connection == 3 and closed)").matches)
    for connection in range(1, KEPT_SESSIONS + 9):
        host = Address(f"10.0.0.{connection}", 1)
        said: tuple[Fact, ...] = (ConnectionOpened(host, host), ProtocolOffered("JNLP4-connect"), HEADERS, CLOSED)
        for seq, fact in enumerate(said):
            sink.observe(Event(seq, connection, WHEN + seq, fact, AGENT))
    sink.finish()
    assert [line for line in out.getvalue().splitlines() if line.startswith("Session")] == [
        "Session #3  a1, JNLP4-connect: handshake not finished",
        "Session #7  a1, JNLP4-connect: handshake not finished",
    ]
    assert "not summed up" not in out.getvalue()
