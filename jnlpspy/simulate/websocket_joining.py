"""How a simulated agent joins over WebSocket: waits until the controller is ready, asks for the upgrade.

Mirrors hudson.remoting.Engine.runWebSocket, with its messages.
"""

import base64
import secrets
import ssl
from collections.abc import Callable
from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import h11
import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.tap import Address, CloseReason, Side
from jnlpspy.net.dialling import dial
from jnlpspy.net.http_leg import HttpLeg, HttpTrouble
from jnlpspy.net.leg import Leg
from jnlpspy.net.target import RootUrl
from jnlpspy.simulate.joining import CAPABILITY, Credentials, HandshakeRefused
from jnlpspy.simulate.line import HandshakeFailed, Line, Witness
from jnlpspy.simulate.locating import CHECKED_SINCE, header_text, is_older
from jnlpspy.simulate.roster import FORBIDDEN
from jnlpspy.simulate.upgrading import (
    BAD_REQUEST,
    MINIMUM_HEADER,
    SWITCHING,
    accept_of,
    capability_text,
)
from jnlpspy.simulate.websocket_line import WebSocketLine
from jnlpspy.wire.headers import AGENT_NAME, SECRET
from jnlpspy.wire.upgrade import CAPABILITY as CAPABILITY_NAME
from jnlpspy.wire.upgrade import COOKIE

READY_SINCE: Final = "3283"
"""The version of remoting from which on agents ask whether the controller is ready before they connect."""

WHOLE_SINCE: Final = "3107"
"""The version from which on a chunk is sent in one frame."""

ENDPOINT: Final = "wsagents/"

_OK: Final = 200
_KEY_SIZE: Final = 16
_MOST_WORDS: Final = 500
"""Characters of a refusal's text that are told: what stands in front of Jenkins answers whole pages."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What an agent asks for, and where."""

    root: RootUrl
    credentials: Credentials
    trust: ssl.SSLContext | None
    """How the certificate of an https root is checked."""
    version: str
    """Of the agent's remoting."""


@dataclass(frozen=True, slots=True)
class Joined:
    """An agent that was let in."""

    line: WebSocketLine
    cookie: str | None


async def join_websocket(wish: Wish, tell: Callable[[str], None], witness: Witness) -> Joined:
    """Return an open channel's line, which the caller closes with its witness.

    Raises:
        HandshakeRefused: In the controller's words.
        NetworkError: It failed otherwise.
    """
    if not is_older(wish.version, READY_SINCE):
        await _expect_ready(wish, witness)
    try:
        dialled = await dial(wish.root, wish.trust)
    except NetworkError as error:
        raise NetworkError(f"Failed to connect: {error}") from error
    leg = dialled.leg
    line = Line(leg, Side.AGENT, witness.open(_address_of(leg), dialled.address))
    try:
        return await _upgrade(wish, line, tell)
    except HttpTrouble as trouble:
        await _let_go(line)
        raise HandshakeFailed(f"Failed to connect: {trouble.text}") from trouble
    except BaseException:
        with trio.CancelScope(shield=True):
            await _let_go(line)
        raise


async def _expect_ready(wish: Wish, witness: Witness) -> None:
    url = f"{wish.root}login"
    try:
        dialled = await dial(wish.root, wish.trust)
    except NetworkError as error:
        raise NetworkError(f"{url} is not ready: {error}") from error
    line = Line(dialled.leg, Side.AGENT, witness.open(_address_of(dialled.leg), dialled.address))
    http = HttpLeg(dialled.leg, Side.CONTROLLER, line.witness.saw)
    headers = [("User-Agent", "Java/17.0.15"), ("Host", wish.root.authority), ("Connection", "close")]
    try:
        response = await _ask(line, http, h11.Request(method="GET", target=f"{wish.root.path}login", headers=headers))
    except HttpTrouble as trouble:
        raise NetworkError(f"{url} is not ready: {trouble.text}") from trouble
    finally:
        await _let_go(line)
    if response.status_code != _OK:
        raise NetworkError(f"{url} is not ready: {response.status_code}")


async def _upgrade(wish: Wish, line: Line, tell: Callable[[str], None]) -> Joined:
    http = HttpLeg(line.leg, Side.CONTROLLER, line.witness.saw)
    key = base64.b64encode(secrets.token_bytes(_KEY_SIZE)).decode("ascii")
    request = h11.Request(method="GET", target=f"{wish.root.path}{ENDPOINT}", headers=_headers(wish, key))
    answer = await _ask(line, http, request)
    if (status := answer.status_code) != SWITCHING:
        failed = f"The HTTP response from the server [{status}] did not permit the HTTP upgrade to WebSocket"
        if status not in (BAD_REQUEST, FORBIDDEN):
            raise HandshakeFailed(f"Failed to connect: {failed}")
        tell(f"Failed to connect: {failed}")
        raise HandshakeRefused(await _words_of(http) or f"{status} {HTTPStatus(status).phrase}")
    told = {name.decode("latin-1"): value.decode("latin-1") for name, value in answer.headers}
    if told.get("sec-websocket-accept") != accept_of(key):
        raise HandshakeFailed("Failed to connect: Sec-WebSocket-Accept is not the answer to this request")
    tell("WebSocket connection open")
    minimum = told.get(MINIMUM_HEADER.lower(), "")
    if is_older(wish.version, minimum) and not is_older(wish.version, CHECKED_SINCE):
        raise HandshakeFailed(f"Agent version {minimum} or newer is required.")
    if CAPABILITY_NAME.lower() not in told:
        tell(f"Did not receive {CAPABILITY_NAME} header")
    early, fragments = http.http.trailing_data[0], is_older(wish.version, WHOLE_SINCE)
    carrier = WebSocketLine(line.leg, Side.AGENT, line.witness, early, fragments=fragments)
    return Joined(carrier, told.get(COOKIE.lower()))


def _headers(wish: Wish, key: str) -> list[tuple[bytes, bytes]]:
    """Return a request's headers in the order of a real agent."""
    given = wish.credentials
    cookie = () if given.cookie is None else ((COOKIE, given.cookie),)
    headers = (
        ("Sec-WebSocket-Key", key),
        (AGENT_NAME, given.name),
        ("Connection", "upgrade"),
        ("Sec-WebSocket-Version", "13"),
        (SECRET, given.secret.value),
        *cookie,
        (CAPABILITY_NAME, capability_text(CAPABILITY)),
        ("Host", wish.root.authority),
        ("Upgrade", "websocket"),
    )
    return [(name.encode("ascii"), header_text(value)) for name, value in headers]


async def _ask(line: Line, http: HttpLeg, request: h11.Request) -> h11.Response | h11.InformationalResponse:
    for event in (request, h11.EndOfMessage()):
        await line.send(http.http.send(event) or b"")
    while True:
        answer = await http.next_event()
        if isinstance(answer, h11.Response):
            return answer
        if isinstance(answer, h11.InformationalResponse) and answer.status_code == SWITCHING:
            return answer


async def _words_of(http: HttpLeg) -> str:
    """Return the first line of an answer's text; "" of a page, which is not by Jenkins."""
    said = b""
    while len(said) < _MOST_WORDS and isinstance(event := await http.next_event(), h11.Data):
        said += bytes(event.data)
    words = said.decode("utf-8", "backslashreplace").strip().partition("\n")[0].rstrip()
    return "" if words.startswith("<") else words[:_MOST_WORDS]


def _address_of(leg: Leg) -> Address:
    """Return this machine's end of a leg; inside TLS nobody asks for it."""
    if not isinstance(leg.stream, trio.SocketStream):
        return Address("0.0.0.0", 0)  # noqa: S104 - stands for "no address", nothing listens there
    host, port, *_ = leg.stream.socket.getsockname()
    return Address(host, port)


async def _let_go(line: Line) -> None:
    line.witness.ended(Side.AGENT, CloseReason.EOF)
    line.witness.close()
    await line.leg.close()
