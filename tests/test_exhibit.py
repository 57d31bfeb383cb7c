"""One event of a capture, found again with its bytes."""

from collections.abc import Iterable

import pytest
import samples
import sealed
from conversation import decode
from facts import AGENT, CONTROLLER, SECRET, WHEN
from over_websocket import SWITCHING, UPGRADE, mask_of, unframed
from specimens import observations_of, secrets_of, specimen_names

from jnlpspy.decoder import Decoder
from jnlpspy.exhibit import Excerpt, find_exhibit
from jnlpspy.model.commands import OutputStreamChunk
from jnlpspy.model.events import CallStarted, CapabilityAnnounced, CommandSent, Event
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import FrameSent
from jnlpspy.model.span import Form, Span
from jnlpspy.model.tap import Address, Gap, Observation, Opened, Segment
from jnlpspy.remoting.anatomy import dissect
from jnlpspy.remoting.build import build_command
from jnlpspy.wire.layouts import CAPABILITY_MARK, build_chunk_header
from jnlpspy.wire.websocket import Opcode, write_frame

REQUEST = b"GET / HTTP/1.1\r\nHost: a\r\n\r\n"
OPENED = Opened(1, WHEN, Address("10.0.0.5", 51020), Address("10.0.0.2", 8080))


def test_every_command_of_every_specimen_is_taken_apart_where_it_stands() -> None:
    for name in specimen_names():
        streams: dict[tuple[int, object], bytearray] = {}
        decoder = Decoder()
        events: list[Event] = []
        for each in observations_of(name):
            events += decoder.feed(each)
            if isinstance(each, Segment):
                streams.setdefault((each.connection, each.sender), bytearray()).extend(each.data)
        for event in events:
            if isinstance(event.fact, CommandSent) and event.span is not None and event.side is not None:
                data = bytes(streams[event.connection, event.side][event.span.start : event.span.end])
                span = event.span
                if event.decoded is not None and event.decoded.form is Form.FRAMES:
                    span = event.decoded.span
                    data = unframed(data)[event.decoded.lead :]
                    assert len(data) == len(span)
                root = dissect(data, span.start).root
                at = span.start
                for leaf in root.leaves():
                    assert (leaf.start, leaf.bad) == (at, False)
                    at = leaf.end
                assert at == span.end


@pytest.mark.parametrize("seq", [1, 2, 3, 8, 9, 12, 15, 40])
def test_an_event_comes_with_the_bytes_of_its_span(seq: int) -> None:
    name = "3.33-JNLP4-connect-workload"
    exhibit = find_exhibit(lambda: observations_of(name), seq)
    assert exhibit is not None
    assert exhibit.event.seq == seq
    assert len(exhibit.data) == (0 if exhibit.event.span is None else len(exhibit.event.span))
    assert (exhibit.root is None) == (exhibit.event.span is None)


@pytest.mark.parametrize("parts", [(400,), (3, 60), (2, 0, 1, 500)])
def test_a_command_of_a_websocket_is_shown_as_its_frames_say_it(parts: tuple[int, ...]) -> None:
    """The second command begins in the middle of a fragment."""
    stream, wire, at = samples.chunked(samples.PING, samples.RPC), b"", 0
    for number, size in enumerate((*parts, len(stream))):
        opcode = Opcode.CONTINUATION if number else Opcode.BINARY
        wire += write_frame(opcode, stream[at : at + size], mask_of(AGENT, number), final=at + size >= len(stream))
        wire += write_frame(Opcode.PING, b"between", mask_of(AGENT, number))
        at += size
    observations: list[Observation] = [
        OPENED,
        Segment(1, WHEN, AGENT, UPGRADE),
        Segment(1, WHEN, CONTROLLER, SWITCHING),
        Segment(1, WHEN, AGENT, wire),
    ]
    sent = [event for event in decode(observations) if isinstance(event.fact, CommandSent)]
    assert len(sent) == 2
    for event, command in zip(sent, (samples.PING, samples.RPC), strict=True):
        exhibit = find_exhibit(lambda: observations, event.seq)
        assert exhibit is not None
        assert exhibit.data == samples.chunked(command)
        assert exhibit.root is not None
        assert exhibit.root.start == (0 if event is sent[0] else len(samples.chunked(samples.PING)))
        assert "their masks undone" in exhibit.note


def test_a_close_frame_is_taken_apart() -> None:
    name = "head-WebSocket-workload"
    seqs = [event.seq for event in decode(observations_of(name)) if isinstance(event.fact, FrameSent)]
    for seq in seqs:
        exhibit = find_exhibit(lambda: observations_of(name), seq)
        assert exhibit is not None
        assert exhibit.root is not None
        assert [leaf.text for leaf in exhibit.root.leaves() if leaf.label == "code"] == ["1000"]


def test_a_number_beyond_the_last_event_is_none() -> None:
    assert find_exhibit(lambda: [OPENED], 2) is None


def test_an_event_told_only_at_the_end_is_found() -> None:
    name = "3.33-JNLP4-connect-kill-controller-midcall"
    decoder = Decoder()
    number = sum(len(decoder.feed(each)) for each in observations_of(name)) + len(decoder.finish())
    found = find_exhibit(lambda: observations_of(name), number)
    assert found is not None
    assert found.event.seq == number


def test_bytes_that_were_not_seen_are_counted_on_the_way() -> None:
    observations: list[Observation] = [
        OPENED,
        Segment(1, WHEN, AGENT, b"POST / HTTP/1.1\r\nContent-Length: 8\r\n\r\n1234"),
        Gap(1, WHEN, AGENT, 4),
        Segment(1, WHEN, AGENT, REQUEST),
    ]
    exhibit = find_exhibit(lambda: observations, 4)
    assert exhibit is not None
    assert exhibit.data == REQUEST
    assert exhibit.root is not None
    assert exhibit.root.start == 46


@pytest.mark.parametrize(
    ("before", "piece"), [(b"GET / HTTP/1.1\r\nHo", b"st: a\r\n\r\n"), (REQUEST, b"")], ids=["in two", "whole"]
)
def test_the_bytes_of_an_event_may_come_in_pieces(before: bytes, piece: bytes) -> None:
    segments = [Segment(1, WHEN, AGENT, each) for each in (before, piece) if each]
    exhibit = find_exhibit(lambda: [OPENED, *segments], 2)
    assert exhibit is not None
    assert exhibit.data == before + piece


def test_a_command_that_begins_as_none_does_is_one_piece(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("jnlpspy.exhibit.dissect", lambda _data, start: dissect(b"rO0ABXNy", start))
    exhibit = find_exhibit(lambda: observations_of("3.33-JNLP4-connect-workload"), 15)
    assert exhibit is not None
    assert exhibit.root is not None
    assert [(each.start, each.end, each.bad) for each in exhibit.root.leaves()] == [(174, 2205, True)]
    assert exhibit.made_at is None


def test_a_gap_inside_an_event_leaves_one_piece() -> None:
    head = b"GET / HTTP/1.1\r\n"
    observations: list[Observation] = [OPENED, Segment(1, WHEN, AGENT, head), Gap(1, WHEN, AGENT, 2)]
    excerpt = Excerpt(1, AGENT, Span(0, len(head) + 2), {})
    excerpt.take_from(observations)
    assert excerpt.data == head


@pytest.mark.parametrize(
    ("name", "note", "pieces"),
    [
        ("3.33-JNLP3-connect-workload", "deciphered with the agent's secret; offsets are the same in ", "command"),
        (
            "3.33-JNLP2-connect-text",
            "decoded from base64; offsets count in what all of the side's text says",
            "command",
        ),
        ("3.33-JNLP2-connect-unchunked", "", "object stream"),
    ],
)
def test_a_command_in_another_form_is_opened_down_to_its_fields(name: str, note: str, pieces: str) -> None:
    secrets = secrets_of(name)
    decoder = Decoder(secrets)
    events = [event for each in observations_of(name) for event in decoder.feed(each) if event.span is not None]
    commands = [event for event in events if isinstance(event.fact, CommandSent)]
    assert len(commands) > 10
    for event in [*commands[:6], *commands[6 :: max(1, len(commands) // 12)]]:
        exhibit = find_exhibit(lambda: observations_of(name), event.seq, secrets)
        assert exhibit is not None
        assert exhibit.root is not None
        assert exhibit.root.label == pieces
        assert isinstance(event.fact, CommandSent)
        at = exhibit.root.start
        assert (at, exhibit.root.end) == tuple(_place(event.decoded.span if event.decoded else event.span))
        for leaf in exhibit.root.leaves():
            assert (leaf.start, leaf.bad) == (at, False)
            at = leaf.end
        assert at == exhibit.root.end == exhibit.root.start + len(exhibit.data)
        assert exhibit.note.startswith(note)
        assert bool(exhibit.note) == bool(note)
        assert event.fact.command.class_name.encode() in exhibit.data


def _place(span: Span | None) -> tuple[int, int]:
    assert span is not None
    return span.start, span.end


def test_what_a_call_tells_is_shown_with_the_bytes_of_its_command() -> None:
    name = "3.33-JNLP3-connect-workload"
    secrets = secrets_of(name)
    decoder = Decoder(secrets)
    events = [event for each in observations_of(name) for event in decoder.feed(each)]
    call = next(event for event in events if isinstance(event.fact, CallStarted))
    mask = next(event for event in events if isinstance(event.fact, CapabilityAnnounced))
    shown = [find_exhibit(lambda: observations_of(name), event.seq, secrets) for event in (call, mask)]
    assert [each.root.label for each in shown if each is not None and each.root is not None] == ["command", "message"]
    assert shown[1] is not None
    assert shown[1].data.startswith(CAPABILITY_MARK)


def sealed_session(text: Iterable[bytes]) -> list[Observation]:
    """A session of JNLP3-connect whose agent sends commands as soon as it has sent the keys, before the cookie came."""
    seal = sealed.Sealer()
    said = [samples.CAPABILITY_PREAMBLE + samples.BINARY, *text]
    stream = sealed.ciphered(*said)
    agent = [seal.headers(), b"\0\7Welcome" + seal.response(), seal.keys() + stream]
    controller = [
        b"Negotiate\n" + seal.answer(),
        seal.challenge(),
        b"Welcome\n" + seal.cookie() + sealed.ciphered(samples.CAPABILITY_PREAMBLE + samples.BINARY),
    ]
    turns = [(AGENT, agent[0]), (CONTROLLER, controller[0]), (CONTROLLER, controller[1])]
    turns += [(AGENT, agent[1]), (AGENT, agent[2]), (CONTROLLER, controller[2])]
    return [OPENED, *(Segment(1, WHEN, side, data) for side, data in turns)]


def test_bytes_that_came_before_the_keys_were_known_are_deciphered() -> None:
    secrets = {sealed.NAME: Secret(sealed.SECRET)}
    session = sealed_session([samples.chunked(samples.PING)])
    decoder = Decoder(secrets)
    event = next(e for each in session for e in decoder.feed(each) if isinstance(e.fact, CommandSent))
    exhibit = find_exhibit(lambda: session, event.seq, secrets)
    assert exhibit is not None
    assert exhibit.data == samples.chunked(samples.PING)


def test_the_secret_inside_a_deciphered_command_is_hidden_wherever_chunks_cut_it() -> None:
    secrets = {sealed.NAME: Secret(sealed.SECRET)}
    block = build_command(OutputStreamChunk(oid=1, buf=b"secret " + sealed.SECRET.encode()))
    at = block.index(sealed.SECRET.encode()) + 20
    chunks = (
        build_chunk_header(at, more=True) + block[:at] + build_chunk_header(len(block) - at, more=False) + block[at:]
    )
    session = sealed_session([chunks])
    decoder = Decoder(secrets)
    event = next(e for each in session for e in decoder.feed(each) if isinstance(e.fact, CommandSent))
    exhibit = find_exhibit(lambda: session, event.seq, secrets)
    assert exhibit is not None
    assert exhibit.root is not None
    assert len(exhibit.data) == len(chunks)
    assert sealed.SECRET[:20].encode() not in exhibit.data
    assert sealed.SECRET[20:].encode() not in exhibit.data
    assert [leaf for leaf in exhibit.root.leaves() if leaf.bad] == []


def test_no_secret_is_in_an_exhibit() -> None:
    head = f"GET / HTTP/1.1\r\nAuthorization: {SECRET}\r\n\r\n".encode()
    exhibit = find_exhibit(lambda: [OPENED, Segment(1, WHEN, AGENT, head)], 2)
    assert exhibit is not None
    assert len(exhibit.data) == len(head)
    assert SECRET.encode() not in exhibit.data
