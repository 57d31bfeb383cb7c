"""The upgrade to WebSocket as a simulated controller answers it: who is let in, who is refused, in which words.

Mirrors jenkins.agents.WebSocketAgents and jenkins.websocket.WebSockets.
"""

import base64
import hashlib
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from jnlpspy.model.negotiation import Capability
from jnlpspy.simulate.admission import Claim
from jnlpspy.simulate.joining import WEBSOCKET
from jnlpspy.simulate.roster import Refusal
from jnlpspy.simulate.websocket_line import LARGEST_MESSAGE
from jnlpspy.wire.headers import AGENT_NAME, SECRET
from jnlpspy.wire.layouts import build_capability_frame
from jnlpspy.wire.upgrade import CAPABILITY, COOKIE

MINIMUM_HEADER: Final = "X-Remoting-Minimum-Version"

SWITCHING: Final = 101
BAD_REQUEST: Final = 400
NOT_FOUND: Final = 404

PING_INTERVAL: Final = 30.0
"""Seconds between a controller's pings (jenkins.websocket.pingInterval)."""

_KEY_SIZE: Final = 16
_GUID: Final = "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455, section 1.3."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """How an upgrade is answered; what stands in front of a controller may answer otherwise."""

    status: int = SWITCHING
    """Another one comes whoever asks."""
    drops: tuple[str, ...] = ()
    """Headers of the request that do not arrive, in lower case."""
    answer_drops: tuple[str, ...] = ()
    """Headers of the answer that do not arrive, in lower case."""
    ping_interval: float | None = PING_INTERVAL
    largest_message: int = LARGEST_MESSAGE
    """Bytes of a message from which on it closes with 1009."""


NO_ENDPOINT: Final = Endpoint(status=NOT_FOUND)
"""Of a core below 2.217, or in a servlet container without WebSocket."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an upgrade is answered with."""

    status: int
    text: str = ""
    headers: tuple[tuple[str, str], ...] = ()


Judge = Callable[[Claim], Awaitable[Refusal | None]]


async def answer_upgrade(
    asked: Mapping[str, str], endpoint: Endpoint, judge: Judge, welcome: Callable[[Claim], tuple[tuple[str, str], ...]]
) -> Answer:
    """Return what a request for WebSocket is answered with.

    Args:
        asked: The request's headers, their names in lower case.
        endpoint: What is different about the controller.
        judge: Says why the agent is refused; not asked before it has shown name and secret.
        welcome: Gives the headers, besides WebSocket's own, for an agent that is let in.
    """
    if endpoint.status != SWITCHING:
        return Answer(endpoint.status)
    came = {name: value for name, value in asked.items() if name not in endpoint.drops}
    name, secret = came.get(AGENT_NAME.lower()), came.get(SECRET.lower())
    if name is None or secret is None or CAPABILITY.lower() not in came:
        return Answer(BAD_REQUEST, "This endpoint is only for use from agent.jar in WebSocket mode")
    claim = Claim(name, secret, came.get(COOKIE.lower()))
    refusal = await judge(claim)
    if refusal is not None:
        return Answer(refusal.status, refusal.words_for(WEBSOCKET))
    if came.get("upgrade", "").lower() != "websocket":
        return Answer(BAD_REQUEST, "only WS connections accepted here")
    key = came.get("sec-websocket-key", "")
    if not _is_key(key) or came.get("sec-websocket-version") != "13":
        return Answer(BAD_REQUEST, "did not manage to upgrade")
    own = (("Connection", "Upgrade"), ("Sec-WebSocket-Accept", accept_of(key)), ("Upgrade", "WebSocket"))
    headers = (*welcome(claim), *own)
    return Answer(SWITCHING, "", tuple(each for each in headers if each[0].lower() not in endpoint.answer_drops))


def welcome_headers(minimum_version: str, cookie: str, capability: Capability) -> tuple[tuple[str, str], ...]:
    """Return what a controller tells an agent that it lets in."""
    return (
        (CAPABILITY, capability_text(capability)),
        (MINIMUM_HEADER, minimum_version),
        (COOKIE, cookie),
    )


def capability_text(capability: Capability) -> str:
    """Return a capability as headers have it: without the length that JNLP4 puts before it."""
    return build_capability_frame(capability)[2:].decode("ascii")


def accept_of(key: str) -> str:
    """Return the Sec-WebSocket-Accept that answers a Sec-WebSocket-Key."""
    digest = hashlib.sha1(f"{key}{_GUID}".encode("latin-1"), usedforsecurity=False).digest()
    return base64.b64encode(digest).decode("ascii")


def _is_key(text: str) -> bool:
    try:
        return len(base64.b64decode(text, validate=True)) == _KEY_SIZE
    except ValueError:
        return False
