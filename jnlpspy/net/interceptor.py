"""Finds the byte at which a connection's TLS starts, and puts itself in the middle there.

Mirrors where org.jenkinsci.remoting.protocol.impl.AckFilterLayer hands over to SSLEngineFilterLayer.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from jnlpspy.errors import NetworkError
from jnlpspy.model.negotiation import Headers
from jnlpspy.model.tap import Side
from jnlpspy.net.identity import Identity, fingerprint_of, identity_of_certificate
from jnlpspy.net.journal import Journal
from jnlpspy.net.keylog import KeyLog
from jnlpspy.net.leg import Ending, Leg
from jnlpspy.net.tls_leg import TlsEnd, TlsFailed, TlsLeg, controller_leg_context, open_tls
from jnlpspy.wire.handshake import HandshakeMachine, HandshakeSpec, Step

WATCHED_BYTES = 256 * 1024
"""Bytes of one side after which nobody expects TLS any more; JNLP3's handshake, the longest, has some 10 KiB."""


class Course(Enum):
    """What a connection turned out to be."""

    OPEN = "not known yet"
    PLAIN = "nothing to intercept"
    TLS = "both sides are about to speak TLS"


class Watch:
    """Watches both sides' first bytes for the point where TLS starts; what stands behind it is kept, not forwarded."""

    def __init__(self, specs: Mapping[str, HandshakeSpec], *, intercept: bool) -> None:
        self.course = Course.OPEN
        self.intercept = intercept
        self.protocol_known = False
        self.passes_tls = False
        """True if TLS starts here and is to stay closed."""
        self.is_session = False
        """True once an agent is known to stand there: it said who it is, or is about to inside TLS."""
        self._machine = HandshakeMachine(specs, through_tls=False)
        self._kept = dict.fromkeys(Side, b"")
        self._seen = dict.fromkeys(Side, 0)

    def admit(self, sender: Side, data: bytes) -> bytes:
        """Take bytes a side sent; return those to forward now."""
        if self.settled():
            # It was settled while these bytes were on their way from the socket.
            kept = self.take_kept(sender) + data
            if self.course is Course.PLAIN:
                return kept
            self._kept[sender] = kept
            return b""
        machine = self._machine
        self._seen[sender] += len(data)
        if machine.at_tls(sender):
            return self._keep(sender, data, 0)
        try:
            steps = machine.feed(sender, data)
        except Exception:  # noqa: BLE001 - a defect in a table may cost the interception, not the connection
            self._settle(Course.PLAIN)
            return data
        self.is_session = self.is_session or any(_names_agent(step) for step in steps)
        known = any(machine.over(side) for side in Side) or self._seen[sender] > WATCHED_BYTES
        if all(machine.at_tls(side) for side in Side):
            self.passes_tls = not self.intercept
            self.is_session = True
            self._settle(Course.TLS if self.intercept else Course.PLAIN)
        elif known:
            self._settle(Course.PLAIN)
        return self._keep(sender, data, len(data) - len(machine.rest(sender))) if machine.at_tls(sender) else data

    def end(self) -> None:
        """Take note that a side ended: no TLS will start, but what is coming may still be its handshake."""
        if not self.settled():
            self.course = Course.PLAIN

    def settled(self) -> bool:
        """Return whether the course is known."""
        return self.course is not Course.OPEN

    def take_kept(self, sender: Side) -> bytes:
        """Return the bytes that were not forwarded."""
        kept, self._kept[sender] = self._kept[sender], b""
        return kept

    @property
    def awaited(self) -> str:
        """What each side is expected to send, for a report of a handshake that stalls."""
        return " and ".join(f"{state.value} (from the {side.value})" for side, state in self._machine.states.items())

    def _keep(self, sender: Side, data: bytes, start: int) -> bytes:
        if not self.intercept:
            return data
        self._kept[sender] += data[start:]
        if len(self._kept[sender]) > WATCHED_BYTES:
            self._settle(Course.PLAIN)
        return data[:start]

    def _settle(self, course: Course) -> None:
        self.course = course
        self.protocol_known = True


def _names_agent(step: Step) -> bool:
    """Return whether a message proves an agent's name; a router's headers only tell it."""
    headers = step.message
    return isinstance(headers, Headers) and step.side is Side.AGENT and len(headers.fields) > 1


class NotIntercepted(NetworkError):
    """TLS could not be put in the middle; the connection has to end."""

    def __init__(self, text: str, by: Side | None, ending: Ending | None) -> None:
        super().__init__(text)
        self.by = by
        """Whose leg failed; None if the proxy itself refused."""
        self.ending = ending
        """How that side ended the connection; None if it did not."""


@dataclass(frozen=True, slots=True)
class Interceptor:
    """Opens TLS on both legs: the controller's first, and only to the key that discovery announced for it."""

    identity: Identity
    agent_end: TlsEnd
    controller_end: TlsEnd

    def log_keys(self, key_log: KeyLog) -> None:
        """Collect the keys of both legs."""
        for end in (self.agent_end, self.controller_end):
            key_log.add(end.context)

    async def open_controller(self, leg: Leg, announced: bytes, journal: Journal, early: bytes) -> TlsLeg:
        """Open TLS to the controller and hold it to the announced identity. Raises NotIntercepted."""
        tls_leg = await _open(leg, self.controller_end, early, Side.CONTROLLER, "it did not say why")
        try:
            proven = identity_of_certificate(tls_leg.engine.peer_certificate)
        except NetworkError as error:
            raise NotIntercepted(f"TLS on the controller's leg: {error}", None, None) from error
        engine = tls_leg.engine
        journal.tls_opened(Side.CONTROLLER, engine.version, engine.cipher, fingerprint_of(proven))
        if proven != announced:
            raise NotIntercepted(
                f"identity mismatch: the controller proved the identity {fingerprint_of(proven)}, "
                f"expected was {fingerprint_of(announced)}",
                None,
                None,
            )
        return tls_leg

    async def open_agent(self, leg: Leg, journal: Journal, early: bytes) -> TlsLeg:
        """Open TLS to the agent, as the controller would. Raises NotIntercepted."""
        distrust = (
            f"it does not trust our identity {self.identity.fingerprint}: "
            "its -url must lead through this proxy, or give it -instanceIdentity"
        )
        tls_leg = await _open(leg, self.agent_end, early, Side.AGENT, distrust)
        engine = tls_leg.engine
        journal.tls_opened(Side.AGENT, engine.version, engine.cipher, self.identity.fingerprint)
        return tls_leg


def interceptor_with(identity: Identity) -> Interceptor:
    """Return what intercepts with an identity."""
    return Interceptor(
        identity,
        TlsEnd(identity.agent_leg_context(), accepting=True),
        TlsEnd(controller_leg_context(), accepting=False),
    )


async def _open(leg: Leg, end: TlsEnd, early: bytes, side: Side, silence: str) -> TlsLeg:
    """Open TLS; `silence` is what it means that the peer ends the handshake without a word."""
    try:
        return await open_tls(leg, end, early)
    except TlsFailed as error:
        meaning = f": {silence}" if error.ending and error.begun else ""
        raise NotIntercepted(f"TLS on the {side.value}'s leg failed: {error}{meaning}", side, error.ending) from error
