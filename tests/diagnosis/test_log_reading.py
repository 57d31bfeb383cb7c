"""What a log comes to: misleading messages are judged with their neighbours, and a healthy log gives no error."""

from collections.abc import Iterable

import pytest

from jnlpspy.diagnosis import limits
from jnlpspy.diagnosis.help import RuleHelp
from jnlpspy.diagnosis.log_reading import LogConclusion, LogReading
from jnlpspy.diagnosis.rule import Rule, RuleEntry
from jnlpspy.model.findings import Severity

STARTS = (
    "00 INFO: Setting up agent: a1",
    "00 INFO: Locating server among [http://h/]",
    "00 INFO: Remoting server accepts the following protocols: [JNLP4-connect, Ping]",
    "00 INFO: Agent discovery successful",
    "01 INFO: Trying protocol: JNLP4-connect",
)
CONNECTED = ("02 INFO: Remote identity confirmed: 5d:bd", "02 INFO: Connected")
NOT_ACKNOWLEDGED = (
    "{} INFO: Protocol JNLP4-connect encountered an unexpected exception",
    "x.ExecutionException: x.ConnectionRefusalException: Connection closed before acknowledgement sent",
    "Caused by: org.x.ConnectionRefusalException: Connection closed before acknowledgement sent",
)
GAVE_UP = (
    "{} SEVERE: The server rejected the connection: None of the protocols were accepted",
    "java.lang.Exception: The server rejected the connection: None of the protocols were accepted",
)


def log(*lines: str) -> list[str]:
    """Return lines with `MM`, the second of a minute, made a time."""
    return [f"2026-11-22T11:05:{line}" if line[:2].isdigit() else line for line in lines]


def at(second: int, lines: Iterable[str]) -> list[str]:
    return [line.replace("{}", f"{second:02}") for line in lines]


def read(*logs: Iterable[str]) -> LogReading:
    reading = LogReading({})  # what rules say of each other changes as they do
    for number, lines in enumerate(logs):
        list(reading.read(log(*lines), f"log {number}"))
    return reading


def conclude(*logs: Iterable[str]) -> list[LogConclusion]:
    return read(*logs).conclusions()


def told(conclusions: Iterable[LogConclusion]) -> list[tuple[str, str, bool]]:
    return [(each.first.severity.value, each.rule, each.certain) for each in conclusions]


def test_a_refusal_is_the_root_and_the_rest_follows_from_it() -> None:
    (root,) = conclude(
        (
            *STARTS,
            *CONNECTED[:1],
            "02 INFO: [x] Local headers refused by remote: Authorization failure",
            "02 INFO: Protocol JNLP4-connect encountered an unexpected exception",
            "java.util.concurrent.ExecutionException: org.x.ConnectionRefusalException: Authorization failure",
            *at(2, GAVE_UP),
        )
    )
    assert (root.rule, root.certain, root.count) == ("secret-rejected", True, 2)
    assert [each.first.match.message.says.value for each in root.consequences] == ["summary", "summary"]


def test_what_came_in_place_of_the_protocol_explains_the_close() -> None:
    (root,) = conclude(
        (
            *STARTS,
            "01 WARNING: [x] Incorrect acknowledgement sequence, expected 0x000341434b got 0x485454502f",
            *at(1, NOT_ACKNOWLEDGED),
            *at(1, GAVE_UP),
        )
    )
    assert (root.rule, root.certain) == ("http-instead-of-agent-protocol", True)


def test_a_close_at_once_leaves_several_causes() -> None:
    (root,) = conclude((*STARTS, *at(2, NOT_ACKNOWLEDGED), *at(2, GAVE_UP)))
    assert not root.certain
    assert {"handshake-stalled", "http-instead-of-agent-protocol", "tls-refused"} <= {*root.first.rules}


def test_the_same_close_after_ten_seconds_is_a_stall() -> None:
    (root,) = conclude((*STARTS, *at(12, NOT_ACKNOWLEDGED), *at(12, GAVE_UP)))
    assert (root.rule, root.certain) == ("handshake-stalled", True)
    assert "11 s after the offer" in root.first.meaning


def test_a_failure_before_connected_came_to_nothing() -> None:
    (failed,) = conclude(
        (
            *STARTS,
            "01 WARNING: [x] Incorrect acknowledgement sequence, expected 0x000341434b got 0x556e6b6e6f",
            *CONNECTED,
        )
    )
    assert (failed.rule, failed.first.severity) == ("unknown-protocol", Severity.INFO)
    assert failed.first.meaning.endswith("It went on all the same.")


def test_a_healthy_session_has_no_error() -> None:
    conclusions = conclude((*STARTS, *CONNECTED, "30 INFO: Terminated"))
    assert told(conclusions) == [("info", "controller-vanished", False)]


def test_a_log_of_nothing_else_comes_to_nothing() -> None:
    reading = read(("Started build", "Finished: SUCCESS"))
    assert reading.conclusions() == []
    assert (reading.records, reading.unknown) == (2, 2)


def test_the_end_after_a_missed_ping_follows_from_it() -> None:
    (root,) = conclude(
        (
            *STARTS,
            *CONNECTED,
            "30 INFO: Ping failed. Terminating the channel x.",
            "java.util.concurrent.TimeoutException: Ping started at 1 hasn't completed by 2",
            "30 INFO: Terminated",
        )
    )
    assert root.rule == "ping-timed-out"
    assert [each.first.match.line.split(": ")[-1] for each in root.consequences] == ["Terminated"]


def test_an_error_after_an_orderly_close_is_none() -> None:
    conclusions = conclude(
        (
            *STARTS,
            *CONNECTED,
            "30 SEVERE: Failed to execute command Close (channel x)",
            "30 INFO: I/O error in channel x",
            "java.io.IOException: Unexpected termination of the channel",
            "30 INFO: Terminated",
        )
    )
    assert {severity for severity, _, _ in told(conclusions)} == {"info"}


def test_the_same_error_without_a_close_is_one() -> None:
    (root,) = conclude((*STARTS, *CONNECTED, "30 INFO: I/O error in channel x", "java.io.EOFException"))
    assert told([root]) == [("error", "abrupt-close", False)]


def test_an_exception_counts_where_its_message_says_nothing() -> None:
    (reset,) = conclude(("30 SEVERE: [JNLP4-connect connection to h]", "java.net.SocketException: Connection reset"))
    assert told([reset]) == [("error", "abrupt-close", False)]
    (waits,) = conclude(
        ("30 INFO: Failed to connect to the master. Will try again", "java.net.SocketException: Connection reset")
    )
    assert told([waits]) == [("warning", "discovery-unavailable", False)]


def test_javas_words_about_something_else_are_no_error() -> None:
    lines = ("30 WARNING h.m.UpdateSite#load: cannot load", "ValidatorException: PKIX path building failed: x")
    (other,) = conclude(lines)
    assert told([other]) == [("info", "certificate-untrusted", True)]
    assert other.first.meaning.endswith("Nothing beside it says that it is about an agent.")
    assert told(conclude((*STARTS, *lines))) == [("error", "certificate-untrusted", True)]
    reading = LogReading({}, about_agents=True)
    assert [each.severity for each in reading.read(lines)] == [Severity.ERROR]


def test_the_exit_codes_of_builds_say_nothing_of_agents() -> None:
    assert conclude(("Script exited with code 1", "ERROR: script returned exit code 143", "exit code 0")) == []


def test_a_missing_identity_decides_what_an_untrusted_key_means() -> None:
    untrusted = (
        "SSLHandshakeException: Public key of the first certificate in chain (x) is not in the list of trusted keys"
    )
    mismatch = conclude((*STARTS, f"02 SEVERE: {untrusted}"))
    assert mismatch[0].rule == "controller-identity-mismatch"
    missing = conclude((*STARTS[:-1], "  Identity:      null", STARTS[-1], f"02 SEVERE: {untrusted}"))
    assert missing[0].rule == "identity-missing"


def test_the_controllers_log_tells_what_the_agents_does_not() -> None:
    agents = (
        *STARTS,
        "02 INFO: Protocol JNLP2-connect encountered an unexpected exception",
        "java.util.concurrent.ExecutionException: x.Refused: Server didn't accept the handshake: ",
    )
    assert told(conclude(agents)) == [("error", "refused-without-reason", False)]
    controllers = ("02 WARNING: An attempt was made to connect as a1 from /h:1 with an incorrect secret",)
    (root,) = conclude(agents, controllers)
    assert (root.rule, root.certain) == ("secret-rejected", True)
    assert [each.rule for each in root.consequences] == ["refused-without-reason"]


def test_two_agents_of_a_controllers_log_are_told_apart() -> None:
    conclusions = conclude(
        (
            "02 WARNING: An attempt was made to connect as a1 from /h:1 with an incorrect secret",
            "03 WARNING: An attempt was made to connect as a2 from /h:1 with an incorrect secret",
            "04 WARNING: IOHub#1: Worker[channel:x] / Thread-3 for a3 terminated",
            "java.nio.channels.ClosedChannelException",
            "05 WARNING: An attempt was made to connect as a1 from /h:1 with an incorrect secret",
        )
    )
    assert [(each.rule, each.count, each.consequences) for each in conclusions] == [
        ("secret-rejected", 2, []),
        ("secret-rejected", 1, []),
        ("agent-vanished", 1, []),
    ]


def test_an_agent_that_tries_again_is_one_conclusion() -> None:
    again = (*STARTS[1:], "02 INFO: [x] Local headers refused by remote: Unknown client name: a1", *at(3, GAVE_UP))
    (root,) = conclude((*STARTS[:1], *again * 50))
    assert (root.rule, root.count) == ("agent-name-unknown", 50)
    assert (root.first.number, root.last.number) == (6, 50 * 7 - 1)


def test_what_is_wrong_now_stands_before_what_was_wrong_once() -> None:
    conclusions = conclude(
        (
            *STARTS,
            "02 SEVERE: http://h/ provided port:50000 is not reachable",
            *STARTS,
            "02 INFO: [x] Local headers refused by remote: Unknown client name: a1",
        )
    )
    assert [each.rule for each in conclusions] == ["agent-name-unknown", "agent-port-unreachable"]


def test_coming_back_does_not_undo_what_ended_a_session() -> None:
    session = ("01 INFO: WebSocket connection open", "01 INFO: Connected")
    ended = ("30 INFO: Ping failed. Terminating the channel x.", "31 INFO: Terminated")
    waited = ("41 INFO: Failed to connect to http://h/. Will try again: java.net.ConnectException Connection refused",)
    conclusions = conclude((*STARTS[:1], *session, *ended, *waited, *session))
    assert told(conclusions) == [("error", "ping-timed-out", True), ("info", "discovery-unavailable", False)]


def test_a_record_tells_one_thing_once() -> None:
    lines = (
        "30 INFO: Ping failed. Terminating the channel x.",
        "x.TimeoutException: Ping started at 1 hasn't completed by 2",
    )
    assert len(list(LogReading().read(log(*lines)))) == 1


class Broken(Rule):
    explains_later = ("already-connected",)
    explains = ("unknown-protocol",)


def test_rules_say_what_they_explain_later() -> None:
    text = RuleHelp("ping-timed-out", "x", "x", ("x",), ("x",), ("x",), ("x",))
    reading = LogReading({"ping-timed-out": RuleEntry(text, Broken)})
    lines = (
        *(*STARTS, *CONNECTED, "30 INFO: Ping failed. Terminating the channel x.", "31 INFO: Terminated"),
        *(*STARTS[1:], "40 INFO: [x] Local headers refused by remote: a1 is already connected to this controller."),
    )
    list(reading.read(log(*lines)))
    (root,) = reading.conclusions()
    assert root.rule == "ping-timed-out"
    assert "already-connected" in [each.rule for each in root.consequences]


@pytest.mark.parametrize("again", [1, 3])
def test_names_chosen_by_strangers_do_not_fill_the_memory(again: int) -> None:
    lines = (f"WARNING: incorrect secret for a{number}" for _ in range(again) for number in range(3_000))
    reading = LogReading()
    assert sum(1 for _ in reading.read(lines)) == again * 3_000
    assert len(reading.conclusions()) <= limits.CONCLUSIONS
    assert reading.left_out > 0
