"""Findings come once, when they are certain, and say what explains them."""

from dataclasses import replace

from diagnosing import Tale, diagnose

from jnlpspy.diagnosis.engine import DiagnosisSink
from jnlpspy.diagnosis.rule import Rule, RuleEntry
from jnlpspy.diagnosis.rules import RULES
from jnlpspy.model.events import Event, ProtocolOffered, Remark
from jnlpspy.model.findings import Finding, Severity

TEXT = RULES["secret-rejected"].text


class Remarked(Rule):
    watches = (Remark,)
    explains = ("late",)
    explains_later = ("offered",)

    def observe(self, event: Event) -> list[Finding]:
        return [self.finding("remarked", evidence=[event])]


class Offered(Rule):
    watches = (ProtocolOffered,)
    explains = ("late",)

    def observe(self, event: Event) -> list[Finding]:
        return [self.finding("offered", evidence=[event, "a text", None])]


class Late(Rule):
    def finish(self) -> list[Finding]:
        return [self.finding("late", evidence=[])]


class Concluded(Rule):
    """Says at the end of the run how many connections there were."""

    def conclude(self) -> list[Finding]:
        return [self.finding(f"{len(list(self.story.chronicle))} connections", evidence=[])]


def entries(**rules: type[Rule]) -> dict[str, RuleEntry]:
    return {name: RuleEntry(replace(TEXT, name=name), rule) for name, rule in rules.items()}


def said(tale: Tale) -> list[tuple[int, str, str | None]]:
    told: list[Event] = []
    sink = DiagnosisSink(told.append, rules=entries(late=Late, offered=Offered, remarked=Remarked))
    for event in tale.events:
        sink.observe(event)
    sink.finish()
    return [
        (event.connection, event.fact.rule, event.fact.consequence_of)
        for event in told
        if isinstance(event.fact, Finding)
    ]


def test_a_finding_says_what_explains_it_on_its_connection() -> None:
    tale = Tale().opened().agent(ProtocolOffered("x")).closed()
    assert said(tale) == [(1, "offered", None), (1, "late", "offered")]


def test_a_cause_on_an_earlier_connection_of_the_agent_explains_what_it_may() -> None:
    tale = Tale().opened(1).fact(Remark("x")).closed().opened(2).agent(ProtocolOffered("x")).closed()
    assert said(tale) == [
        (1, "remarked", None),
        (1, "late", "remarked"),
        (2, "offered", "remarked"),
        (2, "late", "remarked"),
    ]


def test_a_cause_of_another_agent_explains_nothing() -> None:
    tale = Tale().opened(1).fact(Remark("x")).closed()
    tale.opened(2, agent="10.0.0.6").agent(ProtocolOffered("x")).closed()
    assert (2, "offered", None) in said(tale)


def test_the_same_is_said_of_a_connection_once() -> None:
    tale = Tale().opened().fact(Remark("x"), Remark("y")).closed()
    assert said(tale).count((1, "remarked", None)) == 1


def test_what_is_not_closed_is_judged_at_the_end() -> None:
    assert said(Tale().opened()) == [(1, "late", None)]


def test_a_healthy_connection_gives_nothing() -> None:
    assert diagnose(Tale().opened().agent(ProtocolOffered("JNLP4-connect"))) == []


class Broken(Rule):
    watches = (Remark,)

    def observe(self, event: Event) -> list[Finding]:
        raise ZeroDivisionError(event.connection)


class BrokenAtTheEnd(Rule):
    def finish(self) -> list[Finding]:
        raise ZeroDivisionError


def test_a_rule_that_fails_is_told_once_and_the_others_go_on() -> None:
    told: list[Event] = []
    failures: list[str] = []
    rules = entries(broken=Broken, broken_at_the_end=BrokenAtTheEnd, remarked=Remarked)
    sink = DiagnosisSink(told.append, rules=rules, on_failure=lambda name, _error: failures.append(name))
    for event in Tale().opened(1).fact(Remark("x"), Remark("y")).closed().opened(2).fact(Remark("x")).closed().events:
        sink.observe(event)
    sink.finish()
    assert failures == ["broken", "broken_at_the_end"]
    assert [event.connection for event in told] == [1, 2]


def test_a_finding_that_comes_back_is_not_judged() -> None:
    told: list[Event] = []
    sink = DiagnosisSink(told.append, rules=entries(late=Late))
    sink.observe(Event(1, 1, 1.0, Finding("x", Severity.INFO, "x", (), (), (), 1.0)))
    sink.finish()
    assert told == []


def test_rules_are_made_when_what_they_watch_comes() -> None:
    made: list[int] = []

    class Counted(Offered):
        def __init__(self, *given: object) -> None:
            super().__init__(*given)  # type: ignore[arg-type] # passed on as they come
            made.append(self.story.connection)

    sink = DiagnosisSink(lambda _event: None, rules=entries(counted=Counted))
    tale = Tale().opened(1).fact(Remark("x")).closed().opened(2).agent(ProtocolOffered("x"), ProtocolOffered("y"))
    for event in tale.events:
        sink.observe(event)
    assert made == [2]


def test_events_are_found_again_by_their_numbers() -> None:
    tale = Tale().opened(1).fact(Remark("x")).closed().opened(2).fact(Remark("y"))
    sink = DiagnosisSink(lambda _event: None, rules={})
    for event in tale.events:
        sink.observe(event)
    assert sink.find(2, 5) == tale.events[4]
    assert sink.find(2, 2) == tale.events[1]
    assert sink.find(9, 99) is None


def test_the_end_of_the_run_is_judged_once_for_each_connection_also_those_that_were_over() -> None:
    told: list[Event] = []
    sink = DiagnosisSink(told.append, rules=entries(concluded=Concluded))
    for event in Tale().opened(1).closed().opened(2).events:
        sink.observe(event)
    assert told == []
    sink.finish()
    titles = [(event.connection, event.fact.title) for event in told if isinstance(event.fact, Finding)]
    assert titles == [(1, "2 connections"), (2, "2 connections")]
