"""A connection of the walk tells its journal every byte, and its end as it came."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
from doctor_stage import listening, silent
from front_stage import Talker
from simulate.peers import identity

from jnlpspy.model.tap import Address, Closed, CloseReason, Ended, Observation, Opened, Remarked, Segment, Side
from jnlpspy.net.journal import Journal
from jnlpspy.net.leg import Leg
from jnlpspy.net.probing.contact import Contact
from jnlpspy.net.tls_leg import TlsEnd, TlsFailed, controller_leg_context

HERE = Address("127.0.0.1", 1)


@asynccontextmanager
async def contact_to(address: Address, observed: list[Observation]) -> AsyncIterator[Contact]:
    stream = await trio.open_tcp_stream(address.host, address.port)
    journal = Journal(1, observed.append, lambda: 7.0)
    journal.open(HERE, address)
    async with Contact(Leg(stream), journal) as contact:
        yield contact


def said(observed: list[Observation], side: Side) -> bytes:
    return b"".join(seen.data for seen in observed if isinstance(seen, Segment) and seen.sender is side)


def end_of(observed: list[Observation]) -> tuple[Side | None, CloseReason]:
    closed = observed[-1]
    assert isinstance(closed, Closed)
    return closed.by, closed.how


async def echo_frame(talker: Talker) -> None:
    await talker.read_exactly(2)
    await talker.send(b"\0\x03abc\0\x09cut")


async def test_bytes_are_told_before_they_are_used() -> None:
    observed: list[Observation] = []
    async with listening(echo_frame) as address, contact_to(address, observed) as contact:
        await contact.send(b"hi")
        assert await contact.read_frame() == b"abc"
        assert await contact.read_frame() is None
        assert await contact.read_some() == b""
        assert await contact.read_all() == b""
    assert isinstance(observed[0], Opened)
    assert said(observed, Side.AGENT) == b"hi"
    assert said(observed, Side.CONTROLLER) == b"\0\x03abc\0\x09cut"
    assert [seen.sender for seen in observed if isinstance(seen, Ended)] == [Side.CONTROLLER]
    assert end_of(observed) == (Side.CONTROLLER, CloseReason.EOF)


async def test_what_is_left_of_a_read_is_kept() -> None:
    observed: list[Observation] = []
    async with listening(echo_frame) as address, contact_to(address, observed) as contact:
        await contact.send(b"hi")
        assert await contact.read(1) == b"\0"
        assert (await contact.read_some())[:4] == b"\x03abc"


async def test_reading_stops_behind_a_mark_or_where_it_is_too_far() -> None:
    async def talk(talker: Talker) -> None:
        await talker.send(b"one\ntwo\n" + b"x" * 100)

    async with listening(talk) as address, contact_to(address, []) as contact:
        assert await contact.read_until(b"\n", 10) == b"one\n"
        assert await contact.read_until(b"\n", 10) == b"two\n"
        assert await contact.read_until(b"\n", 10) == b"x" * 10
        assert await contact.read_until(b"\n", 1000) == b"x" * 90


async def test_a_reset_is_told_as_one() -> None:
    async def reset(talker: Talker) -> None:
        await talker.read_exactly(1)
        talker.reset()

    observed: list[Observation] = []
    async with listening(reset) as address, contact_to(address, observed) as contact:
        await contact.send(b"x")
        assert await contact.read_all() == b""
        await contact.send(b"nobody hears it")
    assert end_of(observed) == (Side.CONTROLLER, CloseReason.RESET)


async def test_whoever_parts_ended_it() -> None:
    observed: list[Observation] = []
    async with listening(silent) as address, contact_to(address, observed) as contact:
        await contact.part()
    assert [seen.sender for seen in observed if isinstance(seen, Ended)] == [Side.AGENT, Side.CONTROLLER]
    assert end_of(observed) == (Side.AGENT, CloseReason.EOF)


async def test_a_deadline_ends_it_as_a_timeout() -> None:
    observed: list[Observation] = []
    async with listening(silent) as address:
        with trio.move_on_after(0.05):
            async with contact_to(address, observed) as contact:
                await contact.read(1)
    assert end_of(observed) == (Side.AGENT, CloseReason.TIMEOUT)


async def test_another_protocol_goes_on_as_another_connection() -> None:
    observed: list[Observation] = []
    async with listening(echo_frame) as address, contact_to(address, observed) as contact:
        await contact.send(b"hi")
        assert await contact.read(2) == b"\0\x03"
        inside = Journal(2, observed.append, lambda: 7.0)
        inside.open(HERE, address)
        async with contact.hand_over(inside) as inner:
            assert await inner.read(3) == b"abc"
    assert [(seen.connection, seen.by) for seen in observed if isinstance(seen, Closed)] == [(1, None), (2, Side.AGENT)]


async def test_inside_tls_the_plaintext_is_told() -> None:
    async def greet(talker: Talker) -> None:
        assert await talker.read_exactly(5) == b"hello"
        await talker.send(b"world")

    observed: list[Observation] = []
    async with listening(greet, identity().agent_leg_context()) as address, contact_to(address, observed) as contact:
        await contact.open_tls(TlsEnd(controller_leg_context(), accepting=False))
        await contact.send(b"hello")
        assert await contact.read_all() == b"world"
    assert said(observed, Side.AGENT) == b"hello"
    assert said(observed, Side.CONTROLLER) == b"world"


async def test_tls_that_does_not_open_says_how_the_other_side_ended() -> None:
    async def leave(talker: Talker) -> None:
        await talker.stream.receive_some()

    observed: list[Observation] = []
    async with listening(leave) as address, contact_to(address, observed) as contact:
        with pytest.raises(TlsFailed):
            await contact.open_tls(TlsEnd(controller_leg_context(), accepting=False))
    assert end_of(observed)[0] is Side.CONTROLLER


async def test_tls_that_goes_wrong_is_remarked() -> None:
    async def garble(talker: Talker) -> None:
        await talker.read_exactly(5)
        assert isinstance(talker.stream, trio.SSLStream)
        await talker.stream.transport_stream.send_all(b"\x17\x03\x03\0\x20" + bytes(32))

    observed: list[Observation] = []
    async with listening(garble, identity().agent_leg_context()) as address, contact_to(address, observed) as contact:
        await contact.open_tls(TlsEnd(controller_leg_context(), accepting=False))
        await contact.send(b"hello")
        assert await contact.read(1) == b""
    (remark,) = (seen.text for seen in observed if isinstance(seen, Remarked))
    assert "bad record MAC" in remark
