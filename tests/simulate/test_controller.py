import ssl
from dataclasses import replace

import pytest
import trio
from simulate.peers import SECRET, Watcher, agent_of, controller_of, identity

from jnlpspy.errors import NetworkError
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ChannelEstablished,
    CommandSent,
    ConnectionClosed,
    HandshakeRefused,
    HeadersSent,
    SecretChecked,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.java import JavaObject
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Address, Side
from jnlpspy.net.identity import create_identity
from jnlpspy.net.leg import Leg
from jnlpspy.simulate.agent import AgentConfig, AgentResult, run_agent, run_agents
from jnlpspy.simulate.controller import RefusedAgent, SimulatedController, simulated_controller
from jnlpspy.simulate.joining import SPOKEN, WEBSOCKET, Credentials, join
from jnlpspy.simulate.line import Line, Witness
from jnlpspy.simulate.roster import Age
from jnlpspy.simulate.script import CloseChannel, CloseFrame, InvokeMethod, Part, RunCallable
from jnlpspy.simulate.session import (
    ASK_VERSION,
    CLOSING_CONTROLLER_PART,
    CONTROLLER_PART,
    LAUNCH,
    REMOTING_VERSION,
)

CALLS = [step.of.name for step in CLOSING_CONTROLLER_PART.steps if isinstance(step, RunCallable)]
CALLABLE_LOST = "Failed to deserialize the Callable object. Perhaps you needed to implement DelegatingCallable?"
NO_DOCKER = (
    'java.io.IOException: Cannot run program "docker" (in directory "/home/jenkins/workspace/app"): '
    "error=2, No such file or directory"
)


@pytest.mark.parametrize("protocol", SPOKEN)
async def test_a_session_plays_over_every_protocol_and_decodes_on_both_sides(protocol: str) -> None:
    seen = {"agent": Watcher(), "controller": Watcher()}
    async with simulated_controller(controller_of(), observer=seen["controller"]) as controller:
        result = await run_agent(agent_of(controller, protocol=protocol), observer=seen["agent"])
        await controller.wait_ended(1)
    (session,) = controller.sessions
    assert (result.connected, result.protocol, result.refusal, result.failure) == (True, protocol, None, None)
    assert list(result.answered) == CALLS
    assert (result.orderly, session.orderly) == (True, True)
    assert (session.agent_name, session.protocol) == ("a1", protocol)
    assert [outcome.call for outcome in session.outcomes] == CALLS
    assert session.outcomes[0].returned == REMOTING_VERSION
    assert {outcome.call: outcome.exception for outcome in session.outcomes if outcome.exception} == {
        LAUNCH.name: NO_DOCKER
    }
    for watcher in seen.values():
        assert watcher.facts(Undecodable) == []
        assert [fact.protocol for fact in watcher.facts(ChannelEstablished)] == [protocol]
        started, finished = watcher.facts(CallStarted), watcher.facts(CallFinished)
        assert sorted(fact.call for fact in started) == sorted(fact.call for fact in finished)
        assert {fact.outcome for fact in finished} == {Outcome.RETURNED, Outcome.THREW}
        assert NO_DOCKER in [fact.exception for fact in finished]
        assert [fact for fact in watcher.facts(ConnectionClosed) if fact.orderly]


async def test_the_agent_calls_back_while_it_is_called() -> None:
    watcher = Watcher()
    async with simulated_controller(controller_of(), observer=watcher) as controller:
        await run_agent(agent_of(controller))
        await controller.wait_ended(1)
    told: list[str] = []
    for event in watcher.events:
        if isinstance(event.fact, CallStarted):
            told.append(f"start {event.fact.callable.rpartition('.')[2]}")
        elif isinstance(event.fact, CallFinished):
            told.append(f"end {event.fact.callable.rpartition('.')[2]}")
    at = told.index("start SlaveComputer$SlaveInitializer")
    assert told[at : at + 6] == [
        "start SlaveComputer$SlaveInitializer",
        "start fetch3",
        "end fetch3",
        "start waitForProperty",
        "end waitForProperty",
        "end SlaveComputer$SlaveInitializer",
    ]


async def test_the_exception_of_a_call_carries_its_cause() -> None:
    watcher = Watcher()
    async with simulated_controller(controller_of(), observer=watcher) as controller:
        await run_agent(agent_of(controller))
        await controller.wait_ended(1)
    thrown = [
        fact.payload.value
        for fact in watcher.facts(CommandSent)
        if fact.payload is not None and isinstance(fact.payload.value, JavaObject)
    ]
    causes = [value.value_of("cause") for value in thrown if value.class_name == "java.io.IOException"]
    assert [cause.value_of("detailMessage") for cause in causes if isinstance(cause, JavaObject)] == [
        "error=2, No such file or directory"
    ]


@pytest.mark.parametrize(
    ("newest", "version"), [(ssl.TLSVersion.TLSv1_2, "TLSv1.2"), (ssl.TLSVersion.TLSv1_3, "TLSv1.3")]
)
async def test_jnlp4_runs_over_either_version_of_tls(newest: ssl.TLSVersion, version: str) -> None:
    watcher = Watcher()
    async with simulated_controller(controller_of(newest_tls=newest)) as controller:
        result = await run_agent(agent_of(controller, protocol="JNLP4-connect"), observer=watcher)
    assert result.orderly
    assert [(tls.version, tls.identity) for tls in watcher.facts(TlsStarted)] == [(version, identity().fingerprint)]


@pytest.mark.parametrize("by", Side)
async def test_a_close_frame_without_a_good_bye_ends_a_channel_without_order(by: Side) -> None:
    closing = Part(steps=(CloseFrame(1011, "out of memory"),))
    parts = {by: closing, by.peer: Part()}
    async with simulated_controller(controller_of(part=parts[Side.CONTROLLER])) as controller:
        result = await run_agent(agent_of(controller, protocol=WEBSOCKET, part=parts[Side.AGENT]))
        await controller.wait_ended(1)
    assert (result.connected, result.orderly, controller.sessions[0].orderly) == (True, False, False)


WEBSOCKET_REFUSALS = {
    "no such agent": {"name": "nobody"},
    "Forbidden": {"secret": Secret("wrong")},
    "ssh is not an inbound agent": {"name": "ssh"},
    "gone fishing": {"name": "banned"},
}


@pytest.mark.parametrize(("reason", "changes"), WEBSOCKET_REFUSALS.items())
async def test_websocket_refuses_in_jenkins_words(reason: str, changes: dict[str, object]) -> None:
    config = controller_of(
        agents={"a1": SECRET, "ssh": SECRET}, not_inbound=frozenset({"ssh"}), refusals={"banned": "gone fishing"}
    )
    async with simulated_controller(config) as controller:
        result = await run_agent(agent_of(controller, protocol=WEBSOCKET, **changes))
        assert result == AgentResult(name=str(changes.get("name", "a1")), refusal=reason)
    assert [each.agent_name for each in controller.refused] == [result.name]
    assert controller.sessions == []


REFUSALS = {
    "Unknown client name: nobody": {"name": "nobody"},
    "Authorization failure": {"secret": Secret("wrong")},
    "ssh is not an inbound agent": {"name": "ssh"},
    "gone fishing": {"name": "banned"},
}


@pytest.mark.parametrize("protocol", ["JNLP4-connect", "JNLP4-plaintext"])
@pytest.mark.parametrize(("reason", "changes"), REFUSALS.items())
async def test_jnlp4_refuses_in_jenkins_words(protocol: str, reason: str, changes: dict[str, object]) -> None:
    config = controller_of(
        agents={"a1": SECRET, "ssh": SECRET}, not_inbound=frozenset({"ssh"}), refusals={"banned": "gone fishing"}
    )
    seen = Watcher()
    async with simulated_controller(config, observer=seen) as controller:
        result = await run_agent(agent_of(controller, protocol=protocol, **changes))
        assert result == AgentResult(name=str(changes.get("name", "a1")), refusal=reason)
    assert controller.refused == [RefusedAgent(result.name, reason)]
    assert [fact.reason for fact in seen.facts(HandshakeRefused)] == [reason]


MISMATCH = "a1 can't be connected since the agent's secret does not match the handshake secret."
OLD_WORDS = {
    ("JNLP-connect", "nobody"): "No such agent: nobody",
    ("JNLP-connect", "a1"): "Unauthorized access",
    ("JNLP-connect", "ssh"): "ssh is not a JNLP agent",
    ("JNLP2-connect", "nobody"): "JNLP2-connect: rejected connection for node: nobody",
    ("JNLP2-connect", "a1"): MISMATCH,
    ("JNLP2-connect", "ssh"): "ssh is not a JNLP agent",
    ("JNLP2-connect", "banned"): "gone fishing",
    ("JNLP3-connect", "nobody"): "Agent trying to register for invalid node: nobody",
    ("JNLP3-connect", "ssh"): "ssh is not a JNLP agent",
}


@pytest.mark.parametrize("age", Age)
@pytest.mark.parametrize(("protocol", "name"), OLD_WORDS)
async def test_old_protocols_refuse_in_old_words_or_without_a_word(protocol: str, name: str, age: Age) -> None:
    watcher = Watcher()
    config = controller_of(
        agents={"a1": SECRET, "ssh": SECRET},
        not_inbound=frozenset({"ssh"}),
        refusals={"banned": "gone fishing"},
        age=age,
    )
    async with simulated_controller(config) as controller:
        secret = Secret("wrong") if name == "a1" else SECRET
        agent = agent_of(controller, protocol=protocol, name=name, secret=secret)
        result = await run_agent(agent, observer=watcher)
    expected = OLD_WORDS[protocol, name] if age is Age.REMOTING_2 else ""
    assert (result.refusal, result.failure) == (expected, None)
    assert [fact.reason for fact in watcher.facts(HandshakeRefused)] == [expected]
    assert [refused.agent_name for refused in controller.refused] == [name]


@pytest.mark.parametrize("age", Age)
async def test_in_jnlp3_an_agent_of_another_secret_turns_away_by_itself(age: Age) -> None:
    watcher = Watcher()
    async with simulated_controller(controller_of(age=age)) as controller:
        agent = agent_of(controller, protocol="JNLP3-connect", secret=Secret("wrong"))
        result = await run_agent(agent, observer=watcher)
    assert result == AgentResult(name="a1", failure="JNLP3-connect: Incorrect challenge response from master")
    assert [(fact.by, fact.matches) for fact in watcher.facts(SecretChecked)] == [
        (Side.AGENT, False),
        (Side.CONTROLLER, True),
    ]


async def test_a_lasting_refusal_is_told_as_one() -> None:
    watcher = Watcher()
    async with simulated_controller(
        controller_of(refusals={"a1": "fatal: never again"}), observer=watcher
    ) as controller:
        result = await run_agent(agent_of(controller, protocol="JNLP4-connect"))
    assert result.refusal == "never again"
    assert [(fact.reason, fact.permanent) for fact in watcher.facts(HandshakeRefused)] == [("never again", True)]


@pytest.mark.parametrize(("age", "key"), [(Age.TODAY, "JnlpAgentProtocol.cookie"), (Age.REMOTING_3, "Cookie")])
async def test_the_cookie_bears_the_name_of_its_time(age: Age, key: str) -> None:
    watcher = Watcher()
    async with simulated_controller(controller_of(age=age)) as controller:
        result = await run_agent(agent_of(controller, protocol="JNLP4-connect"), observer=watcher)
        assert result.cookie == controller.sessions[0].cookie
    given = [fact.headers for fact in watcher.facts(HeadersSent) if fact.agent_name is None]
    assert [list(headers) for headers in given] == [[key]]


async def with_one_connected(controller: SimulatedController, second: AgentConfig) -> tuple[AgentResult, AgentResult]:
    """Run an agent that stays, and a second one beside it; return what became of both."""
    results: list[AgentResult] = []
    connected = trio.Event()

    def tell(text: str) -> None:
        if text == "Connected":
            connected.set()

    async def first() -> None:
        results.append(await run_agent(agent_of(controller), tell=tell))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(first)
        await connected.wait()
        cookie = controller.sessions[0].cookie
        then = await run_agent(replace(second, cookie=cookie) if second.cookie else second)
        await controller.close_channels()
    return results[0], then


@pytest.mark.parametrize("age", Age)
@pytest.mark.parametrize("protocol", SPOKEN)
async def test_a_second_agent_of_a_name_is_refused_while_the_first_is_connected(protocol: str, age: Age) -> None:
    async with simulated_controller(controller_of(part=CONTROLLER_PART, age=age)) as controller:
        first, second = await with_one_connected(controller, agent_of(controller, protocol=protocol))
    here = "controller" if age is Age.TODAY else "master"
    words = f"a1 is already connected to this {here}. Rejecting this connection."
    assert second.refusal == (words if protocol.startswith(("JNLP4", WEBSOCKET)) or age is Age.REMOTING_2 else "")
    assert first.orderly


@pytest.mark.parametrize("protocol", ["JNLP4-connect", "JNLP3-connect", "JNLP2-connect", WEBSOCKET])
async def test_an_agent_that_shows_its_old_cookie_takes_its_own_place(protocol: str) -> None:
    lines: list[str] = []
    async with simulated_controller(controller_of(part=CONTROLLER_PART), tell=lines.append) as controller:
        second_config = agent_of(controller, cookie="the first's", hold=0.0, protocol=protocol)
        first, second = await with_one_connected(controller, second_config)
    assert (second.refusal, second.orderly) == (None, True)
    assert (first.connected, first.orderly) == (True, False)
    assert "Disconnecting a1 as we are reconnected from the current peer" in lines


async def test_checks_come_in_jenkins_order() -> None:
    config = controller_of(agents={"ssh": SECRET}, not_inbound=frozenset({"ssh"}))
    async with simulated_controller(config) as controller:
        wrong = await run_agent(agent_of(controller, name="ssh", secret=Secret("no"), protocol="JNLP4-connect"))
        unknown = await run_agent(agent_of(controller, name="other", secret=Secret("no"), protocol="JNLP4-connect"))
    assert (wrong.refusal, unknown.refusal) == ("Authorization failure", "Unknown client name: other")


async def test_an_agent_turns_away_from_another_identity() -> None:
    async with simulated_controller(controller_of()) as controller:
        other = create_identity()
        config = agent_of(controller, protocol="JNLP4-connect", identity=other.public_key)
        result = await run_agent(config)
    assert result.failure == (
        f"expected a controller with the identity announced, {other.fingerprint}, got {identity().fingerprint}"
    )
    assert not result.connected


async def test_a_controller_that_goes_in_mid_session_ends_the_agent_without_order() -> None:
    results: list[AgentResult] = []
    connected = trio.Event()

    async def agent(config: AgentConfig) -> None:
        results.append(await run_agent(config, tell=lambda text: connected.set() if text == "Connected" else None))

    async with trio.open_nursery() as nursery, simulated_controller(controller_of(part=Part())) as controller:
        nursery.start_soon(agent, agent_of(controller))
        await connected.wait()
    assert (results[0].connected, results[0].orderly) == (True, False)


async def test_what_nobody_can_run_or_load_is_answered_with_an_exception() -> None:
    odd = replace(ASK_VERSION, name="org.example.Odd")
    steps = (
        RunCallable(odd),
        InvokeMethod("org.example.Odd", "call", oid=99, in_user_request=False),
        RunCallable(ASK_VERSION),
        CloseChannel(),
    )
    part = Part(steps, classes={"org.example.Odd": b"\xca\xfe"})
    async with simulated_controller(controller_of(part=part)) as controller:
        assert (await run_agent(agent_of(controller))).orderly
        await controller.wait_ended(1)
    assert [outcome.exception for outcome in controller.sessions[0].outcomes] == [
        "java.lang.UnsupportedOperationException: a simulated peer cannot run org.example.Odd",
        "java.util.concurrent.ExecutionException: Invalid object ID 99 iota=3",
        f"java.lang.ClassNotFoundException: {CALLABLE_LOST}",
    ]


async def test_many_agents_connect_at_once_under_numbered_names() -> None:
    names = [f"a-{number}" for number in range(1, 6)]
    async with (
        simulated_controller(controller_of(agents=dict.fromkeys(names, SECRET))) as controller,
        trio.open_nursery() as nursery,
    ):
        nursery.start_soon(controller.wait_ended, 5)
        results = await run_agents(agent_of(controller, name="a"), 5)
    assert [(result.name, result.orderly) for result in results] == [(name, True) for name in names]
    assert sorted(session.agent_name for session in controller.sessions) == names


async def test_a_port_in_use_is_told_of() -> None:
    async with simulated_controller(controller_of()) as controller:
        with pytest.raises(NetworkError, match=rf"cannot listen on 127\.0\.0\.1:{controller.port}: "):
            async with simulated_controller(controller_of(listen=Address("127.0.0.1", controller.port))):
                pass


async def test_what_goes_wrong_beside_a_controller_comes_out_as_it_is() -> None:
    with pytest.raises(ZeroDivisionError):
        async with simulated_controller(controller_of()):
            _ = 1 // 0


async def test_a_handshake_that_stands_still_is_given_up() -> None:
    lines: list[str] = []
    async with simulated_controller(controller_of(handshake_patience=0.05), tell=lines.append) as controller:
        stream = await trio.open_tcp_stream("127.0.0.1", controller.port)
        assert await stream.receive_some() == b""
        await stream.aclose()
    (line,) = lines
    assert line.endswith("no channel within 0.05 s")


async def test_a_damaged_record_ends_its_session_with_a_reason() -> None:
    lines: list[str] = []
    async with simulated_controller(controller_of(part=Part()), tell=lines.append) as controller:
        stream = await trio.open_tcp_stream("127.0.0.1", controller.port)
        line = Line(Leg(stream), Side.AGENT, Witness().open(controller.listen, controller.listen))
        await join(line, "JNLP4-connect", Credentials("a1", SECRET), identity().public_key)
        await stream.send_all(bytes.fromhex("1703030010") + bytes(16))
        await controller.wait_ended(1)
        await stream.aclose()
        assert not controller.sessions[0].orderly
    assert lines[1] == "a1 went without a word"
    assert lines[2].endswith("failed: a record was damaged on the way (bad record MAC)")
