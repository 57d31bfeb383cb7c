"""Observations to the events that are the browser's rows, findings among them: the same rows for every reader."""

from collections.abc import Callable, Mapping

from jnlpspy.decoder import Decoder
from jnlpspy.diagnosis.engine import DiagnosisSink
from jnlpspy.model.events import Event
from jnlpspy.model.known import Known
from jnlpspy.model.secret import NO_SECRETS, Secret
from jnlpspy.model.tap import Observation
from jnlpspy.redaction import Redactor
from jnlpspy.remoting.purposes import WELL_KNOWN, Purposes


class Decoding:
    """Hands on every event, and behind it what the rules find; `also` gets the observations, with secrets replaced."""

    def __init__(
        self,
        take: Callable[[Event], None],
        secrets: Mapping[str, Secret] = NO_SECRETS,
        purposes: Purposes = WELL_KNOWN,
        *,
        also: Callable[[Observation], None] | None = None,
        on_failure: Callable[[str, Exception], None] = lambda _rule, _error: None,
    ) -> None:
        self._take = take
        self._also = also
        self._decoder = Decoder(secrets, purposes)
        self.judge = DiagnosisSink(take, Known(secrets=secrets), on_failure=on_failure)
        self._redactor = Redactor(self._decode)

    def observe(self, observation: Observation) -> None:
        """Take an observation."""
        self._redactor.observe(observation)

    def finish(self) -> None:
        """Decode and judge what is left."""
        self._redactor.finish()
        self._hand_out(self._decoder.finish())
        self.judge.finish()

    def _decode(self, observation: Observation) -> None:
        if self._also is not None:
            self._also(observation)
        self._hand_out(self._decoder.feed(observation))

    def _hand_out(self, events: list[Event]) -> None:
        for event in events:
            self._take(event)
            self.judge.observe(event)
