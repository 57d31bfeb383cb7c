"""What cells of a report have in common: times, durations, sides, links to sessions, outcomes."""

from datetime import datetime

from jnlpspy.export.html.markup import Markup, element, join
from jnlpspy.export.html.rows import CallRow
from jnlpspy.model.describe_events import describe_duration
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Side

ARROWS = {Side.AGENT: "agent →", Side.CONTROLLER: "← controller"}
"""Who speaks: the agent stands on the left, the controller on the right."""

OPEN = "open"
"""What is said of a call or a pipe whose end the capture does not have."""


def clock(when: float) -> str:
    """Return a time of day to the millisecond, where this runs."""
    return told[11:] if len(told := _local(when, "milliseconds")) > len("0000-00-00 ") else told


def day_and_time(when: float) -> str:
    """Return a time with its day and its zone."""
    return f"{_local(when, 'seconds')} {_zone(when)}".rstrip()


def span_of(seconds: float | None) -> str:
    """Return a duration, or nothing for none."""
    return "" if seconds is None else describe_duration(max(0.0, seconds))


def session_link(connection: int) -> Markup:
    """Return a link to a session's part of the report."""
    return element("a", f"#{connection}", href=f"#s{connection}") if connection else Markup("none")


def side_of(side: Side | None) -> Markup | str:
    """Return who speaks."""
    return "" if side is None else element("span", ARROWS[side], class_=side.value)


def outcome_of(row: CallRow) -> str:
    """Return how a call ended, in a word that is also its class."""
    return OPEN if row.outcome is None else row.outcome.value


def is_bad(row: CallRow) -> bool:
    """Return whether a call went wrong."""
    return row.outcome in (Outcome.THREW, Outcome.UNANSWERED)


def breakable(name: str) -> Markup:
    """Return a Java name that may be broken after its dots."""
    *packages, last = name.split(".")
    return join([*(join([f"{each}.", Markup("<wbr>")]) for each in packages), last])


def with_code(told: str) -> Markup:
    """Return text in which what stands in backticks is code."""
    parts = told.split("`")
    return join(
        element("code", each) if number % 2 and number < len(parts) - 1 else each for number, each in enumerate(parts)
    )


def _local(when: float, precision: str) -> str:
    try:
        return datetime.fromtimestamp(when).astimezone().replace(tzinfo=None).isoformat(" ", precision)
    except (OverflowError, ValueError, OSError):  # a capture may claim any time
        return f"{when:.3f} s"


def _zone(when: float) -> str:
    try:
        zone = f"{datetime.fromtimestamp(when).astimezone():%z}"
        return f"UTC{zone[:3]}:{zone[3:5]}" if int(zone) else "UTC"
    except (OverflowError, ValueError, OSError):
        return ""
