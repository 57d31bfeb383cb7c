"""Names what answers on a port by its first bytes: Jenkins in its own words, or whatever stands in its place."""

import re
from dataclasses import dataclass
from enum import Enum
from typing import Final

from jnlpspy.wire.layouts import ACK_BYTES
from jnlpspy.wire.readers import describe_bytes


class Answerer(Enum):
    """Who answers."""

    JENKINS = "the agent port of a Jenkins"
    """The hello page, `Ping`, an acknowledgement."""
    REFUSAL = "a refusal in Jenkins' words"
    HTTP = "an HTTP server"
    TLS = "a TLS server"
    SSH = "an SSH server"
    PROXY_HEADER = "a PROXY header"
    SILENCE = "nobody"
    UNKNOWN = "something else"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came, and from whom."""

    by: Answerer
    text: str
    """In words, the telling part of it quoted."""


_HELLO: Final = re.compile(rb"HTTP/1\.0 200 OK\r\n.*^Jenkins-Agent-Protocols: ", re.DOTALL | re.MULTILINE)
_REFUSALS: Final = (b"Unknown protocol:", b"Disabled protocol:", b"Unrecognized protocol:")
_STATUS: Final = re.compile(rb"HTTP/\d(?:\.\d)? ?(\d{3})?[^\r\n]*")
_HTML: Final = re.compile(rb"<(?:!doctype html|html|title)\b", re.IGNORECASE)
_LOGIN: Final = re.compile(rb"type=['\"]?password|\blog ?in\b|\bsign ?in\b", re.IGNORECASE)
_TLS_KINDS: Final = {0x15: "a TLS alert", 0x16: "a TLS handshake"}
_LONGEST_LINE: Final = 100


def name_answer(data: bytes) -> Answer:
    """Return who sent these bytes; none at all are an answer too."""
    if not data:
        return Answer(Answerer.SILENCE, "the connection was closed without a byte")
    if data.startswith(ACK_BYTES):
        return Answer(Answerer.JENKINS, "acknowledged")
    if data.rstrip() == b"Ping":
        return Answer(Answerer.JENKINS, "Ping")
    if _HELLO.match(data):
        return Answer(Answerer.JENKINS, "the hello page of an agent port")
    line = _line(data)
    if data.startswith(_REFUSALS):
        return Answer(Answerer.REFUSAL, line)
    if status := _STATUS.match(data):
        page = describe_page(data)
        shown = _line(status[0])
        return Answer(Answerer.HTTP, f"an HTTP server answers: {shown}{f', {page}' if page else ''}")
    if data.startswith(b"SSH-"):
        return Answer(Answerer.SSH, f"an SSH server answers: {line}")
    if data[0] in _TLS_KINDS and data[1:2] == b"\x03":
        return Answer(Answerer.TLS, f"a TLS server answers: {_TLS_KINDS[data[0]]} ({data[:5].hex()})")
    if data.startswith((b"PROXY ", b"\r\n\r\n\0\r\nQUIT\n")):
        return Answer(Answerer.PROXY_HEADER, "a PROXY header comes back, as load balancers send it")
    return Answer(Answerer.UNKNOWN, f"what answers is not Jenkins: {describe_bytes(data[:24])}")


def describe_page(data: bytes) -> str:
    """Return what kind of page it is; "" if it is none of note."""
    if not _HTML.search(data):
        return ""
    title = re.search(rb"<title>\s*([^<]{1,80})", data, re.IGNORECASE)
    named = f" titled {title[1].decode('utf-8', 'replace').strip()!r}" if title else ""
    return f"an HTML {'login ' if _LOGIN.search(data) else ''}page{named}"


def hello_values(data: bytes) -> dict[str, str]:
    """Return what the hello page says, by its own keys."""
    body = data.partition(b"\r\n\r\n")[2].decode("latin-1")
    return dict(line.split(": ", 1) for line in body.splitlines() if ": " in line)


def _line(data: bytes) -> str:
    text = data[:_LONGEST_LINE].decode("latin-1").splitlines()[0]
    return "".join(each if each.isprintable() else "?" for each in text)
