"""The page around a report: nothing in it can reach a network, and only our own script and style count."""

import hashlib
from base64 import b64encode
from collections.abc import Iterator, Sequence
from importlib.resources import files

from jnlpspy.diagnosis.verdict import Conclusion, worst_of
from jnlpspy.export.format import Export
from jnlpspy.export.html.book import Book, Session
from jnlpspy.export.html.cells import day_and_time, span_of
from jnlpspy.export.html.findings import draw_findings
from jnlpspy.export.html.markup import NOTHING, Markup, element, join
from jnlpspy.export.html.rows import LONGEST
from jnlpspy.export.html.sessions import chooser, session_parts, session_table
from jnlpspy.export.html.tables import row_tables
from jnlpspy.model.describe import shorten
from jnlpspy.model.describe_events import count, count_bytes
from jnlpspy.model.findings import Severity
from jnlpspy.model.session import Outcome
from jnlpspy.model.tap import Side
from jnlpspy.view.findings import describe_nothing

PARTS = (
    ("summary", "Summary"),
    ("findings", "Findings"),
    ("sessions", "Sessions"),
    ("details", "Session by session"),
    ("calls", "Calls"),
    ("pipes", "Pipes"),
    ("classes", "Classes"),
    ("commands", "Commands"),
    ("events", "Events"),
)


def draw_page(export: Export, book: Book) -> Iterator[Markup]:
    """Yield the page, piece by piece."""
    sessions = book.sessions()
    conclusions = export.verdict.conclusions()
    yield from _head(export)
    yield _bar(export, sessions)
    yield Markup('<main id="top">\n')
    hidden = sum(1 for each in sessions if each.summary.opaque)
    nothing = describe_nothing(book.totals.connections, book.totals.sessions, hidden)
    yield from _summary(export, book, conclusions, nothing)
    yield from draw_findings(export, conclusions)
    yield from session_table(sessions, book.dropped)
    yield from session_parts(sessions)
    yield from row_tables(book.rows, book.totals)
    yield Markup("</main>\n")
    yield element(
        "footer",
        f"Made by {export.application}. Secrets of agents are not in here: where one must be named, it is by its",
        " fingerprint. What builds and plugins sent may hold other secrets.",
    )
    yield Markup("</body>\n</html>\n")


def _head(export: Export) -> Iterator[Markup]:
    style, script = _asset("report.css"), _asset("report.js")
    ours = f"script-src '{_hash(script)}'; style-src '{_hash(style)}'"
    policy = f"default-src 'none'; {ours}; base-uri 'none'; form-action 'none'"
    yield Markup('<!DOCTYPE html>\n<html lang="en" dir="ltr">\n<head>\n<meta charset="utf-8">\n')
    yield element("meta", http_equiv="Content-Security-Policy", content=policy)
    yield element("meta", name="viewport", content="width=device-width, initial-scale=1")
    yield element("meta", name="color-scheme", content="light dark")
    yield element("meta", name="referrer", content="no-referrer")
    yield element("title", f"{export.capture} · jnlpspy report")
    yield Markup(f"\n<style>{style}</style>\n<script>{script}</script>\n</head>\n<body>\n")


def _bar(export: Export, sessions: Sequence[Session]) -> Markup:
    links = join(element("a", title, href=f"#{key}") for key, title in PARTS)
    switch = element("button", "Dark", id="theme", type="button", aria_pressed="false")
    return element(
        "header",
        element("div", element("span", "jnlpspy", class_="brand"), element("h1", export.capture), class_="name"),
        element("div", chooser(sessions), switch, class_="controls"),
        element("nav", links, aria_label="Parts of this report"),
    )


def _summary(export: Export, book: Book, conclusions: Sequence[Conclusion], nothing: Sequence[str]) -> Iterator[Markup]:
    totals = book.totals
    yield Markup('<section class="card" id="summary" aria-labelledby="summary-title">')
    yield element("h2", "Summary", id="summary-title")
    yield _verdict(conclusions, nothing)
    yield element("div", *_tiles(book), class_="tiles")
    length = span_of(totals.last - totals.first)
    told = [f"From {day_and_time(totals.first)}, {length} long; times are local to where this report was made."]
    if export.connection is not None:
        told.append(f"Only connection {export.connection}.")
    for line in told:
        yield element("p", line, class_="quiet")
    if export.filter:
        yield element(
            "p",
            "Calls, pipes, classes and events are only those that match ",
            element("code", export.filter),
            ".",
            class_="note",
        )
    for note in export.notes:
        yield element("p", f"{note[:1].upper()}{note[1:]}.", class_="caution")
    yield Markup("</section>\n")


def _verdict(conclusions: Sequence[Conclusion], nothing: Sequence[str]) -> Markup:
    if not conclusions:
        return element("p", " ".join(nothing), class_="verdict fine")
    worst = conclusions[0]
    severities = [worst_of(each) for each in conclusions]
    numbers = [f"{count(severities.count(each), each.value)}" for each in Severity if each in severities]
    return element(
        "p",
        element("b", shorten(worst.finding.title, LONGEST)),
        f" ({', '.join(numbers)})",
        class_=f"verdict {worst_of(worst).value}",
    )


def _tiles(book: Book) -> Iterator[Markup]:
    totals = book.totals
    yield _tile(totals.sessions, "session", f"on {count(totals.connections, 'connection')}")
    yield _tile(totals.channels, "channel", f"{totals.refused:,} refused", bad=totals.refused > 0)
    ended = ", ".join(f"{number:,} {outcome.value}" for outcome, number in totals.outcomes.most_common())
    yield _tile(totals.outcomes.total(), "call", ended, bad=totals.outcomes[Outcome.UNANSWERED] > 0)
    for side in Side:
        sizes = sum(size for (each, _), size in totals.sizes.items() if each is side)
        sent = sum(number for (each, _), number in totals.commands.items() if each is side)
        yield _figure(_short_size(sizes), f"from the {side.value}", count(sent, "command"), title=count_bytes(sizes))
    yield _tile(book.rows.pipes.seen, "pipe", count(book.rows.loads.seen, "load"))
    yield _tile(totals.events, "event", "")


def _tile(number: int, noun: str, detail: str, *, bad: bool = False) -> Markup:
    return _figure(f"{number:,}", noun if number == 1 else f"{noun}s", detail, bad=bad)


def _figure(figure: str, noun: str, detail: str, *, bad: bool = False, title: str | None = None) -> Markup:
    told = element("small", detail, class_="bad" if bad else None) if detail else NOTHING
    return element("div", element("b", figure), element("span", noun), told, class_="tile", title=title)


def _short_size(size: float) -> str:
    for unit in ("B", "KiB", "MiB"):
        if size < 1024:
            return f"{size:.0f} {unit}" if unit == "B" or size >= 100 else f"{size:.1f} {unit}"
        size /= 1024
    return f"{size:.1f} GiB"


def _asset(name: str) -> str:
    return files("jnlpspy.export.html").joinpath(name).read_text("utf-8")


def _hash(content: str) -> str:
    return f"sha256-{b64encode(hashlib.sha256(content.encode()).digest()).decode()}"
