"""Our own capture stream as it arrives, piece by piece, to observations: for those who must not wait for a block."""

import struct
from typing import Final

from jnlpspy.capture import layouts
from jnlpspy.capture.reader import LONGEST_BLOCK, read_packets
from jnlpspy.capture.reassembly import Reassembler
from jnlpspy.errors import CaptureError
from jnlpspy.model.tap import Observation, Tap

_BLOCK_HEAD: Final = struct.Struct("<II")
_SHORTEST_BLOCK: Final = 12
_PASSED_OVER: Final = 1024 * 1024  # bytes of blocks already read that are kept until they are worth a copy


class ArrivingCapture:
    """Reads what the relay's recorder writes; every piece fed gives what the blocks that are whole then show.

    Bytes of a leg are passed over: what is decrypted of them is there too.
    """

    def __init__(self, name: str = "the capture stream") -> None:
        self._arrived = _Arrived()
        self._packets = read_packets(self._arrived, name)
        self._reassembler = Reassembler()

    def feed(self, data: bytes) -> list[Observation]:
        """Return what is observed in a further piece.

        Raises:
            CaptureError: it is no capture.
        """
        observations: list[Observation] = []
        for _ in range(self._arrived.add(data)):
            packet = next(self._packets, None)
            if packet is None:
                raise CaptureError("expected blocks of pcapng of our own recorder, got something else")
            if packet.interface.name == Tap.DECRYPTED.value:
                observations += self._reassembler.observe(packet, Tap.DECRYPTED)
        return observations

    def finish(self) -> list[Observation]:
        """Return what is still held back when nothing more will arrive."""
        return self._reassembler.finish()


class _Arrived:
    """The bytes that arrived; what is read of them are whole blocks."""

    def __init__(self) -> None:
        self._data = bytearray()
        self._read = 0
        self._whole = 0
        """Where the blocks end that are whole."""

    def add(self, data: bytes) -> int:
        """Add a piece; return how many packets are whole now, one more if no block follows them, so that it is told."""
        if self._read > _PASSED_OVER or self._read == len(self._data):
            del self._data[: self._read]
            self._whole -= self._read
            self._read = 0
        self._data += data
        packets = 0
        while len(self._data) - self._whole >= _BLOCK_HEAD.size:
            kind, length = _BLOCK_HEAD.unpack_from(self._data, self._whole)
            if not _SHORTEST_BLOCK <= length <= LONGEST_BLOCK or length % 4:
                self._whole = len(self._data)
                return packets + 1
            if len(self._data) - self._whole < length:
                break
            self._whole += length
            packets += kind == layouts.ENHANCED_PACKET
        return packets

    def read(self, size: int) -> bytes:
        """Return bytes of whole blocks."""
        data = bytes(self._data[self._read : min(self._read + size, self._whole)])
        self._read += len(data)
        return data
