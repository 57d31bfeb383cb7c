"""What is the matter, for readers of a report: each finding with its evidence, causes, cures and consequences."""

from collections.abc import Iterator, Sequence

from jnlpspy.diagnosis.runs import Runs
from jnlpspy.diagnosis.verdict import Conclusion
from jnlpspy.export.format import Export
from jnlpspy.export.html.cells import clock, day_and_time, session_link, with_code
from jnlpspy.export.html.markup import NOTHING, Markup, element, join
from jnlpspy.export.html.rows import LONGEST
from jnlpspy.model.describe import shorten
from jnlpspy.model.describe_events import count, describe_fact
from jnlpspy.view.findings import NAMED_CONNECTIONS, confidence_in_words
from jnlpspy.view.rows import KINDS

MOST = 100
"""Findings that are shown; the worst come first."""


def draw_findings(export: Export, conclusions: Sequence[Conclusion]) -> Iterator[Markup]:
    """Yield the section of findings."""
    if not conclusions:
        yield element("p", "No findings.", id="findings", class_="quiet none")
        return
    yield Markup('<section id="findings" aria-labelledby="findings-title">')
    yield element("h2", "Findings", id="findings-title")
    for conclusion in conclusions[:MOST]:
        yield _finding(conclusion, export.runs)
    left_out = len(conclusions) - MOST + export.verdict.left_out if len(conclusions) > MOST else export.verdict.left_out
    if left_out:
        yield element(
            "p", f"{count(left_out, 'more finding')} left out. All of them: jnlpspy diagnose CAPTURE", class_="note"
        )
    yield Markup("</section>\n")


def _finding(conclusion: Conclusion, runs: Runs) -> Markup:
    finding = conclusion.finding
    severity = finding.severity.value
    heading = element("h3", element("span", severity, class_="badge"), " ", shorten(finding.title, LONGEST))
    place = element("p", *_place(conclusion), class_="quiet")
    return element(
        "article",
        heading,
        place,
        _list("Evidence", "ul", _evidence(conclusion, runs)),
        element(
            "div",
            _list("Usual causes, the likeliest first", "ol", [with_code(each) for each in finding.causes]),
            _list("What to do", "ol", [with_code(each) for each in finding.advice], kind="cure"),
            class_="columns",
        ),
        _list("What follows from it", "ul", list(_consequences(conclusion))),
        class_=f"card finding {severity}",
    )


def _place(conclusion: Conclusion) -> Iterator[str]:
    yield element("code", conclusion.finding.rule)
    yield f" · {confidence_in_words(conclusion.finding.confidence)}"
    numbers = [each for each in conclusion.connections if each]
    if not numbers:
        yield " · in what was given"
        return
    yield " · session " if len(numbers) == 1 else " · sessions "
    for place, each in enumerate(numbers[:NAMED_CONNECTIONS]):
        yield join([", " if place else "", session_link(each)])
    if len(numbers) > NAMED_CONNECTIONS:
        yield f" and {len(numbers) - NAMED_CONNECTIONS:,} more"
    yield f" · {'first ' if len(numbers) > 1 else ''}at {day_and_time(conclusion.when)}"


def _evidence(conclusion: Conclusion, runs: Runs) -> list[str]:
    told: list[str] = []
    for each in conclusion.evidence:
        if isinstance(each, str):
            told.append(shorten(each, LONGEST))
            continue
        who = f"{each.side.value} " if each.side is not None else ""
        place = element("span", f"event {runs.event(each.seq)[0]}, {clock(each.when)} ", class_="quiet")
        told.append(join([place, element("b", f"{who}{KINDS[type(each.fact)].word}: "), describe_fact(each.fact)]))
    return told


def _consequences(conclusion: Conclusion) -> Iterator[Markup]:
    for each in conclusion.consequences:
        yield join([shorten(each.finding.title, LONGEST), " ", element("code", each.finding.rule)])
        yield from _consequences(each)


def _list(title: str, kind_of_list: str, items: Sequence[str], kind: str | None = None) -> Markup:
    if not items:
        return NOTHING
    return element(
        "div", element("h4", title), element(kind_of_list, *(element("li", each) for each in items)), class_=kind
    )
