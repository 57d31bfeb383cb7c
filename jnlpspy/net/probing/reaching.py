"""Reaching a host as an agent's Java does: its first address, through an HTTP proxy where one is set, under TLS."""

import errno
import ipaddress
import os
import re
import socket
import ssl
from dataclasses import dataclass
from typing import Final

import trio

from jnlpspy.model.events import NameResolved
from jnlpspy.model.tap import Address, CloseReason, DialFailure
from jnlpspy.net.dialling import HttpsLeg, HttpsStream, peer_of
from jnlpspy.net.journal import Journal
from jnlpspy.net.leg import Leg
from jnlpspy.net.probing.contact import Contact
from jnlpspy.net.probing.scene import Note, Scene, StepFailed, open_journal

_FAILURES: Final = {
    errno.ECONNREFUSED: DialFailure.REFUSED,
    errno.ETIMEDOUT: DialFailure.TIMEOUT,
    errno.EHOSTUNREACH: DialFailure.UNREACHABLE,
    errno.ENETUNREACH: DialFailure.UNREACHABLE,
}

_OUT_OF_DATE: Final = (9, 10)
"""OpenSSL's X509_V_ERR_CERT_NOT_YET_VALID and X509_V_ERR_CERT_HAS_EXPIRED."""

_NOT_TLS: Final = ("WRONG_VERSION_NUMBER", "HTTP_REQUEST", "PACKET_LENGTH_TOO_LONG", "RECORD_LAYER_FAILURE")

_LONGEST_HEAD: Final = 8192
_CONNECTED: Final = re.compile(rb"HTTP/1\.[01] 200\b")


@dataclass(frozen=True, slots=True)
class Goal:
    """Whom to reach."""

    address: Address
    name: str
    """What rules shall call it: the URL, or HOST:PORT of an agent port."""
    via: Address | None = None
    """The proxy that it is reached through."""
    quiet: bool = False
    """True keeps it from the observer."""

    @property
    def dialled(self) -> Address:
        """Where the connection goes."""
        return self.via or self.address

    def __str__(self) -> str:
        """Return where the connection goes, and what for if that is another place."""
        return f"{self.via}, the proxy to {self.address}" if self.via else str(self.address)


async def resolve(scene: Scene, host: str, note: Note) -> None:
    """Look a name up and tell what came; an address needs no looking up. Raises StepFailed."""
    if is_address(host):
        note.text = f"{host} is an address"
        return
    note.waiting_for = f"the addresses of {host}"
    addresses, reason = await addresses_of(host)
    scene.tell(NameResolved(host, tuple(addresses), reason))
    if not addresses:
        raise StepFailed(f"{host} has no address here: {reason}")
    note.text = f"{host} is {', '.join(addresses)}"


async def addresses_of(host: str) -> tuple[list[str], str]:
    """Return a host's addresses in Java's order, IPv4 first, or none and why."""
    try:
        found = await trio.socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    except UnicodeError:
        return [], "it is no host name"
    except OSError as error:
        return [], error.strerror or str(error)
    unique = list(dict.fromkeys(str(address[0]) for _, _, _, _, address in found))
    return sorted(unique, key=lambda each: ":" in each), ""


def is_address(host: str) -> bool:
    """Return whether a host is given by its address."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


async def reach(scene: Scene, goal: Goal, note: Note) -> Contact:
    """Open a connection to a host, or to the proxy before it; the caller closes it. Raises StepFailed."""
    journal = scene.journal(quiet=goal.quiet)
    note.waiting_for = f"a TCP connection to {goal}"
    try:
        stream = await _connect(goal.dialled)
    except (OSError, UnicodeError) as error:
        failure, text = _describe(error)
        open_journal(journal, scene, goal.address)
        _give_up(journal, goal, failure, text)
        raise StepFailed(f"no connection to {goal}: {text}") from error
    except trio.Cancelled:
        open_journal(journal, scene, goal.address)
        _give_up(journal, goal, DialFailure.TIMEOUT, "no answer to the connection request")
        raise
    own_host, own_port, *_ = stream.socket.getsockname()
    if is_address(scene.own_host) and ipaddress.ip_address(scene.own_host).is_unspecified:
        scene.own_host = own_host
    open_journal(journal, scene, peer_of(stream), own_port)
    return Contact(Leg(stream), journal)


async def secure(contact: Contact, goal: Goal, trust: ssl.SSLContext, note: Note) -> None:
    """Open TLS as a web server's visitor does. Raises StepFailed if the certificate is not accepted."""
    host = goal.address.host
    stream = contact.leg.stream
    if not isinstance(stream, trio.SocketStream):
        raise TypeError("expected a connection without TLS")
    note.waiting_for = "the TLS handshake"
    tls = trio.SSLStream(stream, trust, server_hostname=host.rstrip("."), https_compatible=True)
    try:
        await tls.do_handshake()
    except trio.BrokenResourceError as error:
        failure, text = _describe_tls(error.__cause__)
        contact.journal.dial_failed(goal.name, failure, text)
        raise StepFailed(f"TLS to {host}: {text}") from error
    contact.leg = HttpsLeg(HttpsStream(tls))
    note.text = f"{tls.version()}, {_describe_certificate(trust)}"


async def tunnel(scene: Scene, contact: Contact, goal: Goal, note: Note) -> Contact:
    """Ask the proxy that was reached for a connection, in the agent's own words; return the connection inside.

    Raises StepFailed if the proxy refuses. Whatever happens, the connection given is not to be used any more.
    """
    address = goal.address
    note.waiting_for = f"the proxy's answer to CONNECT {address}"
    try:
        await _ask_proxy(contact, goal)
    except BaseException as error:
        await contact.close(timed_out=isinstance(error, trio.Cancelled))
        raise
    # What follows is not HTTP: it gets a journal of its own, in which the decoder sees the protocol inside.
    inside = scene.journal(quiet=goal.quiet)
    open_journal(inside, scene, address)
    return contact.hand_over(inside)


async def _ask_proxy(contact: Contact, goal: Goal) -> None:
    address = goal.address
    await contact.send(f"CONNECT {address} HTTP/1.1\r\nHost: {address.host}\r\n\r\n".encode())
    head = await contact.read_until(b"\r\n\r\n", _LONGEST_HEAD)
    line = head.partition(b"\r\n")[0]
    if not _CONNECTED.match(line):
        told = f"Got a bad response from proxy: {line.decode('latin-1')}" if line else "Proxy socket closed"
        contact.journal.dial_failed(goal.name, _failure_behind(line), told)
        raise StepFailed(f"{told} (asked for {address})")


def _failure_behind(line: bytes) -> DialFailure:
    """Return what a proxy's refusal says of the connection it was asked for."""
    if re.match(rb"HTTP/1\.[01] 5", line):
        return DialFailure.UNREACHABLE
    return DialFailure.REFUSED if line.startswith(b"HTTP/") else DialFailure.OTHER


async def _connect(address: Address) -> trio.SocketStream:
    """Connect to the first address of a host only, as java.net.InetSocketAddress has no other."""
    found, reason = ([address.host], "") if is_address(address.host) else await addresses_of(address.host)
    if not found:
        raise socket.gaierror(socket.EAI_NONAME, reason)
    return await trio.open_tcp_stream(found[0], address.port)


def _give_up(journal: Journal, goal: Goal, failure: DialFailure, text: str) -> None:
    journal.dial_failed(goal.name, failure, text)
    journal.close(None, CloseReason.SHUTDOWN)


def _describe(error: OSError | UnicodeError) -> tuple[DialFailure, str]:
    if isinstance(error, socket.gaierror | UnicodeError):
        return DialFailure.NOT_RESOLVED, str(error.args[-1])
    cause = error.__cause__
    first = cause.exceptions[0] if isinstance(cause, ExceptionGroup) else cause or error
    number = first.errno if isinstance(first, OSError) else None
    text = os.strerror(number) if number else str(first)
    return _FAILURES.get(number or 0, DialFailure.OTHER), text


def _describe_tls(cause: BaseException | None) -> tuple[DialFailure, str]:
    match cause:
        case ssl.SSLCertVerificationError(verify_code=code, verify_message=message):
            failure = DialFailure.OUT_OF_DATE if code in _OUT_OF_DATE else DialFailure.UNTRUSTED
            return failure, f"its certificate is not accepted: {message}"
        case ssl.SSLError(reason=str() as reason) if reason in _NOT_TLS:
            return DialFailure.NOT_TLS, "it does not speak TLS on this port"
        case ssl.SSLError(reason=str() as reason) if "EOF" not in reason:
            return DialFailure.OTHER, f"TLS failed: {reason.lower().replace('_', ' ')}"
        case _:
            return DialFailure.OTHER, "it closed the connection during TLS"


def _describe_certificate(trust: ssl.SSLContext) -> str:
    return "certificate not checked" if trust.verify_mode is ssl.CERT_NONE else "certificate accepted"
