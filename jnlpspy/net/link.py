"""The two pumps of one connection: bytes in, recorded, out; half-closes and resets as they came."""

from collections.abc import Awaitable, Callable

import trio

from jnlpspy.model.tap import CloseReason, Side
from jnlpspy.net.interceptor import Course, Watch
from jnlpspy.net.journal import Journal
from jnlpspy.net.leg import Ending, Leg, LegBroken
from jnlpspy.net.tls_leg import TlsFailed

Pace = Callable[[], Awaitable[None]]
"""Waits while the record has no room for more."""


class Link:
    """Carries bytes between two legs, until both sides have ended or one has reset."""

    def __init__(self, journal: Journal, agent: Leg, controller: Leg, pace: Pace) -> None:
        self.legs = {Side.AGENT: agent, Side.CONTROLLER: controller}
        self.first_ended: Side | None = None
        self.reset_by: Side | None = None
        self._journal = journal
        self._pace = pace
        self._told: set[Side] = set()
        """Sides that said that they will send no more."""
        self._ended: set[Side] = set()
        """Sides from whose leg nothing more can be read."""
        self._broken: set[Side] = set()
        """Sides whose leg takes no more bytes; their own last bytes may still be coming."""
        self._waits: dict[Side, trio.CancelScope] = {}

    async def watch(self, watch: Watch, on_known: Callable[[], None]) -> bool:
        """Carry bytes until TLS starts; return whether it did. If not, the connection is over."""
        async with trio.open_nursery() as nursery:
            for side in Side:
                nursery.start_soon(self._watch_side, side, watch, on_known, nursery.cancel_scope)
        return watch.course is Course.TLS

    async def carry(self) -> None:
        """Carry bytes until the connection is over."""
        async with trio.open_nursery() as nursery:
            for side in Side:
                nursery.start_soon(self._carry_side, side, nursery.cancel_scope)

    async def finish(self) -> None:
        """Close what is over: report it, and pass a reset on."""
        if self.reset_by is None:
            self._journal.close(self.first_ended, CloseReason.EOF)
        else:
            self._journal.close(self.reset_by, CloseReason.RESET)
            await self.legs[self.reset_by.peer].reset()
        await self.close()

    async def close(self) -> None:
        """Let go of both legs."""
        for leg in self.legs.values():
            await leg.close()

    async def _watch_side(
        self, sender: Side, watch: Watch, on_known: Callable[[], None], both: trio.CancelScope
    ) -> None:
        while not watch.settled():
            got: bytes | Ending | None = None
            with trio.CancelScope() as self._waits[sender]:
                got = await self.legs[sender].receive()
            known = watch.protocol_known
            match got:
                case bytes():
                    got = watch.admit(sender, got)
                case Ending() if watch.course is not Course.TLS:
                    watch.end()
                case _:
                    continue  # the course is known; TLS meets the same ending
            if watch.protocol_known and not known:
                on_known()
            if watch.settled() and sender.peer in self._waits:
                self._waits[sender.peer].cancel()
            if isinstance(got, Ending):
                await self._pass_on(sender, watch.take_kept(sender), both)
            if not await self._pass_on(sender, got, both):
                return
        if watch.course is Course.PLAIN and await self._pass_on(sender, watch.take_kept(sender), both):
            await self._carry_side(sender, both)

    async def _carry_side(self, sender: Side, both: trio.CancelScope) -> None:
        leg = self.legs[sender]
        try:
            while await self._pass_on(sender, await leg.receive(), both):
                await self._pace()
        except TlsFailed as error:
            self._journal.remark(f"TLS on the {sender.value}'s leg failed: {error}")
            self._reset(sender, both)

    async def _pass_on(self, sender: Side, got: bytes | Ending, both: trio.CancelScope) -> bool:
        """Record, then forward; return whether there is more to come from that side and to be taken by its peer."""
        if isinstance(got, bytes):
            return not got or await self._forward(sender, got, both)
        if got is Ending.RESET or sender in self._broken:
            self._reset(sender, both)
            return False
        if sender not in self._told:
            self._told.add(sender)
            self.first_ended = self.first_ended or sender
            self._journal.ended(sender)
        if got is Ending.FIN:
            self._ended.add(sender)
        return await self._deliver(sender, self.legs[sender.peer].send_ending(got), both) and got is not Ending.FIN

    async def _forward(self, sender: Side, data: bytes, both: trio.CancelScope) -> bool:
        self._journal.sent(sender, data)
        return await self._deliver(sender, self.legs[sender.peer].send(data), both)

    async def _deliver(self, sender: Side, sending: Awaitable[None], both: trio.CancelScope) -> bool:
        try:
            await sending
        except LegBroken:
            # What the peer sent before it reset is read and forwarded first; its own pump then meets the reset.
            self._broken.add(sender.peer)
            if sender.peer in self._ended or sender in self._broken:
                self._reset(sender.peer, both)
            return False
        return True

    def _reset(self, side: Side, both: trio.CancelScope) -> None:
        self.reset_by = self.reset_by or side
        both.cancel()
