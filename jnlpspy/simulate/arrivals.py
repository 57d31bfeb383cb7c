"""What agents do before, or in place of, the session that a replayed controller waits for."""

from collections.abc import Callable
from typing import Final

import trio

from jnlpspy.model.events import DiscoveryAsked, Event, ProtocolOffered
from jnlpspy.simulate.joining import WEBSOCKET

JOIN_PATIENCE: Final = 30.0
"""Seconds an agent has from its first sign on to make the offer: remoting waits 10 s for each that it tries before."""

_NO_AGENTS: Final = ("Ping", "JNLP4-connect-proxy")
"""Offers of probes, and what newer agents say first to a proxy that might stand before the controller."""


class Arrivals:
    """A sink of events that waits for an agent to offer one protocol, and tells of whatever else comes."""

    def __init__(self, protocol: str, tell: Callable[[str], None]) -> None:
        self._protocol = protocol
        self._tell = tell
        self._came = trio.Event()
        self._offered = trio.Event()
        self._signs: list[str] = []
        """What agents did, each kind of it once."""

    def observe(self, event: Event) -> None:
        """Take an event."""
        match event.fact:
            case ProtocolOffered(protocol=protocol) if protocol == self._protocol:
                self._offered.set()
                self._came.set()
            case ProtocolOffered(protocol=protocol) if protocol not in _NO_AGENTS:
                self._note(f"an offer of {protocol or 'no protocol anybody knows'}")
            case DiscoveryAsked(url=url) if _is_at(url, "tcpSlaveAgentListener"):
                self._note("a request for discovery")
            case DiscoveryAsked(url=url) if _is_at(url, "wsagents") and self._protocol != WEBSOCKET:
                self._note(f"an offer of {WEBSOCKET}")
            case _:
                pass

    def finish(self) -> None:
        """Nothing is left to say."""

    async def wait_offered(self, patience: float = JOIN_PATIENCE) -> bool:
        """Wait for the offer; return whether it came in time, which begins with the first sign of an agent."""
        await self._came.wait()
        with trio.move_on_after(patience):
            await self._offered.wait()
            return True
        got = f"got {', '.join(self._signs)} and no more{_hint(self._protocol)}"
        self._tell(f"expected an agent to offer {self._protocol}, as recorded; {got}")
        return False

    def _note(self, sign: str) -> None:
        if sign in self._signs:
            return
        self._signs.append(sign)
        self._came.set()
        if sign.startswith("an offer"):
            self._tell(f"got {sign}, expected one of {self._protocol}, as recorded{_hint(self._protocol)}")


def _hint(protocol: str) -> str:
    return ": start the agent with -webSocket" if protocol == WEBSOCKET else ""


def _is_at(url: str, endpoint: str) -> bool:
    return url.partition("?")[0].rstrip("/").endswith(f"/{endpoint}")
