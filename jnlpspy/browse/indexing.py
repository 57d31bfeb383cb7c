"""Observations to batches of rows: decodes and judges a capture once, and keeps what the screen may ask for."""

import json
import time
from array import array
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field

from jnlpspy.browse.batches import KINDS, SIDES, Batch, Columns, Look, Message, Remarked, SessionRow, Told
from jnlpspy.browse.decoding import Decoding
from jnlpspy.browse.limits import FIRST_ROWS, LONGEST_MESSAGE, MOST_ROWS, MOST_SESSIONS, ROWS_AT_ONCE, SECONDS_AT_ONCE
from jnlpspy.browse.links import Links
from jnlpspy.browse.spool import SpoolWriter
from jnlpspy.browse.streams import StreamWriter
from jnlpspy.diagnosis.verdict import Conclusion, Verdict
from jnlpspy.errors import CaptureError
from jnlpspy.export.jsonl import SCHEMA, TYPES, format_event
from jnlpspy.model.describe import shorten
from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.events import CommandSent, ConnectionClosed, ConnectionOpened, Event
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.secret import NO_SECRETS, Secret
from jnlpspy.model.tap import Observation
from jnlpspy.remoting.purposes import WELL_KNOWN, Purposes
from jnlpspy.view.findings import confidence_in_words
from jnlpspy.view.rows import kind_of
from jnlpspy.view.sessions import SessionSummary, count_event

_KIND_NUMBERS = {kind: KINDS.index(name) for kind, name in TYPES.items()}
_SIDE_NUMBERS = {side: SIDES.index(side) for side in SIDES}


@dataclass(slots=True)
class _Session:
    summary: SessionSummary
    address: str = ""
    events: int = 0
    bytes: int = 0
    severity: Severity | None = None


@dataclass(slots=True)
class _Rows:
    """Rows that wait to be sent."""

    when: "array[float]" = field(default_factory=lambda: array("d"))
    connection: "array[int]" = field(default_factory=lambda: array("I"))
    seq: "array[int]" = field(default_factory=lambda: array("I"))
    look: "array[int]" = field(default_factory=lambda: array("B"))
    kind: "array[int]" = field(default_factory=lambda: array("B"))
    side: "array[int]" = field(default_factory=lambda: array("B"))
    lines: list[str] = field(default_factory=list)
    records: list[str] = field(default_factory=list)
    links: "array[int]" = field(default_factory=lambda: array("i"))
    looks: list[Look] = field(default_factory=list)


class Indexer:
    """Takes a capture's observations and sends batches: a first one at once, then as they fill or time passes."""

    def __init__(
        self,
        spool: SpoolWriter,
        send: Callable[[Message], None],
        secrets: Mapping[str, Secret] = NO_SECRETS,
        purposes: Purposes = WELL_KNOWN,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.read = 0
        """Bytes of the file that are read, as whoever reads it says."""
        self._spool = spool
        self._send = send
        self._clock = clock
        self._sent_at = clock()
        self._count = 0
        self._rows = _Rows()
        self._looks: dict[Look, int] = {}
        self._links = Links()
        self._streams = StreamWriter(spool.append)
        self._sessions: dict[int, _Session] = {}
        self._changed: set[int] = set()
        self._concluded = False
        self._decoding = Decoding(self._add, secrets, purposes, also=self._streams.observe, on_failure=self._report)
        self._verdict = Verdict(self._decoding.judge.find)

    def observe(self, observation: Observation) -> None:
        """Take an observation."""
        self._decoding.observe(observation)
        waiting = len(self._rows.lines)
        is_first = waiting >= FIRST_ROWS and self._count == waiting
        if is_first or waiting >= ROWS_AT_ONCE or self._clock() - self._sent_at >= SECONDS_AT_ONCE:
            self.flush()

    def finish(self) -> None:
        """Decode and conclude what is left, and send it."""
        self._decoding.finish()
        self.flush()

    def flush(self) -> None:
        """Send what there is, if anything came."""
        self._sent_at = self._clock()
        pieces = self._streams.take()
        if not (self._rows.lines or pieces or self._changed or self._concluded):
            return
        rows, self._rows = self._rows, _Rows()
        self._send(
            Batch(
                len(rows.lines),
                Columns(
                    rows.when.tobytes(),
                    rows.connection.tobytes(),
                    rows.seq.tobytes(),
                    rows.look.tobytes(),
                    rows.kind.tobytes(),
                    rows.side.tobytes(),
                ),
                self._spool.append("\n".join(rows.lines).encode()),
                self._spool.append("".join(rows.records).encode("ascii")),
                rows.links.tobytes(),
                tuple(rows.looks),
                pieces,
                tuple(self._session_rows()),
                self._told() if self._concluded else None,
                self.read,
            )
        )
        self._concluded = False

    def _add(self, event: Event) -> None:
        row, rows, fact = self._count, self._rows, event.fact
        if row >= MOST_ROWS:
            raise CaptureError(f"expected a capture of at most {MOST_ROWS:,} events, got more")
        self._count += 1
        rows.when.append(event.when)
        rows.connection.append(event.connection)
        rows.seq.append(event.seq)
        kind = kind_of(fact)
        rows.look.append(self._look(Look(kind.word, kind.style, kind.summary)))
        rows.kind.append(_KIND_NUMBERS[type(fact)])
        rows.side.append(_SIDE_NUMBERS[event.side])
        rows.lines.append(f"{kind.word} {printable(describe_fact(fact))}")
        rows.records.append(_record(event))
        for link in self._links.observe(row, event):
            rows.links.extend(link)
        if type(fact) is Finding:
            self._verdict.observe(event)
            self._concluded = True
        self._count_session(event)

    def _look(self, look: Look) -> int:
        number = self._looks.get(look)
        if number is None:
            number = self._looks[look] = len(self._looks)
            self._rows.looks.append(look)
        return number

    def _count_session(self, event: Event) -> None:
        session = self._sessions.get(event.connection)
        if session is None:
            if not event.connection or len(self._sessions) >= MOST_SESSIONS:
                return
            session = self._sessions[event.connection] = _Session(SessionSummary(event.connection, event.when))
        session.events += 1
        session.summary.last = event.when
        count_event(session.summary, event)
        match event.fact:
            case ConnectionOpened() as opened:
                session.address = str(opened.agent)
            case Finding() as finding:
                if session.severity is None or _rank(finding.severity) < _rank(session.severity):
                    session.severity = finding.severity
            case ConnectionClosed():
                session.bytes = self._streams.length_of(event.connection)
                self._streams.forget(event.connection)
            case _:
                pass
        self._changed.add(event.connection)

    def _session_rows(self) -> Iterator[SessionRow]:
        for connection in sorted(self._changed):
            session = self._sessions[connection]
            summary = session.summary
            yield SessionRow(
                connection,
                printable(summary.agent_name or session.address),
                printable(" then ".join(summary.protocols[-4:])),
                printable(summary.state if summary.protocols else "no agent protocol"),
                summary.bad,
                session.events,
                self._streams.length_of(connection) or session.bytes,
                summary.opened,
                summary.last,
                "" if session.severity is None else session.severity.value,
            )
        self._changed.clear()

    def _told(self) -> tuple[Told, ...]:
        return tuple(tell_conclusions(self._verdict.conclusions()))

    def _report(self, rule: str, error: Exception) -> None:
        text = f"a bug stopped the rule {rule}: {type(error).__name__}: {error}; everything else goes on"
        self._send(Remarked(printable(shorten(text, LONGEST_MESSAGE))))


def tell_conclusions(conclusions: list[Conclusion], depth: int = 0) -> Iterator[Told]:
    """Yield conclusions in order, each before what follows from it."""
    for each in conclusions:
        finding = each.finding
        yield Told(
            depth,
            finding.severity.value,
            printable(finding.title),
            finding.rule,
            confidence_in_words(finding.confidence),
            tuple(each.connections),
            each.when,
            each.seq,
            tuple(_tell_evidence(evidence) for evidence in each.evidence),
            tuple(map(printable, finding.causes)),
            tuple(map(printable, finding.advice)),
        )
        yield from tell_conclusions(each.consequences, depth + 1)


def _tell_evidence(evidence: Event | str) -> tuple[int, str]:
    if isinstance(evidence, str):
        return 0, printable(evidence)
    return evidence.seq, printable(f"{kind_of(evidence.fact).word}: {describe_fact(evidence.fact)}")


def printable(text: str) -> str:
    """Return a text on one line, in which a mark stands for each character that cannot be seen."""
    return text if text.isprintable() else "".join(each if each.isprintable() else "\ufffd" for each in text)


def _record(event: Event) -> str:
    """Return an event as JSON, and behind a tab where its message stands in another form; JSON has no tab.

    A command's fields are left out: the tree of its bytes has them, and to read them takes longer than the rest.
    """
    fact, span, decoded = event.fact, event.span, event.decoded
    if type(fact) is not CommandSent:
        line = format_event(event)
    else:
        side = "" if event.side is None else f',"side":"{event.side.value}"'
        place = "" if span is None else f',"span":[{span.start},{span.end}]'
        line = (
            f'{{"v":{SCHEMA},"type":"{TYPES[CommandSent]}","connection":{event.connection},"when":{event.when!r}'
            f',"seq":{event.seq}{side}{place},"command":{json.dumps(fact.command.class_name)},"size":{fact.size}}}\n'
        )
    if decoded is None:
        return line
    return f"{line[:-1]}\t{decoded.span.start} {decoded.span.end} {decoded.lead} {decoded.form.name}\n"


def _rank(severity: Severity) -> int:
    return list(Severity).index(severity)
