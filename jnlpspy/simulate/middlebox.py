"""Something on the way between agent and controller: a load balancer that cuts, a web server on the wrong port."""

import math
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial

import trio

from jnlpspy.model.tap import Address
from jnlpspy.net.leg import Ending, Leg, LegBroken
from jnlpspy.simulate.scenario import Box


@dataclass(slots=True, eq=False)
class Middlebox:
    """A box that listens; made by `open_middlebox`, which closes it."""

    box: Box
    address: Address
    """Where it listens."""
    target: Address | None = None
    """Where it passes connections on to; told before the first one comes."""
    _offset: int = field(default=0, init=False)

    async def serve(self, stream: trio.SocketStream) -> None:
        """Serve one connection."""
        leg = Leg(stream)
        try:
            if self.box.forwards and self.target is not None:
                await self._forward(leg, self.target)
            else:
                await self._respond(leg)
        except (LegBroken, OSError):
            pass  # whoever was there is gone
        finally:
            await leg.close()

    async def _respond(self, leg: Leg) -> None:
        if self.box.greets:
            await leg.send(self.box.greets)
        while isinstance(await leg.receive(), bytes):
            if self.box.answers:
                await leg.send(self.box.answers)
                await leg.part()
                return

    async def _forward(self, near: Leg, target: Address) -> None:
        far = Leg(await trio.open_tcp_stream(target.host, target.port))
        limit = math.inf if self.box.idle_limit is None else self.box.idle_limit
        patience = trio.move_on_after(limit)
        try:
            with patience:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(partial(self._pump, near, far, patience, limit, outward=True))
                    nursery.start_soon(partial(self._pump, far, near, patience, limit, outward=False))
        finally:
            with trio.CancelScope(shield=True):
                for leg in (near, far):
                    await (leg.reset() if patience.cancelled_caught else leg.close())

    async def _pump(self, source: Leg, sink: Leg, patience: trio.CancelScope, limit: float, *, outward: bool) -> None:
        is_first = outward
        while isinstance(data := await source.receive(), bytes):
            patience.deadline = trio.current_time() + limit
            if self.box.latency:
                await trio.sleep(self.box.latency)
            if outward:
                data = self._damaged(data)
            with suppress(LegBroken):
                await sink.send(self.box.header + data if is_first else data)
            is_first = False
        with suppress(LegBroken):
            if data is Ending.RESET:
                await sink.reset()
            else:
                await sink.send_ending(data)

    def _damaged(self, data: bytes) -> bytes:
        at = -1 if self.box.damages is None else self.box.damages - self._offset
        self._offset += len(data)
        return data[:at] + bytes([data[at] ^ 0xFF]) + data[at + 1 :] if 0 <= at < len(data) else data


@asynccontextmanager
async def open_middlebox(box: Box | None) -> AsyncIterator[Middlebox | None]:
    """Let a box listen on a free port; leaving the context cuts its connections."""
    if box is None:
        yield None
        return
    with trio.socket.socket() as bound:
        await bound.bind(("127.0.0.1", 0))  # without listening the port is nobody's, and nobody else's
        middlebox = Middlebox(box, Address(*bound.getsockname()))
        async with trio.open_nursery() as nursery:
            if box.is_there:
                bound.listen()
                nursery.start_soon(trio.serve_listeners, middlebox.serve, [trio.SocketListener(bound)])
            yield middlebox
            nursery.cancel_scope.cancel()
