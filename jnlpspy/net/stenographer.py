"""Everything observed, written down as one capture stream for its readers: the record, the analysis."""

from collections import deque
from collections.abc import Callable, Sequence

import trio

from jnlpspy.capture.recorder import Recorder
from jnlpspy.model.tap import (
    Address,
    Closed,
    DialFailed,
    Ended,
    FlawsSeen,
    Gap,
    Observation,
    Opened,
    Remarked,
    Segment,
    Tap,
    Tick,
    TlsOpened,
)
from jnlpspy.net.heads import Heads
from jnlpspy.net.keylog import KeyLog
from jnlpspy.net.listener import describe_defect
from jnlpspy.redaction import Redactor

APPLICATION = "jnlpspy"

MOMENT = 0.02
"""Seconds for which observations are put off; a screen is drawn five times as rarely."""

MOST_PUT_OFF = 1024 * 1024
"""Bytes of them."""

AT_ONCE = 4
"""Observations written down before traffic has its turn: some 0.1 ms."""

Written = Opened | Segment | Gap | TlsOpened | Remarked | FlawsSeen | DialFailed | Ended | Closed
"""What is written down: all but that time passes."""

Write = Callable[[bytes], None]


class Stenographer:
    """Writes observations down for all readers at once; its own defects cost the record of one connection only."""

    def __init__(
        self,
        readers: Sequence[Write],
        say: Callable[[str], None],
        *,
        keep_secrets: bool,
        key_log: KeyLog | None = None,
        may_wait: Callable[[], bool] | None = None,
    ) -> None:
        """With a key log the bytes on the wire of both legs are written too; they hold the secrets anyway.

        With `may_wait` further readers may join later, for it is kept how connections began. While it returns True,
        observations are written down some at a time and a moment later: that takes half the time, and traffic does not
        wait for it. A record that is to be whole after a crash must not wait.
        """
        self._readers = list(readers)
        self._may_wait = may_wait
        self._put_off: deque[Written] = deque()
        self._size = 0
        self._more = trio.Event()
        self._say = say
        self._key_log = key_log
        self._given_up: set[int] = set()
        kept = keep_secrets or key_log is not None
        self._kept = kept
        self._recorder = self._new_recorder(self._write)
        self._heads = Heads() if may_wait else None
        write_down = self._recorder.observe if self._heads is None else self._write_down
        self._redactor = None if kept else Redactor(write_down)
        self._take = self._redactor.observe if self._redactor else write_down

    def observe(self, observation: Observation) -> None:
        """Write an observation down, before this returns or as soon as no secret in it can be incomplete."""
        if isinstance(observation, Tick) or not self._readers:
            return
        if self._may_wait is not None:
            if self._size < MOST_PUT_OFF and self._may_wait():
                self._put_off.append(observation)
                self._size += len(observation.data) if isinstance(observation, Segment) else 0
                self._more.set()
                return
            self._catch_up()
        self._note(observation)

    async def run(self) -> None:
        """Write down what was put off, again and again, until it is cancelled."""
        while True:
            await self._more.wait()
            await trio.sleep(MOMENT)
            self._more = trio.Event()
            while self._put_off:
                self._catch_up(AT_ONCE)
                await trio.lowlevel.checkpoint()

    def _catch_up(self, most: int | None = None) -> None:
        """Write down what was put off, in its order, all or the first of it."""
        for _ in range(len(self._put_off) if most is None else min(most, len(self._put_off))):
            observation = self._put_off.popleft()
            self._size -= len(observation.data) if isinstance(observation, Segment) else 0
            self._note(observation)

    def _note(self, observation: Written) -> None:
        number = observation.connection
        if number not in self._given_up:
            try:
                self._take(observation)
            except Exception as error:  # noqa: BLE001 - traffic must not end because writing it down failed
                self._given_up.add(number)
                if self._heads:
                    self._heads.forget(number)
                self._say(f"a defect in jnlpspy ended the record of connection {number}: {describe_defect(error)}")
        if isinstance(observation, Closed):
            self._given_up.discard(number)

    def join(self, read: Write) -> None:
        """Let a further reader have the stream from here on, and before it how the open connections began."""
        assert self._heads is not None  # noqa: S101 - it may be joined
        self._catch_up()
        pieces: list[bytes] = []
        self._heads.tell(self._new_recorder(pieces.append))
        read(b"".join(pieces))
        self._readers.append(read)

    def leave(self, read: Write) -> None:
        """Give a reader nothing more."""
        self._catch_up()
        self._readers.remove(read)

    def leg(self, connection: int, tap: Tap, ends: tuple[Address, Address]) -> None:
        """Take note of the addresses between which a leg runs, the agent's side first."""
        self._catch_up()
        self._recorder.leg(connection, tap, ends)

    def drain_keys(self) -> None:
        """Write down the TLS keys that came up since."""
        self._catch_up()
        if self._key_log and (text := self._key_log.drain()):
            self._recorder.keys(text)

    def finish(self) -> None:
        """Write down what is still held back."""
        self._catch_up()
        if self._redactor:
            self._redactor.finish()

    def _write_down(self, observation: Observation) -> None:
        assert self._heads is not None  # noqa: S101 - else it is not called
        self._heads.observe(observation)
        self._recorder.observe(observation)

    def _new_recorder(self, write: Write) -> Recorder:
        return Recorder(write, application=APPLICATION, secrets_kept=self._kept, raw=self._key_log is not None)

    def _write(self, blocks: bytes) -> None:
        if blocks:
            for read in self._readers:
                read(blocks)
