"""What cells of a report have in common: times, durations, sides, links to sessions, outcomes."""

import re
from datetime import datetime

from jnlpspy.export.html.markup import Markup, element, join
from jnlpspy.export.html.rows import CallRow
from jnlpspy.model.describe_events import describe_duration
from jnlpspy.model.session import FAILED_OUTCOMES
from jnlpspy.model.tap import Side

ARROWS = {Side.AGENT: "agent →", Side.CONTROLLER: "← controller"}
"""Who speaks: the agent stands on the left, the controller on the right."""

_BREAKS = re.compile(r"(?<=[.$])")

OPEN = "open"
"""What is said of a call or a pipe whose end the capture does not have."""


def clock(when: float) -> str:
    """Return a time of day to the millisecond, where this runs."""
    day, _, hour = _local(when, "milliseconds").partition(" ")
    return hour if "-" in day[1:] else f"{day} {hour}"


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
    return row.outcome in FAILED_OUTCOMES


def java_name(name: str) -> Markup:
    """Return a Java name in which the package steps back, and that may be broken where its parts meet."""
    owner, dot, method = name.rpartition(".")
    package, inner_dot, last = owner.rpartition(".") if method[:1].islower() else (owner, dot, method)
    member = f"{dot}{method}" if method[:1].islower() else ""
    first, *others = _BREAKS.split(f"{last}{member}")
    parts = [first, *(join([Markup("<wbr>"), each]) for each in others)]
    return join(
        [element("span", f"{package}{inner_dot}", class_="package") if package else "", Markup("<wbr>"), *parts]
    )


def with_code(told: str) -> Markup:
    """Return text in which what stands in backticks is code."""
    parts = re.split("`([^`]*)`", told)
    return join(element("code", each) if number % 2 else each for number, each in enumerate(parts))


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
