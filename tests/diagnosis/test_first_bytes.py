"""Bytes in hex are named: whose beginning, or text, or neither."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.diagnosis.first_bytes import LONGEST, name_bytes, name_hex

HTTP = "http-instead-of-agent-protocol"
TLS = "tls-instead-of-agent-protocol"
OTHER = "other-protocol-on-agent-port"


@pytest.mark.parametrize(
    ("digits", "words", "rule"),
    [
        ("0x485454502f", "web server", HTTP),
        ("3c68746d6c", "web page", HTTP),
        ("15 03 03", "TLS alert", TLS),
        ("16:03:01", "TLS handshake", TLS),
        ("0x5353482d32", "SSH server", OTHER),
        ("0x556e6b6e6f", "Unknown protocol", "unknown-protocol"),
        ("0x4469736162", "Disabled protocol", "protocol-disabled"),
        ("0x50524f5859", "PROXY", "proxy-protocol-header"),
        ("0d0a0d0a000d0a515549540a", "version 2", "proxy-protocol-header"),
        ("636F7272", "corrupted", ""),
        ("0A0A0A0A", "blank lines", ""),
        ("ACED0005", "Java object stream", ""),
        ("000341434b", "acknowledgement of JNLP4", ""),
        ("44657361", "text", OTHER),
        ("5a591b1911", "neither text", ""),
    ],
)
def test_known_beginnings_are_named(digits: str, words: str, rule: str) -> None:
    named = name_hex(digits)
    assert named is not None
    assert words in named.words
    assert named.rule == rule


def test_bytes_are_shown_with_their_text() -> None:
    assert name_bytes(b"HTTP/").shown == '48 54 54 50 2f "HTTP/"'
    assert name_bytes(b'ab"\n').shown == '61 62 22 0a "ab\\"\\n"'
    assert name_bytes(b"\x15\x03").shown == "15 03"


@pytest.mark.parametrize("digits", ["", "0x", "zz", "123", "0x48545"])
def test_what_are_no_bytes_is_not_named(digits: str) -> None:
    assert name_hex(digits) is None


@given(st.binary(min_size=1, max_size=3 * LONGEST))
def test_any_bytes_are_named(data: bytes) -> None:
    named = name_hex(data.hex())
    assert named is not None
    assert named.shown.isascii()
    assert named.shown.isprintable()
