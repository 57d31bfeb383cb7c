"""One connection's stack: handshake, then framing, objects, commands and calls."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace

from jnlpspy.errors import DecodeError, LimitExceeded
from jnlpspy.model.commands import CloseCommand
from jnlpspy.model.events import (
    BytesMissing,
    CapabilityAnnounced,
    ChannelEstablished,
    CommandSent,
    ConnectionClosed,
    ConnectionOpened,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    Fact,
    HandshakeAccepted,
    HandshakeRefused,
    HeadersSent,
    OpaqueBytes,
    ProtocolOffered,
    SecretChecked,
    TlsStarted,
    Undecodable,
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
from jnlpspy.model.secret import Secret
from jnlpspy.model.span import Decoded, Span
from jnlpspy.model.tap import Closed, CloseReason, Ended, Gap, Opened, Segment, Side, Tap
from jnlpspy.protocols import SPECS
from jnlpspy.remoting.commands import read_command
from jnlpspy.remoting.transport import open_transport
from jnlpspy.session.tracker import Tracker
from jnlpspy.wire import limits
from jnlpspy.wire.chunks import Block, BlockReader, ChunkReader
from jnlpspy.wire.handshake import Framing, HandshakeMachine, LaneEnd, Step
from jnlpspy.wire.http import HttpExchange, HttpRequest, HttpStep
from jnlpspy.wire.seal import Sealing
from jnlpspy.wire.tls import CLOSE_NOTIFY, TlsAlert, TlsChosen, TlsOutside

DECODED_TAPS = frozenset((Tap.DECRYPTED, Tap.WIRE))
"""The legs' raw bytes say nothing that the decrypted tap does not."""

UNREAD = frozenset((LaneEnd.SILENT, LaneEnd.OPAQUE, LaneEnd.FAILED))
"""Where a side's bytes are not looked into, so that none can be missed."""

UNDECODABLE_BYTES = 64
"""Bytes an `Undecodable` shows at most (the contract's `hex`)."""

Change = Opened | Gap | Notice | Ended | Closed
Seen = Segment | Change


class Connection:
    """Decodes one connection."""

    def __init__(self, opened: Opened, numbers: Iterator[int], sealing: Sealing, tracker: Tracker) -> None:
        self._opened = opened
        self._numbers = numbers
        self._when = self._heard = opened.when
        self._first_end = 0.0
        self._machine = HandshakeMachine(SPECS, through_tls=True)
        self._http: HttpExchange | None = None
        self._tls: TlsOutside | None = None
        self._chunks: dict[Side, BlockReader] = {}
        self._capabilities: dict[Side, Capability] = {}
        self._modes: dict[Side, TransmissionMode] = {}
        self._established = False
        self._agent_name: str | Secret | None = None
        self._tracker = tracker
        self._orderly = False
        self._bytes = dict.fromkeys(Side, 0)
        self._opaque = 0
        self._opaque_reason = ""
        self._sealing = sealing

    def observe(self, observation: Seen) -> Iterable[Event]:
        """Return what an observation of this connection tells."""
        self._when = observation.when
        if not isinstance(observation, Segment):
            return self._observe_change(observation)
        if observation.tap not in DECODED_TAPS:
            return ()
        self._bytes[observation.sender] += len(observation.data)
        self._heard = observation.when
        return self._receive(observation.sender, observation.data)

    def _observe_change(self, observation: Change) -> Iterator[Event]:
        match observation:
            case Opened():
                yield self._event(ConnectionOpened(observation.agent, observation.controller))
            case Gap():
                yield self._event(BytesMissing(observation.length), observation.sender)
                yield from self._lose(observation.sender, observation.length)
            case Ended():
                self._first_end = self._first_end or observation.when
                if observation.how is CloseReason.EOF:
                    yield from self._end(observation.sender)
            case Closed():
                yield from self._close(observation)
            case _:
                yield self._event(fact_of(observation))

    def finish(self, when: float) -> Iterator[Event]:
        """Yield what is left to say at the end of the observations."""
        for told in self._tracker.end(when):
            yield self._event(told)
        if opaque := self._opaque + self._sealing.closed:
            yield self._event(OpaqueBytes(self._opaque_reason or self._reason(), opaque))

    def _event(
        self, fact: Fact, side: Side | None = None, span: Span | None = None, decoded: Decoded | None = None
    ) -> Event:
        return Event(next(self._numbers), self._opened.connection, self._when, fact, side, span, decoded)

    # Bytes

    def _receive(self, side: Side, received: bytes) -> Iterable[Event]:
        data = self._sealing.decipher(side, received)
        if data is None:
            self._opaque += len(received)
            return ()
        chunks = self._chunks.get(side)
        if chunks is not None:
            return self._take_blocks(side, chunks.feed(data))
        if self._http is not None:
            return self._take_http(self._http.feed(side, data))
        return self._shake_hands(side, data)

    def _shake_hands(self, side: Side, data: bytes) -> Iterator[Event]:
        for step in self._machine.steps(side, data):
            yield from self._take_step(step)
            yield from self._leave_handshake(side)
        yield from self._leave_handshake(side)

    def _end(self, side: Side) -> Iterator[Event]:
        if self._http is not None:
            yield from self._take_http(self._http.end(side))
        else:
            for step in self._machine.end(side):
                yield from self._take_step(step)
            yield from self._leave_handshake(side)

    def _lose(self, side: Side, length: int) -> Iterator[Event]:
        if not self._sealing.skip(side, length):
            self._opaque_reason = "bytes are missing, nobody knows how many: the place in the cipher is lost"
        elif side in self._chunks:
            self._chunks[side].skip(length)
        elif self._http is not None:
            self._http.lose(side, length)
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

    def _leave_handshake(self, fed: Side) -> Iterator[Event]:
        """Pass on the bytes behind the handshake, of each side that is over it; what came last goes last."""
        for side in Side:
            if self._machine.states[side] is LaneEnd.OPAQUE and (decipher := self._sealing.begin(side)):
                self._machine.unseal(side, decipher)
        for side in (fed.peer, fed):
            if side not in self._chunks and self._http is None:
                yield from self._leave_lane(side)

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
        elif self._machine.waits_in_vain(side):
            self._search_channel(side)
            yield from self._take_blocks(side, self._chunks[side].feed(self._machine.take_rest(side)))

    def _take_tls(self, side: Side, told: Iterator[TlsChosen | TlsAlert]) -> Iterator[Event]:
        for each in told:
            if isinstance(each, TlsChosen):
                yield self._event(TlsStarted(Side.CONTROLLER, each.version, each.cipher, None), side)
            elif each.description != CLOSE_NOTIFY:
                yield self._event(HandshakeRefused(side, f"TLS alert: {each.description}"), side)

    def _reason(self) -> str:
        reason = (self._machine.spec.opaque if self._machine.spec is not None else "") or "not remoting's protocol"
        return self._sealing.explain(reason, self._agent_name)

    def _enter_channel(self, side: Side) -> Iterator[Event]:
        """Start reading a side's commands, once it is known what its peer takes."""
        if not self._knows_receiver(side):
            yield from self._give_up_waiting(side)
            return
        offset, rest = self._machine.offset(side), self._machine.take_rest(side)
        self._chunks[side] = self._transport(side, offset)
        if not self._established and all(self._in_channel(each) for each in Side):
            self._established = True
            yield self._event(ChannelEstablished(self._protocol(), self._agent_name))
        yield from self._take_blocks(side, self._chunks[side].feed(rest))

    def _give_up_waiting(self, side: Side) -> Iterator[Event]:
        """Stop keeping a side's commands if the other side's capability is too long in coming."""
        start = self._machine.offset(side)
        if self._machine.unread(side) > limits.WAITING:
            self._machine.lose(side)
            error = LimitExceeded(f"at most {limits.WAITING} bytes before the {side.peer.value}'s capability", "more")
            yield self._undecodable(side, Span(start, start + limits.WAITING), error, b"")

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
                yield self._event(ProtocolOffered(step.message.protocol), side, span)
            case Headers():
                yield self._event(self._headers(side, step.message), side, span)
                spec = self._machine.spec
                self._sealing.use(spec.seal if spec else None, self._agent_name)
                yield from self._check_secret(side, span, step.message)
            case Sealed():
                yield from self._check_secret(side, span, step.message)
            case Accepted():
                if side is Side.CONTROLLER:
                    yield self._event(HandshakeAccepted(self._protocol(), self._agent_name), side, span)
            case Refused():
                reason = self._without_secret(step.message.reason)
                yield self._event(HandshakeRefused(side, reason, step.message.permanent), side, span)
            case Capability():
                self._capabilities[side] = step.message
                yield self._event(CapabilityAnnounced(step.message), side, span)
            case Mode():
                self._modes[side] = step.message.mode
            case Foreign():
                yield from self._take_foreign(side, step.message)
            case Ack():
                self._sealing.agree()
            case Bye():
                pass
            case DecodeError():
                yield self._undecodable(side, span, step.message, step.data)

    def _check_secret(self, side: Side, span: Span, message: Headers | Sealed) -> Iterator[Event]:
        matches = self._sealing.take(side, span, message)
        if matches is not None:
            yield self._event(SecretChecked(side, matches), side, span)

    def _take_foreign(self, side: Side, foreign: Foreign) -> Iterator[Event]:
        if foreign.kind == "TLS" and self._tls is None:
            self._tls = TlsOutside()
        if foreign.kind == "HTTP" and side is Side.AGENT:
            self._http = HttpExchange()
            for each in (side.peer, side):  # as in _leave_handshake
                yield from self._take_http(self._http.feed(each, self._machine.take_rest(each)))
        elif self._machine.spec is None:
            self._opaque_reason = f"{foreign.kind} where a protocol offer was expected"
            self._machine.states[side.peer] = LaneEnd.OPAQUE
        elif not self._machine.spec.opaque:
            self._opaque_reason = f"{foreign.kind} where a message of {self._protocol()} was expected"

    def _headers(self, side: Side, headers: Headers) -> HeadersSent:
        fields = {
            name: value if name in headers.sealed else self._recognized(value) for name, value in headers.fields.items()
        }
        name, secret = self._recognized(headers.agent_name), self._recognized(headers.secret)
        if side is Side.AGENT:
            self._agent_name = name
        return HeadersSent(fields, name, secret if isinstance(secret, Secret) else None)

    def _recognized(self, value: str | Secret | None) -> str | Secret | None:
        return replace(value, pseudonym=self._opened.pseudonyms) if isinstance(value, Secret) else value

    def _without_secret(self, reason: str) -> str:
        """Hide a secret that was given as the name, and that a refusal repeats."""
        name = self._agent_name
        return reason.replace(name.value, name.fingerprint) if isinstance(name, Secret) else reason

    def _protocol(self) -> str:
        return self._machine.spec.name if self._machine.spec is not None else ""

    # HTTP

    def _take_http(self, steps: list[HttpStep]) -> Iterator[Event]:
        for step in steps:
            if isinstance(step.message, DecodeError):
                yield self._undecodable(step.side, step.span, step.message, b"")
                continue
            headers = self._http_headers(step.message.headers)
            if isinstance(step.message, HttpRequest):
                yield self._event(DiscoveryAsked(step.message.method, step.message.url, headers), step.side, step.span)
            else:
                answered = DiscoveryAnswered(step.message.status, headers, step.message.url)
                yield self._event(answered, step.side, step.span)
        if self._http is not None and self._http.opaque:
            self._opaque_reason = self._http.opaque
            self._opaque += sum(self._http.opaque_bytes(side) for side in Side)

    def _http_headers(self, headers: Mapping[str, str | Secret]) -> dict[str, str | Secret]:
        return {name: self._recognized(value) or "" for name, value in headers.items()}

    # Channel

    def _take_blocks(self, side: Side, blocks: Iterable[Block]) -> list[Event]:
        events: list[Event] = []
        for block in blocks:
            if block.lost is not None:
                events.append(self._undecodable(side, block.span, block.lost, block.data))
                continue
            if not block.data:
                continue  # ChunkedOutputStream's last flush sends an empty chunk
            data = self._sealing.mask(block.data)
            command, payload, error = read_command(data)
            if command is not None:
                events.append(
                    self._event(CommandSent(command, len(block.data), payload), side, block.span, block.decoded)
                )
                self._orderly = self._orderly or isinstance(command, CloseCommand)
                told = self._tracker.observe(side, self._when, command, payload)
                events += [self._event(each, side, block.span, block.decoded) for each in told]
            if error is not None:
                events.append(self._undecodable(side, block.span, error, data))
        return events

    def _undecodable(self, side: Side, span: Span, error: DecodeError, data: bytes) -> Event:
        shown = data[error.offset : error.offset + UNDECODABLE_BYTES]
        return self._event(Undecodable(error.expected, error.got, error.path, shown), side, span)

    # The end

    def _close(self, closed: Closed) -> Iterator[Event]:
        if closed.how is CloseReason.EOF and closed.by is not None:
            for side in (closed.by, closed.by.peer):
                yield from self._end(side)
        yield from self.finish(closed.when)
        yield self._event(
            ConnectionClosed(
                by=closed.by,
                how=closed.how,
                orderly=self._orderly,
                bytes=dict(self._bytes),
                unfinished={side: self._unfinished(side) for side in Side},
                duration=closed.when - self._opened.when,
                silence=max(0.0, (self._first_end or closed.when) - self._heard),
            )
        )

    def _unfinished(self, side: Side) -> int:
        if side in self._chunks:
            return self._chunks[side].unfinished
        if self._http is not None:
            return self._http.unfinished(side)
        return self._machine.unread(side)
