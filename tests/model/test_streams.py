import pytest
import streams

from jnlpspy.model.java import BlockData, JavaObject
from jnlpspy.model.session import PipeKind
from jnlpspy.model.streams import RemoteStream, stream_of


@pytest.mark.parametrize(
    ("value", "stream"),
    [
        (streams.pipe(3, far_end=True), RemoteStream(3, PipeKind.STREAM)),
        (streams.pipe(4, far_end=False), RemoteStream(4, PipeKind.STREAM, written_by_sender=True)),
        (streams.output_stream(7), RemoteStream(7, PipeKind.STREAM)),
        (streams.writer(8), RemoteStream(8, PipeKind.WRITER)),
        (streams.input_stream(5), RemoteStream(5, PipeKind.READ)),
        (
            streams.written("hudson.remoting.RemoteInputStream", BlockData(streams.number(6))),
            RemoteStream(6, PipeKind.READ),
        ),
    ],
)
def test_a_stream_is_told_by_its_number_and_kind(value: JavaObject, stream: RemoteStream) -> None:
    assert stream_of(value) == stream


@pytest.mark.parametrize(
    "value",
    [
        streams.greedy_input_stream(6),
        streams.written("hudson.remoting.Pipe", BlockData(b"\0")),
        streams.written("hudson.remoting.Pipe"),
        streams.written("hudson.remoting.RemoteOutputStream", BlockData(b"\0")),
        streams.written("hudson.remoting.RemoteInputStream"),
        streams.written("a.Pipe", BlockData(b"\0" + streams.number(6))),
    ],
)
def test_what_carries_no_number_is_no_stream(value: JavaObject) -> None:
    assert stream_of(value) is None
