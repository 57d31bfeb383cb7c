"""A capture's events, one after the other: the shortest way from a file to what was said."""

from collections.abc import Generator, Mapping
from pathlib import Path
from typing import BinaryIO

from jnlpspy.capture.open import open_capture
from jnlpspy.model.events import Event
from jnlpspy.model.secret import Secret
from jnlpspy.pipeline import Pipeline, Sink


def read_events(source: str | Path | BinaryIO, secrets: Mapping[str, Secret | str] | None = None) -> Generator[Event]:
    """Yield the events of a capture, with the secrets in it replaced as `jnlpspy show` does.

    Args:
        source: A file of ours, or any pcap or pcapng; a stream is read to its end, and closed by its owner.
        secrets: Agents' secrets by name; they open what is encrypted with them, and are never in an event.

    Raises:
        CaptureError: It cannot be read, or its content is not a capture.
    """
    known = {name: secret if isinstance(secret, Secret) else Secret(secret) for name, secret in (secrets or {}).items()}
    found = _Found()
    pipeline = Pipeline([found], _raise, known)
    with open_capture(source) as observations:
        for observation in observations:
            pipeline.observe(observation)
            yield from found.take()
    pipeline.finish()
    yield from found.take()


class _Found:
    """Keeps events until they are taken."""

    def __init__(self) -> None:
        self._events: list[Event] = []

    def observe(self, event: Event) -> None:
        self._events.append(event)

    def finish(self) -> None:
        pass

    def take(self) -> list[Event]:
        taken, self._events = self._events, []
        return taken


def _raise(_: Sink, error: Exception) -> None:
    raise error
