from dataclasses import replace

import pytest
import trio
import trio.testing
from simulate.peers import Watcher, agent_of, controller_of

from jnlpspy.javaser.building import java_class
from jnlpspy.model.commands import (
    Command,
    OutputStreamAck,
    OutputStreamChunk,
    OutputStreamDead,
    OutputStreamEOF,
    PipeConnect,
)
from jnlpspy.model.events import ClassLoaded, PipeClosed, PipeOpened, PipeStalled, Undecodable
from jnlpspy.model.session import LoadKind, PipeEnd
from jnlpspy.model.tap import Side
from jnlpspy.remoting.throwables import IO_EXCEPTION, java_throwable
from jnlpspy.simulate.agent import run_agent
from jnlpspy.simulate.controller import simulated_controller
from jnlpspy.simulate.joining import PROTOCOLS
from jnlpspy.simulate.pipe_calls import READS_PIPE
from jnlpspy.simulate.pipes import PIECE, WINDOW, PipeDead, Pipes
from jnlpspy.simulate.script import CloseChannel, Fills, LoadClass, Part, ReadPipe, RunCallable, Throws, WritePipe
from jnlpspy.simulate.session import AGENT_PART, CONTROLLER_PART

MORE_THAN_A_WINDOW = WINDOW + 3 * PIECE + 1
MOVES = (WritePipe(MORE_THAN_A_WINDOW), ReadPipe(MORE_THAN_A_WINDOW), WritePipe(0), ReadPipe(1))


class Sent:
    """Takes what pipes send."""

    def __init__(self) -> None:
        self.commands: list[Command] = []
        self.pipes = Pipes(self.send)

    async def send(self, command: Command) -> None:
        self.commands.append(command)

    @property
    def bytes_sent(self) -> int:
        return sum(len(each.buf) for each in self.commands if isinstance(each, OutputStreamChunk))


async def test_a_writer_waits_when_its_window_is_used_up_and_goes_on_with_what_was_taken() -> None:
    sent = Sent()
    results: list[tuple[int, int]] = []

    async def write() -> None:
        results.append(await sent.pipes.write(7, MORE_THAN_A_WINDOW, 3))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(write)
        await trio.testing.wait_all_tasks_blocked()
        assert sent.bytes_sent == WINDOW
        sent.pipes.take(OutputStreamAck(oid=7, size=PIECE))
        await trio.testing.wait_all_tasks_blocked()
        assert sent.bytes_sent == WINDOW + PIECE
        sent.pipes.take(OutputStreamAck(oid=7, size=WINDOW))
    last = sent.commands[-1]
    assert isinstance(last, OutputStreamEOF)
    assert (last.oid, last.request_id) == (7, 3)
    assert results[0][1] == last.io_id == len(sent.commands)
    assert sent.bytes_sent == MORE_THAN_A_WINDOW


async def test_a_reader_that_is_gone_ends_its_writer() -> None:
    sent = Sent()
    async with trio.open_nursery() as nursery:

        async def write() -> None:
            with pytest.raises(PipeDead, match="Pipe is already closed"):
                await sent.pipes.write(7, MORE_THAN_A_WINDOW)

        nursery.start_soon(write)
        await trio.testing.wait_all_tasks_blocked()
        sent.pipes.take(OutputStreamDead(oid=7))
    assert not any(isinstance(each, OutputStreamEOF) for each in sent.commands)


async def test_what_is_read_is_acknowledged_and_the_near_end_learns_where_to_write() -> None:
    sent = Sent()
    sink, near = sent.pipes.open_sink(), sent.pipes.open_near_end()
    assert sent.pipes.take(OutputStreamChunk(oid=sink.oid, buf=b"abc")) == OutputStreamAck(oid=sink.oid, size=3)
    assert sent.pipes.take(OutputStreamEOF(oid=sink.oid)) is None
    assert (sink.size, sink.ended.is_set()) == (3, True)
    sent.pipes.take(PipeConnect(oid_ros=near, oid_pos=44))
    assert await sent.pipes.wait_connected(near) == 44
    for stray in (OutputStreamChunk(oid=99), OutputStreamEOF(oid=99), PipeConnect(oid_ros=99), OutputStreamAck(oid=99)):
        assert sent.pipes.take(stray) is None


@pytest.mark.parametrize("protocol", PROTOCOLS)
async def test_bytes_arrive_whole_through_pipes_of_either_direction(protocol: str) -> None:
    watcher = Watcher()
    part = replace(CONTROLLER_PART, steps=(*MOVES, CloseChannel()))
    async with simulated_controller(controller_of(part=part), observer=watcher) as controller:
        result = await run_agent(agent_of(controller, protocol=protocol))
        await controller.wait_ended(1)
    assert result.orderly
    outcomes = controller.sessions[0].outcomes
    assert [(outcome.moved, outcome.intact) for outcome in outcomes] == [
        (MORE_THAN_A_WINDOW, True),
        (MORE_THAN_A_WINDOW, True),
        (0, True),
        (1, True),
    ]
    opened, closed = watcher.facts(PipeOpened), watcher.facts(PipeClosed)
    assert len(opened) == len(closed) == len(MOVES)
    assert [fact.writer for fact in closed] == [Side.CONTROLLER, Side.AGENT, Side.CONTROLLER, Side.AGENT]
    assert {fact.how for fact in closed} == {PipeEnd.EOF}
    assert [fact.bytes for fact in closed] == [outcome.moved for outcome in outcomes]
    assert watcher.facts(PipeStalled) == []
    assert watcher.facts(Undecodable) == []


async def test_agents_move_bytes_and_load_classes_too() -> None:
    watcher = Watcher()
    given = Part(classes={"org.example.A": b"\xca\xfe\xba\xbe" + bytes(60)}, resources={"a/b.txt": b"text"})
    steps = (*MOVES, LoadClass("org.example.A"), LoadClass("a/b.txt", is_resource=True), LoadClass("org.example.B"))
    agent_part = replace(AGENT_PART, steps=(*steps, CloseChannel()))
    async with simulated_controller(controller_of(part=given), observer=watcher) as controller:
        result = await run_agent(agent_of(controller, part=agent_part))
    assert [outcome.intact for outcome in result.outcomes] == [True, True, True, True, None, None, None]
    assert [outcome.moved for outcome in result.outcomes[4:]] == [64, 4, 0]
    assert result.outcomes[-1].exception == (
        "java.lang.ClassNotFoundException: Classloading from a simulated peer: org.example.B"
    )
    assert [(fact.name, fact.kind, fact.bytes, fact.found) for fact in watcher.facts(ClassLoaded)] == [
        ("org.example.A", LoadKind.CLASS, 64, True),
        ("a/b.txt", LoadKind.RESOURCE, 4, True),
        ("org.example.B", LoadKind.CLASS, 0, False),
    ]


async def test_controllers_load_classes_of_agents_in_the_older_way() -> None:
    watcher = Watcher()
    agent_part = replace(AGENT_PART, classes={"org.example.A": b"\xca\xfe\xba\xbe"})
    part = replace(CONTROLLER_PART, steps=(LoadClass("org.example.A"), CloseChannel()))
    async with simulated_controller(controller_of(part=part), observer=watcher) as controller:
        await run_agent(agent_of(controller, part=agent_part))
        await controller.wait_ended(1)
    (outcome,) = controller.sessions[0].outcomes
    assert (outcome.call.rpartition(".")[2], outcome.moved) == ("fetch2", 4)
    assert [(fact.name, fact.bytes) for fact in watcher.facts(ClassLoaded)] == [("org.example.A", 4)]


async def test_a_call_without_a_pipe_cannot_be_answered_from_one() -> None:
    odd = RunCallable(java_class("org.example.Odd"))
    part = Part(answers={"org.example.Odd": Fills(5)})
    async with simulated_controller(controller_of(part=Part(steps=(odd, CloseChannel())))) as controller:
        await run_agent(agent_of(controller, part=part))
        await controller.wait_ended(1)
    (outcome,) = controller.sessions[0].outcomes
    assert outcome.exception == "java.lang.IllegalStateException: the call brought no pipe for this"


async def test_a_pipe_whose_call_fails_is_not_whole() -> None:
    part = Part(steps=(WritePipe(5), CloseChannel()))
    broken = Part(answers={READS_PIPE.name: Throws(java_throwable(IO_EXCEPTION, "disk full"))})
    async with simulated_controller(controller_of(part=part)) as controller:
        await run_agent(agent_of(controller, part=broken))
        await controller.wait_ended(1)
    (outcome,) = controller.sessions[0].outcomes
    assert (outcome.intact, outcome.exception) == (False, "java.io.IOException: disk full")
