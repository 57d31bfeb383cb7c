"""The browser without a terminal: its keys are pressed by Textual's pilot, its screen is read as text."""

import asyncio
import multiprocessing
import threading
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from multiprocessing.connection import Connection
from pathlib import Path

from textual.events import Paste
from textual.pilot import Pilot

from jnlpspy.browse.app import Browser
from jnlpspy.browse.batches import Batch, Message
from jnlpspy.browse.catalogue import Catalogue
from jnlpspy.browse.history import History
from jnlpspy.browse.inquiry import Index
from jnlpspy.browse.jobs import Source, index_capture
from jnlpspy.browse.notes import Notes
from jnlpspy.browse.spool import SpoolReader
from jnlpspy.browse.worker import Job
from jnlpspy.model.secret import Secret

CAPTURES = Path(__file__).parent.parent / "captures"
WORKLOAD = "2.53.5-JNLP2-connect-workload"
CUT_OFF = "3.33-JNLP2-connect-reset-mid-session"

TURNS = 2000
"""How often the screen is looked at before a wait has failed."""

TURN = 0.01
"""Seconds between two looks."""


class RunningThread:
    """A job in a thread: what a test asks of it does not wait for a process to begin."""

    def __init__(self, job: Job) -> None:
        ours, theirs = multiprocessing.Pipe(duplex=False)
        self.messages: Connection[object, Message] = ours
        self._thread = threading.Thread(target=self._run, args=(job, theirs), daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """A job that sends to nobody ends."""
        if not self.messages.closed:
            self.messages.close()
        self._thread.join(30)

    @staticmethod
    def _run(job: Job, messages: "Connection[Message, object]") -> None:
        try:
            job(messages.send)
        finally:
            messages.close()


class Screen:
    """A browser on a screen."""

    def __init__(self, browser: Browser, pilot: Pilot[None]) -> None:
        self.browser = browser
        self.pilot = pilot

    @property
    def lines(self) -> list[str]:
        """What the screen shows, without blanks at the lines' ends."""
        strips = self.browser.screen._compositor.render_strips()  # noqa: SLF001 - a picture would be all there is else
        return ["".join(segment.text for segment in strip).rstrip() for strip in strips]

    @property
    def text(self) -> str:
        """What the screen shows."""
        return "\n".join(self.lines)

    @property
    def seq(self) -> int:
        """The number of the event at the cursor."""
        row = self.browser.events.row
        assert row is not None
        return self.browser.inquiry.catalogue.row(row).seq

    @property
    def said(self) -> list[str]:
        """What was said to the user up to now."""
        return [each.message for each in self.browser._notifications]  # noqa: SLF001 - nothing else tells

    async def press(self, *keys: str) -> None:
        """Press keys."""
        await self.pilot.press(*keys)

    async def type(self, text: str) -> None:
        """Write a text where it is written now, in one go."""
        assert self.browser.focused is not None
        self.browser.focused.post_message(Paste(text))
        await self.pilot.pause()

    async def wait_until(self, holds: Callable[[], object], wanted: str = "what was wanted") -> None:
        """Wait until something holds."""
        for _ in range(TURNS):
            if holds():
                await self.pilot.pause()
                return
            await self.pilot.pause(TURN)
        raise AssertionError(f"waited in vain for {wanted}; the screen:\n{self.text}")

    async def wait_for(self, text: str) -> None:
        """Wait until the screen shows a text."""
        await self.wait_until(lambda: text in self.text, repr(text))

    async def settle(self) -> None:
        """Wait until the screen shows all that will be known."""
        browser = self.browser

        def is_settled() -> bool:
            drawn = browser._refreshing is None and browser.detail.number == browser.events.row  # noqa: SLF001 - as above
            return browser.inquiry.is_done and drawn

        await self.wait_until(is_settled, "all that is to be shown")

    async def go_to(self, seq: int) -> None:
        """Put the cursor on an event, and wait until it is shown in full."""
        browser = self.browser
        row = browser.inquiry.catalogue.row_of(seq)
        assert row is not None
        browser.events.move_to(browser.inquiry.shown.place_of(row), middle=True)
        await self.rest()

    async def rest(self) -> None:
        """Wait until the event at the cursor is shown in full."""
        browser = self.browser
        await self.wait_until(lambda: browser.detail.number == browser.events.row, "the event in full")


def browse(
    capture: Path,
    test: Callable[[Screen], Awaitable[None]],
    *,
    home: Path,
    size: tuple[int, int] = (100, 40),
    secrets: Mapping[str, Secret] | None = None,
    source: Source | None = None,
    whole: bool = True,
    filter_text: str = "",
    connection: int | None = None,
) -> None:
    """Run a test on a browser of a capture, by default once all of it is read and its first event shown."""

    async def run() -> None:
        async with opened(
            replace(source or Source(capture), secrets=secrets or {}), home, size, filter_text, connection
        ) as screen:
            if whole:
                await screen.settle()
            await test(screen)

    asyncio.run(run())


@asynccontextmanager
async def opened(
    source: Source, home: Path, size: tuple[int, int], filter_text: str, connection: int | None
) -> AsyncIterator[Screen]:
    """Open a browser, its jobs in threads."""
    index = Index(source, RunningThread)
    try:
        history = History(home / "state" / "history", source.secrets.values())
        browser = Browser(index, Notes(source.path), history, filter_text=filter_text, connection=connection)
        async with browser.run_test(size=size) as pilot:
            yield Screen(browser, pilot)
    finally:
        index.close()


def copy_of(name: str, folder: Path) -> Path:
    """Return a copy of a specimen: notes are kept beside a capture."""
    copy = folder / "capture.pcapng"
    copy.write_bytes((CAPTURES / f"{name}.pcapng").read_bytes())
    return copy


@contextmanager
def indexed(source: Source, folder: Path) -> Iterator[tuple[Catalogue, list[Message]]]:
    """Index a capture in this thread; yield the catalogue, and what was sent besides batches."""
    spool = folder / "spool"
    spool.touch()
    catalogue, others = Catalogue(SpoolReader(spool)), list[Message]()

    def take(message: Message) -> None:
        if isinstance(message, Batch):
            catalogue.add(message)
        else:
            others.append(message)

    index_capture(source, spool, take)
    try:
        yield catalogue, others
    finally:
        catalogue.close()
