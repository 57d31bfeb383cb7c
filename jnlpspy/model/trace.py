"""Bytes taken apart: a tree of fields, each with where it stands."""

from collections.abc import Iterator
from dataclasses import dataclass, field


@dataclass(slots=True)
class Node:
    """A piece of a message, down to its last field."""

    label: str
    """What it is called: a field's name, or what the grammar calls it."""
    start: int
    end: int
    text: str = ""
    """Its value in words."""
    children: "list[Node]" = field(default_factory=list)
    """The pieces it is made of, in order; between them they leave out nothing."""
    bad: bool = False
    """True if it could not be read."""

    def leaves(self) -> "Iterator[Node]":
        """Yield the pieces that are made of no others, in order."""
        stack = [self]
        while stack:
            node = stack.pop()
            if node.children:
                stack += reversed(node.children)
            else:
                yield node

    def moved(self, distance: int) -> "Node":
        """Return the same tree that many bytes further on."""
        children = [child.moved(distance) for child in self.children]
        return Node(self.label, self.start + distance, self.end + distance, self.text, children, self.bad)
