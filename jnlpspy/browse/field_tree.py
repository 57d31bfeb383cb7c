"""A tree of fields, line by line: the detail pane's, and that of findings and notes."""

import textwrap
from collections.abc import Iterator, Sequence
from typing import ClassVar, NamedTuple

from textual.binding import Binding, BindingType
from textual.events import Resize

from jnlpspy.browse.items import Item
from jnlpspy.browse.lines import LineList, Part
from jnlpspy.model.trace import Node

_INDENT = 2
_LEAST_WRAPPED = 20
"""Columns that a wrapped text gets at least."""


class _Line(NamedTuple):
    item: Item
    depth: int
    text: str
    first: bool


class FieldTree(LineList):
    """Items, each with what hangs on it while it is open."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left", "close", "close", show=False),
        Binding("right", "open", "open", show=False),
        Binding("plus", "open_all", "open all below", show=False),
    ]

    def __init__(self, *, id: str | None = None) -> None:  # noqa: A002 - as Textual calls it
        super().__init__(id=id)
        self.roots: Sequence[Item] = ()
        self._lines: list[_Line] = []

    @property
    def item(self) -> Item | None:
        """The item at the cursor."""
        return self._lines[self.cursor].item if self._lines else None

    def show(self, roots: Sequence[Item]) -> None:
        """Show other items."""
        self.roots = roots
        self.cursor = 0
        self.scroll_to(y=0, animate=False, immediate=True)
        self._lay_out()

    def count(self) -> int:
        """Return the number of lines."""
        return len(self._lines)

    def parts(self, place: int) -> Sequence[Part]:
        """Return a line."""
        item, depth, text, first = self._lines[place]
        mark = "▌" if place == self.cursor else " "
        sign = " " if not first or not item.has_children else "▾" if item.is_open else "▸"
        lead: list[Part] = [(mark, "kind.opening"), (" " * (_INDENT * depth), ""), (f"{sign} ", "summary.quiet")]
        style = "summary.bad" if item.bad else "summary"
        if not first:
            return [*lead, (" " * _label_width(item), ""), (text, style)]
        label = f"{item.label}{':' if text and item.label and item.label[-1] not in '.·:' else ''}"
        return [*lead, (label, "kind.bad" if item.bad else "field"), (" " if label and text else "", ""), (text, style)]

    def pick(self, offset: int) -> None:
        """Put the cursor on the smallest piece that holds a byte, opening what it hangs on."""
        path = next((found for root in self.roots if (found := _path_to(root, offset))), [])
        for item in path[:-1]:
            item.open()
        if path:
            self._lay_out()
            self.point_at(path[-1])

    def point_at(self, item: Item) -> None:
        """Put the cursor on an item, if it is shown."""
        place = next((place for place, line in enumerate(self._lines) if line.item is item), None)
        if place is not None:
            self.move_to(place)

    def action_open(self) -> None:
        """Open the item at the cursor, or go to the first that hangs on it."""
        item = self.item
        if item is not None and item.has_children and not item.is_open:
            item.open()
            self._lay_out()
        elif item is not None and item.is_open:
            self.action_move(1)

    def action_close(self) -> None:
        """Close the item at the cursor, or go to the one that it hangs on."""
        item = self.item
        if item is None:
            return
        if item.is_open and item.has_children:
            item.is_open = False
            self._lay_out()
            return
        depth = self._lines[self.cursor].depth
        above = (place for place in range(self.cursor, -1, -1) if self._lines[place].depth < depth)
        self.move_to(next(above, self.cursor))

    def action_choose(self) -> None:
        """Open or close the item at the cursor; what has nothing below it is chosen."""
        item = self.item
        if item is not None and item.has_children and not item.seq:
            self.toggle(item)
        else:
            super().action_choose()

    def action_open_all(self) -> None:
        """Open the item at the cursor and all that hangs on it, as far as a screen or two reach."""
        waiting = [] if self.item is None else [self.item]
        for _ in range(_OPENED_AT_ONCE):
            if not waiting:
                break
            item = waiting.pop(0)
            if item.has_children:
                item.open()
                waiting += item.children
        self._lay_out()

    def toggle(self, item: Item) -> None:
        """Open what is closed, close what is open."""
        if item.is_open:
            item.is_open = False
        else:
            item.open()
        self._lay_out()

    def clicked(self, place: int, column: int) -> None:
        """Open or close an item by its sign."""
        line = self._lines[place]
        sign = 1 + _INDENT * line.depth
        if line.first and line.item.has_children and sign <= column <= sign + 1:
            self.toggle(line.item)

    def on_resize(self, _: Resize) -> None:
        """Wrap texts anew."""
        self._lay_out()

    def _lay_out(self) -> None:
        item = self.item if self.cursor < len(self._lines) else None
        width = max(self.size.width, 2 * _LEAST_WRAPPED)
        self._lines = [line for root in self.roots for line in _lines_of(root, 0, width)]
        if item is not None and self._lines:
            self.cursor = next((place for place, line in enumerate(self._lines) if line.item is item), self.cursor)
        self.grew()


_OPENED_AT_ONCE = 500


def _lines_of(item: Item, depth: int, width: int) -> Iterator[_Line]:
    stack = [(item, depth)]
    while stack:
        item, depth = stack.pop()
        texts = [item.text]
        if item.wrapped:
            room = max(_LEAST_WRAPPED, width - 4 - _INDENT * depth - _label_width(item))
            texts = textwrap.wrap(item.text, room) or [""]
        yield from (_Line(item, depth, text, number == 0) for number, text in enumerate(texts))
        if item.is_open:
            stack += [(child, depth + 1) for child in reversed(item.children)]


def _label_width(item: Item) -> int:
    return len(item.label) + 2 if item.label else 0


def _path_to(root: Item, offset: int) -> list[Item]:
    """Return the items from a root to the smallest piece that holds a byte, looking into what is not open yet."""
    if not _holds(root.node, offset):
        return []
    path = [root]
    while path[-1].has_children:
        if path[-1].lazy is not None:
            was_open = path[-1].is_open
            path[-1].open()
            path[-1].is_open = was_open
        inner = next((child for child in path[-1].children if _holds(child.node, offset)), None)
        if inner is None:
            break
        path.append(inner)
    return path


def _holds(node: Node | None, offset: int) -> bool:
    return node is not None and node.start <= offset < node.end
