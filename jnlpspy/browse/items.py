"""What the detail pane's tree is made of: an event's fields, its bytes, a finding with its cure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from jnlpspy.browse.batches import Told
from jnlpspy.browse.indexing import printable
from jnlpspy.browse.limits import LONGEST_MESSAGE, MOST_FIELDS
from jnlpspy.browse.notes import Note
from jnlpspy.exhibit import Exhibit
from jnlpspy.export.jsonl import Json
from jnlpspy.model.describe_events import count
from jnlpspy.model.stack_traces import trace_lines
from jnlpspy.model.trace import Node

_NAMED = 8
"""Connections of a finding that are named."""

_SHORT = 40
"""Characters of a list's element up to which all of them stand on a line."""

_OPENED = 3
"""Levels of a command that are open at first: stream, object, the classes' fields."""

QUIET = {"v", "type", "connection", "when", "seq", "side", "span"}
"""Keys of every event, which its line shows already."""


@dataclass(slots=True, eq=False)
class Item:
    """A line of the tree, or several if it is wrapped, with what hangs on it."""

    label: str
    text: str = ""
    children: Sequence["Item"] = ()
    node: Node | None = None
    """The bytes that it stands for."""
    bad: bool = False
    is_open: bool = False
    wrapped: bool = False
    """True if its text is read to its end, not cut."""
    seq: int = 0
    """The event that it speaks of; 0 if of none."""
    note: Note | None = None
    """The note that it shows."""
    lazy: Node | None = field(default=None, repr=False)
    """The piece whose parts become children once it is opened."""

    @property
    def has_children(self) -> bool:
        """True if it can be opened."""
        return bool(self.children) or self.lazy is not None

    def open(self) -> None:
        """Show what hangs on it."""
        if self.lazy is not None:
            self.children, self.lazy = _pieces(self.lazy.children), None
        self.is_open = True


def event_items(record: Mapping[str, Json], exhibit: Exhibit | None) -> list[Item]:
    """Return an event's tree: a command's bytes say all of it, other events have fields of their own first."""
    told = [
        json_item(name, value) for name, value in record.items() if name not in QUIET and value not in (None, "", [])
    ]
    place = [json_item(name, value) for name, value in record.items() if name in QUIET and name != "v"]
    event = Item("event", str(record.get("type", "")), [*told, *place])
    if exhibit is None or exhibit.root is None:
        event.is_open = True
        return [event]
    pieces = [node_item(exhibit.root)]
    if exhibit.note:
        pieces.append(Item("note", exhibit.note, wrapped=True))
    for title, trace in (("thrown by the call", exhibit.thrown), ("made at (createdAt)", exhibit.made_at)):
        if trace is not None:
            lines = [Item("", printable(line.expandtabs(2))) for line in trace_lines(trace)]
            pieces.append(Item(title, children=lines))
    _open_values(pieces[0])
    if record.get("type") == "command_sent":
        return [*pieces, event]
    event.is_open = True
    return [event, *pieces]


def finding_items(told: Sequence[Told]) -> list[Item]:
    """Return conclusions in order, those that follow from one under it."""
    roots: list[Item] = []
    path: list[list[Item]] = [roots]
    """Where a conclusion of each depth hangs."""
    for each in told:
        consequences: list[Item] = []
        item = _conclusion(each, consequences)
        item.is_open = each.depth == 0
        path[each.depth].append(item)
        path[each.depth + 1 :] = [consequences]
    for item in roots:
        _drop_empty(item)
    return roots


def _conclusion(told: Told, consequences: list[Item]) -> Item:
    when = datetime.fromtimestamp(told.when).astimezone()
    place = f"{told.rule}, {told.sure}{_place(told.connections)}, {when:%H:%M:%S}"
    evidence = [Item(f"#{seq}" if seq else "·", text, seq=seq, wrapped=True) for seq, text in told.evidence]
    children = [
        Item("rule", place, wrapped=True),
        Item("evidence", children=evidence, is_open=True),
        Item("usual causes, the likeliest first", children=_numbered(told.causes), is_open=True),
        Item("what to do", children=_numbered(told.advice), is_open=True),
        Item("what follows from it", children=consequences, is_open=True),
    ]
    return Item(told.severity, told.title, children, bad=told.severity == "error", wrapped=True, seq=told.seq)


def _drop_empty(item: Item) -> None:
    """Take headings away under which nothing stands."""
    item.children = [each for each in item.children if each.text or each.children]
    for each in item.children:
        _drop_empty(each)


def _place(connections: Sequence[int]) -> str:
    named = [str(each) for each in connections[:_NAMED] if each]
    more = len(connections) - _NAMED
    return f", on connection {', '.join(named)}{f' and {more} more' if more > 0 else ''}" if named else ""


def _numbered(lines: Sequence[str]) -> list[Item]:
    return [Item(f"{number}.", line, wrapped=True) for number, line in enumerate(lines, 1)]


def json_item(name: str, value: Json) -> Item:
    """Return a field of an event; of headers the name is foreign text too."""
    name = printable(name)
    match value:
        case dict():
            return Item(name, "", [json_item(key, each) for key, each in value.items()], is_open=True)
        case list() if any(isinstance(each, dict | list) or len(str(each)) > _SHORT for each in value):
            return Item(name, "", [json_item(str(number), each) for number, each in enumerate(value, 1)], is_open=True)
        case list():
            return Item(name, ", ".join(printable(str(each)) for each in value) or "none")
        case None:
            return Item(name, "none")
        case bool():
            return Item(name, "yes" if value else "no")
        case str():
            return Item(name, printable(value), wrapped=len(value) < LONGEST_MESSAGE)
        case _:
            return Item(name, f"{value}")


def node_item(node: Node) -> Item:
    """Return a piece of a message; what it is made of is told once it is opened."""
    lazy = node if node.children else None
    return Item(printable(node.label), printable(node.text), node=node, bad=node.bad, lazy=lazy)


def _open_values(item: Item, depth: int = 0) -> None:
    """Open a command down to the values of its fields, and leave closed what its classes are like."""
    item.open()
    for child in item.children:
        if depth < _OPENED and child.has_children and not child.label.startswith(("class", "chunk", "createdAt")):
            _open_values(child, depth + 1)


def _pieces(nodes: list[Node]) -> list[Item]:
    items = [node_item(node) for node in nodes[:MOST_FIELDS]]
    rest = len(nodes) - len(items)
    if rest:
        items.append(Item("…", f"{count(rest, 'more field')}, of which only the bytes are shown"))
    return items
