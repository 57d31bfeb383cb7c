"""Packets of a pcap or pcapng stream, one at a time and never waiting for more than the block at hand."""

from collections.abc import Iterator
from dataclasses import dataclass
from io import BufferedIOBase
from typing import Final, Protocol

from jnlpspy.capture import layouts
from jnlpspy.capture.key_log import KeyLog
from jnlpspy.capture.layouts import ENHANCED_PACKET, SHORTEST_BODY, BlockLayouts, ByteOrder, Option, block_layouts
from jnlpspy.errors import CaptureError
from jnlpspy.model.noun import noun

LONGEST_BLOCK: Final = 64 * 1024 * 1024
"""No packet is longer than a jumbogram and no key log comes near this: more is a damaged length."""

MOST_INTERFACES: Final = 65_536
"""A capture of `any` on a container host has hundreds; the cap keeps a hostile file from filling the memory."""

_PIECE: Final = 128 * 1024
"""Bytes that are asked for at a time."""

_SECTION_MAGIC: Final = layouts.SECTION_HEADER.to_bytes(4, "big")  # reads the same in both byte orders
_PCAP_MAGICS: Final = {
    bytes.fromhex("a1b2c3d4"): (ByteOrder.BIG, 1_000_000),
    bytes.fromhex("d4c3b2a1"): (ByteOrder.LITTLE, 1_000_000),
    bytes.fromhex("a1b23c4d"): (ByteOrder.BIG, 1_000_000_000),
    bytes.fromhex("4d3cb2a1"): (ByteOrder.LITTLE, 1_000_000_000),
}
_LINK_TYPE_BITS: Final = 0x0FFFFFFF  # a pcap header's upper bits tell the length of the frame check sequence


@dataclass(frozen=True, slots=True)
class Interface:
    """Where packets were captured."""

    name: str
    """Empty if the file does not say."""
    link_type: int
    snap_length: int = 0
    """Longest part of a packet that was kept; 0 for no limit."""
    ticks_per_second: int = 1_000_000
    offset: int = 0
    """Seconds to add to every time."""
    remarks: tuple[str, ...] = ()
    """The comments of the section header."""


@noun()
class Packet:
    """One captured packet."""

    when: float
    interface: Interface
    data: bytes
    comments: tuple[str, ...] = ()


class ByteSource(Protocol):
    """What a capture is read from: a file, a pipe, or anything else that hands out bytes."""

    def read(self, size: int, /) -> bytes:
        """Return what there is, at most `size` bytes; wait for the first, and return none only at the end."""


def read_packets(stream: ByteSource, name: str = "the capture") -> "PacketReader":
    """Return an iterator over the packets of a pcap or pcapng stream; it does not close the stream."""
    return PacketReader(stream, name)


class PacketReader:
    """Iterates over a stream's packets; a packet comes as soon as its block is complete.

    A block that the end of the file cuts off is no error: `truncated` counts its bytes. Anything else that is not pcap
    or pcapng raises `CaptureError` after all packets before it.
    """

    def __init__(self, stream: ByteSource, name: str) -> None:
        self.name = name
        self.truncated = 0
        """Bytes of an incomplete block at the end."""
        self.interface_names: set[str] = set()
        """The names seen up to now."""
        self.keys = KeyLog()
        """TLS keys that the file itself holds, up to now."""
        self._read = stream.read1 if isinstance(stream, BufferedIOBase) else stream.read  # which waits for all of it
        self._data = b""
        """What was read and not let go of: the block at hand, and what came with it."""
        self._at = 0
        """Where the block at hand begins in it."""
        self._let_go = 0
        """Bytes of the stream before it."""
        self._packets = self._all_packets()

    def __iter__(self) -> Iterator[Packet]:
        return self._packets

    def __next__(self) -> Packet:
        return next(self._packets)

    def _all_packets(self) -> Iterator[Packet]:
        self._holds(4)
        magic = self._data[:4]
        if magic == _SECTION_MAGIC:
            yield from self._pcapng_packets()
        elif magic in _PCAP_MAGICS:
            yield from self._pcap_packets(*_PCAP_MAGICS[magic])
        else:
            raise CaptureError(f"expected pcap or pcapng, got {_described(magic)}, in {self.name}")

    def _pcap_packets(self, order: ByteOrder, ticks_per_second: int) -> Iterator[Packet]:
        layout = block_layouts(order)
        if not self._holds(24):
            raise CaptureError(f"expected a pcap header of 24 bytes, got {len(self._data)}, in {self.name}")
        header = layout.read_pcap_header(self._data[4:24])
        interface = Interface("", header.link_type & _LINK_TYPE_BITS, header.snap_length, ticks_per_second)
        self._at = 24
        while self._holds(16):
            seconds, fraction, captured, _ = layout.fast_pcap_record.unpack_from(self._data, self._at)
            if captured > LONGEST_BLOCK:
                raise self._malformed(f"a packet of at most {LONGEST_BLOCK} bytes", f"a length of {captured}")
            if not self._holds(16 + captured):
                return
            start = self._at + 16
            self._at = end = start + captured
            when = (seconds * ticks_per_second + fraction) / ticks_per_second
            yield Packet(when, interface, self._data[start:end])

    def _pcapng_packets(self) -> Iterator[Packet]:
        section = self._section()
        if section is None:
            raise CaptureError(
                f"expected a whole section header, got the first {self.truncated} bytes of one, in {self.name}"
            )
        while self._holds(8):
            if self._data.startswith(_SECTION_MAGIC, self._at):
                section = self._section()
                if section is None:
                    return
            elif not self._holds_block(section.layout):
                return
            elif packets := self._plain_packets(section):
                yield from packets
            elif packet := self._read_block(section):
                yield packet

    def _section(self) -> "_Section | None":
        """Take a section header; None if the file ends before it does."""
        if not self._holds(12):
            return None
        magic = self._data[self._at + 8 : self._at + 12]
        layout = next((block_layouts(order) for order in ByteOrder if _is_byte_order(order, magic)), None)
        if layout is None:
            raise self._malformed("the byte-order magic 1a2b3c4d", magic.hex(), 8)
        if not self._holds_block(layout, 16):
            return None
        length = layout.u32.unpack_from(self._data, self._at + 4)[0]
        body = self._data[self._at + 8 : self._at + length - 4]
        if len(body) < SHORTEST_BODY[layouts.SECTION_HEADER]:
            raise self._malformed("a section header of at least 28 bytes", f"{length} bytes")
        self._at += length
        return _Section(layout, _comments(layout.read_options(body[16:])))

    def _plain_packets(self, section: "_Section") -> list[Packet]:
        """Take the packets, next to one another, whose blocks are whole here and without options: nearly all."""
        packets: list[Packet] = []
        data, at, interfaces = self._data, self._at, section.interfaces
        read_head, read_length = section.layout.fast_enhanced_block.unpack_from, section.layout.u32.unpack_from
        while at + 32 <= len(data):
            kind, length, number, high, low, captured, _ = read_head(data, at)
            start, end = at + 28, at + length
            if (
                kind != ENHANCED_PACKET
                or length != 32 + (captured + 3 & ~3)
                or end > len(data)
                or read_length(data, end - 4)[0] != length
                or number >= len(interfaces)
            ):
                break
            interface = interfaces[number]
            ticks = interface.ticks_per_second
            when = ((high << 32 | low) + interface.offset * ticks) / ticks
            packets.append(Packet(when, interface, data[start : start + captured]))
            at = end
        if packets:
            self._at, section.when = at, packets[-1].when
        return packets

    def _read_block(self, section: "_Section") -> Packet | None:
        """Take one block that is whole here, and return the packet it holds."""
        kind, length = section.layout.fast_block_head.unpack_from(self._data, self._at)
        body = self._data[self._at + 8 : self._at + length - 4]
        if len(body) < SHORTEST_BODY.get(kind, 0):
            raise self._malformed(
                f"at least {SHORTEST_BODY[kind]} bytes in a block of type {kind}", f"{len(body)} bytes"
            )
        packet: Packet | None = None
        if kind == ENHANCED_PACKET:
            packet = self._enhanced_packet(section, body)
        elif kind == layouts.INTERFACE_DESCRIPTION:
            self._declare(section, body)
        elif kind == layouts.DECRYPTION_SECRETS:
            self.keys.add(section.layout.read_keys(body) or b"")
        elif kind == layouts.SIMPLE_PACKET:
            packet = self._simple_packet(section, body)
        elif kind == layouts.OBSOLETE_PACKET:
            packet = self._obsolete_packet(section, body)
        self._at += length
        return packet

    def _declare(self, section: "_Section", body: bytes) -> None:
        if len(section.interfaces) == MOST_INTERFACES:
            raise self._malformed(f"at most {MOST_INTERFACES} interfaces", "one more")
        interface = section.declare(body)
        if len(self.interface_names) < MOST_INTERFACES:
            self.interface_names.add(interface.name)

    def _enhanced_packet(self, section: "_Section", body: bytes) -> Packet:
        number, high, low, captured, _ = section.layout.fast_enhanced_packet.unpack_from(body)
        interface = self._interface(section, number)
        end = 20 + captured
        if end > len(body):
            raise self._malformed(f"at most {len(body) - 20} captured bytes", str(captured), 20)
        ticks = interface.ticks_per_second
        section.when = when = ((high << 32 | low) + interface.offset * ticks) / ticks
        comments = _comments(section.layout.read_options(body[end + -end % 4 :])) if len(body) - end > 3 else ()
        return Packet(when, interface, body[20:end], comments)

    def _obsolete_packet(self, section: "_Section", body: bytes) -> Packet:
        number, _, high, low, captured, original = section.layout.fast_obsolete_packet.unpack_from(body)
        modern = section.layout.fast_enhanced_packet.pack(number, high, low, captured, original)
        return self._enhanced_packet(section, modern + body[20:])

    def _simple_packet(self, section: "_Section", body: bytes) -> Packet:
        interface = self._interface(section, 0)
        length = section.layout.u32.unpack_from(body)[0]
        kept = min(length, interface.snap_length) if interface.snap_length else length
        return Packet(section.when, interface, body[4 : 4 + kept])

    def _interface(self, section: "_Section", number: int) -> Interface:
        if number >= len(section.interfaces):
            raise self._malformed(f"one of {len(section.interfaces)} declared interfaces", f"number {number}", 8)
        return section.interfaces[number]

    def _holds(self, count: int) -> bool:
        """Return whether there are `count` bytes of the block at hand; if not, the stream has ended."""
        missing = count - (len(self._data) - self._at)
        if missing <= 0:
            return True
        self._let_go += self._at
        self._data, self._at = self._data[self._at :] + self._read(max(missing, _PIECE)), 0
        if len(self._data) >= count:
            return True
        parts = [self._data]
        missing = count - len(self._data)
        while missing > 0 and (data := self._read(max(missing, _PIECE))):  # it may give what it has
            parts.append(data)
            missing -= len(data)
        self._data = b"".join(parts)
        if missing > 0:
            self.truncated = len(self._data)
        return missing <= 0

    def _holds_block(self, layout: BlockLayouts, shortest: int = 12) -> bool:
        """Return whether there is all of the block whose first 8 bytes there are; if not, the stream has ended."""
        length = layout.u32.unpack_from(self._data, self._at + 4)[0]
        if length < shortest or length % 4 or length > LONGEST_BLOCK:
            raise self._malformed(f"a block length of {shortest} to {LONGEST_BLOCK}, a multiple of 4", str(length), 4)
        if not self._holds(length):
            return False
        repeated = layout.u32.unpack_from(self._data, self._at + length - 4)[0]
        if repeated != length:
            raise self._malformed(f"the block length {length} again at its end", str(repeated), length - 4)
        return True

    def _malformed(self, expected: str, got: str, within: int = 0) -> CaptureError:
        return CaptureError(
            f"expected {expected}, got {got}, at byte {self._let_go + self._at + within} of {self.name}"
        )


class _Section:
    """What a pcapng section has declared up to now."""

    def __init__(self, layout: BlockLayouts, remarks: tuple[str, ...]) -> None:
        self.layout = layout
        self.remarks = remarks
        self.interfaces: list[Interface] = []
        self.when = 0.0
        """Time of the latest packet: a simple packet block has none of its own."""

    def declare(self, body: bytes) -> Interface:
        """Add the interface that a description block's body tells."""
        description = self.layout.read_interface(body)
        name, ticks_per_second, offset = "", 1_000_000, 0
        for option in description.options:
            if option.code == layouts.IF_NAME:
                name = option.value.rstrip(b"\0").decode("utf-8", "replace")
            elif option.code == layouts.IF_TIME_RESOLUTION and option.value:
                base = 2 if option.value[0] & 0x80 else 10
                ticks_per_second = base ** (option.value[0] & 0x7F)
            elif option.code == layouts.IF_TIME_OFFSET:
                offset = self.layout.signed(option.value) or 0
        interface = Interface(
            name, description.link_type, description.snap_length, ticks_per_second, offset, self.remarks
        )
        self.interfaces.append(interface)
        return interface


def _comments(options: tuple[Option, ...]) -> tuple[str, ...]:
    return tuple(option.value.decode("utf-8", "replace") for option in options if option.code == layouts.COMMENT)


def _is_byte_order(order: ByteOrder, magic: bytes) -> bool:
    return block_layouts(order).u32.pack(layouts.BYTE_ORDER_MAGIC) == magic


def _described(magic: bytes) -> str:
    if not magic:
        return "nothing at all"
    if magic.startswith(b"\x1f\x8b"):
        return "gzip (unpack it first)"
    if magic.isascii() and magic.decode("ascii").strip().isprintable():
        return f"text that begins with {magic.decode('ascii').strip()!r} (`jnlpspy explain --log` reads logs)"
    return f"the bytes {magic.hex(' ')}"
