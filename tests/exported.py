"""What formats make of specimens; run as a script it writes the goldens, to be read before they are committed."""

import io
import os
import re
import sys
import time
from collections.abc import Iterable
from pathlib import Path

from specimens import FOLDER, observations_of

from jnlpspy.diagnosis.engine import DiagnosisSink
from jnlpspy.diagnosis.verdict import Verdict
from jnlpspy.export import find_formats
from jnlpspy.export.format import EventSink, Export
from jnlpspy.model.events import Event
from jnlpspy.model.tap import Observation, Opened, Segment
from jnlpspy.pipeline import Pipeline

GOLDEN = FOLDER.parent / "tests/export/golden"

PAIRS = [
    ("3.33-JNLP4-connect-wrong-secret", "mermaid"),
    ("3.33-JNLP4-connect-wrong-secret", "text"),
    ("3.33-JNLP4-connect-basic", "mermaid"),
    ("3.33-JNLP4-connect-workload", "mermaid"),
    ("3.33-JNLP4-connect-kill-controller-midcall", "text"),
    ("raw-http-get", "mermaid"),
    ("raw-http-get", "text"),
]
"""Specimens, and what they are exported to."""


def golden_of(name: str, form: str) -> Path:
    return GOLDEN / f"{name}{find_formats()[form].suffix}"


def with_secret(observations: Iterable[Observation], secret: bytes) -> list[Observation]:
    """Return a session of JNLP4-plaintext as `--keep-secrets` records it: with a secret in its headers."""
    kept: list[Observation] = []
    for each in observations:
        match each:
            case Segment():
                data = re.sub(rb'(Secret-Key": *")[0-9a-f]{64}', rb"\g<1>" + secret, each.data)
                kept.append(Segment(each.connection, each.when, each.sender, data))
            case Opened():
                kept.append(Opened(each.connection, each.when, each.agent, each.controller))
            case _:
                kept.append(each)
    return kept


def exported(name: str, form: str, observations: Iterable[Observation] | None = None) -> str:
    """Return what `jnlpspy export` writes of a specimen, or of other observations in its place."""
    judges: list[DiagnosisSink] = []

    def find(connection: int, seq: int) -> Event | None:
        return judges[0].find(connection, seq)

    export = Export(io.StringIO(), f"{name}.pcapng", Verdict(find))
    export.runs.begin(export.capture, 0, 0)
    found = find_formats()[form]

    def judge(hand_on: object) -> DiagnosisSink:
        assert callable(hand_on)
        judges.append(DiagnosisSink(hand_on))
        return judges[0]

    pipeline = Pipeline([found.open(export)], _raise, judge=judge if found.judged else None)
    for observation in observations or observations_of(name):
        pipeline.observe(observation)
    pipeline.finish()
    return written(export)


def written_of(events: Iterable[Event], form: str, export: Export) -> str:
    """Return what a format writes of events."""
    sink = find_formats()[form].open(export)
    for event in events:
        sink.observe(event)
    sink.finish()
    return written(export)


def written(export: Export) -> str:
    assert isinstance(export.file, io.StringIO)
    return export.file.getvalue()


def _raise(_: EventSink, error: Exception) -> None:
    raise error


def main() -> None:
    os.environ["TZ"] = "UTC"
    time.tzset()
    for name, form in PAIRS:
        golden_of(name, form).write_text(exported(name, form), "utf-8")
        sys.stdout.write(f"{golden_of(name, form)}: read it\n")


if __name__ == "__main__":
    main()
