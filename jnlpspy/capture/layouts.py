"""Construct declarations of pcap and pcapng blocks and of IP and TCP headers, with the structs of the hot path."""

import struct
from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from typing import Any, Final

from construct import (
    Aligned,
    Bytes,
    BytesInteger,
    Const,
    ConstructError,
    GreedyBytes,
    GreedyRange,
    Padding,
    Prefixed,
    Struct,
    this,
)

# pcapng block types (draft-ietf-opsawg-pcapng, section 11.1)
SECTION_HEADER: Final = 0x0A0D0D0A
INTERFACE_DESCRIPTION: Final = 1
OBSOLETE_PACKET: Final = 2
SIMPLE_PACKET: Final = 3
ENHANCED_PACKET: Final = 6
DECRYPTION_SECRETS: Final = 10

SHORTEST_BODY: Final = {
    SECTION_HEADER: 16,
    INTERFACE_DESCRIPTION: 8,
    OBSOLETE_PACKET: 20,
    SIMPLE_PACKET: 4,
    ENHANCED_PACKET: 20,
    DECRYPTION_SECRETS: 8,
}
"""Bytes between the two lengths of a block before anything optional."""

BYTE_ORDER_MAGIC: Final = 0x1A2B3C4D
TLS_KEY_LOG: Final = 0x544C534B

# option codes
END_OF_OPTIONS: Final = 0
COMMENT: Final = 1
USER_APPLICATION: Final = 4
IF_NAME: Final = 2
IF_TIME_RESOLUTION: Final = 9
IF_TIME_OFFSET: Final = 14


class ByteOrder(Enum):
    """The order of a file's or section's numbers; the values are struct's prefixes."""

    LITTLE = "<"
    BIG = ">"


@dataclass(frozen=True, slots=True)
class Option:
    """One option of a block, not padded."""

    code: int
    value: bytes


@dataclass(frozen=True, slots=True)
class InterfaceDescription:
    """The body of an interface description block."""

    link_type: int
    snap_length: int
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True)
class PcapHeader:
    """What a pcap file's header says besides its magic."""

    snap_length: int
    link_type: int


class BlockLayouts:
    """The layouts of one byte order: construct's declarations, and precompiled structs for what comes once a packet."""

    def __init__(self, order: ByteOrder) -> None:
        self.order = order
        u16, u32, u64 = (BytesInteger(size, swapped=order is ByteOrder.LITTLE) for size in (2, 4, 8))
        option = Aligned(4, Struct("code" / u16, "value" / Prefixed(u16, GreedyBytes)))
        self.options = GreedyRange(option)
        self.block_head = Struct("type" / u32, "length" / u32)
        self.section_header = Struct(
            "magic" / Const(BYTE_ORDER_MAGIC, u32),
            "major" / Const(1, u16),
            "minor" / Const(0, u16),
            "section_length" / Const(0xFFFFFFFFFFFFFFFF, u64),  # not known while it is written
            "options" / self.options,
        )
        self.interface_description = Struct(
            "link_type" / u16, Padding(2), "snap_length" / u32, "options" / self.options
        )
        self.enhanced_packet_head = Struct(
            "interface" / u32, "high" / u32, "low" / u32, "captured" / u32, "original" / u32
        )
        self.obsolete_packet_head = Struct(
            "interface" / u16, "drops" / u16, "high" / u32, "low" / u32, "captured" / u32, "original" / u32
        )
        self.decryption_secrets = Struct("kind" / u32, "secrets" / Aligned(4, Prefixed(u32, GreedyBytes)))
        self.pcap_header = Struct(
            "major" / u16, "minor" / u16, "zone" / u32, "accuracy" / u32, "snap_length" / u32, "link_type" / u32
        )
        self.pcap_record_head = Struct("seconds" / u32, "fraction" / u32, "captured" / u32, "original" / u32)

        prefix = order.value
        self.u32: Final = struct.Struct(f"{prefix}I")
        self.fast_block_head: Final = struct.Struct(f"{prefix}II")
        self.fast_enhanced_packet: Final = struct.Struct(f"{prefix}IIIII")
        self.fast_enhanced_block: Final = struct.Struct(f"{prefix}II IIIII")
        self.fast_obsolete_packet: Final = struct.Struct(f"{prefix}HHIIII")
        self.fast_pcap_record: Final = struct.Struct(f"{prefix}IIII")
        self.fast_option_head: Final = struct.Struct(f"{prefix}HH")
        self.fast_interface: Final = struct.Struct(f"{prefix}HxxI")
        self._signed64: Final = struct.Struct(f"{prefix}q")

    def read_options(self, data: bytes) -> tuple[Option, ...]:
        """Return the options before the end-of-options mark; what is malformed ends them."""
        found: list[Option] = []
        at = 0
        while at + 4 <= len(data):
            code, length = self.fast_option_head.unpack_from(data, at)
            value, end = data[at + 4 : at + 4 + length], at + 4 + length + -length % 4
            if code == END_OF_OPTIONS or end > len(data):
                break
            found.append(Option(code, value))
            at = end
        return tuple(found)

    def read_interface(self, body: bytes) -> InterfaceDescription:
        """Return an interface description from a body of at least 8 bytes."""
        link_type, snap_length = self.fast_interface.unpack_from(body)
        return InterfaceDescription(link_type, snap_length, self.read_options(body[8:]))

    def read_pcap_header(self, data: bytes) -> PcapHeader:
        """Return the 20 bytes after a pcap file's magic."""
        head = self.pcap_header.parse(data)
        return PcapHeader(int(head.snap_length), int(head.link_type))

    def signed(self, value: bytes) -> int | None:
        """Return the 64-bit signed number that fills an option's value."""
        return int(self._signed64.unpack(value)[0]) if len(value) == self._signed64.size else None

    def write_section_header(self, options: Iterable[Option]) -> bytes:
        """Return a section header block."""
        return self.block(SECTION_HEADER, self.section_header.build({"options": _listed(options)}))

    def write_interface(self, interface: InterfaceDescription) -> bytes:
        """Return an interface description block."""
        fields: dict[str, Any] = {
            "link_type": interface.link_type,
            "snap_length": interface.snap_length,
            "options": _listed(interface.options),
        }
        return self.block(INTERFACE_DESCRIPTION, self.interface_description.build(fields))

    def write_keys(self, text: bytes) -> bytes:
        """Return a decryption secrets block with lines of a TLS key log."""
        return self.block(DECRYPTION_SECRETS, self.decryption_secrets.build({"kind": TLS_KEY_LOG, "secrets": text}))

    def read_keys(self, body: bytes) -> bytes | None:
        """Return the lines of a TLS key log in a decryption secrets block; None if it holds other secrets."""
        try:
            found = self.decryption_secrets.parse(body)
        except ConstructError:
            return None  # its length is wrong
        return bytes(found.secrets) if found.kind == TLS_KEY_LOG else None

    def write_options(self, options: Iterable[Option]) -> bytes:
        """Return options with their end mark."""
        return bytes(self.options.build(_listed(options)))

    def block(self, kind: int, body: bytes) -> bytes:
        """Return a block around a body whose length is a multiple of four."""
        length = 12 + len(body)
        return self.fast_block_head.pack(kind, length) + body + self.u32.pack(length)


@cache
def block_layouts(order: ByteOrder) -> BlockLayouts:
    """Return the layouts of a byte order."""
    return BlockLayouts(order)


def _listed(options: Iterable[Option]) -> list[dict[str, Any]]:
    fields = [{"code": option.code, "value": option.value} for option in options]
    return [*fields, {"code": END_OF_OPTIONS, "value": b""}]


U8, U16, U32 = (BytesInteger(size) for size in (1, 2, 4))

IPV4_HEADER: Final = Struct(
    "version_and_words" / U8,
    "service" / U8,
    "length" / U16,
    "identification" / U16,
    "fragment" / U16,
    "hops" / U8,
    "protocol" / U8,
    "checksum" / U16,
    "source" / Bytes(4),
    "destination" / Bytes(4),
)
IPV6_HEADER: Final = Struct(
    "version_class_flow" / U32,
    "payload_length" / U16,
    "next_header" / U8,
    "hops" / U8,
    "source" / Bytes(16),
    "destination" / Bytes(16),
)
TCP_HEADER: Final = Struct(
    "source_port" / U16,
    "destination_port" / U16,
    "sequence" / U32,
    "acknowledgement" / U32,
    "words_and_reserved" / U8,
    "flags" / U8,
    "window" / U16,
    "checksum" / U16,
    "urgent" / U16,
    "options" / Bytes((this.words_and_reserved >> 4) * 4 - 20),
)

FAST_IPV4_HEADER: Final = struct.Struct(">BBHHHBBH4s4s")
FAST_IPV6_HEADER: Final = struct.Struct(">IHBB16s16s")
FAST_TCP_HEADER: Final = struct.Struct(">HHIIBBHHH")
FAST_IPV4_WITH_TCP: Final = struct.Struct(">BxH2xHxB2x12sIIBB")
"""Of an IPv4 header without options and the TCP header behind it: what tells where the data belongs."""
