import struct
from dataclasses import replace

import pytest
from capture import frames
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.capture.link_headers import LINK_TYPES, TcpPacket, tcp_packet

SEGMENT = frames.tcp(40_000, 50_000, 7, 9, frames.ACK, b"data")
V4 = frames.ipv4("10.0.0.1", "10.0.0.2", SEGMENT)
V6 = frames.ipv6(bytes(15) + b"\1", bytes(15) + b"\2", SEGMENT)
PORTS = struct.pack(">HH", 40_000, 50_000)
IN_V4 = TcpPacket(bytes((10, 0, 0, 1, 10, 0, 0, 2)) + PORTS, 7, 9, frames.ACK, b"data", 4)
IN_V6 = TcpPacket(V6[8:40] + PORTS, 7, 9, frames.ACK, b"data", 4)

VLAN = b"\x81\x00\x00\x05"
HEADERS = {
    "ethernet": (1, bytes(12)),
    "ethernet with a VLAN tag": (1, bytes(12) + VLAN),
    "ethernet with two VLAN tags": (1, bytes(12) + b"\x88\xa8\x00\x07" + VLAN),
    "Linux cooked": (113, bytes(14)),
}


@pytest.mark.parametrize(("link_type", "header"), HEADERS.values(), ids=HEADERS)
def test_tcp_is_found_behind_a_type_field(link_type: int, header: bytes) -> None:
    assert tcp_packet(link_type, header + b"\x08\x00" + V4) == IN_V4
    assert tcp_packet(link_type, header + b"\x86\xdd" + V6) == IN_V6
    assert tcp_packet(link_type, header + b"\x08\x06" + V4) is None


def test_tcp_is_found_in_linux_cooked_2() -> None:
    assert tcp_packet(276, b"\x08\x00" + bytes(18) + V4) == IN_V4
    assert tcp_packet(276, b"\x86\xdd" + bytes(18) + V6) == IN_V6
    assert tcp_packet(276, b"\x08\x06" + bytes(18) + V4) is None


@pytest.mark.parametrize("family", [b"\2\0\0\0", b"\0\0\0\2", b"\x18\0\0\0", b"\0\0\0\x1e"])
@pytest.mark.parametrize("link_type", [0, 108])
def test_tcp_is_found_behind_any_loopback_family(link_type: int, family: bytes) -> None:
    assert tcp_packet(link_type, family + V4) == IN_V4
    assert tcp_packet(link_type, family + V6) == IN_V6


@pytest.mark.parametrize("link_type", [101, 12, 14, 228, 229])
def test_tcp_is_found_in_raw_ip(link_type: int) -> None:
    assert tcp_packet(link_type, V4) == IN_V4
    assert tcp_packet(link_type, V6) == IN_V6


def test_other_link_types_and_protocols_are_passed_over() -> None:
    assert tcp_packet(147, V4) is None
    assert 147 not in LINK_TYPES
    assert tcp_packet(101, frames.ipv4("10.0.0.1", "10.0.0.2", SEGMENT, protocol=17)) is None
    assert tcp_packet(101, frames.ipv6(bytes(16), bytes(16), SEGMENT, next_header=17)) is None
    assert tcp_packet(101, b"\x50" + V4[1:]) is None


def test_options_and_padding_are_no_data() -> None:
    segment = frames.tcp(40_000, 50_000, 7, 9, frames.ACK, b"data", options=b"\1\1\1\1" * 3)
    packet = frames.ipv4("10.0.0.1", "10.0.0.2", segment, options=b"\1\1\1\0")
    assert tcp_packet(1, bytes(12) + b"\x08\x00" + packet + b"padding") == IN_V4


@pytest.mark.parametrize("fragment", [0x2000, 1, 0x2001])
def test_fragments_are_passed_over(fragment: int) -> None:
    assert tcp_packet(101, frames.ipv4("10.0.0.1", "10.0.0.2", SEGMENT, fragment=fragment)) is None
    more, offset = fragment >> 13, fragment & 0x1FFF
    header = struct.pack(">BBHI", 6, 0, offset << 3 | more, 1)
    assert tcp_packet(101, frames.ipv6(bytes(16), bytes(16), header + SEGMENT, next_header=44)) is None


def test_tcp_is_found_behind_ipv6_extensions() -> None:
    hop_by_hop = b"\x2b\0" + bytes(6)
    routing = b"\x33\1" + bytes(14)
    authentication = b"\x2c\4" + bytes(22)
    whole_fragment = b"\x3c\0\0\6" + bytes(4)
    destination = b"\6\0" + bytes(6)
    extensions = hop_by_hop + routing + authentication + whole_fragment + destination
    packet = frames.ipv6(V6[8:24], V6[24:40], extensions + SEGMENT, next_header=0)
    assert tcp_packet(101, packet) == IN_V6


def test_a_packet_of_which_only_the_start_was_kept_says_how_long_it_was() -> None:
    assert tcp_packet(101, V4[:-3]) == replace(IN_V4, data=b"d")
    assert tcp_packet(101, V4[:-4]) == replace(IN_V4, data=b"")
    assert tcp_packet(101, V4[:-5]) is None


def test_a_length_of_0_means_that_the_network_card_cuts_the_packet() -> None:
    assert tcp_packet(101, V4[:2] + b"\0\0" + V4[4:]) == IN_V4
    assert tcp_packet(101, V6[:4] + b"\0\0" + V6[6:]) == IN_V6


def test_a_header_that_claims_to_be_longer_than_its_packet_is_no_packet() -> None:
    assert tcp_packet(101, V4[:32] + b"\xf0" + V4[33:]) is None
    assert tcp_packet(101, V4[:32] + b"\x40" + V4[33:]) is None
    assert tcp_packet(101, b"\x44" + V4[1:]) is None


@given(st.sampled_from(sorted(LINK_TYPES)), st.sampled_from([b"", V4[:20], V6[:40]]), st.binary(max_size=120))
def test_no_frame_is_too_strange(link_type: int, start: bytes, rest: bytes) -> None:
    packet = tcp_packet(link_type, start + rest)
    assert packet is None or len(packet.data) <= packet.length
