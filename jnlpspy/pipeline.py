"""Observations to sinks: secrets out, decode, hand each event to every sink; a sink that fails harms no other."""

from collections.abc import Callable, Iterable, Mapping
from typing import Protocol

from jnlpspy.decoder import Decoder
from jnlpspy.model.events import Event, Fact
from jnlpspy.model.secret import NO_SECRETS, Secret
from jnlpspy.model.tap import Observation
from jnlpspy.redaction import Redactor
from jnlpspy.remoting.purposes import WELL_KNOWN, Purposes


class Sink(Protocol):
    """Whatever consumes events."""

    def observe(self, event: Event) -> None:
        """Take an event."""

    def finish(self) -> None:
        """Say what is left: no event will follow."""


Judge = Callable[[Callable[[Event], None]], Sink]
"""Makes a sink that concludes from events what it hands on as further events."""


class Pipeline:
    """Feeds observations through the decoder to sinks.

    Secrets are replaced first, also in a capture that holds them, so that no sink can show one. What a judge concludes
    from an event reaches the sinks right behind it.
    """

    def __init__(
        self,
        sinks: Iterable[Sink],
        on_failure: Callable[[Sink, Exception], None],
        secrets: Mapping[str, Secret] = NO_SECRETS,
        purposes: Purposes = WELL_KNOWN,
        *,
        judge: Judge | None = None,
    ) -> None:
        self._sinks = list(sinks)
        self._judge = None if judge is None else judge(self._hand_to_sinks)
        self._on_failure = on_failure
        self._decoder = Decoder(secrets, purposes)
        self._redactor = Redactor(self._decode)

    def observe(self, observation: Observation) -> None:
        """Take an observation."""
        self._redactor.observe(observation)

    def tell(self, when: float, fact: Fact) -> None:
        """Take a fact that no connection told: what was read or looked up before the first one."""
        self._hand_out([self._decoder.tell(when, fact)])

    def end_capture(self) -> None:
        """Decode what is left of a capture; another may follow."""
        self._redactor.finish()
        self._hand_out(self._decoder.finish())

    def finish(self) -> None:
        """Decode what is left and let the sinks finish."""
        self.end_capture()
        if self._judge is not None:
            self._try(self._judge, self._judge.finish)
        for sink in self._sinks:
            self._try(sink, sink.finish)

    def _decode(self, observation: Observation) -> None:
        events = self._decoder.feed(observation)
        if events:
            self._hand_out(events)

    def _hand_out(self, events: list[Event]) -> None:
        if self._judge is None:
            self._hand_to_sinks(*events)
            return
        for event in events:
            self._hand_to_sinks(event)
            if self._judge is not None:
                try:
                    self._judge.observe(event)
                except Exception as error:  # noqa: BLE001 - a sink's bug must not take the others with it
                    self._drop(self._judge, error)

    def _hand_to_sinks(self, *events: Event) -> None:
        for event in events:
            for sink in self._sinks:
                try:
                    sink.observe(event)
                except Exception as error:  # noqa: BLE001 - as above
                    self._drop(sink, error)

    def _try(self, sink: Sink, finish: Callable[[], None]) -> None:
        try:
            finish()
        except Exception as error:  # noqa: BLE001 - as above
            self._drop(sink, error)

    def _drop(self, sink: Sink, error: Exception) -> None:
        self._sinks = [each for each in self._sinks if each is not sink]  # another list: the old one is being gone over
        if sink is self._judge:
            self._judge = None
        self._on_failure(sink, error)
