"""Replaces secrets in observed bytes by pseudonyms of the same length before anyone else sees them.

In the handshake and in HTTP: an agent secret, a cookie, an Authorization, wherever they stand. On the channel, and in
a WebSocket's masked frames: the secret that came before, which system properties and environments repeat. To see a
secret whole, the observations of a connection are held back while a message that may carry one is incomplete; traffic
never waits for it.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import replace
from urllib.parse import unquote, urlsplit

from jnlpspy.errors import DecodeError
from jnlpspy.model.negotiation import Foreign, Headers, Refused
from jnlpspy.model.secret import Secret, pseudonym_of
from jnlpspy.model.secret_flaws import flaws_of
from jnlpspy.model.span import Span
from jnlpspy.model.tap import Closed, CloseReason, Ended, FlawsSeen, Gap, Observation, Opened, Segment, Side, Tick
from jnlpspy.protocols import SPECS
from jnlpspy.wire import limits
from jnlpspy.wire.channel_search import ChannelSearch
from jnlpspy.wire.handshake import HandshakeMachine, LaneEnd, Step
from jnlpspy.wire.held import Held
from jnlpspy.wire.http import HttpExchange, HttpRequest, HttpStep
from jnlpspy.wire.secret_search import find_arguments
from jnlpspy.wire.upgrade import extension_of, own_headers, why_closed

HELD_BYTES = 1024 * 1024
"""Bytes of one connection held back at most; what is held longer goes on with its unread part masked."""

HELD_OBSERVATIONS = 16_384
"""Observations of one connection held back at most; JNLP3's challenge has 8 KiB, which may come one by one."""

HELD_ON_CHANNEL = 256
"""The same on the channel: one side may stop inside a secret for long, and what is held is searched again and again."""

_SEARCHED_SECRET = 16
"""Shorter secrets are not looked for on the channel: they would be found everywhere."""

_KEPT_OF_PARTIAL = {"frame": 2, "http": 16}
"""Bytes at the front of a cut-off message that stay readable: its length, its method or status."""


class Redactor:
    """Stands between the tap and the recorder; `forward` gets every observation, in order per connection."""

    def __init__(self, forward: Callable[[Observation], None]) -> None:
        self._forward = forward
        self._connections: dict[int, _Searched] = {}

    def observe(self, observation: Observation) -> None:
        """Pass an observation on, now or as soon as no secret in it can be incomplete."""
        if isinstance(observation, Segment):  # nearly every one is
            searched = self._connections.get(observation.connection)
            if searched is None or (searched.at_rest and searched.said.marks.absent_from(observation.data)):
                self._forward(observation)
            else:
                searched.observe(observation)
            return
        if isinstance(observation, Tick):
            self._forward(observation)
            return
        if isinstance(observation, Opened) and not observation.pseudonyms:
            if len(self._connections) >= limits.CONNECTIONS:
                self._connections.pop(next(iter(self._connections))).finish()
            self._connections[observation.connection] = _Searched(self._forward)
            observation = replace(observation, pseudonyms=True)
        searched = self._connections.get(observation.connection)
        if searched is None:
            self._forward(observation)
            return
        searched.observe(observation)
        if isinstance(observation, Closed):
            del self._connections[observation.connection]

    def finish(self) -> None:
        """Pass on what is still held back, when no observation will follow."""
        for searched in self._connections.values():
            searched.finish()
        self._connections.clear()


class _Searched:
    """One connection whose bytes are searched for secrets."""

    def __init__(self, forward: Callable[[Observation], None]) -> None:
        self._forward = forward
        self._machine = HandshakeMachine(SPECS, through_tls=True)
        self._http: HttpExchange | None = None
        self._compressed = False
        """True if nobody can look into what follows."""
        self._held = Held()
        self.said = ChannelSearch(self._held)
        self._name: Secret | None = None
        self._document: list[tuple[Span, bytes]] | None = None
        """The body of a .jnlp file, with where its pieces stand; None if none is awaited."""
        self._searching = True
        self._on_channel = False
        """True once both sides are past the handshake, with secrets to look for."""
        self.at_rest = False
        """True on the channel while nothing is held: nobody asks then for the place of bytes that may go on."""

    def observe(self, observation: Observation) -> None:
        """Hold an observation until no secret in it can be incomplete, then pass it on."""
        if not self._searching:
            self._forward(observation)
            return
        is_clean = False
        if isinstance(observation, Segment):
            if self._compressed:
                self._forward(replace(observation, data=bytes(len(observation.data))))
                return
            is_clean = self._on_channel and self.said.judge(observation)
            if is_clean and not self._held and not self.said.is_cut_off(observation.sender):
                self._held.skip(observation.sender, len(observation.data))
                self._forward(observation)
                self.said.forget(observation.sender)
                return
        self.at_rest = False
        self._held.add(observation)
        match observation:
            case Segment() if self._on_channel:
                self.said.take(observation, is_clean=is_clean)
            case Segment():
                self._search(observation.sender, observation.data)
            case Gap():
                self._lose(observation.sender, observation.length)
            case Ended() if observation.how is CloseReason.EOF:
                self._take_steps(self._machine.end(observation.sender))
                self._search_document(whole=self._http is not None and observation.sender is Side.CONTROLLER)
            case _:
                pass
        most = HELD_ON_CHANNEL if self._on_channel else HELD_OBSERVATIONS
        if isinstance(observation, Closed) or self._held.size > HELD_BYTES or len(self._held) > most:
            self.finish()
        elif not self._incomplete():
            self._release()

    def finish(self) -> None:
        """Pass on what is held, the unread part of a message that may carry a secret masked."""
        self._search_document(whole=True)
        self._mask_partial()
        self.said.mask_cut_off()
        self._release()

    def _search(self, side: Side, data: bytes) -> None:
        if self._http is not None:
            self._take_http(self._http.feed(side, data))
            self._search_document(whole=self._http.between(Side.CONTROLLER))
        elif self._machine.over(side):
            self._search_behind_handshake(side)
        else:
            self._take_steps(self._machine.feed(side, data))
            if self._machine.over(side):
                self._search_behind_handshake(side)

    def _lose(self, side: Side, length: int) -> None:
        if self._http is not None and not self._on_channel:
            self._http.lose(side, length)
        elif self._on_channel or self._machine.over(side):
            self.said.lose(side, length)
        else:
            self._machine.lose(side)
        self._held.skip(side, length)

    def _search_behind_handshake(self, side: Side) -> None:
        if self._http is not None:
            return
        self._machine.take_rest(side)
        self.said.overwrite(side)
        self.said.look_at_end(side)
        channel = any(self._machine.states[each] is LaneEnd.CHANNEL for each in Side)
        over = all(self._machine.over(each) for each in Side)
        self._on_channel = over and channel and bool(self.said.secrets)
        self._searching = not over or self._on_channel
        if self._on_channel:
            self.said.look_at_end(side.peer)

    def _switch(self, exchange: HttpExchange) -> None:
        """Go on with what both sides switched to."""
        if exchange.switch is None:
            return
        rests = {side: exchange.take_rest(side) for side in Side}
        self._compressed = self._searching = extension_of(exchange.switch) != ""
        if self._compressed:
            for side, (offset, rest) in rests.items():
                self._held.overwrite(side, dict.fromkeys(range(offset, offset + len(rest)), 0))
        if why_closed(exchange.switch):
            return
        self._remember(own_headers(exchange.switch.asked.headers))
        self._on_channel = self._searching = bool(self.said.secrets)
        for side, (offset, rest) in rests.items() if self._searching else ():
            self.said.read_frames(side, offset, rest)

    def _incomplete(self) -> bool:
        if not self._searching:
            return False
        if self._on_channel:
            return self.said.incomplete
        if self._document is not None:
            return True
        if self._http is not None:
            return any(self._http.unfinished(side) for side in Side)
        return any(map(self._is_unfinished, Side))

    def _is_unfinished(self, side: Side) -> bool:
        """Return whether a side's last bytes in the handshake, or right behind it, may be the beginning of a secret."""
        if self._machine.over(side):
            return self.said.is_cut_off(side)
        return self._machine.unread(side) > 0 and self._may_hold_secret(side)

    def _may_hold_secret(self, side: Side) -> bool:
        """Return whether the message a side is sending may carry a secret: headers, or a refusal."""
        spec = self._machine.spec
        if spec is None:
            return False
        if self._machine.at_tls(side):
            return True  # the tap saw what is inside before the other side's acknowledgement
        messages = spec.transitions.get((side, self._machine.states[side]), {})
        return Headers in messages or (self._name is not None and Refused in messages)

    def _take_steps(self, steps: list[Step]) -> None:
        for step in steps:
            match step.message:
                case Headers():
                    self._hide(step.side, step.message.secret_spans)
                    if step.side is Side.AGENT:
                        self._remember(step.message)
                        self._look_at(step.message.secret)
                case Refused():
                    self._patch_name(step)
                case DecodeError() if not step.data:  # headers that nobody can read may hold a secret all the same
                    kept = min(step.span.start + _KEPT_OF_PARTIAL["frame"], step.span.end)
                    self._hide(step.side, (Span(kept, step.span.end),))
                case Foreign(kind="HTTP") if step.side is Side.AGENT:
                    self._http = HttpExchange(self._take_body)
                    for side in Side:
                        self._take_http(self._http.feed(side, self._machine.take_rest(side)))
                case _:
                    pass

    def _remember(self, headers: Headers) -> None:
        if isinstance(headers.agent_name, Secret):
            self._name = headers.agent_name
        for secret in (headers.secret, self._name):
            if secret is not None and len(secret.value) >= _SEARCHED_SECRET:
                self.said.add(secret.value.encode("utf-8", "surrogatepass"))

    def _look_at(self, secret: Secret | None) -> None:
        """Tell the flaws of an agent's secret, of which its pseudonym keeps the length only."""
        flaws = flaws_of(secret.value) if secret is not None else ()
        last = self._held.last
        if flaws and isinstance(last, Segment):
            self._held.add(FlawsSeen(last.connection, last.when, flaws))

    def _patch_name(self, step: Step) -> None:
        """Hide a secret that was given as the name, where a refusal repeats it."""
        if self._name is None:
            return
        name = re.escape(self._name.value.encode("utf-8", "surrogatepass"))
        for found in re.finditer(name, self._held.raw(step.side, step.span)):
            self._hide(step.side, (Span(step.span.start + found.start(), step.span.start + found.end()),))

    def _take_http(self, steps: list[HttpStep]) -> None:
        for step in steps:
            if isinstance(step.message, DecodeError):
                continue
            self._hide(step.side, step.message.secret_spans)
            if isinstance(step.message, HttpRequest):
                self._look_at(own_headers(step.message.headers).secret)
                if _is_jnlp_file(step.message.url):
                    self._document = []
        if self._http is not None:
            self._switch(self._http)

    def _take_body(self, side: Side, span: Span, data: bytes) -> None:
        if side is Side.CONTROLLER and self._document is not None:
            self._document.append((span, data))

    def _search_document(self, *, whole: bool) -> None:
        """Find the secret in a .jnlp file: its first argument, and whatever else looks like one."""
        if not (whole and self._document):
            return
        text = b"".join(data for _, data in self._document)
        found = find_arguments(text)
        places = [offset for span, _ in self._document for offset in range(span.start, span.end)] if found else []
        patches: dict[int, int] = {}
        for each in found:
            patches.update(zip(places[each.start : each.end], pseudonym_of(text[each.start : each.end]), strict=True))
        self._held.overwrite(Side.CONTROLLER, patches)
        self._document = None

    def _mask_partial(self) -> None:
        for side in Side:
            if self._http is not None:
                size, kept = self._http.unfinished(side), _KEPT_OF_PARTIAL["http"]
            elif self._may_hold_secret(side):
                size, kept = self._machine.unread(side), _KEPT_OF_PARTIAL["frame"]
            else:
                continue
            if size > kept:
                end = self._held.ends[side]
                self._hide(side, (Span(end - size + kept, end),))

    def _hide(self, side: Side, spans: Iterable[Span]) -> None:
        """Replace secrets in what is held, at once: nobody is to find a pseudonym's secret there again."""
        for span in spans:
            self._held.overwrite(side, dict(enumerate(pseudonym_of(self._held.raw(side, span)), span.start)))

    def _release(self) -> None:
        """Pass on what is held."""
        if not self.said.incomplete:
            self.said.release()
            self.at_rest = self._on_channel and not self.said.payloads
        for observation in self._held.take():
            self._forward(observation)


def _is_jnlp_file(url: str) -> bool:
    try:
        return unquote(urlsplit(url).path).rstrip("/").endswith(".jnlp")
    except ValueError:
        return True
