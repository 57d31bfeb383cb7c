"""The tables agree with what the sides themselves say of every specimen."""

from collections import Counter
from collections.abc import Iterator

import pytest
from specimens import commands_of, expected_of, specimen_names
from tables import pass_through

from jnlpspy.view.calls import CallTable
from jnlpspy.view.commands import CommandRecords
from jnlpspy.view.overview import OverviewReport
from jnlpspy.view.pipes import PipeTable
from jnlpspy.view.reports import Record, RecordedReport, Report


def records_of(report: Report, name: str) -> list[Record]:
    records: list[Record] = []
    pass_through(name, RecordedReport(report, records.append))
    return records


def commands_shown(name: str) -> list[Record]:
    records: list[Record] = []
    pass_through(name, CommandRecords(records.append))
    return records


WITH_CHANNEL = [name for name in specimen_names() if commands_of(name) and commands_shown(name)]


def failures(name: str) -> Iterator[tuple[str, str, str]]:
    for row in records_of(CallTable(), name):
        is_users = row["side"] == "controller" and row["kind"] == "user"
        if row["outcome"] == "threw" and is_users and str(row["exception"]).startswith("peers."):
            causes = row["causes"]
            assert isinstance(causes, list)
            yield str(row["callable"]), str(row["exception"]), str(causes[0])


@pytest.mark.parametrize("name", WITH_CHANNEL)
def test_calls_that_threw_are_told_with_message_and_cause(name: str) -> None:
    expected = [
        (each["callable"], f"{each['exception']}: {each['message']}", each["cause"])
        for each in expected_of(name)["failed"]
        if each["exception"].startswith("peers.")
    ]
    assert list(failures(name)) == expected


@pytest.mark.parametrize("name", WITH_CHANNEL)
def test_every_callable_is_a_row(name: str) -> None:
    shown = {row["callable"] for row in records_of(CallTable(), name)}
    assert {each for each in expected_of(name)["callables"] if each.startswith("peers.")} <= shown


@pytest.mark.parametrize("name", WITH_CHANNEL)
def test_the_bytes_through_pipes_are_those_of_the_steps(name: str) -> None:
    steps = Counter(int(step.partition("bytes=")[2]) for step in expected_of(name)["steps"] if "bytes=" in step)
    piped = Counter(row["bytes"] for row in records_of(PipeTable(), name))
    assert {size: number for size, number in piped.items() if size in steps} == steps


@pytest.mark.parametrize("name", WITH_CHANNEL)
def test_the_summary_counts_what_was_sent_and_knows_the_versions(name: str) -> None:
    expected, sessions = expected_of(name), records_of(OverviewReport(), name)
    number = size = 0
    for session in sessions:
        versions, commands = session["versions"], session["commands"]
        assert isinstance(versions, dict)
        assert isinstance(commands, dict)
        for side in commands.values():
            assert isinstance(side, dict)
            for sums in side.values():
                assert isinstance(sums, dict)
                number, size = number + int(str(sums["number"])), size + int(str(sums["bytes"]))
        agent = versions["agent"]
        assert isinstance(agent, dict)
        assert agent.get("remoting", expected["agent_version"]) == expected["agent_version"]
        assert agent.get("Java", expected["java"]) == expected["java"]
    shown = commands_shown(name)
    assert (number, size) == (len(shown), sum(int(str(row["size"])) for row in shown))


@pytest.mark.parametrize("name", WITH_CHANNEL)
def test_what_was_never_answered_is_in_the_summary(name: str) -> None:
    unanswered = [row["callable"] for row in records_of(CallTable(), name) if row["outcome"] == "unanswered"]
    told = [each for session in records_of(OverviewReport(), name) for each in _list(session["unanswered"])]
    assert [each["callable"] for each in told] == unanswered
    if not expected_of(name)["unanswered"] and expected_of(name)["complete"]:
        assert unanswered == []


def _list(value: object) -> list[dict[str, object]]:
    assert isinstance(value, list)
    return value
