"""Handshakes as tables, and the machine that runs them over both sides' bytes.

One table serves decoding, interception and simulation. A state is named by what its side is expected to send next; its
value is the text shown when a connection is stuck there.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum

from jnlpspy.errors import DecodeError, LimitExceeded, MalformedBytes
from jnlpspy.model.negotiation import Ack, Foreign, Headers, Message, Offer
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Side
from jnlpspy.wire import limits
from jnlpspy.wire.buffer import ByteQueue
from jnlpspy.wire.foreign import recognize_foreign
from jnlpspy.wire.readers import Reader, describe_bytes, read_frame
from jnlpspy.wire.seal import MakeSeal


class LaneState(Enum):
    """States are members of `Opening`, of each protocol's own enum, or of `LaneEnd`."""

    __hash__ = object.__hash__  # Enum's own is Python code, and tables are asked for every message


class Opening(LaneState):
    """Before the protocol is known."""

    OFFER = "the agent's protocol offer"
    ANSWER = "the controller's answer to an offer that has not come"


class LaneEnd(LaneState):
    """A side has nothing more to say in the handshake."""

    CHANNEL = "the channel"
    SILENT = "nothing more"
    OPAQUE = "bytes that stay closed"
    FAILED = "nothing that could be understood"


class Framing(Enum):
    """How commands travel once the channel is up."""

    CHUNKED = "always in chunks"
    NEGOTIATED = "in chunks if the receiver's capability says so"


@dataclass(frozen=True, slots=True)
class HandshakeSpec:
    """A protocol's handshake: per side the states, what reads them and where each message leads."""

    name: str
    start: Mapping[Side, LaneState]
    readers: Mapping[tuple[Side, LaneState], Reader]
    transitions: Mapping[tuple[Side, LaneState], Mapping[type[Message], LaneState]]
    tls: LaneState | None = None
    """The state of a side whose next byte on the wire is TLS."""
    behind_tls: Mapping[tuple[LaneState, LaneState], tuple[LaneState, LaneState]] = field(default_factory=dict)
    """From which (agent, controller) states TLS starts, and the states that read what is inside."""
    silence: Mapping[tuple[LaneState, LaneState], Message] = field(default_factory=dict)
    """What it means if the controller closes without a byte in these (agent, controller) states."""
    framing: Framing = Framing.CHUNKED
    opaque: str = ""
    """Why bytes of a lane that went `OPAQUE` stay closed; `NAME=` in it stands for the agent's name."""
    seal: MakeSeal | None = None
    """Makes what opens the lanes that went `OPAQUE`, from the agent's name and its secret."""
    behind_seal: LaneState | None = None
    """What both sides send next in a lane that was opened."""


@dataclass(frozen=True, slots=True)
class Step:
    """One message of a handshake, or what stood in its place."""

    side: Side
    span: Span
    message: Message | DecodeError
    data: bytes = b""
    """With an error the bytes it is about; empty where a secret may stand in them."""


class HandshakeMachine:
    """Runs the tables over the bytes of both sides; never raises on bytes.

    With `through_tls` (the decoder) the two sides go on reading behind the ACKs, where the tap shows plaintext; without
    it (the relay) they stop there and the bytes behind are kept.
    """

    def __init__(self, specs: Mapping[str, HandshakeSpec], *, through_tls: bool) -> None:
        self._specs = specs
        self._through_tls = through_tls
        self._queues = {side: ByteQueue() for side in Side}
        self.states: dict[Side, LaneState] = {Side.AGENT: Opening.OFFER, Side.CONTROLLER: Opening.ANSWER}
        self.spec: HandshakeSpec | None = None

    def feed(self, side: Side, data: bytes) -> list[Step]:
        """Take bytes one side sent; return the messages now complete, of either side."""
        return list(self.steps(side, data))

    def steps(self, side: Side, data: bytes) -> Iterator[Step]:
        """Do the same one message at a time: behind each stands what it leaves unread, for who takes it at once."""
        self._queues[side].append(data)
        yield from self._run(side)

    def end(self, side: Side) -> list[Step]:
        """Take note that a side will send no more."""
        queue = self._queues[side]
        if queue.ended:
            return []
        queue.ended = True
        steps = list(self._run(side))
        meaning = self.spec.silence.get(self._joint()) if self.spec and side is Side.CONTROLLER else None
        if meaning is not None and not len(queue) and not self._queues[side.peer].ended:
            steps.append(Step(side, Span(queue.offset, queue.offset), meaning))
            self._move(side, meaning)
        return steps

    def lose(self, side: Side) -> None:
        """Take note that bytes of a side were not seen: what follows cannot be read as a handshake."""
        self._queues[side].clear()
        self.states[side] = LaneEnd.FAILED

    def unseal(self, side: Side, decipher: Callable[[bytes], bytes]) -> None:
        """Go on reading an opaque lane, the bytes not yet consumed deciphered; so must be all that are fed from now."""
        if self.spec is not None and self.spec.behind_seal is not None:
            queue = self._queues[side]
            queue.replace(decipher(queue.peek(len(queue))))
            self.states[side] = self.spec.behind_seal

    def at_tls(self, side: Side) -> bool:
        """Return whether this side's next byte on the wire is TLS."""
        return self.spec is not None and self.states[side] is self.spec.tls

    def over(self, side: Side) -> bool:
        """Return whether nothing of this side's handshake is left to watch for."""
        return isinstance(self.states[side], LaneEnd)

    def waits_in_vain(self, side: Side) -> bool:
        """Return whether this side's bytes could be read only if the other side went on, which it does not."""
        state = self.states[side.peer]
        if state is not LaneEnd.FAILED and state is not LaneEnd.SILENT:
            return False
        return not self.over(side) and self._reader(side, self.states[side]) is None

    def rest(self, side: Side) -> bytes:
        """Return the bytes fed and not consumed."""
        queue = self._queues[side]
        return queue.peek(len(queue))

    def unread(self, side: Side) -> int:
        """Return how many bytes were fed and not consumed."""
        return len(self._queues[side])

    def take_rest(self, side: Side) -> bytes:
        """Return the bytes fed and not consumed, and consume them."""
        queue = self._queues[side]
        return queue.take(len(queue))

    def offset(self, side: Side) -> int:
        """Return the offset of the first byte not consumed."""
        return self._queues[side].offset

    def _run(self, fed: Side) -> Iterator[Step]:
        """Read all that can be read, in the order in which it could be if the fed side's bytes came one by one."""
        while True:
            step = self._step(fed.peer)
            if step is None and self._pass_tls():
                continue
            step = step or self._step(fed) or self._give_up_waiting(fed)
            if step is None:
                return
            yield step

    def _step(self, side: Side) -> Step | None:
        queue, state = self._queues[side], self.states[side]
        reader = self._reader(side, state) if len(queue) else None  # no message is empty
        if reader is None:
            return None
        start = queue.offset
        try:
            message = reader(queue)
        except DecodeError as error:
            expected = self.spec.transitions.get((side, state), {}) if self.spec is not None else {}
            self._fail(side)
            hidden = Headers in expected and Ack not in expected
            return Step(side, Span(start, queue.offset), error, b"" if hidden else queue.taken)
        if message is None:
            return None
        self._move(side, message)
        return Step(side, Span(start, queue.offset), message)

    def _give_up_waiting(self, side: Side) -> Step | None:
        """Stop keeping the bytes of a side that is too far ahead of the other."""
        queue, state = self._queues[side], self.states[side]
        if len(queue) <= limits.WAITING or self.over(side) or self._reader(side, state) is not None:
            return None
        start = queue.offset
        queue.take(limits.WAITING)
        self._fail(side)
        expected = f"at most {limits.WAITING} bytes before {self.states[side.peer].value}"
        return Step(side, Span(start, queue.offset), LimitExceeded(expected, "more"))

    def _fail(self, side: Side) -> None:
        if self.spec is None and side is Side.AGENT:
            self._begin(Offer(""))  # what was offered is not known, the answer to it may still be
        self.states[side] = LaneEnd.FAILED

    def _reader(self, side: Side, state: LaneState) -> Reader | None:
        if state is Opening.OFFER:
            return read_offer
        return None if self.spec is None else self.spec.readers.get((side, state))

    def _move(self, side: Side, message: Message) -> None:
        if isinstance(message, Foreign):
            self.states[side] = LaneEnd.OPAQUE
        elif isinstance(message, Offer) and self.states[side] is Opening.OFFER:
            self._begin(message)
        elif self.spec is not None:
            self.states[side] = self.spec.transitions[side, self.states[side]][type(message)]

    def _begin(self, offer: Offer) -> None:
        self.spec = self._specs.get(offer.protocol, self._specs[""])
        self.states[Side.AGENT] = self.spec.start[Side.AGENT]
        if not self.over(Side.CONTROLLER):
            self.states[Side.CONTROLLER] = self.spec.start[Side.CONTROLLER]

    def _pass_tls(self) -> bool:
        behind = self.spec.behind_tls.get(self._joint()) if self._through_tls and self.spec else None
        if behind is None:
            return False
        self.states = {Side.AGENT: behind[0], Side.CONTROLLER: behind[1]}
        return True

    def _joint(self) -> tuple[LaneState, LaneState]:
        return self.states[Side.AGENT], self.states[Side.CONTROLLER]


_DECIDING = 10
"""Bytes that Jenkins itself reads before it decides what it is talked to in (hudson.TcpSlaveAgentListener)."""


def read_offer(queue: ByteQueue) -> Message | None:
    """Read the agent's first string, or recognize what came instead of it."""
    seen = queue.peek(16)
    if not seen:
        return None
    foreign = recognize_foreign(seen)
    if isinstance(foreign, Foreign):
        return foreign
    if foreign is None:
        return None
    size = int.from_bytes(seen[:2], "big")
    if seen[0] > limits.OFFER >> 8 or (len(seen) > 1 and size > limits.OFFER):
        if len(seen) < _DECIDING and not queue.ended:
            return None
        seen = queue.take(min(len(seen), _DECIDING))
        raise MalformedBytes("a protocol offer (two bytes of length and `Protocol:NAME`)", describe_bytes(seen))
    frame = read_frame(queue)
    return None if frame is None else Offer(frame.decode("utf-8", "backslashreplace"))
