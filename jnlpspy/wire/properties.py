"""java.util.Properties texts, as JNLP2 and JNLP3 carry their headers."""

import re
from collections.abc import Iterator

_ENTRY = re.compile(r"[ \t\f]*((?:\\.|[^\\ \t\f=:\r\n])*)[ \t\f]*[=:]?[ \t\f]*((?:\\(?:\r\n|.)|[^\\\r\n])*)", re.DOTALL)
_ESCAPE = re.compile(r"\\(?:u([0-9a-fA-F]{4})|(\r\n|[\r\n])[ \t\f]*|(.))", re.DOTALL)
_LETTERS = {"t": "\t", "n": "\n", "r": "\r", "f": "\f"}


def parse_properties(text: str) -> Iterator[tuple[str, str, int, int]]:
    """Yield key, value, and where the value stands in the text as encoded (java.util.Properties.load)."""
    position = 0
    while position < len(text):
        if text[position] in " \t\f\r\n":
            position += 1
        elif text[position] in "#!":
            position = _end_of_line(text, position)
        else:
            entry = _ENTRY.match(text, position)
            if entry is None or entry.end() == position:
                position += 1
                continue
            yield _unescape(entry[1]), _unescape(entry[2]), entry.start(2), entry.end(2)
            position = entry.end()


def format_properties(properties: dict[str, str], comment: str) -> str:
    """Return the text that Properties.store writes, with this comment as its first line."""
    lines = [f"#{comment}"]
    lines += [f"{_escape(key, in_key=True)}={_escape(value, in_key=False)}" for key, value in properties.items()]
    return "\n".join(lines) + "\n"


def _end_of_line(text: str, position: int) -> int:
    end = re.compile(r"[\r\n]").search(text, position)
    return len(text) if end is None else end.end()


def _unescape(text: str) -> str:
    def plain(match: re.Match[str]) -> str:
        code, line_end, letter = match.groups()
        if code is not None:
            return chr(int(code, 16))
        return "" if line_end is not None else _LETTERS.get(letter, letter)

    unescaped = _ESCAPE.sub(plain, text)
    return unescaped.encode("utf-16-be", "surrogatepass").decode("utf-16-be", "surrogatepass")  # joins surrogates


def _escape(text: str, *, in_key: bool) -> str:
    def escaped(position: int, letter: str) -> str:
        if letter == " " and (in_key or position == 0):
            return "\\ "
        if letter in "=:#!\\":
            return "\\" + letter
        for name, control in _LETTERS.items():
            if letter == control:
                return "\\" + name
        if " " <= letter <= "~":
            return letter
        units = letter.encode("utf-16-be", "surrogatepass")
        return "".join(f"\\u{units[i]:02X}{units[i + 1]:02X}" for i in range(0, len(units), 2))

    return "".join(escaped(position, letter) for position, letter in enumerate(text))
