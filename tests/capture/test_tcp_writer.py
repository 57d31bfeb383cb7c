import struct
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.capture.addresses import flow_of
from jnlpspy.capture.link_headers import ACK, RAW_IP, TcpPacket, tcp_packet
from jnlpspy.capture.tcp_writer import ACKNOWLEDGE_EVERY, LONGEST_DATA, IpPacket, RecordedConnection
from jnlpspy.model.tap import Address, Side

V4 = (Address("10.1.2.3", 40_000), Address("10.3.2.1", 50_000))
V6 = (Address("fe80::1:2", 40_000), Address("2001:db8::ffff", 50_000))
MIXED = (Address("127.0.0.1", 40_000), Address("::1", 50_000))


def connection(ends: tuple[Address, Address] = V4, first: int = 1000) -> RecordedConnection:
    return RecordedConnection(flow_of(*ends), flow_of(ends[1], ends[0]), first)


def parsed(packets: Iterable[IpPacket]) -> list[TcpPacket]:
    found = [tcp_packet(RAW_IP, packet.headers + packet.data) for packet in packets]
    return [packet for packet in found if packet is not None]


def ones_complement(data: bytes) -> int:
    """The textbook sum of RFC 1071, word by word; 0xffff over data that contains a right checksum."""
    total: int = sum(word for (word,) in struct.iter_unpack(">H", data + bytes(len(data) % 2)))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


@given(st.sampled_from([V4, V6, MIXED]), st.integers(0, 0xFFFFFFFF), st.binary(max_size=700))
def test_checksums_are_right(ends: tuple[Address, Address], first: int, data: bytes) -> None:
    one = connection(ends, first)
    for packet in [*one.open(), *one.send(Side.AGENT, data), *one.end(Side.CONTROLLER), one.reset(Side.AGENT)]:
        whole = packet.headers + packet.data
        header = 20 if whole[0] >> 4 == 4 else 40
        if header == 20:
            assert ones_complement(whole[:20]) == 0xFFFF
        pseudo = whole[header - (8 if header == 20 else 32) : header] + struct.pack(">II", len(whole) - header, 6)
        assert ones_complement(pseudo + whole[header:]) == 0xFFFF


@pytest.mark.parametrize("data", [b"", b"\0" * 9, b"\xff" * 9, b"\xff" * 10, b"\xff" * LONGEST_DATA])
def test_checksums_are_right_at_the_ends_of_ones_complement(data: bytes) -> None:
    (packet, *_) = connection().send(Side.AGENT, data)
    whole = packet.headers + packet.data
    pseudo = whole[12:20] + struct.pack(">II", len(whole) - 20, 6)
    assert ones_complement(pseudo + whole[20:]) == 0xFFFF


def test_numbers_wrap_and_stay_consistent() -> None:
    one = connection(first=0xFFFFFFFF - 100)
    parsed(one.open())
    (first,) = parsed(one.send(Side.AGENT, bytes(60)))
    (second,) = parsed(one.send(Side.AGENT, bytes(60)))
    (third,) = parsed(one.send(Side.AGENT, b"x"))
    (answer,) = parsed(one.send(Side.CONTROLLER, b"y"))
    assert first.sequence == 0xFFFFFFFF - 99
    assert second.sequence == (first.sequence + 60) & 0xFFFFFFFF
    assert third.sequence == 20
    assert answer.acknowledgement == 21


def test_long_data_is_split_and_the_silent_side_acknowledges_now_and_then() -> None:
    one = connection()
    parsed(one.open())
    data = bytes(range(256)) * (ACKNOWLEDGE_EVERY // 256)
    *parts, last = parsed(one.send(Side.AGENT, data))
    assert b"".join(part.data for part in parts) == data
    assert max(part.length for part in parts) == LONGEST_DATA
    assert (last.flags, last.length) == (ACK, 0)
    assert last.acknowledgement == parts[-1].sequence + parts[-1].length
    assert len(parsed(one.send(Side.AGENT, b"more"))) == 1
