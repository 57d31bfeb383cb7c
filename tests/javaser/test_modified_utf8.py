"""Strings as `DataOutput.writeUTF` encodes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.javaser.modified_utf8 import decode_modified_utf8, encode_modified_utf8

TEXT = st.text(st.characters(codec=None), max_size=8)
"""Any characters, unpaired surrogates too."""

ENCODED = [
    ("", ""),
    ("a", "61"),
    ("\0", "c080"),
    ("\x7f\x80", "7fc280"),
    ("\u07ff\u0800", "dfbfe0a080"),
    ("\uffff", "efbfbf"),
    ("\U00010000", "eda080edb080"),
    ("\U0010ffff", "edafbfedbfbf"),
    ("\ud800", "eda080"),
    ("\udc00\ud800", "edb080eda080"),
]


@pytest.mark.parametrize(("text", "encoded"), ENCODED)
def test_text_and_bytes_are_each_other_s_form(text: str, encoded: str) -> None:
    assert encode_modified_utf8(text).hex() == encoded
    assert decode_modified_utf8(bytes.fromhex(encoded)) == text


@pytest.mark.parametrize(
    "raw", [b"\x80", b"\xc3", b"\xe2\x82", b"\xc1\x81", b"\xe0\x81\x81", b"\xf0\x9f\x98\x80", b"\xe2\xc0\x80"]
)
def test_bytes_out_of_place_are_refused(raw: bytes) -> None:
    with pytest.raises(UnicodeDecodeError):
        decode_modified_utf8(raw)


@given(TEXT)
def test_any_string_survives_modified_utf8(text: str) -> None:
    encoded = encode_modified_utf8(text)
    assert b"\0" not in encoded
    joined = text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")
    assert decode_modified_utf8(encoded) == joined


@given(st.binary(max_size=12))
def test_what_modified_utf8_accepts_is_what_it_writes(raw: bytes) -> None:
    try:
        text = decode_modified_utf8(raw)
    except UnicodeDecodeError:
        return
    assert encode_modified_utf8(text) == raw.replace(b"\0", b"\xc0\x80")
