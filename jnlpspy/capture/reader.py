"""Packets of a pcap or pcapng stream, one at a time and never reading ahead of the block at hand."""

from collections.abc import Iterator
from dataclasses import dataclass
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
        """Return at most `size` bytes, none only at the end."""


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
        self._stream = stream
        self._offset = 0
        self._packets = self._all_packets()

    def __iter__(self) -> Iterator[Packet]:
        return self._packets

    def __next__(self) -> Packet:
        return next(self._packets)

    def _all_packets(self) -> Iterator[Packet]:
        magic = self._take(4)
        if magic == _SECTION_MAGIC:
            yield from self._pcapng_packets(magic)
        elif magic in _PCAP_MAGICS:
            yield from self._pcap_packets(*_PCAP_MAGICS[magic])
        else:
            raise CaptureError(f"expected pcap or pcapng, got {_described(magic)}, in {self.name}")

    def _pcap_packets(self, order: ByteOrder, ticks_per_second: int) -> Iterator[Packet]:
        layout = block_layouts(order)
        rest = self._take(20)
        if len(rest) < 20:
            raise CaptureError(f"expected a pcap header of 24 bytes, got {4 + len(rest)}, in {self.name}")
        header = layout.read_pcap_header(rest)
        interface = Interface("", header.link_type & _LINK_TYPE_BITS, header.snap_length, ticks_per_second)
        self._offset = 24
        while head := self._take(16):
            if len(head) < 16:
                self.truncated = len(head)
                return
            seconds, fraction, captured, _ = layout.fast_pcap_record.unpack(head)
            if captured > LONGEST_BLOCK:
                raise self._malformed(f"a packet of at most {LONGEST_BLOCK} bytes", f"a length of {captured}")
            data = self._take(captured)
            if len(data) < captured:
                self.truncated = 16 + len(data)
                return
            self._offset += 16 + captured
            yield Packet((seconds * ticks_per_second + fraction) / ticks_per_second, interface, data)

    def _pcapng_packets(self, start: bytes) -> Iterator[Packet]:
        section = self._first_section(start)
        layout, head = section.layout, section.layout.fast_block_head
        while start := self._take(8):
            if start.startswith(_SECTION_MAGIC):
                following = self._section(start)
                if following is None:
                    return
                section, layout, head = following, following.layout, following.layout.fast_block_head
                continue
            if len(start) < 8:
                self.truncated = len(start)
                return
            kind, length = head.unpack(start)
            body = self._body(layout, length, start)
            if body is None:
                return
            if len(body) < SHORTEST_BODY.get(kind, 0):
                raise self._malformed(
                    f"at least {SHORTEST_BODY[kind]} bytes in a block of type {kind}", f"{len(body)} bytes"
                )
            if kind == ENHANCED_PACKET:
                yield self._enhanced_packet(section, body)
            elif kind == layouts.INTERFACE_DESCRIPTION:
                self._declare(section, body)
            elif kind == layouts.DECRYPTION_SECRETS:
                self.keys.add(layout.read_keys(body) or b"")
            elif kind == layouts.SIMPLE_PACKET:
                yield self._simple_packet(section, body)
            elif kind == layouts.OBSOLETE_PACKET:
                yield self._obsolete_packet(section, body)
            self._offset += length

    def _first_section(self, start: bytes) -> "_Section":
        section = self._section(start + self._take(4))
        if section is None:
            raise CaptureError(
                f"expected a whole section header, got the first {self.truncated} bytes of one, in {self.name}"
            )
        return section

    def _section(self, start: bytes) -> "_Section | None":
        """Read a section header of which 8 bytes, or what there is of them, are already taken."""
        magic = self._take(4)
        if len(start) + len(magic) < 12:
            self.truncated = len(start) + len(magic)
            return None
        layout = next((block_layouts(order) for order in ByteOrder if _is_byte_order(order, magic)), None)
        if layout is None:
            raise self._malformed("the byte-order magic 1a2b3c4d", magic.hex(), 8)
        length = layout.u32.unpack_from(start, 4)[0]
        body = self._body(layout, length, start + magic)
        if body is None:
            return None
        if 4 + len(body) < SHORTEST_BODY[layouts.SECTION_HEADER]:
            raise self._malformed("a section header of at least 28 bytes", f"{length} bytes")
        self._offset += length
        return _Section(layout, _comments(layout.read_options(body[12:])))

    def _body(self, layout: BlockLayouts, length: int, start: bytes) -> bytes | None:
        """Return a block's bytes after `start` without the repeated length; None if the file ends before."""
        missing = length - len(start)
        if missing < 4 or length % 4 or length > LONGEST_BLOCK:
            raise self._malformed(
                f"a block length of {len(start) + 4} to {LONGEST_BLOCK}, a multiple of 4", str(length), 4
            )
        rest = self._take(missing)
        if len(rest) < missing:
            self.truncated = len(start) + len(rest)
            return None
        if not rest.endswith(start[4:8]):
            repeated = layout.u32.unpack_from(rest, len(rest) - 4)[0]
            raise self._malformed(f"the block length {length} again at its end", str(repeated), length - 4)
        return rest[:-4]

    def _declare(self, section: "_Section", body: bytes) -> None:
        if len(section.interfaces) == MOST_INTERFACES:
            raise self._malformed(f"at most {MOST_INTERFACES} interfaces", "one more")
        interface = section.declare(body)
        if len(self.interface_names) < MOST_INTERFACES:
            self.interface_names.add(interface.name)

    def _enhanced_packet(self, section: "_Section", body: bytes) -> Packet:
        number, high, low, captured, _ = section.layout.fast_enhanced_packet.unpack_from(body)
        interface = section.interfaces[number] if number < len(section.interfaces) else self._interface(section, number)
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

    def _take(self, count: int) -> bytes:
        """Return `count` bytes, fewer only at the end of the stream."""
        data = self._stream.read(count)
        if len(data) == count or not data:
            return data
        parts = [data]
        missing = count - len(data)
        while missing and (data := self._stream.read(missing)):  # an unbuffered stream gives what it has
            parts.append(data)
            missing -= len(data)
        return b"".join(parts)

    def _malformed(self, expected: str, got: str, within: int = 0) -> CaptureError:
        return CaptureError(f"expected {expected}, got {got}, at byte {self._offset + within} of {self.name}")


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
