import pytest
import trio
import trio.testing
from relayed import loopback_pair, to_end

from jnlpspy.net.leg import DELIVERY_PATIENCE, Ending, Leg, LegBroken


class Spy:
    def __init__(self) -> None:
        self.seen: list[tuple[str, bytes]] = []

    def came(self, data: bytes) -> None:
        self.seen.append(("came", data))

    def left(self, data: bytes) -> None:
        self.seen.append(("left", data))


async def test_fin_ends_one_direction_only() -> None:
    near, far = map(Leg, await loopback_pair())
    await near.send(b"last words")
    await near.send_ending(Ending.FIN)
    assert await to_end(far) == (b"last words", [Ending.FIN])
    await far.send(b"answer")
    await far.send_ending(Ending.FIN)
    assert await to_end(near) == (b"answer", [Ending.FIN])
    await near.close()
    await far.close()


async def test_reset_arrives_as_a_reset_behind_the_bytes_sent_before() -> None:
    near, far = map(Leg, await loopback_pair())
    sent = bytes(range(256)) * 4096
    async with trio.open_nursery() as nursery:

        async def send_and_reset() -> None:
            await near.send(sent)
            await near.reset()

        nursery.start_soon(send_and_reset)
        assert await to_end(far) == (sent, [Ending.RESET])
    with pytest.raises(LegBroken, match="takes no more bytes"):
        await far.send(b"too late")
    with pytest.raises(LegBroken, match="takes no more bytes"):
        await far.send_ending(Ending.FIN)
    await far.close()


def test_reset_does_not_wait_for_ever_for_a_peer_that_does_not_read() -> None:
    async def run() -> float:
        near, far = map(Leg, await loopback_pair())
        with trio.move_on_after(1):
            while True:
                await near.send(bytes(1 << 20))
        start = trio.current_time()
        await near.reset()
        await far.close()
        return trio.current_time() - start

    waited = trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0))
    assert waited == pytest.approx(DELIVERY_PATIENCE, abs=0.1)


async def test_parting_sends_a_fin_even_over_unread_bytes() -> None:
    near, far = map(Leg, await loopback_pair())
    await far.send(b"never looked at")
    async with trio.open_nursery() as nursery:
        nursery.start_soon(near.part)
        assert await to_end(far) == (b"", [Ending.FIN])
        await far.send_ending(Ending.FIN)
    await near.close()
    assert await far.receive() is Ending.FIN
    await far.close()


async def test_close_notify_is_nothing_without_tls() -> None:
    near, far = map(Leg, await loopback_pair())
    await near.send_ending(Ending.CLOSE_NOTIFY)
    await near.send(b"still here")
    assert await far.receive() == b"still here"
    await near.close()
    await far.close()


async def test_wire_tap_sees_bytes_before_the_peer_does() -> None:
    spy = Spy()
    one, other = trio.testing.lockstep_stream_pair()
    near, far = Leg(one, spy), Leg(other)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(near.send, b"out")
        await trio.testing.wait_all_tasks_blocked()
        assert spy.seen == [("left", b"out")]
        assert await far.receive() == b"out"
        nursery.start_soon(far.send, b"in")
        assert await near.receive() == b"in"
    assert spy.seen == [("left", b"out"), ("came", b"in")]
