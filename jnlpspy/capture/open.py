"""Opens a capture: a file of ours or any pcap or pcapng, to its observations."""

from collections.abc import Generator, Iterator
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Final, Self

from jnlpspy.capture.decryption import Decryption
from jnlpspy.capture.key_log import KeyLog
from jnlpspy.capture.link_headers import LINK_TYPES
from jnlpspy.capture.reader import ByteSource, Interface, read_packets
from jnlpspy.capture.reassembly import Reassembler
from jnlpspy.errors import CaptureError
from jnlpspy.model.tap import Observation, Tap

_AHEAD: Final = 16
"""Observations of a file that are made before the first of them is handed out.

Reading and decoding need much code each: to go to and fro for every packet keeps neither in the processor's caches.
"""

_DECRYPTED: Final = Tap.DECRYPTED  # an enum's members are slow to get


def open_capture(source: str | Path | ByteSource, *, name: str = "", keys: KeyLog | None = None) -> "Capture":
    """Open a capture file, or read a stream that its owner closes; `name` is what errors call it.

    With `keys`, or keys in the capture itself, TLS in it is opened as far as they go.

    Raises:
        CaptureError: if the file cannot be opened; iterating raises it if the content is not a capture.
    """
    if not isinstance(source, str | Path):
        return Capture(source, name or "standard input", ExitStack(), keys, ahead=1)
    with ExitStack() as resources:
        try:
            stream = resources.enter_context(Path(source).open("rb", buffering=0))
        except OSError as error:
            raise CaptureError(f"expected a capture that can be read at {source}: {error.strerror or error}") from error
        is_file = Path(source).is_file()  # a named pipe has no more than came, and that is wanted now
        return Capture(stream, name or str(source), resources.pop_all(), keys, ahead=_AHEAD if is_file else 1)


class Capture:
    """Iterates over a capture's observations; a file it opened is closed at the end, on errors, and by `with`."""

    def __init__(self, stream: ByteSource, name: str, resources: ExitStack, keys: KeyLog | None, *, ahead: int) -> None:
        self.name = name
        self._ahead = ahead
        self._ignored_link_types: set[int] = set()
        """Link types whose packets were passed over because nobody here can read them."""
        self._resources = resources
        self._packets = read_packets(stream, name)
        if keys is not None:
            self._packets.keys = keys
        self._decryption = Decryption(self._packets.keys)
        self._observations = self._all_observations()

    def left_out(self) -> list[str]:
        """Return what of the capture is not among the observations, in words; all of it is known at the end only."""
        told = []
        if self._packets.truncated:
            told.append(f"the last block is cut off; {self._packets.truncated} bytes of it are left out")
        told += [
            f"packets of link type {each} cannot be read and are left out" for each in sorted(self._ignored_link_types)
        ]
        return told

    def __iter__(self) -> Iterator[Observation]:
        return self._observations

    def __next__(self) -> Observation:
        return next(self._observations)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """Stop reading, and close the file if `open_capture` opened it."""
        self._observations.close()
        self._resources.close()

    def _all_observations(self) -> Generator[Observation]:
        reassembler = Reassembler()
        made: list[Observation] = []
        ahead, plain = self._ahead, None
        with self._resources:
            try:
                for packet in self._packets:
                    if packet.interface is plain:  # nearly every packet
                        made += reassembler.observe(packet, _DECRYPTED)
                    elif (tap := self._tap(packet.interface)) is not None:
                        made += self._opened(reassembler.observe(packet, tap), tap)
                        plain = packet.interface if tap is _DECRYPTED else plain
                    if len(made) >= ahead:
                        yield from made
                        made.clear()
            except OSError as error:
                yield from made
                raise CaptureError(f"expected more of a capture, got {error.strerror or error}: {self.name}") from error
            except CaptureError:
                yield from made
                raise
            yield from made
            yield from reassembler.finish()

    def _opened(self, observations: list[Observation], tap: Tap) -> list[Observation]:
        """Return what observations are with the TLS opened that there are keys for."""
        if tap is Tap.WIRE and self._packets.keys:
            return [opened for each in observations for opened in self._decryption.observe(each)]
        return observations

    def _tap(self, interface: Interface) -> Tap | None:
        """Return what an interface's packets are; None if nobody reads them, or the plaintext of them is there too."""
        if interface.link_type not in LINK_TYPES:
            self._ignored_link_types.add(interface.link_type)
            return None
        if interface.name == _DECRYPTED.value:
            return _DECRYPTED
        return None if _DECRYPTED.value in self._packets.interface_names else Tap.WIRE
