"""One event as a tree down to the last field, each with its offset and its bytes."""

from collections.abc import Iterator

from rich.console import Console
from rich.text import Text

from jnlpspy.model.describe_events import describe_fact
from jnlpspy.model.events import Event
from jnlpspy.model.java import JavaObject
from jnlpspy.model.stack_traces import trace_lines
from jnlpspy.model.trace import Node
from jnlpspy.view.columns import Column, Cut, print_table
from jnlpspy.view.reports import Record, Value
from jnlpspy.view.rows import KINDS, format_row, print_line

COLUMNS = (
    Column("offset", right=True),
    Column("length", right=True),
    Column("bytes"),
    Column("field", cut=Cut.END, least=20),
)

SHOWN_BYTES = ((140, 16), (100, 8), (0, 4))
"""From which width on how many bytes of a field are shown; all of them are `--hex`."""


def print_event(console: Console, event: Event, note: str = "") -> None:
    """Print an event's line, where its bytes stand, and a note of the form in which they are shown."""
    print_line(console, format_row(event))
    if event.side is not None and event.span is not None:
        told = (
            f"event {event.seq}: {len(event.span):,} bytes at {event.span.start:,} of what the {event.side.value} sent"
        )
        print_line(console, Text(told, "summary.quiet"))
        if note:
            print_line(console, Text(note, "summary.quiet"))
    else:
        print_line(console, Text(f"event {event.seq} came from no bytes", "summary.quiet"))


def print_tree(
    console: Console, root: Node, data: bytes, made_at: JavaObject | None, thrown: JavaObject | None = None
) -> None:
    """Print a message's tree, below it the stack traces of what a call threw and of where a command was made."""
    width = console.width if console.file.isatty() else SHOWN_BYTES[0][0]
    shown = next(number for least, number in SHOWN_BYTES if width >= least)
    rows = [
        _cells(node, depth, data[node.start - root.start : node.end - root.start], shown) for node, depth in walk(root)
    ]
    print_table(console, COLUMNS, rows)
    for title, trace in (("thrown by the call", thrown), ("made at (createdAt)", made_at)):
        if trace is not None:
            console.print()
            print_line(console, Text(title, "heading"))
            for line in trace_lines(trace):
                print_line(console, Text(f"  {line}".expandtabs(4)))


def tree_record(
    event: Event,
    root: Node | None,
    made_at: JavaObject | None,
    note: str = "",
    thrown: JavaObject | None = None,
) -> Record:
    """Return an event's tree for machines."""
    return {
        "type": "tree",
        "connection": event.connection,
        "seq": event.seq,
        "what": KINDS[type(event.fact)].word,
        "summary": describe_fact(event.fact),
        "side": None if event.side is None else event.side.value,
        "note": note,
        "tree": None if root is None else _node_record(root),
        "thrown": [] if thrown is None else list(trace_lines(thrown)),
        "created_at": [] if made_at is None else list(trace_lines(made_at)),
    }


def walk(root: Node) -> Iterator[tuple[Node, int]]:
    """Yield the pieces with their depth, each before those it is made of."""
    stack = [(root, 0)]
    while stack:
        node, depth = stack.pop()
        yield node, depth
        stack += [(child, depth + 1) for child in reversed(node.children)]


def _cells(node: Node, depth: int, data: bytes, shown: int) -> list[Text]:
    told = "" if node.children else data[:shown].hex(" ") + ("…" if len(data) > shown else "")
    label = Text.assemble("  " * depth, (node.label, "kind.bad" if node.bad else "field"))
    if node.text:
        label += Text.assemble(": ", (node.text, "summary.bad" if node.bad else "summary"))
    return [Text(f"{node.start}", "time"), Text(f"{node.end - node.start}"), Text(told, "summary.quiet"), label]


def _node_record(node: Node) -> dict[str, Value]:
    record: dict[str, Value] = {"label": node.label, "span": [node.start, node.end], "text": node.text}
    if node.bad:
        record["bad"] = True
    if node.children:
        record["children"] = [_node_record(child) for child in node.children]
    return record
