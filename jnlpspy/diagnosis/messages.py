"""What agents and controllers print about connecting, and what it means: the catalogue of messages.toml."""

import pkgutil
import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import Enum
from functools import cache

from jnlpspy.diagnosis.first_bytes import NamedBytes, name_hex
from jnlpspy.diagnosis.recognise import describe_exit, hide_secrets, java_of
from jnlpspy.model.describe import shorten
from jnlpspy.model.findings import Severity

LONGEST_LINE = 4_000
"""Characters of a line that are searched; a message about connecting stands at a line's beginning."""

_LONGEST_VALUE = 200

KINDS = {
    "": ".{1,200}?",
    "rest": ".{1,300}",
    "word": r"\S{1,200}",
    "num": "[0-9]{1,20}",
    "hex": "[0-9A-Fa-f]{2,200}",
    "secret": "[0-9A-Fa-f]{64}",
    "version": "[0-9]{2,3}",
    "exit": "[1-9][0-9]{0,2}",
}
"""What `<name:kind>` stands for in a message's text."""

_WORD = re.compile("[A-Za-z]{4,}")
_PLACE = re.compile(r"(?<!P)<([a-z]+)(?::([a-z]+))?>")


class Says(Enum):
    """How much a message says."""

    CAUSE = "cause"
    """Why it failed."""
    CLUE = "clue"
    """That it failed, which has several causes."""
    SUMMARY = "summary"
    """What lines before it said."""
    DETAIL = "detail"
    """An exception that counts if nothing else of its record says more."""
    NOTE = "note"
    PROGRESS = "progress"
    """As it should be."""


ORDER = tuple(Says)
"""From what says most to what says least."""


class Mark(Enum):
    """What a message tells of the course of things."""

    NONE = ""
    START = "start"
    OFFERED = "offered"
    CONNECTED = "connected"
    CLOSING = "closing"
    ENDED = "ended"


@dataclass(frozen=True, slots=True)
class Message:
    """An entry of the catalogue: a family of messages."""

    text: str
    by: str
    says: Says
    means: str
    rules: tuple[str, ...] = ()
    """The likeliest first."""
    severity: Severity = Severity.ERROR
    bytes: str = ""
    """The value that holds hex of what a peer sent."""
    marks: Mark = Mark.NONE
    heals: tuple[str, ...] = ()
    stalls: int = 0
    since: str = ""
    until: str = ""
    example: str = ""
    pieces: tuple[str, ...] = field(default=(), compare=False)
    """Every line of this family has one of these; none if that cannot be said."""

    @property
    def pattern(self) -> re.Pattern[str]:
        """The text as a regular expression."""
        return _compiled(self.text)


@dataclass(frozen=True, slots=True)
class Match:
    """A message as it was found in a line."""

    message: Message
    line: str
    """The line, without secrets."""
    values: dict[str, str]
    named: tuple[NamedBytes, ...] = ()
    """What the hex in it is: what the peer sent, then what was expected."""

    @property
    def rules(self) -> tuple[str, ...]:
        """The rules pointed to; if a peer's bytes tell which, that one."""
        rule = self.named[0].rule if self.named else ""
        return (rule,) if rule and "stream-corrupted" not in self.message.rules[:1] else self.message.rules

    @property
    def meaning(self) -> str:
        """What it means, with the values found."""
        words = self.message.means.format_map({name: _Value(value) for name, value in self.values.items()})
        if not self.named:
            return words
        got, *expected = self.named
        instead = "".join(f" instead of {each.shown}, {each.words}" for each in expected)
        return f"{words} {got.shown} came{instead}: {got.words}."


class _Value(str):
    """A value found in a line, as a meaning shows it: `{version:java}`, `{code:exit}`."""

    __slots__ = ()

    def __format__(self, how: str) -> str:
        if not how or not self.isdigit():
            return str(self)
        return java_of(int(self)) if how == "java" else describe_exit(int(self))


@cache
def messages() -> Sequence[Message]:
    """Return the catalogue, in the order in which it is searched."""
    data = pkgutil.get_data("jnlpspy.diagnosis", "messages.toml") or b""
    return tuple(map(_read_entry, tomllib.loads(data.decode())["message"]))


def match_line(line: str) -> Match | None:
    """Return the message that a line holds; None if it is not in the catalogue."""
    line = line[:LONGEST_LINE]
    for message in _candidates(line):
        if message.pieces and not any(piece in line for piece in message.pieces):
            continue
        if found := message.pattern.search(line):
            got = found.groupdict()
            values = {name: shorten(hide_secrets(value or ""), _LONGEST_VALUE) for name, value in got.items()}
            named = [name_hex(got[each] or "") for each in (message.bytes, "expected") if each in got]
            return Match(
                message,
                hide_secrets(line).replace("\t", " ").strip(),
                values,
                tuple(each for each in named if each is not None),
            )
    return None


def _candidates(line: str) -> list[Message]:
    """Return the messages whose words a line has, in the order of the catalogue: few of them, for most lines none."""
    index = _index()
    numbers = {number for word in {"", *_WORD.findall(line)} & index.keys() for number in index[word]}
    catalogue = messages()
    return [catalogue[number] for number in sorted(numbers)]


@cache
def _index() -> dict[str, list[int]]:
    """Return the numbers of the messages by a word that each has; "" for those that have none for sure."""
    index: dict[str, list[int]] = {}
    for number, message in enumerate(messages()):
        words = [max(_whole_words(piece), key=len, default="") for piece in message.pieces]
        for word in set(words) if words and all(words) else {""}:
            index.setdefault(word, []).append(number)
    return index


def _whole_words(piece: str) -> Iterator[str]:
    """Yield the words that a line with this piece has as they are; at the piece's edge a word may go on in the line."""
    for found in _WORD.finditer(piece):
        if found.end() < len(piece) and (found.start() or found[0][0].isupper()):
            yield found[0]


def _read_entry(entry: dict[str, object]) -> Message:
    says = Says(entry["says"])
    usual = Severity.INFO if says in (Says.NOTE, Says.PROGRESS) else Severity.ERROR
    rules, heals = entry.get("rules", ()), entry.get("heals", ())
    if not isinstance(rules, list | tuple) or not isinstance(heals, list | tuple):
        raise TypeError(f"messages.toml: {entry['text']}: expected lists of rules, got {rules!r}, {heals!r}")
    text = str(entry["text"])
    return Message(
        text,
        str(entry["by"]),
        says,
        str(entry["means"]),
        tuple(rules),
        Severity(entry.get("severity", usual)),
        str(entry.get("bytes", "")),
        Mark(entry.get("marks", "")),
        tuple(heals),
        int(str(entry.get("stalls", 0))),
        str(entry.get("since", "")),
        str(entry.get("until", "")),
        str(entry.get("example", text)),
        _pieces(text),
    )


@cache
def _compiled(text: str) -> re.Pattern[str]:
    return re.compile(_PLACE.sub(lambda found: f"(?P<{found[1]}>{KINDS[found[2] or '']})", text))


def _pieces(text: str) -> tuple[str, ...]:
    """Return the longest literal piece of each alternative of a regular expression; none if one has no such piece.

    A line must hold one of them: looking for it is many times quicker than the expression is.
    """
    alternatives, depth = [[""]], 0
    for atom in re.findall(r"<[a-z:]+>|\\.|\[[^\]]*\]|\{[0-9,]+\}|\(\?P?[:<]?|.", text):
        pieces = alternatives[-1]
        if atom.startswith("(") or atom == ")":
            depth += 1 if atom != ")" else -1
            pieces.append("")
        elif depth:
            continue
        elif atom == "|":
            alternatives.append([""])
        elif atom == "?" or atom.startswith("{"):
            pieces[-1] = pieces[-1][:-1]
            pieces.append("")
        elif len(atom) == 1 and atom not in ".^$":
            pieces[-1] += atom
        elif atom[0] == "\\" and not atom[1].isalnum():
            pieces[-1] += atom[1]
        else:
            pieces.append("")
    longest = tuple(max(pieces, key=len) for pieces in alternatives)
    return longest if all(map(len, longest)) else ()
