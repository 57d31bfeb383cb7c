"""What a secret really is: whose, and what happened to it on its way; a pseudonym does as well as the secret."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from jnlpspy.model.known import Known
from jnlpspy.model.secret import Secret, pseudonym_of
from jnlpspy.model.secret_flaws import BYTE_ORDER_MARK, SecretFlaw, bare_secret, flaws_of

LENGTH = 64
"""Characters of an agent's secret: an HMAC-SHA256 in hex."""

_LIKE_SECRET = re.compile(rf"[0-9a-fA-F]{{{LENGTH}}}")

SHORTEST_CUT = 8
"""Characters of a cut secret below which its pseudonym would fit others by chance."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A secret was recognised as an agent's."""

    owner: str
    damage: str
    """What happened to it, as in `the secret ...`; "" if it is whole."""


def pseudonym(secret: Secret) -> str:
    """Return a secret's pseudonym, of the secret's own length."""
    return secret.value if secret.pseudonym else _pseudonym_of(secret.value)


def same_secret(one: Secret, other: Secret) -> bool:
    """True if two secrets are the same, pseudonyms or not."""
    return pseudonym(one) == pseudonym(other)


def is_text(secret: Secret, text: str) -> bool:
    """True if a secret is this very text, as an agent's name given in its place."""
    return bool(text) and pseudonym(secret) == _pseudonym_of(text)


def secrets_of(known: Known, name: str | Secret | None) -> Mapping[str, Secret]:
    """Return what is known of agents' secrets, with the one that an agent was meant to be given."""
    meant = known.name or name
    if known.secret is None or not isinstance(meant, str):
        return known.secrets
    return {meant: known.secret, **known.secrets}


def recognize(secret: Secret, secrets: Mapping[str, Secret]) -> Likeness | None:
    """Return whose secret it is, whole or damaged; what is whole goes first."""
    wanted = pseudonym(secret)
    whole = next((name for name, known in secrets.items() if pseudonym(known) == wanted), None)
    if whole is not None:
        return Likeness(whole, "")
    for name, known in secrets.items():
        for text, damage in () if known.pseudonym else _damaged(known.value, len(wanted)):
            if any(_pseudonym_of(written) == wanted for written in _written(text) if len(written) >= SHORTEST_CUT):
                return Likeness(name, damage)
    return None


def secret_in(name: str | None) -> Secret | None:
    """Return the secret that stands in the place of a name, or inside one, so that nobody shows it as a name."""
    found = _LIKE_SECRET.search(name or "")
    return Secret(found[0]) if found else None


def length_flaw(secret: Secret) -> str:
    """Return what is wrong with a secret's length, as in `the secret ...`; "" if nothing is."""
    size = len(secret.value)
    if size == LENGTH:
        return ""
    if size < LENGTH:
        return f"has {size} characters instead of {LENGTH}: {LENGTH - size} are missing"
    return f"has {size} characters instead of {LENGTH}: {size - LENGTH} too many"


def text_flaws(text: str) -> tuple[str, ...]:
    """Return what is wrong with a secret as it was written, as in `the secret ...`."""
    size = length_flaw(Secret(bare_secret(text)))
    flaws = flaws_of(text)
    return (*(flaw.value for flaw in flaws), *([size] if size and SecretFlaw.EMPTY not in flaws else []))


def _damaged(value: str, size: int) -> Iterator[tuple[str, str]]:
    """Yield a secret's damaged forms that may come to so many bytes."""
    yield value.upper(), "is in capital letters"
    for quote in "\"'`":
        yield f"{quote}{value}{quote}", "stands in quotes"
    for end in ("\n", "\r\n", "\r"):
        yield value + end, "has a line break behind it"
    for text in (f" {value}", f"{value} ", f" {value} ", f"{value}\t"):
        yield text, "has spaces around it"
    yield BYTE_ORDER_MARK + value, "begins with a byte order mark"
    yield value + value, "stands there twice"
    yield f"@{value}", "has an @ before it, which makes it a file's name"
    if SHORTEST_CUT <= size < len(value):
        yield value[:size], f"is cut: its last {_characters(len(value) - size)} missing"
        yield value[-size:], f"is cut: its first {_characters(len(value) - size)} missing"


def _written(text: str) -> set[str]:
    """Return a text as it stands in JSON, in a properties text and in a header line."""
    in_properties = "".join(_PROPERTIES.get(each, each) for each in text)
    return {text, json.dumps(text, ensure_ascii=False)[1:-1], re.sub("^ ", r"\\ ", in_properties)}


_PROPERTIES = {"\n": r"\n", "\r": r"\r", "\t": r"\t", BYTE_ORDER_MARK: r"\uFEFF"}


def _characters(count: int) -> str:
    return "character is" if count == 1 else f"{count} characters are"


def _pseudonym_of(text: str) -> str:
    return pseudonym_of(text.encode("utf-8", "surrogatepass")).decode("ascii")
