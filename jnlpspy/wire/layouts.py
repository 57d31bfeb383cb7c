"""construct declarations of the fixed records before and around a channel; peers build what the decoder parses."""

import base64
from functools import lru_cache
from typing import Any

from construct import (
    Adapter,
    BitsInteger,
    BitStruct,
    Bytes,
    Const,
    ConstructError,
    Flag,
    GreedyBytes,
    GreedyRange,
    If,
    Int8ub,
    Int16ub,
    Int24ub,
    Int64ub,
    Optional,
    Prefixed,
    Select,
    Struct,
    Switch,
    Terminated,
)
from construct import Mapping as ConstructMapping

from jnlpspy.model.negotiation import Capability, TransmissionMode


class _Utf8(Adapter):  # type: ignore[misc] # construct is untyped
    """Bytes as text; bytes that are no UTF-8 survive as escapes."""

    def _decode(self, obj: bytes, _context: Any, _path: Any) -> str:
        return obj.decode("utf-8", "backslashreplace")

    def _encode(self, obj: str, _context: Any, _path: Any) -> bytes:
        return obj.encode("utf-8", "surrogatepass")


UTF = Prefixed(Int16ub, _Utf8(GreedyBytes))
"""A string behind its length in two bytes: every JNLP4 frame, and writeUTF of text in the basic plane."""

OFFER_PREFIX = b"Protocol:"

PROTOCOL_OFFER = Prefixed(Int16ub, Struct("prefix" / Const(OFFER_PREFIX), "protocol" / _Utf8(GreedyBytes)))
"""The agent's first string (hudson.TcpSlaveAgentListener)."""

CONNECTION_HEADERS = Prefixed(Int16ub, GreedyBytes)
"""JNLP4's headers, in JSON (ConnectionHeadersFilterLayer)."""

REFUSALS = {False: b"ERROR: ", True: b"FATAL: "}
"""What a refusal begins with, by whether it is permanent; anything else accepts."""

VERDICT_REFUSED = Prefixed(
    Int16ub, Struct("permanent" / ConstructMapping(Bytes(7), REFUSALS), "reason" / _Utf8(GreedyBytes))
)
"""JNLP4's refusal of the other's headers (ConnectionHeadersFilterLayer)."""

ACK = Prefixed(Int16ub, Const(b"ACK"))
"""JNLP4's acknowledgement (AckFilterLayer)."""

VERDICT_ACCEPTED = Prefixed(Int16ub, Const(b"OK"))
"""JNLP4's acceptance of the other's headers (ConnectionHeadersFilterLayer)."""

BYE = Prefixed(Int16ub, Const(b"BYE"))
"""JNLP4's answer to a refusal."""

CAPABILITY_OBJECT = Struct(
    "head" / Const(bytes.fromhex("aced0005 73 72 001a") + b"hudson.remoting.Capability"),
    "suid" / Const(1, Int64ub),
    "fields" / Const(bytes.fromhex("02 0001 4a 0004") + b"mask" + bytes.fromhex("78 70")),
    "mask" / Int64ub,
    Terminated,
)
"""A serialized hudson.remoting.Capability: binary form, 62 bytes."""

CAPABILITY_MARK = b"<===[JENKINS REMOTING CAPACITY]===>"
CAPABILITY_TEXT_SIZE = 84
"""Base64 of the 62 bytes of `CAPABILITY_OBJECT`."""

MODES = {
    TransmissionMode.BINARY: b"\0\0\0\0",
    TransmissionMode.TEXT: b"<===[HUDSON TRANSMISSION BEGINS]===>",
}
"""What each transmission mode is announced with (hudson.remoting.Channel.Mode)."""


TRANSMISSION_MODE = Select(*(Const(pattern) for pattern in MODES.values()))
"""The classic channel's transmission mode."""


class _CapabilityText(Adapter):  # type: ignore[misc] # construct is untyped
    """Base64 of `CAPABILITY_OBJECT`."""

    def _decode(self, obj: bytes, _context: Any, _path: Any) -> Capability:
        return Capability(mask=CAPABILITY_OBJECT.parse(base64.b64decode(obj, validate=True)).mask)

    def _encode(self, obj: Capability, _context: Any, _path: Any) -> bytes:
        return base64.b64encode(CAPABILITY_OBJECT.build({"mask": obj.mask}))


CAPABILITY_TEXT = _CapabilityText(Bytes(CAPABILITY_TEXT_SIZE))
"""The capability as every transport carries it: base64."""

CAPABILITY_FRAME = Prefixed(Int16ub, CAPABILITY_TEXT)
"""JNLP4's capability (ChannelApplicationLayer)."""

CAPABILITY_PREAMBLE = Struct("mark" / Const(CAPABILITY_MARK), "capability" / CAPABILITY_TEXT)
"""The classic channel's capability (hudson.remoting.Capability.writePreamble)."""

CHUNK_HEADER = BitStruct("more" / Flag, "length" / BitsInteger(15))
"""Two bytes before each chunk (hudson.remoting.ChunkHeader)."""

FRAME_LENGTH_16, FRAME_LENGTH_64 = 126, 127
"""Lengths that say that the real one follows in so many bits."""

FRAME_HEAD = Struct(
    "bits"
    / BitStruct(
        "final" / Flag,
        "reserved" / BitsInteger(3),
        "opcode" / BitsInteger(4),
        "masked" / Flag,
        "length" / BitsInteger(7),
    ),
    "length" / Switch(lambda this: this.bits.length, {FRAME_LENGTH_16: Int16ub, FRAME_LENGTH_64: Int64ub}),
    "mask" / If(lambda this: this.bits.masked, Bytes(4)),
)
"""What stands before a WebSocket frame's payload (RFC 6455, section 5.2)."""


def build_utf(text: str) -> bytes:
    """Return a string behind its length; more than 65,535 bytes raise ValueError."""
    try:
        return bytes(UTF.build(text))
    except ConstructError as error:
        raise ValueError(f"expected text of at most 65535 bytes, got {len(text)} characters") from error


def build_offer(protocol: str) -> bytes:
    """Return the agent's first string."""
    return bytes(PROTOCOL_OFFER.build({"protocol": protocol}))


def build_headers_frame(headers: bytes) -> bytes:
    """Return JNLP4's headers behind their length."""
    return bytes(CONNECTION_HEADERS.build(headers))


def build_refusal(reason: str, *, permanent: bool = False) -> bytes:
    """Return JNLP4's refusal."""
    return bytes(VERDICT_REFUSED.build({"permanent": permanent, "reason": reason}))


def build_mode(mode: TransmissionMode) -> bytes:
    """Return the classic channel's transmission mode."""
    return bytes(TRANSMISSION_MODE.build(MODES[mode]))


@lru_cache(maxsize=100)  # there are few, and every session says two
def parse_capability_text(text: bytes) -> Capability | None:
    """Return the capability in its base64 form, or None if these bytes are none."""
    try:
        capability = CAPABILITY_TEXT.parse(text)
    except (ConstructError, ValueError):
        return None
    return capability if isinstance(capability, Capability) else None


def build_capability_frame(capability: Capability) -> bytes:
    """Return JNLP4's capability frame."""
    return bytes(CAPABILITY_FRAME.build(capability))


def build_capability_preamble(capability: Capability) -> bytes:
    """Return the classic channel's capability with its mark."""
    return bytes(CAPABILITY_PREAMBLE.build({"capability": capability}))


def build_chunk_header(length: int, *, more: bool) -> bytes:
    """Return a chunk's header; `length` 0..32767."""
    return bytes(CHUNK_HEADER.build({"more": more, "length": length}))


def build_frame_head(opcode: int, length: int, mask: bytes = b"", *, final: bool = True, reserved: int = 0) -> bytes:
    """Return a WebSocket frame's head, its length in as few bytes as can be; a mask has 4 bytes, or none."""
    short = length if length < FRAME_LENGTH_16 else FRAME_LENGTH_16 if length < 1 << 16 else FRAME_LENGTH_64
    bits = {"final": final, "reserved": reserved, "opcode": opcode, "masked": bool(mask), "length": short}
    return bytes(FRAME_HEAD.build({"bits": bits, "length": length, "mask": mask or None}))


ACK_BYTES = bytes(ACK.build(None))
ACCEPTED_BYTES = bytes(VERDICT_ACCEPTED.build(None))
BYE_BYTES = bytes(BYE.build(None))

TLS_RECORD = Struct("kind" / Int8ub, "version" / Int16ub, "body" / Prefixed(Int16ub, GreedyBytes))
"""A TLS record (RFC 8446, section 5.1)."""

SERVER_HELLO = Struct(
    "kind" / Const(2, Int8ub),
    "body"
    / Prefixed(
        Int24ub,
        Struct(
            "version" / Int16ub,
            "random" / Bytes(32),
            "session" / Prefixed(Int8ub, GreedyBytes),
            "cipher" / Int16ub,
            "compression" / Int8ub,
            "extensions"
            / Optional(
                Prefixed(Int16ub, GreedyRange(Struct("kind" / Int16ub, "body" / Prefixed(Int16ub, GreedyBytes))))
            ),
        ),
    ),
)
"""A ServerHello at the head of a handshake record (RFC 8446, section 4.1.3; RFC 5246, section 7.4.1.3)."""

SUPPORTED_VERSIONS = 43
"""The extension that says TLS 1.3 (RFC 8446, section 4.2.1)."""


def parse_server_hello(handshake: bytes) -> tuple[int, int] | None:
    """Return the version and cipher suite a ServerHello chooses, as numbers; None if these bytes are none."""
    try:
        hello = SERVER_HELLO.parse(handshake).body
    except ConstructError:
        return None
    versions = [each.body for each in hello.extensions or () if each.kind == SUPPORTED_VERSIONS]
    version = int.from_bytes(versions[0], "big") if versions else hello.version
    return version, hello.cipher
