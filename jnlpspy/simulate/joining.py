"""The agent's half of every handshake (org.jenkinsci.remoting.engine.JnlpProtocol1Handler to JnlpProtocol4Handler)."""

import time
from dataclasses import dataclass
from secrets import token_bytes
from typing import Final, TypeVar

import trio

from jnlpspy.errors import NetworkError
from jnlpspy.model.negotiation import (
    Accepted,
    Ack,
    Capability,
    Headers,
    Message,
    Mode,
    Refused,
    Sealed,
    TransmissionMode,
)
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Side
from jnlpspy.net.identity import fingerprint_of, identity_of_certificate
from jnlpspy.net.leg import LegBroken
from jnlpspy.net.tls_leg import TlsEnd, controller_leg_context
from jnlpspy.protocols.jnlp3 import CHALLENGE, KEY_SIZE, Jnlp3Cipher, respond
from jnlpspy.simulate.line import HandshakeFailed, Line
from jnlpspy.simulate.sealing import answers, begin_sealed_channel, create_challenge, framed
from jnlpspy.wire.headers import AGENT_NAME, COOKIES, SECRET, build_json_headers
from jnlpspy.wire.layouts import (
    ACCEPTED_BYTES,
    ACK_BYTES,
    BYE_BYTES,
    build_capability_frame,
    build_capability_preamble,
    build_headers_frame,
    build_mode,
    build_offer,
    build_utf,
)
from jnlpspy.wire.properties import format_properties
from jnlpspy.wire.upgrade import PROTOCOL
from jnlpspy.wire.verdict_line import WELCOME

JNLP4: Final = "JNLP4-connect"
JNLP4_PLAINTEXT: Final = "JNLP4-plaintext"
JNLP3: Final = "JNLP3-connect"
JNLP2: Final = "JNLP2-connect"
JNLP1: Final = "JNLP-connect"

PROTOCOLS: Final = (JNLP4, JNLP4_PLAINTEXT, JNLP3, JNLP2, JNLP1)
"""What simulated peers speak on the agent port, in the order in which agents try it."""

WEBSOCKET: Final = PROTOCOL
"""What Jenkins calls the transport that needs no agent port, and that agents take only if they are told to."""

SPOKEN: Final = (*PROTOCOLS, WEBSOCKET)
"""All that simulated peers speak."""

CAPABILITY: Final = Capability(0x1FE)
"""As every remoting since 3.19 announces it."""


class HandshakeRefused(NetworkError):
    """The controller refused the agent; `reason` is in its own words, "" if it only closed the connection."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason or "the controller closed the connection without a word")
        self.reason = reason


class IdentityMismatch(NetworkError):
    """The controller proved another identity than the one announced."""


@dataclass(frozen=True, slots=True)
class Credentials:
    """What an agent says of itself."""

    name: str
    secret: Secret
    cookie: str | None = None
    """What the controller gave it last time, if it was connected before."""


async def join(
    line: Line, protocol: str, credentials: Credentials, identity: bytes | None, *, hangs: bool = False
) -> str | None:
    """Shake hands up to the channel and return the cookie the controller gave.

    Args:
        line: A fresh connection to the agent port.
        protocol: One of `PROTOCOLS`.
        credentials: Name and secret.
        identity: The SubjectPublicKeyInfo the controller must prove in JNLP4-connect.
        hangs: Say nothing any more once that is proven, as agents do that lock themselves up (JENKINS-63520).

    Raises:
        HandshakeRefused: In the controller's words.
        NetworkError: It failed otherwise.
    """
    match protocol:
        case "JNLP4-connect" | "JNLP4-plaintext":
            return await _join_jnlp4(line, protocol, credentials, identity, hangs=hangs)
        case "JNLP3-connect":
            cookie = await _join_jnlp3(line, credentials)
            await open_classic_channel(line, TransmissionMode.BINARY)
            return cookie
        case "JNLP2-connect":
            text = format_properties(_fields(credentials, old=True), _now())
            await line.say(build_offer(protocol) + build_utf(text))
            await _hear(line, Accepted)
            headers = await _hear(line, Headers)
            await open_classic_channel(line, TransmissionMode.BINARY)
            return cookie_of(headers)
        case _:
            await line.say(build_offer(protocol) + build_utf(credentials.secret.value) + build_utf(credentials.name))
            await _hear(line, Accepted)
            await open_classic_channel(line, TransmissionMode.BINARY)
            return None


def cookie_of(headers: Headers) -> str | None:
    """Return the cookie among headers, under its new or its old name."""
    for key in COOKIES:
        value = headers.fields.get(key)
        if value is not None:
            return value.value if isinstance(value, Secret) else value
    return None


async def open_classic_channel(line: Line, mode: TransmissionMode | None) -> None:
    """Exchange capabilities and transmission modes; without a mode, take the other side's (Channel.Mode.NEGOTIATE)."""
    await line.say(build_capability_preamble(CAPABILITY) + (build_mode(mode) if mode else b""))
    capability = await line.hear()
    if not isinstance(capability, Capability) or not capability.chunked:
        raise HandshakeFailed("expected a capability with chunked encoding; simulated peers know no other channel")
    theirs = await line.hear()
    if not isinstance(theirs, Mode) or theirs.mode is not TransmissionMode.BINARY:
        raise HandshakeFailed("expected the binary transmission mode; simulated peers know no other")
    if mode is None:
        await line.say(build_mode(theirs.mode))


async def _join_jnlp4(
    line: Line, protocol: str, credentials: Credentials, identity: bytes | None, *, hangs: bool
) -> str | None:
    await line.say(build_offer(protocol))
    await line.say(ACK_BYTES)
    await _hear(line, Ack)
    if protocol == JNLP4:
        await _verify_identity(line, identity)
    if hangs:
        await trio.sleep_forever()
    await line.say(build_headers_frame(build_json_headers(_fields(credentials))))
    headers = await _hear(line, Headers)
    await line.say(ACCEPTED_BYTES)
    try:
        await _hear(line, Accepted)
    except HandshakeRefused as refusal:
        if refusal.reason:
            await _say_bye(line)
        raise
    await line.say(build_capability_frame(CAPABILITY))
    await _hear(line, Capability)
    return cookie_of(headers)


async def _join_jnlp3(line: Line, credentials: Credentials) -> str:
    cipher, challenge = Jnlp3Cipher(credentials.name, credentials.secret), create_challenge()
    fields = {AGENT_NAME: credentials.name, CHALLENGE: cipher.seal(challenge)}
    if credentials.cookie is not None:
        fields[COOKIES[1]] = cipher.seal(credentials.cookie)
    await line.say(build_offer(JNLP3) + build_utf(format_properties(fields, _now())))
    await _hear(line, Ack)
    if not answers(cipher, await _hear(line, Sealed), challenge):
        raise HandshakeFailed("JNLP3-connect: Incorrect challenge response from master")
    await line.say(framed(WELCOME))
    theirs = await _hear(line, Sealed)
    await line.say(framed(cipher.seal(respond(cipher.open(theirs.data)))))
    await _hear(line, Accepted)
    cookie = await _hear(line, Sealed)
    key, iv = token_bytes(KEY_SIZE), token_bytes(KEY_SIZE)
    await line.say(framed(cipher.seal(key.decode("latin-1"))) + framed(cipher.seal(iv.decode("latin-1"))))
    begin_sealed_channel(line, key, iv)
    return cipher.open(cookie.data.decode().encode("latin-1", "replace")).decode("utf-8", "replace")


async def _verify_identity(line: Line, identity: bytes | None) -> None:
    tls = await line.open_tls(TlsEnd(controller_leg_context(), accepting=False))
    shown = identity_of_certificate(tls.engine.peer_certificate)
    line.witness.opened_tls(Side.CONTROLLER, tls, shown)
    if shown != identity:
        expected = "none" if identity is None else fingerprint_of(identity)
        raise IdentityMismatch(
            f"expected a controller with the identity announced, {expected}, got {fingerprint_of(shown)}"
        )


async def _say_bye(line: Line) -> None:
    try:
        await line.say(BYE_BYTES)
        await line.end()
        await line.drain()
    except LegBroken:
        return  # BYE is a courtesy


_M = TypeVar("_M", bound=Message)


async def _hear(line: Line, kind: type[_M]) -> _M:
    message = await line.hear()
    if isinstance(message, Refused):
        raise HandshakeRefused(message.reason)
    if not isinstance(message, kind):
        raise HandshakeFailed(f"expected {kind.__name__}, got {message}")
    return message


def _fields(credentials: Credentials, *, old: bool = False) -> dict[str, str]:
    fields = {AGENT_NAME: credentials.name, SECRET: credentials.secret.value}
    if credentials.cookie is not None:
        fields = {COOKIES[old]: credentials.cookie, **fields}
    return fields


def _now() -> str:
    """Return the comment of a properties text."""
    return time.strftime("%a %b %d %H:%M:%S UTC %Y", time.gmtime())
