"""The line between a relay and its live view: the relay's state and messages one way, a few orders the other way."""

import json
from collections import deque
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import asdict
from enum import Enum
from typing import Final

import trio

from jnlpspy.model.describe import shorten
from jnlpspy.model.relay_status import RelayStatus

LONGEST_LINE: Final = 64 * 1024
"""Bytes of a line; a state has paths and addresses in it, of some KiB at most."""

WAITING_NOTICES: Final = 50
"""Messages that may wait for a view that reads nothing; of more the newest stay."""

LONGEST_NOTICE: Final = 1000

LOOK: Final = 0.5
"""Seconds between two looks at the relay's state; it is sent if it has changed."""

_READ_SIZE: Final = 4096


class Order(Enum):
    """What a view may tell its relay to do."""

    STOP = "stop"
    """As an interrupt does."""
    END = "end"
    """At once, as the second interrupt does."""
    RECORD = "record"
    """Begin a record, or end it."""


_ORDERS: Final = {order.value.encode(): order for order in Order}


class Control:
    """The relay's end. A view that reads nothing, or sends nonsense, holds up nothing but itself."""

    def __init__(self, stream: trio.abc.Stream, status: Callable[[], RelayStatus]) -> None:
        self._stream = stream
        self._status = status
        self._notices: deque[str] = deque(maxlen=WAITING_NOTICES)
        self._sent: RelayStatus | None = None
        self._more = trio.Event()

    def notice(self, text: str) -> None:
        """Take a message for the view; never waits."""
        self._notices.append(shorten(text, LONGEST_NOTICE))
        self._more.set()

    def look(self) -> None:
        """Send the relay's state soon, if it has changed."""
        self._more.set()

    async def run(self, obey: Callable[[Order], Awaitable[None]]) -> None:
        """Send and obey until the view is gone."""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._send)
            lines = _Lines(self._stream)
            while (line := await lines.read()) is not None:
                order = _ORDERS.get(line)
                if order is not None:
                    await obey(order)
            nursery.cancel_scope.cancel()

    async def wait_gone(self) -> None:
        """Wait until the view is gone."""
        with suppress(trio.BrokenResourceError, trio.ClosedResourceError):
            while await self._stream.receive_some(_READ_SIZE):
                pass

    async def _send(self) -> None:
        try:
            while True:
                status = self._status()
                if status != self._sent:
                    self._sent = status
                    await self._stream.send_all(_line({"status": asdict(status)}))
                while self._notices:
                    await self._stream.send_all(_line({"notice": self._notices.popleft()}))
                self._more = trio.Event()
                with trio.move_on_after(LOOK):
                    await self._more.wait()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return  # it is gone, as the other direction shows


class ViewControl:
    """The view's end."""

    def __init__(self, stream: trio.abc.Stream) -> None:
        self._stream = stream
        self._lines = _Lines(stream)
        self._orders: deque[Order] = deque(maxlen=WAITING_NOTICES)
        self._more = trio.Event()

    def order(self, order: Order) -> None:
        """Send an order soon; never waits."""
        self._orders.append(order)
        self._more.set()

    async def send_orders(self) -> None:
        """Send orders until the relay is gone."""
        try:
            while True:
                while self._orders:
                    await self._stream.send_all(self._orders.popleft().value.encode() + b"\n")
                self._more = trio.Event()
                await self._more.wait()
        except (trio.BrokenResourceError, trio.ClosedResourceError):
            return

    async def hear(self) -> RelayStatus | str | None:
        """Return the relay's next state or message, None when it is gone."""
        line = await self._lines.read()
        if line is None:
            return None
        told = json.loads(line)
        return RelayStatus(**told["status"]) if "status" in told else str(told["notice"])


def _line(told: dict[str, object]) -> bytes:
    return json.dumps(told).encode() + b"\n"


class _Lines:
    """Lines as they come; none any more after one that is too long, or when the other end is gone."""

    def __init__(self, stream: trio.abc.ReceiveStream) -> None:
        self._stream = stream
        self._rest = b""

    async def read(self) -> bytes | None:
        """Return the next line, None at the end."""
        while b"\n" not in self._rest:
            try:
                data = await self._stream.receive_some(_READ_SIZE)
            except (trio.BrokenResourceError, trio.ClosedResourceError):
                return None
            if not data or len(self._rest) > LONGEST_LINE:
                return None
            self._rest += data
        line, _, self._rest = self._rest.partition(b"\n")
        return line
