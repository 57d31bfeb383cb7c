"""One leg under TLS: a sans-IO engine over OpenSSL's memory buffers, and the leg that moves its bytes in batches.

A TLS record holds 16 KiB at most; forwarding record by record is what makes relays slow.
"""

import ssl
from contextlib import suppress
from typing import cast

import trio

from jnlpspy.errors import NetworkError
from jnlpspy.net.leg import READ_SIZE, Ending, Leg, LegBroken

ALERT_PATIENCE = 1.0
"""Seconds given to an alert before the leg is closed; it is a courtesy."""

UNASKED_BYTES = 64 * 1024
"""Bytes of OpenSSL's own answers, to key updates for one, that may wait until something is sent."""

_RECORD = 16 * 1024

_REASONS = {
    "WRONG_VERSION_NUMBER": "it sent bytes that are not TLS",
    "HTTP_REQUEST": "it sent HTTP instead of TLS",
    "UNSUPPORTED_PROTOCOL": "it offers no TLS version from 1.2 up",
    "TLSV1_ALERT_PROTOCOL_VERSION": "it refuses TLS 1.2 and 1.3 (alert protocol version)",
    "NO_SHARED_CIPHER": "there is no cipher suite that both know",
    "DECRYPTION_FAILED_OR_BAD_RECORD_MAC": "a record was damaged on the way (bad record MAC)",
    "BAD_RECORD_TYPE": "a record was damaged on the way (bad record type)",
}
"""OpenSSL's reasons in plain words; others are shown as they are."""


class TlsFailed(NetworkError):
    """TLS on a leg could not be opened or went wrong."""

    def __init__(self, reason: str, ending: Ending | None = None, *, begun: bool = True) -> None:
        super().__init__(reason)
        self.ending = ending
        """How the peer ended instead of going on; None if it was its bytes that were wrong."""
        self.begun = begun
        """True if the peer had begun with TLS before."""


class TlsEnd:
    """The TLS settings of one kind of leg, shared by all of them."""

    def __init__(self, context: ssl.SSLContext, *, accepting: bool) -> None:
        self.context = context
        self.accepting = accepting
        # One buffer for all: it is used between two awaits only, and its memory counts once.
        self.scratch = memoryview(bytearray(READ_SIZE + 2 * _RECORD))


class TlsEngine:
    """OpenSSL's state of one TLS connection; touches no socket."""

    def __init__(self, end: TlsEnd) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = end.context.wrap_bio(self._incoming, self._outgoing, server_side=end.accepting)
        self._scratch = end.scratch
        self._failure: TlsFailed | None = None
        self.has_heard = False
        """True once the peer sent anything."""
        self.close_notified = False
        """True once the peer said that it will send no more."""

    @property
    def version(self) -> str:
        """As OpenSSL names it: `TLSv1.3`."""
        return self._tls.version() or ""

    @property
    def cipher(self) -> str:
        """Name of the cipher suite."""
        cipher = self._tls.cipher()
        return cipher[0] if cipher else ""

    @property
    def peer_certificate(self) -> bytes:
        """DER certificate the peer showed; empty if none."""
        return self._tls.getpeercert(binary_form=True) or b""

    def feed(self, data: bytes) -> None:
        """Take bytes from the wire."""
        self.has_heard = self.has_heard or bool(data)
        if not self.close_notified:  # behind it nothing is read any more
            self._incoming.write(data)

    def pull(self) -> bytes:
        """Return the bytes for the wire."""
        return self._outgoing.read()

    def shake(self) -> bool:
        """Go on with the handshake; return whether it is done. Raises TlsFailed."""
        try:
            self._tls.do_handshake()
        except ssl.SSLWantReadError:
            return False
        except ssl.SSLError as error:
            raise TlsFailed(describe_tls_error(error)) from error
        return True

    def read(self) -> bytes:
        """Return all plaintext that the bytes fed so far yield; empty if none. Raises TlsFailed."""
        if self._failure:
            raise self._failure
        parts: list[bytes] = []
        filled = 0
        try:
            while not self.close_notified:
                if filled + _RECORD > len(self._scratch):
                    parts.append(bytes(self._scratch[:filled]))
                    filled = 0
                count = cast("int", self._tls.read(_RECORD, cast("bytearray", self._scratch[filled:])))
                self.close_notified = not count
                filled += count
        except ssl.SSLWantReadError:
            pass
        except ssl.SSLZeroReturnError:
            self.close_notified = True
        except ssl.SSLError as error:
            self._failure = TlsFailed(describe_tls_error(error))
            if not filled and not parts:
                raise self._failure from error
        if self._outgoing.pending > UNASKED_BYTES:
            self._failure = self._failure or TlsFailed("it keeps asking for new keys and takes no answer")
        parts.append(bytes(self._scratch[:filled]))
        return b"".join(parts)

    def encrypt(self, data: bytes) -> bytes:
        """Return the bytes for the wire that carry a plaintext. Raises TlsFailed."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[self._tls.write(rest) :]
        except ssl.SSLError as error:
            raise TlsFailed(describe_tls_error(error)) from error
        return self.pull()

    def notify_close(self) -> bytes:
        """Return the close_notify for the wire; all plaintext must have been read before."""
        with suppress(ssl.SSLError):  # it wants the peer's close_notify, which may be long in coming; ours is written
            self._tls.unwrap()
        return self.pull()


class TlsLeg(Leg):
    """A leg whose bytes are plaintext on this side and TLS on the wire."""

    def __init__(self, leg: Leg, engine: TlsEngine) -> None:
        super().__init__(leg.stream, leg.tap)
        self.engine = engine
        self._told_close = False
        self._untold: bytes = b""
        """Bytes the wire tap has not seen: it must see them after OpenSSL has derived the keys that open them."""

    async def receive(self) -> bytes | Ending:
        """Return plaintext, all that one read from the socket yields, or how the peer ended. Raises TlsFailed."""
        while True:
            if plain := await self._read():
                return plain
            if self.engine.close_notified and not self._told_close:
                self._told_close = True
                return Ending.CLOSE_NOTIFY
            if ending := await self._feed():
                return ending

    async def send(self, data: bytes) -> None:
        """Send all of it; LegBroken if the peer is gone or TLS went wrong."""
        try:
            sealed = self.engine.encrypt(data)
        except TlsFailed as error:
            raise LegBroken(str(error)) from error
        await super().send(sealed)

    async def send_ending(self, ending: Ending) -> None:
        """End this direction as the other leg's was ended."""
        try:
            if ending is Ending.CLOSE_NOTIFY:
                await super().send(self.engine.notify_close())
            await super().send_ending(ending)
        except trio.BusyResourceError as error:
            raise LegBroken("its TLS went wrong, and an alert is on its way to it") from error

    async def shake(self) -> None:
        """Open TLS. Raises TlsFailed."""
        while not await self._shake_on():
            if ending := await self._feed():
                raise self._left(ending)

    async def _shake_on(self) -> bool:
        try:
            done = self.engine.shake()
            self._tell_tap()
            if out := self.engine.pull():
                await super().send(out)
        except TlsFailed:
            self._tell_tap()
            await self._send_alert()
            raise
        except LegBroken as error:
            raise self._left(Ending.RESET) from error
        return done

    def _left(self, ending: Ending) -> TlsFailed:
        begun = self.engine.has_heard
        where = "in the middle of the TLS handshake" if begun else "before it said a word of TLS"
        return TlsFailed(f"it left {where} ({ending.value})", ending, begun=begun)

    async def _read(self) -> bytes:
        try:
            return self.engine.read()
        except TlsFailed:
            await self._send_alert()
            raise
        finally:
            self._tell_tap()

    async def _feed(self) -> Ending | None:
        got = await self._fetch()
        if isinstance(got, Ending):
            return got
        self.engine.feed(got)
        self._untold = got
        return None

    def _tell_tap(self) -> None:
        if self.tap and self._untold:
            self.tap.came(self._untold)
        self._untold = b""

    async def _send_alert(self) -> None:
        """Tell the peer what was wrong, unless its direction is busy: then it does not listen anyway."""
        with trio.move_on_after(ALERT_PATIENCE), suppress(LegBroken, trio.BusyResourceError):
            if alert := self.engine.pull():
                await super().send(alert)


async def open_tls(leg: Leg, end: TlsEnd, early: bytes = b"") -> TlsLeg:
    """Open TLS on a leg whose first `early` bytes are read already. Raises TlsFailed."""
    tls_leg = TlsLeg(leg, TlsEngine(end))
    tls_leg.engine.feed(early)
    await tls_leg.shake()
    return tls_leg


def controller_leg_context() -> ssl.SSLContext:
    """Return the TLS settings towards controllers: no chain and no name, as the key alone is what counts."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    context.options |= ssl.OP_NO_RENEGOTIATION
    # What an old controller's Java accepts must not fail here, or the proxy would show trouble that is its own.
    context.set_ciphers("DEFAULT:@SECLEVEL=1")
    return context


def describe_tls_error(error: ssl.SSLError) -> str:
    """Return OpenSSL's reason in plain words."""
    reason = error.reason or ""
    if reason in _REASONS:
        return _REASONS[reason]
    _, alert, name = reason.partition("_ALERT_")
    if alert:
        return f"it sent the TLS alert {name.lower().replace('_', ' ')}"
    return f"OpenSSL says: {reason.lower().replace('_', ' ') or error}"
