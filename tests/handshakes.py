"""Handshakes and discovery as tests of rules tell them."""

import base64
from collections.abc import Mapping

from diagnosing import Tale

from jnlpspy.diagnosis.announced import fingerprint_of
from jnlpspy.model.events import (
    ChannelEstablished,
    DiscoveryAnswered,
    DiscoveryAsked,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    ProtocolOffered,
)
from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret, pseudonym_of
from jnlpspy.model.tap import Side

SECRET = Secret("0123456789abcdef" * 4)
OTHER_SECRET = Secret("fedcba9876543210" * 4)

KNOWN = Known(secrets={"agent-1": SECRET, "agent-2": OTHER_SECRET})
COMPLETE = Known(secrets=KNOWN.secrets, complete=True)

KEY = base64.b64encode(bytes.fromhex("30820122300d06092a864886f70d0101010500") + b"a key").decode()
OTHER_KEY = base64.b64encode(bytes.fromhex("30820122300d06092a864886f70d0101010500") + b"another").decode()
FINGERPRINT = fingerprint_of(KEY) or ""
OTHER_FINGERPRINT = fingerprint_of(OTHER_KEY) or ""

ANNOUNCED = {
    "X-Jenkins-JNLP-Port": "50000",
    "X-Instance-Identity": KEY,
    "X-Jenkins-Agent-Protocols": "JNLP4-connect, Ping",
    "X-Remoting-Minimum-Version": "3107.v665000b_51092",
}

URL = "/tcpSlaveAgentListener/"


def pseudonymous(text: str) -> Secret:
    """What stands for a secret in a capture of ours."""
    return Secret(pseudonym_of(text.encode()).decode(), pseudonym=True)


def announced(
    headers: Mapping[str, str] = ANNOUNCED, tale: Tale | None = None, connection: int = 1, *, new: bool = False
) -> Tale:
    """An agent asked where the agent port is."""
    told = (tale or Tale()).opened(connection, port=8080)
    told.agent(DiscoveryAsked("GET", URL, {"Node-Name": "agent-1"} if new else {}))
    return told.controller(DiscoveryAnswered(200, dict(headers), URL)).closed()


def offered(tale: Tale, connection: int, protocol: str = "JNLP4-connect", host: str = "10.0.0.5") -> Tale:
    """An agent offered a protocol."""
    return tale.opened(connection, agent=host).agent(ProtocolOffered(protocol))


def presented(
    tale: Tale,
    connection: int = 1,
    name: str | Secret = "agent-1",
    secret: Secret | None = SECRET,
    *,
    protocol: str = "JNLP4-connect",
    host: str = "10.0.0.5",
) -> Tale:
    """An agent said who it is."""
    headers = {"Node-Name": name} if secret is None else {"Node-Name": name, "Secret-Key": secret}
    return offered(tale, connection, protocol, host).agent(HeadersSent(headers, name, secret))


def accepted(tale: Tale, connection: int = 1, name: str = "agent-1", host: str = "10.0.0.5") -> Tale:
    """An agent was accepted, and its channel is open."""
    presented(tale, connection, name, host=host).controller(HandshakeAccepted("JNLP4-connect", name))
    return tale.fact(ChannelEstablished("JNLP4-connect", name))


def refused(
    reason: str,
    name: str | Secret = "agent-1",
    secret: Secret | None = SECRET,
    *,
    protocol: str = "JNLP4-connect",
    tale: Tale | None = None,
    connection: int = 1,
    host: str = "10.0.0.5",
) -> Tale:
    """An agent was refused; with no reason the controller only closed."""
    told = presented(tale or Tale(), connection, name, secret, protocol=protocol, host=host)
    return told.controller(HandshakeRefused(Side.CONTROLLER, reason)).closed(Side.CONTROLLER)


def upgrade(status: int, name: str | Secret = "agent-1", secret: Secret | None = SECRET, **more: str) -> Tale:
    """An agent asked for WebSocket, and was answered."""
    headers: dict[str, str | Secret] = {"Upgrade": "websocket", "Node-Name": name, **more}
    if secret is not None:
        headers["Secret-Key"] = secret
    tale = Tale().opened(port=8080).agent(DiscoveryAsked("GET", "/wsagents/", headers))
    return tale.controller(DiscoveryAnswered(status, {}, "/wsagents/")).closed(Side.CONTROLLER)
