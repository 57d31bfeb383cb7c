"""Names bytes that a message shows in hex: whose first bytes they are, and which rule that points to."""

import re
from dataclasses import dataclass

LONGEST = 64
"""Bytes that are looked at."""


@dataclass(frozen=True, slots=True)
class NamedBytes:
    """What some bytes are."""

    hex: str
    words: str
    rule: str = ""
    """The rule that they point to where the agent protocol was expected; "" if none in particular."""

    @property
    def shown(self) -> str:
        """The bytes, two digits each, and as text if there is some in them."""
        data = bytes.fromhex(self.hex)
        text = f' "{printable(data)}"' if sum(0x20 <= byte < 0x7F for byte in data) >= 3 else ""
        return f"{data.hex(' ')}{text}"


_HTTP = "http-instead-of-agent-protocol"
_TLS = "tls-instead-of-agent-protocol"
_OTHER = "other-protocol-on-agent-port"
_PROXY = "proxy-protocol-header"

_SERVICES: tuple[tuple[bytes, str], ...] = (
    (b"SSH-", "an SSH server"),
    (b"220 ", "a mail or FTP server"),
    (b"220-", "a mail or FTP server"),
    (b"+OK", "a POP3 server"),
    (b"* OK ", "an IMAP server"),
    (b"-ERR", "a Redis or POP3 server"),
    (b"RFB 0", "a VNC server"),
    (b"AMQP", "a message broker (AMQP)"),
    (b"\x05\xff", "a SOCKS proxy that refuses"),
    (b"\x05\x00", "a SOCKS proxy"),
    (b"<?xml", "something that sends XML"),
    (b"<", "something that sends HTML"),
)
"""What else listens on ports, by how it begins to answer."""

_KNOWN: tuple[tuple[bytes, str, str], ...] = (
    (b"\x00\x03ACK", "the acknowledgement of JNLP4", ""),
    (b"HTTP/", "a web server or an HTTP proxy answers", _HTTP),
    (b"<html", "a web page without a head: a web server or an HTTP proxy answers", _HTTP),
    (b"<HTML", "a web page without a head: a web server or an HTTP proxy answers", _HTTP),
    (b"<!DOC", "a web page without a head: a web server or an HTTP proxy answers", _HTTP),
    (b"Unkno", "the controller says `Unknown protocol:`", "unknown-protocol"),
    (b"Disab", "the controller says `Disabled protocol:`", "protocol-disabled"),
    (b"Unrec", "the controller says `Unrecognized protocol:`: it did not get what the agent sent", "stream-corrupted"),
    (b"Welco", "the controller says `Welcome`: it took an older protocol than JNLP4", "unknown-protocol"),
    (b"Negot", "the controller says `Negotiate`: it took JNLP3-connect", "unknown-protocol"),
    (b"PROXY ", "a PROXY protocol header: a load balancer puts it before the stream", _PROXY),
    (b"PROXY", "a PROXY protocol header: a load balancer puts it before the stream", _PROXY),
    (b"\r\n\r\n\x00", "a PROXY protocol header, version 2: a load balancer puts it before the stream", _PROXY),
    (b"\x15\x03", "a TLS alert: the port speaks TLS from its first byte and did not like what came", _TLS),
    (b"\x16\x03", "a TLS handshake: the port speaks TLS from its first byte", _TLS),
    (b"\x14\x03", "TLS, its change of ciphers", _TLS),
    (b"\x17\x03", "TLS, encrypted data", _TLS),
    (b"\xac\xed\x00\x05", "the beginning of a Java object stream: a channel's command, too early or too late", ""),
    (b"\xac\xed", "the beginning of a Java object stream: a channel's command, too early or too late", ""),
    (b"<===[", "the beginning of a channel's preamble: a Jenkins process, and another way of connecting", ""),
    (b"GET ", "an HTTP request", _HTTP),
    (b"POST", "an HTTP request", _HTTP),
    (b"HEAD ", "an HTTP request", _HTTP),
    (b"CONNE", "an HTTP request (CONNECT)", _HTTP),
    (b"\x00\x16Pr", "an agent's offer of a protocol", ""),
    (b"\x00\x15Pr", "an agent's offer of a protocol", ""),
    (b"Proto", "an agent's offer of a protocol without its length", ""),
    (b"\xca\xfe\xba\xbe", "a Java class file", ""),
    (b"PK\x03\x04", "a jar or zip file", ""),
    (b"\x1f\x8b", "gzip: something on the way compresses", ""),
    (b"\xef\xbb\xbf", "a byte order mark of UTF-8, put there by an editor or a shell", ""),
    (b"\xff\xfe", "a byte order mark of UTF-16: the text went through Windows tools", ""),
    (b"\x00\x00\x00\x00", "zeros: the mark of binary transmission, or an empty block", ""),
    (b"corr", "text of a native library (`corrupted ...`): the process was dying and wrote into the stream", ""),
    (b"\n\n\n\n", "blank lines: something prints into the stream", ""),
    (b"\r\n\r\n", "blank lines: something prints into the stream", ""),
    (b"    ", "spaces: something prints into the stream", ""),
    (b"\tat ", "a Java stack trace: something prints into the stream", ""),
    (b"Exce", "a Java exception's text: something prints into the stream", ""),
    (b"java", "Java's own text: something prints into the stream", ""),
    (b"Pick", "`Picked up JAVA_TOOL_OPTIONS`: Java prints it into the stream", ""),
    (b"[ERR", "a log line: something prints into the stream", ""),
    (b"INFO", "a log line: something prints into the stream", ""),
    (b"WARN", "a log line: something prints into the stream", ""),
)
"""The beginning, what it is, and the rule it points to; what begins alike stands longest first."""


def name_hex(digits: str) -> NamedBytes | None:
    """Return what bytes given in hex are; None if these are no bytes."""
    digits = re.sub(r"^0[xX]|[\s:]", "", digits[: 3 * LONGEST])
    try:
        data = bytes.fromhex(digits[: 2 * LONGEST])
    except ValueError:
        return None
    return name_bytes(data) if data else None


def name_bytes(data: bytes) -> NamedBytes:
    """Return what bytes are: whose beginning, or text, or neither."""
    for start, words, rule in _KNOWN:
        if data.startswith(start):
            return NamedBytes(data.hex(), words, rule)
    service = service_of(data)
    if service is not None:
        return NamedBytes(data.hex(), f"{service} answers", _OTHER)
    if _is_text(data):
        return NamedBytes(data.hex(), "text: a program prints it, or a server of another kind greets", _OTHER)
    return NamedBytes(data.hex(), "neither text nor a protocol known here: changed on the way, encrypted or binary")


def service_of(answer: bytes) -> str | None:
    """Return what answers like that where something else than Jenkins listens; None if it is not known."""
    return next((service for start, service in _SERVICES if answer.startswith(start)), None)


def printable(data: bytes) -> str:
    """Return bytes as text, with escapes for what cannot be shown."""
    return data.decode("latin-1").encode("unicode_escape").decode("ascii").replace('"', '\\"')


def _is_text(data: bytes) -> bool:
    return sum(0x20 <= byte < 0x7F or byte in b"\r\n\t" for byte in data) >= len(data) - (len(data) >= 4)
