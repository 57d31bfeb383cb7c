"""The steps of doctor's walk, as lines and as JSON."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from jnlpspy.view.reports import Record

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

_INDENT = " " * 26


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


def step_lines(step: Made) -> Iterator[str]:
    """Yield a step's lines: the first with outcome, name and time, then the details."""
    taken = f"  [{step.seconds * 1000:.0f} ms]" if step.seconds >= 0.0005 else ""
    yield f"{MARKS[step.result]} {TITLES[step.key]:<17} {step.text}{taken}"
    yield from (f"{_INDENT}{detail}" for detail in step.details)


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
