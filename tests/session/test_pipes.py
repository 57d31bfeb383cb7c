import pytest
import samples

from jnlpspy.javaser.building import byte_array, java_class, java_object
from jnlpspy.model.commands import (
    Command,
    GCCommand,
    InputStreamChunk,
    InputStreamEOF,
    OutputStreamAck,
    OutputStreamChunk,
    OutputStreamDead,
    OutputStreamEOF,
    OutputStreamFlush,
    OutputStreamUnexport,
    PipeConnect,
    Response,
    WriterAck,
    WriterChunk,
    WriterDead,
    WriterEOF,
    WriterUnexport,
)
from jnlpspy.model.events import PipeClosed, PipeOpened, PipeStalled
from jnlpspy.model.session import PipeEnd, PipeKind
from jnlpspy.model.streams import RemoteStream
from jnlpspy.model.tap import Side
from jnlpspy.remoting.throwables import EXCEPTION, java_throwable
from jnlpspy.session import pipes
from jnlpspy.session.pipes import WINDOW, PipeBook, PipeFact

AGENT, CONTROLLER = Side.AGENT, Side.CONTROLLER
STREAM = RemoteStream(3, PipeKind.STREAM)
OOPS = samples.throwable("java.io.IOException", "disk full")


@pytest.fixture
def book() -> PipeBook:
    return PipeBook()


def observe(book: PipeBook, side: Side, command: Command, when: float = 0.0) -> list[PipeFact]:
    return list(book.observe(side, when, command))


def hand_over(book: PipeBook, side: Side, stream: RemoteStream, call: str = "c5") -> list[PipeFact]:
    return list(book.hand_over(side, stream, 0.0, call))


def chunk(length: int, oid: int = 3) -> OutputStreamChunk:
    return OutputStreamChunk(oid=oid, buf=b"x" * length)


def closed(facts: list[PipeFact]) -> PipeClosed:
    (fact,) = facts
    assert isinstance(fact, PipeClosed)
    return fact


def test_what_is_written_to_a_stream_is_counted(book: PipeBook) -> None:
    assert hand_over(book, CONTROLLER, STREAM) == [PipeOpened("c3", PipeKind.STREAM, AGENT, "c5")]
    assert observe(book, AGENT, chunk(10)) == observe(book, AGENT, chunk(5)) == []
    assert observe(book, AGENT, OutputStreamFlush(oid=3)) == observe(book, AGENT, GCCommand()) == []
    assert observe(book, CONTROLLER, OutputStreamAck(oid=3, size=10)) == []
    assert book.bytes_of(CONTROLLER, 3) == 15
    assert observe(book, AGENT, OutputStreamEOF(oid=3), 2.0) == [
        PipeClosed("c3", PipeKind.STREAM, AGENT, "c5", 15, 2, PipeEnd.EOF, 2.0, in_flight=5)
    ]
    assert book.bytes_of(CONTROLLER, 3) == 0


def test_a_reader_connects_the_near_end_of_a_pipe(book: PipeBook) -> None:
    assert hand_over(book, CONTROLLER, RemoteStream(4, PipeKind.STREAM, written_by_sender=True), "c6") == []
    opened = observe(book, AGENT, PipeConnect(oid_ros=4, oid_pos=7))
    assert opened == [PipeOpened("a7", PipeKind.STREAM, CONTROLLER, "c6")]
    assert observe(book, AGENT, PipeConnect(oid_ros=5, oid_pos=8)) == [
        PipeOpened("a8", PipeKind.STREAM, CONTROLLER, None)
    ]
    observe(book, CONTROLLER, chunk(10, oid=7))
    assert closed(observe(book, CONTROLLER, OutputStreamEOF(oid=7))).bytes == 10


def test_both_sides_number_by_themselves(book: PipeBook) -> None:
    hand_over(book, CONTROLLER, STREAM)
    hand_over(book, AGENT, STREAM)
    observe(book, AGENT, chunk(1))
    observe(book, CONTROLLER, chunk(2))
    assert closed(observe(book, CONTROLLER, OutputStreamEOF(oid=3))).bytes == 2
    assert closed(observe(book, AGENT, OutputStreamEOF(oid=3))).bytes == 1


def test_a_stream_is_read_by_asking(book: PipeBook) -> None:
    assert hand_over(book, CONTROLLER, RemoteStream(5, PipeKind.READ), "c7") == [
        PipeOpened("c5", PipeKind.READ, CONTROLLER, "c7")
    ]
    of = java_class("hudson.remoting.ProxyInputStream$Buffer", {"len": "I", "buf": "[B"})
    for length in (100, -1):
        assert list(book.read(CONTROLLER, InputStreamChunk(oid=5, len=4096), 0.0)) == []
        buffer = java_object(of, {"len": length, "buf": byte_array(bytes(4096))})
        book.answer_read(CONTROLLER, 5, Response(return_value=buffer))
    book.answer_read(CONTROLLER, 5, Response(exception=OOPS))
    book.answer_read(AGENT, 5, Response())
    assert observe(book, AGENT, InputStreamEOF(oid=5), 1.0) == [
        PipeClosed("c5", PipeKind.READ, CONTROLLER, "c7", 100, 1, PipeEnd.EOF, 1.0)
    ]


def test_characters_are_counted_too(book: PipeBook) -> None:
    hand_over(book, CONTROLLER, RemoteStream(8, PipeKind.WRITER))
    observe(book, AGENT, WriterChunk(oid=8, buf=("a", "b")))
    observe(book, CONTROLLER, WriterAck(oid=8, size=1))
    told = closed(observe(book, AGENT, WriterEOF(oid=8)))
    assert (told.bytes, told.chunks, told.in_flight, told.kind) == (2, 1, 1, PipeKind.WRITER)
    observe(book, AGENT, WriterChunk(oid=8, buf=("a",)))
    assert closed(observe(book, AGENT, WriterUnexport(oid=8))).pipe == "c8.2"
    observe(book, AGENT, WriterChunk(oid=8, buf=("a",)))
    assert closed(observe(book, CONTROLLER, WriterDead(oid=8))).how is PipeEnd.DEAD


def test_a_pipe_seen_from_its_middle_opens_with_what_it_carries(book: PipeBook) -> None:
    (opened,) = observe(book, AGENT, OutputStreamChunk(oid=3, request_id=12, buf=b"x"))
    assert opened == PipeOpened("c3", PipeKind.STREAM, AGENT, "c12")
    (opened,) = observe(book, AGENT, chunk(1, oid=4))
    assert opened == PipeOpened("c4", PipeKind.STREAM, AGENT, None)
    assert list(book.read(AGENT, InputStreamChunk(oid=9), 0.0)) == [PipeOpened("a9", PipeKind.READ, AGENT, None)]


def test_a_number_used_again_is_another_pipe(book: PipeBook) -> None:
    hand_over(book, CONTROLLER, STREAM)
    assert hand_over(book, CONTROLLER, STREAM, "c6") == []
    observe(book, AGENT, OutputStreamEOF(oid=3))
    assert hand_over(book, CONTROLLER, STREAM) == [PipeOpened("c3.2", PipeKind.STREAM, AGENT, "c5")]
    assert closed(observe(book, AGENT, OutputStreamUnexport(oid=3))).pipe == "c3.2"


def test_a_writer_whose_reader_is_gone_is_told_why(book: PipeBook) -> None:
    hand_over(book, AGENT, STREAM)
    observe(book, CONTROLLER, chunk(10))
    source = java_throwable(java_class("hudson.remoting.Command$Source", superclass=EXCEPTION), None, OOPS)
    told = closed(observe(book, AGENT, OutputStreamDead(oid=3, created_at=source), 1.0))
    assert (told.how, told.error, told.bytes) == (PipeEnd.DEAD, "java.io.IOException: disk full", 10)
    late = [OutputStreamAck(oid=3, size=10), OutputStreamDead(oid=3)]
    assert [observe(book, AGENT, each) for each in late] == [[], []]
    assert observe(book, CONTROLLER, chunk(10)) == observe(book, CONTROLLER, OutputStreamUnexport(oid=3)) == []
    assert len(observe(book, CONTROLLER, chunk(10))) == 1


def test_a_writer_says_what_went_wrong(book: PipeBook) -> None:
    hand_over(book, AGENT, STREAM)
    assert (
        closed(observe(book, CONTROLLER, OutputStreamEOF(oid=3, error=OOPS))).error == "java.io.IOException: disk full"
    )


def test_what_nobody_closes_is_cut_by_the_end(book: PipeBook) -> None:
    hand_over(book, AGENT, STREAM)
    observe(book, CONTROLLER, chunk(7))
    told = closed(list(book.end(9.0)))
    assert (told.pipe, told.bytes, told.how, told.duration) == ("a3", 7, PipeEnd.CUT, 9.0)
    assert list(book.end(9.0)) == []


def test_a_used_up_window_is_a_stall_until_acknowledged(book: PipeBook) -> None:
    hand_over(book, AGENT, STREAM)
    for _ in range(2):
        observe(book, CONTROLLER, chunk(WINDOW // 2), 1.0)
    assert observe(book, AGENT, GCCommand(), 1.9) == []
    assert observe(book, AGENT, GCCommand(), 2.0) == [PipeStalled("a3", WINDOW, 1.0)]
    assert observe(book, AGENT, GCCommand(), 3.0) == []
    observe(book, AGENT, OutputStreamAck(oid=3, size=WINDOW // 2), 5.0)
    observe(book, CONTROLLER, chunk(WINDOW // 2), 6.0)
    observe(book, AGENT, OutputStreamAck(oid=3, size=WINDOW), 6.5)
    told = closed(observe(book, CONTROLLER, OutputStreamEOF(oid=3), 7.0))
    assert (told.stalls, told.stalled, told.in_flight) == (2, 4.5, 0)


def test_a_stall_that_the_end_finds_is_told(book: PipeBook) -> None:
    hand_over(book, AGENT, STREAM)
    observe(book, CONTROLLER, chunk(WINDOW), 1.0)
    stalled, over = book.end(31.0)
    assert stalled == PipeStalled("a3", WINDOW, 30.0)
    assert isinstance(over, PipeClosed)
    assert (over.stalls, over.stalled, over.in_flight) == (1, 30.0, WINDOW)


def test_less_than_a_window_in_flight_is_no_stall(book: PipeBook) -> None:
    hand_over(book, AGENT, STREAM)
    for _ in range(15):
        observe(book, CONTROLLER, chunk(WINDOW // 16), 1.0)
    assert observe(book, AGENT, GCCommand(), 100.0) == []
    assert closed(list(book.end(100.0))).stalls == 0


def test_a_writer_that_knows_no_window_never_stalls(book: PipeBook) -> None:
    hand_over(book, AGENT, STREAM)
    for _ in range(5):
        observe(book, CONTROLLER, chunk(WINDOW), 1.0)
    assert observe(book, AGENT, GCCommand(), 100.0) == []
    assert closed(list(book.end(100.0))).stalls == 0


def test_an_acknowledgement_of_nonsense_is_no_credit(book: PipeBook) -> None:
    hand_over(book, AGENT, STREAM)
    observe(book, CONTROLLER, chunk(10))
    for size in (-1_000_000, 3, 1_000_000):
        observe(book, AGENT, OutputStreamAck(oid=3, size=size))
    assert closed(list(book.end(0.0))).in_flight == 0


def test_open_pipes_are_kept_up_to_a_cap(book: PipeBook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipes, "OPEN_PIPES", 3)
    monkeypatch.setattr(pipes, "USES", 3)
    for oid in range(3):
        hand_over(book, AGENT, RemoteStream(oid, PipeKind.STREAM))
        hand_over(book, AGENT, RemoteStream(oid + 100, PipeKind.STREAM, written_by_sender=True))
    given_up, opened = hand_over(book, AGENT, RemoteStream(3, PipeKind.STREAM))
    assert isinstance(given_up, PipeClosed)
    assert (given_up.pipe, given_up.how, opened.pipe) == ("a0", PipeEnd.CUT, "a3")
    assert len(list(book.end(0.0))) == 3
    hand_over(book, AGENT, RemoteStream(103, PipeKind.STREAM, written_by_sender=True), "a9")
    (forgotten,) = observe(book, CONTROLLER, PipeConnect(oid_ros=100, oid_pos=1))
    assert forgotten == PipeOpened("c1", PipeKind.STREAM, AGENT, None)
