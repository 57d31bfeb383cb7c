"""Bytes where a message should be are named for what they are."""

import pytest

from jnlpspy.diagnosis.readable import leaked_text, name_bytes


@pytest.mark.parametrize(
    ("data", "named"),
    [
        (b"corrupted double-linked list\n\xac\xed", "0x636F7272 is the text 'corrupted double-linked list'"),
        (b"\n\n\n\n", "0x0A0A0A0A is empty lines"),
        (b"\r\n\r\nmore\xff", "0x0D0A0D0A is empty lines"),
        (b"HTTP/1.1 502 Bad Gateway", "0x48545450 begins an HTTP answer"),
        (b"\x16\x03\x01\x00", "0x16030100 begins a TLS record"),
        (b"\x00\x01\x02\x03\x04", "0x00010203 is no text"),
        (b"\x00\x01\x02\x03Killed\x00", "0x00010203 is no text; 'Killed' stands behind it"),
        (b"", "0x is no text"),
    ],
)
def test_bytes_are_named(data: bytes, named: str) -> None:
    assert name_bytes(data) == named


def test_text_is_found_among_bytes() -> None:
    assert leaked_text(b"\xac\xedab\x00OpenJDK warning:\n oops\xff") == "OpenJDK warning: oops"
    assert leaked_text(b"abc\x00de") == ""
