import io
import os
import struct
from contextlib import suppress

import pytest
from capture import frames
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.capture.reader import LONGEST_BLOCK, Packet, read_packets
from jnlpspy.errors import CaptureError


def packets_in(data: bytes) -> list[Packet]:
    return list(read_packets(io.BytesIO(data), "a test"))


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize(("nano", "when"), [(False, 1700000000.123456), (True, 1700000000.1234567)])
def test_pcap_is_read_in_both_byte_orders_and_resolutions(order: str, when: float, *, nano: bool) -> None:
    first, second = packets_in(frames.pcap([(when, b"one"), (when + 1, b"")], order=order, nano=nano, link_type=1))
    assert (first.data, second.data) == (b"one", b"")
    assert first.when == pytest.approx(when, abs=1e-7)
    assert first.interface.link_type == 1


def test_the_frame_check_sequence_in_a_pcap_header_is_no_part_of_the_link_type() -> None:
    (packet,) = packets_in(frames.pcap([(1.0, b"one")], link_type=0x5000_0001))
    assert packet.interface.link_type == 1


@pytest.mark.parametrize("order", ["<", ">"])
def test_pcapng_is_read_in_both_byte_orders(order: str) -> None:
    data = (
        frames.section(order, ["secrets=kept", "second"])
        + frames.interface("decrypted", order=order, link_type=101, snap=77)
        + frames.enhanced(1_700_000_000_123_456, b"12345", order=order, comments=["one", "two"])
    )
    (packet,) = packets_in(data)
    assert packet.data == b"12345"
    assert packet.when == 1_700_000_000.123456
    assert packet.comments == ("one", "two")
    assert packet.interface.name == "decrypted"
    assert packet.interface.link_type == 101
    assert packet.interface.snap_length == 77
    assert packet.interface.remarks == ("secrets=kept", "second")


def test_each_section_has_its_own_byte_order_and_interfaces() -> None:
    data = b"".join(
        frames.section(order) + frames.interface(name, order=order) + frames.enhanced(1, name.encode(), order=order)
        for order, name in (("<", "first"), (">", "second"), ("<", "third"))
    )
    assert [(packet.interface.name, packet.data) for packet in packets_in(data)] == [
        ("first", b"first"),
        ("second", b"second"),
        ("third", b"third"),
    ]


@pytest.mark.parametrize(
    ("resolution", "ticks", "when"),
    [(0, 5, 5.0), (6, 1_500_000, 1.5), (9, 1_700_000_000_123_456_789, 1_700_000_000.1234568), (0x80 | 10, 1536, 1.5)],
)
def test_times_count_in_what_the_interface_says(resolution: int, ticks: int, when: float) -> None:
    options = frames.option(9, bytes((resolution,))) + frames.option(14, struct.pack("<q", 100))
    data = frames.section() + frames.interface(options=options) + frames.enhanced(ticks, b"")
    assert [packet.when for packet in packets_in(data)] == [100 + when]


def test_an_offset_may_be_negative_and_damaged_options_are_passed_over() -> None:
    options = frames.option(14, struct.pack("<q", -10)) + frames.option(9, b"") + frames.option(14, b"short")
    data = frames.section() + frames.interface(options=options) + frames.enhanced(15_000_000, b"")
    assert [packet.when for packet in packets_in(data)] == [15.0]


def test_simple_packets_have_the_time_of_the_packet_before_and_end_at_the_snap_length() -> None:
    simple = frames.block(3, struct.pack("<I", 9) + b"12345678")
    whole = frames.block(3, struct.pack("<I", 3) + b"123")
    data = frames.section() + frames.interface(snap=8) + frames.enhanced(2_000_000, b"") + simple + whole
    assert [(packet.when, packet.data) for packet in packets_in(data)[1:]] == [(2.0, b"12345678"), (2.0, b"123")]


def test_obsolete_packets_are_read() -> None:
    obsolete = frames.block(2, struct.pack("<HHIIII", 0, 7, 0, 3_000_000, 5, 5) + b"12345")
    data = frames.section() + frames.interface() + obsolete
    assert [(packet.when, packet.data) for packet in packets_in(data)] == [(3.0, b"12345")]


def test_blocks_of_other_types_are_passed_over() -> None:
    others = b"".join(frames.block(kind, b"whatever") for kind in (4, 5, 9, 10, 0xBAD, 0x80000001))
    data = frames.section() + others + frames.interface() + others + frames.enhanced(1, b"12") + others
    assert [packet.data for packet in packets_in(data)] == [b"12"]


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "expected pcap or pcapng, got nothing at all, in a test"),
        (b"\x00\x01\x02\x03\x04", "expected pcap or pcapng, got the bytes 00 01 02 03, in a test"),
        (b"\nINFO: Handshaking", r"got text that begins with 'INF' \(`jnlpspy explain --log` reads logs\), in a test"),
        (b"\x1f\x8b\x08\x00", r"expected pcap or pcapng, got gzip \(unpack it first\), in a test"),
        (frames.pcap([])[:23], "expected a pcap header of 24 bytes, got 23, in a test"),
        (frames.section()[:11], "expected a whole section header, got the first 11 bytes of one, in a test"),
        (frames.section()[:4], "expected a whole section header, got the first 4 bytes of one, in a test"),
        (frames.section()[:-1], "expected a whole section header, got the first 27 bytes of one, in a test"),
        (frames.section()[:8] + bytes(20), "expected the byte-order magic 1a2b3c4d, got 00000000, at byte 8 of a test"),
        (frames.block(0x0A0D0D0A, b"\x4d\x3c\x2b\x1a"), "expected a section header of at least 28 bytes, got 16 bytes"),
        (frames.section() + bytes(12), "expected a block length of 12 to .*, got 0, at byte 32 of a test"),
        (frames.section() + struct.pack("<II", 5, 18), "expected a block length .* multiple of 4, got 18, at byte 32"),
        (frames.section() + struct.pack("<II", 5, LONGEST_BLOCK + 4), "expected a block length of 12 to 67108864"),
        (frames.section() + frames.block(5, b"")[:-4] + b"\0\0\0\1", "block length 12 again at its end, got 16777216"),
        (frames.section() + frames.block(1, b"1234"), "at least 8 bytes in a block of type 1, got 4 bytes, at byte 28"),
        (frames.section() + frames.enhanced(1, b""), "expected one of 0 declared interfaces, got number 0, at byte 36"),
        (
            frames.section() + frames.interface() + frames.block(6, struct.pack("<IIIII", 0, 0, 1, 9, 9) + b"12345678"),
            "expected at most 8 captured bytes, got 9, at byte 68 of a test",
        ),
        (
            frames.pcap([]) + struct.pack("<IIII", 1, 1, LONGEST_BLOCK + 1, 1),
            "expected a packet of at most 67108864 bytes, got a length of 67108865, at byte 24 of a test",
        ),
    ],
)
def test_what_is_no_capture_is_told_with_expected_got_and_where(data: bytes, message: str) -> None:
    with pytest.raises(CaptureError, match=message):
        packets_in(data)


def test_packets_before_damage_are_read() -> None:
    reader = read_packets(io.BytesIO(frames.pcapng([b"one", b"two"]) + bytes(12)))
    assert [next(reader).data, next(reader).data] == [b"one", b"two"]
    with pytest.raises(CaptureError):
        next(reader)


@pytest.mark.parametrize(
    "whole",
    [
        frames.pcap([(1.0, b"packet one"), (2.0, b"packet two"), (3.0, b"")], link_type=1),
        frames.pcapng([b"packet one", b"packet two"]) + frames.section(">") + frames.interface(order=">")
        + frames.enhanced(9, b"three", order=">", comments=["x"]),
    ],
    ids=["pcap", "pcapng"],
)  # fmt: skip
def test_a_capture_cut_off_anywhere_reads_back_to_its_last_whole_block(whole: bytes) -> None:
    expected = packets_in(whole)
    ends: list[int] = []
    for length in range(24 if whole[0] == 0xD4 else 28, len(whole) + 1):
        reader = read_packets(io.BytesIO(whole[:length]))
        found = list(reader)
        assert found == expected[: len(found)]
        assert reader.truncated == 0 or whole[: length - reader.truncated] in {whole[:end] for end in ends}
        if not reader.truncated:
            ends.append(length)
    assert ends[-1] == len(whole)
    assert found == expected


def test_a_packet_comes_as_soon_as_its_block_is_complete() -> None:
    whole = frames.pcapng([b"one", b"two"])
    read_end, write_end = os.pipe()
    with open(read_end, "rb") as stream, open(write_end, "wb", buffering=0) as pipe:  # noqa: PTH123 - descriptors
        reader = read_packets(stream)
        second = len(whole) - 36
        pipe.write(whole[:second])
        assert next(reader).data == b"one"  # would block for ever if it read on
        pipe.write(whole[second:])
        assert next(reader).data == b"two"


def test_a_stream_that_gives_much_is_asked_seldom() -> None:
    class Counted(io.BytesIO):
        asked = 0

        def read1(self, size: int | None = -1, /) -> bytes:
            self.asked += 1
            return super().read1(-1 if size is None else size)

    stream = Counted(frames.pcapng([bytes(1000)] * 1000))
    assert [len(packet.data) for packet in read_packets(stream)] == [1000] * 1000
    assert stream.asked < 20


def test_a_stream_that_gives_a_byte_at_a_time_is_read_the_same() -> None:
    class Dripping(io.BytesIO):
        def read(self, size: int | None = -1, /) -> bytes:
            return super().read(min(size or 0, 1))

    whole = frames.pcapng([b"one", b"two"])
    assert list(read_packets(Dripping(whole))) == packets_in(whole)


@given(st.binary(max_size=300), st.sampled_from([b"", frames.section(), frames.pcap([])]))
def test_any_bytes_are_read_or_refused(data: bytes, start: bytes) -> None:
    with suppress(CaptureError):
        packets_in(start + data)


@given(st.data())
def test_a_damaged_capture_is_read_or_refused(data: st.DataObject) -> None:
    whole = bytearray(
        frames.pcapng([b"packet one", b"packet two"]) + frames.interface("two") + frames.enhanced(5, b"x")
    )
    for _ in range(data.draw(st.integers(1, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    with suppress(CaptureError):
        assert len(packets_in(bytes(whole))) <= 6
