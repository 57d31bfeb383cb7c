"""One connection's stack: handshake, then framing, objects, commands and calls."""

from collections.abc import Iterable, Iterator

from jnlpspy.errors import DecodeError, LimitExceeded
from jnlpspy.model.events import (
    BytesMissing,
    CapabilityAnnounced,
    ChannelEstablished,
    ConnectionClosed,
    ConnectionOpened,
    Event,
    HandshakeAccepted,
    HandshakeRefused,
    OpaqueBytes,
    ProtocolOffered,
    SecretChecked,
    TlsStarted,
)
from jnlpspy.model.negotiation import (
    Accepted,
    Ack,
    Bye,
    Capability,
    Foreign,
    Headers,
    Mode,
    Offer,
    Refused,
    Sealed,
    TransmissionMode,
)
from jnlpspy.model.notices import Notice, fact_of
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Closed, CloseReason, Ended, Gap, Opened, Segment, Side, Tap
from jnlpspy.protocols import SPECS
from jnlpspy.remoting.transport import open_transport
from jnlpspy.session.tracker import Tracker
from jnlpspy.stack.channel import Channel
from jnlpspy.stack.telling import Teller
from jnlpspy.stack.web import Web
from jnlpspy.wire import limits
from jnlpspy.wire.chunks import BlockReader, ChunkReader
from jnlpspy.wire.handshake import Framing, HandshakeMachine, LaneEnd, Step
from jnlpspy.wire.messages import MessageReader
from jnlpspy.wire.seal import Sealing
from jnlpspy.wire.tls import CLOSE_NOTIFY, TlsAlert, TlsChosen, TlsOutside

DECODED_TAPS = frozenset((Tap.DECRYPTED, Tap.WIRE))
"""The legs' raw bytes say nothing that the decrypted tap does not."""

UNREAD = frozenset((LaneEnd.SILENT, LaneEnd.OPAQUE, LaneEnd.FAILED))
"""Where a side's bytes are not looked into, so that none can be missed."""

Change = Opened | Gap | Notice | Ended | Closed


class Connection:
    """Decodes one connection."""

    def __init__(self, opened: Opened, numbers: Iterator[int], sealing: Sealing, tracker: Tracker) -> None:
        self._opened = opened
        self._teller = Teller(opened, numbers)
        self._heard = opened.when
        self._first_end = 0.0
        self._machine = HandshakeMachine(SPECS, through_tls=True)
        self._web: Web | None = None
        self._tls: TlsOutside | None = None
        self._chunks: dict[Side, BlockReader] = {}
        self._astray: dict[Side, MessageReader] = {}
        """What looks for commands in WebSocket's frames, where nobody saw how they travel, until one is found."""
        self._capabilities: dict[Side, Capability] = {}
        self._modes: dict[Side, TransmissionMode] = {}
        self._established = False
        self._channel = Channel(self._teller, tracker, sealing)
        self._bytes = dict.fromkeys(Side, 0)
        self._opaque = 0
        self._opaque_reason = ""
        self._sealing = sealing

    def receive(self, segment: Segment) -> Iterable[Event]:
        """Return what bytes of this connection tell."""
        self._teller.when = segment.when
        if segment.tap not in DECODED_TAPS:
            return ()
        side, received = segment.sender, segment.data
        self._bytes[side] += len(received)
        self._heard = segment.when
        data = self._sealing.decipher(side, received)
        if data is None:
            self._opaque += len(received)
            return ()
        chunks = self._chunks.get(side)
        if chunks is not None:
            if side in self._astray:
                return self._look_for_commands(side, data)
            return self._channel.take(side, chunks.feed(data))
        if self._web is not None:
            return self._web.feed(side, data)
        return self._shake_hands(side, data)

    def observe(self, observation: Segment | Change) -> Iterable[Event]:
        """Return what an observation of this connection tells."""
        return self.receive(observation) if isinstance(observation, Segment) else self._observe_change(observation)

    def _observe_change(self, observation: Change) -> Iterator[Event]:
        self._teller.when = observation.when
        match observation:
            case Opened():
                yield self._teller.tell(ConnectionOpened(observation.agent, observation.controller))
            case Gap():
                yield self._teller.tell(BytesMissing(observation.length), observation.sender)
                yield from self._lose(observation.sender, observation.length)
            case Ended():
                self._first_end = self._first_end or observation.when
                if observation.how is CloseReason.EOF:
                    yield from self._end(observation.sender)
            case Closed():
                yield from self._close(observation)
            case _:
                yield self._teller.tell(fact_of(observation))

    def finish(self, when: float) -> Iterator[Event]:
        """Yield what is left to say at the end of the observations."""
        yield from self._channel.end(when)
        if self._web is not None and self._web.closed_bytes:
            yield self._teller.tell(OpaqueBytes(self._web.closed, self._web.closed_bytes))
        elif opaque := self._opaque + self._sealing.closed:
            yield self._teller.tell(OpaqueBytes(self._opaque_reason or self._reason(), opaque))

    # Bytes

    def _shake_hands(self, side: Side, data: bytes) -> Iterator[Event]:
        step = None
        for step in self._machine.steps(side, data):
            yield from self._take_step(step)
            yield from self._leave_handshake(side)
        if step is None:
            yield from self._leave_handshake(side)

    def _end(self, side: Side) -> Iterator[Event]:
        if self._web is not None:
            yield from self._web.end(side)
        else:
            for step in self._machine.end(side):
                yield from self._take_step(step)
            yield from self._leave_handshake(side)

    def _lose(self, side: Side, length: int) -> Iterator[Event]:
        if not self._sealing.skip(side, length):
            self._opaque_reason = "bytes are missing, nobody knows how many: the place in the cipher is lost"
        elif side in self._chunks:
            self._chunks[side].skip(length)
            if side in self._astray:
                self._astray[side].skip(length)
        elif self._web is not None:
            self._web.lose(side, length)
        elif self._machine.states[side] not in UNREAD:
            self._machine.lose(side)
            if self._sealing.lose_keys(side):
                self._machine.states[side] = LaneEnd.OPAQUE
            else:
                self._search_channel(side, length)
            yield from self._leave_handshake(side)

    def _search_channel(self, side: Side, skipped: int = 0) -> None:
        """Look for commands where the handshake cannot be followed any more."""
        self._chunks[side] = ChunkReader(self._machine.offset(side), synchronized=False)
        self._chunks[side].skip(skipped)
        self._astray[side] = MessageReader(
            self._machine.offset(side) + skipped, masks=side is Side.AGENT, synchronized=False
        )

    def _look_for_commands(self, side: Side, data: bytes) -> list[Event]:
        """Return what a side's bytes tell, in chunks or in WebSocket's frames; what tells first decides it."""
        messages = self._astray.pop(side)
        told = list(messages.feed(data))
        if told:
            del self._chunks[side]
            self._web = self._web or Web(self._teller, self._channel)
            return self._web.go_on(side, messages, told)
        events = self._channel.take(side, self._chunks[side].feed(data))
        if not events:
            self._astray[side] = messages
        return events

    def _leave_handshake(self, fed: Side) -> Iterator[Event]:
        """Pass on the bytes behind the handshake, of each side that is over it; what came last goes last."""
        sides = (fed.peer, fed)
        for side in sides:
            if self._machine.states[side] is LaneEnd.OPAQUE and (decipher := self._sealing.begin(side)):
                self._machine.unseal(side, decipher)
        for side in sides:
            if (self._machine.over(side) or self._machine.waits_in_vain(side)) and not self._has_left(side):
                yield from self._leave_lane(side)

    def _has_left(self, side: Side) -> bool:
        return side in self._chunks or self._web is not None

    def _leave_lane(self, side: Side) -> Iterator[Event]:
        state = self._machine.states[side]
        if state is LaneEnd.CHANNEL:
            yield from self._enter_channel(side)
        elif state is LaneEnd.OPAQUE:
            if self._sealing.waits() and self._machine.unread(side) <= limits.WAITING:
                return
            rest = self._machine.take_rest(side)
            self._opaque += len(rest)
            self._opaque_reason = self._opaque_reason or self._reason()
            if self._tls is not None:
                yield from self._take_tls(side, self._tls.feed(side, rest))
        elif state in (LaneEnd.SILENT, LaneEnd.FAILED):
            self._machine.take_rest(side)
        else:  # it waits in vain
            self._search_channel(side)
            yield from self._look_for_commands(side, self._machine.take_rest(side))

    def _take_tls(self, side: Side, told: Iterator[TlsChosen | TlsAlert]) -> Iterator[Event]:
        for each in told:
            if isinstance(each, TlsChosen):
                yield self._teller.tell(TlsStarted(Side.CONTROLLER, each.version, each.cipher, None), side)
            elif each.description != CLOSE_NOTIFY:
                yield self._teller.tell(HandshakeRefused(side, f"TLS alert: {each.description}"), side)

    def _reason(self) -> str:
        reason = (self._machine.spec.opaque if self._machine.spec is not None else "") or "not remoting's protocol"
        return self._sealing.explain(reason, self._teller.agent_name)

    def _enter_channel(self, side: Side) -> Iterator[Event]:
        """Start reading a side's commands, once it is known what its peer takes."""
        if not self._knows_receiver(side):
            yield from self._give_up_waiting(side)
            return
        offset, rest = self._machine.offset(side), self._machine.take_rest(side)
        self._chunks[side] = self._transport(side, offset)
        if not self._established and all(self._in_channel(each) for each in Side):
            self._established = True
            yield self._teller.tell(ChannelEstablished(self._protocol(), self._teller.agent_name))
        yield from self._channel.take(side, self._chunks[side].feed(rest))

    def _give_up_waiting(self, side: Side) -> Iterator[Event]:
        """Stop keeping a side's commands if the other side's capability is too long in coming."""
        start = self._machine.offset(side)
        if self._machine.unread(side) > limits.WAITING:
            self._machine.lose(side)
            error = LimitExceeded(f"at most {limits.WAITING} bytes before the {side.peer.value}'s capability", "more")
            yield self._teller.tell_undecodable(side, Span(start, start + limits.WAITING), error, b"")

    def _in_channel(self, side: Side) -> bool:
        return side in self._chunks or self._machine.states[side] in (LaneEnd.CHANNEL, LaneEnd.OPAQUE)

    def _knows_receiver(self, side: Side) -> bool:
        """Return whether what this side's peer takes was said, or will not be."""
        chunked = self._framing() is Framing.CHUNKED or side.peer in self._capabilities
        return chunked or self._machine.over(side.peer)

    def _transport(self, side: Side, offset: int) -> BlockReader:
        if self._framing() is Framing.CHUNKED:
            return ChunkReader(offset)
        receiver = self._capabilities.get(side.peer)
        if receiver is None and self._machine.states[side.peer] is LaneEnd.CHANNEL:
            receiver = Capability(0)  # its mode came first (ChannelBuilder.negotiate)
        mode = self._modes.get(side, TransmissionMode.BINARY)
        return open_transport(offset, mode, self._capabilities.get(side, Capability(0)), receiver)

    def _framing(self) -> Framing:
        return Framing.CHUNKED if self._machine.spec is None else self._machine.spec.framing

    # Handshake

    def _take_step(self, step: Step) -> Iterator[Event]:
        side, span = step.side, step.span
        match step.message:
            case Offer():
                yield self._teller.tell(ProtocolOffered(step.message.protocol), side, span)
            case Headers():
                yield self._teller.tell_headers(side, span, step.message)
                spec = self._machine.spec
                self._sealing.use(spec.seal if spec else None, self._teller.agent_name)
                yield from self._check_secret(side, span, step.message)
            case Sealed():
                yield from self._check_secret(side, span, step.message)
            case Accepted():
                if side is Side.CONTROLLER:
                    yield self._teller.tell(HandshakeAccepted(self._protocol(), self._teller.agent_name), side, span)
            case Refused():
                reason = self._teller.without_secret(step.message.reason)
                yield self._teller.tell(HandshakeRefused(side, reason, step.message.permanent), side, span)
            case Capability():
                self._capabilities[side] = step.message
                yield self._teller.tell(CapabilityAnnounced(step.message), side, span)
            case Mode():
                self._modes[side] = step.message.mode
            case Foreign():
                yield from self._take_foreign(side, step.message)
            case Ack():
                self._sealing.agree()
            case Bye():
                pass
            case DecodeError():
                yield self._teller.tell_undecodable(side, span, step.message, step.data)

    def _check_secret(self, side: Side, span: Span, message: Headers | Sealed) -> Iterator[Event]:
        matches = self._sealing.take(side, span, message)
        if matches is not None:
            yield self._teller.tell(SecretChecked(side, matches), side, span)

    def _take_foreign(self, side: Side, foreign: Foreign) -> Iterator[Event]:
        if foreign.kind == "TLS" and self._tls is None:
            self._tls = TlsOutside()
        if foreign.kind == "HTTP" and side is Side.AGENT:
            self._web = Web(self._teller, self._channel)
            for each in (side.peer, side):  # as in _leave_handshake
                yield from self._web.feed(each, self._machine.take_rest(each))
        elif self._machine.spec is None:
            self._opaque_reason = f"{foreign.kind} where a protocol offer was expected"
            self._machine.states[side.peer] = LaneEnd.OPAQUE
        elif not self._machine.spec.opaque:
            self._opaque_reason = f"{foreign.kind} where a message of {self._protocol()} was expected"

    def _protocol(self) -> str:
        return self._machine.spec.name if self._machine.spec is not None else ""

    # The end

    def _close(self, closed: Closed) -> Iterator[Event]:
        if closed.how is CloseReason.EOF and closed.by is not None:
            for side in (closed.by, closed.by.peer):
                yield from self._end(side)
        yield from self.finish(closed.when)
        yield self._teller.tell(
            ConnectionClosed(
                by=closed.by,
                how=closed.how,
                orderly=self._channel.orderly,
                bytes=dict(self._bytes),
                unfinished={side: self._unfinished(side) for side in Side},
                duration=closed.when - self._opened.when,
                silence=max(0.0, (self._first_end or closed.when) - self._heard),
            )
        )

    def _unfinished(self, side: Side) -> int:
        if side in self._chunks:
            return self._chunks[side].unfinished
        if self._web is not None:
            return self._web.unfinished(side)
        return self._machine.unread(side)
