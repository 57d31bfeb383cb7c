"""Lines of a log become records, whatever stands before them."""

from datetime import datetime

import pytest

from jnlpspy.diagnosis.log_records import LINES, LONGEST, format_time, read_records

JUL = "Nov 22, 2026 11:05:15 AM hudson.remoting.jnlp.Main$CuiListener status"
AT = datetime(2026, 11, 22, 11, 5, 15)  # noqa: DTZ001 - logs name no time zone


def test_a_time_on_a_line_of_its_own_belongs_to_the_message_below_it() -> None:
    first, second = read_records(
        [
            f"{JUL}\n",
            "INFO: Protocol JNLP4-connect encountered an unexpected exception\n",
            "java.util.concurrent.ExecutionException: x.Refused: no\n",
            "\tat hudson.remoting.Engine.run(Engine.java:12)\n",
            "\t... 3 more\n",
            "Caused by: x.Refused: no\n",
            "\tSuppressed: java.nio.channels.ClosedChannelException\n",
            "\n",
            f"{JUL}\r\n",
            "INFO: Agent discovery successful\r\n",
            "  Agent address: h\r\n",
        ]
    )
    assert (first.number, first.when) == (1, AT)
    assert [line.split(":")[0] for line in first.lines] == [
        "INFO",
        "java.util.concurrent.ExecutionException",
        "Caused by",
        "\tSuppressed",
    ]
    assert (second.number, second.lines) == (9, ["INFO: Agent discovery successful", "  Agent address: h"])


@pytest.mark.parametrize(
    ("line", "when"),
    [
        ("2026-11-22T11:05:15.123456789Z Connected", "2026-11-22 11:05:15"),
        ("2026-11-22 11:05:15.123+0000 Connected", "2026-11-22 11:05:15"),
        ("[2026-11-22T11:05:15] Connected", "2026-11-22 11:05:15"),
        ("2026-11-22T11:05:15.1Z stderr F Connected", "2026-11-22 11:05:15"),
        ("2026-11-22T11:05:15.1Z 2026-11-22 11:05:14,5 Connected", "2026-11-22 11:05:15"),
        ("agent-1  | 2026-11-22T11:05:15Z Connected", "2026-11-22 11:05:15"),
        ("Nov  2 11:05:15 host jenkins-agent[812]: Connected", "11-02 11:05:15"),
        ("agent-1 | Connected", ""),
        ("\x1b[32mConnected\x1b[0m", ""),
    ],
)
def test_what_stands_before_a_message_is_taken_off(line: str, when: str) -> None:
    (record,) = read_records([line])
    assert record.lines == ["Connected"]
    assert format_time(record.when) == when


@pytest.mark.parametrize(
    ("header", "hour"),
    [
        ("Nov 22, 2026 12:05:15 AM x", 0),
        ("Nov 22, 2026 12:05:15 PM x", 12),
        ("Nov 22, 2026 1:05:15\u202fPM x", 13),
        ("Nov 22, 2026, 1:05:15 AM x", 1),
        ("2026-11-22T11:05:15Z Nov 22, 2026 1:05:15 AM x", 1),
    ],
)
def test_the_two_lines_of_java_are_read_as_all_javas_write_them(header: str, hour: int) -> None:
    (record,) = read_records(
        [header, "2026-11-22T11:05:15Z INFO: Connected" if header[:4] == "2026" else "INFO: Connected"]
    )
    assert record.when is not None
    assert record.when.hour == hour
    assert record.lines == ["INFO: Connected"]


@pytest.mark.parametrize("line", ["Nov 31, 2026 11:05:15 AM x", "2026-13-22T11:05:15Z x", "Foo 31 11:05:15 h p: x"])
def test_a_time_that_cannot_be_is_none(line: str) -> None:
    (record,) = read_records([line])
    assert record.when is None


def test_lines_without_a_time_are_records_of_their_own_and_blank_lines_are_none() -> None:
    assert [record.lines for record in read_records(["one", "", "two", "  more"])] == [["one"], ["two", "  more"]]


def test_an_empty_message_keeps_its_time_and_lines() -> None:
    (record,) = read_records([JUL, "SEVERE: [x] ", "javax.net.ssl.SSLException: Tag mismatch!"])
    assert record.lines == ["SEVERE: [x]", "javax.net.ssl.SSLException: Tag mismatch!"]


def test_long_lines_and_records_are_cut() -> None:
    (record,) = read_records(["x" * 2 * LONGEST, *[" y"] * 2 * LINES])
    assert len(record.lines) == LINES
    assert len(record.lines[0]) == LONGEST


def test_no_time_is_no_text() -> None:
    assert format_time(None) == ""
