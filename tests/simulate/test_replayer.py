"""One side of a recording is played to the other, which may number, order and time things as it likes."""

import json
import math
from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest
import trio
from specimens import FOLDER, observations_of, specimen_names
from trio.testing import MockClock, memory_stream_pair

from jnlpspy.decoder import Decoder
from jnlpspy.model.commands import Cancel, Command, OutputStreamChunk, Request, Response, UserRequest
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Address, Side
from jnlpspy.net.leg import Ending, Leg
from jnlpspy.net.tls_leg import TlsFailed
from jnlpspy.remoting.build import build_command
from jnlpspy.simulate.line import Line, Witness
from jnlpspy.simulate.recording import RecordedCommand, Recording, read_recordings
from jnlpspy.simulate.replayer import Replayer, ReplayResult
from jnlpspy.wire.chunks import write_chunks

NOBODY = Address("127.0.0.1", 1)
WORKLOAD = "3.33-JNLP4-connect-workload"


def secrets_of(name: str) -> dict[str, Secret]:
    expected = json.loads((FOLDER / f"{name}.expected.json").read_text("utf-8"))
    return {agent: Secret(value) for agent, value in (expected.get("secrets") or {}).items()}


def recordings_of(name: str) -> list[Recording]:
    decoder = Decoder(secrets_of(name))
    events = [event for observation in observations_of(name) for event in decoder.feed(observation)]
    return [each for each in read_recordings([*events, *decoder.finish()]) if each.commands]


async def play(sides: Mapping[Side, Recording], *, patience: float = 5.0) -> dict[Side, ReplayResult]:
    """Play each side from a recording of its own to the other, over loopback."""
    (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
    results = {}

    async def play_side(stream: trio.SocketStream, side: Side) -> None:
        line = Line(Leg(stream), side, Witness().open(NOBODY, NOBODY))
        replayer = Replayer(line, sides[side], patience=patience)
        await replayer.run()
        await line.leg.close()
        results[side] = replayer.result

    async with listener, trio.open_nursery() as nursery:
        agent = await trio.open_tcp_stream(*listener.socket.getsockname())
        nursery.start_soon(play_side, agent, Side.AGENT)
        nursery.start_soon(play_side, await listener.accept(), Side.CONTROLLER)
    return results


def changed(recording: Recording, change: Callable[[RecordedCommand], Command]) -> Recording:
    return replace(recording, commands=[replace(each, command=change(each)) for each in recording.commands])


@pytest.mark.parametrize("name", [each for each in specimen_names() if (FOLDER / f"{each}.commands.jsonl").exists()])
async def test_both_sides_of_a_recording_play_it_to_its_end(name: str) -> None:
    for recording in recordings_of(name):
        results = await play(dict.fromkeys(Side, recording))
        assert sum(result.played for result in results.values()) == len(recording.commands)
        for result in results.values():
            assert (result.left_out, result.missing, result.extra) == ([], [], [])


async def test_a_peer_may_number_its_requests_otherwise() -> None:
    (recording,) = recordings_of(WORKLOAD)

    def shift(step: RecordedCommand) -> Command:
        command = step.command
        of_agents = (step.sender is Side.AGENT) == isinstance(command, Request | Cancel)
        if isinstance(command, Request | Response | Cancel) and of_agents:
            return replace(command, id=command.id + 5000)
        return command

    results = await play({Side.CONTROLLER: recording, Side.AGENT: changed(recording, shift)})
    assert [(result.missing, result.extra) for result in results.values()] == [([], [])] * 2


async def test_bytes_through_a_pipe_may_come_in_other_pieces() -> None:
    (recording,) = recordings_of(WORKLOAD)
    commands: list[RecordedCommand] = []
    for step in recording.commands:
        if isinstance(step.command, OutputStreamChunk) and len(step.command.buf) > 1 and step.sender is Side.AGENT:
            halves = (step.command.buf[:100], step.command.buf[100:])
            commands += [replace(step, command=replace(step.command, buf=half)) for half in halves]
        else:
            commands.append(step)
    cut = replace(recording, commands=[replace(each, place=place) for place, each in enumerate(commands)])
    results = await play({Side.CONTROLLER: recording, Side.AGENT: cut})
    assert [(result.missing, result.extra) for result in results.values()] == [([], [])] * 2


async def test_what_the_peer_leaves_out_is_told_and_the_rest_is_played() -> None:
    (recording,) = recordings_of(WORKLOAD)
    shorter = replace(
        recording,
        commands=[
            replace(each, place=place)
            for place, each in enumerate(
                each
                for each in recording.commands
                if not (isinstance(each.command, UserRequest) and "RunGC" in each.command.to_string)
            )
        ],
    )
    assert len(shorter.commands) == len(recording.commands) - 1
    results = await play({Side.CONTROLLER: shorter, Side.AGENT: recording}, patience=0.2)
    assert "a call of peers.work.RunGC" in results[Side.AGENT].missing
    assert results[Side.AGENT].played > 100


async def test_a_call_that_was_never_recorded_is_answered_and_told() -> None:
    (recording,) = recordings_of(WORKLOAD)

    def rename(step: RecordedCommand) -> Command:
        command = step.command
        if isinstance(command, UserRequest) and step.payload is not None and "DetectOS" in command.to_string:
            return replace(command, request=command.request.replace(b"peers.work.DetectOS", b"peers.work.DetectXX"))
        return command

    results = await play({Side.CONTROLLER: changed(recording, rename), Side.AGENT: recording}, patience=0.2)
    assert results[Side.AGENT].extra == ["a call of peers.work.DetectXX"]
    assert "a call of peers.work.DetectOS" in results[Side.AGENT].missing


async def test_a_call_that_comes_after_the_end_was_played_ends_nothing() -> None:
    (recording,) = recordings_of(WORKLOAD)
    assert recording.closed is not None
    ended = replace(recording, commands=[], closed=replace(recording.closed, by=Side.AGENT))
    call = next(each.command for each in recording.commands if "RunGC" in getattr(each.command, "to_string", ""))
    here, far = memory_stream_pair()
    line = Line(Leg(here), Side.AGENT, Witness().open(NOBODY, NOBODY))
    replayer = Replayer(line, ended)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(replayer.run)
        assert await far.receive_some() == b""
        await far.send_all(b"".join(write_chunks(build_command(call))))
        await far.send_eof()
    assert replayer.result.extra == ["a call of peers.work.RunGC"]


class DamagedLeg(Leg):
    """A leg whose TLS the peer breaks."""

    async def receive(self) -> bytes | Ending:
        """Find what came damaged."""
        raise TlsFailed("a record was damaged on the way")


async def test_damaged_tls_ends_a_replay_as_it_ends_any_channel() -> None:
    (recording,) = recordings_of(WORKLOAD)
    here, _ = memory_stream_pair()
    line = Line(DamagedLeg(here), Side.AGENT, Witness().open(NOBODY, NOBODY))
    with pytest.raises(TlsFailed, match="damaged"):
        await Replayer(line, replace(recording, commands=[])).run()


@pytest.mark.parametrize(
    ("recorded", "speed", "waited"), [(0.2, math.inf, 0.2), (30.0, math.inf, 1.0), (30.0, 2.0, 15.0)]
)
def test_a_call_has_begun_before_it_is_cancelled_at_any_speed(recorded: float, speed: float, waited: float) -> None:
    (recording,) = recordings_of(WORKLOAD)
    call = next(each for each in recording.commands if isinstance(each.command, UserRequest))
    cancel = RecordedCommand(1, call.sender, call.when + recorded, Cancel(id=1), None)
    short = replace(recording, commands=[replace(call, place=0), cancel])

    async def play_both() -> list[float]:
        here, far = memory_stream_pair()
        line = Line(Leg(here), Side.CONTROLLER, Witness().open(NOBODY, NOBODY))
        came = []
        async with trio.open_nursery() as nursery:
            nursery.start_soon(Replayer(line, short, speed=speed).run)
            for _ in range(2):
                await far.receive_some()
                came.append(trio.current_time())
            nursery.cancel_scope.cancel()
        return came

    begun, cancelled = trio.run(play_both, clock=MockClock(autojump_threshold=0))
    assert cancelled - begun == pytest.approx(waited)
