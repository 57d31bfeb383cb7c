"""All findings of a run in order: one root cause on top, its consequences under it, the same said once."""

from dataclasses import dataclass, field

from jnlpspy.diagnosis import limits
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
    consequences: list["Conclusion"] = field(default_factory=list)


class Verdict:
    """Collects findings; `conclusions` are what they come to."""

    def __init__(self) -> None:
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
            self._found[key] = Conclusion(finding, [event.connection], event.when)
        elif event.connection not in known.connections:
            known.connections.append(event.connection)

    def finish(self) -> None:
        """Nothing is left to say."""

    def conclusions(self) -> list[Conclusion]:
        """Return the root causes, the worst and surest first, each with its consequences."""
        roots = [each for each in self._found.values() if each.finding.consequence_of is None]
        for each in self._found.values():
            if each.finding.consequence_of is not None:
                under = [root for root in roots if root.finding.rule == each.finding.consequence_of]
                same = [root for root in under if set(root.connections) & set(each.connections)]
                for root in (same or under)[:1]:
                    root.consequences.append(each)
        return sorted(roots, key=_rank)


def _rank(conclusion: Conclusion) -> tuple[int, float, float]:
    finding = conclusion.finding
    return _ORDER.index(finding.severity), -finding.confidence, conclusion.when
