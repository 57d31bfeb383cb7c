"""The comments of our own captures, `jnlpspy KIND key=value ...`, which say what no TCP packet shows."""

import math
from collections.abc import Callable
from typing import Final
from urllib.parse import quote, unquote

from jnlpspy.model.secret_flaws import SecretFlaw
from jnlpspy.model.tap import (
    Closed,
    CloseReason,
    DialFailed,
    DialFailure,
    Ended,
    FlawsSeen,
    Gap,
    Remarked,
    Side,
    TlsOpened,
)

Commented = TlsOpened | Remarked | FlawsSeen | DialFailed | Gap | Ended | Closed
"""The observations that a comment can carry."""

SECRETS_KEPT: Final = "secrets=kept"
SECRETS_REPLACED: Final = "secrets=pseudonyms"
"""The two comments of a section header."""

_FIRST_WORD: Final = "jnlpspy"
_NOBODY: Final = "none"
_READABLE: Final = "!\"#$&'()*+,/:;<>?@[]^`{|}"
_LONGEST_VALUE: Final = 1_500
"""Characters: three of them, each four bytes percent-encoded, still fit the 65,535 bytes of an option."""
_LONGEST_NUMBER: Final = 18


def write_comment(observation: Commented) -> str:
    """Return the comment that stands for an observation; a text longer than 1,500 characters is cut."""
    match observation:
        case TlsOpened(_, when, leg, version, cipher, identity):
            return _written("tls", when, leg=leg.value, version=version, cipher=cipher, identity=identity)
        case Remarked(_, when, text):
            return _written("remark", when, text=text)
        case FlawsSeen(_, when, flaws):
            return _written("secret-flaws", when, flaws=",".join(flaw.name for flaw in flaws))
        case DialFailed(_, when, target, failure, text):
            return _written("dial-failed", when, target=target, failure=failure.value, text=text)
        case Gap(_, when, sender, length):
            return _written("gap", when, sender=sender.value, length=str(length))
        case Ended(_, when, sender, how):
            return _written("ended", when, sender=sender.value, how=how.value)
        case Closed(_, when, by, how):
            return _written("closed", when, by=by.value if by else _NOBODY, how=how.value)


def read_comment(comment: str, connection: int) -> Commented | None:
    """Return the observation a comment stands for, None if it is not one of ours."""
    first, *words = comment.split(" ")
    if first != _FIRST_WORD or not words:
        return None
    reader = _READERS.get(words[0])
    if reader is None:
        return None
    try:
        values = dict(_value(word) for word in words[1:])
        when = float(values["when"])
        return reader(connection, when, values) if math.isfinite(when) else None
    except (KeyError, ValueError):  # not written by us, or damaged: the packet it stands on is still good
        return None


def _written(kind: str, when: float, **values: str) -> str:
    pairs = (
        f"{key}={quote(value[:_LONGEST_VALUE], safe=_READABLE, errors='surrogatepass')}"
        for key, value in values.items()
    )
    return " ".join((_FIRST_WORD, kind, f"when={when!r}", *pairs))


def _value(word: str) -> tuple[str, str]:
    key, equals, value = word.partition("=")
    if not equals:
        raise ValueError(word)
    return key, unquote(value, errors="surrogatepass")


def _read_tls(connection: int, when: float, values: dict[str, str]) -> TlsOpened:
    leg = Side(values["leg"])
    return TlsOpened(connection, when, leg, values["version"], values["cipher"], values["identity"])


def _read_remark(connection: int, when: float, values: dict[str, str]) -> Remarked:
    return Remarked(connection, when, values["text"])


def _read_flaws(connection: int, when: float, values: dict[str, str]) -> FlawsSeen:
    return FlawsSeen(connection, when, tuple(SecretFlaw[name] for name in values["flaws"].split(",")))


def _read_dial_failed(connection: int, when: float, values: dict[str, str]) -> DialFailed:
    return DialFailed(connection, when, values["target"], DialFailure(values["failure"]), values["text"])


def _read_gap(connection: int, when: float, values: dict[str, str]) -> Gap:
    digits = values["length"]
    if not (digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER):
        raise ValueError(digits)
    return Gap(connection, when, Side(values["sender"]), int(digits))


def _read_ended(connection: int, when: float, values: dict[str, str]) -> Ended:
    return Ended(connection, when, Side(values["sender"]), CloseReason(values["how"]))


def _read_closed(connection: int, when: float, values: dict[str, str]) -> Closed:
    by = None if values["by"] == _NOBODY else Side(values["by"])
    return Closed(connection, when, by, CloseReason(values["how"]))


_READERS: Final[dict[str, Callable[[int, float, dict[str, str]], Commented]]] = {
    "tls": _read_tls,
    "remark": _read_remark,
    "secret-flaws": _read_flaws,
    "dial-failed": _read_dial_failed,
    "gap": _read_gap,
    "ended": _read_ended,
    "closed": _read_closed,
}
