"""A WebSocket session as an agent and a controller open it, and their frames."""

from collections.abc import Iterable
from itertools import count

import samples
from conversation import Conversation

from jnlpspy.model.events import (
    CapabilityAnnounced,
    ChannelEstablished,
    DiscoveryAnswered,
    DiscoveryAsked,
    HandshakeAccepted,
    HeadersSent,
    ProtocolOffered,
)
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Side
from jnlpspy.wire.chunks import CHUNK_SIZE, HEADER_SIZE, write_chunks
from jnlpspy.wire.websocket import FrameReader, Lost, Opcode, Piece, write_frame

CAPABILITY = samples.CAPABILITY_FRAME[2:].decode()
REQUEST = {
    "Node-Name": samples.NAME,
    "Upgrade": "websocket",
    "Connection": "Upgrade",
    "Secret-Key": samples.SECRET,
    "X-Remoting-Capability": CAPABILITY,
}
ANSWER = {
    "X-Remoting-Capability": CAPABILITY,
    "X-Remoting-Minimum-Version": "4.7",
    "Connection-Cookie": samples.COOKIE,
    "Upgrade": "WebSocket",
}
MASKS = tuple(bytes.fromhex(each) for each in ("a1b2c3d4", "00000000", "ac05ed00", "7f80ff01"))
"""The masks that agents' frames have in turn; a real agent draws them by lot."""


def head(first: str, fields: dict[str, str]) -> bytes:
    return "".join([f"{first}\r\n", *(f"{name}: {value}\r\n" for name, value in fields.items()), "\r\n"]).encode()


UPGRADE = head("GET /wsagents/ HTTP/1.1", REQUEST)
SWITCHING = head("HTTP/1.1 101 Switching Protocols", ANSWER)


def messages(side: Side, *commands: bytes, fragments: bool = False) -> bytes:
    """Return commands as messages, a chunk in each; in two fragments, as remoting 4.14 writes them."""
    masks = count()
    wire = b""
    for chunk in (chunk for command in commands for chunk in write_chunks(command)):
        parts = (chunk[:HEADER_SIZE], chunk[HEADER_SIZE:]) if fragments else (chunk,)
        for index, part in enumerate(parts):
            opcode = Opcode.CONTINUATION if index else Opcode.BINARY
            wire += write_frame(opcode, part, mask_of(side, next(masks)), final=index == len(parts) - 1)
    return wire


def mask_of(side: Side, number: int = 0) -> bytes:
    return MASKS[number % len(MASKS)] if side is Side.AGENT else b""


def split_messages(side: Side, chunks: bytes, sizes: Iterable[int]) -> bytes:
    """Return a stream of chunks cut into messages of any sizes."""
    wire, at = b"", 0
    for number, size in enumerate(sizes):
        wire += write_frame(Opcode.BINARY, chunks[at : at + size], mask_of(side, number))
        at += size
    return wire + write_frame(Opcode.BINARY, chunks[at : at + 8 * CHUNK_SIZE], mask_of(side))


def unframed(data: bytes) -> bytes:
    """Return what whole frames say, control frames too."""
    said = b""
    for step in FrameReader(masks=True, gather_controls=False).feed(data):
        assert not isinstance(step, Lost)
        said += step.data if isinstance(step, Piece) else b""
    return said


def upgraded(*, pseudonyms: bool = False) -> Conversation:
    """An agent and a controller have switched to WebSocket."""
    talk = Conversation(pseudonyms=pseudonyms)
    talk.agent(UPGRADE)
    secret, cookie = (Secret(value, pseudonym=pseudonyms) for value in (samples.SECRET, samples.COOKIE))
    talk.expect(
        DiscoveryAsked("GET", "/wsagents/", {**REQUEST, "Secret-Key": secret}),
        ProtocolOffered("WebSocket"),
        HeadersSent({"Node-Name": samples.NAME, "Secret-Key": secret}, samples.NAME, secret),
        CapabilityAnnounced(samples.CAPABILITY),
    )
    talk.controller(SWITCHING)
    talk.expect(
        DiscoveryAnswered(101, {**ANSWER, "Connection-Cookie": cookie}, "/wsagents/"),
        HandshakeAccepted("WebSocket", samples.NAME),
        HeadersSent({"X-Remoting-Minimum-Version": "4.7", "Connection-Cookie": cookie}),
        CapabilityAnnounced(samples.CAPABILITY),
        ChannelEstablished("WebSocket", samples.NAME),
    )
    return talk
