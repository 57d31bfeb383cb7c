"""What can be wrong with the text of an agent's secret; it tells nothing of the secret itself."""

import re
from collections.abc import Iterator
from enum import Enum

BYTE_ORDER_MARK = "\ufeff"

_QUOTES = "\"'`"
_PLACEHOLDER = re.compile(r"\$\{?\w|<[^<>]*>|%\w+%|\{\{|[xX*.…]{4,}|(?i:secret|changeme|password)")


class SecretFlaw(Enum):
    """A flaw, as in `the secret ...`."""

    EMPTY = "is empty"
    BYTE_ORDER_MARK = "begins with a byte order mark"
    LINE_BREAK = "has a line break behind it"
    LINE_BREAK_INSIDE = "has a line break inside"
    SPACES = "has spaces around it"
    QUOTES = "stands in quotes"
    PLACEHOLDER = "is a placeholder that nobody replaced"
    FILE = "is the name of a file that was not read"
    NOT_HEX = "has characters that are no hex digits"
    CAPITALS = "is in capital letters"


def bare_secret(text: str) -> str:
    """Return a secret's text without what may have come to stand around it."""
    return text.strip().strip(BYTE_ORDER_MARK).strip(_QUOTES).strip()


def flaws_of(text: str) -> tuple[SecretFlaw, ...]:
    """Return the flaws of a secret's text; its length is not looked at."""
    return tuple(_flaws(text, bare_secret(text)))


def _flaws(text: str, bare: str) -> Iterator[SecretFlaw]:
    if not bare:
        yield SecretFlaw.EMPTY
        return
    if BYTE_ORDER_MARK in text:
        yield SecretFlaw.BYTE_ORDER_MARK
    if "\n" in text or "\r" in text:
        yield SecretFlaw.LINE_BREAK_INSIDE if "\n" in text.strip() else SecretFlaw.LINE_BREAK
    if text.strip("\r\n") != text.strip():
        yield SecretFlaw.SPACES
    if text.strip().strip(BYTE_ORDER_MARK)[:1] in _QUOTES:
        yield SecretFlaw.QUOTES
    if _PLACEHOLDER.search(bare):
        yield SecretFlaw.PLACEHOLDER
    elif bare.startswith("@"):
        yield SecretFlaw.FILE
    elif not re.fullmatch(r"[0-9a-fA-F]*", bare):
        yield SecretFlaw.NOT_HEX
    elif bare != bare.lower():
        yield SecretFlaw.CAPITALS
