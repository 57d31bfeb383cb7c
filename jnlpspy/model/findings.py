"""What rules conclude: a finding names a problem, on what evidence, how sure it is, and what to do."""

from dataclasses import dataclass
from enum import Enum


class Severity(Enum):
    """How bad it is."""

    ERROR = "error"
    """An agent cannot connect, or lost its connection or work."""
    WARNING = "warning"
    """It works, and will not for long, or not well."""
    INFO = "info"
    """Worth knowing, and no problem."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A named judgement on a connection."""

    rule: str
    """As `jnlpspy explain` takes it."""
    severity: Severity
    title: str
    """What is the matter, in one sentence about this very case."""
    evidence: tuple[int | str, ...]
    """Numbers of the events it rests on, or a text where no event says it."""
    causes: tuple[str, ...]
    """The likeliest first."""
    advice: tuple[str, ...]
    """What to do, in order."""
    confidence: float
    """From 0 to 1."""
    subject: str = ""
    """What it is about: an agent's name, a URL. One rule says one thing of one subject once."""
    consequence_of: str | None = None
    """The rule of the finding that explains this one."""
