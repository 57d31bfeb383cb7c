"""Lines of a log to records: a message with its time, its exception and the lines that belong to it."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

LINES = 60
"""Lines of a record that are kept: a message, its exception and the causes; frames are not."""

LONGEST = 8_000
"""Characters of a line that are kept."""

_SPACE = r"[ \u00a0\u202f]"  # newer Javas put a narrow space before AM and PM
_JUL = re.compile(
    rf"^([A-Z][a-z]{{2}}) (\d{{1,2}}), (\d{{4}}),?{_SPACE}(\d{{1,2}}):(\d\d):(\d\d){_SPACE}([AP])M ?(.{{0,300}})$"
)
_ISO = re.compile(r"^\[?(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:[.,]\d{1,9})?(?:Z| ?[+-]\d\d:?\d\d)?\]?[ \t]?")
_SYSLOG = re.compile(r"^([A-Z][a-z]{2}) {1,2}(\d{1,2}) (\d\d:\d\d:\d\d) \S{1,100} [\w./-]{1,100}(?:\[\d{1,10}\])?: ")
_CRI = re.compile(r"^(?:stdout|stderr) [FP] ")
_COMPOSE = re.compile(r"^[\w.-]{1,80} {1,20}\| ")
_ANSI = re.compile(r"\x1b\[[0-9;]{0,20}[A-Za-z]")
_FRAME = re.compile(r"^\s{0,40}(?:at [\w$.<>/@ ]{1,200}\(|\.\.\. \d{1,6} (?:more|common frames))")
_BELONGS = re.compile(
    r"^(?:\s{1,40}\S|Caused by: |Suppressed: |(?:[a-z][\w$]{0,40}\.){1,10}[\w$]{0,80}(?:Exception|Error|Throwable)\b)"
)
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

NO_YEAR = 1900
"""The year of a time that came without one."""


@dataclass(slots=True)
class LogRecord:
    """A message of a log."""

    number: int
    """Its first line, from 1."""
    when: datetime | None = None
    """As printed, in whatever time zone that was."""
    lines: list[str] = field(default_factory=list)
    """The message and what belongs to it, without time and without stack frames."""


def read_records(lines: Iterable[str]) -> Iterator[LogRecord]:
    """Yield the records of a log; each once the line after it has come.

    Known are java.util.logging (a line with the time, then the message), times in ISO 8601, syslog, docker, docker
    compose and kubectl with and without timestamps, and lines without a time.
    """
    record: LogRecord | None = None
    awaiting = False  # the message of a time that stood on a line by itself
    for number, line in enumerate(lines, 1):
        when, text = _split_time(line[:LONGEST].rstrip())
        header = _JUL.match(text)
        if header is not None:
            if record is not None:
                yield record
            record, awaiting = LogRecord(number, _jul_time(header) or when), True
        elif record is not None and (awaiting or _BELONGS.match(text) or _FRAME.match(text)):
            awaiting = False
            if len(record.lines) < LINES and text.strip() and not _FRAME.match(text):
                record.lines.append(text)
        else:
            if record is not None:
                yield record
            record = LogRecord(number, when, [text]) if text.strip() else None
    if record is not None:
        yield record


def format_time(when: datetime | None) -> str:
    """Return a time as a log's reader would write it; "" if there is none."""
    if when is None:
        return ""
    return when.isoformat(" ", "seconds") if when.year > NO_YEAR else when.strftime("%m-%d %H:%M:%S")


def _split_time(line: str) -> tuple[datetime | None, str]:
    """Return the time that stands before a line, and the line without it and without what else stands before it."""
    text = _COMPOSE.sub("", _ANSI.sub("", line), count=1)
    found = _SYSLOG.match(text)
    if found is not None:
        when = _time(NO_YEAR, found[1], int(found[2]), found[3])
        return when, text[found.end() :]
    found = _ISO.match(text)
    if found is None:
        return None, text
    rest = _CRI.sub("", text[found.end() :], count=1)
    inner = _ISO.match(rest)
    try:
        return datetime.fromisoformat(f"{found[1]}T{found[2]}"), rest[inner.end() :] if inner else rest
    except ValueError:
        return None, text


def _jul_time(found: re.Match[str]) -> datetime | None:
    hour = int(found[4]) % 12 + (12 if found[7] == "P" else 0)
    return _time(int(found[3]), found[1], int(found[2]), f"{hour:02}:{found[5]}:{found[6]}")


def _time(year: int, month: str, day: int, clock: str) -> datetime | None:
    try:
        hour, minute, second = map(int, clock.split(":"))
        return datetime(year, _MONTHS.index(month) + 1, day, hour, minute, second)  # noqa: DTZ001 - the log names none
    except ValueError:
        return None
