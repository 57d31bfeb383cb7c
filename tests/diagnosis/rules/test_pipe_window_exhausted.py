"""A writer had to wait for its reader, and near misses."""

import pytest
from diagnosing import Tale, found

from jnlpspy.model.events import PipeClosed, PipeStalled
from jnlpspy.model.findings import Severity
from jnlpspy.model.session import PipeEnd, PipeKind
from jnlpspy.model.tap import Side

RULE = "pipe-window-exhausted"


def closed(stalled: float, duration: float, how: PipeEnd = PipeEnd.EOF, in_flight: int = 0) -> PipeClosed:
    return PipeClosed(
        "c5", PipeKind.STREAM, Side.AGENT, "c4", 10_000_000, 99, how, duration, None, in_flight, 3, stalled
    )


def test_a_writer_that_waits_long_is_told_while_it_waits() -> None:
    (finding,) = found(
        RULE, Tale().channel().fact(PipeStalled("c5", 1_000_000, 6.0), PipeStalled("c5", 1_000_000, 9.0))
    )
    assert finding.title == "The writer of pipe c5 waits for 6.0 s: nobody takes what it sent"
    assert finding.severity is Severity.WARNING


def test_a_pipe_that_mostly_stood_still_is_told_with_its_rate() -> None:
    (finding,) = found(RULE, Tale().channel().fact(closed(80.0, 100.0)))
    assert finding.title == "The agent stood still for 1 min 20 s of 1 min 40 s while it wrote into pipe c5"
    assert finding.evidence == ("100,000 bytes a second went through", 6)


def test_a_pipe_that_the_end_cut_off_while_it_waited_lost_something() -> None:
    (finding,) = found(RULE, Tale().channel().fact(closed(80.0, 100.0, PipeEnd.CUT, 1_000_000)))
    assert finding.severity is Severity.ERROR


@pytest.mark.parametrize("fact", [PipeStalled("c5", 9, 1.5), closed(6.0, 60.0), closed(2.0, 2.5), closed(0.0, 0.0)])
def test_moments_are_no_finding(fact: PipeStalled | PipeClosed) -> None:
    assert found(RULE, Tale().channel().fact(fact)) == []
