"""Plays one side of a recorded channel to a live peer of the other kind."""

import math
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Final

import trio

from jnlpspy.model.commands import Cancel, CloseCommand, Command, Request, Response
from jnlpspy.model.session import Payload
from jnlpspy.model.tap import Side
from jnlpspy.net.leg import LegBroken
from jnlpspy.net.tls_leg import TlsFailed
from jnlpspy.remoting.build import build_command
from jnlpspy.remoting.commands import read_command
from jnlpspy.simulate.answering import answer_of, response_of
from jnlpspy.simulate.expectation import Expectations, Key, is_ping, key_of, title_of
from jnlpspy.simulate.line import Carrier
from jnlpspy.simulate.recording import RecordedCommand, Recording
from jnlpspy.simulate.renumbering import Numbers
from jnlpspy.simulate.script import CallOutcome, Part, Returns, Throws
from jnlpspy.wire.chunks import ChunkReader

PATIENCE: Final = 5.0
"""Seconds that a command which the peer was to send is waited for, beyond the time it took in the recording."""

START_PATIENCE: Final = 1.0
"""Seconds a live peer has at any speed, if the recorded one had them, to begin with a call that is then cancelled."""

CLOSE_PATIENCE: Final = 5.0
"""Seconds the peer has to end the connection once everything is played."""


@dataclass(slots=True)
class ReplayResult:
    """How a replay went; what the live peer's calls came to is for a comparison of both sessions to say."""

    played: int = 0
    """Commands sent, of as many recorded ones as could be."""
    left_out: list[str] = field(default_factory=list)
    """Recorded commands that could not be played: answers to calls the live peer never made."""
    missing: list[str] = field(default_factory=list)
    """What the live peer was to send, and was given up."""
    extra: list[str] = field(default_factory=list)
    """What the live peer sent besides, and was answered as far as anybody could."""


class Replayer:
    """The played side's end of a channel; `run` returns when it is over."""

    def __init__(
        self, line: Carrier, recording: Recording, *, speed: float = math.inf, patience: float = PATIENCE
    ) -> None:
        self._line = line
        self._recording = recording
        self._speed = speed
        self._patience = patience
        self._own = [each for each in recording.commands if each.sender is line.side]
        theirs = [each for each in recording.commands if each.sender is not line.side]
        self._expected = Expectations(theirs)
        self._answers = _answers_of(recording.commands, line.side)
        self._numbers = Numbers()
        for each in theirs:
            self._numbers.expect(each.command, each.payload)
        self._chunks = ChunkReader(0)
        self._changed = trio.Condition()
        self._sending = trio.Lock()
        self._unanswered: set[int] = set()
        self._late: list[RecordedCommand] = []
        """Passed over, in order: what answers a call, or is for an object, that the live peer has not told of yet."""
        self._over = trio.CancelScope()
        self._played = trio.Event()
        self.result = ReplayResult()
        self.outcomes: tuple[CallOutcome, ...] = ()
        """Calls are played and not made: how they ended is for a comparison to say."""
        self.orderly = False
        """True if a CloseCommand came before the end."""

    async def run(self) -> None:
        """Play this side until the channel is over.

        Raises NetworkError if it ended because bytes could not be understood.
        """
        failure: TlsFailed | None = None
        async with trio.open_nursery() as nursery:
            nursery.start_soon(self._play)
            try:
                await self._read()
            except TlsFailed as error:
                failure = error  # raised outside of the nursery, which would put it into a group
            if self._over.cancelled_caught and self._recording.was_reset:
                await self._line.vanish(reset=True)
            else:
                await self._expect_no_more()
            nursery.cancel_scope.cancel()
        self.result.left_out += [title_of(each.command, each.payload) for each in self._late]
        self.result.missing += self._expected.missing()
        if failure is not None:
            raise failure

    async def _expect_no_more(self) -> None:
        """The peer has ended: play what is left, unless nobody takes it."""
        self._expected.give_up_before(len(self._recording.commands))
        async with self._changed:
            self._changed.notify_all()
        with trio.move_on_after(CLOSE_PATIENCE):
            await self._played.wait()

    async def close(self) -> None:
        """Play no more and close the channel in an orderly way; LegBroken if the other side is gone."""
        await self._send(CloseCommand())
        self.orderly = True
        await self._line.end()
        self._over.cancel()

    # What is played

    async def _play(self) -> None:
        try:
            for each in self._own:
                await self._wait_for_turn(each.place)
                await self._play_one(each)
            self._played.set()
            await self._end()
        except LegBroken:
            self._played.set()  # the reader sees how the peer ended

    async def _wait_for_turn(self, place: int) -> None:
        """Wait for what the peer sent before this place of the recording, then as long as the played side did."""
        with trio.move_on_after(self._patience + self._recorded_wait(place)) as limit:
            async with self._changed:
                while self._expected.before(place) is not None:
                    await self._changed.wait()
        if limit.cancelled_caught:
            self._expected.give_up_before(place)
        await trio.sleep(self._recorded_wait(place))

    def _recorded_wait(self, place: int) -> float:
        """Return the seconds that passed in the recording since the command before, at the speed asked for."""
        commands = self._recording.commands
        if not 0 < place < len(commands):
            return 0.0
        waited = max(0.0, commands[place].when - commands[place - 1].when)
        least = min(waited, START_PATIENCE) if isinstance(commands[place].command, Cancel) else 0.0
        return max(waited / self._speed, least)

    async def _play_one(self, step: RecordedCommand) -> None:
        command = step.command
        if not self._is_due(command):
            self._late.append(step)
            return
        if isinstance(command, Request):
            self._unanswered.add(command.id)
        await self._send(self._numbers.rewrite(command, step.payload))
        self.result.played += 1
        self.orderly = self.orderly or isinstance(command, CloseCommand)

    def _is_due(self, command: Command) -> bool:
        """Return whether the live peer has asked for an answer, or has the object that a command is for."""
        if isinstance(command, Response):
            return command.id in self._numbers.requests
        return self._numbers.reaches(command)

    async def _play_late(self) -> None:
        """Play what was passed over, as far as it is due now."""
        late, self._late = self._late, []
        due: list[RecordedCommand] = []
        for each in late:
            (due if self._is_due(each.command) else self._late).append(each)
        for each in due:
            await self._play_one(each)

    async def _end(self) -> None:
        """End as the recorded side did once nothing more was said; the peer that was to do it gets some time."""
        await self._wait_for_turn(len(self._recording.commands))
        if self._recording.ended_by is not self._line.side and not self.orderly:
            await trio.sleep(CLOSE_PATIENCE)
        if not self._recording.was_reset:
            await self._line.end()
            await trio.sleep(CLOSE_PATIENCE)
        self._over.cancel()

    async def _send(self, command: Command) -> None:
        async with self._sending:
            try:
                await self._line.send_block(build_command(command))
            except trio.ClosedResourceError as error:
                raise LegBroken("this side has ended already") from error

    # What comes

    async def _read(self) -> None:
        with self._over:
            while data := await self._line.receive():
                for block in self._chunks.feed(data):
                    command, payload, _ = read_command(block.data)
                    if command is not None:
                        await self._take(command, payload)

    async def _take(self, command: Command, payload: Payload | None) -> None:
        self.orderly = self.orderly or isinstance(command, CloseCommand)
        recorded = self._expected.meet(command, payload)
        if recorded is None:
            await self._take_extra(command, payload)
            return
        if isinstance(command, Response):
            self._unanswered.discard(command.id)
            if not self._unanswered:  # nobody works for the played side: what a call needed did not come and will not
                self._expected.give_up_before(recorded.place)
        known = len(self._numbers.objects)
        self._numbers.learn((recorded.command, recorded.payload), (command, payload))
        if isinstance(command, Request) and isinstance(recorded.command, Request):
            self._numbers.requests[recorded.command.id] = command.id
        if self._late and (isinstance(command, Request) or len(self._numbers.objects) > known):
            with suppress(LegBroken):  # as below
                await self._play_late()
        async with self._changed:
            self._changed.notify_all()

    async def _take_extra(self, command: Command, payload: Payload | None) -> None:
        """Answer what nobody recorded, so that the live peer can go on."""
        if not isinstance(command, Request):
            return
        recorded = self._answers.get(key_of(command, payload))
        if recorded is not None:  # asked again: a class that another call needed too
            answer = self._numbers.rewrite(recorded.command, recorded.payload)
        else:
            given = answer_of(command, payload, Part())
            if not isinstance(given, Returns | Throws):
                return  # what simulated peers know besides is their own
            answer = response_of(command, given, from_agent=self._line.side is Side.AGENT)
            if not is_ping(command, payload):
                self.result.extra.append(title_of(command, payload))
        if isinstance(answer, Response):
            with suppress(LegBroken):  # the reader sees how the peer ended
                await self._send(replace(answer, id=command.id))


def _answers_of(commands: list[RecordedCommand], side: Side) -> dict[Key, RecordedCommand]:
    """Return the first answer of a side to each call of its peer, by what was called."""
    asked: dict[int, Key] = {}
    answers: dict[Key, RecordedCommand] = {}
    for each in commands:
        if each.sender is not side and isinstance(each.command, Request):
            asked[each.command.id] = key_of(each.command, each.payload)
        elif each.sender is side and isinstance(each.command, Response) and each.command.id in asked:
            answers.setdefault(asked.pop(each.command.id), each)
    return answers
