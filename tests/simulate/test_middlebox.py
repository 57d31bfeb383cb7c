from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
from relayed import dial, exactly, to_end

from jnlpspy.net.leg import Ending, Leg
from jnlpspy.simulate.middlebox import open_middlebox
from jnlpspy.simulate.scenario import Box


@asynccontextmanager
async def between(box: Box) -> AsyncIterator[tuple[Leg, Leg]]:
    """Return both ends of a connection through a box."""
    [listener] = await trio.open_tcp_listeners(0, host="127.0.0.1")
    async with listener, open_middlebox(box) as middlebox:
        assert middlebox is not None
        host, port = listener.socket.getsockname()
        middlebox.target = type(middlebox.address)(host, port)
        near = dial(middlebox.address.port)
        far = Leg(await listener.accept())
        yield near, far
        await near.close()
        await far.close()


async def test_a_box_passes_on_what_both_say_and_how_they_end() -> None:
    async with between(Box(latency=0.001)) as (near, far):
        await near.send(b"question")
        assert await exactly(far, 8) == b"question"
        await far.send(b"answer")
        await far.send_ending(Ending.FIN)
        assert await to_end(near) == (b"answer", [Ending.FIN])
        await near.reset()
        assert await far.receive() is Ending.RESET


async def test_a_box_puts_a_header_first_and_turns_one_byte_over() -> None:
    async with between(Box(header=b"HEAD ", damages=4)) as (near, far):
        await near.send(b"abc")
        assert await exactly(far, 8) == b"HEAD abc"
        await near.send(b"defg")
        assert await exactly(far, 4) == bytes([ord("d"), ord("e") ^ 0xFF]) + b"fg"


async def test_a_box_cuts_both_sides_after_a_silence() -> None:
    async with between(Box(idle_limit=0.05)) as (near, far):
        await near.send(b"a")
        assert await exactly(far, 1) == b"a"
        assert await near.receive() is Ending.RESET
        assert await far.receive() is Ending.RESET


async def test_a_box_that_is_something_else_greets_answers_and_goes() -> None:
    async with open_middlebox(Box(forwards=False, greets=b"hello ", answers=b"what?")) as middlebox:
        assert middlebox is not None
        leg = dial(middlebox.address.port)
        assert await exactly(leg, 6) == b"hello "
        await leg.send(b"?")
        assert await to_end(leg) == (b"what?", [Ending.FIN])
        await leg.close()


async def test_where_no_box_is_nobody_answers() -> None:
    async with open_middlebox(Box(is_there=False)) as middlebox, open_middlebox(None) as nothing:
        assert nothing is None
        assert middlebox is not None
        with pytest.raises(ConnectionRefusedError):
            dial(middlebox.address.port)
