"""Listening: accepts connections, one task each, and lets them end in order."""

import errno
import math
import traceback
from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Address

ACCEPT_PAUSE = 0.1
"""Seconds to wait when the system has no room for another connection, as trio's own listeners do."""

Serve = Callable[[trio.SocketStream, Address], Awaitable[None]]
"""Serves a connection; the address is that of who dialled it, known even after it has gone."""


class Listener:
    """One listening socket and the connections it accepted."""

    def __init__(
        self,
        listener: trio.SocketListener,
        serve: Serve,
        say: Callable[[str], None],
        *,
        limit: float = math.inf,
        turn_away: Callable[[trio.SocketStream, Address], None] | None = None,
    ) -> None:
        self._listener = listener
        self._serve = serve
        self._say = say
        self._limit = limit
        self._turn_away = turn_away
        self._count = 0
        self._is_full = False
        self._is_short = False
        self._accepting = trio.CancelScope()

    @property
    def address(self) -> Address:
        """Where it listens, with the port it really has."""
        host, port, *_ = self._listener.socket.getsockname()
        return Address(host, port)

    async def run(self, grace: float) -> None:
        """Accept until `stop`; then the connections have `grace` seconds to end by themselves."""
        async with trio.open_nursery() as nursery:
            try:
                with self._accepting:
                    await self._accept(nursery)
            finally:
                self._listener.socket.close()
            nursery.cancel_scope.deadline = trio.current_time() + grace

    def stop(self) -> None:
        """Accept no more."""
        self._accepting.cancel()

    async def _accept(self, nursery: trio.Nursery) -> None:
        while True:
            try:
                stream, peer = await accept_from(self._listener)
            except OSError as error:
                if not self._is_short:
                    self._say(f"cannot accept connections on {self.address}: {error.strerror}; trying on")
                self._is_short = True
                await trio.sleep(ACCEPT_PAUSE)
                continue
            self._is_short = False
            if self._count >= self._limit and self._turn_away:
                self._refuse(stream, peer, self._turn_away)
            else:
                self._is_full = False
                self._count += 1
                nursery.start_soon(self._attend, stream, peer)

    def _refuse(
        self, stream: trio.SocketStream, peer: Address, turn_away: Callable[[trio.SocketStream, Address], None]
    ) -> None:
        if not self._is_full:
            self._say(f"there are {self._count} connections already (--max-sessions): resetting those beyond")
        self._is_full = True
        turn_away(stream, peer)

    async def _attend(self, stream: trio.SocketStream, peer: Address) -> None:
        try:
            await self._serve(stream, peer)
        except Exception as error:  # noqa: BLE001 - a defect may cost its own connection, not the others
            self._say(f"a defect in jnlpspy ended one connection: {describe_defect(error)}")
        finally:
            self._count -= 1
            stream.socket.close()


async def accept_from(listener: trio.SocketListener) -> tuple[trio.SocketStream, Address]:
    """Return the next connection and who dialled it; a socket whose peer has gone cannot tell that any more."""
    while True:
        with suppress(ConnectionAbortedError):
            sock, (host, port, *_) = await listener.socket.accept()
            return trio.SocketStream(sock), Address(host, port)


async def open_listener(address: Address, what: str) -> trio.SocketListener:
    """Return a socket that listens; NetworkError if that cannot be had. `what` names its option."""
    try:
        first, *others = await trio.open_tcp_listeners(address.port, host=address.host)
    except OSError as error:
        reason = "the port is taken" if error.errno == errno.EADDRINUSE else error.strerror
        raise NetworkError(f"cannot listen on {address} ({what}): {reason}") from error
    for other in others:
        # A name with several addresses: the one that agents are told is enough.
        other.socket.close()
    return first


def describe_defect(error: BaseException) -> str:
    """Return what went wrong and where, on one line."""
    while isinstance(error, BaseExceptionGroup):
        error = error.exceptions[0]
    frames = traceback.extract_tb(error.__traceback__)
    place = f" ({Path(frames[-1].filename).name}:{frames[-1].lineno})" if frames else ""
    return f"{type(error).__name__}: {error}{place}"
