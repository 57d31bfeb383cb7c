"""A recording plays both sides of a whole session, handshake and all, and nothing that matters differs."""

import json
from dataclasses import replace

import pytest
import trio
from specimens import FOLDER, observations_of, specimen_names

from jnlpspy.decoder import Decoder
from jnlpspy.errors import UsageError
from jnlpspy.filters.filter import parse_filter
from jnlpspy.model.commands import Response, UserRequest
from jnlpspy.model.differences import Difference, DifferenceKind
from jnlpspy.model.events import Event
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address, Closed, CloseReason, Opened, Segment, Side
from jnlpspy.net.identity import Identity, create_identity
from jnlpspy.net.target import parse_root_url
from jnlpspy.simulate.agent import AgentConfig, run_agent
from jnlpspy.simulate.controller import ControllerConfig
from jnlpspy.simulate.joining import SPOKEN
from jnlpspy.simulate.replay import Material, Replay, choose_material, replay_agent, replayed_controller
from jnlpspy.wire.layouts import build_offer

HERE = Address("127.0.0.1", 1)

LIVE = {"live-1": Secret("5e" * 32)}
"""The live agent is another one than the recorded, and so is its secret."""


@pytest.fixture(scope="module")
def identity() -> Identity:
    return create_identity()


def events_of(name: str) -> list[Event]:
    expected = json.loads((FOLDER / f"{name}.expected.json").read_text("utf-8"))
    decoder = Decoder({agent: Secret(value) for agent, value in (expected.get("secrets") or {}).items()})
    events = [event for observation in observations_of(name) for event in decoder.feed(observation)]
    return [*events, *decoder.finish()]


def material_of(name: str) -> Material | None:
    try:
        return choose_material(events_of(name))
    except UsageError:
        return None


def playable() -> list[str]:
    text = ("text", "unchunked")  # the simulated peers speak the binary transport with chunks
    return [name for name in specimen_names() if not name.endswith(text) and material_of(name) is not None]


async def play(controllers: Material, agents: Material, identity: Identity) -> list[Difference]:
    """Play the two sides to each other; return what both found."""
    controller_side = Replay(controllers, secrets=LIVE, patience=0.5)
    agent_side = Replay(agents, secrets=LIVE, patience=0.5)
    (name, secret), *_ = LIVE.items()
    async with replayed_controller(controller_side, ControllerConfig(agents=LIVE, identity=identity)) as controller:
        url = parse_root_url(controller.url)
        await replay_agent(agent_side, AgentConfig(name=name, secret=secret, url=url))
        with trio.fail_after(10):
            await controller_side.wait_over()
    return [*controller_side.differences(), *agent_side.differences()]


@pytest.mark.parametrize("name", playable())
async def test_every_specimen_plays_without_a_difference_that_matters(name: str, identity: Identity) -> None:
    material = material_of(name)
    assert material is not None
    assert [each for each in await play(material, material, identity) if each.matters] == []


def test_specimens_of_every_protocol_are_played() -> None:
    played = {each.recording.protocol for name in playable() if (each := material_of(name))}
    assert played == set(SPOKEN)


def test_the_end_of_discovery_is_not_the_end_of_the_session() -> None:
    material = material_of("3.33-JNLP4-connect-workload")
    assert material is not None
    replay = Replay(material)
    for number in (1, 2):
        replay.observe(Opened(number, 1.0, HERE, HERE))
    replay.observe(Segment(2, 1.0, Side.AGENT, build_offer("JNLP4-connect")))
    replay.observe(Closed(1, 1.0, Side.AGENT, CloseReason.EOF))
    assert not replay.is_over
    replay.observe(Closed(2, 1.0, Side.AGENT, CloseReason.EOF))
    assert replay.is_over


async def test_what_an_agent_offers_before_is_no_session_of_the_replay() -> None:
    material = material_of("3.33-JNLP4-connect-workload")
    assert material is not None
    replay = Replay(material)
    for number, protocol in enumerate(("Ping", "JNLP3-connect", "JNLP4-connect"), start=1):
        assert not replay.is_over
        replay.observe(Opened(number, 1.0, HERE, HERE))
        replay.observe(Segment(number, 1.0, Side.AGENT, build_offer(protocol)))
        replay.observe(Closed(number, 1.0, Side.CONTROLLER, CloseReason.EOF))
    assert replay.is_over
    assert {each.what for each in replay.differences()}.isdisjoint({"protocol", "session"})


async def test_another_outcome_is_a_difference(identity: Identity) -> None:
    material = material_of("3.33-JNLP4-connect-workload")
    assert material is not None
    changed = replace(material, account=replace(material.account, calls=list(material.account.calls)))
    place, call = next((n, each) for n, each in enumerate(changed.account.calls) if each.callable == "peers.work.Fail")
    changed.account.calls[place] = replace(call, exception="peers.work.WorkloadException: something else")
    found = [each for each in await play(material, changed, identity) if each.matters]
    assert [(each.kind, each.what) for each in found] == [
        (DifferenceKind.EXCEPTION, "controller calls peers.work.Fail")
    ]


async def test_a_peer_that_leaves_a_call_out_is_told(identity: Identity) -> None:
    material = material_of("3.33-JNLP4-connect-workload")
    assert material is not None
    left = [
        each
        for each in material.recording.commands
        if not (isinstance(each.command, UserRequest) and "DetectOS" in each.command.to_string)
    ]
    shorter = replace(material.recording, commands=[replace(each, place=place) for place, each in enumerate(left)])
    found = await play(replace(material, recording=shorter), material, identity)
    assert (DifferenceKind.CALL_MISSING, "controller calls peers.work.DetectOS") in {
        (each.kind, each.what) for each in found
    }


async def test_a_difference_about_an_event_to_be_ignored_is_none(identity: Identity) -> None:
    material = choose_material(
        events_of("3.33-JNLP4-connect-workload"), ignore=parse_filter("callable ~ DetectOS").matches
    )
    left = [each for each in material.recording.commands if "DetectOS" not in getattr(each.command, "to_string", "")]
    shorter = replace(material.recording, commands=[replace(each, place=place) for place, each in enumerate(left)])
    found = await play(replace(material, recording=shorter), material, identity)
    assert not [each for each in found if "DetectOS" in each.what]


async def test_an_agent_that_never_offers_what_was_recorded_ends_the_replay_as_a_difference(identity: Identity) -> None:
    material = material_of("3.33-JNLP4-connect-workload")
    assert material is not None
    told: list[str] = []
    replay = Replay(material, join_patience=0.05, tell=told.append)
    (name, secret), *_ = LIVE.items()
    async with replayed_controller(replay, ControllerConfig(agents=LIVE, identity=identity)) as controller:
        url = parse_root_url(controller.url)
        await run_agent(AgentConfig(name=name, secret=secret, url=url, protocol="JNLP2-connect"))
        await replay.wait_over()
    came = "a request for discovery, an offer of JNLP2-connect"
    assert told == [
        "got an offer of JNLP2-connect, expected one of JNLP4-connect, as recorded",
        f"expected an agent to offer JNLP4-connect, as recorded; got {came} and no more",
    ]
    (difference, *_) = replay.differences()
    assert (difference.what, difference.expected, difference.got) == ("protocol", "JNLP4-connect", "JNLP2-connect")


async def test_a_jar_that_is_asked_for_later_is_sent_later(identity: Identity) -> None:
    material = material_of("head-WebSocket-workload")
    assert material is not None
    commands = list(material.recording.commands)
    asked = next(
        place
        for place, each in enumerate(commands)
        if isinstance(each.command, UserRequest) and "writeJarTo" in each.command.to_string
    )
    answered = next(place for place, each in enumerate(commands) if place > asked and each.sender is Side.AGENT)
    assert isinstance(commands[answered].command, Response), "the call that needs the jar returns without it"
    commands.insert(answered, commands.pop(asked))
    later = replace(material.recording, commands=[replace(each, place=place) for place, each in enumerate(commands)])
    found = await play(material, replace(material, recording=later), identity)
    assert [each for each in found if each.matters] == []


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("3.33-JNLP4-connect-ack-garbled", "a handshake that broke off"),
        ("3.33-JNLP4-connect-http-404", "no agent made an offer"),
    ],
)
def test_what_cannot_be_played_is_said(name: str, expected: str) -> None:
    with pytest.raises(UsageError, match=expected):
        choose_material(events_of(name))
