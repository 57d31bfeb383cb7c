"""Named wire samples: what real sides send, to be put together into conversations."""

from collections.abc import Mapping

from javaser.samples import VECTORS

from jnlpspy.javaser.building import java_class
from jnlpspy.model.commands import CloseCommand, Command, Response, UserRequest
from jnlpspy.model.java import JavaObject
from jnlpspy.model.negotiation import Capability, TransmissionMode
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.nested import Loaders, exception_response, normal_response
from jnlpspy.remoting.throwables import EXCEPTION, java_throwable
from jnlpspy.wire.chunks import write_chunks
from jnlpspy.wire.headers import build_json_headers
from jnlpspy.wire.layouts import (
    ACCEPTED_BYTES,
    ACK_BYTES,
    BYE_BYTES,
    MODES,
    build_capability_frame,
    build_capability_preamble,
    build_utf,
)
from jnlpspy.wire.properties import format_properties

NAME = "agent-1"
SECRET = "e2b8b6d96050672320a0e0c97ca9bddd5f40250c67d6f30940b6e9adc81dd727"
COOKIE = "01254d8d57bc7a6e25ca6d7b8ff39a501d20fa57c52e47ebe08f4aea91973692"

ACK, OK, BYE = ACK_BYTES, ACCEPTED_BYTES, BYE_BYTES
CAPABILITY = Capability(0x1FE)
UNCHUNKED = Capability(0x0E)
CAPABILITY_FRAME = build_capability_frame(CAPABILITY)
CAPABILITY_PREAMBLE = build_capability_preamble(CAPABILITY)
BINARY, TEXT = MODES[TransmissionMode.BINARY], MODES[TransmissionMode.TEXT]

PING, PING_ANSWER, CLOSE = VECTORS["user request"], VECTORS["response"], VECTORS["close"]
RPC, CANCEL, UNEXPORT = VECTORS["rpc request"], VECTORS["cancel"], VECTORS["unexport"]

AGENT_HEADERS = {"Node-Name": NAME, "Secret-Key": SECRET}
CONTROLLER_HEADERS = {"JnlpAgentProtocol.cookie": COOKIE}


def offer(protocol: str) -> bytes:
    return build_utf(f"Protocol:{protocol}")


def frame(content: bytes) -> bytes:
    return len(content).to_bytes(2, "big") + content


def headers(fields: Mapping[str, str]) -> bytes:
    """JNLP4's connection headers."""
    return frame(build_json_headers(fields))


def properties(fields: Mapping[str, str]) -> bytes:
    """JNLP2's and JNLP3's headers."""
    return build_utf(format_properties(dict(fields), "Sun Nov 22 10:25:12 UTC 2026"))


def error(reason: str) -> bytes:
    return build_utf(f"ERROR: {reason}")


def chunked(*blocks: bytes) -> bytes:
    return b"".join(chunk for block in blocks for chunk in write_chunks(block))


def request(number: int, callable_stream: bytes, *, name: str = "work@1") -> bytes:
    """A UserRequest, chunked."""
    return command(UserRequest(id=number, request=callable_stream, to_string=name))


def returned(number: int) -> bytes:
    """A Response with null, chunked."""
    return command(Response(id=number, return_value=normal_response(None, Loaders(1))))


def threw(number: int, exception: str, message: str) -> bytes:
    """A Response with an exception, chunked."""
    return command(Response(id=number, return_value=exception_response(throwable(exception, message), Loaders(1))))


def command(sent: Command) -> bytes:
    """Any command, chunked."""
    return chunked(build_command(sent))


def close() -> bytes:
    return command(CloseCommand())


def callable_stream() -> bytes:
    """What the recorded ping carries: a `hudson.remoting.PingThread$Ping`."""
    start = PING.index(b"\xac\xed\0\x05", 4)
    return PING[start : start + 62]


def throwable(exception: str, message: str) -> JavaObject:
    return java_throwable(java_class(exception, superclass=EXCEPTION), message)
