"""The sessions of a report: a table of all, and of each what was said, when, and what it came to."""

from collections.abc import Iterator, Sequence

from jnlpspy.export.html.book import Detail, Session
from jnlpspy.export.html.cells import day_and_time, session_link, span_of
from jnlpspy.export.html.markup import NOTHING, Markup, element, join
from jnlpspy.export.html.rows import LONGEST
from jnlpspy.export.html.steps import draw_steps, merged
from jnlpspy.export.html.tables import Cell, Column, Row, table
from jnlpspy.export.html.timeline import draw_timeline, legend
from jnlpspy.export.sequence import Fold, Step
from jnlpspy.model.describe import shorten
from jnlpspy.model.describe_events import count, count_bytes, describe_fact
from jnlpspy.model.session import FAILED_OUTCOMES, LoadKind
from jnlpspy.model.tap import Side
from jnlpspy.view.classes import count_loads

COLUMNS = (
    Column("session", numeric=True),
    Column("agent", narrow=True),
    Column("protocol"),
    Column("state", narrow=True),
    Column("began", narrow=True),
    Column("duration", numeric=True),
    Column("calls", numeric=True),
    Column("failed", numeric=True),
    Column("agent sent", numeric=True),
    Column("controller sent", numeric=True),
    Column("finding", wide=True),
)

BARS = 12_000
"""Calls drawn in all timelines together."""

LEAST_BARS = 40
"""Calls drawn in a timeline however many there are."""

LONGEST_NAME = 120
"""Characters of a name; the wire has room for 65,535."""


def session_table(sessions: Sequence[Session], dropped: int) -> Iterator[Markup]:
    """Yield the table of all sessions, and of other connections on which something was said."""
    told = [each for each in sessions if each.offered or each.asked or each.bad]
    silent = len(sessions) - len(told)
    note = f"{count(silent, 'more connection')} on which nothing was said. " if silent else ""
    note += (
        f"{count(dropped, 'more connection')} left out. One of them: jnlpspy export CAPTURE --connection N"
        if dropped
        else ""
    )
    yield from table("sessions", "Sessions", COLUMNS, map(_row, told), note.strip())


def session_parts(sessions: Sequence[Session]) -> Iterator[Markup]:
    """Yield what there is to say of each session that has details."""
    detailed = [each for each in sessions if each.detail is not None and (each.offered or each.asked)]
    yield Markup('<section id="details" aria-labelledby="details-title">')
    yield element("h2", "Session by session", id="details-title")
    if len(detailed) > 1:
        yield element(
            "p", "Choose a session above, or in the table of sessions.", id="choose", class_="quiet", hidden="hidden"
        )
    most = max(LEAST_BARS, BARS // max(1, len(detailed)))
    for session in detailed:
        if session.detail is not None:
            yield _part(session, session.detail, most)
    left_out = sum(each.offered for each in sessions) - sum(each.offered for each in detailed)
    if left_out:
        yield element(
            "p",
            f"{count(left_out, 'more session')} without a timeline."
            " One of them: jnlpspy export CAPTURE --connection N --format html",
            class_="note",
        )
    yield Markup("</section>\n")


def name_of(session: Session) -> str:
    """Return what a session is called."""
    if session.offered:
        return shorten(session.summary.agent_name, LONGEST_NAME) or "nameless agent"
    return shorten(f"HTTP {session.asked}", LONGEST_NAME) if session.asked else "nothing said"


def state_of(session: Session) -> tuple[str, str | None]:
    """Return how far a session came, and how that is meant."""
    if session.offered:
        state = shorten(session.summary.state, LONGEST)
        return state, "bad" if session.summary.bad else "good" if state.startswith("channel established") else None
    if session.answered:
        return f"answered {session.answered}", "bad" if session.answered >= 400 else None
    return ("asked, not answered", "bad") if session.asked else ("no agent spoke", "quiet")


def _row(session: Session) -> Row:
    summary = session.summary
    state, tone = state_of(session)
    finding = summary.finding
    calls = summary.outcomes.total()
    failed = sum(summary.outcomes[each] for each in FAILED_OUTCOMES)
    severity = {"error": "bad", "warning": "warn", "info": "quiet"}
    cells = [
        Cell(session_link(session.connection), session.connection),
        Cell(name_of(session), tone=None if session.offered else "quiet"),
        Cell(_protocols(session)),
        Cell(state, tone=tone),
        Cell(day_and_time(session.began)[:19], session.began),
        Cell(span_of(_duration(session)), _duration(session)),
        Cell(f"{calls:,}" if calls else "", calls),
        Cell(f"{failed:,}" if failed else "", failed, "bad" if failed else None),
        *(_bytes(session, side) for side in Side),
        Cell(
            shorten(finding.title, LONGEST) if finding else "",
            tone=severity[finding.severity.value] if finding else None,
        ),
    ]
    return Row(session.connection, cells)


def _protocols(session: Session) -> str:
    return shorten(" then ".join(session.summary.protocols), LONGEST_NAME)


def _duration(session: Session) -> float:
    return session.closed.duration if session.closed is not None else session.summary.last - session.began


def _bytes(session: Session, side: Side) -> Cell:
    sent = session.closed.bytes[side] if session.closed is not None else session.summary.sizes[side]
    return Cell(f"{sent:,}", sent)


def _part(session: Session, detail: Detail, most: int) -> Markup:
    state, tone = state_of(session)
    key = f"s{session.connection}"
    title = f"{name_of(session)}{', ' + _protocols(session) if session.offered else ''}"
    steps: list[Step | Fold] = detail.sequence.steps()
    before = session.discovery
    anchor = NOTHING
    if before is not None and before.detail is not None:
        steps = merged(before.detail.sequence.steps(), steps)
        anchor = element("span", id=f"s{before.connection}", data_session=session.connection)
    drawn = NOTHING
    if session.offered and session.summary.commands:
        note = (
            f"Of {count(detail.calls.seen, 'call')} {min(most, len(detail.calls))} are drawn. "
            if min(most, len(detail.calls)) < detail.calls.seen
            else ""
        )
        drawn = element(
            "figure",
            element(
                "figcaption",
                element("h4", "Timeline"),
                element(
                    "p",
                    f"{note}Point at a bar to see what it is; the tables below have the same in words.",
                    class_="quiet",
                ),
            ),
            element(
                "div",
                draw_timeline(session, detail, most),
                class_="pan",
                tabindex="0",
                role="region",
                aria_label=f"Timeline of session {session.connection}",
            ),
            legend(),
        )
    return element(
        "article",
        anchor,
        element(
            "h3",
            element("span", f"#{session.connection}", class_="badge"),
            " ",
            title,
            " ",
            element("span", state, class_=tone or "quiet"),
        ),
        element("dl", *_facts(session)),
        drawn,
        element("h4", "What was said"),
        draw_steps(steps, session.began),
        class_="card session",
        id=key,
        data_session=session.connection,
    )


def _facts(session: Session) -> Iterator[Markup]:
    overview, summary = session.overview, session.summary
    told: list[tuple[str, str]] = []
    for side in Side:
        address = "" if overview.opened is None else str(getattr(overview.opened, side.value))
        known = [address, *(f"{name} {value}" for name, value in overview.versions[side].items())]
        told.append((side.value, ", ".join(filter(None, known))))
    told.append(("began", day_and_time(session.began)))
    told.append(
        ("ended", "still open when the capture ends" if session.closed is None else describe_fact(session.closed))
    )
    if session.discovery is not None:
        told.append(("discovery", f"connection {session.discovery.connection}, of the same host before it"))
    for side in Side:
        sent = sum(number for (each, _), number in summary.commands.items() if each is side)
        if sent:
            told.append((f"{side.value} sent", f"{count(sent, 'command')}, {count_bytes(summary.sizes[side])}"))
    if summary.outcomes:
        told.append(
            ("calls", ", ".join(f"{number:,} {outcome.value}" for outcome, number in summary.outcomes.most_common()))
        )
    pipes = overview.pipes
    if pipes["pipe"]:
        stalls = f", {count(pipes['stall'], 'time')} a writer had to wait" if pipes["stall"] else ""
        errors = f", {pipes['error']:,} with an error" if pipes["error"] else ""
        told.append(("pipes", f"{count(pipes['pipe'], 'pipe')}, {count_bytes(pipes['byte'])}{stalls}{errors}"))
    loaded = [count_loads(kind, overview.loaded[kind.value]) for kind in LoadKind if overview.loaded[kind.value]]
    if loaded:
        missing = f", {overview.loaded['missing']:,} not found" if overview.loaded["missing"] else ""
        told.append(("loaded", f"{', '.join(loaded)}, {count_bytes(overview.loaded['byte'])}{missing}"))
    told += [(label, text) for label, text in overview.end]
    told += [("waiting", text) for text in overview.waiting]
    if summary.undecodable:
        told.append(("unread", f"{count(summary.undecodable, 'piece')} could not be decoded"))
    if summary.opaque:
        told.append(("unread", summary.opaque))
    for label, text in told:
        if text:
            yield element("div", element("dt", label), element("dd", text))


def chooser(sessions: Sequence[Session]) -> Markup:
    """Return what chooses a session, of use in the browser only."""
    chosen = [each for each in sessions if each.offered or (each.asked and each.detail is not None)]
    if len(chosen) < 2:
        return NOTHING
    options = join(
        element("option", f"#{each.connection} {name_of(each)[:60]}", value=each.connection) for each in chosen
    )
    return element(
        "label",
        "Session ",
        element("select", element("option", "all", value=""), options, id="session"),
        class_="tools",
    )
