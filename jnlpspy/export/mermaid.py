"""A sequence diagram in Mermaid's language, which forges and wikis draw: handshakes, and channels folded."""

from collections import OrderedDict

from jnlpspy.export.format import Export, Format
from jnlpspy.export.sequence import Fold, Sequence, Step, Tone
from jnlpspy.model.describe import shorten
from jnlpspy.model.describe_events import count
from jnlpspy.model.events import Event, HeadersSent, ProtocolOffered
from jnlpspy.model.tap import Side

MOST_TEXT = 40_000
"""Characters of a diagram; Mermaid draws none of more than 50,000."""

MOST_CONNECTIONS = 200
"""Connections kept; of more the newest that an agent spoke on."""

_LABEL = 140
"""Characters of a message: a diagram is as wide as its longest."""

_LETTERS = {Side.AGENT: "A", Side.CONTROLLER: "C"}
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,:-_/()'?=+*")
"""Characters that mean nothing in Mermaid's language, in HTML or in Markdown, which it knows too."""


class MermaidSink:
    """Collects connections, and writes them at the end, as many as fit."""

    def __init__(self, export: Export) -> None:
        self._export = export
        self._sequences: OrderedDict[int, Sequence] = OrderedDict()
        self._who: dict[int, str] = {}
        self._left_out = 0

    def observe(self, event: Event) -> None:
        """Take an event."""
        if not self._export.chosen(event):
            return
        sequence = self._sequences.get(event.connection)
        if sequence is None:
            sequence = self._sequences[event.connection] = Sequence()
            if len(self._sequences) > MOST_CONNECTIONS:
                self._drop_one()
        match event.fact:
            case ProtocolOffered():
                self._who.setdefault(event.connection, "")
            case HeadersSent() if event.side is Side.AGENT:
                self._who[event.connection] = str(event.fact.agent_name or "")
            case _:
                pass
        sequence.observe(event)

    def finish(self) -> None:
        """Write the diagram."""
        lines = ["sequenceDiagram", "    participant A as agent", "    participant C as controller"]
        size = sum(map(len, lines))
        left_out = self._left_out
        for connection, sequence in self._sequences.items():
            drawn = self._draw(connection, sequence)
            size += sum(len(line) + 1 for line in drawn)
            if size > MOST_TEXT:
                left_out += 1
            else:
                lines += drawn
        told = [*self._export.notes]
        if left_out:
            told.append(f"{count(left_out, 'more connection')} left out; --connection N draws one")
        lines += [_note(each) for each in told]
        self._export.file.writelines(f"{line}\n" for line in lines)

    def _draw(self, connection: int, sequence: Sequence) -> list[str]:
        who = self._who.get(connection)
        heading = f"connection {connection}{f', {who}' if who else ''}" if connection else "before any connection"
        return [_note(heading), *map(_line, sequence.steps())]

    def _drop_one(self) -> None:
        """Drop the oldest connection on which no agent offered a protocol, or else the oldest."""
        newest = next(reversed(self._sequences))
        idle = (each for each in self._sequences if each not in self._who and each != newest)
        dropped = next(idle, next(iter(self._sequences)))
        del self._sequences[dropped]
        self._who.pop(dropped, None)
        self._left_out += 1


FORMAT = Format(
    "mermaid", ".mmd", "a sequence diagram of the handshake and the channel", MermaidSink, judged=True, document=False
)


def _line(step: Step | Fold) -> str:
    if isinstance(step, Fold):
        return _note(step.describe())
    text = f"{step.word} {step.text}"
    if step.side is None:
        return _note(text)
    arrow = "--" if step.answer else "-"
    head = "x" if step.tone is Tone.BAD else ">>"
    return f"    {_LETTERS[step.side]}{arrow}{head}{_LETTERS[step.side.peer]}: {escape(text)}"


def _note(text: str) -> str:
    return f"    Note over A,C: {escape(text)}"


def escape(text: str) -> str:
    """Return a text so that Mermaid shows it as it is; what cannot be seen, or turns the reading, is a mark."""
    seen = (each if each.isprintable() else "\ufffd" for each in shorten(text, _LABEL))
    return "".join(each if each in _PLAIN else f"#{ord(each)};" for each in seen)
