"""A verdict puts the root cause on top, consequences under it, and says once what holds of many connections."""

from diagnosing import a_finding

from jnlpspy.diagnosis.verdict import Conclusion, Verdict
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
