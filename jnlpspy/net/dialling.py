"""Reaching the controller's HTTP: names, TCP, TLS with certificate checks, and what exactly went wrong."""

import os
import socket
import ssl
from dataclasses import dataclass
from pathlib import Path

import trio

from jnlpspy.errors import NetworkError, UsageError
from jnlpspy.model.tap import Address
from jnlpspy.net.leg import Leg, reset_socket
from jnlpspy.net.target import RootUrl

CONNECT_TIMEOUT = 30.0
"""Seconds, as the agent's own."""


@dataclass(frozen=True, slots=True)
class Dialled:
    """An open leg to the controller, and the address that answered."""

    leg: Leg
    address: Address


def trust_for(root: RootUrl, certificate: Path | None = None, *, insecure: bool = False) -> ssl.SSLContext | None:
    """Return how an https controller's certificate is checked: the system's trust and `certificate`, or not at all.

    None for http. Raises UsageError if the certificate cannot be used.
    """
    if certificate is not None and insecure:
        raise UsageError("expected --cert or --insecure-http, got both: one checks the certificate, the other does not")
    if root.scheme != "https":
        return None
    trust = ssl.create_default_context()
    # Newer Pythons demand more of old certificates than Java does; a proxy must not fail where an agent would not.
    trust.verify_flags &= ~ssl.VERIFY_X509_STRICT
    if insecure:
        trust.check_hostname = False
        trust.verify_mode = ssl.CERT_NONE
    if certificate is not None:
        trust.verify_flags |= ssl.VERIFY_X509_PARTIAL_CHAIN  # the file may hold the controller's own certificate only
        try:
            trust.load_verify_locations(certificate)
        except ssl.SSLError as error:
            raise UsageError(
                f"--cert: expected PEM certificates in {certificate}, got none that can be read"
            ) from error
        except OSError as error:
            raise UsageError(f"--cert: cannot read {certificate}: {error.strerror}") from error
    return trust


async def resolve(address: Address) -> Address:
    """Return the first IP address of a host; 0.0.0.0 if it has none."""
    try:
        found = await trio.socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return Address("0.0.0.0", address.port)  # noqa: S104 - stands for "no address", nothing listens there
    return Address(str(found[0][4][0]), address.port)


async def dial(root: RootUrl, trust: ssl.SSLContext | None, timeout: float = CONNECT_TIMEOUT) -> Dialled:  # noqa: ASYNC109 - the limit is the agent's, not a caller's whim
    """Open a leg to the controller, which the caller closes; NetworkError tells what failed."""
    try:
        with trio.fail_after(timeout):
            stream = await _connect(root.address)
            try:
                address = peer_of(stream)
                leg = Leg(stream) if trust is None else await _start_tls(stream, root, trust)
            except BaseException:
                await trio.aclose_forcefully(stream)
                raise
    except trio.TooSlowError as error:
        raise NetworkError(f"cannot reach {root}: no connection within {timeout:g} s") from error
    except NetworkError as error:
        raise NetworkError(f"cannot reach {root}: {error}") from error.__cause__
    return Dialled(leg, address)


def peer_of(stream: trio.SocketStream) -> Address:
    """Return the address of the other end; 0.0.0.0 port 0 if it has left already."""
    try:
        host, port, *_ = stream.socket.getpeername()
    except OSError:
        return Address("0.0.0.0", 0)  # noqa: S104 - stands for "no address", nothing listens there
    return Address(host, port)


class HttpsStream(trio.abc.HalfCloseableStream):
    """A TLS stream whose direction can be ended with a bare FIN, as HTTP peers do."""

    def __init__(self, tls: "trio.SSLStream[trio.SocketStream]") -> None:
        self._tls = tls

    async def send_all(self, data: bytes | bytearray | memoryview) -> None:
        """Send all of it."""
        await self._tls.send_all(data)

    async def wait_send_all_might_not_block(self) -> None:
        """Wait until the socket takes bytes."""
        await self._tls.wait_send_all_might_not_block()

    async def receive_some(self, max_bytes: int | None = None) -> bytes | bytearray:
        """Return what came, nothing at the end."""
        return await self._tls.receive_some(max_bytes)

    async def send_eof(self) -> None:
        """Send a FIN; trio's own close_notify would wait for the peer's and end both directions."""
        await self._tls.transport_stream.send_eof()

    async def aclose(self) -> None:
        """Close without waiting for the peer's close_notify."""
        await self._tls.aclose()

    def reset(self) -> None:
        """Close with a RST."""
        reset_socket(self._tls.transport_stream.socket)


class HttpsLeg(Leg):
    """A leg whose peer speaks HTTP over TLS."""

    def __init__(self, stream: HttpsStream) -> None:
        super().__init__(stream)
        self._https = stream

    async def reset(self) -> None:
        """End both directions with a RST."""
        self._https.reset()
        await self.close()


async def _connect(address: Address) -> trio.SocketStream:
    try:
        return await trio.open_tcp_stream(address.host, address.port)
    except socket.gaierror as error:
        raise NetworkError(f"the name {address.host!r} cannot be resolved: {error.strerror}") from error
    except UnicodeError as error:
        raise NetworkError(f"the name {address.host!r} cannot be resolved: it is no host name") from error
    except OSError as error:
        raise NetworkError(_describe_oserror(error)) from error


def _describe_oserror(error: OSError) -> str:
    """Return the reason of the first attempt; trio wraps the attempts of all addresses of a name."""
    cause = error.__cause__
    first = cause.exceptions[0] if isinstance(cause, ExceptionGroup) else cause or error
    return os.strerror(first.errno) if isinstance(first, OSError) and first.errno else str(first)


async def _start_tls(stream: trio.SocketStream, root: RootUrl, trust: ssl.SSLContext) -> Leg:
    tls = trio.SSLStream(stream, trust, server_hostname=root.host.rstrip("."), https_compatible=True)
    try:
        await tls.do_handshake()
    except trio.BrokenResourceError as error:
        raise NetworkError(_describe_tls_failure(error.__cause__)) from error
    return HttpsLeg(HttpsStream(tls))


_UNTRUSTED = {
    9: "its certificate is not valid yet",
    10: "its certificate has expired",
    18: "its certificate is self-signed",
    19: "its certificate chain ends in a self-signed certificate that is not trusted here",
    20: "its certificate is from an authority that is not trusted here",
    21: "its certificate is from an authority that is not trusted here",
    62: "its certificate is for another host name",
    64: "its certificate is for another IP address",
}
"""By OpenSSL's X509_V_ERR_* number."""


def _describe_tls_failure(cause: BaseException | None) -> str:
    match cause:
        case ssl.SSLCertVerificationError(verify_code=code, verify_message=message):
            reason = _UNTRUSTED.get(code, "its certificate is not accepted")
            return f"{reason} ({message}); --cert FILE trusts a certificate, --insecure-http checks none"
        case ssl.SSLError(reason="WRONG_VERSION_NUMBER" | "HTTP_REQUEST" | "PACKET_LENGTH_TOO_LONG"):
            return "it does not speak TLS on this port; is the URL http:// instead of https://?"
        case ssl.SSLError(reason=str() as reason):
            return f"TLS failed: {reason.lower().replace('_', ' ')}"
        case _:
            return "it closed the connection during the TLS handshake"
