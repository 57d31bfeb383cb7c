import io
import os
from contextlib import suppress
from pathlib import Path

import pytest
from capture import frames
from capture.frames import ACK, from_agent, handshake
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.capture.open import open_capture
from jnlpspy.errors import CaptureError
from jnlpspy.model.tap import Observation, Opened, Segment

WHOLE = frames.pcapng([*handshake(), from_agent(1001, 2001, ACK, b"hello")])


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "a.pcapng"
    path.write_bytes(WHOLE)
    return path


def test_a_file_is_read_and_closed(path: Path) -> None:
    capture = open_capture(str(path))
    assert [type(one) for one in capture] == [Opened, Segment]
    assert capture.left_out() == []
    assert list(capture) == []


def test_a_file_can_be_left_in_the_middle(path: Path) -> None:
    with open_capture(path) as capture:
        assert isinstance(next(capture), Opened)
    assert list(capture) == []


def test_a_file_that_is_never_read_can_be_closed(path: Path) -> None:
    open_capture(path).close()


def test_a_stream_stays_open() -> None:
    stream = io.BytesIO(WHOLE)
    with open_capture(stream) as capture:
        assert len(list(capture)) == 2
    assert not stream.closed


def test_a_capture_that_was_cut_off_says_how_much_is_lost(path: Path) -> None:
    path.write_bytes(WHOLE[:-10])
    capture = open_capture(path)
    assert [type(one) for one in capture] == [Opened]
    assert capture.left_out() == ["the last block is cut off; 70 bytes of it are left out"]


def test_a_capture_cut_off_anywhere_gives_the_start_of_its_observations() -> None:
    expected = list(open_capture(io.BytesIO(WHOLE)))
    counts = set()
    for length in range(28, len(WHOLE) + 1):
        found = list(open_capture(io.BytesIO(WHOLE[:length])))
        assert found == expected[: len(found)]
        counts.add(len(found))
    assert counts == {0, 1, 2}


def test_what_stands_before_damage_in_a_file_is_read(path: Path) -> None:
    path.write_bytes(WHOLE + b"\x06\0\0\0\x02\0\0\0")
    capture = open_capture(path)
    assert [type(next(capture)) for _ in range(2)] == [Opened, Segment]
    with pytest.raises(CaptureError, match="expected a block length"):
        next(capture)


def test_of_a_pipe_what_came_is_shown_though_the_next_block_is_not_whole() -> None:
    read_end, write_end = os.pipe()
    with open(read_end, "rb") as stream, open(write_end, "wb", buffering=0) as pipe:  # noqa: PTH123 - descriptors
        pipe.write(WHOLE[:-1])
        capture = open_capture(stream)
        assert isinstance(next(capture), Opened)  # would block for ever if it waited for more
        pipe.write(WHOLE[-1:])
        assert isinstance(next(capture), Segment)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(
        CaptureError, match=r"expected a capture that can be read at .*missing\.pcap: No such file or directory"
    ):
        open_capture(tmp_path / "missing.pcap")
    with pytest.raises(CaptureError, match=r"expected a capture that can be read at .*: Is a directory"):
        open_capture(tmp_path)


def test_what_is_no_capture_is_named(path: Path) -> None:
    path.write_bytes(b"hello world")
    with pytest.raises(CaptureError, match=r"got text that begins with 'hell' .*, in .*a\.pcapng"):
        list(open_capture(path))
    with pytest.raises(CaptureError, match="in standard input"):
        list(open_capture(io.BytesIO(b"hello world")))
    with pytest.raises(CaptureError, match="in the upload"):
        list(open_capture(io.BytesIO(b"hello world"), name="the upload"))


def test_of_a_stream_nothing_but_read_is_used() -> None:
    class Source:
        def __init__(self) -> None:
            self.left = WHOLE

        def read(self, size: int, /) -> bytes:
            data, self.left = self.left[:size], self.left[size:]
            return data

    assert list(open_capture(Source())) == list(open_capture(io.BytesIO(WHOLE)))


def test_a_stream_that_fails_is_a_capture_that_cannot_be_read() -> None:
    class Failing:
        def read(self, size: int, /) -> bytes:
            raise OSError(5, "Input/output error", size)

    with pytest.raises(CaptureError, match="expected more of a capture, got Input/output error: standard input"):
        list(open_capture(Failing()))


def test_link_types_that_nobody_reads_are_told() -> None:
    capture = open_capture(io.BytesIO(frames.pcap([(1.0, b"x")], link_type=147)))
    assert list(capture) == []
    assert capture.left_out() == ["packets of link type 147 cannot be read and are left out"]


def test_plaintext_hides_the_wire() -> None:
    packets = [*handshake(), from_agent(1001, 2001, ACK, b"hello")]
    data = frames.section() + frames.interface("agent-leg") + frames.interface("decrypted")
    wire = b"".join(frames.enhanced(index, packet) for index, packet in enumerate(packets))
    plain = b"".join(frames.enhanced(index, packet, number=1) for index, packet in enumerate(packets))
    both = list(open_capture(io.BytesIO(data + wire + plain)))
    assert both == list(open_capture(io.BytesIO(data + plain)))
    assert len(both) == 2


@given(st.data())
def test_a_damaged_capture_is_read_or_refused(data: st.DataObject) -> None:
    damaged = bytearray(WHOLE)
    for _ in range(data.draw(st.integers(1, 4))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    found: list[Observation] = []
    with suppress(CaptureError):
        found.extend(open_capture(io.BytesIO(bytes(damaged))))
    assert len(found) <= 12
