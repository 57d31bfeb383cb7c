"""What a failing test shows: lines, not too many, that command no terminal."""

from jnlpspy.model.events import Event, HeadersSent, Remark
from jnlpspy.model.secret import Secret
from jnlpspy.testing.report import FIRST_LINES, LAST_LINES, Excerpt, format_events, mask, printable


def remarks(count: int) -> list[Event]:
    return [Event(number, 1, 0.0, Remark(f"remark {number}.")) for number in range(count)]


def test_few_events_are_all_shown() -> None:
    lines = format_events(remarks(FIRST_LINES + LAST_LINES)).splitlines()
    assert len(lines) == FIRST_LINES + LAST_LINES
    assert "left out" not in "".join(lines)


def test_of_many_the_first_and_the_last_are_shown() -> None:
    lines = format_events(remarks(1000)).splitlines()
    assert len(lines) == FIRST_LINES + 1 + LAST_LINES
    assert lines[0].endswith("proxy      remark 0.")
    assert lines[FIRST_LINES] == f"... {1000 - FIRST_LINES - LAST_LINES} events left out ..."
    assert lines[-1].endswith("remark 999.")


def test_nothing_is_nothing() -> None:
    assert Excerpt().text() == ""


def test_control_characters_are_marks() -> None:
    assert format_events([Event(1, 1, 0.0, Remark("red \x1b[31m\nalert"))]).isprintable()
    assert printable("red \x1b[31m\nalert") == "red \ufffd[31m\nalert"


def test_a_secret_is_a_fingerprint_wherever_it_stands() -> None:
    secret = Secret("0123456789abcdef" * 4)
    events = [Event(1, 1, 0.0, HeadersSent({}, "a", secret)), Event(2, 1, 0.0, Remark(f"given was {secret.value}."))]
    assert format_events(events).endswith(f"given was {secret.fingerprint}.")
    assert mask(f"cut off: {secret.value[:20]}… and whole: {secret.value}", [secret]) == (
        f"cut off: {secret}… and whole: {secret}"
    )
    assert mask("a test", [Secret("test")]) == "a test"
