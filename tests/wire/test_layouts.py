import pytest
from feeding import check_reader

from jnlpspy.model.negotiation import Capability, Headers, Mode, Offer, Refused, TransmissionMode
from jnlpspy.model.span import Span
from jnlpspy.wire.frames import read_capability, read_headers, read_verdict
from jnlpspy.wire.handshake import read_offer
from jnlpspy.wire.headers import build_json_headers
from jnlpspy.wire.layouts import (
    ACCEPTED_BYTES,
    ACK_BYTES,
    BYE_BYTES,
    build_capability_frame,
    build_capability_preamble,
    build_chunk_header,
    build_headers_frame,
    build_mode,
    build_offer,
    build_refusal,
    build_utf,
    parse_capability_text,
)
from jnlpspy.wire.preamble import read_preamble

REAL_1FE = b"rO0ABXNyABpodWRzb24ucmVtb3RpbmcuQ2FwYWJpbGl0eQAAAAAAAAABAgABSgAEbWFza3hwAAAAAAAAAf4="


def test_the_fixed_messages_are_those_on_the_wire() -> None:
    assert (ACK_BYTES.hex(), ACCEPTED_BYTES.hex(), BYE_BYTES.hex()) == ("000341434b", "00024f4b", "0003425945")
    assert build_utf("Protocol:JNLP4-connect").hex() == "001650726f746f636f6c3a4a4e4c50342d636f6e6e656374"


def test_built_messages_are_read_as_they_were_built() -> None:
    assert build_offer("Ping").hex() == "000d50726f746f636f6c3a50696e67"
    check_reader(read_offer, build_offer("JNLP4-connect"), Offer("Protocol:JNLP4-connect"))
    check_reader(read_verdict, build_refusal("no"), Refused("no", spans=(Span(9, 11),)))
    check_reader(read_verdict, build_refusal("no", permanent=True), Refused("no", permanent=True, spans=(Span(9, 11),)))
    assert build_refusal("Unknown client name: nope").hex().startswith("00204552524f523a20556e6b6e6f776e")
    headers = build_headers_frame(build_json_headers({"Node-Name": "a1"}))
    check_reader(read_headers, headers, Headers({"Node-Name": "a1"}, "a1"))
    for mode in TransmissionMode:
        check_reader(read_preamble, build_mode(mode), Mode(mode))


def test_a_string_has_at_most_65535_bytes() -> None:
    assert len(build_utf("ä" * 32767)) == 2 + 65534
    with pytest.raises(ValueError, match="65535"):
        build_utf("ä" * 32768)


@pytest.mark.parametrize("mask", [0x1FE, 0xFE, 0, (1 << 63) | 1])
def test_a_capability_is_read_as_it_was_built(mask: int) -> None:
    capability = Capability(mask)
    check_reader(read_capability, build_capability_frame(capability), capability)
    check_reader(read_preamble, build_capability_preamble(capability), capability)


def test_a_capability_is_what_real_peers_send() -> None:
    assert build_capability_frame(Capability(0x1FE)) == b"\0\x54" + REAL_1FE
    assert parse_capability_text(REAL_1FE) == Capability(0x1FE)


@pytest.mark.parametrize("text", [b"", b"!" * 84, REAL_1FE[:-4], REAL_1FE.replace(b"h", b"i"), b"\xff" * 84])
def test_other_text_is_no_capability(text: bytes) -> None:
    assert parse_capability_text(text) is None


def test_a_chunks_header_is_its_length_with_a_bit_for_more() -> None:
    assert build_chunk_header(8192, more=True).hex() == "a000"
    assert build_chunk_header(0x7FFF, more=False).hex() == "7fff"
