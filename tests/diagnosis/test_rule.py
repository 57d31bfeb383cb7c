"""A rule's findings say what its help says unless it knows better."""

from diagnosing import Tale

from jnlpspy.diagnosis.help import RuleHelp
from jnlpspy.diagnosis.rule import Rule, RuleEntry
from jnlpspy.diagnosis.story import Chronicle, Told
from jnlpspy.model.events import Remark
from jnlpspy.model.findings import Severity
from jnlpspy.model.known import NOTHING_KNOWN

TEXT = RuleHelp("odd-cheese", "Odd cheese", "it is odd.", ("a mouse",), ("eat it",), ("agent: cheese",), ("here",))


class OddCheese(Rule):
    severity = Severity.WARNING


def odd_cheese() -> Rule:
    return OddCheese(TEXT, Chronicle().story_of(1), NOTHING_KNOWN)


def test_a_finding_takes_its_words_from_the_help() -> None:
    finding = odd_cheese().finding(evidence=())
    assert (finding.rule, finding.title, finding.severity) == ("odd-cheese", "Odd cheese", Severity.WARNING)
    assert (finding.causes, finding.advice, finding.confidence) == (("a mouse",), ("eat it",), 1.0)


def test_what_a_rule_knows_better_stands_in_their_place() -> None:
    finding = odd_cheese().finding(
        "Odd gouda", evidence=(), causes=["a cat"], advice=["run"], confidence=0.5, severity=Severity.INFO
    )
    assert (finding.title, finding.causes, finding.advice) == ("Odd gouda", ("a cat",), ("run",))
    assert (finding.confidence, finding.severity) == (0.5, Severity.INFO)


def test_evidence_is_events_by_number_and_texts_without_what_is_not_there() -> None:
    (event,) = Tale().fact(Remark("x")).events
    finding = odd_cheese().finding(evidence=(event, None, "a text", Told(event, event.fact)))
    assert finding.evidence == (1, "a text", 1)


def test_a_rule_that_overrides_nothing_finds_nothing() -> None:
    (event,) = Tale().fact(Remark("x")).events
    rule = odd_cheese()
    assert (*rule.observe(event), *rule.finish()) == ()


def test_an_entry_is_known_by_the_name_of_its_help() -> None:
    assert RuleEntry(TEXT, OddCheese).name == "odd-cheese"
