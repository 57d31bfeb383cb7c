"""The steps of doctor's walk, as lines and as JSON."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from rich.console import Console
from rich.text import Text

from jnlpspy.view.reports import Record
from jnlpspy.view.rows import print_line, without_controls

MARKS = {"ok": "ok     ", "warning": "warning", "failed": "FAILED ", "skipped": "skipped"}

TITLES: Mapping[str, str] = {
    "inputs": "inputs",
    "jnlp": "jnlp file",
    "dns": "DNS",
    "tcp": "TCP",
    "certificate": "certificate",
    "discovery": "HTTP discovery",
    "headers": "headers",
    "advertised": "advertised port",
    "agent-port": "agent port",
    "hello": "hello page",
    "ping": "Ping",
    "unknown-protocol": "unknown protocol",
    "offer": "protocol offer",
    "identity": "TLS and identity",
    "connected": "agent connected?",
    "credentials": "name and secret",
    "ready": "ready",
    "websocket": "WebSocket",
}
"""What a person calls a step."""

STYLES = {"ok": "kind.good", "warning": "waiting", "failed": "kind.bad", "skipped": "kind.quiet"}
"""How outcomes look."""

_INDENT = " " * 26
_LEAST = 20
"""Columns that text needs beside a name; with less it stands below."""


class Made(Protocol):
    """A step as views see it."""

    @property
    def key(self) -> str:
        """Its name."""

    @property
    def result(self) -> str:
        """What it came to, a key of `MARKS`."""

    @property
    def text(self) -> str:
        """What came."""

    @property
    def seconds(self) -> float:
        """How long it took."""

    @property
    def details(self) -> tuple[str, ...]:
        """More of it."""


def print_step(console: Console, step: Made) -> None:
    """Print a step; on a terminal its outcome is coloured, and lines that are wrapped stay behind its name."""
    for number, line in enumerate(step_lines(step)):
        if not console.file.isatty():
            print_line(console, Text(line))
            continue
        text = Text(line.replace(" ms]", "ms]"), "summary.quiet" if number else "")  # a time is not wrapped
        if number == 0:
            text.stylize(STYLES[step.result], 0, len(MARKS[step.result]))
        _print_behind_name(console, without_controls(text))


def step_lines(step: Made) -> Iterator[str]:
    """Yield a step's lines: the first with outcome, name and time, then the details."""
    taken = f"  [{step.seconds * 1000:.0f} ms]" if step.seconds >= 0.0005 else ""
    yield f"{MARKS[step.result]} {TITLES[step.key]:<17} {step.text}{taken}"
    yield from (f"{_INDENT}{detail}" for detail in step.details)


def _print_behind_name(console: Console, text: Text) -> None:
    room = console.width - len(_INDENT)
    if room < _LEAST:
        console.print(text)
        return
    lead, told = text.divide([len(_INDENT)])
    for line in told.wrap(console, room) or [Text()]:
        line.rstrip()
        console.print(lead + line, no_wrap=True, overflow="ellipsis")
        lead = Text(_INDENT)


def step_record(step: Made) -> Record:
    """Return a step as an object of `--json`."""
    return {
        "type": "step",
        "step": step.key,
        "outcome": step.result,
        "text": step.text,
        "duration": round(step.seconds, 6),
        "details": list(step.details),
    }
