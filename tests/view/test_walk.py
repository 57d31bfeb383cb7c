"""Steps as lines and as records."""

import io
from dataclasses import replace

from facts import Screen
from rich.console import Console

from jnlpspy.net.probing.steps import Outcome, Step, StepName
from jnlpspy.view.theme import THEME
from jnlpspy.view.walk import print_step, step_lines, step_record

STEP = Step(StepName.AGENT_PORT, Outcome.FAILED, "no connection to a:1: Connection refused", 0.0124, ("more",))


def test_a_step_is_a_line_with_its_details_below() -> None:
    assert list(step_lines(STEP)) == [
        "FAILED  agent port        no connection to a:1: Connection refused  [12 ms]",
        "                          more",
    ]


def test_on_a_terminal_a_long_line_stays_behind_its_name() -> None:
    out = Screen()
    console = Console(file=out, theme=THEME, width=60, force_terminal=True, color_system=None)
    print_step(console, replace(STEP, details=("a detail that is longer than what fits", "bad\x1b[31m")))
    assert out.getvalue() == (
        "FAILED  agent port        no connection to a:1: Connection\n"
        "                          refused  [12ms]\n"
        "                          a detail that is longer than what\n"
        "                          fits\n"
        "                          bad\N{REPLACEMENT CHARACTER}[31m\n"
    )


def test_on_a_narrow_terminal_a_line_uses_all_of_it() -> None:
    out = Screen()
    print_step(Console(file=out, theme=THEME, width=30, force_terminal=True, color_system=None), STEP)
    assert "…" not in out.getvalue()
    assert out.getvalue().split() == " ".join(step_lines(STEP)).replace(" ms]", "ms]").split()


def test_in_a_pipe_a_step_is_as_it_was_said() -> None:
    out = io.StringIO()
    print_step(Console(file=out, theme=THEME, width=40), STEP)
    assert out.getvalue().splitlines() == list(step_lines(STEP))


def test_a_step_that_took_no_time_shows_none() -> None:
    step = Step(StepName.INPUTS, Outcome.OK, "fine", 0.0)
    assert list(step_lines(step)) == ["ok      inputs            fine"]


def test_a_step_is_an_object() -> None:
    assert step_record(STEP) == {
        "type": "step",
        "step": "agent-port",
        "outcome": "failed",
        "text": "no connection to a:1: Connection refused",
        "duration": 0.0124,
        "details": ["more"],
    }
