"""What an agent's name really is: which known name it nearly is, and what is wrong with its text."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

KUBERNETES_LIMIT = 63
"""Characters at which Kubernetes cuts a pod's name."""

FARTHEST = 2
"""Edits between names that still may be a slip."""

_SUFFIX = re.compile(r"-[a-z0-9]{5}")
"""What the kubernetes-plugin puts behind a template's name."""

_UNREPLACED = re.compile(r"\$\{?\w|<[^>]*>|%\w+%|\{\{")


@dataclass(frozen=True, slots=True)
class NearName:
    """A known name that a name nearly is."""

    name: str
    difference: str
    """As in `it ...`."""


def nearest_name(name: str, names: Iterable[str]) -> NearName | None:
    """Return the known name that is nearest to one that is not known, and the difference; None if none is near."""
    others = [other for other in names if other != name]
    for like, difference in _LIKE:
        for other in others:
            if like(name, other):
                return NearName(other, difference)
    for other in others:
        if difference := _cut(name, other):
            return NearName(other, difference)
    slips = [other for other in others if _without_digits(name) != _without_digits(other)]
    edits, nearest = min(((distance(name, other), other) for other in slips), default=(FARTHEST + 1, ""))
    if edits > min(FARTHEST, len(nearest) // 3):
        return None
    return NearName(nearest, f"differs in {edits} character{'' if edits == 1 else 's'}")


def name_flaws(name: str) -> tuple[str, ...]:
    """Return what is wrong with a name by itself, as in `the name ...`."""
    return tuple(_name_flaws(name))


def distance(one: str, other: str) -> int:
    """Return how many insertions, deletions, replacements and swaps of neighbours lie between two texts."""
    if abs(len(one) - len(other)) > FARTHEST:
        return FARTHEST + 1
    before: list[int] = []
    row = list(range(len(other) + 1))
    for i, left in enumerate(one, 1):
        current = [i]
        for j, right in enumerate(other, 1):
            cost = min(row[j] + 1, current[j - 1] + 1, row[j - 1] + (left != right))
            if i > 1 and j > 1 and left == other[j - 2] and one[i - 2] == right:
                cost = min(cost, before[j - 2] + 1)
            current.append(cost)
        before, row = row, current
    return row[-1]


def repaired(text: str) -> str | None:
    """Return a text whose UTF-8 bytes were read as Latin-1 or Windows-1252, as it was meant; None if it is not so."""
    for encoding in ("latin-1", "cp1252"):
        try:
            meant = text.encode(encoding).decode("utf-8")
        except UnicodeError:
            continue
        if meant != text:
            return meant
    return None


def _name_flaws(name: str) -> Iterator[str]:
    bare = name.strip().strip("\ufeff")
    if not bare:
        yield "is empty"
        return
    if name.strip("\ufeff") != name:
        yield "begins with a byte order mark"
    if "\n" in name or "\r" in name:
        yield "has a line break in it"
    elif name.strip() != name:
        yield "has spaces around it"
    if bare[0] == bare[-1] and bare[0] in "\"'`" and len(bare) > 1:
        yield "stands in quotes"
    if _UNREPLACED.search(bare):
        yield "is a placeholder that nobody replaced"
    if meant := repaired(bare):
        yield f"is garbled: the UTF-8 of {meant!r} was read as another encoding"
    if any(unicodedata.category(each) in ("Cc", "Cf") for each in bare):
        yield "has characters in it that do not show"


def _cut(name: str, other: str) -> str:
    """Return how a name is a part of a known one; "" if it is not."""
    if len(name) > 1 and other.startswith(name):
        rest = other.removeprefix(name)
        if _SUFFIX.fullmatch(rest):
            return f"lacks the ending {rest!r} that the pod has"
        if len(name) == KUBERNETES_LIMIT:
            return f"is cut off at {KUBERNETES_LIMIT} characters, as Kubernetes does"
    if len(other) > 1 and name.startswith(other) and _SUFFIX.fullmatch(name.removeprefix(other)):
        return f"has the ending {name.removeprefix(other)!r} of a pod, which the agent on the controller has not"
    return ""


def _without_digits(text: str) -> str:
    """Return a name without its number: `agent-3` is another than `agent-1`, and no slip of it."""
    return re.sub(r"[0-9]+", "", text)


def _folded(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def _same_but_case(one: str, other: str) -> bool:
    return one.casefold() == other.casefold()


def _same_but_form(one: str, other: str) -> bool:
    return _folded(one) == _folded(other)


def _same_but_spaces(one: str, other: str) -> bool:
    return "".join(one.split()) == "".join(other.split())


def _same_but_separators(one: str, other: str) -> bool:
    return re.sub(r"[\s_.-]", "", one).casefold() == re.sub(r"[\s_.-]", "", other).casefold()


def _same_but_encoding(one: str, other: str) -> bool:
    return _folded(repaired(one) or one) == _folded(repaired(other) or other)


_LIKE = (
    (_same_but_case, "differs in capital letters only"),
    (_same_but_form, "looks the same and is composed of other Unicode characters (NFC and NFD)"),
    (_same_but_spaces, "differs in spaces only"),
    (_same_but_encoding, "is garbled: its UTF-8 was read as another encoding"),
    (_same_but_separators, "differs in separators only"),
)
"""The likeliest slips first."""
