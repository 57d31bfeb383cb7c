"""Reads logs of agents and controllers: what each known record means, and what all of it comes to."""

import re
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime

from jnlpspy.diagnosis import limits
from jnlpspy.diagnosis.log_records import LogRecord, read_records
from jnlpspy.diagnosis.messages import ORDER, Mark, Match, Says, match_line
from jnlpspy.diagnosis.rule import RuleEntry
from jnlpspy.diagnosis.rules import RULES
from jnlpspy.model.findings import Severity

CLOSING_RECORDS = 10
"""Records after an orderly close in which the end of the channel is told once more."""

NEAR = 300
"""Seconds between two logs' lines about the same thing, at most."""

_SEVERITIES = tuple(Severity)

_ABOUT_AGENTS = re.compile("remoting|JNLP|[Jj]nlp|[Cc]hannel|[Aa]gent|WebSocket|connection (?:to|from)|hudson[.]slaves")
"""What a record says somewhere if Java's own words in it are about an agent: plugins connect to much else."""


@dataclass(slots=True)
class Sighting:
    """A message of the catalogue as it stands in a log, with what its neighbours make of it."""

    number: int
    """Of the record's first line, from 1."""
    when: datetime | None
    match: Match
    says: Says
    severity: Severity
    rules: tuple[str, ...]
    """The likeliest first."""
    log: str = ""
    added: str = ""
    """What its neighbours add to its meaning."""

    @property
    def meaning(self) -> str:
        """What it means here."""
        return f"{self.match.meaning} {self.added}".rstrip()


@dataclass(slots=True)
class LogConclusion:
    """What lines of a log come to: a root, or what follows from one."""

    first: Sighting
    attempt: int
    """The last in which it stood."""
    last: Sighting
    standing: bool = False
    """True if it came while the channel stood: what ended that is not undone by coming back."""
    count: int = 1
    consequences: list["LogConclusion"] = field(default_factory=list)

    @property
    def rule(self) -> str:
        """The likeliest rule; "" if none is pointed to."""
        return self.first.rules[0] if self.first.rules else ""

    @property
    def certain(self) -> bool:
        """False if the text has several causes; `first.rules` are they."""
        return self.first.says is Says.CAUSE


class LogReading:
    """Takes logs one after the other; `conclusions` are what they come to.

    In a controller's log Java's own words count where something beside them is about an agent, unless `about_agents`
    says that all is.
    """

    def __init__(self, rules: Mapping[str, RuleEntry] = RULES, *, about_agents: bool = False) -> None:
        self.records = 0
        self.unknown = 0
        """Records that the catalogue does not know."""
        self.left_out = 0
        """Conclusions beyond the cap."""
        self._rules = rules
        self._about_agents = about_agents
        self._found: dict[tuple[object, ...], LogConclusion] = {}
        self._attempt = 0
        self._is_agents = False
        self._connected = False
        self._pending: list[LogConclusion] = []
        self._offered: datetime | None = None
        self._closing = 0
        self._logs: list[str] = []

    def read(self, lines: Iterable[str], log: str = "") -> Generator[Sighting, None, None]:
        """Yield what a log's known lines mean, each as soon as its record is whole."""
        self._logs.append(log)
        try:
            for record in read_records(lines):
                yield from self._read_record(record, log)
        finally:  # whoever stops in between wants to know what it came to so far
            self._conclude()
            self._is_agents = self._connected = False

    def _read_record(self, record: LogRecord, log: str) -> list[Sighting]:
        self.records += 1
        sightings = [replace(each, log=log) for each in self._judge(record)]
        self.unknown += not sightings
        self._closing -= self._closing > 0
        for sighting in sightings:
            self._take(sighting)
        for sighting in sightings:
            self._mark(sighting)
        return sightings

    def conclusions(self) -> list[LogConclusion]:
        """Return the roots, the worst and latest first, each with its consequences."""
        roots = sorted(self._found.values(), key=lambda each: (each.attempt, each.first.number))
        under: dict[int, LogConclusion] = {}
        for each in roots:
            cause = next((other for other in roots if other is not each and self._explains(other, each)), None)
            if cause is not None and id(cause) not in under:
                under[id(each)] = cause
                cause.consequences.append(each)
        return sorted((each for each in roots if id(each) not in under), key=self._rank)

    def _judge(self, record: LogRecord) -> list[Sighting]:
        """Return what a record's lines are; an exception counts only where the message says nothing."""
        matches: dict[str, Match] = {}
        for line in record.lines:
            found = match_line(line)
            if found is not None:
                matches.setdefault(found.message.text, found)
        told = any(each.rules and each.message.says in (Says.CAUSE, Says.CLUE, Says.NOTE) for each in matches.values())
        seen: list[Sighting] = []
        for match in sorted(matches.values(), key=lambda each: ORDER.index(each.message.says)):
            again = match.rules and any(match.rules[0] == each.rules[0] for each in seen if each.rules)
            if not again and not (told and match.message.says is Says.DETAIL):
                seen.append(self._see(record, match))
        return seen

    def _see(self, record: LogRecord, match: Match) -> Sighting:
        message = match.message
        rules = self._decided(match.rules)
        sighting = Sighting(record.number, record.when, match, message.says, message.severity, rules)
        if message.stalls and self._offered is not None and record.when is not None:
            waited = (record.when - self._offered).total_seconds()
            if waited >= message.stalls and not any(each.certain for each in self._pending):
                sighting.says, sighting.rules = Says.CAUSE, ("handshake-stalled",)
                sighting.added = (
                    f"It came {waited:.0f} s after the offer: nothing answered until a time limit ended it."
                )
        if message.by == "java" and not (self._about_agents or self._is_agents or _is_about_agents(record)):
            sighting.severity = Severity.INFO
            sighting.added = "Nothing beside it says that it is about an agent."
        if self._closing and sighting.says in (Says.CLUE, Says.DETAIL):
            sighting.severity = Severity.INFO
            sighting.added = "The lines before it say that the channel was closed in order, so this is no failure."
        return sighting

    def _decided(self, rules: tuple[str, ...]) -> tuple[str, ...]:
        """Return the rules pointed to; if a line before it says which of them, that one first."""
        told = [
            each.rule
            for each in self._pending
            if each.rule in rules[1:]
            and each.first.says in (Says.CAUSE, Says.NOTE)
            and each.first.severity is not Severity.INFO
        ]
        return (told[-1], *(each for each in rules if each != told[-1])) if told else rules

    def _take(self, sighting: Sighting) -> None:
        """Keep a sighting for the end of the attempt; the same again is counted."""
        if not sighting.rules or sighting.says is Says.PROGRESS:
            return
        for each in self._pending:
            if each.first.match.message is sighting.match.message and _key(each.first) == _key(sighting):
                each.last, each.count = sighting, each.count + 1
                return
        if len(self._pending) < limits.EVENTS_OF_A_KIND:
            self._pending.append(LogConclusion(replace(sighting), self._attempt, sighting, self._connected))
        else:
            self._conclude()

    def _mark(self, sighting: Sighting) -> None:
        """Take note of the course of things."""
        message = sighting.match.message
        if message.heals:
            self._heal(message.heals)
        match message.marks:
            case Mark.START:
                self._conclude()
                self._is_agents, self._connected = True, False
            case Mark.OFFERED:
                self._offered = sighting.when
            case Mark.CONNECTED:
                self._closing, self._connected = 0, True
            case Mark.CLOSING:
                self._closing = CLOSING_RECORDS
            case Mark.ENDED:
                self._connected = False
            case Mark.NONE:
                pass

    def _heal(self, rules: tuple[str, ...]) -> None:
        """Make what came to nothing worth knowing only: it went on all the same."""
        for each in self._pending:
            if not each.standing and (rules == ("*",) or each.rule in rules):
                each.first.severity = Severity.INFO
                each.first.added = each.first.added or "It went on all the same."
        if rules == ("*",):
            self._conclude()

    def _conclude(self) -> None:
        """End an attempt: find its roots and put under them what only follows."""
        roots: list[LogConclusion] = []
        for each in sorted(self._pending, key=lambda each: ORDER.index(each.first.says)):
            root = next((root for root in roots if self._follows(each, root)), None)
            if root is None:
                roots.append(each)
            else:
                root.consequences.append(each)
        for each in roots:
            self._keep(each)
        self._pending = []
        self._offered = None
        self._closing = 0
        self._attempt += 1

    def _follows(self, each: LogConclusion, root: LogConclusion) -> bool:
        """True if a conclusion only follows from another of the same attempt."""
        agents = {each.first.match.values.get("agent"), root.first.match.values.get("agent")} - {None}
        if len(agents) > 1:
            return False
        if each.first.says is Says.CAUSE or root.first.severity is Severity.INFO:
            return self._names(root, each)
        if each.first.says is Says.NOTE and each.first.match.message.marks is not Mark.ENDED:
            return False
        same = bool({root.rule} & {*each.first.rules}) or self._names(root, each)
        return same or (self._is_agents and root.first.number <= each.first.number)

    def _names(self, root: LogConclusion, each: LogConclusion) -> bool:
        entry = self._rules.get(root.rule)
        return entry is not None and each.rule in entry.rule.explains and each.first.severity is not Severity.INFO

    def _explains(self, cause: LogConclusion, each: LogConclusion) -> bool:
        """True if a root of an earlier attempt, or of another log, is what is behind another one."""
        if cause.first.severity is Severity.INFO or each.first.severity is Severity.INFO:
            return False
        if cause.certain and not each.certain and cause.rule in each.first.rules:
            return _is_near(cause, each)
        entry = self._rules.get(cause.rule)
        later = entry is not None and each.rule in entry.rule.explains_later
        return later and cause.first.log == each.first.log and cause.first.number < each.first.number

    def _keep(self, found: LogConclusion) -> None:
        key = _key(found.first)
        known = self._found.get(key)
        if known is not None:
            known.last, known.attempt, known.count = found.last, found.attempt, known.count + found.count
        elif len(self._found) < limits.CONCLUSIONS:
            self._found[key] = found
        else:
            self.left_out += 1

    def _rank(self, each: LogConclusion) -> tuple[int, int, int, int, int]:
        first = each.first
        log = self._logs.index(first.log)
        return _SEVERITIES.index(first.severity), ORDER.index(first.says), log, -each.attempt, first.number


def _is_about_agents(record: LogRecord) -> bool:
    return any(_ABOUT_AGENTS.search(line) for line in record.lines)


def _key(sighting: Sighting) -> tuple[object, ...]:
    """Return what makes two sightings the same thing said again."""
    values = sighting.match.values
    return sighting.log, sighting.rules, sighting.severity, values.get("agent"), values.get("url")


def _is_near(one: LogConclusion, other: LogConclusion) -> bool:
    """True if two conclusions are about the same time, as far as times are known."""
    if one.first.when is None or other.first.when is None or one.last.when is None or other.last.when is None:
        return True
    gap = max((other.first.when - one.last.when).total_seconds(), (one.first.when - other.last.when).total_seconds())
    return gap <= NEAR
