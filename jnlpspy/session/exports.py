"""Exported objects and the other side's references to them (hudson.remoting.ExportTable).

Each proxy that is handed over is a reference; the receiver gives it back with an UnexportCommand, or the exporter takes
it back by itself when the call is answered.
"""

from collections.abc import Iterator

from jnlpspy.model.commands import UnexportCommand
from jnlpspy.model.events import ExportsLeft
from jnlpspy.model.session import ExportedObject
from jnlpspy.model.tap import Side
from jnlpspy.session.handed import HandedObject

EXPORTED = 100_000
"""Objects kept of a channel; beyond it the oldest is forgotten. A leaking one has that many."""

TOLD = 20
"""Objects left that an event names."""

INTERFACE = 300
"""Characters of an interface's name that are kept."""


class ExportBook:
    """The objects of both sides that the other can call."""

    def __init__(self) -> None:
        self._references: dict[tuple[Side, int], tuple[str, int]] = {}
        self._until_answered: dict[str, list[tuple[Side, int]]] = {}
        self._awaited = 0

    def hand_over(self, sender: Side, handed: HandedObject, call: str | None) -> None:
        """Take note of a reference that a command brought; `call` is the one whose request that was."""
        key = (sender, handed.oid)
        interface, references = self._references.get(key, ("", 0))
        if not references and len(self._references) >= EXPORTED:
            self._references.pop(next(iter(self._references)))
        self._references[key] = (interface or handed.interface[:INTERFACE], references + 1)
        if handed.until_answered and call is not None and self._awaited < EXPORTED:
            self._until_answered.setdefault(call, []).append(key)
            self._awaited += 1

    def observe(self, sender: Side, command: UnexportCommand) -> None:
        """Take note of a reference given back."""
        self._release((sender.peer, command.oid))

    def finish_call(self, call: str) -> None:
        """Take back what was exported only until a call is answered."""
        for key in self._until_answered.pop(call, ()):
            self._awaited -= 1
            self._release(key)

    def objects(self, owner: Side) -> list[ExportedObject]:
        """Return a side's objects that the other refers to, the most referred to first."""
        held = [
            ExportedObject(owner, oid, interface, references)
            for (side, oid), (interface, references) in self._references.items()
            if side is owner
        ]
        return sorted(held, key=lambda each: (-each.references, each.oid))

    def end(self) -> Iterator[ExportsLeft]:
        """Yield what each side still exports."""
        for side in Side:
            left = self.objects(side)
            if left:
                yield ExportsLeft(side, len(left), tuple(left[:TOLD]))
        self._references.clear()
        self._until_answered.clear()
        self._awaited = 0

    def _release(self, key: tuple[Side, int]) -> None:
        held = self._references.get(key)
        if held is None:
            return
        interface, references = held
        if references > 1:
            self._references[key] = (interface, references - 1)
        else:
            del self._references[key]
