"""A connection's channel: the blocks of both sides to commands, and what they tell."""

from collections.abc import Iterable

from jnlpspy.model.commands import CloseCommand
from jnlpspy.model.events import CommandSent, Event
from jnlpspy.model.tap import Side
from jnlpspy.remoting.commands import read_command
from jnlpspy.session.tracker import Tracker
from jnlpspy.stack.telling import Teller
from jnlpspy.wire.chunks import Block
from jnlpspy.wire.seal import Sealing


class Channel:
    """One channel's commands, however they travel."""

    def __init__(self, teller: Teller, tracker: Tracker, sealing: Sealing) -> None:
        self._teller = teller
        self._tracker = tracker
        self._sealing = sealing
        self.orderly = False
        """True once a CloseCommand came."""

    def take(self, side: Side, blocks: Iterable[Block]) -> list[Event]:
        """Return what a side's blocks tell."""
        teller = self._teller
        events: list[Event] = []
        for block in blocks:
            if block.lost is not None:
                events.append(teller.tell_undecodable(side, block.span, block.lost, block.data))
                continue
            if not block.data:
                continue  # ChunkedOutputStream's last flush sends an empty chunk
            data = self._sealing.mask(block.data)
            command, payload, error = read_command(data)
            if command is not None:
                span, decoded = block.span, block.decoded
                events.append(teller.tell(CommandSent(command, len(block.data), payload), side, span, decoded))
                if type(command) is CloseCommand:
                    self.orderly = True
                for each in self._tracker.observe(side, teller.when, command, payload):
                    events.append(teller.tell(each, side, span, decoded))  # noqa: PERF401 - mostly none, or one
            if error is not None:
                events.append(teller.tell_undecodable(side, block.span, error, data))
        return events

    def end(self, when: float) -> Iterable[Event]:
        """Yield what is left to say at the end."""
        for told in self._tracker.end(when):
            yield self._teller.tell(told)
