"""What a peer sees of its connections, decoded as it happens, and waiting for what comes of it."""

import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Final

import trio

from jnlpspy.decoder import Decoder
from jnlpspy.errors import JnlpspyError, UsageError
from jnlpspy.model.events import ConnectionClosed, Event
from jnlpspy.model.secret import NO_SECRETS, Secret
from jnlpspy.model.tap import Observation, Tick
from jnlpspy.reading import read_events
from jnlpspy.testing.report import Excerpt, mask, printable
from jnlpspy.testing.session import Session, is_offer, session_of

PATIENCE: Final = 30.0
"""Seconds a test waits for a session unless it says otherwise: Java may need a few until it connects."""

MOST_EVENTS: Final = 100_000
"""Of one session; a test that says more has another aim than to look at it."""

MOST_LINES: Final = 30
"""Of what a peer said by itself that a report shows."""

MOST_NAMED: Final = 5
"""Sessions, and lines said, that an error names."""

Until = Callable[[Session], bool]


class NoSession(JnlpspyError, TimeoutError):
    """No session was what a test waited for."""


def is_over(session: Session) -> bool:
    """Return whether a session has ended."""
    return session.over


@dataclass(slots=True)
class _Story:
    """The events of one connection."""

    events: list[Event] = field(default_factory=list)
    is_session: bool = False
    over: bool = False
    left_out: int = 0
    taken: bool = False
    """True once a test was given it, ended."""

    def session(self) -> Session:
        return replace(session_of(self.events), left_out=self.left_out)


class Watch:
    """Collects the sessions of one peer; observations come from where the peer runs, the rest is asked anywhere."""

    def __init__(self, who: str, secrets: Mapping[str, Secret] = NO_SECRETS) -> None:
        """`who` is what errors call the peer; `secrets` may become more as time goes by."""
        self._who = who
        self._changed = threading.Condition(threading.RLock())
        self._secrets = secrets
        self._decoder = Decoder(secrets)
        """Without a redactor, which holds back what may be half a secret: a test waits for what was said just now."""
        self._numbers = count(1)
        self._stories: dict[int, _Story] = {}
        self._excerpt = Excerpt()
        self._said: list[str] = []
        self._failures: list[str] = []
        self._defect: Exception | None = None
        self._listening: dict[int, Callable[[], None]] = {}

    def source(self) -> "Source":
        """Return what takes the observations of one source, whose numbers of connections are its own."""
        return Source(self)

    def observe(self, observation: Observation, numbers: dict[int, int]) -> None:
        """Take an observation; `numbers` are those that its source's connections have here."""
        if isinstance(observation, Tick):
            return
        with self._changed:
            number = numbers.get(observation.connection)
            if number is None:
                number = numbers[observation.connection] = next(self._numbers)
            try:
                for event in self._decoder.feed(replace(observation, connection=number)):
                    self._take(event)
            except Exception as error:  # noqa: BLE001 - who waits is told; the connection must not end because of it
                self._defect = error
            self._notify()

    def say(self, line: str) -> None:
        """Take a line that the peer itself says, for reports."""
        with self._changed:
            self._said = [*self._said[1 - MOST_LINES :], line]

    def fail(self, reason: str) -> None:
        """Take note that the peer will have no session, and why."""
        with self._changed:
            self._failures.append(reason)
            self._notify()

    @property
    def sessions(self) -> tuple[Session, ...]:
        """All sessions so far, oldest first."""
        with self._changed:
            return tuple(story.session() for story in self._stories.values() if story.is_session)

    def report(self) -> str:
        """Return what a failing test shows: a line for each event, then what the peer said; "" if nothing happened."""
        with self._changed:
            parts = (self._excerpt.text(), *self._said, *self._failures)
            text = "\n".join(each for each in parts if each)
            return printable(mask(text, self._secrets.values()))

    def wait(self, timeout: float, until: Until) -> Session:
        """Wait for a session; one that has ended is returned once only.

        Raises:
            NoSession: None came in time, or none can come.
            UsageError: This is a trio task, in which waiting would stop everything else.
        """
        if trio.lowlevel.in_trio_run():
            raise UsageError("expected a plain function, got a trio task: await next_session() there")
        deadline = time.monotonic() + timeout
        with self._changed:
            while (found := self._find(until)) is None:
                if not self._changed.wait(deadline - time.monotonic()):
                    raise self._nothing(timeout)
            return found

    async def wait_in_trio(self, timeout: float, until: Until) -> Session:  # noqa: ASYNC109 - the same as `wait`'s
        """Wait for a session as `wait` does, in a trio task."""
        with trio.move_on_after(timeout), self._listen() as news:
            while True:
                with self._changed:
                    found = self._find(until)
                if found is not None:
                    return found
                await news.receive()
        raise self._nothing(timeout)

    @contextmanager
    def _listen(self) -> Iterator[trio.MemoryReceiveChannel[None]]:
        """Have a trio task told of changes; what comes while it looks is told once."""
        token = trio.lowlevel.current_trio_token()
        send, receive = trio.open_memory_channel[None](1)

        def tell() -> None:
            with suppress(trio.WouldBlock, trio.BrokenResourceError, trio.ClosedResourceError):
                send.send_nowait(None)

        def notify() -> None:
            with suppress(trio.RunFinishedError):
                token.run_sync_soon(tell, idempotent=True)

        with self._changed:
            self._listening[id(receive)] = notify
        try:
            with receive, send:
                yield receive
        finally:
            with self._changed:
                del self._listening[id(receive)]

    def _take(self, event: Event) -> None:
        self._excerpt.observe(event)
        story = self._stories.setdefault(event.connection, _Story())
        story.is_session = story.is_session or is_offer(event)
        story.over = story.over or isinstance(event.fact, ConnectionClosed)
        if len(story.events) < MOST_EVENTS or story.over:
            story.events.append(event)
        else:
            story.left_out += 1

    def _notify(self) -> None:
        self._changed.notify_all()
        for notify in self._listening.values():
            notify()

    def _find(self, until: Until) -> Session | None:
        if self._defect is not None:
            raise self._defect
        for story in self._stories.values():
            if story.is_session and not story.taken and (story.over or until is not is_over):
                session = story.session()
                if until(session):
                    story.taken = session.over
                    return session
        if self._failures:
            raise NoSession(printable(f"{self._who} has no session: {self._failures.pop(0)}"))
        return None

    def _nothing(self, timeout: float) -> NoSession:
        with self._changed:
            had = [session.describe() for session in self.sessions[-MOST_NAMED:]] or ["none"]
            said = self._said[-MOST_NAMED:]
        lines = [f"{self._who} had no such session within {timeout:g} s, but:", *had, *said]
        return NoSession(printable("\n  ".join(lines)))


class Source:
    """Hands the observations of one peer to a watch."""

    def __init__(self, watch: Watch) -> None:
        self._watch = watch
        self.numbers: dict[int, int] = {}
        """The numbers that the connections have in the watch's sessions, by those they have here."""

    def __call__(self, observation: Observation) -> None:
        """Take an observation."""
        self._watch.observe(observation, self.numbers)


def read_sessions(capture: str | Path, secrets: Mapping[str, Secret | str] | None = None) -> tuple[Session, ...]:
    """Return the sessions of a capture, in the order in which they began.

    Args:
        capture: A file of ours, or any pcap or pcapng.
        secrets: Agents' secrets by name; they open what is encrypted with them.

    Raises:
        CaptureError: It cannot be read.
    """
    stories: dict[int, _Story] = {}
    for event in read_events(capture, secrets):
        story = stories.setdefault(event.connection, _Story())
        story.events.append(event)
        story.is_session = story.is_session or is_offer(event)
    return tuple(story.session() for story in stories.values() if story.is_session)
