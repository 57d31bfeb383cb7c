"""Peers for tests without Java: a simulated controller, simulated agents, a proxy between them, a replayed capture.

Everything here works from plain and from trio tests, listens on free ports of the loopback, and is closed by `with`.
"""

from importlib import import_module
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jnlpspy.testing.agent import Agent
    from jnlpspy.testing.controller import Controller
    from jnlpspy.testing.proxy import Proxy
    from jnlpspy.testing.replay import Replayed, ReplayedAgent, ReplayedController, open_replay
    from jnlpspy.testing.session import Call, Calls, Ending, Load, NoSuchCall, Pipe, Refusal, Session
    from jnlpspy.testing.watch import NoSession, read_sessions

__all__ = [
    "Agent",
    "Call",
    "Calls",
    "Controller",
    "Ending",
    "Load",
    "NoSession",
    "NoSuchCall",
    "Pipe",
    "Proxy",
    "Refusal",
    "Replayed",
    "ReplayedAgent",
    "ReplayedController",
    "Session",
    "open_replay",
    "read_sessions",
]

if not TYPE_CHECKING:  # else every name would seem to be here
    _HOMES = {
        "agent": ("Agent",),
        "controller": ("Controller",),
        "proxy": ("Proxy",),
        "replay": ("Replayed", "ReplayedAgent", "ReplayedController", "open_replay"),
        "session": ("Call", "Calls", "Ending", "Load", "NoSuchCall", "Pipe", "Refusal", "Session"),
        "watch": ("NoSession", "read_sessions"),
    }

    def __getattr__(name: str) -> object:
        """Import what is asked for: pytest imports this package also where no test uses it."""
        for home, names in _HOMES.items():
            if name in names:
                return getattr(import_module(f"jnlpspy.testing.{home}"), name)
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
