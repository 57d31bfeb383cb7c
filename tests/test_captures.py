"""Every specimen agrees with what its two sides say happened, and with the events accepted before."""

import pytest
from conversation import check_fragments, decode, told
from specimens import (
    Sent,
    commands_of,
    entries,
    expected_of,
    golden_path,
    loads_of,
    observations_of,
    outcomes_of,
    secrets_of,
    specimen_names,
    told_lines,
)

from jnlpspy.export.jsonl import format_event
from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    ChannelEstablished,
    ClassLoaded,
    CommandSent,
    Event,
    HandshakeRefused,
    HeadersSent,
    OpaqueBytes,
    PipeClosed,
    PipeOpened,
    ProtocolOffered,
    SecretChecked,
    Undecodable,
)
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import CallKind, LoadKind, Outcome
from jnlpspy.model.tap import Segment, Side

NAMES = specimen_names()
JNLP3_CLOSED = "JNLP3-connect is encrypted with the agent's secret; --agent-secret NAME=SECRET opens it"
OPAQUE = {
    "3.33-JNLP3-connect-unknown-node": JNLP3_CLOSED.replace("NAME=", "no-such-agent="),
    "3.33-JNLP3-connect-workload": JNLP3_CLOSED.replace("NAME=", "agent-1="),
    "3.33-JNLP3-connect-wrong-secret": JNLP3_CLOSED.replace("NAME=", "agent-1="),
    "raw-tls-clienthello": "TLS where a protocol offer was expected",
}
"""What cannot be opened yet, and why; one event says so."""

UNDECODABLE = {"3.33-JNLP4-connect-ack-garbled": ["5a 59 1b 19 11"]}
"""Damage that can be seen in the bytes; the other damaged recordings only end early."""

REFUSED = {
    "2.53.5-JNLP2-connect-wrong-secret": ["Unauthorized access", "Disabled protocol:Protocol:JNLP-connect"],
    "3.33-JNLP-connect-already-connected": [""],
    "3.33-JNLP-connect-unknown-node": [""],
    "3.33-JNLP-connect-wrong-secret": [""],
    "3.33-JNLP2-connect-already-connected": [""],
    "3.33-JNLP2-connect-fallback": [
        "Disabled protocol:Protocol:JNLP4-connect",
        "Disabled protocol:Protocol:JNLP4-plaintext",
        "Disabled protocol:Protocol:JNLP3-connect",
    ],
    "3.33-JNLP2-connect-unknown-node": [""],
    "3.33-JNLP2-connect-unknown-protocol": ["Unknown protocol:"],
    "3.33-JNLP2-connect-wrong-secret": [""],
    "3.33-JNLP3-connect-unknown-node": [""],
    "3.33-JNLP4-connect-already-connected": ["agent-1 is already connected to this master. Rejecting this connection."],
    "3.33-JNLP4-connect-port-is-http": ["HTTP/1.1 400 Bad Request"],
    "3.33-JNLP4-connect-protocol-disabled": ["Disabled protocol:Protocol:JNLP4-connect"],
    "3.33-JNLP4-plaintext-already-connected": [
        "agent-1 is already connected to this master. Rejecting this connection."
    ],
    "head-JNLP4-connect-direct": ["Unknown protocol:"],
    "raw-not-a-protocol": ["Unrecognized protocol: Hello world"],
    "raw-unknown-protocol": ["Unknown protocol:"],
}
"""Refusals beyond the one that expected.json quotes."""

PING = "hudson.remoting.PingThread$Ping"
CLOSE = "hudson.remoting.Channel$CloseCommand"
DEAD_READER = "peers.work.PipeDeadReader"
LOCAL_EXCEPTION = "hudson.remoting.RequestAbortedException"
"""Thrown by the library itself when a channel breaks: it never goes over the wire."""

CAUSED_BY = {
    "jarwork.JarHelper": "jarwork.JarTask",
    "greet": "peers.work.UseProxy",
    "fail": "peers.work.UseProxy",
    "ControllerSide": "peers.work.CallBack",
    "getResource2": "peers.work.LoadResource",
    "fetchJar": "hudson.remoting.PreloadJarTask",
    "read": "peers.work.ReadRemoteInputStream",
}
"""Which step asks for a class other than its own, or calls a method or callable of the controller."""

ALONE = (PING, "hudson.remoting.IChannel.waitForProperty", "hudson.remoting.JarLoader.writeJarTo")
"""What no call causes: pings, and the jar cache, which has threads of its own."""

SENT_AS = {"hudson.remoting.PreloadJarTask": "hudson.remoting.PreloadJarTask2"}
"""Callables that remoting replaces on their way by one the agent has, if the agent is new enough."""


@pytest.fixture(scope="module", params=NAMES)
def name(request: pytest.FixtureRequest) -> str:
    found: str = request.param
    return found


@pytest.fixture(scope="module")
def events(name: str) -> list[Event]:
    return decode(observations_of(name))


@pytest.fixture(scope="module")
def opened(name: str, events: list[Event]) -> list[Event]:
    """With the agent's secret, where it opens something."""
    return decode(observations_of(name), secrets_of(name)) if name in OPAQUE else events


def facts(events: list[Event], kind: type) -> list[Event]:
    return [event for event in events if isinstance(event.fact, kind)]


def test_there_are_enough_of_them() -> None:
    assert len(NAMES) >= 16


def test_nothing_undamaged_is_undecodable(name: str, events: list[Event]) -> None:
    got = [event.fact.got for event in events if isinstance(event.fact, Undecodable)]
    assert got == UNDECODABLE.get(name, [])
    assert not got or expected_of(name)["damaged"]


def test_what_is_not_opened_yet_is_said_in_one_event(name: str, events: list[Event]) -> None:
    assert [event.fact.reason for event in events if isinstance(event.fact, OpaqueBytes)] == (
        [OPAQUE[name]] if name in OPAQUE else []
    )


def test_protocol_and_agent_are_those_of_the_recording(name: str, events: list[Event]) -> None:
    expected = expected_of(name)
    established = [event.fact for event in events if isinstance(event.fact, ChannelEstablished)]
    if expected["connected"] and name not in OPAQUE:
        assert {fact.protocol for fact in established} == {expected["protocol"]}
        assert {fact.agent_name for fact in established} == {expected["agent_name"]}
        assert expected["protocol"] in [each.fact.protocol for each in events if isinstance(each.fact, ProtocolOffered)]
    else:
        assert not established
    for event in facts(events, HeadersSent):
        if event.side is Side.AGENT and isinstance(event.fact, HeadersSent):
            assert event.fact.agent_name == expected["agent_name"]
            assert event.fact.secret is None or event.fact.secret.value == expected["secret_sent"]


def test_refusals_are_those_of_the_recording(name: str, events: list[Event]) -> None:
    expected = expected_of(name)["refusal"]
    reasons = [event.fact.reason for event in events if isinstance(event.fact, HandshakeRefused)]
    assert reasons == ([expected] if expected is not None else REFUSED.get(name, []))


def test_callables_are_those_of_the_recording(name: str, opened: list[Event]) -> None:
    expected = {
        SENT_AS.get(each, each) if name.startswith("head-") else each for each in expected_of(name)["callables"]
    }
    unanswered = {event.fact.call for event in opened if _outcome(event) is Outcome.UNANSWERED}  # type: ignore[union-attr]
    started = [each.fact for each in opened if each.side is Side.CONTROLLER and isinstance(each.fact, CallStarted)]
    called = {fact.callable for fact in started if fact.kind is CallKind.USER}
    in_flight = {fact.callable for fact in started if fact.call in unanswered}
    assert expected <= called
    assert called - expected <= {PING} | in_flight


def test_failed_calls_are_those_of_the_recording(name: str, opened: list[Event]) -> None:
    expected = [
        f"{each['exception']}: {each['message']}"
        for each in expected_of(name)["failed"]
        if each["exception"] != LOCAL_EXCEPTION
    ]
    threw = [
        event.fact.exception
        for event in opened
        if isinstance(event.fact, CallFinished)
        and event.fact.call.startswith("c")
        and event.fact.outcome is Outcome.THREW
    ]
    assert threw == expected


def test_causes_of_failed_calls_are_those_of_the_recording(name: str, opened: list[Event]) -> None:
    expected = [each["cause"] for each in expected_of(name)["failed"] if each["exception"] != LOCAL_EXCEPTION]
    threw = [event.fact for event in opened if isinstance(event.fact, CallFinished) and event.fact.call[0] == "c"]
    causes = [fact.causes[0] if fact.causes else None for fact in threw if fact.outcome is Outcome.THREW]
    assert causes == expected


def test_pipes_carried_the_bytes_of_the_recordings_steps(name: str, opened: list[Event]) -> None:
    """Each step that names bytes made one pipe; a reader that dies takes no number of them that is told."""
    expected = [int(step.rpartition("bytes=")[2]) for step in expected_of(name)["steps"] if "bytes=" in step]
    started = {each.fact.call: each.fact.callable for each in opened if isinstance(each.fact, CallStarted)}
    closed = [each.fact for each in opened if isinstance(each.fact, PipeClosed)]
    carried = [
        fact.bytes
        for fact in closed
        if fact.call is not None and fact.call.startswith("c") and started[fact.call] != DEAD_READER
    ]
    assert sorted(carried) == sorted(expected)
    assert len(closed) == len(facts(opened, PipeOpened))


def test_classes_and_resources_are_those_that_the_library_asked_for(name: str, opened: list[Event]) -> None:
    asked = loads_of(name)
    if asked is None or expected_of(name)["damaged"]:
        return
    told = [each.fact for each in opened if isinstance(each.fact, ClassLoaded) and not each.fact.prefetched]
    assert [fact.name for fact in told if fact.kind is not LoadKind.JAR] == asked
    missing = [fact.name for fact in told if not fact.found]
    assert missing == (["peers/work/no-such-thing.txt"] if "resource" in expected_of(name)["steps"] else [])
    versions = {fact.class_version for fact in told if fact.kind is LoadKind.CLASS}
    assert versions <= {8, None}


@pytest.mark.parametrize("side", list(Side))
def test_calls_ended_as_the_library_saw_them_end(name: str, opened: list[Event], side: Side) -> None:
    """A call that threw has an answer all the same; what the library read of a damaged stream may differ."""
    expected = outcomes_of(name)
    if expected is None or expected_of(name)["damaged"]:
        return
    began = [each.fact.call for each in opened if each.side is side and isinstance(each.fact, CallStarted)]
    ended = {each.fact.call: each.fact.outcome for each in opened if isinstance(each.fact, CallFinished)}
    told = [Outcome.RETURNED if ended[call] is Outcome.THREW else ended[call] for call in began]
    assert list(zip(began, told, strict=True)) == expected[side]
    assert Outcome.CANCELLED in told or "cancel" not in expected_of(name)["steps"] or side is Side.AGENT


def test_calls_hang_on_the_step_that_makes_them(opened: list[Event]) -> None:
    """The recordings' steps are known: each asks for its own class, and some call back."""
    calls = {each.fact.call: each.fact for each in opened if isinstance(each.fact, CallStarted)}
    for fact in calls.values():
        parent = calls[fact.parent].callable if fact.parent is not None else None
        if fact.callable.endswith((".fetch", ".fetch3")):
            asked = fact.arguments.strip('"')
            assert parent == CAUSED_BY.get(asked, asked)
        elif fact.callable.rpartition(".")[2] in CAUSED_BY:
            assert parent == CAUSED_BY[fact.callable.rpartition(".")[2]]
        elif fact.callable in ALONE:
            assert parent is None


@pytest.mark.parametrize("side", list(Side))
def test_commands_are_those_the_library_read_and_wrote(name: str, events: list[Event], side: Side) -> None:
    """Class, size and order of each; CloseCommands apart, of which the last is often seen by one side only."""
    oracle = commands_of(name)
    if oracle is None or name in OPAQUE:
        return
    expected = [each for each in oracle if each.side is side]
    came = [
        Sent(side, event.fact.command.class_name, event.fact.size)
        for event in events
        if event.side is side and isinstance(event.fact, CommandSent)
    ]
    expected_open, came_open = ([each for each in sent if each.class_name != CLOSE] for sent in (expected, came))
    if expected_of(name)["damaged"]:
        common = min(len(expected_open), len(came_open))
        assert came_open[:common] == expected_open[:common]
        assert common >= len(came_open) - 1
    else:
        assert came_open == expected_open
        assert abs(len(came) - len(expected)) <= 1


@pytest.mark.parametrize("name", [name for name in NAMES if "JNLP3-connect-w" in name])
def test_jnlp3_is_opened_by_its_secret(name: str) -> None:
    expected = expected_of(name)
    known = {agent: Secret(secret) for agent, secret in expected["secrets"].items()}
    events = decode(observations_of(name), known)
    checked = {event.fact.by: event.fact.matches for event in events if isinstance(event.fact, SecretChecked)}
    assert checked == {Side.CONTROLLER: True, Side.AGENT: expected["connected"]}
    if not expected["connected"]:
        return
    came = [
        Sent(event.side, event.fact.command.class_name, event.fact.size)
        for event in events
        if isinstance(event.fact, CommandSent) and event.side
    ]
    oracle = commands_of(name)
    assert oracle
    for side in Side:
        assert [each for each in came if each.side is side] == [each for each in oracle if each.side is side]
    assert not facts(events, Undecodable)
    assert not facts(events, OpaqueBytes)
    lines = [format_event(event) + describe_fact(event.fact) for event in events]
    assert not [line for line in lines for secret in known.values() if secret.value in line]


def _outcome(event: Event) -> Outcome | None:
    return event.fact.outcome if isinstance(event.fact, CallFinished) else None


def test_events_are_those_accepted_before(name: str) -> None:
    golden = golden_path(name).read_text("utf-8").splitlines(keepends=True)
    assert told_lines(name) == golden, f"if this is right: make accept NAME={name}"


def test_no_event_shows_a_secret(name: str) -> None:
    secrets = set(expected_of(name)["secrets"].values())
    assert secrets
    assert not [line for line in told_lines(name) for secret in secrets if secret in line]


def test_small_specimens_tell_the_same_in_any_pieces(name: str) -> None:
    observations = observations_of(name)
    if sum(len(each.data) for each in observations if isinstance(each, Segment)) < 30_000:
        check_fragments(observations, told(decode(observations)))


def test_every_specimen_is_described() -> None:
    assert sorted(entries()) == NAMES
    for entry in entries().values():
        assert set(entry) == {"title", "scenario", "agent", "controller", "java", "made", "licence", "secrets"}
        assert all(entry.values())
