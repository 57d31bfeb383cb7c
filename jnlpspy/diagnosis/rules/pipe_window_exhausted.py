"""A pipe's window was used up: its writer had to wait for the reader.

What it means: whoever writes into a pipe may be a mebibyte or so ahead of what the reader has taken. The reader did not
acknowledge for so long that the writer stood still: the path is slow or long, or the reader is.
Usual causes:
- the way between the sides is long or narrow: a window each round trip is all that goes through
- the reader is slow: a full or remote disk, a build log that is stored slowly, a busy processor
- the reader's thread is blocked by something else that came over the channel
What to do:
- measure both: a copy of a big file between the machines without Jenkins, and the disk of the side that reads
- let big files take another way (an artifact store near the agent) instead of the channel
- take thread dumps of the reading side while a writer waits
What is printed:
- both: nothing; archiving, stashing and logs are slow
Where it was seen:
- seen in captures only; remoting's `PipeWindow` is described in its sources
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.describe_events import count_bytes, describe_duration
from jnlpspy.model.events import Event, PipeClosed, PipeStalled
from jnlpspy.model.findings import Finding, Severity
from jnlpspy.model.session import PipeEnd

LONG = 5.0
"""Seconds at a stretch that are no hiccup any more."""

SHARE = 0.5
"""Of a pipe's life: from here on it spends more time waiting than writing."""


class PipeWindowExhausted(Rule):
    """Watches for writers that wait."""

    severity = Severity.WARNING
    watches = (PipeStalled, PipeClosed)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield the finding once a writer has waited long, or most of the time."""
        match event.fact:
            case PipeStalled(pipe=pipe, duration=duration) if duration >= LONG:
                yield self.finding(
                    f"The writer of pipe {pipe} waits for {describe_duration(duration)}: nobody takes what it sent",
                    evidence=(event,),
                    subject=pipe,
                )
            case PipeClosed() as pipe if pipe.stalled >= LONG and pipe.stalled >= SHARE * pipe.duration:
                rate = count_bytes(round(pipe.bytes / pipe.duration)) if pipe.duration else "no byte"
                yield self.finding(
                    f"The {pipe.writer.value} stood still for {describe_duration(pipe.stalled)} of"
                    f" {describe_duration(pipe.duration)} while it wrote into pipe {pipe.pipe}",
                    evidence=(f"{rate} a second went through", event),
                    subject=pipe.pipe,
                    severity=Severity.ERROR if pipe.how is PipeEnd.CUT and pipe.in_flight else None,
                )
            case _:
                pass
