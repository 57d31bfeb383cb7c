"""The controller's half of every handshake, behind the protocol offer."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final, TypeVar

import trio

from jnlpspy.model.negotiation import Accepted, Ack, Bye, Capability, Headers, Message, Refused
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Side
from jnlpspy.net.identity import Identity
from jnlpspy.net.tls_leg import TlsEnd
from jnlpspy.simulate.joining import CAPABILITY, JNLP1, JNLP4, cookie_of, open_classic_channel
from jnlpspy.simulate.line import HandshakeFailed, Line
from jnlpspy.simulate.roster import Refusal
from jnlpspy.wire.headers import COOKIES, build_json_headers
from jnlpspy.wire.layouts import (
    ACCEPTED_BYTES,
    ACK_BYTES,
    build_capability_frame,
    build_headers_frame,
    build_refusal,
)

ACK_PATIENCE: Final = 10.0
"""Seconds a side waits for the other's acknowledgement, and for BYE after a refusal, as remoting does."""


@dataclass(frozen=True, slots=True)
class Claim:
    """Who an agent says it is."""

    name: str | None
    secret: str | None
    cookie: str | None


Judge = Callable[[Claim], Awaitable[Refusal | None]]


@dataclass(frozen=True, slots=True)
class Terms:
    """What a controller brings into a handshake."""

    identity: Identity
    tls: TlsEnd
    says_old_refusals: bool
    """JNLP1 and 2 refuse in words, as cores with remoting 2 did; later ones just close."""


async def admit(line: Line, terms: Terms, judge: Judge, cookie: str) -> Claim | None:
    """Shake hands up to the channel, or refuse the agent and return None. Raises NetworkError if it fails."""
    if line.protocol.startswith("JNLP4"):
        return await _admit_jnlp4(line, terms, judge, cookie)
    claim = _claim_of(_expect(await line.hear(), Headers))
    refusal = await judge(claim)
    if refusal is not None:
        if terms.says_old_refusals:
            await line.say(f"{refusal.jnlp1 if line.protocol == JNLP1 else refusal.jnlp2}\n".encode())
        return None
    await line.say(b"Welcome\n" if line.protocol == JNLP1 else f"Welcome\nCookie: {cookie}\n\n".encode())
    await open_classic_channel(line, None)
    return claim


async def _admit_jnlp4(line: Line, terms: Terms, judge: Judge, cookie: str) -> Claim | None:
    await line.say(ACK_BYTES)
    with trio.move_on_after(ACK_PATIENCE) as patience:
        _expect(await line.hear(), Ack)
    if patience.cancelled_caught:
        raise HandshakeFailed("Timeout waiting for ACK")
    if line.protocol == JNLP4:
        tls = await line.open_tls(terms.tls)
        line.witness.opened_tls(Side.AGENT, tls, terms.identity.public_key)
    headers = build_json_headers({COOKIES[0]: cookie})
    await line.say(build_headers_frame(headers))
    claim = _claim_of(_expect(await line.hear(), Headers))
    refusal = await judge(claim)
    if refusal is not None:
        await line.say(build_refusal(refusal.reason))
        await _hear_bye(line)
        return None
    await line.say(ACCEPTED_BYTES)
    _expect(await line.hear(), Accepted)
    await line.say(build_capability_frame(CAPABILITY))
    _expect(await line.hear(), Capability)
    return claim


async def _hear_bye(line: Line) -> None:
    with trio.move_on_after(ACK_PATIENCE):
        while not isinstance(await line.hear(), Bye):
            pass


_M = TypeVar("_M", bound=Message)


def _expect(message: Message, kind: type[_M]) -> _M:
    if isinstance(message, Refused):
        raise HandshakeFailed(f"the agent refused the controller: {message.reason}")
    if not isinstance(message, kind):
        raise HandshakeFailed(f"expected {kind.__name__}, got {message}")
    return message


def _claim_of(headers: Headers) -> Claim:
    name = headers.agent_name
    return Claim(
        name=name.value if isinstance(name, Secret) else name,
        secret=headers.secret.value if headers.secret is not None else None,
        cookie=cookie_of(headers),
    )
