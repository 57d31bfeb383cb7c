"""One side's HTTP/1.1 on a leg: h11 for the grammar, every byte shown to the tap before it is used."""

import re
from collections.abc import Awaitable, Callable
from functools import partial

import h11
import trio

from jnlpspy.model.tap import Side
from jnlpspy.net.dialling import HttpsLeg
from jnlpspy.net.leg import Ending, Leg, LegBroken

LARGEST_HEAD = 64 * 1024
"""Bytes of a request or response head; Jetty's own limit is 8 KiB."""

_QUOTED = re.compile(r":?\s*\b(?:bytearray\()?b['\"].*", re.DOTALL)

HttpEvent = h11.Event | type[h11.PAUSED]
Heard = Callable[[Side, bytes], None]


class HttpTrouble(Exception):
    """HTTP with one side cannot go on."""

    def __init__(self, side: Side, text: str) -> None:
        super().__init__(text)
        self.side = side
        self.text = text


class SideGone(HttpTrouble):
    """A side reset its connection, or takes no more bytes."""


class NotHttp(HttpTrouble):
    """A side sent what is not HTTP/1.1, or ended in the middle of it."""

    def __init__(self, side: Side, text: str, status: int = 400) -> None:
        super().__init__(side, text)
        self.status = status
        """What a web server would answer."""


async def run_beside(main: Callable[[], Awaitable[None]], *others: Callable[[], Awaitable[None]]) -> None:
    """Run `main`, and the others beside it for as long as it takes; the first HttpTrouble of any ends all."""
    troubles: list[HttpTrouble] = []

    async def part(work: Callable[[], Awaitable[None]], scope: trio.CancelScope, *, ends_all: bool) -> None:
        # Caught here and not around the nursery, where it would come in a group, perhaps with a Cancelled.
        try:
            await work()
        except HttpTrouble as trouble:
            troubles.append(trouble)
            scope.cancel()
        else:
            if ends_all:
                scope.cancel()

    async with trio.open_nursery() as nursery:
        for other in others:
            nursery.start_soon(partial(part, other, nursery.cancel_scope, ends_all=False))
        await part(main, nursery.cancel_scope, ends_all=True)
    if troubles:
        raise troubles[0]


class HttpLeg:
    """A leg whose peer, the agent or the controller, speaks HTTP/1.1."""

    def __init__(self, leg: Leg, side: Side, heard: Heard) -> None:
        role = h11.SERVER if side is Side.AGENT else h11.CLIENT
        self.leg = leg
        self.side = side
        self.http = h11.Connection(role, max_incomplete_event_size=LARGEST_HEAD)
        self.has_ended = False
        """True once the peer has sent its FIN."""
        self._heard = heard

    @property
    def half_closes(self) -> bool:
        """Return whether a FIN leaves the other direction open; most TLS stacks take it for the end of both."""
        return not isinstance(self.leg, HttpsLeg)

    @property
    def read_ahead(self) -> int:
        """Bytes received and not used yet."""
        return len(self.http.trailing_data[0])

    async def next_event(self) -> HttpEvent:
        """Return what the peer sent next; NotHttp if that is no HTTP or was cut off, SideGone after a reset."""
        while True:
            try:
                event = self.http.next_event()
            except h11.RemoteProtocolError as error:
                raise NotHttp(self.side, _without_bytes(error), error.error_status_hint) from error
            if event is not h11.NEED_DATA:
                return event  # type: ignore[return-value]  # h11 types its sentinels as metaclass instances
            await self.receive()

    async def receive(self) -> None:
        """Read once and keep it for `next_event`; SideGone after a reset."""
        got = await self.leg.receive()
        if got is Ending.RESET:
            raise SideGone(self.side, f"the {self.side.value} reset the connection")
        if isinstance(got, bytes):
            self._heard(self.side, got)
            self.http.receive_data(got)
        else:
            self.has_ended = True
            self._heard(self.side, b"")
            self.http.receive_data(b"")

    async def send(self, event: h11.Event) -> None:
        """Send an event of the other side; NotHttp if it cannot be sent so, SideGone if the peer takes no more."""
        try:
            data = self.http.send(event)
        except h11.LocalProtocolError as error:
            raise NotHttp(self.side.peer, _without_bytes(error)) from error
        await self.send_bytes(data or b"")

    async def send_bytes(self, data: bytes) -> None:
        """Send bytes as they are; SideGone if the peer takes no more."""
        if not data:
            return
        try:
            await self.leg.send(data)
        except LegBroken as error:
            raise SideGone(self.side, f"the {self.side.value} reset the connection") from error

    async def send_fin(self) -> None:
        """Say that nothing more will come; a peer that has gone needs no telling."""
        try:
            await self.leg.send_ending(Ending.FIN)
        except LegBroken:
            await trio.lowlevel.checkpoint()


def _without_bytes(error: h11.ProtocolError) -> str:
    """Return what h11 objects to without the bytes it quotes, in which a secret may stand."""
    return _QUOTED.sub("", str(error))
