"""A rule's help, read from the docstring of its module."""

import re
from dataclasses import dataclass

HEADINGS = ("What it means", "Usual causes", "What to do", "What is printed", "Where it was seen")
"""The sections of a rule's docstring, in this order; the first is prose, the others are lists with `- `."""


@dataclass(frozen=True, slots=True)
class RuleHelp:
    """What `jnlpspy explain RULE` prints."""

    name: str
    title: str
    """The docstring's first line, without its full stop."""
    meaning: str
    causes: tuple[str, ...]
    """The likeliest first."""
    advice: tuple[str, ...]
    """In the order in which to try."""
    printed: tuple[str, ...]
    """What agent and controller print, each with who prints it: `agent: ...`."""
    seen: tuple[str, ...]


def read_help(name: str, docstring: str) -> RuleHelp:
    """Return the help that a docstring holds.

    Raises:
        ValueError: a section is missing or empty, or comes out of turn.
    """
    title, _, rest = docstring.partition("\n\n")
    pieces = re.split(rf"^({'|'.join(HEADINGS)}):", rest, flags=re.MULTILINE)
    found = dict(zip(pieces[1::2], (piece.strip() for piece in pieces[2::2]), strict=True))
    if tuple(found) != HEADINGS or not all(found.values()):
        raise ValueError(f"{name}: expected the sections {', '.join(HEADINGS)}, got {', '.join(found) or 'none'}")
    meaning, *lists = found.values()
    causes, advice, printed, seen = (
        tuple(map(_joined, re.split(r"^- ", text, flags=re.MULTILINE)[1:])) for text in lists
    )
    return RuleHelp(name, _joined(title).rstrip("."), _joined(meaning), causes, advice, printed, seen)


def _joined(text: str) -> str:
    """Return a text of several lines as one."""
    return " ".join(text.split())
