"""Frames that carry no command, down to their last field."""

import pytest

from jnlpspy.wire.frame_trace import trace_frame
from jnlpspy.wire.websocket import Opcode, write_close, write_frame

MASK = bytes.fromhex("01020304")


@pytest.mark.parametrize("mask", [b"", MASK])
@pytest.mark.parametrize(
    ("wire", "fields"),
    [
        (lambda mask: write_frame(Opcode.PING, b"", mask), [("opcode", "ping, the last"), ("length", "0")]),
        (
            lambda mask: write_close(1001, "Idle Timeout", mask),
            [("opcode", "close, the last"), ("length", "14"), ("code", "1001"), ("reason", "Idle Timeout")],
        ),
        (
            lambda mask: write_frame(3, bytes(300), mask, final=False, reserved=4),
            [("opcode", "opcode 0x3, more follow, reserved bits 100"), ("length", "300"), ("payload", "300 bytes")],
        ),
    ],
)
def test_every_field_of_a_frame_has_its_place(wire: object, fields: list[tuple[str, str]], mask: bytes) -> None:
    assert callable(wire)
    data = wire(mask)
    root = trace_frame(data, 70)
    told = [(leaf.label, leaf.text.removesuffix(", masked")) for leaf in root.leaves()]
    assert [each for each in told if each[0] != "mask"] == fields
    assert ("mask", "01 02 03 04") in told or not mask
    at = 70
    for leaf in root.leaves():
        assert leaf.start == at
        at = leaf.end
    assert at == root.end == 70 + len(data)


@pytest.mark.parametrize("data", [b"", b"\x89", write_frame(9, b"ping")[:-1], write_frame(9) * 2])
def test_what_is_no_whole_frame_is_bad(data: bytes) -> None:
    assert trace_frame(data, 5).bad
