"""One agent's connection from accept to close: dial the controller, watch for TLS, intercept it or not, carry."""

import math
import os
import socket
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from typing import Protocol

import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Address, CloseReason, Side, Tap
from jnlpspy.net.interceptor import Course, Interceptor, NotIntercepted, Watch
from jnlpspy.net.journal import LEG_TAPS, Clock, Journal, LegWire, Observe
from jnlpspy.net.leg import Ending, Leg, reset_socket
from jnlpspy.net.link import Link, Pace
from jnlpspy.wire.handshake import HandshakeSpec

PARTING_PATIENCE = 2.0
"""Seconds a refused peer is read from, so that it sees our FIN and not a reset."""

Say = Callable[[str], None]
"""Tells the user something, on stderr."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where the controller's agent port is dialled, and the key it must prove."""

    host: str
    port: int
    identity: bytes | None = None
    """DER SubjectPublicKeyInfo; None if nobody announced one: then TLS stays closed."""

    @property
    def address(self) -> Address:
        """Where it is."""
        return Address(self.host, self.port)

    @property
    def recordable(self) -> Address:
        """Where it is, in numbers; a name that nobody resolved becomes 0.0.0.0."""
        try:
            ip_address(self.host)
        except ValueError:
            return Address(NOWHERE.host, self.port)
        return self.address


NOWHERE = Target("0.0.0.0", 0)  # noqa: S104 - nothing is bound to it: it stands for a controller not known yet


class WireRecord(Protocol):
    """What records the wire of both legs besides what is decrypted."""

    def leg(self, connection: int, tap: Tap, ends: tuple[Address, Address]) -> None:
        """Take note of the addresses between which a leg runs, the agent's side first."""

    def drain_keys(self) -> None:
        """Record the TLS keys that came up since."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What all connections of a relay have in common."""

    dial_target: Callable[[], Awaitable[Target]]
    """Says where the controller is; NetworkError if that cannot be found out."""
    interceptor: Interceptor | None
    """None: TLS stays closed."""
    specs: Mapping[str, HandshakeSpec]
    handshake_timeout: float
    observe: Observe
    clock: Clock
    say: Say
    pace: Pace
    wire: WireRecord | None = None
    """With it the bytes on the wire of both legs are observed too."""


class Connection:
    """One connection; `run` returns when it is over, whatever it met."""

    def __init__(self, number: int, stream: trio.SocketStream, peer: Address, terms: Terms) -> None:
        self.journal = Journal(number, terms.observe, terms.clock)
        self._terms = terms
        self._agent = stream
        self._peer = peer
        self._target = NOWHERE
        self._link: Link | None = None
        self._watch = Watch(terms.specs, intercept=terms.interceptor is not None)

    @property
    def is_session(self) -> bool:
        """True once an agent is known to stand there."""
        return self._watch.is_session

    async def run(self) -> None:
        """Carry the connection; both legs are closed at the end."""
        try:
            with trio.move_on_after(self._terms.handshake_timeout) as limit:
                await self._run(limit)
            if limit.cancelled_caught:
                self._give_up()
        finally:
            self.journal.open(self._peer, self._target.recordable)
            self.journal.close(None, CloseReason.SHUTDOWN)
            with trio.CancelScope(shield=True):
                await trio.aclose_forcefully(self._agent)
                if self._link:
                    await self._link.close()

    async def _run(self, limit: trio.CancelScope) -> None:
        link = self._link = await self._dial()
        if link is None:
            return
        if await link.watch(self._watch, lambda: self._on_known(limit)):
            try:
                await self._intercept(link)
            except NotIntercepted as failure:
                await self._part(link, failure)
                return
            limit.deadline = math.inf
            await link.carry()
        await link.finish()

    async def _dial(self) -> Link | None:
        try:
            self._target = await self._terms.dial_target()
            controller = await trio.open_tcp_stream(self._target.host, self._target.port)
        except NetworkError as error:
            self._refuse(f"cannot tell where the controller's agent port is: {error}")
            return None
        except OSError as error:
            self._refuse(f"cannot reach {self._target.address}: {describe_dial_failure(error)}")
            return None
        except UnicodeError:
            self._refuse(f"cannot reach {self._target.address}: the controller announced what is no host name")
            return None
        for stream in (self._agent, controller):
            with suppress(OSError):  # a peer that is gone already shows when it is read
                stream.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if self._target.identity is None:
            self._watch = Watch(self._terms.specs, intercept=False)
        self.journal.open(self._peer, address_of(controller) or self._target.recordable)
        return Link(
            self.journal,
            self._leg(self._agent, Side.AGENT),
            self._leg(controller, Side.CONTROLLER),
            self._terms.pace,
        )

    def _leg(self, stream: trio.SocketStream, side: Side) -> Leg:
        wire = self._terms.wire
        if wire is None:
            return Leg(stream)
        far = self._peer if side is Side.AGENT else address_of(stream) or NOWHERE.address
        near = own_address_of(stream) or NOWHERE.address
        wire.leg(self.journal.connection, LEG_TAPS[side], (far, near) if side is Side.AGENT else (near, far))
        return Leg(stream, LegWire(self.journal, side, wire.drain_keys))

    def _refuse(self, why: str) -> None:
        self.journal.open(self._peer, self._target.recordable)
        self._report(why)
        self.journal.close(Side.CONTROLLER, CloseReason.RESET)
        reset_socket(self._agent.socket)

    def _on_known(self, limit: trio.CancelScope) -> None:
        if self._watch.course is Course.PLAIN:
            limit.deadline = math.inf
            if self._watch.passes_tls and self._terms.interceptor:
                self._report(
                    "TLS is passed through unopened: nobody announced the controller's identity, and without it "
                    "nothing is intercepted; give --controller-identity, or the Jenkins URL as TARGET"
                )

    async def _intercept(self, link: Link) -> None:
        """Put TLS on both legs. Raises NotIntercepted."""
        interceptor, announced = self._terms.interceptor, self._target.identity
        assert interceptor  # noqa: S101 - else the watch would not have stopped here
        assert announced  # noqa: S101 - as above
        for side in (Side.CONTROLLER, Side.AGENT):
            early = self._watch.take_kept(side)
            if side is Side.CONTROLLER:
                link.legs[side] = await interceptor.open_controller(link.legs[side], announced, self.journal, early)
            else:
                link.legs[side] = await interceptor.open_agent(link.legs[side], self.journal, early)

    async def _part(self, link: Link, failure: NotIntercepted) -> None:
        """End both legs after a failure, the other one as the failing one was ended."""
        self._report(str(failure))
        if failure.by is not None and failure.ending is Ending.RESET:
            link.reset_by = failure.by
            await link.finish()
            return
        if failure.by is not None and failure.ending is Ending.FIN:
            self.journal.ended(failure.by)
            self.journal.close(failure.by, CloseReason.EOF)
        self.journal.close(None, CloseReason.SHUTDOWN)
        with trio.move_on_after(PARTING_PATIENCE):
            async with trio.open_nursery() as nursery:
                for leg in link.legs.values():
                    nursery.start_soon(leg.part)

    def _give_up(self) -> None:
        if not self.journal.is_closed:
            waited = "the controller to take the connection" if self._link is None else self._watch.awaited
            self.journal.open(self._peer, self._target.recordable)
            self._report(f"no handshake within {self._terms.handshake_timeout:g} s: still waiting for {waited}")
            self.journal.close(None, CloseReason.TIMEOUT)

    def _report(self, text: str) -> None:
        self.journal.remark(text)
        self._terms.say(f"connection {self.journal.connection} from {self._peer}: {text}")


def address_of(stream: trio.SocketStream) -> Address | None:
    """Return the address of a stream's peer; None if it is gone already."""
    return _address(stream.socket.getpeername)


def own_address_of(stream: trio.SocketStream | trio.SocketListener) -> Address | None:
    """Return the address of our own end; None if it is gone already."""
    return _address(stream.socket.getsockname)


def _address(ask: Callable[[], tuple[str, int]]) -> Address | None:
    try:
        host, port, *_ = ask()
    except OSError:
        return None
    return Address(host, port)


def describe_dial_failure(error: OSError) -> str:
    """Return why dialling failed, in the system's words; trio hides them when a name has several addresses."""
    reasons = {
        # Name look-ups have numbers of their own, below zero.
        os.strerror(leaf.errno) if leaf.errno and leaf.errno > 0 else leaf.strerror: None
        for leaf in _leaves(error)
        if leaf.strerror
    }
    return ", ".join(filter(None, reasons)) or str(error)


def _leaves(error: BaseException) -> Iterator[OSError]:
    causes = error.exceptions if isinstance(error, BaseExceptionGroup) else [error.__cause__] if error.__cause__ else []
    for cause in causes:
        yield from _leaves(cause)
    if not causes and isinstance(error, OSError):
        yield error
