"""What the outside of TLS tells: the version and cipher that were chosen, and alerts in the clear. No crypto."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from jnlpspy.model.tap import Side
from jnlpspy.wire.foreign import TLS_ALERT, TLS_HANDSHAKE
from jnlpspy.wire.layouts import parse_server_hello

HEAD_SIZE = 5
ALERT_SIZE = 2

VERSIONS = {0x0300: "SSLv3", 0x0301: "TLSv1", 0x0302: "TLSv1.1", 0x0303: "TLSv1.2", 0x0304: "TLSv1.3"}
"""Named as OpenSSL does."""

CIPHERS = {
    0x1301: "TLS_AES_128_GCM_SHA256",
    0x1302: "TLS_AES_256_GCM_SHA384",
    0x1303: "TLS_CHACHA20_POLY1305_SHA256",
    0xC02F: "ECDHE-RSA-AES128-GCM-SHA256",
    0xC030: "ECDHE-RSA-AES256-GCM-SHA384",
    0xCCA8: "ECDHE-RSA-CHACHA20-POLY1305",
    0xC027: "ECDHE-RSA-AES128-SHA256",
    0xC028: "ECDHE-RSA-AES256-SHA384",
    0xC013: "ECDHE-RSA-AES128-SHA",
    0xC014: "ECDHE-RSA-AES256-SHA",
    0x009E: "DHE-RSA-AES128-GCM-SHA256",
    0x009F: "DHE-RSA-AES256-GCM-SHA384",
    0x009C: "AES128-GCM-SHA256",
    0x009D: "AES256-GCM-SHA384",
    0x003C: "AES128-SHA256",
    0x003D: "AES256-SHA256",
    0x002F: "AES128-SHA",
    0x0035: "AES256-SHA",
}
"""Suites with an RSA key, as every instance identity is; any other is told by its number."""

CLOSE_NOTIFY = "close_notify"

ALERTS = {
    0: CLOSE_NOTIFY,
    10: "unexpected_message",
    20: "bad_record_mac",
    40: "handshake_failure",
    42: "bad_certificate",
    43: "unsupported_certificate",
    45: "certificate_expired",
    46: "certificate_unknown",
    47: "illegal_parameter",
    48: "unknown_ca",
    50: "decode_error",
    51: "decrypt_error",
    70: "protocol_version",
    71: "insufficient_security",
    80: "internal_error",
    86: "inappropriate_fallback",
    112: "unrecognized_name",
}
"""Alert descriptions (RFC 8446, section 6)."""


@dataclass(frozen=True, slots=True)
class TlsChosen:
    """The version and cipher suite that the ServerHello names."""

    version: str
    cipher: str


@dataclass(frozen=True, slots=True)
class TlsAlert:
    """An alert in the clear."""

    side: Side
    description: str


class _Place(Enum):
    RECORDS = "records in the clear"
    ENCRYPTED = "records that stay closed"


class TlsOutside:
    """Watches both sides' records until they are encrypted; never raises on bytes."""

    def __init__(self) -> None:
        self._pending = {side: bytearray() for side in Side}
        self._places = dict.fromkeys(Side, _Place.RECORDS)

    def feed(self, side: Side, data: bytes) -> Iterator[TlsChosen | TlsAlert]:
        """Take bytes one side sent; yield what its records in the clear tell."""
        if self._places[side] is _Place.ENCRYPTED:
            return
        pending = self._pending[side]
        pending += data
        while len(pending) >= HEAD_SIZE and self._places[side] is _Place.RECORDS:
            end = HEAD_SIZE + int.from_bytes(pending[3:HEAD_SIZE], "big")
            if len(pending) < end:
                return
            record = bytes(pending[:end])
            del pending[:end]
            yield from self._read(side, record[0], record[HEAD_SIZE:])
        if self._places[side] is _Place.ENCRYPTED:
            pending.clear()

    def _read(self, side: Side, kind: int, body: bytes) -> Iterator[TlsChosen | TlsAlert]:
        if kind == TLS_ALERT and len(body) == ALERT_SIZE:
            yield TlsAlert(side, ALERTS.get(body[1], f"alert {body[1]}"))
        elif kind == TLS_HANDSHAKE:
            chosen = parse_server_hello(body) if side is Side.CONTROLLER else None
            if chosen is not None:
                version, cipher = chosen
                yield TlsChosen(VERSIONS.get(version, f"{version:#06x}"), CIPHERS.get(cipher, f"{cipher:#06x}"))
        else:
            self._places[side] = _Place.ENCRYPTED
