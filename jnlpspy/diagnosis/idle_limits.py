"""Known limits for connections on which nothing is said: who cuts when, and how that is changed."""

from collections.abc import Sequence
from dataclasses import dataclass

NOTICED = 20.0
"""Seconds of silence below which nobody cuts: the shortest known limit is 30."""

EARLY = 1.0
"""Seconds by which a limit may seem to be missed: the tap stands elsewhere, and clocks are read in steps."""

LATE = 0.04
"""Of a limit: devices look at idle connections now and then, not at each moment."""


@dataclass(frozen=True, slots=True)
class IdleLimit:
    """How long somebody lets a connection be idle."""

    seconds: float
    who: str
    cure: str = ""
    """What raises it, in words; "" if nobody can."""
    websocket: bool = False
    """True if it holds for agents over WebSocket only."""


IDLE_LIMITS: Sequence[IdleLimit] = (
    IdleLimit(30, "Google Cloud's HTTPS load balancer", "raise the backend service's timeout"),
    IdleLimit(
        30,
        "Jetty 10 before core raised its WebSocket limit",
        "set -Djenkins.websocket.idleTimeout=60 or more",
        websocket=True,
    ),
    IdleLimit(60, "nginx (proxy_read_timeout, stream proxy_timeout)", "set it to 3600s, proxy_send_timeout too"),
    IdleLimit(60, "AWS's Application and Classic Load Balancers", "set the idle timeout to 600 s or more"),
    IdleLimit(
        60,
        "Jenkins' own WebSocket limit",
        "set -Djenkins.websocket.idleTimeout higher than the ping's interval",
        websocket=True,
    ),
    IdleLimit(100, "Cloudflare", "let agents connect past it: the limit is fixed for most plans"),
    IdleLimit(240, "Azure's load balancer", "raise the rule's idle timeout, or switch TCP reset on idle on"),
    IdleLimit(350, "AWS's Network Load Balancer", "send pings more often than that, or raise the TCP idle timeout"),
    IdleLimit(600, "mitmproxy (tcp_timeout)", "raise tcp_timeout"),
    IdleLimit(1800, "the agent's own read timeout", "look for why the controller's pings do not come"),
)
"""The shortest first; what Jenkins does itself is among them."""


def limits_at(seconds: float) -> list[IdleLimit]:
    """Return the limits that a silence of this length fits."""
    return [each for each in IDLE_LIMITS if -EARLY <= seconds - each.seconds <= max(2 * EARLY, LATE * each.seconds)]


def limits_within(seconds: float) -> list[IdleLimit]:
    """Return the limits that were passed within a silence of this length, the longest first."""
    return [each for each in reversed(IDLE_LIMITS) if NOTICED <= each.seconds <= seconds + EARLY]


def same_period(one: float, other: float) -> bool:
    """Return whether two silences are as long as each other, as a device's limit would make them."""
    return abs(one - other) <= max(2 * EARLY, LATE * max(one, other))
