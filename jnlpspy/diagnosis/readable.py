"""Text that leaked where none belongs: what bytes say to a human eye."""

import re

_RUN = re.compile(rb"[\t\r\n\x20-\x7e]{4,}")

_BEGINNINGS = (
    (b"HTTP/", "an HTTP answer"),
    (b"SSH-", "an SSH banner"),
    (b"\x16\x03", "a TLS record"),
    (b"\x15\x03", "a TLS alert"),
    (b"PROXY ", "a PROXY protocol header"),
)


def leaked_text(data: bytes) -> str:
    """Return the first run of text in bytes, line ends as spaces; "" if there is none of four characters."""
    found = _RUN.search(data)
    return " ".join(found.group().decode("ascii").split()) if found else ""


def name_bytes(data: bytes) -> str:
    """Return what bytes are, in words: their first four as Java prints them, and what they mean."""
    head = f"0x{data[:4].hex().upper()}"
    known = next((name for start, name in _BEGINNINGS if data.startswith(start)), "")
    text = leaked_text(data)
    if known:
        return f"{head} begins {known}"
    if text and data[: len(text)].decode("latin-1").strip()[:4] == text[:4]:
        return f"{head} is the text {text[:60]!r}"
    if data and not data[:4].strip(b"\r\n"):
        return f"{head} is empty lines"
    return f"{head} is no text" + (f"; {text[:60]!r} stands behind it" if text else "")
