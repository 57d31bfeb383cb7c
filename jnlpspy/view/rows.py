"""One event as one aligned line: time, connection, direction, kind, summary."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from rich.console import Console
from rich.text import Text

from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.events import (
    BytesMissing,
    CallFinished,
    CallStarted,
    CallsWaiting,
    CapabilityAnnounced,
    ChannelEnded,
    ChannelEstablished,
    ClassLoaded,
    CommandSent,
    ConnectFailed,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    ExportsLeft,
    Fact,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    InputsRead,
    NameResolved,
    OpaqueBytes,
    PipeClosed,
    PipeOpened,
    PipeStalled,
    ProtocolOffered,
    Remark,
    SecretChecked,
    SecretFlawed,
    TlsStarted,
    Undecodable,
)
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.session import FrameSent
from jnlpspy.model.tap import Side
from jnlpspy.model.trouble import is_trouble

ARROWS = {Side.AGENT: ("agent ─▶", "from.agent"), Side.CONTROLLER: ("◀─ contr", "from.controller")}
"""Who speaks: the agent stands on the left, the controller on the right."""


_BEFORE_SUMMARY = 37
"""Columns of time, connection, direction and kind."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What the kind column says of a fact, and how it looks."""

    word: str
    style: str = "kind"
    summary: str = "summary"


_BAD = ("kind.bad", "summary.bad")
_QUIET = ("kind.quiet", "summary.quiet")
KINDS: Mapping[type[Fact], Kind] = {
    ConnectionOpened: Kind("opened", "kind.opening"),
    InputsRead: Kind("inputs", "kind.opening"),
    NameResolved: Kind("resolved", "kind.opening"),
    ConnectFailed: Kind("unreached", *_BAD),
    DiscoveryAsked: Kind("asks", "kind.opening"),
    DiscoveryAnswered: Kind("answers", "kind.opening"),
    ProtocolOffered: Kind("offers", "kind.handshake"),
    TlsStarted: Kind("tls", "kind.handshake"),
    HeadersSent: Kind("headers", "kind.handshake"),
    HandshakeAccepted: Kind("accepted", "kind.good"),
    HandshakeRefused: Kind("refused", *_BAD),
    SecretChecked: Kind("secret", "kind.handshake"),
    SecretFlawed: Kind("secret", *_BAD),
    CapabilityAnnounced: Kind("capability", *_QUIET),
    ChannelEstablished: Kind("channel", "kind.good"),
    FrameSent: Kind("frame", *_QUIET),
    CommandSent: Kind("command", *_QUIET),
    CallStarted: Kind("call", "kind.call"),
    CallFinished: Kind("answer", "kind.call"),
    CallsWaiting: Kind("waiting", *_BAD),
    PipeOpened: Kind("pipe", *_QUIET),
    PipeStalled: Kind("stalled", *_BAD),
    PipeClosed: Kind("piped", "kind.call"),
    ClassLoaded: Kind("loaded", *_QUIET),
    ExportsLeft: Kind("exports", *_QUIET),
    ChannelEnded: Kind("ended", "kind.opening"),
    Undecodable: Kind("garbled", *_BAD),
    OpaqueBytes: Kind("opaque", "kind.handshake"),
    BytesMissing: Kind("missing", *_BAD),
    Remark: Kind("proxy", "kind.handshake"),
    ConnectionClosed: Kind("closed", "kind.opening"),
    Finding: Kind("finding", *_BAD),
}
NAMED_IN_FULL = (CommandSent, CallStarted, CallFinished, CallsWaiting, ClassLoaded, ExportsLeft)
"""Facts whose lines are full of Java's names, which lose their beginnings first where room is short."""

_CALL_COMMANDS = ("UserRequest", "RPCRequest", "Response")
_PACKAGE = re.compile(r"\b(?:[a-z][\w-]*\.)+(?=[A-Z])")
_OUTER_CLASS = re.compile(r"\b[A-Z]\w*\$(?=[A-Z])")
_IN_TROUBLE = {fact: Kind(kind.word, *_BAD) for fact, kind in KINDS.items()}
_FOLLOWS = Kind("finding", *_QUIET)
_WARNS = Kind("finding", "waiting", "waiting")


def format_row(event: Event, width: int | None = None, *, numbered: bool = True) -> Text:
    """Return an event's line; the summary comes last, and may be cut where it is longer than the width.

    The connection is left out where all events are of one.
    """
    kind = kind_of(event.fact)
    arrow, arrow_style = ARROWS[event.side] if event.side is not None else (" " * 8, "")
    when = datetime.fromtimestamp(event.when).astimezone()
    return Text.assemble(
        (f"{when:%H:%M:%S}.{when.microsecond // 1000:03}", "time"),
        (f" {f'#{event.connection}':<4}" if numbered else " ", "connection"),
        (f"{arrow} ", arrow_style),
        (f"{kind.word:<10} ", kind.style),
        (_summary_of(event.fact, width), kind.summary),
    )


class LogSink:
    """Prints each event's line; cut to the width on a terminal, whole in a pipe.

    In brief, commands that calls and answers tell of on the next line are left out.
    """

    def __init__(self, console: Console, *, brief: bool = False) -> None:
        self._console = console
        self._brief = brief

    def observe(self, event: Event) -> None:
        """Print an event."""
        fact = event.fact
        if self._brief and isinstance(fact, CommandSent) and fact.command.class_name.endswith(_CALL_COMMANDS):
            return
        print_line(self._console, format_row(event, self._console.width if self._console.file.isatty() else None))

    def finish(self) -> None:
        """Nothing is left to say."""


def print_line(console: Console, line: Text) -> None:
    """Print a line as one line: cut on a terminal, whole elsewhere, also where colour was forced.

    What comes from the wire may hold anything: nothing in a line can command the terminal.
    """
    line = without_controls(line)
    if console.file.isatty():
        console.print(line, no_wrap=True, overflow="ellipsis")
    elif console.is_terminal:
        console.print(line, soft_wrap=True)
    else:
        console.out(line.plain, highlight=False)  # without colour there is nothing to lay out, which takes rich long


def without_controls(line: Text) -> Text:
    """Return a line, or several, in which a mark stands for each character that cannot be seen."""
    if line.plain.replace("\n", "").isprintable():
        return line
    shown = line.copy()
    shown.plain = "".join(each if each.isprintable() or each == "\n" else "\ufffd" for each in line.plain)
    return shown


def _summary_of(fact: Fact, width: int | None) -> str:
    """Return a fact in words; where room is short, Java's names without packages, then without outer classes."""
    told = describe_fact(fact)
    if width is not None and isinstance(fact, NAMED_IN_FULL):
        for beginning in (_PACKAGE, _OUTER_CLASS):
            if len(told) > width - _BEFORE_SUMMARY:
                told = beginning.sub("", told)
    return told


def kind_of(fact: Fact) -> Kind:
    """Return how the kind of a fact is told, which also says whether it is trouble."""
    match fact:
        case Finding(consequence_of=str()) | Finding(severity=Severity.INFO):
            return _FOLLOWS
        case Finding(severity=Severity.WARNING):
            return _WARNS
        case _:
            return _IN_TROUBLE[type(fact)] if is_trouble(fact) else KINDS[type(fact)]
