"""Where secrets stand: in a stream whose chunk heads may cut them in two, and in a .jnlp file."""

import re
from collections.abc import Iterator
from typing import Final

from jnlpspy.model.span import Span

_PREFIX: Final = 8
"""Bytes at one end of a secret that must agree before the channel's bytes are looked at closely."""

CHUNK_HEAD: Final = 2
"""Bytes that may stand inside a secret on the channel: the head of a chunk."""

_SECOND_AT: Final = (1, 1 + CHUNK_HEAD)
"""How far behind a secret's first byte its second one stands."""

_ARGUMENT = re.compile(rb"<argument>\s*([^<]*?)\s*</argument>")
_HEX_ARGUMENT = re.compile(rb"<argument>\s*([0-9a-fA-F]{64})\s*</argument>")


def find_arguments(document: bytes) -> list[Span]:
    """Return where a .jnlp file's secrets stand: its first argument, and whatever else looks like one."""
    found = list(_HEX_ARGUMENT.finditer(document))
    first = _ARGUMENT.search(document)
    if first is not None and first[1] and all(each.start() != first.start() for each in found):
        found.append(first)
    return [Span(*each.span(1)) for each in found]


def find_secret(data: bytes, secret: bytes) -> Iterator[list[int]]:
    """Yield where a secret's bytes stand; the head of a chunk may stand between them, so both ends count."""
    for part, behind in ((secret[:_PREFIX], 0), (secret[-_PREFIX:], len(secret) - _PREFIX + CHUNK_HEAD)):
        found = data.find(part)
        while found >= 0:
            places = _match(data, found - behind, secret) if found >= behind else []
            if places and not (behind and data.startswith(secret[:_PREFIX], places[0])):  # else found before
                yield places
            # Behind a match, not inside it: of a secret like `aaaa` any long run of it would be full.
            found = data.find(part, max(found, places[-1] if places else 0) + 1)


class Marks:
    """What tells at a glance that no secret stands in bytes: so it is with nearly all."""

    def __init__(self) -> None:
        self._marks: list[tuple[bytes, bytes, frozenset[int], bytes]] = []
        """Of each secret its first half, its second half, every byte in it, and itself."""

    def add(self, secret: bytes) -> None:
        """Look for another secret, too."""
        half = len(secret) // 2  # a chunk's head stands in one half at most; long bytes are found faster
        self._marks.append((secret[:half], secret[-half:], frozenset(secret), secret))

    def stand_in(self, data: bytes) -> bool:
        """Return whether a half of a secret stands in the bytes, as of each one that is there."""
        return any(data.find(first) >= 0 or data.find(second) >= 0 for first, second, _, _ in self._marks)

    def absent_from(self, data: bytes) -> bool:
        """Return whether no secret stands in the bytes, nor begins at their end."""
        for first_half, second_half, each_byte, secret in self._marks:
            if data.find(first_half) >= 0 or data.find(second_half) >= 0:  # `in` first takes them for a number
                return False
            # Of bytes that end inside a secret one of the last belongs to it: behind it stands a chunk's head at most.
            near_end = data[-CHUNK_HEAD - 1 :]
            if not each_byte.isdisjoint(near_end) and is_cut_off(data[-len(secret) - CHUNK_HEAD :], secret):
                return False
        return True


def _match(data: bytes, start: int, secret: bytes) -> list[int]:
    """Return where a secret's bytes stand from `start` on, perhaps with the head of a chunk inside; [] if nowhere."""
    if data.startswith(secret, start):
        return list(range(start, start + len(secret)))
    end = start + len(secret) + CHUNK_HEAD
    if data[end - 1 : end] != secret[-1:]:
        return []
    common = _common_length(data[start : start + len(secret)], secret)
    behind = start + common + CHUNK_HEAD
    if not common or not data.startswith(secret[common:], behind):
        return []
    return [*range(start, start + common), *range(behind, end)]


def is_cut_off(tail: bytes, secret: bytes) -> bool:
    """Return whether bytes end inside a secret, with the head of a chunk inside at most once."""
    return _start_of_cut_off(tail, secret) >= 0


def find_cut_off(tail: bytes, secret: bytes) -> list[int]:
    """Return where the first bytes of a secret stand that bytes end inside; [] if they are too few to tell."""
    start = _start_of_cut_off(tail, secret)
    if start < 0:
        return []
    common = _common_length(tail[start:], secret)
    places = [*range(start, start + common), *range(start + common + CHUNK_HEAD, len(tail))]
    if tail.endswith(secret[: len(places)]):  # what looks like the head of a chunk is none
        places = list(range(len(tail) - len(places), len(tail)))
    return places if len(places) >= _PREFIX else []


def _start_of_cut_off(tail: bytes, secret: bytes) -> int:
    first, second = secret[:1], secret[1]
    plain, behind_head = _SECOND_AT
    telling = len(tail) - behind_head  # from there on the second byte may not have come
    start = tail.find(first)
    while start >= 0:
        # Nearly always it is the first byte, and not the second behind it.
        if start >= telling or tail[start + plain] == second or tail[start + behind_head] == second:
            rest = tail[start:]
            common = _common_length(rest, secret)
            cut_off = common < len(secret) and secret.startswith(rest[:common] + rest[common + CHUNK_HEAD :])
            if cut_off and not _match(tail, start, secret):
                return start
        start = tail.find(first, start + 1)
    return -1


def _common_length(data: bytes, secret: bytes) -> int:
    end = min(len(data), len(secret))
    for index in range(end):
        if data[index] != secret[index]:
            return index
    return end
