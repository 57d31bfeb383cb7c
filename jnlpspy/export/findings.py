"""What all findings come to, as objects for machines."""

from collections.abc import Callable, Iterator

from jnlpspy.diagnosis.runs import Runs
from jnlpspy.diagnosis.verdict import Conclusion, Verdict
from jnlpspy.export.jsonl import Json, event_to_json
from jnlpspy.model.events import Event

Record = dict[str, Json]


class VerdictRecords:
    """Writes at the end all findings as objects: a root, then its consequences."""

    def __init__(self, verdict: Verdict, write: Callable[[Record], None], runs: Runs) -> None:
        self._verdict = verdict
        self._write = write
        self._runs = runs

    def observe(self, event: Event) -> None:
        """Take an event."""
        self._verdict.observe(event)

    def finish(self) -> None:
        """Write the findings."""
        for conclusion in self._verdict.conclusions():
            for record in self._records(conclusion):
                self._write(record)

    def _records(self, conclusion: Conclusion) -> Iterator[Record]:
        places: dict[str, list[int]] = {}
        for each in conclusion.connections:
            number, name = self._runs.connection(each)
            places.setdefault(name, []).append(number)
        seq = self._runs.event(conclusion.seq)[0]
        evidence: list[Json] = [
            self._runs.event(each)[0] if isinstance(each, int) else each for each in conclusion.finding.evidence
        ]
        for place, (name, numbers) in enumerate(places.items()):
            record = event_to_json(Event(seq, numbers[0], conclusion.when, conclusion.finding))
            told = [] if place else evidence
            yield {**record, "evidence": told, "capture": name or None, "connections": [*numbers]}
        for consequence in conclusion.consequences:
            yield from self._records(consequence)
