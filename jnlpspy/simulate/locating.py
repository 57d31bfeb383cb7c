"""How a simulated agent finds the agent port: discovery over HTTP, and the probe connection behind it.

Mirrors org.jenkinsci.remoting.engine.JnlpAgentEndpointResolver, with its messages.
"""

import itertools
import ssl
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Final

import h11
import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Address, CloseReason, Side
from jnlpspy.net.announcement import VERSION_HEADER, Announcement, read_announcement
from jnlpspy.net.dialling import dial
from jnlpspy.net.http_leg import HttpLeg, HttpTrouble
from jnlpspy.net.identity import fingerprint_of
from jnlpspy.net.target import RootUrl, Tunnel
from jnlpspy.simulate.line import Line, Witness
from jnlpspy.simulate.session import REMOTING_VERSION

NAMED_SINCE: Final = "3180"
"""The version of remoting from which on agents tell their name when they ask."""

CHECKED_SINCE: Final = "3.32"
"""The version from which on they heed the controller's minimum."""

PROBE_TIMEOUT: Final = 5.0
"""Seconds the agent port has to accept the probe, as in remoting."""

_OK: Final = 200


@dataclass(frozen=True, slots=True)
class Search:
    """What an agent asks where."""

    root: RootUrl
    name: str
    trust: ssl.SSLContext | None
    """How the certificate of an https root is checked."""
    tunnel: Tunnel | None
    version: str = REMOTING_VERSION
    """Of the agent's remoting."""


async def locate(search: Search, tell: Callable[[str], None], witness: Witness) -> Announcement:
    """Return where the agent port is and what it must prove. Raises NetworkError in the real agent's words."""
    root = search.root
    tell(f"Locating server among [{root}]")
    url = f"{root}tcpSlaveAgentListener/"
    try:
        response = await _ask(search, witness)
    except (NetworkError, HttpTrouble) as error:
        raise NetworkError(f"Failed to connect to {url}: {error}") from error
    if response.status_code != _OK:
        raise NetworkError(f"{url} is invalid: {response.status_code} {response.reason.decode('latin-1')}")
    minimum = dict(response.headers).get(VERSION_HEADER, b"").decode("latin-1")
    if is_older(search.version, minimum) and not is_older(search.version, CHECKED_SINCE):
        raise NetworkError(f"Agent version {minimum} or newer is required.")
    announcement = read_announcement(response.headers, root.host, search.tunnel, trio.current_time())
    if announcement is None:
        raise NetworkError(f"{root} is not Jenkins")
    if announcement.identity is None:
        raise NetworkError(f"{url} appears to be publishing an invalid X-Instance-Identity.")
    tell(f"Remoting server accepts the following protocols: [{', '.join(announcement.protocols)}]")
    if search.tunnel is None:
        await _probe(root, announcement.address)
    tell(
        "Agent discovery successful\n"
        f"  Agent address: {announcement.host}\n"
        f"  Agent port:    {announcement.port}\n"
        f"  Identity:      {fingerprint_of(announcement.identity)}"
    )
    return announcement


async def connect(address: Address, comes_from: str | None = None) -> trio.SocketStream:
    """Open a connection to the agent port, from an address of ours if it is one; NetworkError if there is none."""
    if comes_from is not None:
        with suppress(OSError):
            return await trio.open_tcp_stream(address.host, address.port, local_address=comes_from)
    try:
        return await trio.open_tcp_stream(address.host, address.port)
    except OSError as error:
        raise NetworkError(f"cannot connect to the agent port {address}: {error.strerror or error}") from error


def is_older(version: str, minimum: str) -> bool:
    """Return whether a version of remoting is below another, by the numbers before the first word."""
    return _numbers(version) < _numbers(minimum)


def header_text(text: str) -> bytes:
    """Return a name or a secret as a header can carry it."""
    return "".join(each if each.isprintable() else "?" for each in text).strip().encode("latin-1", "replace")


def _numbers(version: str) -> list[int]:
    return [int(each) for each in itertools.takewhile(str.isdigit, version.split("."))]


async def _ask(search: Search, witness: Witness) -> h11.Response:
    root = search.root
    dialled = await dial(root, search.trust)
    seen = witness.open(Address("0.0.0.0", 0), dialled.address)  # noqa: S104 - nobody asks where an agent's HTTP comes from
    line = Line(dialled.leg, Side.AGENT, seen)
    http = HttpLeg(dialled.leg, Side.CONTROLLER, seen.saw)
    named = not is_older(search.version, NAMED_SINCE)
    headers = [
        *([(b"Node-Name", header_text(search.name))] if named else []),
        (b"User-Agent", b"Java/17.0.15"),
        (b"Host", root.authority.encode()),
        (b"Connection", b"close"),
    ]
    request = h11.Request(method="GET", target=f"{root.path}tcpSlaveAgentListener/", headers=headers)
    try:
        for event in (request, h11.EndOfMessage()):
            await line.send(http.http.send(event) or b"")
        while not isinstance(response := await http.next_event(), h11.Response):
            pass  # a 1xx, which says nothing yet
        return response
    finally:
        seen.ended(Side.AGENT, CloseReason.EOF)
        seen.close()
        await dialled.leg.close()


async def _probe(root: RootUrl, address: Address) -> None:
    unreachable = f"{root} provided port:{address.port} is not reachable on host {address.host}"
    try:
        with trio.fail_after(PROBE_TIMEOUT):
            await (await connect(address)).aclose()
    except (NetworkError, trio.TooSlowError) as error:
        raise NetworkError(unreachable) from error
