"""The controller's half of every handshake, behind the protocol offer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import trio

from jnlpspy.model.negotiation import Accepted, Ack, Bye, Capability, Headers, Message, Refused, Sealed
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Side
from jnlpspy.net.identity import Identity
from jnlpspy.net.tls_leg import TlsEnd
from jnlpspy.protocols.jnlp3 import CHALLENGE, NEGOTIATE, Jnlp3Cipher, respond
from jnlpspy.simulate.joining import CAPABILITY, JNLP1, JNLP3, JNLP4, cookie_of, open_classic_channel
from jnlpspy.simulate.line import HandshakeFailed, Line
from jnlpspy.simulate.roster import Age, Refusal
from jnlpspy.simulate.sealing import answers, begin_sealed_channel, counted, create_challenge, fits_line, read_key
from jnlpspy.wire.headers import COOKIES, build_json_headers
from jnlpspy.wire.layouts import (
    ACCEPTED_BYTES,
    ACK_BYTES,
    build_capability_frame,
    build_headers_frame,
    build_refusal,
)
from jnlpspy.wire.verdict_line import WELCOME

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
    secrets: Mapping[str, Secret]
    """Of the agents it knows: JNLP3-connect is encrypted with them."""
    age: Age = Age.TODAY


async def admit(line: Line, terms: Terms, judge: Judge, draw_cookie: Callable[[], str]) -> Claim | None:
    """Shake hands up to the channel, or refuse the agent and return None. Raises NetworkError if it fails."""
    if line.protocol.startswith("JNLP4"):
        return await _admit_jnlp4(line, terms, judge, draw_cookie())
    headers = _expect(await line.hear(), Headers)
    if line.protocol == JNLP3:
        claim = await _admit_jnlp3(line, terms, judge, headers, draw_cookie)
    else:
        claim = _claim_of(headers)
        if await _refuse(line, terms, await judge(claim)):
            return None
        await line.say(b"Welcome\n" if line.protocol == JNLP1 else f"Welcome\nCookie: {draw_cookie()}\n\n".encode())
    if claim is not None:
        await open_classic_channel(line, None)
    return claim


async def _refuse(line: Line, terms: Terms, refusal: Refusal | None) -> bool:
    """Return whether there is a refusal, once it is said: in words only by cores with remoting 2."""
    if refusal is not None and terms.age is Age.REMOTING_2 and (words := refusal.words_for(line.protocol)):
        await line.say(f"{words}\n".encode())
    return refusal is not None


async def _admit_jnlp3(
    line: Line, terms: Terms, judge: Judge, headers: Headers, draw_cookie: Callable[[], str]
) -> Claim | None:
    claim = _claim_of(headers)
    secret = terms.secrets.get(claim.name) if claim.name is not None else None
    if claim.name is None or secret is None:
        refusal = await judge(claim)
        if terms.age is not Age.REMOTING_2:
            await line.say(NEGOTIATE + b"\n")
        await _refuse(line, terms, refusal)
        return None
    cipher = Jnlp3Cipher(claim.name, secret)
    proven = await _prove(line, cipher, headers)
    shown = None if claim.cookie is None else cipher.open(claim.cookie.encode("latin-1", "replace"))
    cookie = None if shown is None else shown.decode("utf-8", "replace")
    claim = Claim(claim.name, secret.value if proven else None, cookie)
    if await _refuse(line, terms, await judge(claim)):
        return None
    while not fits_line(cipher, given := draw_cookie()):
        pass
    await line.say(f"{WELCOME}\n{cipher.seal(given)}\n".encode())
    key = read_key(cipher, _expect(await line.hear(), Sealed))
    begin_sealed_channel(line, key, read_key(cipher, _expect(await line.hear(), Sealed)))
    return claim


async def _prove(line: Line, cipher: Jnlp3Cipher, headers: Headers) -> bool:
    """Answer the agent's challenge and challenge it; return whether it knows the secret."""
    theirs = headers.fields.get(CHALLENGE)
    challenge = cipher.open(theirs.value.encode("latin-1", "replace")) if isinstance(theirs, Secret) else b""
    await line.say(NEGOTIATE + b"\n" + counted(cipher.seal(respond(challenge))))
    _expect(await line.hear(), Accepted)
    own = create_challenge()
    await line.say(counted(cipher.seal(own)))
    return answers(cipher, _expect(await line.hear(), Sealed), own)


async def _admit_jnlp4(line: Line, terms: Terms, judge: Judge, cookie: str) -> Claim | None:
    await line.say(ACK_BYTES)
    with trio.move_on_after(ACK_PATIENCE) as patience:
        _expect(await line.hear(), Ack)
    if patience.cancelled_caught:
        raise HandshakeFailed("Timeout waiting for ACK")
    if line.protocol == JNLP4:
        tls = await line.open_tls(terms.tls)
        line.witness.opened_tls(Side.AGENT, tls, terms.identity.public_key)
    headers = build_json_headers({COOKIES[terms.age is not Age.TODAY]: cookie})
    await line.say(build_headers_frame(headers))
    claim = _claim_of(_expect(await line.hear(), Headers))
    refusal = await judge(claim)
    if refusal is not None:
        await line.say(build_refusal(refusal.reason, permanent=refusal.permanent))
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
