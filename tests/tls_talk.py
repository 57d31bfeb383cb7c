"""TLS between two sides without a network: what goes over the wire, and its keys."""

import ssl
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

from jnlpspy.model.tap import Side
from jnlpspy.net.identity import Identity
from jnlpspy.net.tls_leg import controller_leg_context

NO_ENCRYPT_THEN_MAC = 0x80000
"""SSL_OP_NO_ENCRYPT_THEN_MAC, which Python does not name: Java does not speak it."""


class TlsTalk:
    """Two OpenSSL ends that share no more than bytes."""

    def __init__(
        self, identity: Identity, key_log: Path, version: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3, cipher: str = ""
    ) -> None:
        contexts = {Side.AGENT: controller_leg_context(), Side.CONTROLLER: identity.agent_leg_context()}
        for context in contexts.values():
            context.options |= NO_ENCRYPT_THEN_MAC
        contexts[Side.AGENT].maximum_version = version
        if cipher:
            contexts[Side.AGENT].set_ciphers(f"{cipher}:@SECLEVEL=0")
            contexts[Side.CONTROLLER].set_ciphers(f"{cipher}:@SECLEVEL=0")
        contexts[Side.AGENT].keylog_filename = str(key_log)
        self._ins = {side: ssl.MemoryBIO() for side in Side}
        self._outs = {side: ssl.MemoryBIO() for side in Side}
        self.ends = {
            side: context.wrap_bio(self._ins[side], self._outs[side], server_side=side is Side.CONTROLLER)
            for side, context in contexts.items()
        }

    def shake(self) -> Iterator[tuple[Side, bytes]]:
        """Yield what the sides send until both are done."""
        waiting = set(Side)
        while waiting:
            for side in Side:
                with suppress(ssl.SSLWantReadError):
                    self.ends[side].do_handshake()
                    waiting.discard(side)
                yield from self._deliver(side)

    def say(self, side: Side, data: bytes) -> Iterator[tuple[Side, bytes]]:
        """Yield what a side sends to say something."""
        self.ends[side].write(data)
        yield from self._deliver(side)

    def end(self, side: Side) -> Iterator[tuple[Side, bytes]]:
        """Yield a side's close_notify."""
        with suppress(ssl.SSLError):  # the other side's answer is not there, and what it said is not read
            self.ends[side].unwrap()
        yield from self._deliver(side)

    def take_damaged(self, side: Side) -> Iterator[tuple[Side, bytes]]:
        """Yield what a side answers to a record of the other that is damaged on its way."""
        self.ends[side.peer].write(b"damaged")
        data = self._outs[side.peer].read()
        self._ins[side].write(data[:-1] + bytes([data[-1] ^ 1]))
        with suppress(ssl.SSLError):
            while True:
                self.ends[side].read()
        yield from self._deliver(side)

    def _deliver(self, side: Side) -> Iterator[tuple[Side, bytes]]:
        data = self._outs[side].read()
        if data:
            self._ins[side.peer].write(data)
            yield side, data
