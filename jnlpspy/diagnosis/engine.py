"""Runs the rules over events: a rule set for each connection, and findings as soon as they are certain."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace

from jnlpspy.diagnosis import limits
from jnlpspy.diagnosis.order import root_among, roots_first
from jnlpspy.diagnosis.rule import Rule, RuleEntry
from jnlpspy.diagnosis.rules import RULES
from jnlpspy.diagnosis.story import Chronicle, Story
from jnlpspy.model.events import ConnectionClosed, Event
from jnlpspy.model.findings import Finding
from jnlpspy.model.known import NOTHING_KNOWN, Known

Failed = Callable[[str, Exception], None]
"""Told the name of a rule that raised, and what."""


def _raise(_rule: str, error: Exception) -> None:
    raise error


class DiagnosisSink:
    """Takes events and hands on what rules conclude from them, each as an event with a finding.

    What another finding explains says so in `consequence_of`. The same rule says one thing of one subject once. A rule
    that raises is told to `on_failure` once and says no more of its connection; the others go on.
    """

    def __init__(
        self,
        hand_on: Callable[[Event], None],
        known: Known = NOTHING_KNOWN,
        rules: Mapping[str, RuleEntry] = RULES,
        on_failure: Failed = _raise,
    ) -> None:
        self._hand_on = hand_on
        self._known = known
        self._rules = rules
        self._chronicle = Chronicle()
        self._sets: dict[int, RuleSet] = {}
        self._on_failure = on_failure
        self._failed: set[str] = set()
        self._watching: dict[type, tuple[str, ...]] = {}
        self._later: dict[str, set[str]] = {}
        """By the name of a rule, those whose findings explain its on later connections."""
        for name, entry in rules.items():
            for kind in entry.rule.watches:
                self._watching[kind] = (*self._watching.get(kind, ()), name)
            for explained in entry.rule.explains_later:
                self._later.setdefault(explained, set()).add(name)

    def observe(self, event: Event) -> None:
        """Take an event; findings are passed over."""
        if isinstance(event.fact, Finding):
            return
        rules = self._sets.get(event.connection)
        if rules is None:
            rules = self._open(event.connection)
        rules.story.add(event)
        names = self._watching.get(type(event.fact))
        if names is not None:
            self._tell(event, rules.story, rules.observe(event, names))
        if type(event.fact) is ConnectionClosed:
            self._close(event, self._sets.pop(event.connection))

    def finish(self) -> None:
        """Conclude what the end of the run makes certain."""
        for rules in list(self._sets.values()):
            self._end(rules)
        self._sets.clear()
        for story in self._chronicle:
            if story.last_event is not None:
                rules = RuleSet(story, self._known, self._rules, self._report)
                self._tell(story.last_event, story, rules.conclude())

    def find(self, connection: int, seq: int) -> Event | None:
        """Return an event by its number if it is still known: of this connection, or else of any."""
        story = self._chronicle.find(connection)
        found = story.find(seq) if story is not None else None
        return found or next((each for story in self._chronicle if (each := story.find(seq))), None)

    def _open(self, connection: int) -> "RuleSet":
        if len(self._sets) >= limits.OPEN:
            self._end(self._sets.pop(next(iter(self._sets))))
        rules = RuleSet(self._chronicle.story_of(connection), self._known, self._rules, self._report)
        self._sets[connection] = rules
        return rules

    def _end(self, rules: "RuleSet") -> None:
        if rules.story.last_event is not None:
            self._close(rules.story.last_event, rules)

    def _close(self, event: Event, rules: "RuleSet") -> None:
        self._tell(event, rules.story, rules.finish())
        self._chronicle.close(rules.story.connection)

    def _report(self, name: str, error: Exception) -> None:
        if name not in self._failed:
            self._failed.add(name)
            self._on_failure(name, error)

    def _tell(self, event: Event, story: Story, findings: Iterable[Finding]) -> None:
        for finding in roots_first(list(findings), self._rules):
            if any(each.rule == finding.rule and each.subject == finding.subject for each in story.findings):
                continue
            said = replace(finding, consequence_of=self._root_of(finding, story))
            story.findings.append(said)
            self._hand_on(Event(event.seq, event.connection, event.when, said))

    def _root_of(self, finding: Finding, story: Story) -> str | None:
        """Return the rule of what explains a finding: said of this connection, or of an earlier one of the agent."""
        root = root_among(finding, story.findings, self._rules)
        later = self._later.get(finding.rule)
        if root is None and later is not None:
            earlier = (each for before in self._chronicle.before(story) for each in before.findings)
            root = next((each for each in earlier if each.rule in later), None)
        return None if root is None else root.consequence_of or root.rule


class RuleSet:
    """The rules of one connection, each made when the first fact comes that it watches, or else at the end."""

    def __init__(self, story: Story, known: Known, entries: Mapping[str, RuleEntry], on_failure: Failed) -> None:
        self.story = story
        self._known = known
        self._entries = entries
        self._on_failure = on_failure
        self._rules: dict[str, Rule] = {}
        self._failed: set[str] = set()

    def observe(self, event: Event, names: tuple[str, ...]) -> list[Finding]:
        """Return what an event makes certain for the rules of these names."""
        found: list[Finding] = []
        for name in names:
            if name not in self._failed:
                self._ask(name, found, lambda rule: rule.observe(event))
        return found

    def finish(self) -> list[Finding]:
        """Return what the end makes certain."""
        found: list[Finding] = []
        for name, entry in self._entries.items():
            if entry.rule.finish is not Rule.finish and name not in self._failed:
                self._ask(name, found, lambda rule: rule.finish())
        return found

    def conclude(self) -> list[Finding]:
        """Return what the end of the run makes certain."""
        found: list[Finding] = []
        for name, entry in self._entries.items():
            if entry.rule.conclude is not Rule.conclude:
                self._ask(name, found, lambda rule: rule.conclude())
        return found

    def _ask(self, name: str, found: list[Finding], ask: Callable[[Rule], Iterable[Finding]]) -> None:
        """Add what a rule says when asked."""
        try:
            rule = self._rules.get(name)
            if rule is None:
                entry = self._entries[name]
                rule = self._rules[name] = entry.rule(entry.text, self.story, self._known)
            found.extend(ask(rule))
        except Exception as error:  # noqa: BLE001 - a rule's bug must not take the others with it
            self._failed.add(name)
            self._on_failure(name, error)
