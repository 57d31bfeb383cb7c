import struct

import pytest

from jnlpspy.capture import layouts
from jnlpspy.capture.layouts import ByteOrder, Option, block_layouts


@pytest.mark.parametrize("order", ByteOrder)
@pytest.mark.parametrize(
    ("fast", "declared", "count"),
    [
        ("fast_block_head", "block_head", 2),
        ("fast_enhanced_packet", "enhanced_packet_head", 5),
        ("fast_obsolete_packet", "obsolete_packet_head", 6),
        ("fast_pcap_record", "pcap_record_head", 4),
    ],
)
def test_the_structs_of_the_hot_path_agree_with_the_declarations(
    order: ByteOrder, fast: str, declared: str, count: int
) -> None:
    layout = block_layouts(order)
    compiled: struct.Struct = getattr(layout, fast)
    data = bytes(range(1, compiled.size + 1))
    assert fields_of(getattr(layout, declared), data) == list(compiled.unpack(data))
    assert len(compiled.unpack(data)) == count


@pytest.mark.parametrize(
    ("compiled", "declared"),
    [
        (layouts.FAST_IPV4_HEADER, layouts.IPV4_HEADER),
        (layouts.FAST_IPV6_HEADER, layouts.IPV6_HEADER),
        (layouts.FAST_TCP_HEADER, layouts.TCP_HEADER),
    ],
)
def test_the_structs_of_the_headers_agree_with_the_declarations(compiled: struct.Struct, declared: object) -> None:
    data = bytearray(range(1, compiled.size + 1))
    data[12] = 0x50  # where the declaration of TCP counts its words
    assert fields_of(declared, bytes(data))[: len(compiled.unpack(data))] == list(compiled.unpack(data))


@pytest.mark.parametrize("order", ByteOrder)
def test_options_read_back_up_to_their_end_mark(order: ByteOrder) -> None:
    layout = block_layouts(order)
    written = (Option(1, b"a comment"), Option(4, b"four"), Option(7, b""))
    data = layout.write_options(written)
    assert layout.read_options(data + layout.write_options([Option(1, b"behind the end")])) == written


@pytest.mark.parametrize("cut", range(1, 12))
def test_options_that_are_cut_off_end_before_the_damage(cut: int) -> None:
    layout = block_layouts(ByteOrder.LITTLE)
    data = layout.write_options([Option(1, b"kept"), Option(1, b"damaged")])[:-4]
    assert layout.read_options(data[:-cut]) == (Option(1, b"kept"),)


def fields_of(declared: object, data: bytes) -> list[object]:
    parsed = declared.parse(data)  # type: ignore[attr-defined]  # construct has no types
    return [value for key, value in parsed.items() if not key.startswith("_")]
