"""The bytes a terminal sends, to keys and pasted text; garbage gives no key, and nothing grows without end."""

from dataclasses import dataclass
from enum import Enum
from typing import Final

LONGEST_SEQUENCE: Final = 32
"""Bytes of an escape sequence: no key's is as long."""

LONGEST_PASTE: Final = 4096
"""Bytes of pasted text that are kept."""

_ESCAPE: Final = 0x1B
_PASTE_BEGINS: Final = b"\x1b[200~"
_PASTE_ENDS: Final = b"\x1b[201~"


class Key(Enum):
    """Keys that are no characters."""

    UP = "up"
    DOWN = "down"
    LEFT = "left"
    RIGHT = "right"
    PAGE_UP = "page up"
    PAGE_DOWN = "page down"
    HOME = "home"
    END = "end"
    ENTER = "enter"
    ESCAPE = "escape"
    TAB = "tab"
    BACKSPACE = "backspace"
    DELETE = "delete"
    ERASE_WORD = "erase word"
    ERASE_LINE = "erase line"
    REDRAW = "redraw"
    SUSPEND = "suspend"


@dataclass(frozen=True, slots=True)
class Paste:
    """Text that was pasted, which commands nothing."""

    text: str


Stroke = Key | str | Paste
"""A key, a character, or a pasted text."""

_SEQUENCES: Final = {
    **{
        f"\x1b{middle}{letter}".encode(): key
        for middle in "[O"
        for letter, key in (
            ("A", Key.UP),
            ("B", Key.DOWN),
            ("C", Key.RIGHT),
            ("D", Key.LEFT),
            ("H", Key.HOME),
            ("F", Key.END),
        )
    },
    b"\x1bOM": Key.ENTER,
    b"\x1b[1~": Key.HOME,
    b"\x1b[7~": Key.HOME,
    b"\x1b[4~": Key.END,
    b"\x1b[8~": Key.END,
    b"\x1b[3~": Key.DELETE,
    b"\x1b[5~": Key.PAGE_UP,
    b"\x1b[6~": Key.PAGE_DOWN,
}

_CONTROLS: Final = {
    0x01: Key.HOME,
    0x02: Key.PAGE_UP,
    0x04: Key.PAGE_DOWN,
    0x05: Key.END,
    0x06: Key.PAGE_DOWN,
    0x08: Key.BACKSPACE,
    0x09: Key.TAB,
    0x0A: Key.ENTER,
    0x0C: Key.REDRAW,
    0x0D: Key.ENTER,
    0x0E: Key.DOWN,
    0x10: Key.UP,
    0x15: Key.ERASE_LINE,
    0x17: Key.ERASE_WORD,
    0x1A: Key.SUSPEND,
    0x7F: Key.BACKSPACE,
}


class KeyReader:
    """Takes bytes as they come; a sequence may come in pieces."""

    def __init__(self) -> None:
        self._left = b""
        self._paste: bytearray | None = None

    @property
    def waits(self) -> bool:
        """True if what came may be the start of a sequence, or the key Escape."""
        return bool(self._left)

    def feed(self, data: bytes) -> list[Stroke]:
        """Return the keys that are complete."""
        self._left += data
        strokes: list[Stroke] = []
        while self._left:
            taken = self._take_paste(strokes) if self._paste is not None else self._take(strokes)
            if not taken:
                break
            self._left = self._left[taken:]
        return strokes

    def settle(self) -> list[Stroke]:
        """Return what the start of a sequence is if nothing follows it: the key Escape, or nothing."""
        strokes: list[Stroke] = [Key.ESCAPE] if self._left == b"\x1b" else []
        self._left = b""
        return strokes

    def _take(self, strokes: list[Stroke]) -> int:
        """Take one key off the front; return its length, 0 if it is not complete."""
        first = self._left[0]
        if first == _ESCAPE:
            return self._take_sequence(strokes)
        if first in _CONTROLS:
            strokes.append(_CONTROLS[first])
            return 1
        if first < 0x20:
            return 1
        return self._take_character(strokes)

    def _take_character(self, strokes: list[Stroke]) -> int:
        length = _utf8_length(self._left[0])
        if any(not 0x80 <= byte <= 0xBF for byte in self._left[1:length]):
            return 1
        if len(self._left) < length:
            return 0
        try:
            character = self._left[:length].decode("utf-8")
        except UnicodeDecodeError:
            return 1
        if character.isprintable():
            strokes.append(character)
        return length

    def _take_sequence(self, strokes: list[Stroke]) -> int:
        length = _sequence_length(self._left)
        if length == 0:
            return 0
        sequence = self._left[:length]
        if sequence == _PASTE_BEGINS:
            self._paste = bytearray()
        elif sequence == b"\x1b":  # and then another one: the key, pressed twice or before a sequence
            strokes.append(Key.ESCAPE)
        elif (key := _SEQUENCES.get(sequence)) is not None:
            strokes.append(key)
        return length

    def _take_paste(self, strokes: list[Stroke]) -> int:
        """Take pasted bytes up to the mark of their end, or all but what may be its beginning."""
        assert self._paste is not None  # noqa: S101 - asked for where there is one
        end = self._left.find(_PASTE_ENDS)
        taken = end if end >= 0 else max(0, len(self._left) - len(_PASTE_ENDS) + 1)
        self._paste += self._left[: min(taken, LONGEST_PASTE - len(self._paste))]
        if end < 0:
            return taken
        strokes.append(Paste(bytes(self._paste).decode("utf-8", "replace")))
        self._paste = None
        return end + len(_PASTE_ENDS)


def _sequence_length(data: bytes) -> int:
    """Return the length of the escape sequence at the front; 0 if more must come."""
    if len(data) == 1:
        return 0
    if data[1] == _ESCAPE:
        return 1
    if data[1] not in b"[O":
        return 2  # Alt and a key
    if data[1:2] == b"O":
        return 3 if len(data) > 2 else 0
    for index in range(2, min(len(data), LONGEST_SEQUENCE)):
        if 0x40 <= data[index] <= 0x7E:
            return index + 1
        if not 0x20 <= data[index] <= 0x3F:
            return index  # no sequence: what stands here is read for itself
    return LONGEST_SEQUENCE if len(data) >= LONGEST_SEQUENCE else 0


def _utf8_length(first: int) -> int:
    if not 0xC0 <= first < 0xF8:
        return 1
    return 2 if first < 0xE0 else 3 if first < 0xF0 else 4
