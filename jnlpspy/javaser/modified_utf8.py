"""Modified UTF-8 as `java.io.DataInput` defines it: U+0000 in two bytes, beyond U+FFFF as two surrogates."""

import struct

_FOUR_BYTE_LEADS = bytes(range(0xF0, 0x100))
"""Bytes that modified UTF-8 never uses: Java writes two surrogates where UTF-8 writes four bytes."""


def decode_modified_utf8(raw: bytes) -> str:
    """Decode; a surrogate pair becomes its code point, an unpaired surrogate stays.

    Raises:
        UnicodeDecodeError: A byte is out of place, or a form overlong (Java reads these, but nothing writes them).
    """
    if raw.isascii():
        return raw.decode("ascii")
    text = raw.replace(b"\xc0\x80", b"\x00").decode("utf-8", "surrogatepass")
    if len(raw.translate(None, _FOUR_BYTE_LEADS)) != len(raw):
        raise UnicodeDecodeError("modified UTF-8", raw, 0, len(raw), "a character of four bytes")
    if b"\xed" in raw:  # the lead byte of every surrogate
        return text.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")
    return text


def encode_modified_utf8(text: str) -> bytes:
    """Encode any str, unpaired surrogates included."""
    if text.isascii():
        return text.encode("ascii").replace(b"\x00", b"\xc0\x80")
    units = text.encode("utf-16-be", "surrogatepass")
    as_surrogates = "".join(map(chr, struct.unpack(f">{len(units) // 2}H", units)))
    return as_surrogates.encode("utf-8", "surrogatepass").replace(b"\x00", b"\xc0\x80")
