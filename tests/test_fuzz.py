"""Any bytes of both sides, in any order and any pieces: never an exception, always the same facts, little memory."""

import re
import tracemalloc
from base64 import b64encode
from random import Random

import pytest
import samples
import sealed
from conversation import AGENT_ADDRESS, CONTROLLER_ADDRESS, check_fragments, decode, told
from hypothesis import given
from hypothesis import strategies as st
from specimens import observations_of, specimen_names
from traffic import AGENT_PIECES, CONTROLLER_PIECES, draw_traffic, mutate

from jnlpspy.connection import Connection
from jnlpspy.decoder import Decoder
from jnlpspy.export.jsonl import format_event
from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.events import ConnectionOpened, Event
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Closed, CloseReason, Observation, Opened, Segment, Side
from jnlpspy.session.tracker import Tracker
from jnlpspy.wire import limits
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.layouts import CAPABILITY_MARK, build_capability_preamble
from jnlpspy.wire.seal import Sealing


def size_of(name: str) -> int:
    return sum(len(each.data) for each in observations_of(name) if isinstance(each, Segment))


SMALL = [name for name in specimen_names() if size_of(name) < 60_000]

KNOWN = {sealed.NAME: Secret(sealed.SECRET)}

spoken = st.lists(
    st.one_of(
        st.tuples(st.just(Side.AGENT), st.one_of(st.binary(max_size=80), st.sampled_from(AGENT_PIECES))),
        st.tuples(st.just(Side.CONTROLLER), st.one_of(st.binary(max_size=80), st.sampled_from(CONTROLLER_PIECES))),
    ),
    max_size=12,
)


def conversation_of(said: list[tuple[Side, bytes]]) -> list[Observation]:
    segments = [Segment(1, float(when), side, data) for when, (side, data) in enumerate(said)]
    return [
        Opened(1, 0.0, AGENT_ADDRESS, CONTROLLER_ADDRESS),
        *segments,
        Closed(1, 99.0, Side.CONTROLLER, CloseReason.EOF),
    ]


def check_printable(events: list[Event]) -> None:
    """Each fact has a line, and can be written in UTF-8."""
    for event in events:
        format_event(event).encode()
        describe_fact(event.fact).encode()


@given(spoken, st.integers())
def test_any_bytes_tell_the_same_in_any_pieces(said: list[tuple[Side, bytes]], seed: int) -> None:
    observations = conversation_of(said)
    events = decode(observations)
    check_printable(events)
    check_fragments(observations, told(events), seed=seed)


@given(st.integers(min_value=0))
def test_plausible_traffic_with_gaps_and_ends_tells_the_same_in_any_pieces(seed: int) -> None:
    random = Random(seed)  # noqa: S311 - drawn by hypothesis
    observations = draw_traffic(random, random.randint(1, 14))
    events = decode(observations, KNOWN)
    check_printable(events)
    check_fragments(observations, told(events), seed=seed, secrets=KNOWN)


JNLP3 = {
    Side.AGENT: (
        sealed.Sealer().headers(),
        b"\0\7Welcome" + sealed.Sealer().response(),
        sealed.Sealer().keys(),
        sealed.ciphered(samples.CAPABILITY_PREAMBLE, samples.BINARY, samples.chunked(samples.RPC, samples.CLOSE)),
    ),
    Side.CONTROLLER: (
        b"Negotiate\n" + sealed.Sealer().answer() + sealed.Sealer().challenge(),
        b"Welcome\n" + sealed.Sealer().cookie(),
        sealed.ciphered(samples.CAPABILITY_PREAMBLE, samples.BINARY, samples.chunked(samples.PING)),
    ),
}
OLD = {
    side: (start + build_capability_preamble(samples.UNCHUNKED) + mode, *map(encode, streams))
    for side, start in (
        (Side.AGENT, samples.offer("JNLP2-connect") + samples.properties(samples.AGENT_HEADERS)),
        (Side.CONTROLLER, b"Welcome\n\n"),
    )
    for mode, encode, streams in (
        (samples.TEXT, b64encode, (b"\xac\xed\0\5", samples.PING[4:], b"y" + samples.RPC[4:])),
    )
}


@given(st.sampled_from([JNLP3, OLD]), st.integers(min_value=0))
def test_closed_and_old_channels_with_damage_tell_the_same_in_any_pieces(
    said: dict[Side, tuple[bytes, ...]], seed: int
) -> None:
    random = Random(seed)  # noqa: S311 - drawn by hypothesis
    left = {side: list(pieces) for side, pieces in said.items()}
    observations: list[Observation] = [Opened(1, 0.0, AGENT_ADDRESS, CONTROLLER_ADDRESS)]
    while any(left.values()):
        side = random.choice([side for side in Side if left[side]])
        observations.append(Segment(1, 0.0, side, left[side].pop(0)))
    if random.random() < 0.7:
        observations = mutate(random, observations)
    observations.append(Closed(1, 99.0, Side.CONTROLLER, CloseReason.EOF))
    events = decode(observations, KNOWN)
    check_printable(events)
    check_fragments(observations, told(events), seed=seed, secrets=KNOWN)


@given(st.sampled_from(SMALL), st.integers(min_value=0))
def test_changed_recordings_are_told_to_their_end(name: str, seed: int) -> None:
    observations = mutate(Random(seed), list(observations_of(name)))  # noqa: S311 - drawn by hypothesis
    events = decode(observations)
    check_printable(events)
    opened = sum(isinstance(each, Opened) for each in observations)
    assert sum(isinstance(event.fact, ConnectionOpened) for event in events) == opened


FLOODS: dict[str, tuple[bytes | None, bytes]] = {
    "an offer without end": (b"", b"\0\xff" + b"x" * 50),
    "before any offer": (None, b"x"),
    "behind an acknowledgement": (samples.offer("JNLP4-connect") + samples.ACK, b"x"),
    "a channel whose peer is silent": (
        samples.offer("JNLP2-connect")
        + samples.properties(samples.AGENT_HEADERS)
        + samples.CAPABILITY_PREAMBLE
        + samples.BINARY,
        b"x",
    ),
    "garbage before a preamble": (samples.offer("JNLP2-connect") + samples.properties(samples.AGENT_HEADERS), b"x"),
    "a capability without end": (
        samples.offer("JNLP2-connect") + samples.properties(samples.AGENT_HEADERS) + CAPABILITY_MARK,
        b"A",
    ),
    "an unknown protocol": (samples.offer("JNLP9-connect"), b"x"),
    "a web request without end": (b"GET / HTTP/1.1\r\n", b"X: y\r\n"),
    "web requests without answers": (b"", b"GET / HTTP/1.1\r\n\r\n"),
    "a web request's body": (b"POST / HTTP/1.1\r\nContent-Length: 999999999\r\n\r\n", b"x"),
    "chunks of a body": (b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n", b"ff\r\n" + b"x" * 257),
    "TLS": (bytes.fromhex("16030100c8"), b"x"),
    "bytes behind JNLP3's headers": (sealed.Sealer().headers(), b"x"),
    "bytes before JNLP3's keys": (sealed.Sealer().headers() + b"\0\7Welcome" + sealed.Sealer().response(), b"\0"),
}


@pytest.mark.parametrize("flood", FLOODS)
def test_memory_is_bounded_whatever_a_side_floods(flood: str) -> None:
    start, repeated = FLOODS[flood]
    side = Side.CONTROLLER if start is None else Side.AGENT
    decoder = Decoder()
    decoder.feed(Opened(1, 0.0, AGENT_ADDRESS, CONTROLLER_ADDRESS))
    decoder.feed(Segment(1, 0.0, side, start or b""))
    segment = Segment(1, 0.0, side, repeated * (64 * 1024 // len(repeated)))
    tracemalloc.start()
    try:
        for _ in range(64):
            decoder.feed(segment)
        kept, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert kept < 3 * limits.WAITING


class CountingQueue(ByteQueue):
    """Counts the bytes that are copied out and searched."""

    touched = 0

    def peek(self, size: int, start: int = 0) -> bytes:
        found = super().peek(size, start)
        CountingQueue.touched += len(found)
        return found

    def take(self, size: int) -> bytes:
        CountingQueue.touched += size
        return super().take(size)

    def search(self, pattern: re.Pattern[bytes], longest: int) -> tuple[int, int] | None:
        before = self._scanned if pattern is self._pattern else 0
        CountingQueue.touched += len(self) - before
        return super().search(pattern, longest)


SLOW = {
    "headers in JSON": samples.offer("JNLP4-plaintext") + samples.ACK + samples.headers({"a": "x" * 60_000}),
    "garbage before a preamble": samples.offer("JNLP2-connect")
    + samples.properties(samples.AGENT_HEADERS)
    + b"x" * 60_000,
    "a router's lines": samples.offer("JNLP4-connect-proxy") + b"a: b\n" * 12_000,
    "a web request": b"GET / HTTP/1.1\r\n" + b"a: b\r\n" * 10_000,
    "a chunked body": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 9_000,
    "an encrypted challenge": sealed.Sealer().headers() * 20,
    "trailers": b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n" + b"a: b\r\n" * 9_000,
}


@pytest.mark.parametrize("message", SLOW)
def test_byte_by_byte_takes_linear_work(message: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("handshake", "http", "chunks"):
        monkeypatch.setattr(f"jnlpspy.wire.{module}.ByteQueue", CountingQueue)
    CountingQueue.touched = 0
    opened = Opened(1, 0.0, AGENT_ADDRESS, CONTROLLER_ADDRESS)
    connection = Connection(opened, iter(range(1_000_000)), Sealing(), Tracker())
    for byte in SLOW[message]:
        list(connection.observe(Segment(1, 0.0, Side.AGENT, bytes((byte,)))))
    assert CountingQueue.touched < 64 * len(SLOW[message])
