"""Draws the live view: from what is known, what the user looks at, and the terminal's size, to exactly its lines."""

from rich.text import Text

from jnlpspy.model.describe import shorten
from jnlpspy.model.describe_events import count
from jnlpspy.model.events import Event
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.relay_status import RelayStatus
from jnlpspy.view.live.amounts import clock, short_bytes
from jnlpspy.view.live.cells import cell, rule, spread
from jnlpspy.view.live.layout import MADE_FOR, Layout
from jnlpspy.view.live.model import LiveModel
from jnlpspy.view.live.panels import detail_lines, event_lines, fill, finding_lines, help_lines
from jnlpspy.view.live.session import LiveSession
from jnlpspy.view.live.state import Place, ScreenState
from jnlpspy.view.live.tables import heading, session_line

_KEYS = {
    Place.SESSIONS: "Enter events  / filter  e errors  f follow  p pause  r record  ? help  q quit",
    Place.EVENTS: "Enter details  Esc back  / filter  e errors  f follow  p pause  ? help  q quit",
    Place.DETAIL: "Esc back  ↑↓ scroll  p pause  ? help  q quit",
}
_SHORT_IDENTITY = 8
_SHOWN_FILTER = 40


def draw(state: ScreenState, layout: Layout, now: float) -> list[Text]:
    """Return the screen's lines, each as wide as the screen."""
    if not layout.fits:
        return _too_small(layout)
    return [*_head(state, layout.columns, now), *_body(state, layout, now), *_foot(state, layout)]


def _too_small(layout: Layout) -> list[Text]:
    told = (
        f"too small: {layout.columns}x{layout.rows}",
        f"jnlpspy needs {MADE_FOR[0]}x{MADE_FOR[1]}",
        "traffic goes on; q quits",
    )
    return fill([cell(line, layout.columns) for line in told], layout.columns, layout.rows)


# Head


def _head(state: ScreenState, width: int, now: float) -> list[Text]:
    status = state.live.status
    title = Text.assemble((" jnlpspy ", "live.name"), " ", (status.target, "heading"))
    marks = _marks(state, now)
    backlog = _backlog(status)
    ways = f" -url {status.http}  port {status.listen}" if status.http else f" port {status.listen}"
    for identity in (f"identity {status.identity}", f"id {status.identity[:_SHORT_IDENTITY]}…"):
        if status.identity and len(ways) + 2 + len(identity) + len(backlog.plain) <= width:
            ways += f"  {identity}"
            break
    return [spread(title, marks, width), spread(Text(ways, "summary.quiet"), backlog, width)]


def _marks(state: ScreenState, now: float) -> Text:
    status = state.live.status
    told = Text("  ", end="")
    if state.paused:
        told.append(" PAUSED ", "finding.warning").append("  ")
    if status.stopping:
        told.append("stopping", "waiting").append("  ")
    if status.record_failure and not status.recording:
        told.append("✖ not recording", "kind.bad")
    elif status.recording:
        told.append("● recording", "live.recording")
    else:
        told.append("○ not recording", "summary.quiet")
    return told.append(f"  up {clock(now - status.started)} ")


def _backlog(status: RelayStatus) -> Text:
    if status.left_out:
        return Text(f"  {short_bytes(status.left_out)} bytes not shown ", "waiting")
    waiting = max(status.backlog, status.record_backlog)
    style = "summary.quiet" if waiting < 1_000_000 else "waiting"
    return Text(f"  backlog {short_bytes(waiting):>4} ", style)


# Body


def _body(state: ScreenState, layout: Layout, now: float) -> list[Text]:
    width = layout.columns
    rows = state.sessions()
    session = state.selected()
    if state.helping:
        lines = help_lines(width)
        state.scrolled = max(0, min(state.scrolled, len(lines) - layout.page))
        title = rule(Text("Keys", "heading"), Text("Esc closes", "summary.quiet"), width)
        return [title, *fill(lines[state.scrolled :], width, layout.page)]
    if state.place is not Place.SESSIONS and session is not None:
        return _session(state, session, layout)
    at = state.shown.now if state.paused else now
    return [*_table(state, rows, layout, at), *_below(state, session, layout)]


def _table(state: ScreenState, rows: list[LiveSession], layout: Layout, now: float) -> list[Text]:
    width = layout.columns
    visible = state.visible(rows, layout.sessions)
    title = rule(Text("Sessions", "heading"), _counts(state.shown, len(rows), state), width)
    if not rows:
        return [title, *fill(_nothing(state, width), width, layout.sessions + 1)]
    lines = [session_line(each, now, width, selected=each.connection == state.connection) for each in visible]
    return [title, heading(width), *fill(lines, width, layout.sessions)]


def _counts(model: LiveModel, shown: int, state: ScreenState) -> Text:
    told = [f"{model.open_sessions:,} open", f"{model.closed_sessions:,} closed"]
    if model.other_connections:
        told.append(f"{model.other_connections:,} HTTP")
    if state.filter_text or state.errors_only:
        told.insert(0, f"{shown:,} shown")
    return Text(", ".join(told), "summary.quiet")


def _nothing(state: ScreenState, width: int) -> list[Text]:
    if state.filter_text or state.errors_only:
        what = "matches the filter" if state.filter_text else "has an error"
        return [cell("", width), cell(Text(f"  No session {what}.", "summary.quiet"), width)]
    status = state.live.status
    way = f"-url {status.http}" if status.http else f"-direct {status.listen} -instanceIdentity …"
    return [
        cell("", width),
        cell("  No agent has connected yet. Start one with", width),
        cell("", width),
        cell(Text(f"    java -jar agent.jar {way} -secret … -name …", "heading"), width),
    ]


def _below(state: ScreenState, session: LiveSession | None, layout: Layout) -> list[Text]:
    width = layout.columns
    if not layout.beside:
        return [
            *_events_panel(state, session, width, layout.events),
            *_findings_panel(state, session, width, layout.findings),
        ]
    left = width - layout.beside - 1
    events = _events_panel(state, session, left, layout.events)
    findings = _findings_panel(state, session, layout.beside, layout.findings)
    gap = Text(" ", end="")
    return [one + gap + other for one, other in zip(events, findings, strict=True)]


def _events_panel(state: ScreenState, session: LiveSession | None, width: int, height: int) -> list[Text]:
    if session is None:
        return [rule(Text("Events", "heading"), Text("", end=""), width), *fill([], width, height)]
    events, _ = state.event_window(state.news(session), height)
    return [_events_title(state, session, width), *event_lines(events, None, width, height)]


def _events_title(state: ScreenState, session: LiveSession, width: int) -> Text:
    who = f"Events of #{session.connection}{f' {session.name}' if session.name else ''}"
    return rule(Text(who, "heading"), Text("following" if state.follow else "not following", "summary.quiet"), width)


def _findings_panel(state: ScreenState, session: LiveSession | None, width: int, height: int) -> list[Text]:
    found = state.shown.worst_findings()
    mine = [event for event in found if session is not None and event.connection == session.connection]
    title = rule(Text("Findings", "heading"), _tally(found), width)
    if not found:
        return [title, *fill([cell(Text("  None up to now.", "summary.quiet"), width)], width, height)]
    ordered = [*mine, *(event for event in found if event not in mine)]
    whose = {event.connection: _name(state.shown, event.connection) for event in ordered[:height]}
    return [title, *finding_lines(ordered[:height], width, height, whose=whose)]


def _tally(found: list[Event]) -> Text:
    told = []
    for severity in Severity:
        number = sum(isinstance(each.fact, Finding) and each.fact.severity is severity for each in found)
        if number:
            told.append(count(number, severity.value) if severity is not Severity.INFO else f"{number} info")
    return Text(", ".join(told), "kind.bad" if any("error" in each for each in told) else "summary.quiet")


def _name(model: LiveModel, connection: int) -> str:
    session = model.find(connection)
    return session.name if session is not None else ""


def _session(state: ScreenState, session: LiveSession, layout: Layout) -> list[Text]:
    """Draw a session's events, or one of them."""
    width = layout.columns
    title = _session_title(state, session, width)
    if state.place is Place.DETAIL and state.event is not None:
        lines = detail_lines(state.event, width)
        state.scrolled = max(0, min(state.scrolled, len(lines) - layout.page))
        return [title, *fill(lines[state.scrolled :], width, layout.page)]
    events, selected = state.event_window(state.events(session), layout.page)
    if not events:
        none = Text("  No event matches." if session.events else "  No event yet.", "summary.quiet")
        return [title, *fill([cell(none, width)], width, layout.page)]
    return [title, *event_lines(events, selected, width, layout.page)]


def _session_title(state: ScreenState, session: LiveSession, width: int) -> Text:
    who = Text(f"#{session.connection} {session.name or 'nameless agent'}", "heading")
    who.append(f"  {session.state}", session.tone.value).append(f"  {session.protocol}", "summary.quiet")
    who.append(f"  from {session.agent}" if session.agent else "", "summary.quiet")
    following = "following" if state.follow else "not following"
    return rule(who, Text(f"{count(session.seen, 'event')}, {following}", "summary.quiet"), width)


# Foot


def _foot(state: ScreenState, layout: Layout) -> list[Text]:
    width = layout.columns
    if state.prompt is not None:
        prompt = state.prompt
        line = Text.assemble(("/", "heading"), prompt.text, end="")
        line = _with_cursor(line, prompt.cursor + 1)
        if prompt.fault is not None:
            return [cell(Text(f" {prompt.fault.reason}", "kind.bad"), width), _scrolled(line, prompt.cursor + 1, width)]
        return [cell(Text(f" {prompt.told}", "summary.quiet"), width), _scrolled(line, prompt.cursor + 1, width)]
    if state.asking:
        ending = f" {count(state.live.open_sessions, 'session')} open. "
        asked = Text.assemble((ending, "waiting"), "q: end them now  y: let them end  Esc: go on")
        return [cell(_notice(state), width), cell(asked, width)]
    flags = _flags(state)
    if layout.cramped and not flags.plain:
        flags = Text(f" made for {MADE_FOR[0]}x{MADE_FOR[1]} ", "waiting")
    keys = Text(f" {_KEYS[state.place]}", "summary.quiet")
    return [spread(_notice(state), flags, width), cell(keys, width)]


def _flags(state: ScreenState) -> Text:
    told = Text("", end="")
    if state.errors_only:
        told.append(" errors only ", "finding.warning")
    if state.filter_text:
        told.append(f" /{shorten(state.filter_text, _SHOWN_FILTER)} ", "finding.info")
    return told


def _notice(state: ScreenState) -> Text:
    status = state.live.status
    if status.record_failure and not status.recording:
        return Text(f" not recording: {status.record_failure}", "kind.bad")
    latest = state.live.notices[-1] if state.live.notices else ""
    record = f"recording to {status.record}" if status.recording else ""
    return Text(f" {latest or record}", "summary.quiet")


def _with_cursor(line: Text, cursor: int) -> Text:
    line.append(" ")
    line.stylize("reverse", cursor, cursor + 1)
    return line


def _scrolled(line: Text, cursor: int, width: int) -> Text:
    """Return the part of a long line in which the cursor is."""
    start = max(0, cursor - width + 10)
    return cell(line[start:], width)
