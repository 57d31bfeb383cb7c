"""What a controller's discovery answer announces, and the answer that leads agents here instead.

Mirrors org.jenkinsci.remoting.engine.JnlpAgentEndpointResolver, which reads these headers.
"""

import base64
import binascii
import re
from collections.abc import Iterable
from dataclasses import dataclass

from jnlpspy.errors import UsageError
from jnlpspy.model.tap import Address
from jnlpspy.net.identity import fingerprint_of, read_instance_identity
from jnlpspy.net.target import HIGHEST_PORT, Tunnel

Header = tuple[bytes, bytes]

PORT_HEADERS = (b"x-jenkins-jnlp-port", b"x-hudson-jnlp-port")
"""In the agent's order; remoting 2.x reads only the second."""
HOST_HEADER = b"x-jenkins-jnlp-host"
IDENTITY_HEADER = b"x-instance-identity"
PROTOCOLS_HEADER = b"x-jenkins-agent-protocols"
VERSION_HEADER = b"x-remoting-minimum-version"


@dataclass(frozen=True, slots=True)
class Announcement:
    """Where the controller's agent port is and what it must prove, as discovery said."""

    host: str
    port: int
    identity: bytes | None
    """DER SubjectPublicKeyInfo; None if the controller announced none, or none that is well-formed."""
    protocols: tuple[str, ...]
    minimum_version: str | None
    when: float

    @property
    def address(self) -> Address:
        """The agent port."""
        return Address(self.host, self.port)


@dataclass(frozen=True, slots=True)
class Offer:
    """What agents are told instead."""

    address: Address
    """The agent port of the proxy, with the host agents shall dial."""
    identity: bytes | None
    """DER SubjectPublicKeyInfo shown to agents when TLS is opened here; None leaves the controller's."""


@dataclass(frozen=True, slots=True)
class RewrittenHeaders:
    """Headers as the agent gets them, and what was changed, in words."""

    headers: tuple[Header, ...]
    changes: tuple[str, ...]


def read_announcement(
    headers: Iterable[Header], root_host: str, tunnel: Tunnel | None, when: float
) -> Announcement | None:
    """Return what an answer of status 200 announces; None if an agent finds no usable port in it."""
    # Of a header that came twice, java.net.HttpURLConnection returns the last.
    values = {name.lower(): value for name, value in headers}
    port = next((_read_port(values[name]) for name in PORT_HEADERS if name in values), None)
    if port is None:
        return None
    announced = Address(_text(values.get(HOST_HEADER)) or root_host, port)
    address = tunnel.applied_to(announced) if tunnel else announced
    protocols = (name.strip() for name in (_text(values.get(PROTOCOLS_HEADER)) or "").split(","))
    return Announcement(
        host=address.host,
        port=address.port,
        identity=_read_identity(values[IDENTITY_HEADER]) if IDENTITY_HEADER in values else None,
        protocols=tuple(name for name in protocols if name),
        minimum_version=_text(values.get(VERSION_HEADER)),
        when=when,
    )


def rewrite_discovery(headers: Iterable[Header], offer: Offer, asked_host: str) -> RewrittenHeaders:
    """Return the headers that lead an agent here; `asked_host` is the host of the agent's own -url.

    What is missing or malformed stays so: the agent must fail as it would without us.
    """
    rewritten: list[Header] = []
    changes: list[str] = []
    names = set[bytes]()
    leads_here = False
    for name, value in headers:
        replacement = _replacement_of(name.lower(), value, offer)
        rewritten.append((name, value if replacement is None else replacement))
        names.add(name.lower())
        leads_here |= replacement is not None and name.lower() in PORT_HEADERS
        if replacement not in {None, value}:
            changes.append(_describe_change(name.lower(), name, value, offer))
    if leads_here and HOST_HEADER not in names and offer.address.host != asked_host:
        rewritten.append((b"X-Jenkins-JNLP-Host", offer.address.host.encode("ascii")))
        changes.append(f"X-Jenkins-JNLP-Host {offer.address.host} added")
    return RewrittenHeaders(tuple(rewritten), tuple(changes))


def _replacement_of(name: bytes, value: bytes, offer: Offer) -> bytes | None:
    if name in PORT_HEADERS and _read_port(value) is not None:
        return str(offer.address.port).encode("ascii")
    if name == HOST_HEADER and value:
        return offer.address.host.encode("ascii")
    if name == IDENTITY_HEADER and offer.identity is not None and _read_identity(value) is not None:
        return base64.b64encode(offer.identity)
    return None


def _describe_change(lowered: bytes, name: bytes, value: bytes, offer: Offer) -> str:
    shown = name.decode("latin-1")
    if lowered != IDENTITY_HEADER or offer.identity is None:
        now = offer.address.host if lowered == HOST_HEADER else offer.address.port
        return f"{shown} {value.decode('latin-1')} -> {now}"
    return f"{shown} {fingerprint_of(base64.b64decode(value))} -> {fingerprint_of(offer.identity)}"


def _read_port(value: bytes) -> int | None:
    """Return a port as Java's Integer.parseInt and the agent's range check take it."""
    if not re.fullmatch(rb"\+?0*[0-9]{1,5}", value):
        return None
    port = int(value)
    return port if 1 <= port <= HIGHEST_PORT else None


def _read_identity(value: bytes) -> bytes | None:
    try:
        key = base64.b64decode(value, validate=True)
        return key if read_instance_identity(key) == key else None
    except (binascii.Error, UsageError):
        return None


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
