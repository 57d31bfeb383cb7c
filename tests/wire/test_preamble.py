import pytest
import samples
from feeding import check_reader, error_of, queue_of

from jnlpspy.errors import LimitExceeded, MalformedBytes
from jnlpspy.model.negotiation import Capability, Mode, TransmissionMode
from jnlpspy.wire import limits
from jnlpspy.wire.layouts import CAPABILITY_MARK
from jnlpspy.wire.preamble import read_preamble


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (samples.CAPABILITY_PREAMBLE, Capability(0x1FE)),
        (samples.BINARY, Mode(TransmissionMode.BINARY)),
        (samples.TEXT, Mode(TransmissionMode.TEXT)),
        (b"Last login: Sun\r\n" + samples.CAPABILITY_PREAMBLE, Capability(0x1FE)),
        (b"<===[JENKINS" + samples.TEXT, Mode(TransmissionMode.TEXT)),
        (b"\0\0\0a" + samples.BINARY, Mode(TransmissionMode.BINARY)),
    ],
)
def test_a_preamble_is_found_behind_any_garbage(data: bytes, message: Capability | Mode) -> None:
    check_reader(read_preamble, data, message)


def test_what_is_no_capability_is_shown_where_it_stands() -> None:
    error, about = error_of(read_preamble, b"garbage" + CAPABILITY_MARK + b"!" * 84 + b"more")
    assert isinstance(error, MalformedBytes)
    assert (error.offset, about) == (42, 126)
    assert "21 21" in error.got


def test_a_capability_of_other_bytes_is_malformed() -> None:
    other = samples.CAPABILITY_PREAMBLE.replace(b"rO0AB", b"rO0AC")
    assert isinstance(error_of(read_preamble, other)[0], MalformedBytes)


def test_garbage_has_an_end_however_it_comes() -> None:
    at_the_cap = b"x" * limits.GARBAGE + samples.TEXT
    assert read_preamble(queue_of(at_the_cap)) == Mode(TransmissionMode.TEXT)
    for data in (b"x" + at_the_cap, b"x" * (limits.GARBAGE + 36), b"x" * (limits.GARBAGE + 1) + samples.BINARY):
        error, about = error_of(read_preamble, data)
        assert isinstance(error, LimitExceeded)
        assert about == limits.GARBAGE
