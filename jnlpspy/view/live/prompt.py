"""A line that is being typed, with a cursor in it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from jnlpspy.view.live import limits
from jnlpspy.view.live.keys import Key, Paste, Stroke


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a filter cannot be used, and at which of its characters that shows."""

    reason: str
    column: int = 0


@dataclass(frozen=True, slots=True)
class Offer:
    """How a filter may go on: `text` in place of what stands behind `start`."""

    text: str
    start: int
    help: str = ""
    """What it is, in a few words."""


@dataclass(slots=True)
class Prompt:
    """The text, where the cursor stands in it, and what is wrong with it."""

    text: str = ""
    cursor: int = 0
    fault: Fault | None = None
    complete: Callable[[str, int], tuple[Offer, ...]] | None = None
    offers: tuple[Offer, ...] = ()
    _round: int = field(default=-1)

    @property
    def told(self) -> str:
        """What is offered, from what was taken on, which is explained."""
        if not self.offers:
            return "Enter applies, Tab completes, Esc leaves it as it was"
        taken, *rest = [*self.offers[self._round :], *self.offers[: self._round]]
        explained = f"{taken.text}: {taken.help}" if taken.help else taken.text
        return "   ".join([explained, *(offer.text for offer in rest)])

    def press(self, stroke: Stroke) -> None:
        """Edit."""
        if stroke is Key.TAB:
            self._offer()
            return
        self.offers, self._round, self.fault = (), -1, None
        match stroke:
            case str():
                self._insert(stroke)
            case Paste():
                self._insert("".join(each if each.isprintable() else " " for each in stroke.text))
            case Key.LEFT:
                self.cursor = max(0, self.cursor - 1)
            case Key.RIGHT:
                self.cursor = min(len(self.text), self.cursor + 1)
            case Key.HOME:
                self.cursor = 0
            case Key.END:
                self.cursor = len(self.text)
            case Key.BACKSPACE:
                self._erase(max(0, self.cursor - 1), self.cursor)
            case Key.DELETE:
                self._erase(self.cursor, self.cursor + 1)
            case Key.ERASE_WORD:
                before = self.text[: self.cursor].rstrip()
                self._erase(len(before[: before.rfind(" ") + 1]), self.cursor)
            case Key.ERASE_LINE:
                self._erase(0, self.cursor)
            case _:
                pass

    def _insert(self, text: str) -> None:
        text = text[: max(0, limits.LONGEST_FILTER - len(self.text))]
        self.text = self.text[: self.cursor] + text + self.text[self.cursor :]
        self.cursor += len(text)

    def _erase(self, start: int, end: int) -> None:
        self.text = self.text[:start] + self.text[end:]
        self.cursor = start

    def _offer(self) -> None:
        """Complete what stands before the cursor; once more: with the next that fits."""
        if not self.offers and self.complete is not None:
            self.offers = self.complete(self.text, self.cursor)
            self._round = -1
        if not self.offers:
            return
        self._round = (self._round + 1) % len(self.offers)
        offer = self.offers[self._round]
        self.text = (self.text[: offer.start] + offer.text + self.text[self.cursor :])[: limits.LONGEST_FILTER]
        self.cursor = min(len(self.text), offer.start + len(offer.text))
