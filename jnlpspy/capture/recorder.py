"""Writes observations as a pcapng capture, as they happen and whole blocks at a time."""

import struct
from collections.abc import Callable, Iterable
from typing import Final

from jnlpspy.capture import layouts
from jnlpspy.capture.addresses import flow_of
from jnlpspy.capture.comments import SECRETS_KEPT, SECRETS_REPLACED, Commented, write_comment
from jnlpspy.capture.layouts import ByteOrder, InterfaceDescription, Option, block_layouts
from jnlpspy.capture.link_headers import RAW_IP
from jnlpspy.capture.tcp_writer import IpPacket, RecordedConnection
from jnlpspy.model.tap import (
    Address,
    Closed,
    CloseReason,
    DialFailed,
    Ended,
    FlawsSeen,
    Gap,
    Observation,
    Opened,
    Remarked,
    Segment,
    Side,
    Tap,
    Tick,
    TlsOpened,
)

_LAYOUT: Final = block_layouts(ByteOrder.LITTLE)
_PACKET_HEAD: Final = struct.Struct("<IIIIIII")  # the block's head and the enhanced packet's, in one
_NANOSECONDS: Final = 1_000_000_000
_NANOSECOND_RESOLUTION: Final = b"\x09"
_SNAP_LENGTH: Final = 262_144
_TAPS: Final = (Tap.DECRYPTED, Tap.AGENT_LEG, Tap.CONTROLLER_LEG)
_SPREAD: Final = 0x9E3779B1  # odd and large: connections begin at numbers far apart, so that a port used again shows


class Recorder:
    """Turns observations into blocks and gives them to `write`, one call for each observation that has any.

    The section header and the interfaces are written at once. It raises `UsageError` for an address that is none, and
    `ValueError` for an observation out of turn.
    """

    def __init__(
        self, write: Callable[[bytes], object], *, application: str, secrets_kept: bool, raw: bool = False
    ) -> None:
        self._write = write
        self._interfaces = {tap: number for number, tap in enumerate(_TAPS if raw else _TAPS[:1])}
        self._connections: dict[tuple[int, Tap], RecordedConnection] = {}
        self._ends: dict[tuple[int, Tap], tuple[Address, Address]] = {}
        self._comments: dict[int, list[str]] = {}
        secrets = SECRETS_KEPT if secrets_kept else SECRETS_REPLACED
        header = (
            Option(layouts.COMMENT, secrets.encode()),
            Option(layouts.USER_APPLICATION, application.encode()),
        )
        write(_LAYOUT.write_section_header(header) + b"".join(map(_interface, self._interfaces)))

    def observe(self, observation: Observation) -> None:
        """Record an observation; bytes of a leg are passed over unless `raw` was asked for."""
        match observation:
            case Segment():
                self._segment(observation)
            case Opened(number, when, agent, controller):
                self._open(number, Tap.DECRYPTED, when, (agent, controller))
            case Gap(number, _, sender, length):
                self._connection(number, sender).skip(sender, length)
                self._comment(observation)
            case Ended(number, when, sender, CloseReason.EOF):
                self._emit(number, Tap.DECRYPTED, when, self._connection(number, sender).end(sender))
            case Ended() | TlsOpened() | Remarked() | FlawsSeen() | DialFailed():
                self._comment(observation)
            case Closed():
                self._close(observation)
            case Tick():
                pass

    def leg(self, connection: int, tap: Tap, ends: tuple[Address, Address]) -> None:
        """Say between which addresses a leg of an open connection runs, its agent's side first, before its first bytes.

        Without it a leg has the addresses of the connection, and Wireshark takes both for one.
        """
        self._ends[connection, tap] = ends

    def keys(self, text: bytes) -> None:
        """Record lines of a TLS key log, before the bytes that need them."""
        self._write(_LAYOUT.write_keys(text))

    def write_comments(self, number: int, when: float) -> None:
        """Write what was remarked of an open connection now, on an acknowledgement, and not with its next bytes."""
        if self._comments.get(number):
            self._emit(number, Tap.DECRYPTED, when, [self._connections[number, Tap.DECRYPTED].acknowledge()])

    def _open(self, number: int, tap: Tap, when: float, ends: tuple[Address, Address]) -> RecordedConnection:
        if (number, tap) in self._connections:
            raise ValueError(f"expected a new connection, got number {number} again")
        agent, controller = ends
        first = (number * len(_TAPS) + self._interfaces[tap]) * _SPREAD & 0xFFFFFFFF
        connection = RecordedConnection(flow_of(agent, controller), flow_of(controller, agent), first)
        self._connections[number, tap] = connection
        self._ends[number, tap] = ends
        self._comments.setdefault(number, [])
        self._emit(number, tap, when, connection.open())
        return connection

    def _segment(self, segment: Segment) -> None:
        number, tap, sender = segment.connection, segment.tap, segment.sender
        if tap not in self._interfaces or not segment.data:
            return
        connection = self._connection(number, sender) if tap is Tap.DECRYPTED else self._leg(number, tap, segment.when)
        self._emit(number, tap, segment.when, connection.send(sender, segment.data))

    def _leg(self, number: int, tap: Tap, when: float) -> RecordedConnection:
        connection = self._connections.get((number, tap))
        if connection is None:
            ends = self._ends.get((number, tap)) or self._ends[number, Tap.DECRYPTED]
            connection = self._open(number, tap, when, ends)
        return connection

    def _connection(self, number: int, sender: Side) -> RecordedConnection:
        connection = self._connections.get((number, Tap.DECRYPTED))
        if connection is None or connection.has_ended(sender):
            raise ValueError(
                f"expected the {sender.value} of connection {number} to be sending, got it closed or ended"
            )
        return connection

    def _comment(self, observation: Commented) -> None:
        comments = self._comments.get(observation.connection)
        if comments is None:
            raise ValueError(f"expected an open connection to remark on, got number {observation.connection}")
        comments.append(write_comment(observation))

    def _close(self, closed: Closed) -> None:
        number = closed.connection
        if (number, Tap.DECRYPTED) not in self._connections:
            raise ValueError(f"expected an open connection to close, got number {number}")
        blocks = []
        for tap in self._interfaces:
            connection = self._connections.pop((number, tap), None)
            self._ends.pop((number, tap), None)
            if connection is not None:
                *packets, last = _last_packets(connection, closed)
                blocks += self._blocks(number, tap, closed.when, packets)
                comments = [*self._taken_comments(number), write_comment(closed)] if tap is Tap.DECRYPTED else []
                blocks.append(_packet_block(self._interfaces[tap], closed.when, last, comments))
        del self._comments[number]
        self._write(b"".join(blocks))

    def _emit(self, number: int, tap: Tap, when: float, packets: Iterable[IpPacket]) -> None:
        self._write(b"".join(self._blocks(number, tap, when, packets)))

    def _blocks(self, number: int, tap: Tap, when: float, packets: Iterable[IpPacket]) -> list[bytes]:
        interface = self._interfaces[tap]
        return [
            _packet_block(interface, when, packet, self._taken_comments(number) if tap is Tap.DECRYPTED else [])
            for packet in packets
        ]

    def _taken_comments(self, number: int) -> list[str]:
        comments = self._comments[number]
        if comments:
            self._comments[number] = []
        return comments


def _last_packets(connection: RecordedConnection, closed: Closed) -> list[IpPacket]:
    """Return how a connection ends on the wire: both FINs and the last acknowledgement, or a RST."""
    first = closed.by or Side.CONTROLLER
    if closed.how is not CloseReason.EOF and not all(connection.has_ended(side) for side in Side):
        return [connection.reset(first)]
    return [*connection.end(first), *connection.end(first.peer), connection.acknowledge_end()]


def _interface(tap: Tap) -> bytes:
    options = (
        Option(layouts.IF_NAME, tap.value.encode()),
        Option(layouts.IF_TIME_RESOLUTION, _NANOSECOND_RESOLUTION),
    )
    return _LAYOUT.write_interface(InterfaceDescription(RAW_IP, _SNAP_LENGTH, options))


def _packet_block(interface: int, when: float, packet: IpPacket, comments: list[str]) -> bytes:
    captured = len(packet.headers) + len(packet.data)
    tail = bytes(-captured % 4)
    if comments:
        tail += _LAYOUT.write_options(Option(layouts.COMMENT, comment.encode()) for comment in comments)
    ticks = _ticks(when)
    length = _PACKET_HEAD.size + captured + len(tail) + 4
    head = _PACKET_HEAD.pack(
        layouts.ENHANCED_PACKET, length, interface, ticks >> 32, ticks & 0xFFFFFFFF, captured, captured
    )
    return b"".join((head, packet.headers, packet.data, tail, _LAYOUT.u32.pack(length)))


def _ticks(when: float) -> int:
    seconds = int(when)  # apart from the fraction, or the product would lose the last hundred nanoseconds
    return seconds * _NANOSECONDS + round((when - seconds) * _NANOSECONDS)
