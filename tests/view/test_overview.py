"""What a session came to, with all that is known of it."""

from facts import EVENTS, SECRET
from tables import KILLED, WORKLOAD, open_console, pass_through

from jnlpspy.filters.filter import parse_filter
from jnlpspy.model.events import CommandSent, ConnectionClosed
from jnlpspy.view.overview import OverviewReport
from jnlpspy.view.reports import Record, RecordedReport


def records_of(name: str, connection: int | None = None) -> list[Record]:
    records: list[Record] = []
    pass_through(name, RecordedReport(OverviewReport(connection=connection), records.append))
    return records


def test_versions_come_from_discovery_answers_and_stack_traces() -> None:
    (session,) = records_of(WORKLOAD)
    assert session["versions"] == {
        "agent": {"User-Agent": "Java/17.0.15", "Java": "17.0.15", "remoting": "3.33"},
        "controller": {
            "Hudson": "1.395",
            "Jenkins": "2.190",
            "agents need remoting": "2.60",
            "Server": "Jetty(9.4.18.v20190429)",
            "Java": "17.0.15",
        },
    }


def test_what_nobody_answered_is_named() -> None:
    (session,) = records_of(KILLED)
    assert session["outcomes"] == {"returned": 3, "unanswered": 1}
    assert [each["callable"] for each in session["unanswered"]] == ["peers.work.Sleep"]  # type: ignore[union-attr, index, call-overload] # a list of objects


def test_the_slowest_calls_come_first() -> None:
    (session,) = records_of(WORKLOAD)
    durations = [each["duration"] for each in session["slowest"]]  # type: ignore[union-attr, index, call-overload] # a list of objects
    assert durations == sorted(durations, reverse=True)  # type: ignore[type-var] # they are numbers
    assert len(durations) == 5


def test_another_connection_has_no_session() -> None:
    assert records_of(WORKLOAD, 3) == records_of(WORKLOAD)
    assert records_of(WORKLOAD, 1) == []


def test_who_waits_on_whom_is_told_and_no_secret_is() -> None:
    report = OverviewReport()
    for event in EVENTS:
        report.observe(event)
    console, out = open_console(100)
    report.print_to(console)
    shown = out.getvalue()
    assert "Who waits on whom\n  c9 a.Build (1 min 2 s) waits for a3 B.ask (1 min 1 s), which the" in shown
    assert "  pipes       2 pipes, 204,801 bytes, 2 times a writer had to wait, 1 with an error\n" in shown
    assert "  loaded      2 classes, 1 resource, 1,452 bytes, 1 not found, 1 left to the jar cache\n" in shown
    assert "1 call never answered, oldest first\n" in shown
    assert SECRET not in shown


def test_what_the_end_of_a_capture_leaves_open_is_not_called_never_answered() -> None:
    report = OverviewReport()
    for event in EVENTS:
        if not isinstance(event.fact, ConnectionClosed):
            report.observe(event)
    console, out = open_console(100)
    report.print_to(console)
    assert "\n1 call not answered when the capture ends, oldest first\n" in out.getvalue()


def test_a_capture_that_begins_in_the_middle_of_a_channel_has_a_session() -> None:
    command = next(event for event in EVENTS if isinstance(event.fact, CommandSent))
    report = OverviewReport()
    report.observe(command)
    console, out = open_console(100)
    report.print_to(console)
    assert f"Session #{command.connection}  nameless agent: channel begun before the capture\n" in out.getvalue()
    assert " 0.0 ms after it began\n" in out.getvalue()


def test_a_session_is_summed_up_whole_if_an_event_of_it_is_asked_for() -> None:
    def rows(text: str, connection: int | None = None) -> list[Record]:
        records: list[Record] = []
        report = OverviewReport(connection=connection, choice=parse_filter(text).matches)
        pass_through(WORKLOAD, RecordedReport(report, records.append))
        return records

    assert rows("outcome == threw") == rows("agent and connection == 3", 3) == records_of(WORKLOAD)
    assert rows("refused") == rows("connection == 1") == []
