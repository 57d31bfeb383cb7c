"""A message's bytes as a hexdump that begins a line with each field and names it."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from jnlpspy.model.events import Event
from jnlpspy.model.trace import Node
from jnlpspy.view.detail import walk
from jnlpspy.view.reports import Record
from jnlpspy.view.rows import print_line

WIDE = 110
"""Columns from which on a line has 16 bytes and room for names."""

STYLES = ("field.odd", "field.even")
"""Neighbouring fields differ in colour."""


def print_hexdump(console: Console, root: Node, data: bytes) -> None:
    """Print every byte, a field's name beside its first line."""
    width = 16 if not console.file.isatty() or console.width >= WIDE else 8
    digits = max(6, len(f"{root.end:x}"))
    for number, (path, node) in enumerate(fields_of(root)):
        style = STYLES[number % len(STYLES)]
        for offset in range(node.start, node.end, width):
            piece = data[offset - root.start : min(offset + width, node.end) - root.start]
            name = _name(path, node) if offset == node.start else Text()
            print_line(
                console,
                Text.assemble(
                    (f"{offset:0{digits}x}  ", "time"),
                    (f"{piece.hex(' '):<{width * 3 - 1}}  ", style),
                    (f"{_printable(piece):<{width}}", style),
                    ("  " if name else ""),
                    name,
                ),
            )


def hex_record(event: Event, root: Node | None, data: bytes, note: str = "") -> Record:
    """Return an event's bytes with the spans of its fields for machines."""
    return {
        "type": "hex",
        "connection": event.connection,
        "seq": event.seq,
        "side": None if event.side is None else event.side.value,
        "span": None if event.span is None else [event.span.start, event.span.end],
        "note": note,
        "hex": data.hex(),
        "fields": []
        if root is None
        else [{"path": path, "span": [node.start, node.end], "text": node.text} for path, node in fields_of(root)],
    }


def fields_of(root: Node) -> Iterator[tuple[str, Node]]:
    """Yield the pieces that are made of no others, each with the names that lead to it."""
    path: list[str] = []
    for node, depth in walk(root):
        del path[max(0, depth - 1) :]
        if depth:
            path.append(node.label)
        if not node.children:
            yield " > ".join(path) or node.label, node


def _name(path: str, node: Node) -> Text:
    above, arrow, label = path.rpartition(" > ")
    owner = above.rpartition(" > ")[2]
    before = f"{owner}{arrow}" if owner else ""
    return Text.assemble(
        (before, "summary.quiet"), (label, "field"), (f": {node.text}" if node.text else "", "summary")
    )


def _printable(data: bytes) -> str:
    return "".join(chr(byte) if 0x20 <= byte < 0x7F else "·" for byte in data)
