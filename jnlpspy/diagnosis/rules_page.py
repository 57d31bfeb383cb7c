"""Writes docs/rules.md from the rules' docstrings."""

from collections.abc import Iterable, Iterator, Mapping

from jnlpspy.diagnosis.rule import RuleEntry

_INTRODUCTION = """\
# Rules

Made from the rules' own docstrings by `make docs`; do not edit. `jnlpspy explain RULE` prints the same.

An error is an agent that cannot connect, or that lost its connection or its work; a warning is something that works,
and not well or not for long; an info is worth knowing. A rule may say less of a single case than its severity here.
"""


def format_page(rules: Mapping[str, RuleEntry]) -> str:
    """Return the page: an index of all rules, then each with its help."""
    index = ["| rule | severity | what it says |", "| --- | --- | --- |"]
    index += [
        f"| [`{name}`](#{name}) | {entry.rule.severity.value} | {_cell(entry.text.title)} |"
        for name, entry in rules.items()
    ]
    sections = ["\n".join(_section(name, entry)) for name, entry in rules.items()]
    return "\n".join([_INTRODUCTION, *index, "", "\n\n".join(sections), ""])


def _section(name: str, entry: RuleEntry) -> Iterator[str]:
    text = entry.text
    yield f"## {name}"
    yield ""
    yield f"**{text.title}** ({entry.rule.severity.value})."
    yield ""
    yield f"{text.meaning[:1].upper()}{text.meaning[1:]}"
    yield from _list("Usual causes, the likeliest first", text.causes)
    yield from _list("What to do", text.advice)
    yield from _list("What is printed", text.printed)
    yield from _list("Where it was seen", text.seen)


def _list(heading: str, lines: Iterable[str]) -> Iterator[str]:
    yield ""
    yield f"{heading}:"
    yield ""
    for line in lines:
        yield f"- {line}"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")
