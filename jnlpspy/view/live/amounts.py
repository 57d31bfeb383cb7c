"""Numbers as short as a narrow column needs them, and never wider than it."""

from typing import Final

_STEP: Final = 1024
_UNITS: Final = "KMGTPE"


def short_bytes(number: float) -> str:
    """Return bytes in at most five characters: `999`, `12.3K`, `150M`."""
    if number < 1000:
        return f"{number:.0f}"
    value, unit = number / _STEP, 0
    while value >= 999.5 and unit < len(_UNITS) - 1:
        value, unit = value / _STEP, unit + 1
    return f"{min(value, 999):.{1 if value < 99.95 else 0}f}{_UNITS[unit]}"


def short_age(seconds: float) -> str:
    """Return a duration in at most four characters: `59s`, `12m`, `3h`, `20d`."""
    whole = max(0, int(seconds))
    for unit, size in (("s", 60), ("m", 60), ("h", 48)):
        if whole < size:
            return f"{whole}{unit}"
        whole //= 24 if unit == "h" else 60
    return f"{min(whole, 999)}d"


def clock(seconds: float) -> str:
    """Return a duration as `00:12:34`, with days before it from the first on."""
    whole = max(0, int(seconds))
    days, rest = divmod(whole, 24 * 3600)
    told = f"{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"
    return f"{days}d {told}" if days else told


def short_count(number: int) -> str:
    """Return a count in at most four characters."""
    return str(number) if number < 10_000 else f"{number // 1000}k"
