"""A connection's HTTP: what is asked and answered, and an agent's WebSocket (jenkins.agents.WebSocketAgents)."""

from collections.abc import Iterable, Mapping

from jnlpspy.errors import DecodeError, MalformedBytes
from jnlpspy.model.events import (
    CapabilityAnnounced,
    ChannelEstablished,
    DiscoveryAnswered,
    DiscoveryAsked,
    Event,
    HandshakeAccepted,
    ProtocolOffered,
)
from jnlpspy.model.secret import Secret
from jnlpspy.model.session import FrameKind, FrameSent
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Side
from jnlpspy.stack.channel import Channel
from jnlpspy.stack.telling import Teller
from jnlpspy.wire.chunks import Block
from jnlpspy.wire.http import HttpExchange, HttpRequest, HttpStep
from jnlpspy.wire.messages import Aside, MessageReader
from jnlpspy.wire.upgrade import PROTOCOL, Fields, asks_as_agent, capability_of, own_headers, why_closed
from jnlpspy.wire.websocket import Opcode, read_close

_KINDS: Mapping[int, FrameKind] = {
    Opcode.TEXT: FrameKind.TEXT,
    Opcode.CLOSE: FrameKind.CLOSE,
    Opcode.PING: FrameKind.PING,
    Opcode.PONG: FrameKind.PONG,
}


class Web:
    """Both sides' HTTP, and what they switch to."""

    def __init__(self, teller: Teller, channel: Channel) -> None:
        self._teller = teller
        self._channel = channel
        self._exchange = HttpExchange()
        self._messages: dict[Side, MessageReader] = {}
        self.closed = ""
        """Why what both sides switched to cannot be read; "" if they did not, or it can."""
        self.closed_bytes = 0

    def feed(self, side: Side, data: bytes) -> list[Event]:
        """Return what a side's next bytes tell."""
        messages = self._messages.get(side)
        if messages is not None:
            return self._take_messages(side, messages.feed(data))
        if self.closed:
            self.closed_bytes += len(data)
            return []
        return self._take_steps(self._exchange.feed(side, data))

    def go_on(self, side: Side, messages: MessageReader, told: Iterable[Block | Aside]) -> list[Event]:
        """Go on with a side's messages that were found in the middle; return what they told so far."""
        self._messages[side] = messages
        return self._take_messages(side, told)

    def end(self, side: Side) -> list[Event]:
        """Return what the end of a side's bytes tells."""
        return [] if self._exchange.switch else self._take_steps(self._exchange.end(side))

    def lose(self, side: Side, length: int) -> None:
        """Take note of bytes that were not seen, 0 if nobody knows how many."""
        if side in self._messages:
            self._messages[side].skip(length)
        else:
            self._exchange.lose(side, length)

    def unfinished(self, side: Side) -> int:
        """Return the bytes of what is not whole yet."""
        return self._messages[side].unfinished if side in self._messages else self._exchange.unfinished(side)

    def _take_steps(self, steps: Iterable[HttpStep]) -> list[Event]:
        events: list[Event] = []
        for step in steps:
            if isinstance(step.message, DecodeError):
                events.append(self._teller.tell_undecodable(step.side, step.span, step.message, b""))
                continue
            headers = self._recognize(step.message.headers)
            if isinstance(step.message, HttpRequest):
                asked = DiscoveryAsked(step.message.method, step.message.url, headers)
                events.append(self._teller.tell(asked, step.side, step.span))
                if asks_as_agent(step.message):
                    events.append(self._teller.tell(ProtocolOffered(PROTOCOL), step.side, step.span))
                    events += self._tell_headers(step.side, step.span, step.message.headers)
            else:
                answered = DiscoveryAnswered(step.message.status, headers, step.message.url)
                events.append(self._teller.tell(answered, step.side, step.span))
                events += self._switch(step.span)
        return events

    def _recognize(self, fields: Fields) -> Mapping[str, str | Secret]:
        return {name: self._teller.recognize(value) or "" for name, value in fields.items()}

    def _tell_headers(self, side: Side, span: Span, fields: Fields) -> Iterable[Event]:
        yield self._teller.tell_headers(side, span, own_headers(fields))
        if (capability := capability_of(fields)) is not None:
            yield self._teller.tell(CapabilityAnnounced(capability), side, span)

    def _switch(self, span: Span) -> Iterable[Event]:
        """Begin what both sides switched to, if they did; the span is that of the answer."""
        switch = self._exchange.switch
        if switch is None:
            return
        rest = {side: self._exchange.take_rest(side) for side in Side}
        self.closed = why_closed(switch)
        if self.closed:
            self.closed_bytes = sum(len(data) for _, data in rest.values())
            return
        name = self._teller.agent_name
        yield self._teller.tell(HandshakeAccepted(PROTOCOL, name), Side.CONTROLLER, span)
        yield from self._tell_headers(Side.CONTROLLER, span, switch.answer.headers)
        yield self._teller.tell(ChannelEstablished(PROTOCOL, name))
        for side, (offset, _) in rest.items():
            self._messages[side] = MessageReader(offset, masks=side is Side.AGENT)
        for side, (_, data) in rest.items():
            yield from self.feed(side, data)

    def _take_messages(self, side: Side, told: Iterable[Block | Aside]) -> list[Event]:
        events: list[Event] = []
        for each in told:
            if isinstance(each, Block):
                events += self._channel.take(side, (each,))
            elif each.flaw is not None:
                error = MalformedBytes(each.flaw.expected, each.flaw.got, path="WebSocket frame")
                events.append(self._teller.tell_undecodable(side, each.span, error, each.data))
            elif (kind := _KINDS.get(each.opcode)) is not None:
                code, reason = read_close(each.data) if kind is FrameKind.CLOSE else (None, "")
                events.append(self._teller.tell(FrameSent(kind, each.size, code, reason), side, each.span))
        return events
