"""Any capture as one of ours: what a tap on the wire saw becomes the decrypted interface, secrets become pseudonyms."""

from collections.abc import Callable
from dataclasses import replace

from jnlpspy.capture.recorder import Recorder
from jnlpspy.model.tap import Observation, Segment, Tap, Tick
from jnlpspy.redaction import Redactor


class Rerecorder:
    """Takes a capture's observations and gives blocks of a pcapng to `write`."""

    def __init__(
        self, write: Callable[[bytes], object], *, application: str = "jnlpspy", connection: int | None = None
    ) -> None:
        """With a number of a connection only this one is recorded."""
        self._connection = connection
        self._recorder = Recorder(write, application=application, secrets_kept=False)
        self._redactor = Redactor(self._recorder.observe)

    def observe(self, observation: Observation) -> None:
        """Record an observation, now or as soon as no secret in it can be incomplete."""
        if isinstance(observation, Tick) or self._connection not in (None, observation.connection):
            return
        if isinstance(observation, Segment) and observation.tap is Tap.WIRE:
            observation = replace(observation, tap=Tap.DECRYPTED)
        self._redactor.observe(observation)

    def finish(self) -> None:
        """Record what is still held back."""
        self._redactor.finish()
