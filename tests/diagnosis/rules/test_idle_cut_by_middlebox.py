"""An idle connection was cut, and near misses."""

import pytest
from diagnosing import Tale, diagnose, found

from jnlpspy.model.events import (
    CallFinished,
    ChannelEstablished,
    HandshakeRefused,
    OpaqueBytes,
    ProtocolOffered,
    Remark,
    TlsStarted,
)
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import CloseReason, Side

RULE = "idle-cut-by-middlebox"
SAID = Remark("something")


def silent(seconds: float, how: CloseReason = CloseReason.RESET, *, orderly: bool = False) -> Tale:
    return Tale().channel().agent(SAID).wait(seconds).closed(Side.CONTROLLER, how, orderly=orderly)


@pytest.mark.parametrize("how", [CloseReason.RESET, CloseReason.EOF])
def test_a_silence_as_long_as_a_known_limit_names_who_has_it(how: CloseReason) -> None:
    (finding,) = found(RULE, silent(60.1, how))
    assert finding.title.startswith("The connection was cut after 1 min 0 s of silence, which is the limit of nginx")
    assert finding.causes[0] == "nginx (proxy_read_timeout, stream proxy_timeout): cuts after 60 s"
    assert finding.confidence == 0.75


def test_it_explains_the_abrupt_end_and_what_was_running() -> None:
    tale = Tale().channel().agent(SAID).wait(350)
    tale.fact(CallFinished("c1", "a.Work", 350.0, Outcome.UNANSWERED)).closed(Side.CONTROLLER)
    root, *others = diagnose(tale)
    assert root.rule == RULE
    assert {each.rule: each.consequence_of for each in others} == dict.fromkeys(
        ("abrupt-close", "controller-vanished", "unanswered-call"), RULE
    )


def test_the_same_silence_twice_is_a_device_even_if_nobody_knows_it() -> None:
    tale = Tale()
    for connection in (1, 2):
        tale.channel(connection).agent(SAID).wait(900).closed(Side.CONTROLLER, CloseReason.RESET)
    (finding,) = found(RULE, tale)
    assert finding.confidence == 0.85
    assert "connection 1 ended after as long a silence" in finding.evidence


def test_a_known_limit_met_twice_is_certain() -> None:
    tale = Tale()
    for connection in (1, 2):
        tale.channel(connection).agent(SAID).wait(240).closed(Side.CONTROLLER, CloseReason.RESET)
    assert [finding.confidence for finding in found(RULE, tale)] == [0.75, 0.95]


def hidden(tale: Tale, connection: int, silence: float) -> Tale:
    tale.opened(connection).agent(ProtocolOffered("JNLP4-connect"))
    tale.fact(TlsStarted(Side.CONTROLLER, "TLSv1.3", "AES", None)).agent(SAID).wait(silence)
    return tale.fact(OpaqueBytes("TLS that was not opened", 99)).closed(Side.CONTROLLER, agent_bytes=9000)


def test_what_is_said_within_tls_need_not_be_seen() -> None:
    assert found(RULE, hidden(Tale(), 1, 60))
    assert found(RULE, hidden(hidden(Tale(), 1, 900), 2, 900))


def test_a_reset_in_answer_to_the_first_word_after_a_silence_is_one_too() -> None:
    tale = Tale().channel().agent(SAID).wait(300).controller(SAID).wait(0.1).closed(Side.AGENT, CloseReason.RESET)
    (finding,) = found(RULE, tale)
    assert "forgotten during 5 min 0 s of silence" in finding.title
    assert finding.causes[0].startswith("Azure's load balancer")


@pytest.mark.parametrize(
    "tale",
    [
        silent(60, orderly=True),
        silent(60, CloseReason.SHUTDOWN),
        silent(47),
        silent(5),
        Tale()
        .channel()
        .agent(SAID)
        .wait(300)
        .controller(SAID)
        .wait(9)
        .agent(SAID)
        .closed(Side.AGENT, CloseReason.RESET),
        Tale().channel().agent(SAID).wait(300).controller(SAID).closed(Side.AGENT),
        Tale().opened().agent(ProtocolOffered("x")).wait(60).fact(HandshakeRefused(Side.CONTROLLER, "")).closed(),
    ],
    ids=["in order", "by jnlpspy", "no limit", "short", "answered", "closed after a word", "no channel"],
)
def test_other_ends_are_no_idle_cut(tale: Tale) -> None:
    assert found(RULE, tale) == []


def test_silences_of_other_lengths_or_agents_are_no_period() -> None:
    tale = Tale().channel(1).agent(SAID).wait(900).closed(Side.CONTROLLER, CloseReason.RESET)
    tale.channel(2).agent(SAID).wait(700).closed(Side.CONTROLLER, CloseReason.RESET)
    tale.channel(3, agent="10.0.0.9").agent(SAID).wait(900).closed(Side.CONTROLLER, CloseReason.RESET)
    assert found(RULE, tale) == []


def test_a_limit_of_websocket_is_named_for_agents_over_websocket_only() -> None:
    (bare,) = found(RULE, silent(60.1))
    assert not any("WebSocket" in each for each in bare.causes)
    upgraded = Tale().opened().fact(ChannelEstablished("WebSocket", "a1")).agent(SAID).wait(60.1)
    (finding,) = found(RULE, upgraded.closed(Side.CONTROLLER, CloseReason.RESET))
    assert "Jenkins' own WebSocket limit: cuts after 60 s" in finding.causes
