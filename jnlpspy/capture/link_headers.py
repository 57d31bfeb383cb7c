"""From a captured frame to its TCP packet: Ethernet, Linux cooked, loopback and raw IP, then IPv4 and IPv6."""

from typing import Final

from jnlpspy.capture.layouts import FAST_IPV4_WITH_TCP, FAST_TCP_HEADER
from jnlpspy.model.noun import noun

FIN: Final = 0x01
SYN: Final = 0x02
RST: Final = 0x04
PSH: Final = 0x08
ACK: Final = 0x10

RAW_IP: Final = 101
"""LINKTYPE_RAW: the packet starts with its IP header."""

_NULL: Final = 0
_ETHERNET: Final = 1
_LOOP: Final = 108
_LINUX_COOKED: Final = 113
_IPV4: Final = 228
_IPV6: Final = 229
_LINUX_COOKED_2: Final = 276

_VLAN_TAGS: Final = (b"\x81\x00", b"\x88\xa8", b"\x91\x00")
_IP_TYPES: Final = (b"\x08\x00", b"\x86\xdd")

_FIXED_HEADERS: Final = {
    RAW_IP: 0,
    12: 0,  # DLT_RAW, as BSDs number it
    14: 0,  # the same on OpenBSD
    _IPV4: 0,
    _IPV6: 0,
    _NULL: 4,  # an address family that has another number on each system: the IP version tells enough
    _LOOP: 4,
}
_PROTOCOL_FIELDS: Final = {_ETHERNET: (12, 14), _LINUX_COOKED: (14, 16), _LINUX_COOKED_2: (0, 20)}
"""Where the Ethernet type stands, and where the header ends."""

LINK_TYPES: Final = frozenset((*_FIXED_HEADERS, *_PROTOCOL_FIELDS))
"""The link types whose packets are understood."""

_TCP: Final = 6
_PLAIN_IPV4: Final = 0x45
"""First byte of an IPv4 header without options."""
_FRAGMENT_BITS: Final = 0x3FFF
"""More fragments, or an offset."""
_FRAGMENT: Final = 44
_AUTHENTICATION: Final = 51
_IPV6_EXTENSIONS: Final = frozenset((0, 43, 60, 135, _AUTHENTICATION, _FRAGMENT))  # hop-by-hop, routing, options


@noun()
class TcpPacket:
    """One TCP packet."""

    flow: bytes
    """Source and destination address, source and destination port: 12 bytes for IPv4, 36 for IPv6."""
    sequence: int
    acknowledgement: int
    flags: int
    data: bytes
    length: int
    """Bytes that were sent; more than `data` if the capture kept only the start of packets."""


def tcp_packet(link_type: int, frame: bytes) -> TcpPacket | None:
    """Return the TCP packet in a frame; None for anything else, for fragments and for what is cut before its data."""
    start = _FIXED_HEADERS.get(link_type)
    if start is None:
        start = _after_protocol_field(link_type, frame)
        if start is None:
            return None
    if len(frame) - start < 40:
        return None
    version_and_words, total, fragment, protocol, flow, sequence, acknowledgement, words, flags = (
        FAST_IPV4_WITH_TCP.unpack_from(frame, start)
    )
    if version_and_words == _PLAIN_IPV4:  # nearly every packet
        if protocol != _TCP or fragment & _FRAGMENT_BITS:
            return None
        data, end = start + 20 + (words >> 4) * 4, start + total if total else len(frame)
        if data < start + 40 or data > end:
            return None
        return TcpPacket(flow, sequence, acknowledgement, flags, frame[data:end], end - data)
    if version_and_words >> 4 == 4:
        return _in_ipv4(frame, start, (version_and_words & 15) * 4)
    if version_and_words >> 4 == 6:
        return _in_ipv6(frame, start)
    return None


def _after_protocol_field(link_type: int, frame: bytes) -> int | None:
    field, end = _PROTOCOL_FIELDS.get(link_type, (0, 0))
    if not end:
        return None
    kind = frame[field : field + 2]
    while kind in _VLAN_TAGS:
        kind = frame[end + 2 : end + 4]
        end += 4
    return end if kind in _IP_TYPES else None


def _in_ipv4(frame: bytes, start: int, header_length: int) -> TcpPacket | None:
    more_fragments_or_offset = (frame[start + 6] << 8 | frame[start + 7]) & _FRAGMENT_BITS
    if frame[start + 9] != _TCP or more_fragments_or_offset or header_length < 20:
        return None
    total = frame[start + 2] << 8 | frame[start + 3]  # 0 where the network card cuts what the kernel sends whole
    end = start + total if total else len(frame)
    return _tcp(frame, frame[start + 12 : start + 20], start + header_length, end)


def _in_ipv6(frame: bytes, start: int) -> TcpPacket | None:
    payload = frame[start + 4] << 8 | frame[start + 5]
    end = start + 40 + payload if payload else len(frame)
    kind, at = frame[start + 6], start + 40
    while kind in _IPV6_EXTENSIONS:
        if at + 8 > len(frame) or (kind == _FRAGMENT and (frame[at + 2] or frame[at + 3] & 0xF9)):
            return None
        words = frame[at + 1]
        following = frame[at]
        at += 8 if kind == _FRAGMENT else (words + 2) * 4 if kind == _AUTHENTICATION else (words + 1) * 8
        kind = following
    return _tcp(frame, frame[start + 8 : start + 40], at, end) if kind == _TCP else None


def _tcp(frame: bytes, addresses: bytes, at: int, end: int) -> TcpPacket | None:
    if at + 20 > len(frame):
        return None
    _, _, sequence, acknowledgement, words, flags, _, _, _ = FAST_TCP_HEADER.unpack_from(frame, at)
    data = at + (words >> 4) * 4
    if data < at + 20 or data > end:
        return None
    return TcpPacket(addresses + frame[at : at + 4], sequence, acknowledgement, flags, frame[data:end], end - data)
