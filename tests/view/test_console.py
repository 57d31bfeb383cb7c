"""A closed pipe is the caller's business."""

import io

import pytest

from jnlpspy.view.console import PipedConsole


class ClosedPipe(io.StringIO):
    """What a reader that went away leaves behind."""

    def write(self, _text: str) -> int:
        raise BrokenPipeError


def test_a_closed_pipe_is_an_error_and_no_exit() -> None:
    with pytest.raises(BrokenPipeError):
        PipedConsole(file=ClosedPipe()).print("line")
