"""Differences that nobody wants to hear of: those about events that somebody chose."""

from collections.abc import Collection, Sequence

from jnlpspy.model.choice import Choice
from jnlpspy.model.differences import Difference
from jnlpspy.model.events import CallFinished, CallStarted, CommandSent, Event, PipeClosed, PipeOpened, PipeStalled


class Ignored:
    """The numbers of a run's events about which no difference is wanted.

    A difference names where a call or a pipe began: what came of it later chooses it, too.
    """

    def __init__(self, choice: Choice) -> None:
        self.choice = choice
        self._begun: dict[tuple[int, str, str], int] = {}
        self.seqs: set[int] = set()

    def observe(self, event: Event) -> None:
        """Take an event."""
        seq: int | None = event.seq
        match event.fact:
            case CommandSent():
                return  # nearly all events are commands, and no difference names one
            case CallStarted(call=call):
                self._begun[event.connection, "call", call] = event.seq
            case CallFinished(call=call):
                seq = self._begun.pop((event.connection, "call", call), None)
            case PipeOpened(pipe=pipe):
                self._begun[event.connection, "pipe", pipe] = event.seq
            case PipeStalled(pipe=pipe):
                seq = self._begun.get((event.connection, "pipe", pipe))
            case PipeClosed(pipe=pipe):
                seq = self._begun.pop((event.connection, "pipe", pipe), None)
            case _:
                pass
        if seq is not None and self.choice(event):
            self.seqs.add(seq)

    def finish(self) -> None:
        """Nothing is left to say."""


def without(differences: Sequence[Difference], first: Collection[int], second: Collection[int]) -> list[Difference]:
    """Return the differences but those about events of the first run, or of the second, that are ignored."""
    return [each for each in differences if each.first_event not in first and each.second_event not in second]
