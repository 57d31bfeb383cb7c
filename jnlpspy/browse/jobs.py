"""What is done beside the screen: index a capture, find the rows that a filter means, export them to a file."""

import os
import time
import traceback
from array import array
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol, TextIO

from jnlpspy import __version__
from jnlpspy.browse.batches import Crashed, Finished, Found, Message
from jnlpspy.browse.decoding import Decoding
from jnlpspy.browse.indexing import Indexer, printable
from jnlpspy.browse.limits import LONGEST_MESSAGE, SECONDS_AT_ONCE
from jnlpspy.browse.spool import SpoolWriter
from jnlpspy.capture.key_log import KeyLog
from jnlpspy.capture.open import open_capture
from jnlpspy.capture.reader import ByteSource
from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.errors import CaptureError, JnlpspyError, UsageError
from jnlpspy.export import find_formats
from jnlpspy.export.format import EventSink, Export
from jnlpspy.filters.filter import parse_filter
from jnlpspy.model.choice import Choice, every
from jnlpspy.model.describe import shorten
from jnlpspy.model.events import Event
from jnlpspy.model.secret import Secret
from jnlpspy.model.tap import Observation
from jnlpspy.remoting.purposes import WELL_KNOWN, Purposes

Follow = Callable[[Path, Callable[[], None]], AbstractContextManager[ByteSource]]
"""Opens a file that is being written; it calls what it is given whenever it has to wait."""

Send = Callable[[Message], None]


def well_known() -> Purposes:
    """Return the purposes that everybody has."""
    return WELL_KNOWN


def no_keys() -> KeyLog | None:
    """Return that no keys are known."""
    return None


@dataclass(frozen=True, slots=True)
class Source:
    """What is browsed."""

    path: Path
    follow: Follow | None = None
    """None if the file is read to its end."""
    secrets: Mapping[str, Secret] = field(default_factory=dict)
    read_purposes: Callable[[], Purposes] = well_known
    """Makes them anew where a job runs: they do not go from a process to another."""
    read_keys: Callable[[], KeyLog | None] = no_keys
    """The keys of TLS that is in the file."""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Which rows are meant."""

    filter: str = ""
    """"" means all."""
    connection: int | None = None


def index_capture(source: Source, spool: Path, send: Send) -> None:
    """Send a capture's rows."""
    with _told(send) as tell:
        writer = SpoolWriter(spool)
        try:
            tell(_read(source, Indexer(writer, send, source.secrets, source.read_purposes())))
        finally:
            writer.close()


def sift_capture(source: Source, chosen: Chosen, send: Send) -> None:
    """Send the numbers of the rows that are meant."""
    with _told(send) as tell:
        tell(_read(source, Sieve(source, chosen, send)))


def write_rows(source: Source, chosen: Chosen, target: Path, form: str, send: Send) -> None:
    """Write the rows that are meant to a new file in a format of exports; it has its name once it is whole."""
    with _told(send) as tell:
        try:
            finished = _write_file(source, chosen, target, form, send)
        except OSError as error:
            raise UsageError(f"expected a file that can be written, got {error.strerror or error}: {target}") from error
        tell(finished)


def _write_file(source: Source, chosen: Chosen, target: Path, form: str, send: Send) -> Finished:
    part = target.with_name(f"{target.name}.part")
    with ExitStack() as opened:
        number = os.open(part, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
        opened.callback(part.unlink, missing_ok=True)
        with os.fdopen(number, "w", encoding="utf-8", errors="backslashreplace", newline="\n") as file:
            finished = _export(source, chosen, form, file, send)
        os.link(part, target)  # unlike a renaming, it takes the place of no file
    return finished


def _export(source: Source, chosen: Chosen, form: str, file: TextIO, send: Send) -> Finished:
    """Write what `jnlpspy export` does, findings among the events in every format: they are rows too."""
    sieve = Sieve(source, chosen, send)
    export = Export(file, source.path.name, Verdict(sieve.find), connection=chosen.connection)
    export.matches, export.filter = sieve.matches, chosen.filter.strip()
    export.application = f"jnlpspy {__version__}"
    export.runs.begin(export.capture, 0, 0)
    sieve.sink = sink = find_formats()[form].open(export)
    finished = _read(source, sieve)
    export.notes += finished.remarks
    if finished.failure:
        export.notes.append(f"the capture is damaged, and what follows is not in here: {finished.failure}")
    sink.finish()
    return finished


@contextmanager
def _told(send: Send) -> Iterator[Callable[[Message], None]]:
    """Send how work ends that may fail; nobody may be left to hear it."""
    try:
        try:
            yield send
        except JnlpspyError as error:
            send(Finished(_one_line(str(error))))
        except BrokenPipeError:
            return
        except Exception as error:  # noqa: BLE001 - the process that owns the screen reports a bug
            send(Crashed("".join(traceback.format_exception(error))))
    except OSError:
        return


class _Taker(Protocol):
    """What takes a capture's observations."""

    read: int

    def observe(self, observation: Observation) -> None:
        """Take one."""

    def flush(self) -> None:
        """Send what there is: nothing may come for long."""

    def finish(self) -> None:
        """Send the rest."""


class Sieve:
    """Finds rows; every event goes to a sink, if there is one."""

    def __init__(
        self,
        source: Source,
        chosen: Chosen,
        send: Send,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.read = 0
        self.matches: Choice = parse_filter(chosen.filter).matches if chosen.filter.strip() else every
        self.sink: EventSink | None = None
        self._connection = chosen.connection
        self._send = send
        self._clock = clock
        self._sent_at = clock()
        self._rows = array("I")
        self._seen = self._told = 0
        self._decoding = Decoding(self._look_at, source.secrets, source.read_purposes())

    def observe(self, observation: Observation) -> None:
        """Look at what an observation tells."""
        self._decoding.observe(observation)
        if self._clock() - self._sent_at >= SECONDS_AT_ONCE:
            self.flush()

    def finish(self) -> None:
        """Look at what is left."""
        self._decoding.finish()
        self.flush()

    def flush(self) -> None:
        """Send what was found since the last time, if any row was looked at."""
        self._sent_at = self._clock()
        if self._seen != self._told:
            rows, self._rows, self._told = self._rows, array("I"), self._seen
            self._send(Found(rows.tobytes(), self._seen))

    def find(self, connection: int, seq: int) -> Event | None:
        """Return an event of a connection, while the rules have it at hand."""
        return self._decoding.judge.find(connection, seq)

    def _look_at(self, event: Event) -> None:
        row, self._seen = self._seen, self._seen + 1
        if self._connection in (None, event.connection) and self.matches(event):
            self._rows.append(row)
        if self.sink is not None:
            self.sink.observe(event)


class _Metered:
    """Counts the bytes that are read."""

    def __init__(self, stream: ByteSource, taker: _Taker) -> None:
        self._stream = stream
        self._taker = taker

    def read(self, size: int, /) -> bytes:
        data = self._stream.read(size)
        self._taker.read += len(data)
        return data


def _read(source: Source, taker: _Taker) -> Finished:
    """Hand a capture's observations on, and what was decoded before it breaks off."""
    remarks: list[str] = []
    failure = ""
    with ExitStack() as opened:
        try:
            stream = opened.enter_context(_open(source, taker))
            with open_capture(_Metered(stream, taker), name=str(source.path), keys=source.read_keys()) as observations:
                for observation in observations:
                    taker.observe(observation)
        except CaptureError as error:
            failure = _one_line(str(error))
        else:
            remarks = observations.left_out()
    taker.finish()
    return Finished(failure, tuple(remarks))


@contextmanager
def _open(source: Source, taker: _Taker) -> Iterator[ByteSource]:
    if source.follow is not None:
        with source.follow(source.path, taker.flush) as stream:
            yield stream
        return
    try:
        file = source.path.open("rb", buffering=0)
    except OSError as error:
        raise CaptureError(f"expected a capture, got {error.strerror or error}: {source.path}") from error
    with file:
        yield file


def _one_line(text: str) -> str:
    return shorten(printable(text), LONGEST_MESSAGE)
