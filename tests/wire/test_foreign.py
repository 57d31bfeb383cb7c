import pytest

from jnlpspy.model.negotiation import Foreign
from jnlpspy.wire.foreign import recognize_foreign


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (b"GET / HTTP/1.1\r\n", "HTTP"),
        (b"CONNECT host:1 HTTP/1.1\r\n", "HTTP"),
        (b"PRI * HTTP/2.0\r\n", "HTTP"),
        (b"SSH-2.0-x\r\n", "SSH"),
        (b"PROXY TCP4 1 2 3 4\r\n", "PROXY protocol"),
        (b"\r\n\r\n\0\r\nQUIT\n!", "PROXY protocol"),
        (bytes.fromhex("16030100c8"), "TLS"),
        (bytes.fromhex("1503030002"), "TLS"),
    ],
)
def test_a_foreign_protocol_is_known_by_its_first_bytes_and_not_before(data: bytes, kind: str) -> None:
    told = [recognize_foreign(data[:size]) for size in range(1, len(data) + 1)]
    decided = told.index(Foreign(kind))
    assert told == [None] * decided + [Foreign(kind)] * (len(told) - decided)


@pytest.mark.parametrize("data", [b"\0\x16Protocol:", b"GEX", b"\x16\x02\x00", b"\x16\x03{", b"\r\n\r\n\0x"])
def test_other_bytes_are_no_foreign_protocol_we_know(data: bytes) -> None:
    assert recognize_foreign(data) is False
