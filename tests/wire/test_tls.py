"""What TLS shows from outside: a version, a cipher, an alert; and bytes of any kind harm nobody."""

import ssl
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.model.tap import Side
from jnlpspy.net.identity import create_identity
from jnlpspy.wire.layouts import TLS_RECORD
from jnlpspy.wire.tls import TlsAlert, TlsChosen, TlsOutside

Said = list[tuple[Side, bytes]]


def handshake(version: ssl.TLSVersion) -> Said:
    """Return what two real TLS endpoints say to each other."""
    offering = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    offering.check_hostname = False
    offering.verify_mode = ssl.CERT_NONE
    offering.maximum_version = version
    wires = {side: (ssl.MemoryBIO(), ssl.MemoryBIO()) for side in Side}
    ends = {
        Side.AGENT: offering.wrap_bio(*wires[Side.AGENT]),
        Side.CONTROLLER: create_identity().agent_leg_context().wrap_bio(*wires[Side.CONTROLLER], server_side=True),
    }
    said: Said = []
    for _ in range(4):
        for side in Side:
            with suppress(ssl.SSLWantReadError):
                ends[side].do_handshake()
            data = wires[side][1].read()
            wires[side.peer][0].write(data)
            said.append((side, data))
    return said


def told(said: Said, size: int = 1 << 20) -> list[TlsChosen | TlsAlert]:
    outside = TlsOutside()
    return [
        each
        for side, data in said
        for start in range(0, len(data), size)
        for each in outside.feed(side, data[start : start + size])
    ]


def test_tls_1_3_is_recognised_by_its_extension() -> None:
    assert told(handshake(ssl.TLSVersion.TLSv1_3)) == [TlsChosen("TLSv1.3", "TLS_AES_256_GCM_SHA384")]


def test_tls_1_2_is_recognised_by_its_hello() -> None:
    (chosen,) = told(handshake(ssl.TLSVersion.TLSv1_2))
    assert isinstance(chosen, TlsChosen)
    assert chosen.version == "TLSv1.2"
    assert chosen.cipher.startswith("ECDHE-RSA-")


def test_any_split_tells_the_same() -> None:
    said = handshake(ssl.TLSVersion.TLSv1_3)
    assert told(said, 1) == told(said, 7) == told(said)


def test_an_alert_in_the_clear_is_named() -> None:
    alert = TLS_RECORD.build({"kind": 0x15, "version": 0x0303, "body": b"\x02\x46"})
    assert told([(Side.CONTROLLER, alert)]) == [TlsAlert(Side.CONTROLLER, "protocol_version")]
    odd = TLS_RECORD.build({"kind": 0x15, "version": 0x0303, "body": b"\x02\xee"})
    assert told([(Side.AGENT, odd)]) == [TlsAlert(Side.AGENT, "alert 238")]


def test_an_unknown_version_and_cipher_are_numbers() -> None:
    body = b"\x7f\x1c" + bytes(32) + b"\0" + b"\xfa\xfa" + b"\0"
    hello = b"\x02" + len(body).to_bytes(3, "big") + body
    record = TLS_RECORD.build({"kind": 0x16, "version": 0x0303, "body": hello})
    assert told([(Side.CONTROLLER, record)]) == [TlsChosen("0x7f1c", "0xfafa")]


def test_nothing_is_read_once_records_are_encrypted() -> None:
    encrypted = TLS_RECORD.build({"kind": 0x14, "version": 0x0303, "body": b"\x01"})
    alert = TLS_RECORD.build({"kind": 0x15, "version": 0x0303, "body": b"\x02\x46"})
    assert told([(Side.AGENT, encrypted), (Side.AGENT, alert)]) == []


@given(st.lists(st.tuples(st.sampled_from(Side), st.binary(max_size=300))))
def test_any_bytes_are_harmless(said: Said) -> None:
    told(said)


@given(st.binary(max_size=200))
def test_any_server_hello_is_harmless(body: bytes) -> None:
    told([(Side.CONTROLLER, TLS_RECORD.build({"kind": 0x16, "version": 0x0303, "body": body}))])
