import errno
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
import trio
import trio.testing
from relayed import dial, port_of, to_end

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Address
from jnlpspy.net import listener
from jnlpspy.net.leg import Ending, Leg, reset_socket
from jnlpspy.net.listener import Listener, accept_from, open_listener

ANY = Address("127.0.0.1", 0)


class Door:
    """A listener whose connections end when they are told to."""

    def __init__(self, listener: trio.SocketListener, limit: float) -> None:
        self.said: list[str] = []
        self.served = 0
        self.go = trio.Event()
        self.turned_away = 0
        self.listener = Listener(listener, self.serve, self.said.append, limit=limit, turn_away=self.turn_away)

    async def serve(self, stream: trio.SocketStream, _peer: Address) -> None:
        self.served += 1
        if await stream.receive_some(1) == b"!":
            raise RuntimeError("a defect")
        await self.go.wait()

    def turn_away(self, stream: trio.SocketStream, _peer: Address) -> None:
        self.turned_away += 1
        reset_socket(stream.socket)

    async def dial(self) -> Leg:
        leg = dial(self.listener.address.port)
        await leg.send(b".")
        return leg


@asynccontextmanager
async def open_door(limit: float = 9, grace: float = 5.0) -> AsyncIterator[Door]:
    door = Door(await open_listener(ANY, "--listen"), limit)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(door.listener.run, grace)
        yield door
        nursery.cancel_scope.cancel()


async def test_port_0_becomes_the_port_it_really_has() -> None:
    async with open_door() as door:
        assert door.listener.address.port > 0
        leg = await door.dial()
        await leg.close()


async def test_port_taken_is_said_in_plain_words() -> None:
    first = await open_listener(ANY, "--listen")
    address = Address("127.0.0.1", port_of(first))
    with pytest.raises(NetworkError, match=rf"cannot listen on {address} \(--http\): the port is taken"):
        await open_listener(address, "--http")
    await first.aclose()


async def test_host_that_is_not_ours_is_said_in_plain_words() -> None:
    with pytest.raises(NetworkError, match=r"cannot listen on 192\.0\.2\.1:0 \(--listen\): "):
        await open_listener(Address("192.0.2.1", 0), "--listen")


async def test_connections_beyond_the_limit_are_reset_and_said_once_a_burst() -> None:
    async with open_door(limit=2) as door:
        first, second = await door.dial(), await door.dial()
        for _ in range(3):
            beyond = dial(door.listener.address.port)
            assert await to_end(beyond) == (b"", [Ending.RESET])
            await beyond.close()
        assert door.turned_away == 3
        assert door.said == ["there are 2 connections already (--max-sessions): resetting those beyond"]
        door.go.set()
        assert await to_end(first) == await to_end(second) == (b"", [Ending.FIN])
        door.go = trio.Event()
        legs = [await door.dial() for _ in range(3)]
        assert await to_end(legs[2]) == (b"", [Ending.RESET])
        assert len(door.said) == 2
        for leg in (first, second, *legs):
            await leg.close()


async def test_an_agent_that_has_gone_is_still_known_by_its_address() -> None:
    served: list[Address] = []
    over = trio.Event()

    async def serve(_stream: trio.SocketStream, peer: Address) -> None:
        await trio.lowlevel.checkpoint()
        served.append(peer)
        over.set()

    said: list[str] = []
    door = Listener(await open_listener(ANY, "--listen"), serve, said.append)
    leg = dial(door.address.port)
    assert isinstance(leg.stream, trio.SocketStream)
    dialled_from = Address(*leg.stream.socket.getsockname())
    reset_socket(leg.stream.socket)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(door.run, 5.0)
        await over.wait()
        door.stop()
    assert served == [dialled_from]


async def test_defect_costs_its_own_connection_only() -> None:
    async with open_door() as door:
        sound = await door.dial()
        broken = dial(door.listener.address.port)
        await broken.send(b"!")
        assert await to_end(broken) == (b"", [Ending.FIN])
        [said] = door.said
        assert said.startswith("a defect in jnlpspy ended one connection: RuntimeError: a defect (test_listener.py:")
        door.go.set()
        assert await to_end(sound) == (b"", [Ending.FIN])
        await broken.close()
        await sound.close()


async def test_stopping_lets_sessions_end_by_themselves() -> None:
    door = Door(await open_listener(ANY, "--listen"), 9)
    async with trio.open_nursery() as nursery:
        nursery.start_soon(door.listener.run, 5.0)
        leg = await door.dial()
        await trio.testing.wait_all_tasks_blocked(0.01)
        port = door.listener.address.port
        door.listener.stop()
        await trio.testing.wait_all_tasks_blocked(0.01)
        with pytest.raises(OSError, match="connect"):
            await trio.open_tcp_stream("127.0.0.1", port)
        door.go.set()
        assert await to_end(leg) == (b"", [Ending.FIN])
        await leg.close()


def test_sessions_that_do_not_end_are_cut_after_their_grace() -> None:
    async def run() -> float:
        door = Door(await open_listener(ANY, "--listen"), 9)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(door.listener.run, 5.0)
            leg = await door.dial()
            await trio.testing.wait_all_tasks_blocked(0.01)
            start = trio.current_time()
            door.listener.stop()
            assert await to_end(leg) == (b"", [Ending.FIN])
            await leg.close()
        return trio.current_time() - start

    assert trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0.1)) == pytest.approx(5.0, abs=0.5)


def test_shortage_of_files_is_survived_and_said_once(monkeypatch: pytest.MonkeyPatch) -> None:
    async def run() -> None:
        door = Door(await open_listener(ANY, "--listen"), 9)
        shortage = [OSError(errno.EMFILE, "Too many open files")] * 3

        async def accept_late(listening: trio.SocketListener) -> tuple[trio.SocketStream, Address]:
            if shortage:
                raise shortage.pop()
            return await accept_from(listening)

        monkeypatch.setattr(listener, "accept_from", accept_late)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(door.listener.run, 0)
            leg = await door.dial()
            await trio.testing.wait_all_tasks_blocked(0.01)
            door.go.set()
            assert await to_end(leg) == (b"", [Ending.FIN])
            await leg.close()
            door.listener.stop()
        [said] = door.said
        assert said.endswith("Too many open files; trying on")

    trio.run(run, clock=trio.testing.MockClock(autojump_threshold=0.05))
