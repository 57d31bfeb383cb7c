import pytest
import trio
import trio.testing
from trio.testing import lockstep_stream_pair, memory_stream_pair
from wsproto.connection import Connection, ConnectionType
from wsproto.events import BytesMessage, CloseConnection, Event, Ping, Pong, TextMessage

from jnlpspy.model.tap import Address, Closed, CloseReason, Observation, Segment, Side
from jnlpspy.net.leg import Leg, LegBroken
from jnlpspy.simulate.line import Witness
from jnlpspy.simulate.websocket_line import WebSocketLine
from jnlpspy.wire.chunks import write_chunks
from jnlpspy.wire.websocket import Control, FrameReader, Opcode, Piece, write_frame

HERE = Address("127.0.0.1", 1)
NO_CHUNK = b"\0\0"


def line_of(
    side: Side, stream: trio.abc.HalfCloseableStream, seen: list[Observation] | None = None, **changes: float
) -> WebSocketLine:
    witness = Witness(None if seen is None else seen.append).open(HERE, HERE)
    return WebSocketLine(Leg(stream), side, witness, **changes)  # type: ignore[arg-type] # as the test says


class Foreign:
    """The other end, in another library's words."""

    def __init__(self, stream: trio.abc.HalfCloseableStream, kind: ConnectionType) -> None:
        self.stream = stream
        self._websocket = Connection(kind)
        self.events: list[Event] = []

    async def say(self, event: Event) -> None:
        await self.stream.send_all(self._websocket.send(event))

    async def hear(self) -> Event:
        while not self.events:
            self._websocket.receive_data(bytes(await self.stream.receive_some()) or None)
            self.events += self._websocket.events()
        return self.events.pop(0)


def played(side: Side, **changes: float) -> tuple[WebSocketLine, Foreign]:
    near, far = memory_stream_pair()
    kind = ConnectionType.SERVER if side is Side.AGENT else ConnectionType.CLIENT
    return line_of(side, near, None, **changes), Foreign(far, kind)


@pytest.mark.parametrize("side", Side)
async def test_each_chunk_of_a_command_is_a_message_that_any_library_reads(side: Side) -> None:
    line, other = played(side)
    block = bytes(range(256)) * 80
    await line.send_block(block)
    heard = [await other.hear() for _ in write_chunks(block)]
    assert heard == [BytesMessage(data=bytearray(chunk)) for chunk in write_chunks(block)]


async def test_older_remoting_sends_a_chunk_in_two_frames_of_one_message() -> None:
    line, other = played(Side.AGENT, fragments=True)
    await line.send_block(b"abcd")
    assert [await other.hear() for _ in range(2)] == [
        BytesMessage(data=bytearray(b"\0\4"), message_finished=False),
        BytesMessage(data=bytearray(b"abcd")),
    ]


@pytest.mark.parametrize("side", Side)
async def test_messages_of_any_library_are_bytes_of_the_channel_however_they_are_cut(side: Side) -> None:
    line, other = played(side)
    await other.say(BytesMessage(data=b"\0\4", message_finished=False))
    await other.say(BytesMessage(data=b"ab", message_finished=False))
    await other.say(Ping(payload=b"now"))
    await other.say(BytesMessage(data=b"cd"))
    await other.say(TextMessage(data="nobody reads this"))
    await other.say(BytesMessage(data=b""))
    await other.say(BytesMessage(data=NO_CHUNK))
    received = b""
    while len(received) < 8:
        received += await line.receive()
    assert received == b"\0\4abcd" + NO_CHUNK
    assert isinstance(pong := await other.hear(), Pong)
    assert pong.payload == b"now"


async def test_an_agent_masks_each_frame_anew_and_a_controller_none() -> None:
    masks = []
    for side in Side:
        seen: list[Observation] = []
        near, _ = memory_stream_pair()
        line = line_of(side, near, seen)
        await line.send_block(b"x" * 20_000)
        await line.end()
        sent = b"".join(each.data for each in seen if isinstance(each, Segment))
        steps = list(FrameReader(masks=side is Side.AGENT).feed(sent))
        assert [step.frame.opcode for step in steps if isinstance(step, Piece | Control)] == [2, 2, 2, 8]
        masks.append([step.frame.mask for step in steps if isinstance(step, Piece | Control)])
    agents, controllers = (masks[0], masks[1]) if masks[0][0] else (masks[1], masks[0])
    assert len(set(agents)) == 4
    assert set(controllers) == {b""}


async def test_a_channel_that_is_closed_in_order_ends_tcp_by_the_controller() -> None:
    seen: dict[Side, list[Observation]] = {side: [] for side in Side}
    streams = dict(zip(Side, memory_stream_pair(), strict=True))
    lines = {side: line_of(side, streams[side], seen[side]) for side in Side}
    agent, controller = lines[Side.AGENT], lines[Side.CONTROLLER]
    await controller.send_block(b"bye")
    await controller.end()
    assert await agent.receive() == b"\0\3bye"
    await agent.send_block(b"bye")  # what came behind the good-bye in one piece is heeded after it
    async with trio.open_nursery() as nursery:
        nursery.start_soon(agent.receive)
        assert await controller.receive() == b"\0\3bye"
        assert await controller.receive() == b""
    assert await agent.receive() == b""
    assert (agent.heard, controller.heard) == ((1000, ""), (1000, ""))
    for side in Side:
        lines[side].witness.close()
        closed = seen[side][-1]
        assert isinstance(closed, Closed)
        assert (closed.by, closed.how) == (Side.CONTROLLER, CloseReason.EOF)


@pytest.mark.parametrize("side", Side)
async def test_a_close_frame_is_answered_with_its_code_and_nothing_is_sent_behind_it(side: Side) -> None:
    line, other = played(side)
    await other.say(CloseConnection(code=1001, reason="going away"))
    await other.stream.send_eof()
    assert await line.receive() == b""
    assert line.heard == (1001, "going away")
    assert await other.hear() == CloseConnection(code=1001, reason="")
    with pytest.raises(LegBroken, match="expected an open WebSocket, got one that was closed with 1001"):
        await line.send_block(b"late")


async def test_what_ends_without_a_close_frame_ends_the_channel() -> None:
    seen: list[Observation] = []
    near, far = memory_stream_pair()
    line = line_of(Side.CONTROLLER, near, seen)
    await far.send_eof()
    assert await line.receive() == b""
    line.witness.close()
    assert (line.heard, seen[-1]) == (None, Closed(1, seen[-1].when, Side.AGENT, CloseReason.EOF))


REFUSED = {
    "a message that is too big": (1009, 101, [BytesMessage(data=b"x" * 101)]),
    "parts that are too big together": (
        1009,
        120,
        [BytesMessage(data=b"x" * 60, message_finished=False), BytesMessage(data=b"x" * 60)],
    ),
}


@pytest.mark.parametrize("name", REFUSED)
@pytest.mark.parametrize("side", Side)
async def test_a_message_that_is_too_big_is_answered_by_a_close_frame(side: Side, name: str) -> None:
    line, other = played(side, largest=100)
    code, size, events = REFUSED[name]
    await other.say(BytesMessage(data=b"x" * 100))
    received = b""
    while len(received) < 100:
        received += await line.receive()
    for event in events:
        await other.say(event)
    async with trio.open_nursery() as nursery:

        async def listen() -> None:
            while await line.receive():
                pass

        nursery.start_soon(listen)
        heard = await other.hear()
        assert isinstance(heard, CloseConnection)
        assert (heard.code, heard.reason) == (code, f"Binary message size [{size}] exceeds maximum size [100]")
        await other.say(heard.response())
        await other.stream.send_eof()
    assert line.told == code


async def test_a_frame_without_a_mask_from_an_agent_breaks_the_protocol() -> None:
    near, far = memory_stream_pair()
    line = line_of(Side.CONTROLLER, near)
    await far.send_all(write_frame(Opcode.BINARY, b"ab"))
    await far.send_eof()
    assert await line.receive() == b""
    assert line.told == 1002


def test_a_controller_pings_after_half_the_interval_and_then_after_the_whole() -> None:
    pinged: list[float] = []

    async def run() -> None:
        line, other = played(Side.CONTROLLER, ping_interval=30.0)
        start = trio.current_time()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(line.receive)
            while len(pinged) < 3:
                assert await other.hear() == Ping(payload=b"")
                pinged.append(round(trio.current_time() - start))
                await other.say(Pong())
            nursery.cancel_scope.cancel()

    trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0))
    assert pinged == [15, 45, 75]


async def test_who_waits_for_a_slow_reader_goes_on_reading_and_answers_the_last_ping() -> None:
    near, far = lockstep_stream_pair()  # takes what is sent when it is read
    line = line_of(Side.AGENT, near)
    other = Foreign(far, ConnectionType.SERVER)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(line.send_block, b"long")
        await trio.testing.wait_all_tasks_blocked()
        nursery.start_soon(line.receive)
        for payload in (b"1", b"2"):
            await other.say(Ping(payload=payload))
        await other.say(BytesMessage(data=b"read"))
        assert await other.hear() == BytesMessage(data=bytearray(b"\0\4long"))
        assert isinstance(pong := await other.hear(), Pong)
        assert pong.payload == b"2"


def test_a_peer_that_never_answers_a_close_frame_is_not_waited_for_for_ever() -> None:
    async def run() -> float:
        line, other = played(Side.CONTROLLER, largest=1)
        await other.say(BytesMessage(data=b"xx"))
        start = trio.current_time()
        assert await line.receive() == b""
        return trio.current_time() - start

    assert trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0)) == pytest.approx(5.0)
