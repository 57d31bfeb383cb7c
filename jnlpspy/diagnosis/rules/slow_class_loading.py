"""Loading classes over the channel took long: many small questions over a slow path.

What it means: the agent asks the controller for the code it runs, class by class, and waits each time. Where a question
takes a tenth of a second to cross the network and back, thousands of them take minutes.
Usual causes:
- the way between agent and controller is long (another continent, a VPN): every class costs a round trip
- the agent's jar cache is empty at each start, as in a fresh container
- the controller answers slowly: load, a slow disk under its plugins
What to do:
- keep the agent's jar cache between starts: `-workDir` on a volume that lasts
- run agents near the controller, or the controller near its agents
- let an agent live for several builds, where a fresh one for each loads everything again
What is printed:
- both: nothing; the first build on a fresh agent is slow
Where it was seen:
- jenkinsci/remoting#721 (JENKINS-72226), jenkinsci/remoting#10, jenkinsci/remoting#61
"""

from collections.abc import Iterator

from jnlpspy.diagnosis.rule import Rule
from jnlpspy.model.describe_events import count, describe_duration
from jnlpspy.model.events import ClassLoaded, Event
from jnlpspy.model.findings import Finding, Severity

CALLS = 50
TOTAL = 10.0
"""Seconds that anybody would notice."""
EACH = 0.05
"""Seconds: within a data centre a question takes a hundredth of that, so this is distance or load."""


class SlowClassLoading(Rule):
    """Adds up how long loading took."""

    severity = Severity.WARNING
    watches = (ClassLoaded,)

    def __init__(self, *given: object) -> None:
        super().__init__(*given)  # type: ignore[arg-type] # passed on as they come
        self._call = ""
        self._calls = 0
        self._classes = 0
        self._total = 0.0
        self._fastest = float("inf")
        self._slowest: tuple[float, Event | None] = (0.0, None)

    def observe(self, event: Event) -> tuple[Finding, ...]:
        """Count a class; those that came with one answer count its duration once."""
        fact = event.fact
        if isinstance(fact, ClassLoaded):
            self._classes += 1
            if fact.call != self._call:
                self._call = fact.call
                self._calls += 1
                self._total += fact.duration
                self._fastest = min(self._fastest, fact.duration)
                if fact.duration > self._slowest[0]:
                    self._slowest = (fact.duration, event)
        return ()

    def finish(self) -> Iterator[Finding]:
        """Yield the finding if it took long."""
        if self._calls >= CALLS and self._total >= TOTAL and self._total / self._calls >= EACH:
            mean = describe_duration(self._total / self._calls)
            yield self.finding(
                f"Loading {self._classes:,} classes took {describe_duration(self._total)}:"
                f" {count(self._calls, 'question')} of {mean} each",
                evidence=(
                    f"the fastest took {describe_duration(self._fastest)}: no round trip is longer than that",
                    self._slowest[1],
                ),
                causes=self.help.causes if self._fastest >= EACH else [self.help.causes[2], *self.help.causes[:2]],
                confidence=0.9,
            )
