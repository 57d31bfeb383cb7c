"""What a failure to show is made of: what the controller, the agents and the network do, as data."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import Enum
from typing import Final

from jnlpspy.model.secret import Secret, sha256_hex
from jnlpspy.simulate.controller import ControllerConfig
from jnlpspy.simulate.joining import PROTOCOLS
from jnlpspy.simulate.script import Part
from jnlpspy.simulate.session import AGENT_PART, REMOTING_VERSION

AGENT: Final = "demo-agent"
OTHER_AGENT: Final = "demo-agent-2"

SECRETS: Final = {name: Secret(sha256_hex(name.encode())) for name in (AGENT, OTHER_AGENT)}
"""What the controller of a scenario knows; it is gone a moment later."""

HANDSHAKE_TIMEOUT: Final = 30.0
"""Seconds the proxy gives a handshake, as told by the scenario's clock."""


class Starts(Enum):
    """When an agent of a scenario starts."""

    AT_ONCE = "at once"
    CONNECTED = "once the agent before it is connected"
    OVER = "once the agent before it is over"


class Hastens(Enum):
    """When a scenario's clock begins to run faster."""

    AT_ONCE = "at once"
    HANDSHAKE = "once an agent knows where to connect to"
    CONNECTED = "once an agent is connected"


@dataclass(frozen=True, slots=True, kw_only=True)
class Role:
    """An agent of a scenario."""

    name: str = AGENT
    secret: Secret | None = None
    """None: its own."""
    protocol: str | None = None
    """Offered whatever discovery says, or WebSocket; None tries those announced among `speaks`."""
    speaks: tuple[str, ...] = PROTOCOLS
    version: str = REMOTING_VERSION
    """Of its remoting."""
    part: Part = AGENT_PART
    hangs: bool = False
    """True if its start hangs behind JNLP4's TLS."""
    comes_from: str | None = None
    """The loopback address it connects from, as from a machine of its own."""
    hold: float | None = None
    """Seconds after which it closes the channel."""
    path: str = ""
    """What is behind the root URL it is given, by mistake."""
    tunnels_to_http: bool = False
    """True if its -tunnel leads to where HTTP is served."""
    starts: Starts = Starts.AT_ONCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """Something on the way that takes connections; without a mistake of its own it passes them on."""

    is_there: bool = True
    """False: nobody listens."""
    forwards: bool = True
    greets: bytes = b""
    """What it says at once, in place of passing anything on."""
    answers: bytes = b""
    """What it says to the first bytes, in place of passing anything on; then it closes."""
    header: bytes = b""
    """What it puts before the first bytes that it passes on."""
    latency: float = 0.0
    """Seconds each piece takes, either way."""
    idle_limit: float | None = None
    """Seconds of silence after which it resets both sides."""
    damages: int | None = None
    """Offset of a byte, sent towards the controller, that it turns over."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """A failure that simulated peers cause."""

    name: str
    happens: str
    """One sentence for the user."""
    rule: str
    """Name of the rule that is expected to find it."""
    shortened: str = ""
    """What takes less time here than it does in earnest, if anything does."""
    haste: float = 1.0
    """How many times as fast the proxy's clock runs, so that a capture tells of real times."""
    hastens: Hastens = Hastens.CONNECTED
    """Not before what is meant to take long, or a slow machine's work would count as well."""
    controller: Callable[[ControllerConfig], ControllerConfig] = field(default=lambda config: config)
    """What is different about the controller."""
    agents: tuple[Role, ...] = (Role(),)
    inventory: bool = False
    """True if the operator knows the agents and their secrets, and the diagnosis is to be told."""
    visitors: tuple[bytes, ...] = ()
    """Connections to the agent port that say just this and go, before the agents come."""
    before: Box | None = None
    """What stands between the agents and the proxy's agent port."""
    behind: Box | None = None
    """What stands between the proxy and the controller's agent port."""
    web: Box | None = None
    """What stands between the proxy and the controller's web port."""
