from base64 import b64encode

import pytest
import samples

from jnlpspy.model.negotiation import Capability, TransmissionMode
from jnlpspy.remoting.transport import open_transport
from jnlpspy.wire.chunks import Block

NEW, OLD = samples.CAPABILITY, samples.UNCHUNKED
BINARY, TEXT = TransmissionMode.BINARY, TransmissionMode.TEXT
CHUNKS, OBJECTS = samples.chunked(samples.RPC), samples.RPC


@pytest.mark.parametrize("mode", [BINARY, TEXT])
@pytest.mark.parametrize(
    ("sender", "receiver", "wire"),
    [
        (NEW, NEW, CHUNKS),
        (NEW, OLD, OBJECTS),
        (OLD, OLD, OBJECTS),
        (OLD, NEW, OBJECTS),
        (OLD, NEW, CHUNKS),
        (NEW, None, CHUNKS),
        (Capability(0), Capability(0), OBJECTS),
    ],
)
def test_commands_travel_as_the_receiver_takes_them(
    mode: TransmissionMode, sender: Capability, receiver: Capability | None, wire: bytes
) -> None:
    text = b64encode(wire) if mode is TEXT else wire
    (block,) = open_transport(10, mode, sender, receiver).feed(text)
    assert block.data == samples.RPC
    assert block.span.end in (10 + len(text), 10 + len(text) - 3)
    pieces = open_transport(10, mode, sender, receiver)
    assert [each for byte in text for each in pieces.feed(bytes((byte,)))] == [block]
    assert pieces.unfinished == 0


def test_an_undecided_sender_counts_what_it_holds_and_may_lose_it() -> None:
    undecided = open_transport(0, BINARY, OLD, NEW)
    assert list(undecided.feed(b"\xac")) == []
    assert undecided.unfinished == 1
    undecided.skip(30)
    found: list[Block] = list(undecided.feed(b"y" + samples.RPC[4:]))
    assert [block.data for block in found] == [samples.RPC]
    assert found[0].span.start == 32
