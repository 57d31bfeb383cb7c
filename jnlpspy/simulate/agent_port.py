"""The agent port of a simulated controller up to the handshake: offers, pings, HTTP and what is none of these.

Mirrors hudson.TcpSlaveAgentListener.
"""

from dataclasses import dataclass

from jnlpspy.model.negotiation import Foreign, Offer
from jnlpspy.model.tap import Address
from jnlpspy.simulate.joining import PROTOCOLS
from jnlpspy.simulate.line import HandshakeFailed, Line
from jnlpspy.simulate.roster import Age

_PREFIX = "Protocol:"
_PING = "Ping"


@dataclass(frozen=True, slots=True, kw_only=True)
class Greeting:
    """What the agent port says of its controller."""

    protocols: tuple[str, ...]
    disabled: tuple[str, ...]
    version: str
    minimum_version: str
    session: str
    age: Age = Age.TODAY


async def read_offer(line: Line, greeting: Greeting, *, agent: Address, controller: Address) -> bool:
    """Read what a connection begins with; return whether it offers a protocol to go on with.

    Everything else is answered as Jenkins does, up to the end of what this side sends.
    """
    try:
        opening = await line.hear()
    except HandshakeFailed:
        return await _dismiss(line)  # Jenkins waits for the rest of a string that never comes
    if isinstance(opening, Foreign) and opening.kind == "HTTP":
        return await _dismiss(line, await _page(line, greeting, agent, controller))
    if not isinstance(opening, Offer):
        return await _dismiss(line)
    if not opening.line.startswith(_PREFIX):
        return await _dismiss(line, f"Unrecognized protocol: {opening.line}\n")
    if opening.protocol in greeting.disabled:
        return await _dismiss(line, f"Disabled protocol:{opening.line}\n")
    if opening.protocol == _PING and _PING in greeting.protocols:
        return await _dismiss(line, "Ping\n")
    if opening.protocol not in greeting.protocols or opening.protocol not in PROTOCOLS:
        repeated = "" if greeting.age is Age.TODAY else opening.line  # cores up to 2.262
        return await _dismiss(line, f"Unknown protocol:{repeated}\n")
    return True


async def _dismiss(line: Line, text: str = "") -> bool:
    if text:
        await line.send(text.encode())
        await line.end()
    await line.drain()
    return False


async def _page(line: Line, greeting: Greeting, agent: Address, controller: Address) -> str:
    """Answer a GET in text; other requests get no answer, as Jenkins takes them for a very long string."""
    seen = b""
    while b"\n" not in seen and (more := await line.receive()):
        seen += more
    if seen.startswith(b"GET / "):
        return (
            "HTTP/1.0 200 OK\r\n"
            "Content-Type: text/plain;charset=UTF-8\r\n"
            "X-Content-Type-Options: nosniff\r\n"
            "\r\n"
            f"Jenkins-Agent-Protocols: {', '.join(greeting.protocols)}\r\n"
            f"Jenkins-Version: {greeting.version}\r\n"
            f"Jenkins-Session: {greeting.session}\r\n"
            f"Client: {agent.host}\r\n"
            f"Server: {controller.host}\r\n"
            f"Remoting-Minimum-Version: {greeting.minimum_version}\r\n"
        )
    if seen.startswith(b"GET "):
        return "HTTP/1.0 404 Not Found\r\nContent-Type: text/plain;charset=UTF-8\r\n\r\nNot Found\r\n"
    return ""
