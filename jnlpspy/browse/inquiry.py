"""What is being looked at: the rows as they come, those that are shown, and the jobs that find and write them."""

import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path

from jnlpspy.browse.batches import Batch, Crashed, Finished, Found, Message, Remarked
from jnlpspy.browse.catalogue import Catalogue
from jnlpspy.browse.feed import Feed
from jnlpspy.browse.jobs import Chosen, Source, index_capture, sift_capture, write_rows
from jnlpspy.browse.shown import Shown
from jnlpspy.browse.spool import SpoolReader
from jnlpspy.browse.worker import Running, Start
from jnlpspy.errors import UsageError
from jnlpspy.export import find_formats
from jnlpspy.model.describe_events import count


def export_suffixes() -> str:
    """Return how files end that can be written."""
    return " ".join(sorted(form.suffix for form in find_formats().values()))


class Index:
    """The job that indexes a capture, and its temporary file: it can begin before there is a screen."""

    def __init__(self, source: Source, start: Start) -> None:
        number, name = tempfile.mkstemp(prefix="jnlpspy-")  # mode 0600
        os.close(number)
        self.source = source
        self.start = start
        self.spool = Path(name)
        try:
            self.running: Running = start(partial(index_capture, source, self.spool))
        except BaseException:
            self.spool.unlink()
            raise

    def close(self) -> None:
        """Stop the job and take the file away."""
        self.running.stop()
        self.spool.unlink(missing_ok=True)


class Inquiry:
    """The state behind the screen, which is told by `changed` and `say`; a bug of ours goes to `crash`."""

    def __init__(
        self,
        index: Index,
        changed: Callable[[], None],
        say: Callable[[str], None],
        crash: Callable[[str], None],
    ) -> None:
        self.source = index.source
        self.catalogue = Catalogue(SpoolReader(index.spool))
        self.shown = Shown(self.catalogue)
        self.finished: Finished | None = None
        """How the index ended; None while it goes on."""
        self.sifting = False
        """True while a filter looks at rows."""
        self.seen = 0
        """Rows that the filter has looked at."""
        self._start = index.start
        self._spool = index.spool
        self._changed = changed
        self._say = say
        self._crash = crash
        self._running = index.running
        self._index: Feed | None = None
        self._sieve: Feed | None = None
        self._written: list[Feed] = []
        self._size = 0
        with suppress(OSError):
            self._size = self.source.path.stat().st_size

    @property
    def share(self) -> float:
        """How much of the file is indexed, from 0 to 1; of a growing one, all that there was at first."""
        return min(1.0, self.catalogue.read / self._size) if self._size else 0.0

    @property
    def is_done(self) -> bool:
        """True if no further row will be shown by itself."""
        return self.finished is not None and not self.sifting

    def begin(self) -> None:
        """Listen to the index."""
        self._index = Feed(self._running, self._take)

    def stop(self) -> None:
        """End every job."""
        for feed in (self._index, self._sieve, *self._written):
            if feed is not None:
                feed.stop()
        self.catalogue.close()

    def choose(self, text: str, connection: int | None) -> None:
        """Show what a filter and a session leave; the rows come one by one."""
        same = text == self.shown.filter
        self.shown.choose(text, connection)
        if not same:
            if self._sieve is not None:
                self._sieve.stop()
            self._sieve, self.sifting, self.seen = None, bool(text), 0
            if text:
                self._sieve = Feed(self._start(partial(sift_capture, self.source, Chosen(text))), self._take_found)
        self._changed()

    def write(self, target: Path) -> None:
        """Write what is shown to a new file, beside everything else.

        Raises:
            UsageError: there is a file already, or its name does not end as one of ours.
        """
        form = next((name for name, form in find_formats().items() if form.suffix == target.suffix), None)
        if form is None:
            raise UsageError(f"expected a name that ends in {export_suffixes()}, got {target.name}")
        if target.exists():
            raise UsageError(f"expected a new file, got one that exists: {target}")
        # a file that grows has no end to wait for: what is in it now is written
        source = replace(self.source, follow=None)
        chosen = Chosen(self.shown.filter, self.shown.connection)
        written = 0

        def take(message: Message) -> None:
            nonlocal written
            match message:
                case Found():
                    written += len(message.rows) // 4
                case Finished(failure=failure):
                    told = f"{count(written, 'event')} written to {target}"
                    self._say(f"{told}; {failure}" if failure and written else failure or told)
                case _:
                    self._take_crash(message)

        self._written.append(Feed(self._start(partial(write_rows, source, chosen, target, form)), take))

    def _take(self, message: Message) -> None:
        match message:
            case Batch():
                self._spool.unlink(missing_ok=True)  # who needs it has it open, and nothing is left behind by a crash
                self.catalogue.add(message)
                self.shown.grow()
                self._changed()
            case Finished():
                self.finished = message
                for told in (message.failure, *message.remarks):
                    if told:
                        self._say(told)
                self._changed()
            case Remarked():
                self._say(message.text)
            case _:
                self._take_crash(message)

    def _take_found(self, message: Message) -> None:
        match message:
            case Found():
                self.seen = message.seen
                self.shown.found(message.rows)
            case Finished():
                self.sifting = False
                if message.failure and self.finished is not None and message.failure != self.finished.failure:
                    self._say(message.failure)
            case _:
                self._take_crash(message)
        self._changed()

    def _take_crash(self, message: Message) -> None:
        if isinstance(message, Crashed):
            self._crash(message.traceback)
