"""What java.time writes of dates, times, zones and durations (java.time.Ser), as text."""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from types import MappingProxyType

_SIZED_OFFSET = 127
"""An offset that is no multiple of a quarter of an hour follows in seconds."""


def describe_time(data: bytes) -> str | None:
    """Return the date, time, zone or duration that a `java.time.Ser` wrote; None if it is cut off or another.

    Raises:
        OverflowError: it is a moment that is none of our calendar's.
    """
    told = _KINDS.get(data[0]) if data else None
    try:
        return None if told is None else told(_Bytes(data[1:]))
    except EOFError:
        return None


def describe_moment(seconds: float) -> str:
    """Return a time since the epoch as a date and time of day.

    Raises:
        OverflowError: it is none of our calendar's.
    """
    when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    return when.isoformat(sep=" ", timespec="milliseconds").replace("+00:00", "Z")


class _Bytes:
    """What is left to read."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise EOFError
        self._at += size
        return taken

    def number(self, size: int) -> int:
        return int.from_bytes(self.take(size), "big", signed=True)


def _duration(data: _Bytes) -> str:
    return f"{_seconds(data):g} s"


def _instant(data: _Bytes) -> str:
    return describe_moment(_seconds(data))


def _seconds(data: _Bytes) -> float:
    return data.number(8) + data.number(4) / 1e9


def _date(data: _Bytes) -> str:
    return f"{data.number(4):04}-{data.number(1):02}-{data.number(1):02}"


def _time(data: _Bytes) -> str:
    """Read hour, minute and second, the last of which is told by its complement if what is smaller is zero."""
    parts: list[int] = []
    while len(parts) < 3:
        part = data.number(1)
        parts.append(part if part >= 0 else ~part)
        if part < 0:
            return ":".join(f"{each:02}" for each in (*parts, 0, 0)[:3])
    nanos = f"{data.number(4):09}".rstrip("0")
    return ":".join(f"{each:02}" for each in parts) + (f".{nanos}" if nanos else "")


def _date_time(data: _Bytes) -> str:
    return f"{_date(data)} {_time(data)}"


def _offset(data: _Bytes) -> str:
    quarters = data.number(1)
    seconds = data.number(4) if quarters == _SIZED_OFFSET else quarters * 900
    hours, rest = divmod(abs(seconds), 3600)
    minutes, odd = divmod(rest, 60)
    return f"{'-' if seconds < 0 else '+'}{hours:02}:{minutes:02}{f':{odd:02}' if odd else ''}" if seconds else "Z"


def _region(data: _Bytes) -> str:
    return data.take(data.number(2)).decode("utf-8", "replace")


def _offset_date_time(data: _Bytes) -> str:
    return _date_time(data) + _offset(data)


def _zoned_date_time(data: _Bytes) -> str:
    told = _offset_date_time(data)
    zone = _region(data) if data.number(1) == _REGION else _offset(data)
    return told if told.endswith(zone) else f"{told} {zone}"


_REGION = 7
_KINDS: Mapping[int, Callable[[_Bytes], str]] = MappingProxyType(
    {
        1: _duration,
        2: _instant,
        3: _date,
        4: _time,
        5: _date_time,
        6: _zoned_date_time,
        _REGION: _region,
        8: _offset,
        10: _offset_date_time,
    }
)
"""By java.time.Ser's types."""
