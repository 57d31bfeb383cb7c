"""Runs the rules over events: a rule set for each connection, and findings as soon as they are certain."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace

from jnlpspy.diagnosis.rule import Rule, RuleEntry
from jnlpspy.diagnosis.rules import RULES
from jnlpspy.diagnosis.story import Chronicle, Story
from jnlpspy.model.events import ConnectionClosed, Event
from jnlpspy.model.findings import Finding
from jnlpspy.model.known import NOTHING_KNOWN, Known


class DiagnosisSink:
    """Takes events and hands on what rules conclude from them, each as an event with a finding.

    What another finding explains says so in `consequence_of`. The same rule says one thing of one subject once.
    """

    def __init__(
        self,
        hand_on: Callable[[Event], None],
        known: Known = NOTHING_KNOWN,
        rules: Mapping[str, RuleEntry] = RULES,
    ) -> None:
        self._hand_on = hand_on
        self._known = known
        self._rules = rules
        self._chronicle = Chronicle()
        self._sets: dict[int, RuleSet] = {}

    def observe(self, event: Event) -> None:
        """Take an event."""
        rules = self._sets.get(event.connection)
        if rules is None:
            story = self._chronicle.story_of(event.connection)
            rules = self._sets[event.connection] = RuleSet(story, self._known, self._rules)
        rules.story.add(event)
        self._tell(event, rules.story, rules.observe(event))
        if isinstance(event.fact, ConnectionClosed):
            self._close(event, self._sets.pop(event.connection))

    def finish(self) -> None:
        """Conclude what the end of the run makes certain."""
        for rules in list(self._sets.values()):
            last = rules.story.last_event
            if last is not None:
                self._close(last, rules)
        self._sets.clear()

    def _close(self, event: Event, rules: "RuleSet") -> None:
        self._tell(event, rules.story, rules.finish())
        self._chronicle.close(rules.story.connection)

    def _tell(self, event: Event, story: Story, findings: Iterable[Finding]) -> None:
        for finding in findings:
            if any(each.rule == finding.rule and each.subject == finding.subject for each in story.findings):
                continue
            root = self._root_of(finding, story)
            said = replace(finding, consequence_of=root)
            story.findings.append(said)
            self._hand_on(Event(event.seq, event.connection, event.when, said))

    def _root_of(self, finding: Finding, story: Story) -> str | None:
        """Return the rule of what explains a finding: said of this connection, or of an earlier one of the agent."""
        for each in story.findings:
            if finding.rule in self._rules[each.rule].rule.explains:
                return each.consequence_of or each.rule
        for earlier in self._chronicle.before(story):
            for each in earlier.findings:
                if finding.rule in self._rules[each.rule].rule.explains_later:
                    return each.consequence_of or each.rule
        return None


class RuleSet:
    """One of every rule, for one connection."""

    def __init__(self, story: Story, known: Known, rules: Mapping[str, RuleEntry]) -> None:
        self.story = story
        self._rules = [entry.rule(entry.text, story, known) for entry in rules.values()]
        self._watching: dict[type, list[Rule]] = {}
        for rule in self._rules:
            for kind in rule.watches:
                self._watching.setdefault(kind, []).append(rule)

    def observe(self, event: Event) -> Iterator[Finding]:
        """Yield what an event makes certain."""
        for rule in self._watching.get(type(event.fact), ()):
            yield from rule.observe(event)

    def finish(self) -> list[Finding]:
        """Return what the end makes certain, what explains others first."""
        found = [(rule, finding) for rule in self._rules for finding in rule.finish()]
        explained = [name for rule, _ in found for name in type(rule).explains]
        return [finding for _, finding in sorted(found, key=lambda each: explained.count(each[1].rule))]
