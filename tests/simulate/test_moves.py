import pytest
import trio.testing

from jnlpspy.errors import NetworkError
from jnlpspy.model.commands import Command, OutputStreamChunk, OutputStreamDead, OutputStreamEOF, PipeConnect
from jnlpspy.model.session import Payload, PayloadRole
from jnlpspy.model.tap import Side
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.commands import read_command
from jnlpspy.remoting.values import java_value, pipe_object
from jnlpspy.simulate.moves import Mover, Streams
from jnlpspy.simulate.pipe_calls import READS_PIPE
from jnlpspy.simulate.requests import request_of
from jnlpspy.simulate.script import CallOutcome, Drains, Fills, Returns, RunCallable, Throws

BROUGHT = request_of(
    RunCallable(READS_PIPE, {"pipe": pipe_object(20, written_by_sender=True), "length": 3}), 1, Side.CONTROLLER
)


class Other:
    """The other end: notes what is sent, answers calls as told."""

    def __init__(self, outcome: CallOutcome | NetworkError) -> None:
        self.sent: list[Command] = []
        self._outcome = outcome
        self.mover = Mover(self.send, self.call)

    async def send(self, command: Command) -> None:
        self.sent.append(command)

    async def call(self, _: RunCallable) -> CallOutcome:
        if isinstance(self._outcome, NetworkError):
            raise self._outcome
        return self._outcome


async def test_a_peer_that_answers_before_it_connected_has_read_nothing() -> None:
    other = Other(CallOutcome("a", java_value(7)))
    outcome = await other.mover.write(100)
    assert (outcome.moved, outcome.intact, other.sent) == (0, False, [])


async def test_a_channel_that_ends_meanwhile_comes_out_as_it_is() -> None:
    gone = NetworkError("gone")
    with pytest.raises(NetworkError) as caught:
        await Other(gone).mover.write(100)
    assert caught.value is gone


async def test_a_peer_that_writes_less_than_it_was_told_is_noticed() -> None:
    other = Other(CallOutcome("a", java_value(0)))
    assert (await other.mover.read(5)).intact is False
    assert (await other.mover.read(0)).intact is True


async def test_a_pipe_that_a_call_brought_is_read_to_its_end() -> None:
    other = Other(CallOutcome("a"))
    command, payload, _ = read_command(build_command(BROUGHT))
    assert command is not None
    brought = other.mover.receive(BROUGHT, payload)
    (sink,) = brought.sinks
    assert brought.connects == [PipeConnect(oid_ros=20, oid_pos=sink.oid)]
    other.mover.pipes.take(OutputStreamChunk(oid=sink.oid, buf=b"abc"))
    other.mover.pipes.take(OutputStreamEOF(oid=sink.oid))
    answer, _ = await other.mover.answer(Drains(), BROUGHT, payload, brought)
    assert (sink.size, sink.crc) == (3, 0x352441C2)
    assert answer == Returns(0x352441C2)


async def test_a_reader_that_dies_makes_the_answer_an_exception() -> None:
    other = Other(CallOutcome("a"))
    payload = Payload(PayloadRole.CALLABLE, None)
    answers: list[tuple[Returns | Throws, int]] = []

    async def answer() -> None:
        answers.append(await other.mover.answer(Fills(9 << 20), BROUGHT, payload, Streams(targets=[5])))

    async with trio.open_nursery() as nursery:
        nursery.start_soon(answer)
        await trio.testing.wait_all_tasks_blocked()
        other.mover.pipes.take(OutputStreamDead(oid=5))
    assert [(type(given), last) for given, last in answers] == [(Throws, 0)]
