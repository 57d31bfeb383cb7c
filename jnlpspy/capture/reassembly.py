"""From packets to observations: finds TCP connections, their agent side, and how they began and ended."""

from typing import Final

from jnlpspy.capture.addresses import address_in
from jnlpspy.capture.comments import SECRETS_REPLACED, Commented, read_comment
from jnlpspy.capture.link_headers import ACK, FIN, RST, SYN, TcpPacket, tcp_packet
from jnlpspy.capture.ordering import Budget, SentBytes
from jnlpspy.capture.reader import Packet
from jnlpspy.model.noun import noun
from jnlpspy.model.tap import Closed, CloseReason, Ended, Gap, Observation, Opened, Side, Tap

MOST_CONNECTIONS: Final = 16_384
"""Connections open at a time; beyond it, those that were silent longest are forgotten."""

_FORGOTTEN_AT_ONCE: Final = 1_024  # sorting all for each newcomer would make a port scan slow to read
_MOST_CLOSED: Final = 4_096
_LINGER_SECONDS: Final = 60.0
"""How long packets after the end of a connection still belong to it: TIME_WAIT, as Linux has it."""

_MARKS: Final = SYN | FIN | RST

_LISTENING_PORTS: Final = frozenset((*range(32_768), 50_000))
"""Linux gives others to who dials; 50000 lies among them and is the usual agent port of Jenkins."""


class Reassembler:
    """Follows every TCP connection of a capture; their numbers count from 1 in order of appearance."""

    def __init__(self) -> None:
        self._routes: dict[bytes, _Route] = {}
        """By flow: two entries a connection."""
        self._connections: dict[int, _Connection] = {}
        self._closed: dict[bytes, float] = {}
        self._count = 0
        self._budget = Budget()

    def observe(self, packet: Packet, tap: Tap) -> list[Observation]:
        """Return what a packet shows: nothing, if it is not TCP or brings nothing new."""
        tcp = tcp_packet(packet.interface.link_type, packet.data)
        out: list[Observation] = []
        if tcp is None:
            return out
        route = self._routes.get(tcp.flow)
        if route is None or tcp.flags & _MARKS or packet.comments or route.connection.first_ended is not None:
            self._observe_any(route, tcp, packet, tap, out)
            return out
        when, sent, received = packet.when, route.sent, route.received  # nearly every packet
        route.connection.when = when
        if tcp.length:
            sent.add(tcp.sequence, tcp.data, tcp.length, when, out)
        if tcp.flags & ACK:
            received.acknowledge(tcp.acknowledgement, when)
        if sent.waiting or received.waiting or sent.ended or received.ended:
            self._settle(route, tcp, when, out)
        return out

    def _observe_any(
        self, route: "_Route | None", tcp: TcpPacket, packet: Packet, tap: Tap, out: list[Observation]
    ) -> None:
        """Take a packet, whatever marks or comments it has, and of whatever connection."""
        when, flags = packet.when, tcp.flags
        if route is None or (flags & SYN and not route.sent.may_begin(tcp.sequence + 1)):
            route = self._open(tcp, packet, tap, out)
            if route is None:
                return
        connection = route.connection
        connection.when = when
        comments = _own_comments(packet, connection) if tap is Tap.DECRYPTED else []
        for comment in comments:
            connection.heed(comment, out)
        connection.take(route, tcp, when, out)
        told = next((comment for comment in comments if isinstance(comment, Closed)), None)
        self._settle(route, tcp, when, out, told)

    def _settle(
        self, route: "_Route", tcp: TcpPacket, when: float, out: list[Observation], closed: Closed | None = None
    ) -> None:
        """Let a packet end the patience with missing bytes, or the connection."""
        connection = route.connection
        if not tcp.flags & RST:
            connection.wait(route, when, out)
        closed = closed or connection.closed_by(route, tcp, when)
        if closed:
            self._close(connection, closed, out)

    def finish(self) -> list[Observation]:
        """Return what is still held back at the end of the capture; what is open then stays without a `Closed`."""
        out = list[Observation]()
        for connection in list(self._connections.values()):
            self._forget(connection, out)
        return out

    def _open(self, tcp: TcpPacket, packet: Packet, tap: Tap, out: list[Observation]) -> "_Route | None":
        """Begin a connection, unless the packet is only the echo of one."""
        old = self._routes.get(tcp.flow)
        if old is not None:  # the port is in use again, and how the connection before it ended was not seen
            self._forget(old.connection, out)
        reverse = _reversed(tcp.flow)
        if not tcp.flags & SYN and (
            tcp.flags & RST or not (tcp.length or tcp.flags & FIN) or self._lingers(tcp.flow, reverse, packet.when)
        ):
            return None
        if len(self._connections) >= MOST_CONNECTIONS:
            for connection in sorted(self._connections.values(), key=_last_seen)[:_FORGOTTEN_AT_ONCE]:
                self._forget(connection, out)
        self._count += 1
        sender = _sender(tcp)
        connection = _Connection(self._count, (tcp.flow, reverse), tap, self._budget)
        self._connections[self._count] = connection
        there, back = connection.sent[sender], connection.sent[sender.peer]
        self._routes[tcp.flow] = route = _Route(connection, there, back)
        self._routes[reverse] = _Route(connection, back, there)
        agent, controller = (tcp.flow, reverse) if sender is Side.AGENT else (reverse, tcp.flow)
        pseudonyms = tap is Tap.DECRYPTED and SECRETS_REPLACED in packet.interface.remarks
        out.append(Opened(self._count, packet.when, address_in(agent), address_in(controller), pseudonyms))
        if not tcp.flags & SYN:
            connection.begin_in_the_middle(sender, tcp, packet.when, out)
        return route

    def _lingers(self, flow: bytes, reverse: bytes, when: float) -> bool:
        closed = self._closed.get(min(flow, reverse))
        return closed is not None and when - closed < _LINGER_SECONDS

    def _close(self, connection: "_Connection", closed: Closed, out: list[Observation]) -> None:
        connection.flush(out)
        out.append(closed)
        self._remove(connection)
        key = min(connection.flows)
        self._closed.pop(key, None)
        self._closed[key] = closed.when
        if len(self._closed) > _MOST_CLOSED:
            del self._closed[next(iter(self._closed))]

    def _forget(self, connection: "_Connection", out: list[Observation]) -> None:
        connection.flush(out)
        if connection.both_ended:
            out.append(Closed(connection.number, connection.when, connection.first_ended, CloseReason.EOF))
        self._remove(connection)

    def _remove(self, connection: "_Connection") -> None:
        del self._connections[connection.number]
        for flow in connection.flows:
            del self._routes[flow]


class _Connection:
    """Both sides of one connection."""

    def __init__(self, number: int, flows: tuple[bytes, bytes], tap: Tap, budget: Budget) -> None:
        self.number = number
        self.flows = flows
        self.sent = {side: SentBytes(number, side, tap, budget) for side in Side}
        self.when = 0.0
        self.first_ended: Side | None = None

    def begin_in_the_middle(self, sender: Side, tcp: TcpPacket, when: float, out: list[Observation]) -> None:
        """Take a first packet that is no SYN: what came before it is lost, how much nobody knows."""
        self.sent[sender].begin(tcp.sequence, when, out)
        if tcp.flags & ACK:
            self.sent[sender.peer].begin(tcp.acknowledgement, when, out)
        out.extend(Gap(self.number, when, side, 0) for side in Side)

    def heed(self, comment: Commented, out: list[Observation]) -> None:
        """Take a comment that was written before its packet; `Closed` is the end of its packet, and not heeded here."""
        if isinstance(comment, Gap):
            self.sent[comment.sender].skip(comment.length, comment.when, out)
        elif not isinstance(comment, Closed):
            out.append(comment)

    def take(self, route: "_Route", tcp: TcpPacket, when: float, out: list[Observation]) -> None:
        """Take a packet's bytes, marks and acknowledgement."""
        sequence, flags, sent, received = tcp.sequence, tcp.flags, route.sent, route.received
        if flags & _MARKS:
            if flags & SYN:
                sequence += 1
                sent.begin(sequence, when, out)
                if flags & ACK:  # the SYN before it may not have been captured
                    received.begin(tcp.acknowledgement, when, out)
            if flags & RST:
                return
        if tcp.length:
            sent.add(sequence, tcp.data, tcp.length, when, out)
        if flags & FIN:
            sent.end(sequence + tcp.length, when, out)
        if flags & ACK:
            received.acknowledge(tcp.acknowledgement, when)

    def wait(self, route: "_Route", when: float, out: list[Observation]) -> None:
        """Count one more packet where bytes are missing, and note which side was the first to end."""
        if route.sent.waiting:
            route.sent.wait(when, out)
        if route.received.waiting:
            route.received.wait(when, out)
        if self.first_ended is None and (route.sent.ended or route.received.ended):
            self._note_first_end(out)

    def closed_by(self, route: "_Route", tcp: TcpPacket, when: float) -> Closed | None:
        """Return the end of the connection if the packet is it: a RST, or what acknowledges the second FIN."""
        if tcp.flags & RST:
            return Closed(self.number, when, route.sent.sender, CloseReason.RESET)
        if self.first_ended is not None and all(side.end_acknowledged for side in self.sent.values()):
            return Closed(self.number, when, self.first_ended, CloseReason.EOF)
        return None

    @property
    def both_ended(self) -> bool:
        """True if both sides have sent their FIN."""
        return all(side.ended for side in self.sent.values())

    def flush(self, out: list[Observation]) -> None:
        """Report what both sides still hold back."""
        for side in Side:
            self.sent[side].flush(self.when, out)
        self._note_first_end(out)

    def _note_first_end(self, out: list[Observation]) -> None:
        if self.first_ended is None:
            for one in out:
                if isinstance(one, Ended) and one.connection == self.number:
                    self.first_ended = one.sender
                    return


@noun()
class _Route:
    """Where the packets of a flow belong."""

    connection: _Connection
    sent: SentBytes
    received: SentBytes


def _own_comments(packet: Packet, connection: _Connection) -> list[Commented]:
    read = (read_comment(comment, connection.number) for comment in packet.comments)
    return [comment for comment in read if comment is not None]


def _sender(tcp: TcpPacket) -> Side:
    """Return who sent a connection's first packet: the agent dials, and it dials from a port given by the system."""
    if tcp.flags & SYN:
        return Side.CONTROLLER if tcp.flags & ACK else Side.AGENT
    source, destination = (int.from_bytes(port, "big") for port in (tcp.flow[-4:-2], tcp.flow[-2:]))
    if (source in _LISTENING_PORTS) != (destination in _LISTENING_PORTS):
        return Side.CONTROLLER if source in _LISTENING_PORTS else Side.AGENT
    return Side.AGENT if source >= destination else Side.CONTROLLER


def _reversed(flow: bytes) -> bytes:
    half = (len(flow) - 4) // 2
    return flow[half : 2 * half] + flow[:half] + flow[-2:] + flow[-4:-2]


def _last_seen(connection: _Connection) -> float:
    return connection.when
