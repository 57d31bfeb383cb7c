"""A capture that arrives in pieces."""

import io
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from jnlpspy.capture.arriving import ArrivingCapture
from jnlpspy.capture.open import open_capture
from jnlpspy.capture.recorder import Recorder
from jnlpspy.errors import CaptureError
from jnlpspy.model.tap import Address, Closed, CloseReason, Observation, Opened, Segment, Side, Tap, TlsOpened

A, C = Address("10.0.0.1", 40_000), Address("10.0.0.2", 50_000)
SAID: list[Observation] = [
    Opened(1, 1000.0, A, C, pseudonyms=True),
    Segment(1, 1000.5, Side.AGENT, b"hello"),
    Segment(1, 1000.5, Side.AGENT, b"on the wire", Tap.AGENT_LEG),
    TlsOpened(1, 1000.75, Side.AGENT, "TLSv1.3", "TLS_AES_256_GCM_SHA384", "aa:bb"),
    Segment(1, 1001.0, Side.CONTROLLER, bytes(70_000)),
    Segment(1, 1001.5, Side.AGENT, b"bye"),
    Closed(1, 1002.0, Side.AGENT, CloseReason.RESET),
    Opened(2, 1003.0, A, C, pseudonyms=True),
]


def stream() -> bytes:
    out = io.BytesIO()
    recorder = Recorder(out.write, application="jnlpspy", secrets_kept=False, raw=True)
    for observation in SAID:
        recorder.observe(observation)
    return out.getvalue()


STREAM = stream()
WHOLE = list(open_capture(io.BytesIO(STREAM)))


@given(st.lists(st.integers(0, len(STREAM)), max_size=30))
def test_pieces_show_what_the_whole_shows(cuts: list[int]) -> None:
    capture = ArrivingCapture()
    places = [0, *sorted(cuts), len(STREAM)]
    seen: list[Observation] = []
    for start, end in pairwise(places):
        seen += capture.feed(STREAM[start:end])
    assert [*seen, *capture.finish()] == WHOLE


def test_an_observation_comes_with_the_last_byte_of_its_block() -> None:
    capture = ArrivingCapture()
    before = capture.feed(STREAM[:-1])
    assert WHOLE[-1] not in before or capture.feed(STREAM[-1:]) == []
    assert ArrivingCapture().feed(STREAM) == WHOLE, "nothing is held back"


def test_what_was_read_is_not_kept() -> None:
    capture = ArrivingCapture()
    capture.feed(STREAM)
    for _ in range(50):
        capture.feed(STREAM)  # a section after another
    assert len(capture._arrived._data) < 3 * 1024 * 1024  # noqa: SLF001 - what no caller can see


@pytest.mark.parametrize(
    "garbage",
    [b"not a capture at all, whatever it is", b"\xd4\xc3\xb2\xa1" + bytes(20), STREAM[:4] + b"\xff" * 40, bytes(100)],
)
def test_what_is_no_capture_of_ours_is_refused(garbage: bytes) -> None:
    with pytest.raises(CaptureError, match="expected"):
        ArrivingCapture().feed(garbage)
