"""All findings of a run in order: one root cause on top, its consequences under it, the same said once."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from jnlpspy.diagnosis import limits
from jnlpspy.diagnosis.order import root_among
from jnlpspy.diagnosis.rule import RuleEntry
from jnlpspy.diagnosis.rules import RULES
from jnlpspy.model.events import Event
from jnlpspy.model.findings import Finding, Severity

_ORDER = tuple(Severity)


@dataclass(slots=True)
class Conclusion:
    """A finding, where it holds, and what follows from it."""

    finding: Finding
    connections: list[int]
    """Where it was found, in order; 0 for what was known before any connection."""
    when: float
    """Of the first time, in seconds since the epoch."""
    seq: int = 0
    """Number of the event that made it certain the first time."""
    evidence: tuple[Event | str, ...] = ()
    """What it rests on, the events themselves as far as they are known."""
    consequences: list["Conclusion"] = field(default_factory=list)


class Verdict:
    """Collects findings; `conclusions` are what they come to.

    `find` returns an event of a connection by its number, while it is known: at the moment of the finding.
    """

    def __init__(
        self,
        find: Callable[[int, int], Event | None] = lambda _connection, _seq: None,
        rules: Mapping[str, RuleEntry] = RULES,
    ) -> None:
        self._find = find
        self._rules = rules
        self._found: dict[tuple[str, str, str | None], Conclusion] = {}
        self.left_out = 0
        """Findings beyond the cap."""

    def observe(self, event: Event) -> None:
        """Take an event; all but findings are passed over."""
        finding = event.fact
        if not isinstance(finding, Finding):
            return
        key = (finding.rule, finding.subject, finding.consequence_of)
        known = self._found.get(key)
        if known is None and len(self._found) >= limits.FINDINGS:
            self.left_out += 1
        elif known is None:
            evidence = tuple(self._evidence(event.connection, finding))
            self._found[key] = Conclusion(finding, [event.connection], event.when, event.seq, evidence)
        else:
            self._add(known, event, finding)

    def _add(self, known: Conclusion, event: Event, finding: Finding) -> None:
        """Note where else a finding holds; what is surer of it than before stands for all."""
        if event.connection not in known.connections[-1:] and len(known.connections) < limits.CONNECTIONS_NAMED:
            known.connections.append(event.connection)
        if finding.confidence > known.finding.confidence:
            known.finding, known.seq = finding, event.seq
            known.evidence = tuple(self._evidence(event.connection, finding))

    def _evidence(self, connection: int, finding: Finding) -> Iterator[Event | str]:
        for each in finding.evidence:
            event = self._find(connection, each) if isinstance(each, int) else each
            yield f"event {each}" if event is None else event

    def finish(self) -> None:
        """Nothing is left to say."""

    def conclusions(self) -> list[Conclusion]:
        """Return the root causes, the worst and surest first, each with its consequences."""
        found = [
            replace(each, connections=sorted(set(each.connections)), consequences=[]) for each in self._found.values()
        ]
        told = [each for each in found if each.finding.consequence_of is None]
        roots: list[Conclusion] = []
        for each in found:
            root = self._root_of(each, told)
            (roots if root is None else root.consequences).append(each)
        return sorted(roots, key=_rank)

    def _root_of(self, conclusion: Conclusion, told: list[Conclusion]) -> Conclusion | None:
        """Return what a conclusion stands under: a root that was told with it, or that became certain only later."""
        roots = [each for each in told if each is not conclusion]
        same = [each for each in roots if set(each.connections) & set(conclusion.connections)]
        name = conclusion.finding.consequence_of
        if name is not None:
            return next((each for each in (*same, *roots) if each.finding.rule == name), None)
        entire = [each for each in same if set(each.connections) >= set(conclusion.connections)]
        explaining = root_among(conclusion.finding, [each.finding for each in entire], self._rules)
        return next((each for each in entire if each.finding is explaining), None)


def worst_of(conclusion: Conclusion) -> Severity:
    """Return the severity of a conclusion or of the worst of its consequences."""
    severities = [conclusion.finding.severity, *map(worst_of, conclusion.consequences)]
    return min(severities, key=_ORDER.index)


def _rank(conclusion: Conclusion) -> tuple[int, float, float]:
    return _ORDER.index(worst_of(conclusion)), -conclusion.finding.confidence, conclusion.when
