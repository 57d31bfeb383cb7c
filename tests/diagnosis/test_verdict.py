"""A verdict puts the root cause on top, consequences under it, and says once what holds of many connections."""

from diagnosing import a_finding

from jnlpspy.diagnosis.verdict import Conclusion, Verdict, worst_of
from jnlpspy.model.events import Event, Remark
from jnlpspy.model.findings import Finding, Severity


def verdict_of(*found: tuple[int, Finding]) -> list[Conclusion]:
    verdict = Verdict()
    for number, (connection, finding) in enumerate(found, start=1):
        verdict.observe(Event(number, connection, float(number), finding))
    verdict.finish()
    return verdict.conclusions()


def rules(conclusions: list[Conclusion]) -> list[str]:
    return [each.finding.rule for each in conclusions]


def test_the_worst_comes_first_then_the_surest_then_the_earliest() -> None:
    told = verdict_of(
        (1, a_finding("note", Severity.INFO)),
        (1, a_finding("guess", confidence=0.4)),
        (1, a_finding("late-warning", Severity.WARNING)),
        (1, a_finding("sure")),
        (2, a_finding("as-sure")),
    )
    assert rules(told) == ["sure", "as-sure", "guess", "late-warning", "note"]


def test_consequences_stand_under_what_explains_them() -> None:
    (root,) = verdict_of((1, a_finding("root")), (1, a_finding("effect", under="root")))
    assert (root.finding.rule, rules(root.consequences)) == ("root", ["effect"])


def test_of_two_roots_of_a_rule_a_consequence_belongs_to_that_of_its_connection() -> None:
    first, second = verdict_of(
        (1, a_finding("root", subject="a1")),
        (2, a_finding("root", subject="a2")),
        (2, a_finding("effect", under="root")),
    )
    assert (rules(first.consequences), rules(second.consequences)) == ([], ["effect"])


def test_a_consequence_on_a_later_connection_stands_under_the_root_of_an_earlier_one() -> None:
    (root,) = verdict_of((1, a_finding("root")), (3, a_finding("effect", under="root")))
    assert rules(root.consequences) == ["effect"]


def test_the_same_of_several_connections_is_one_with_their_numbers() -> None:
    (root,) = verdict_of((3, a_finding("root")), (5, a_finding("root")), (5, a_finding("root")), (7, a_finding("root")))
    assert (root.connections, root.when) == ([3, 5, 7], 1.0)


def test_subjects_are_told_apart() -> None:
    assert len(verdict_of((1, a_finding("root", subject="a1")), (1, a_finding("root", subject="a2")))) == 2


def test_events_that_are_no_findings_are_passed_over() -> None:
    verdict = Verdict()
    verdict.observe(Event(1, 1, 1.0, Remark("x")))
    assert verdict.conclusions() == []


def test_what_became_certain_before_its_cause_still_stands_under_it() -> None:
    (root,) = verdict_of((1, a_finding("abrupt-close")), (1, a_finding("secret-rejected")))
    assert (root.finding.rule, rules(root.consequences)) == ("secret-rejected", ["abrupt-close"])


def test_what_also_happened_where_the_cause_was_not_stands_by_itself() -> None:
    told = verdict_of((1, a_finding("abrupt-close")), (1, a_finding("secret-rejected")), (2, a_finding("abrupt-close")))
    assert rules(told) == ["abrupt-close", "secret-rejected"]


def test_a_harmless_root_of_something_bad_is_as_bad() -> None:
    told = verdict_of(
        (1, a_finding("warned", Severity.WARNING)),
        (2, a_finding("harmless", Severity.INFO)),
        (2, a_finding("bad", under="harmless")),
    )
    assert rules(told) == ["harmless", "warned"]
    assert worst_of(told[0]) is Severity.ERROR


def test_evidence_is_looked_up_when_the_finding_is_told() -> None:
    remark = Event(1, 2, 1.0, Remark("x"))
    verdict = Verdict(lambda connection, seq: remark if (connection, seq) == (2, 1) else None)
    verdict.observe(Event(5, 2, 1.0, a_finding("root")))
    verdict.observe(Event(5, 3, 1.0, a_finding("other")))
    assert [each.evidence for each in verdict.conclusions()] == [(remark,), ("event 1",)]
    assert verdict.conclusions()[0].seq == 5


def test_what_is_surer_on_a_later_connection_stands_for_all() -> None:
    (root,) = verdict_of((3, a_finding("root", confidence=0.7)), (5, a_finding("root", confidence=0.9)))
    assert (root.finding.confidence, root.connections, root.when, root.seq) == (0.9, [3, 5], 1.0, 2)
