"""A recorded connection as IP packets that every TCP analysis is content with: numbers, windows, checksums."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from jnlpspy.capture.layouts import FAST_IPV4_HEADER, FAST_IPV6_HEADER, FAST_TCP_HEADER
from jnlpspy.capture.link_headers import ACK, FIN, PSH, RST, SYN
from jnlpspy.model.tap import Side

LONGEST_DATA: Final = 65_000
"""An IP packet ends at 65,535 bytes with its headers."""

ACKNOWLEDGE_EVERY: Final = 1024 * 1024
"""Bytes after which the silent peer acknowledges, far inside the window."""

_WINDOW: Final = 0xFFFF
_WINDOW_SCALE_14: Final = bytes((1, 3, 3, 14))  # the largest there is: a window of 1 GiB (RFC 7323, section 2.2)
_NUMBER: Final = 0xFFFFFFFF
_TCP: Final = 6
_HOPS: Final = 64
_DO_NOT_FRAGMENT: Final = 0x4000
_VERSION_4_FIVE_WORDS: Final = 0x45
_VERSION_6: Final = 6 << 28


class IpPacket(NamedTuple):
    """One packet in two parts, so that the data is not copied once more."""

    headers: bytes
    data: bytes | memoryview


class _Half:
    """What one side sends."""

    def __init__(self, flow: bytes, first: int) -> None:
        size = (len(flow) - 4) // 2
        self.source, self.destination = flow[:size], flow[size : 2 * size]
        self.ports = (int.from_bytes(flow[-4:-2], "big"), int.from_bytes(flow[-2:], "big"))
        self.address_sum = int.from_bytes(flow[:-4], "big") % 0xFFFF
        self.next = first
        """Counts on where the number on the wire wraps."""
        self.acknowledged = first
        self.ended = False


class RecordedConnection:
    """Makes the packets of one connection; each call returns them in the order to write."""

    def __init__(self, flow: bytes, reverse: bytes, first: int) -> None:
        self._halves = {
            Side.AGENT: _Half(flow, first),
            Side.CONTROLLER: _Half(reverse, first ^ 0x55555555),
        }
        self._last_ended = Side.CONTROLLER

    def open(self) -> Iterator[IpPacket]:
        """Return the three packets of the handshake."""
        yield self._packet(Side.AGENT, SYN, options=_WINDOW_SCALE_14)
        self._halves[Side.AGENT].next += 1
        yield self._packet(Side.CONTROLLER, SYN | ACK, options=_WINDOW_SCALE_14)
        self._halves[Side.CONTROLLER].next += 1
        yield self._packet(Side.AGENT, ACK)

    def send(self, sender: Side, data: bytes) -> Iterator[IpPacket]:
        """Return data in packets, and what acknowledges it when much is open."""
        half = self._halves[sender]
        if len(data) <= LONGEST_DATA:
            yield self._packet(sender, PSH | ACK, data)
            half.next += len(data)
        else:
            for start in range(0, len(data), LONGEST_DATA):
                part = memoryview(data)[start : start + LONGEST_DATA]
                yield self._packet(sender, PSH | ACK, part)
                half.next += len(part)
        if half.next - half.acknowledged >= ACKNOWLEDGE_EVERY:
            yield self._packet(sender.peer, ACK)

    def skip(self, sender: Side, length: int) -> None:
        """Leave out bytes that were sent and not seen."""
        self._halves[sender].next += length

    def end(self, sender: Side) -> Iterator[IpPacket]:
        """Return one side's FIN, the first time."""
        half = self._halves[sender]
        if not half.ended:
            yield self._packet(sender, FIN | ACK)
            half.next += 1
            half.ended = True
            self._last_ended = sender

    def acknowledge(self) -> IpPacket:
        """Return an acknowledgement without data, of a side that may still send one."""
        return self._packet(Side.CONTROLLER if self._halves[Side.AGENT].ended else Side.AGENT, ACK)

    def acknowledge_end(self) -> IpPacket:
        """Return the very last packet of a connection that both sides ended."""
        return self._packet(self._last_ended.peer, ACK)

    def reset(self, sender: Side) -> IpPacket:
        """Return one side's RST."""
        return self._packet(sender, RST | ACK)

    def has_ended(self, sender: Side) -> bool:
        """Return True after a side's FIN."""
        return self._halves[sender].ended

    def _packet(self, sender: Side, flags: int, data: bytes | memoryview = b"", options: bytes = b"") -> IpPacket:
        half, peer = self._halves[sender], self._halves[sender.peer]
        acknowledgement = 0
        if flags & ACK:
            acknowledgement = peer.next & _NUMBER
            peer.acknowledged = peer.next
        sequence = half.next & _NUMBER
        words = (20 + len(options)) // 4 << 4
        length = 20 + len(options) + len(data)
        checksum = _checksum(
            half.address_sum + _TCP + length  # the pseudo header
            + sum(half.ports) + sequence + acknowledgement + (words << 8 | flags) + _WINDOW
            + _sum(options) + _sum(data)
        )  # fmt: skip
        header = FAST_TCP_HEADER.pack(*half.ports, sequence, acknowledgement, words, flags, _WINDOW, checksum, 0)
        return IpPacket(_ip_header(half, length) + header + options, data)


def _ip_header(half: _Half, length: int) -> bytes:
    if len(half.source) == 16:
        return FAST_IPV6_HEADER.pack(_VERSION_6, length, _TCP, _HOPS, half.source, half.destination)
    total = 20 + length
    checksum = _checksum(
        (_VERSION_4_FIVE_WORDS << 8) + total + _DO_NOT_FRAGMENT + (_HOPS << 8 | _TCP) + half.address_sum
    )
    return FAST_IPV4_HEADER.pack(
        _VERSION_4_FIVE_WORDS, 0, total, 0, _DO_NOT_FRAGMENT, _HOPS, _TCP, checksum, half.source, half.destination
    )


def _sum(data: bytes | memoryview) -> int:
    """Return what the 16-bit words of data add up to in ones' complement.

    It is the remainder of the whole as one number, as 65,536 leaves 1: 600 MB/s where adding words gives 200.
    """
    whole = int.from_bytes(data, "big") % 0xFFFF
    return whole << 8 if len(data) % 2 else whole


def _checksum(total: int) -> int:
    """Return the checksum of words whose sum, never 0, is given (RFC 1071)."""
    rest = total % 0xFFFF
    return 0xFFFF - rest if rest else 0
