"""Explanations as they are printed and as objects."""

from io import StringIO

import pytest

from jnlpspy.diagnosis.log_reading import LogReading, Sighting
from jnlpspy.diagnosis.rule import Rule, RuleEntry
from jnlpspy.diagnosis.rules import RULES
from jnlpspy.view import explanations
from jnlpspy.view.screen import Screen


@pytest.fixture
def screen() -> Screen:
    console = Screen(force_terminal=False)
    console.file = StringIO()
    return console


def printed(screen: Screen) -> str:
    assert isinstance(screen.file, StringIO)
    return screen.file.getvalue()


def read(*lines: str) -> tuple[LogReading, list[Sighting]]:
    reading = LogReading({})
    return reading, list(reading.read(lines))


def test_a_message_is_told_with_who_prints_it_and_its_cure(screen: Screen) -> None:
    _, (sighting,) = read("Server didn't accept the handshake: Unauthorized access")
    explanations.print_meaning(screen, sighting, RULES)
    assert "printed by: agent or controller, until remoting 2.62" in printed(screen)
    assert "    - open the agent's page on the controller" in printed(screen)
    assert "more: jnlpspy explain secret-rejected" in printed(screen)


def test_a_sign_tells_how_bad_a_line_is(screen: Screen) -> None:
    _, sightings = read("Authorization failure", "Agent ping is disabled", "INFO: Terminated", "INFO: Connected")
    for sighting in sightings:
        explanations.print_sighting(screen, sighting)
    assert [line.split()[1] for line in printed(screen).splitlines()] == ["✗", "!", "i", "·"]


def test_a_verdict_counts_what_came_again_and_doubts_what_is_not_certain(screen: Screen) -> None:
    refused = "INFO: [x] Local headers refused by remote: Authorization failure"
    start = "INFO: Setting up agent: a1"
    reading, _ = read(start, refused, refused, start, "INFO: I/O error in channel x", "INFO: Terminated")
    explanations.print_conclusions(screen, reading, RULES)
    shown = printed(screen)
    assert "✗ secret-rejected  " in shown
    assert "2 times, last at line 3" in shown
    assert "✗ abrupt-close?  " in shown
    assert "The text has several causes, the likeliest first: abrupt-close, " in shown
    assert "└ line 6: INFO: Terminated" in shown


class Explaining(Rule):
    explains_later = ("already-connected",)


def test_what_follows_from_what_follows_is_printed_too(screen: Screen) -> None:
    start = "INFO: Setting up agent: a1"
    reading = LogReading({"ping-timed-out": RuleEntry(RULES["secret-rejected"].text, Explaining)})
    missed, gave_up = "INFO: Ping failed. Terminating the channel x.", "SEVERE: None of the protocols were accepted"
    list(reading.read((start, missed, start, "INFO: a1 is already connected to this controller.", gave_up)))
    explanations.print_conclusions(screen, reading, {})
    assert [line.split(": ")[-1] for line in printed(screen).splitlines() if "└" in line] == [
        "a1 is already connected to this controller.",
        "None of the protocols were accepted",
    ]


def test_objects_tell_the_same() -> None:
    reading, (sighting, *_) = read("invalid stream header: 636F7272", "INFO: Terminated")
    record = explanations.sighting_record(sighting)
    assert record["bytes"] == [
        {
            "hex": "636f7272",
            "shown": '63 6f 72 72 "corr"',
            "meaning": "text of a native library (`corrupted ...`): the process was dying and wrote into the stream",
            "rule": None,
        }
    ]
    verdict = explanations.verdict_record(reading)
    assert (verdict["type"], verdict["records"], verdict["unknown"]) == ("log_verdict", 2, 0)
