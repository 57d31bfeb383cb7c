"""Routes each command of a channel to the books that it concerns, and hands back what they tell of it."""

from collections.abc import Iterable, Iterator

from jnlpspy.model.commands import Command, InputStreamChunk, Request, Response, UnexportCommand
from jnlpspy.model.events import (
    CallFinished,
    CallStarted,
    CallsWaiting,
    ChannelEnded,
    ClassLoaded,
    ExportsLeft,
    PipeClosed,
    PipeOpened,
    PipeStalled,
)
from jnlpspy.model.session import Payload
from jnlpspy.model.tap import Side
from jnlpspy.remoting.purposes import WELL_KNOWN, Purposes
from jnlpspy.session.calls import CallBook
from jnlpspy.session.classloading import ClassLoadingBook
from jnlpspy.session.exports import ExportBook
from jnlpspy.session.handed import handed_over
from jnlpspy.session.liveness import LivenessBook
from jnlpspy.session.pipes import PipeBook

SessionFact = (
    CallStarted
    | CallFinished
    | CallsWaiting
    | PipeOpened
    | PipeStalled
    | PipeClosed
    | ClassLoaded
    | ExportsLeft
    | ChannelEnded
)


class Tracker:
    """What goes on in one channel."""

    def __init__(self, purposes: Purposes = WELL_KNOWN) -> None:
        self._calls = CallBook(purposes)
        self._pipes = PipeBook()
        self._exports = ExportBook()
        self._loading = ClassLoadingBook()
        self._liveness = LivenessBook()
        self._reads: dict[str, int] = {}
        """Exported streams by the calls that read from them."""

    def observe(self, sender: Side, when: float, command: Command, payload: Payload | None) -> list[SessionFact]:
        """Take note of a command; return what it tells."""
        self._liveness.observe(sender, when, command)
        if isinstance(command, UnexportCommand):
            self._exports.observe(sender, command)
        facts: list[SessionFact] = []
        call: str | None = None
        for each in self._calls.observe(sender, when, command, payload):
            facts.append(each)
            self._liveness.observe_call(each)
            call = each.call
            if isinstance(each, CallStarted):
                self._loading.ask(each, command, payload)
                if isinstance(command, InputStreamChunk):
                    self._reads[call] = command.oid
                    facts += self._pipes.read(sender.peer, command, when)
            elif isinstance(command, Response):
                facts += self._answer(sender, each, command, payload)
            else:
                self._give_up(call)
        facts += self._pipes.observe(sender, when, command)
        if call is not None:
            handed = handed_over(command, payload)
            for handed_object in handed.objects:
                self._exports.hand_over(sender, handed_object, call if isinstance(command, Request) else None)
            for stream in handed.streams:
                facts += self._pipes.hand_over(sender, stream, when, call)
        return facts

    def end(self, when: float) -> Iterator[SessionFact]:
        """Yield what is left to say at the end of a channel."""
        for each in self._calls.end(when):
            yield each
            if isinstance(each, CallFinished):
                self._liveness.observe_call(each)
                self._give_up(each.call)
        yield from self._pipes.end(when)
        yield from self._exports.end()
        yield from self._liveness.end(when)

    def _answer(
        self, sender: Side, finished: CallFinished, response: Response, payload: Payload | None
    ) -> Iterable[SessionFact]:
        self._exports.finish_call(finished.call)
        oid = self._reads.pop(finished.call, None)
        if oid is not None:
            self._pipes.answer_read(sender, oid, response)
        return self._loading.answer(finished, response, payload, self._pipes)

    def _give_up(self, call: str) -> None:
        self._reads.pop(call, None)
        self._loading.give_up(call)
        self._exports.finish_call(call)
