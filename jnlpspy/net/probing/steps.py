"""The steps of doctor's walk, what each comes to, and the limits that hold for them."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

HELLO_PATIENCE: Final = 3.0
"""Seconds for what a port says of itself: cores before 2.16 say nothing, and the offer is tried anyway."""

PARTING_PATIENCE: Final = 1.0
"""Seconds that a controller gets to end a connection after the last word."""

LONGEST_ANSWER: Final = 64 * 1024
"""Bytes of an answer that are read: heads and hello pages have a few hundred."""

MOST_REDIRECTS: Final = 20
"""As java.net.HttpURLConnection follows."""


class StepName(Enum):
    """The steps, in their order; the values are those of `--json`."""

    INPUTS = "inputs"
    JNLP = "jnlp"
    DNS = "dns"
    TCP = "tcp"
    CERTIFICATE = "certificate"
    DISCOVERY = "discovery"
    HEADERS = "headers"
    ADVERTISED = "advertised"
    AGENT_PORT = "agent-port"
    HELLO = "hello"
    PING = "ping"
    UNKNOWN_PROTOCOL = "unknown-protocol"
    OFFER = "offer"
    IDENTITY = "identity"
    CONNECTED = "connected"
    CREDENTIALS = "credentials"
    READY = "ready"
    WEBSOCKET = "websocket"


class Outcome(Enum):
    """What a step came to."""

    OK = "ok"
    WARNING = "warning"
    """It went well, and something is worth a look; or it matters little."""
    FAILED = "failed"
    """An agent would not get further."""
    SKIPPED = "skipped"


@dataclass(frozen=True, slots=True)
class Step:
    """A step that was made."""

    name: StepName
    outcome: Outcome
    text: str
    """What came, in a line."""
    seconds: float
    details: tuple[str, ...] = ()
    """More of it, a line each."""

    @property
    def key(self) -> str:
        """The step's name as `--json` has it."""
        return self.name.value

    @property
    def result(self) -> str:
        """What it came to, as `--json` has it."""
        return self.outcome.value
